"""Events and webhooks on the wire."""

from enum import StrEnum
from typing import Any

from api.database.outbox import EventName
from api.web import fields, paging, shapes
from api.webhooks.actions import NewEndpoint
from api.webhooks.addresses import LONGEST_URL, URL_FORM
from api.webhooks.tables import DeliveryState, End, EndpointState, Fault

LONGEST_LOG = 2**53 - 1  # the greatest whole number that every JSON reader keeps exact


class Wish(StrEnum):
    """What can be asked of a webhook."""

    ENABLED = "enabled"
    DISABLED = "disabled"


class LogPage(shapes.Query):
    """Where to read the log, and what of it."""

    after = fields.Integer(
        least=0,
        most=LONGEST_LOG,
        load_default=0,
        description="The `sequence` of the last event that you have; those behind it are shown.",
    )
    limit = fields.Integer(
        least=1, most=paging.GREATEST_LIMIT, load_default=paging.LIMIT, description="How many at most."
    )
    name = fields.Closed(EventName, description="Only events of this name.")
    patient_id = fields.Uuid(description="Only events of this patient.")


class Event(shapes.View):
    """Something that happened: ids only; what it was is read where the subject is."""

    id = fields.Uuid()
    sequence = fields.Integer(description="The place in your clinic's log, from 1 and without a gap.")
    at = fields.Instant()
    type = fields.Closed(EventName, attribute="name")
    subject = fields.Text(description="The kind of thing, as `alert`.")
    subject_id = fields.Uuid()
    patient_id = fields.Uuid(allow_none=True)


class EventPage(shapes.View):
    """A part of the log."""

    items = fields.List(fields.Nested(Event), most=paging.GREATEST_LIMIT)
    next = fields.Integer(
        allow_none=True,
        description=(
            "Give this as `after` for the next part; null at the present end, from where you go on later "
            "with the `sequence` of the last event that you have."
        ),
    )


class NewWebhook(shapes.Body):
    """An address that is to be told what happens."""

    url = fields.Text(
        required=True,
        most=LONGEST_URL,
        pattern=URL_FORM,
        description="https, port 443 or 8443, on the public internet.",
    )
    description = fields.Text(load_default=None, allow_none=True)
    events = fields.List(
        fields.Closed(EventName),
        least=1,
        most=len(EventName),
        load_default=None,
        allow_none=True,
        description="Which events it is told; null or left out: all, also those to come.",
    )

    @staticmethod
    def makes(url: str, description: str | None, events: list[EventName] | None) -> NewEndpoint:
        """The value."""
        return NewEndpoint(
            url=url, description=description, events=None if events is None else frozenset(events)
        )


class WebhookChange(shapes.Body):
    """What is to be changed of a webhook; what is left out stays."""

    url = fields.Text(most=LONGEST_URL, pattern=URL_FORM)
    description = fields.Text(allow_none=True)
    events = fields.List(fields.Closed(EventName), least=1, most=len(EventName), allow_none=True)
    state = fields.Closed(Wish, name="WebhookWish", description="`enabled` forgets that it has failed.")

    @staticmethod
    def makes(**change: Any) -> dict[str, Any]:
        """The change."""
        if change.get("events") is not None:
            change["events"] = frozenset(change["events"])
        if "state" in change:
            change["state"] = EndpointState(change["state"])
        return change


class Webhook(shapes.View):
    """An address that is told what happens."""

    id = fields.Uuid()
    url = fields.Text(most=LONGEST_URL)
    description = fields.Text(allow_none=True)
    events = fields.List(
        fields.Closed(EventName), most=len(EventName), allow_none=True, description="Null: all."
    )
    state = fields.Closed(
        EndpointState,
        name="WebhookState",
        description="`failing`: it is told, and received nothing since `failing_since`.",
    )
    disabled_because = fields.Closed(
        End,
        name="WebhookEnd",
        allow_none=True,
        description="`asked`; `gone`: it answered 410; `failing`: it received nothing for five days.",
    )
    failing_since = fields.Instant(allow_none=True)
    overlap_until = fields.Instant(
        allow_none=True, description="Until when the secret before the present one signs as well."
    )
    created_at = fields.Instant()


class WebhookWithSecret(Webhook):
    """A webhook with its secret, which is shown this once."""

    secret = fields.Text(
        allow_none=True,
        description="`whsec_` and 256 bits in base64; shown once, null when the answer is replayed.",
    )


class TestFired(shapes.View):
    """A test that is on its way."""

    event_id = fields.Uuid(description="The `webhook-id` that the call will have.")


class Since(shapes.Body):
    """From when on everything is to be delivered again."""

    since = fields.Instant(required=True, description="Events that happened then or later.")


class Queued(shapes.View):
    """What is in line again."""

    queued = fields.Integer(description="How many deliveries.")


class DeliveriesPage(paging.Page):
    """Which deliveries to list."""

    state = fields.Closed(DeliveryState, description="Only those in this state.")


class Attempt(shapes.View):
    """One call of a webhook."""

    at = fields.Instant()
    status = fields.Integer(allow_none=True, description="The HTTP status, where there was an answer.")
    fault = fields.Closed(
        Fault,
        name="WebhookFault",
        allow_none=True,
        description="Why it does not count as received; `status`: any but 2xx. Null: received.",
    )
    ms = fields.Integer(description="How long it took, in milliseconds.")


class Delivery(shapes.View):
    """An event on its way to a webhook, with every call that was made."""

    id = fields.Uuid()
    event_id = fields.Uuid(description="The `webhook-id` of its calls: the same in every repetition.")
    type = fields.Closed(EventName, attribute="name")
    sequence = fields.Integer(description="The event's place in the log.")
    patient_id = fields.Uuid(allow_none=True)
    happened_at = fields.Instant()
    state = fields.Closed(DeliveryState)
    due_at = fields.Instant(
        allow_none=True,
        description=(
            "While it waits: when it is tried again, at the earliest; null: it is behind an earlier event "
            "of the patient."
        ),
    )
    finished_at = fields.Instant(allow_none=True)
    attempts = fields.List(fields.Nested(Attempt), description="In their order, kept for 90 days.")


WEBHOOKS = paging.page_of(Webhook)
DELIVERIES = paging.page_of(Delivery)

_ID = {"type": "string", "format": "uuid"}
MESSAGE = shapes.Documented(
    "EventMessage",
    {
        "type": "object",
        "description": "What a webhook is told of an event: ids, and nothing that is known of a patient.",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"$ref": "#/components/schemas/EventName"},
            "timestamp": {"type": "string", "format": "date-time", "description": "When it happened."},
            "data": {"$ref": "#/components/schemas/EventReference"},
        },
    },
    others={
        "EventReference": {
            "type": "object",
            "description": "Which event it is, and of what.",
            "required": ["id", "sequence", "subject", "subject_id", "patient_id", "clinic_id"],
            "properties": {
                "id": {**_ID, "description": "The event, as `webhook-id` names it."},
                "sequence": {"type": "integer", "description": "Its place in the clinic's log."},
                "subject": {"type": "string", "description": "The kind of thing, as `alert`."},
                "subject_id": _ID,
                "patient_id": {"type": ["string", "null"], "format": "uuid"},
                "clinic_id": _ID,
            },
        }
    },
)
