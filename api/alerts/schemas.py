"""Alerts on the wire."""

from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, validates_schema

from api.alerts import handling
from api.alerts.levels import PRECEDENCE, AlertLevel
from api.alerts.moves import AlertMove, AlertOutcome, AlertState
from api.alerts.queries import MOST, WorklistOrder
from api.alerts.tables import CauseKind
from api.web import fields, paging, shapes
from api.web.strict import Coded

LONG = 2000


class Worklist(paging.Page):
    """Which alerts, and in which order."""

    order = fields.Closed(
        WorklistOrder,
        data_key="sort",
        load_default=WorklistOrder.LEVEL,
        description="What comes first: the worst (`level`, then deadline, then age), the most pressing "
        "(`deadline`, then level; without one last), or the oldest (`age`).",
    )
    level = fields.Closed(AlertLevel, load_default=None, description="This level or worse.")
    state = fields.Closed(
        AlertState,
        load_default=None,
        description="If left out, all that waits: open or acknowledged, and not asleep.",
    )
    kind = fields.Closed(CauseKind, load_default=None, description="With a cause of this kind.")
    patient_id = fields.Uuid(load_default=None, description="Of this patient.")
    overdue = fields.Boolean(load_default=None, description="Past the deadline, or not.")
    after = paging.Cursor(
        str,
        int,
        datetime,
        datetime,
        UUID,
        load_default=None,
        description="Where to go on: the `next` of the previous page.",
    )

    @validates_schema
    def _go_on_in_the_same_order(self, data: dict[str, Any], **_: Any) -> None:
        after = data.get("after")
        if after is not None and (after[0] != data["order"] or after[1] not in PRECEDENCE.values()):
            sentence = "This is the `next` of a page in another order."
            raise ValidationError({"after": [Coded(sentence, "not-a-cursor")]})


class NewAcknowledgement(shapes.Body):
    """Somebody has seen the alert and takes it up."""

    practitioner_id = fields.Uuid(required=True, description="Who; a member of the clinic's staff.")
    note = fields.Text(most=LONG, lines=True, load_default=None)

    makes = handling.Acknowledgement


class NewSnooze(shapes.Body):
    """The alert may sleep until a moment; it comes back by itself, and at once when a new cause comes."""

    practitioner_id = fields.Uuid(required=True, description="Who; a member of the clinic's staff.")
    until = fields.Instant(
        required=True,
        description="In the future, not after the deadline, and within 7 days where there is none.",
    )
    reason = fields.Text(required=True, most=LONG, lines=True)

    makes = handling.Snooze


class NewResolution(shapes.Body):
    """What came of the alert; it is closed for good."""

    practitioner_id = fields.Uuid(required=True, description="Who; a member of the clinic's staff.")
    outcome = fields.Closed(AlertOutcome, required=True)
    note = fields.Text(required=True, most=LONG, lines=True)

    makes = handling.Resolution


class AlertSummary(shapes.View):
    """What a clinician has to look at for a patient, without its causes."""

    id = fields.Uuid()
    patient_id = fields.Uuid()
    level = fields.Closed(AlertLevel, description="That of the worst cause; it never falls.")
    state = fields.Closed(AlertState)
    deadline_at = fields.Instant(
        allow_none=True,
        description="By when a clinician has to act: at once in an emergency, 24 hours after the report if "
        "urgent, 7 days for a review; null for a watch. It never gets later.",
    )
    overdue = fields.Boolean(description="Past its deadline and not resolved.")
    snoozed_until = fields.Instant(allow_none=True)
    title = fields.Text(most=LONG, description="That of the worst cause.")
    kinds = fields.List(fields.Closed(CauseKind), description="What raised it.")
    cause_count = fields.Integer()
    raised_at = fields.Instant()
    updated_at = fields.Instant()
    version = fields.Integer(description="What `If-Match` names, in quotation marks, to act on the alert.")


