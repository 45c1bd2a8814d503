"""The ledger on the wire."""

from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import post_load

from api.alerts.levels import AlertLevel
from api.alerts.moves import AlertOutcome
from api.alerts.tables import CauseKind
from api.sessions.ledger.queries import Wanted
from api.web import fields, paging, shapes

_LIMITS = ("after", "limit")
_LEVEL = "How urgent it is; at `watch` nobody has to act, and it is not in the ledger."


class LedgerSummaryQuery(shapes.Query):
    """Which red flags to count."""

    since = fields.Instant(data_key="from", load_default=None, description="Told from then on.")
    until = fields.Instant(data_key="to", load_default=None, description="Told before then.")
    level = fields.Closed(AlertLevel, load_default=None, description="This level or worse.")
    kind = fields.Closed(CauseKind, load_default=None, description="What raised them.")

    @post_load
    def _wanted(self, data: dict[str, Any], **_: Any) -> Wanted:
        return Wanted(**data)


class LedgerQuery(paging.Page):
    """Which red flags to list, the newest first."""

    after = paging.Cursor(
        datetime, UUID, load_default=None, description="Where to go on: the `next` of the previous page."
    )
    since = fields.Instant(data_key="from", load_default=None, description="Told from then on.")
    until = fields.Instant(data_key="to", load_default=None, description="Told before then.")
    level = fields.Closed(AlertLevel, load_default=None, description="This level or worse.")
    kind = fields.Closed(CauseKind, load_default=None, description="What raised them.")
    is_open = fields.Boolean(
        data_key="open", load_default=None, description="Not acted on yet, or acted on; both if left out."
    )
    overdue = fields.Boolean(
        load_default=None, description="Past the deadline and not acted on, or not; both if left out."
    )

    @post_load
    def _split(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        wanted = {name: value for name, value in data.items() if name not in _LIMITS}
        return {"wanted": Wanted(**wanted), **{name: data[name] for name in _LIMITS}}


class MinutesToSteps(shapes.View):
    """Minutes from when a red flag was told until each step; null where that has not happened."""

    raised = fields.Float(allow_none=True)
    delivered = fields.Float(allow_none=True)
    seen = fields.Float(allow_none=True)
    acted = fields.Float(allow_none=True)


class LedgerEntry(shapes.View):
    """What became of a red flag."""

    id = fields.Uuid(description="Of the cause in the alert.")
    alert_id = fields.Uuid()
    patient_id = fields.Uuid()
    kind = fields.Closed(CauseKind)
    level = fields.Closed(AlertLevel, description=_LEVEL)
    subject = fields.Text(description="The kind of thing that it is about, as `session`.")
    subject_id = fields.Uuid()
    rules = fields.List(fields.Text(), most=1000, description="The rules that fired.")
    performed_at = fields.Instant(allow_none=True, description="When the session was; null of anything else.")
    reported_at = fields.Instant(
        description="When it was told to the service; the deadline counts from then."
    )
    raised_at = fields.Instant(description="When the service put it before the clinicians.")
    delivered_at = fields.Instant(
        allow_none=True,
        description="When a system of the clinic first had the alert: it was fetched, or a webhook received "
        "an event of it. Reading the log of events does not count: nobody confirms that.",
    )
    seen_at = fields.Instant(
        allow_none=True, description="When a named person first did something about the alert."
    )
    acted_at = fields.Instant(allow_none=True, description="When the alert was resolved.")
    ended_at = fields.Instant(
        allow_none=True,
        description="Since when it no longer stands: told otherwise, or withdrawn. Somebody still acts.",
    )
    deadline_at = fields.Instant()
    overdue = fields.Boolean(description="Past its deadline and not acted on.")
    outcome = fields.Closed(AlertOutcome, allow_none=True, description="What came of it, once acted on.")
    minutes = fields.Nested(MinutesToSteps)


class FlagsWaiting(shapes.View):
    """How many red flags wait, and for what."""

    delivery = fields.Integer(description="For a system of the clinic to get them.")
    seeing = fields.Integer(description="For a person to look at them.")
    acting = fields.Integer(description="For the alert to be resolved.")


class LedgerOfLevel(shapes.View):
    """How many red flags there are of a level, and where they stand."""

    level = fields.Closed(AlertLevel)
    flags = fields.Integer()
    waiting = fields.Nested(FlagsWaiting)
    overdue = fields.Integer()
    median_minutes = fields.Nested(
        MinutesToSteps, description="From when they were told, over those to which the step has happened."
    )


class LedgerHolding(shapes.View):
    """Whether every red flag has its cause in an alert, and every cause its red flag."""

    checked_at = fields.Instant()
    reports = fields.Integer(description="How many red flags reports and checks before sessions have told.")
    causes = fields.Integer(description="How many of them are in alerts.")
    missing = fields.Integer(description="Of how many no clinician was told, or not all.")
    stray = fields.Integer(description="How many are in alerts and nothing told them.")
    broken_since = fields.Instant(allow_none=True, description="Null while the ledger holds.")


class LedgerSummary(shapes.View):
    """How many red flags there are, where they stand, and whether any was lost."""

    levels = fields.List(fields.Nested(LedgerOfLevel), most=len(AlertLevel), description="The worst first.")
    reconciliation = fields.Nested(
        LedgerHolding,
        allow_none=True,
        description="What the newest check of the whole ledger found; null before the first.",
    )


LEDGER = paging.page_of(LedgerEntry)

ENTRY: dict[str, Any] = {
    "id": "019aa003-1d2f-7a4b-8c5d-6e7f8a9b0c1d",
    "alert_id": "019aa003-1d2e-7f3a-8b4c-5d6e7f8a9b0c",
    "patient_id": "019a9c51-3c4d-7e5f-8a6b-7c8d9e0f1a2b",
    "kind": CauseKind.SESSION_REPORT.value,
    "level": AlertLevel.URGENT.value,
    "subject": "session",
    "subject_id": "019aa003-0c1d-7e2f-8a3b-4c5d6e7f8a9b",
    "rules": ["rep-foot-open"],
    "performed_at": "2025-11-20T07:30:00Z",
    "reported_at": "2025-11-20T09:20:00Z",
    "raised_at": "2025-11-20T09:20:00Z",
    "delivered_at": "2025-11-20T09:20:03Z",
    "seen_at": "2025-11-20T09:32:00Z",
    "acted_at": "2025-11-20T11:05:00Z",
    "ended_at": None,
    "deadline_at": "2025-11-21T09:20:00Z",
    "overdue": False,
    "outcome": AlertOutcome.REFERRED.value,
    "minutes": {"raised": 0.0, "delivered": 0.1, "seen": 12.0, "acted": 105.0},
}
SUMMARY: dict[str, Any] = {
    "levels": [
        {
            "level": AlertLevel.URGENT.value,
            "flags": 9,
            "waiting": {"delivery": 0, "seeing": 1, "acting": 2},
            "overdue": 0,
            "median_minutes": {"raised": 0.0, "delivered": 0.1, "seen": 14.5, "acted": 160.0},
        }
    ],
    "reconciliation": {
        "checked_at": "2025-11-20T11:10:00Z",
        "reports": 31,
        "causes": 31,
        "missing": 0,
        "stray": 0,
        "broken_since": None,
    },
}
