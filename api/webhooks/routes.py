"""Events and webhooks over HTTP."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from api.database.outbox import EventName
from api.database.work import Work
from api.web import openapi, paging, preconditions
from api.web.blueprint import Room
from api.web.request import building
from api.webhooks import actions, addresses, examples, messages, queries, schemas, signing
from api.webhooks.tables import End

events = Room(
    "events",
    __name__,
    url_prefix="/v1/events",
    description=(
        "What happened in your clinic, as a log that can be read again from any place. Nothing is ever taken "
        "out of it, and whoever has read up to a place misses nothing before it."
    ),
)
room = Room(
    "webhooks",
    __name__,
    url_prefix="/v1/webhooks",
    description=(
        "Addresses of your clinic that are told what happened, by [Standard Webhooks]"
        "(https://www.standardwebhooks.com). Any 2xx within 10 seconds is received. Otherwise the call is "
        "made again over 24 hours; 410 disables the webhook, and so do five days in which nothing was "
        "received. An event may come more than once: know it by its `webhook-id`. Events of one patient come "
        "in their order; a later one waits for the earlier. What is delivered or given up can be sent again "
        "for 90 days; the log has everything."
    ),
)

for _name in EventName:
    room.makes(
        openapi.Call(
            name=_name.value,
            summary=messages.MEANINGS[_name],
            body=schemas.MESSAGE,
            example=examples.message(_name),
            headers=examples.HEADERS,
            answers=examples.ANSWERS,
        )
    )


@events.route("", methods=["GET"])
@events.needs("events:read")
@events.asks(schemas.LogPage())
@events.gives(200, schemas.EventPage(), example={"items": [examples.EVENT], "next": None}, headers=("Link",))
def list_events(work: Work, query: dict[str, Any]) -> Any:
    """Read the log of what happened in your clinic, from behind a place on."""
    found = queries.events(work, **query)
    return paging.page(found, query["limit"], place=lambda row: row.sequence)


@room.route("", methods=["POST"])
@room.needs("webhooks:manage")
@room.takes(schemas.NewWebhook(), example=examples.NEW_WEBHOOK)
@room.idempotent(shown_once=("secret",))
@room.gives(
    201,
    schemas.WebhookWithSecret(),
    example=examples.WEBHOOK | examples.SECRET,
    headers=("Location", "ETag"),
)
def register_webhook(work: Work, new: actions.NewEndpoint) -> Any:
    """Register an address that is told what happens; its secret is shown this once."""
    _check(new.url)
    endpoint_id = actions.register(work, new)
    shown, headers = _with_secret(work, endpoint_id)
    return shown, {"Location": f"/v1/webhooks/{endpoint_id}", **headers}


@room.route("", methods=["GET"])
@room.needs("webhooks:manage")
@room.asks(paging.Page())
@room.gives(200, schemas.WEBHOOKS, example={"items": [examples.WEBHOOK], "next": None}, headers=("Link",))
def list_webhooks(work: Work, query: dict[str, Any]) -> Any:
    """List the webhooks of your clinic, disabled ones too."""
    page, headers = paging.page(queries.endpoints(work, **query), query["limit"])
    return page | {"items": [_shown(row) for row in page["items"]]}, headers


@room.route("/<uuid:webhook_id>", methods=["GET"])
@room.needs("webhooks:manage")
@room.gives(200, schemas.Webhook(), example=examples.WEBHOOK, headers=("ETag",))
def read_webhook(work: Work, webhook_id: UUID) -> Any:
    """Show a webhook."""
    found = queries.endpoint(work, webhook_id)
    return _shown(found), preconditions.etag(found.version)


@room.route("/<uuid:webhook_id>", methods=["PATCH"])
@room.needs("webhooks:manage")
@room.if_match()
@room.takes(schemas.WebhookChange(), example={"events": ["alert.raised"], "state": "enabled"})
@room.gives(200, schemas.Webhook(), example=examples.WEBHOOK, headers=("ETag",))
@room.refuses(409)
def change_webhook(work: Work, webhook_id: UUID, version: int, change: dict[str, Any]) -> Any:
    """Change a webhook; what is left out stays."""
    if "url" in change:
        _check(change["url"])
    actions.change(work, webhook_id, change, version=version)
    return read_webhook(work, webhook_id)


@room.route("/<uuid:webhook_id>", methods=["DELETE"])
@room.needs("webhooks:manage")
@room.gives(
    200,
    schemas.Webhook(),
    example=examples.WEBHOOK | {"state": "disabled", "disabled_because": "asked"},
    headers=("ETag",),
)
def disable_webhook(work: Work, webhook_id: UUID) -> Any:
    """Tell a webhook nothing more and give up what waits for it; it stays, and can be enabled again."""
    actions.disable(work, webhook_id, End.ASKED)
    return read_webhook(work, webhook_id)


@room.route("/<uuid:webhook_id>/rotate-secret", methods=["POST"])
@room.needs("webhooks:manage")
@room.idempotent(shown_once=("secret",))
@room.gives(200, schemas.WebhookWithSecret(), example=examples.WEBHOOK | examples.SECRET, headers=("ETag",))
def rotate_webhook_secret(work: Work, webhook_id: UUID) -> Any:
    """Give a webhook a new secret, shown this once; for 24 hours the old one signs calls as well."""
    actions.rotate_secret(work, webhook_id)
    return _with_secret(work, webhook_id)


@room.route("/<uuid:webhook_id>/test", methods=["POST"])
@room.needs("webhooks:manage")
@room.idempotent()
@room.gives(202, schemas.TestFired(), example={"event_id": examples.EVENT["id"]})
def test_webhook(work: Work, webhook_id: UUID) -> Any:
    """Send a test to a webhook, on the way that events take; see its deliveries for what comes of it."""
    return {"event_id": actions.test(work, webhook_id)}


@room.route("/<uuid:webhook_id>/redeliver", methods=["POST"])
@room.needs("webhooks:manage")
@room.takes(schemas.Since(), example={"since": "2026-11-20T00:00:00Z"})
@room.idempotent()
@room.gives(202, schemas.Queued(), example={"queued": 12})
def redeliver_since(work: Work, webhook_id: UUID, since: dict[str, Any]) -> Any:
    """Send a webhook again whatever was delivered to it or given up, of events since then."""
    return {"queued": actions.redeliver_since(work, webhook_id, since["since"])}


@room.route("/<uuid:webhook_id>/deliveries", methods=["GET"])
@room.needs("webhooks:manage")
@room.asks(schemas.DeliveriesPage())
@room.gives(200, schemas.DELIVERIES, example={"items": [examples.DELIVERY], "next": None}, headers=("Link",))
def list_webhook_deliveries(work: Work, webhook_id: UUID, query: dict[str, Any]) -> Any:
    """List what was sent to a webhook and what waits, newest first, with every call and its outcome."""
    queries.endpoint(work, webhook_id)
    page, headers = paging.page(queries.deliveries(work, webhook_id, **query), query["limit"])
    return page | {"items": queries.with_attempts(work, page["items"])}, headers


@room.route("/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/redeliver", methods=["POST"])
@room.needs("webhooks:manage")
@room.idempotent()
@room.gives(202, schemas.Delivery(), example=examples.DELIVERY | {"state": "waiting", "finished_at": None})
def redeliver_one(work: Work, webhook_id: UUID, delivery_id: UUID) -> Any:
    """Send one delivery again, or at once if it waits for its next try."""
    actions.redeliver(work, webhook_id, delivery_id)
    return queries.delivery(work, webhook_id, delivery_id)


def _check(url: str) -> None:
    addresses.target(url, private=building().settings.webhooks_private)


def _with_secret(work: Work, endpoint_id: UUID) -> tuple[dict[str, Any], dict[str, str]]:
    found = queries.endpoint(work, endpoint_id)
    key = building().settings.webhook_key
    secret = signing.secret(key, work.clinic_id, endpoint_id, generation=found.generation)
    return _shown(found) | {"secret": secret}, preconditions.etag(found.version)


def _shown(endpoint: Row[Any]) -> dict[str, Any]:
    names = endpoint.event_names
    told = None if names is None else [EventName(name) for name in names]
    return {**endpoint._mapping, "events": told}