class AlertCause(shapes.View):
    """Why an alert was raised. It stays as it was told, also where it no longer stands."""

    id = fields.Uuid()
    kind = fields.Closed(CauseKind)
    level = fields.Closed(AlertLevel)
    subject = fields.Text(description="The kind of thing that it is about, as `prescription`.")
    subject_id = fields.Uuid()
    title = fields.Text(most=LONG)
    rules = fields.List(fields.Text(), most=MOST, description="The rules that fired.")
    detail = shapes.Documented(
        "CauseDetail", {"type": "object", "description": "What else there is to know, by kind and subject."}
    )
    reported_at = fields.Instant(description="When it was told.")
    raised_at = fields.Instant()
    ended_at = fields.Instant(
        allow_none=True, description="Since when it no longer stands; null while it does."
    )
    ended_because = fields.Text(most=LONG, allow_none=True)


class AlertAct(shapes.View):
    """What was done with an alert."""

    move = fields.Closed(
        AlertMove, description="`escalate` and `reopen` are the service's: a worse or an unseen cause came."
    )
    state = fields.Closed(AlertState, description="After it.")
    level = fields.Closed(AlertLevel, description="After it.")
    at = fields.Instant()
    practitioner_id = fields.Uuid(allow_none=True, description="Null where the service did it by itself.")
    reason = fields.Text(most=LONG, lines=True, allow_none=True, description="What the practitioner wrote.")
    outcome = fields.Closed(AlertOutcome, allow_none=True)
    until = fields.Instant(allow_none=True)


class Alert(AlertSummary):
    """What a clinician has to look at for a patient, and why."""

    causes = fields.List(
        fields.Nested(AlertCause),
        most=MOST,
        description="The worst first, of those the newest; `cause_count` says how many there are.",
    )
    history = fields.List(fields.Nested(AlertAct), most=MOST, description="Newest first.")


ALERTS = paging.page_of(AlertSummary)

_PRACTITIONER = "019a9c51-0a1b-7c2d-8e3f-4a5b6c7d8e9f"
ACKNOWLEDGEMENT: dict[str, Any] = {"practitioner_id": _PRACTITIONER, "note": "I call her now."}
SNOOZE: dict[str, Any] = {
    "practitioner_id": _PRACTITIONER,
    "until": "2025-11-21T07:00:00Z",
    "reason": "Seen in the foot clinic tomorrow at nine.",
}
RESOLUTION: dict[str, Any] = {
    "practitioner_id": _PRACTITIONER,
    "outcome": AlertOutcome.REFERRED.value,
    "note": "Seen by the foot team: superficial ulcer, offloaded.",
}
SUMMARY: dict[str, Any] = {
    "id": "019aa003-1d2e-7f3a-8b4c-5d6e7f8a9b0c",
    "patient_id": "019a9c51-3c4d-7e5f-8a6b-7c8d9e0f1a2b",
    "level": AlertLevel.URGENT.value,
    "state": AlertState.ACKNOWLEDGED.value,
    "deadline_at": "2025-11-21T09:20:00Z",
    "overdue": False,
    "snoozed_until": None,
    "title": "An open or bleeding spot under the foot after a session.",
    "kinds": [CauseKind.SESSION_REPORT.value],
    "cause_count": 1,
    "raised_at": "2025-11-20T09:20:04Z",
    "updated_at": "2025-11-20T09:31:00Z",
    "version": 2,
}
EXAMPLE: dict[str, Any] = SUMMARY | {
    "causes": [
        {
            "id": "019aa003-1d2f-7a4b-8c5d-6e7f8a9b0c1d",
            "kind": CauseKind.SESSION_REPORT.value,
            "level": AlertLevel.URGENT.value,
            "subject": "session",
            "subject_id": "019aa003-0c1d-7e2f-8a3b-4c5d6e7f8a9b",
            "title": SUMMARY["title"],
            "rules": ["rep-foot-open"],
            "detail": {"locked": ["weight-bearing"]},
            "reported_at": "2025-11-20T09:20:00Z",
            "raised_at": SUMMARY["raised_at"],
            "ended_at": None,
            "ended_because": None,
        }
    ],
    "history": [
        {
            "move": AlertMove.ACKNOWLEDGE.value,
            "state": AlertState.ACKNOWLEDGED.value,
            "level": AlertLevel.URGENT.value,
            "at": SUMMARY["updated_at"],
            "practitioner_id": _PRACTITIONER,
            "reason": ACKNOWLEDGEMENT["note"],
            "outcome": None,
            "until": None,
        }
    ],
}
