"""Clients and staff over HTTP."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from api.access import actions, queries, schemas
from api.caller import Scope
from api.database.work import Work
from api.web import paging, preconditions
from api.web.blueprint import Room
from api.web.operation import missing_scope

clients = Room(
    "clients",
    __name__,
    url_prefix="/v1/clients",
    description="The systems that may call for a clinic. A client hands out no scope that its token lacks.",
)
staff = Room(
    "staff",
    __name__,
    url_prefix="/v1/staff",
    description="The people whom acts name: who signs, clears, closes.",
)

_CLIENT = {
    "id": "019a9c4e-8c1f-7d2a-9a55-0b6c4f2f7a10",
    "client_id": "019a9c4d-77aa-7b10-8d0e-5a1b2c3d4e5f.019a9c4e-8c1f-7d2a-9a55-0b6c4f2f7a10",
    "name": "Ward system",
    "scopes": ["checks:run", "facts:write"],
    "authentication": "client-secret",
    "created_at": "2026-11-20T09:00:00Z",
    "revoked_at": None,
}
_SECRET = {"client_secret": "sfs_0Zb3Wj4yN1t0m6Qx8Yk2r5u7v9A-BCDEFGHIJKLMNOP"}
_PRACTITIONER = {
    "id": "019a9c50-1b2c-7def-8a01-23456789abcd",
    "name": "Giulia Conti",
    "role": "physiotherapist",
    "may_sign": True,
    "active": True,
    "created_at": "2026-11-20T09:00:00Z",
}


@clients.route("", methods=["POST"])
@clients.needs("clients:manage")
@clients.takes(schemas.NewClient(), example={"name": "Ward system", "scopes": ["facts:write", "checks:run"]})
@clients.idempotent(shown_once=("client_secret",))
@clients.gives(201, schemas.ClientWithSecret(), example=_CLIENT | _SECRET, headers=("Location", "ETag"))
def register_client(work: Work, new: actions.NewClient) -> Any:
    """Register a client of your clinic; its secret is shown this once."""
    _must_hold(work, new.scopes)
    client_id, secret = actions.register_client(work, new)
    found = queries.client(work, client_id)
    headers = {"Location": f"/v1/clients/{client_id}", **preconditions.etag(found.version)}
    return {**_shown(found), "client_secret": secret}, headers


@clients.route("", methods=["GET"])
@clients.needs("clients:manage")
@clients.asks(paging.Page())
@clients.gives(200, schemas.CLIENTS, example={"items": [_CLIENT], "next": None}, headers=("Link",))
def list_clients(work: Work, query: dict[str, Any]) -> Any:
    """List the clients of your clinic, revoked ones too."""
    found = queries.clients(work, **query)
    page, headers = paging.page(found, query["limit"])
    return page | {"items": [_shown(row) for row in page["items"]]}, headers


@clients.route("/<uuid:client_id>", methods=["GET"])
@clients.needs("clients:manage")
@clients.gives(200, schemas.Client(), example=_CLIENT, headers=("ETag",))
def read_client(work: Work, client_id: UUID) -> Any:
    """Show a client of your clinic."""
    found = queries.client(work, client_id)
    return _shown(found), preconditions.etag(found.version)


@clients.route("/<uuid:client_id>/rotate-secret", methods=["POST"])
@clients.needs("clients:manage")
@clients.idempotent(shown_once=("client_secret",))
@clients.gives(200, schemas.ClientWithSecret(), example=_CLIENT | _SECRET)
def rotate_client_secret(work: Work, client_id: UUID) -> Any:
    """Give a client a new secret, shown this once; the old one stops at once."""
    _must_hold(work, frozenset(queries.client(work, client_id).scopes))
    secret = actions.rotate_secret(work, client_id)
    return {**_shown(queries.client(work, client_id)), "client_secret": secret}


@clients.route("/<uuid:client_id>/revoke", methods=["POST"])
@clients.needs("clients:manage")
@clients.gives(200, schemas.Client(), example=_CLIENT | {"revoked_at": "2026-11-21T10:00:00Z"})
def revoke_client(work: Work, client_id: UUID) -> Any:
    """Revoke a client for good; the tokens that it has are refused within a minute."""
    actions.revoke_client(work, client_id)
    return _shown(queries.client(work, client_id))


@staff.route("", methods=["POST"])
@staff.needs("staff:manage")
@staff.takes(
    schemas.NewPractitioner(), example={"name": "Giulia Conti", "role": "physiotherapist", "may_sign": True}
)
@staff.idempotent()
@staff.gives(201, schemas.Practitioner(), example=_PRACTITIONER, headers=("Location", "ETag"))
def register_practitioner(work: Work, new: actions.NewPractitioner) -> Any:
    """Register a member of staff of your clinic."""
    practitioner_id = actions.register_practitioner(work, new)
    found = queries.practitioner(work, practitioner_id)
    return found, {"Location": f"/v1/staff/{practitioner_id}", **preconditions.etag(found.version)}


@staff.route("", methods=["GET"])
@staff.needs("staff:read")
@staff.asks(paging.Page())
@staff.gives(200, schemas.STAFF, example={"items": [_PRACTITIONER], "next": None}, headers=("Link",))
def list_staff(work: Work, query: dict[str, Any]) -> Any:
    """List the staff of your clinic, also those who have left."""
    return paging.page(queries.staff(work, **query), query["limit"])


@staff.route("/<uuid:practitioner_id>", methods=["GET"])
@staff.needs("staff:read")
@staff.gives(200, schemas.Practitioner(), example=_PRACTITIONER, headers=("ETag",))
def read_practitioner(work: Work, practitioner_id: UUID) -> Any:
    """Show a member of staff."""
    found = queries.practitioner(work, practitioner_id)
    return found, preconditions.etag(found.version)


@staff.route("/<uuid:practitioner_id>", methods=["PATCH"])
@staff.needs("staff:manage")
@staff.if_match()
@staff.takes(schemas.PractitionerChange(), example={"may_sign": False})
@staff.gives(200, schemas.Practitioner(), example=_PRACTITIONER | {"may_sign": False}, headers=("ETag",))
def change_practitioner(work: Work, practitioner_id: UUID, version: int, change: dict[str, Any]) -> Any:
    """Change what is kept of a member of staff; what is left out stays."""
    actions.change_practitioner(work, practitioner_id, change, version=version)
    found = queries.practitioner(work, practitioner_id)
    return found, preconditions.etag(found.version)


def _must_hold(work: Work, scopes: frozenset[str]) -> None:
    lacking = sorted(scope for scope in scopes if not work.caller.may(scope))
    if lacking:
        raise missing_scope(*lacking)


def _shown(client: Row[Any]) -> dict[str, Any]:
    authentication = (
        schemas.Authentication.CLIENT_SECRET
        if client.keys is None
        else schemas.Authentication.PRIVATE_KEY_JWT
    )
    return {
        **client._mapping,
        "client_id": f"{client.clinic_id}.{client.id}",
        "scopes": [Scope(scope) for scope in client.scopes],
        "authentication": authentication,
    }
