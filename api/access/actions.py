"""What changes clinics, clients and staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select

from api.access.tables import Client, Clinic, Practitioner, Role
from api.access.tokens import new_secret
from api.database.base import uuid7
from api.database.work import Work
from api.errors import Conflict, NotFound, StaleVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient:
    """A client to be registered: with its public keys, or else with a secret that we make."""

    name: str
    scopes: frozenset[str]
    keys: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPractitioner:
    """A member of staff to be registered."""

    name: str
    role: Role
    may_sign: bool


def open_clinic(connection: Connection, name: str, *, moment: datetime) -> UUID:
    """A new clinic; the console does this in the jobs role, since no clinic may make another."""
    clinic_id = uuid7()
    connection.execute(insert(Clinic).values(id=clinic_id, name=name, created_at=moment))
    return clinic_id


def register_client(work: Work, new: NewClient) -> tuple[UUID, str | None]:
    """Register a client.

    Returns:
        Its id, and its secret if it has one: only the hash is kept.
    """
    secret, secret_hash = (None, None) if new.keys is not None else new_secret()
    client = Client(
        clinic_id=work.clinic_id,
        id=uuid7(),
        name=new.name,
        scopes=sorted(new.scopes),
        keys=None if new.keys is None else dict(new.keys),
        secret_hash=secret_hash,
        created_at=work.moment,
        revoked_at=None,
    )
    work.db.add(client)
    work.db.flush()
    work.record("client.registered", "client", client.id)
    return client.id, secret


def rotate_secret(work: Work, client_id: UUID) -> str:
    """Give a client a new secret; the old one counts no longer.

    Raises:
        Conflict: the client is revoked, or proves itself by keys.
    """
    client = _client(work, client_id)
    if client.revoked_at is not None:
        raise Conflict("The client is revoked.")
    if client.secret_hash is None:
        raise Conflict("The client proves itself by its own keys and has no secret.")
    secret, client.secret_hash = new_secret()
    work.db.flush()
    work.record("client.secret-rotated", "client", client_id)
    return secret


def revoke_client(work: Work, client_id: UUID) -> None:
    """Revoke a client for good: it gets no token, and those it has are refused within a minute.

    Raises:
        Conflict: the client is the caller itself.
    """
    if client_id == work.caller.client_id:
        raise Conflict("A client cannot revoke itself; let another one do it, or the console.")
    client = _client(work, client_id)
    if client.revoked_at is None:
        client.revoked_at = work.moment
        work.db.flush()
        work.record("client.revoked", "client", client_id)


def register_practitioner(work: Work, new: NewPractitioner) -> UUID:
    """Register a member of staff."""
    practitioner = Practitioner(
        clinic_id=work.clinic_id,
        id=uuid7(),
        name=new.name,
        role=new.role,
        may_sign=new.may_sign,
        active=True,
        created_at=work.moment,
    )
    work.db.add(practitioner)
    work.db.flush()
    work.record("practitioner.registered", "practitioner", practitioner.id)
    return practitioner.id


def change_practitioner(
    work: Work, practitioner_id: UUID, change: Mapping[str, Any], *, version: int
) -> None:
    """Change what is kept of a member of staff.

    Raises:
        StaleVersion: someone else changed it first.
    """
    found = work.db.scalar(
        select(Practitioner).where(
            Practitioner.clinic_id == work.clinic_id, Practitioner.id == practitioner_id
        )
    )
    if found is None:
        raise NotFound("There is no such member of staff.")
    if found.version != version:
        raise StaleVersion(f"The present version is {found.version}.")
    for name, value in change.items():
        setattr(found, name, value)
    work.db.flush()
    work.record("practitioner.changed", "practitioner", practitioner_id)


def _client(work: Work, client_id: UUID) -> Client:
    found = work.db.scalar(
        select(Client).where(Client.clinic_id == work.clinic_id, Client.id == client_id).with_for_update()
    )
    if found is None:
        raise NotFound("There is no such client.")
    return found
