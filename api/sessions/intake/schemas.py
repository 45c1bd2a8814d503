"""Reports in bulk on the wire: what becomes of each, what was put aside, what is on file."""

from typing import Any
from uuid import UUID

from api.clinical.reports import ReportLevel
from api.sessions.intake.actions import Discarding
from api.sessions.intake.lists import Holding, Outcome, QuarantineMove, QuarantineState
from api.sessions.schemas import reports
from api.sessions.schemas.answers import PatientMessage
from api.web import fields, paging, shapes

LONG = 2000
MOST_REPORTS = 1000
MOST_RECEIPTS = 200

_IDENTIFIER: dict[str, Any] = {
    "type": "object",
    "description": "What another system calls a patient.",
    "required": ["system", "value"],
    "additionalProperties": False,
    "properties": {
        "system": {"type": "string", "maxLength": 300, "description": "Which system, as a URI."},
        "value": {"type": "string", "maxLength": 200, "description": "What it calls the patient."},
    },
}
_CORRECTION: dict[str, Any] = {
    "type": "object",
    "description": "Why a report takes the place of what is on file.",
    "required": ["reason"],
    "additionalProperties": False,
    "properties": {
        "reason": {"type": "string", "minLength": 1, "maxLength": LONG, "description": "Why."},
        "version": {
            "type": ["integer", "null"],
            "minimum": 1,
            "description": "The version that it was made from; whatever is on file if left out.",
        },
    },
}


def _or_null(component: str, description: str) -> dict[str, Any]:
    return {
        "anyOf": [{"$ref": f"#/components/schemas/{component}"}, {"type": "null"}],
        "description": description,
    }


_ADDRESS: dict[str, Any] = {
    "patient_id": {
        "type": ["string", "null"],
        "format": "uuid",
        "description": "Whose it is, or identifier.",
    },
    "identifier": _or_null(
        "SentIdentifier", "What another system calls the patient; in place of patient_id."
    ),
    "correction": _or_null(
        "SentCorrection",
        "That it takes the place of what is on file of the session, if that says otherwise.",
    ),
}
_NEW = reports.NEW.components["NewSession"]
ITEM = shapes.Documented(
    "SentSession",
    {
        **_NEW,
        "description": "A report among others: one of a session, with its patient.",
        "properties": {**_ADDRESS, **_NEW["properties"]},
    },
    others={
        **{name: schema for name, schema in reports.NEW.components.items() if name != "NewSession"},
        "SentIdentifier": _IDENTIFIER,
        "SentCorrection": _CORRECTION,
    },
)
BATCH = shapes.Documented(
    "SentSessions",
    {
        "type": "array",
        "description": "Reports of any patients of the clinic.",
        "minItems": 1,
        "maxItems": MOST_REPORTS,
        "items": ITEM.json_schema(),
    },
    others=ITEM.components,
)


class QuarantineReason(shapes.View):
    """Why a report could not be filed."""

    pointer = fields.Text(description="Where in it, as a JSON pointer; empty for the whole.")
    detail = fields.Text(most=LONG)
    code = fields.Text()


class TakenSession(shapes.View):
    """What became of a report among others."""

    line = fields.Integer(description="Its line, from 1; in an array its place.")
    result = fields.Closed(Outcome, name="IntakeOutcome")
    patient_id = fields.Uuid(allow_none=True)
    session_id = fields.Uuid(
        allow_none=True, description="Of a duplicate that of the report on file; null if it has none to read."
    )
    version = fields.Integer(allow_none=True, description="Null in quarantine, as all about its triage.")
    level = fields.Closed(ReportLevel, allow_none=True)
    rules = fields.List(fields.Text(), most=1000, description="What it shows.")
    messages = fields.List(fields.Nested(PatientMessage), description="To be shown to the person.")
    alert_id = fields.Uuid(allow_none=True, description="The alert that it raised, or joined.")
    quarantine_id = fields.Uuid(allow_none=True)
    reasons = fields.List(fields.Nested(QuarantineReason), most=1000, description="Why it is in quarantine.")


class TakenSessions(shapes.View):
    """What became of reports: `sent = accepted + duplicate + corrected + quarantined`."""

    sent = fields.Integer()
    accepted = fields.Integer()
    duplicate = fields.Integer(description="Told before, word for word.")
    corrected = fields.Integer()
    quarantined = fields.Integer(description="Put aside until somebody says what it is; never lost.")
    results = fields.List(fields.Nested(TakenSession), most=MOST_REPORTS, description="In the order sent.")


class QuarantineSummary(shapes.View):
    """A report that could not be filed."""

    id = fields.Uuid()
    client_id = fields.Uuid()
    import_id = fields.Uuid(allow_none=True)
    line = fields.Integer()
    times = fields.Integer(description="How often it was sent.")
    received_at = fields.Instant()
    last_received_at = fields.Instant()
    state = fields.Closed(QuarantineState)
    reasons = fields.List(fields.Nested(QuarantineReason), most=1000)
    patient_id = fields.Uuid(allow_none=True, description="Null while it names no patient of the clinic.")
    session_id = fields.Uuid(allow_none=True)
    level = fields.Closed(
        ReportLevel,
        allow_none=True,
        description="How urgent what can be read of it may be; `review` and above of a known patient raises "
        "an alert, null is that nothing can be read.",
    )
    alert_id = fields.Uuid(allow_none=True)
    filed_as = fields.Uuid(allow_none=True, description="The session that it became.")
    version = fields.Integer()


class QuarantineStep(shapes.View):
    """What was done with it, and what came of that."""

    move = fields.Closed(QuarantineMove)
    at = fields.Instant()
    client_id = fields.Uuid()
    practitioner_id = fields.Uuid(allow_none=True)
    reason = fields.Text(most=LONG, lines=True, allow_none=True)
    report = shapes.Documented(
        "FixedSession",
        {"description": "What was to be filed in its place; null where that was what had been sent."},
    )
    result = fields.Closed(Outcome, name="IntakeOutcome", allow_none=True)
    session_id = fields.Uuid(allow_none=True)
    reasons = fields.List(fields.Nested(QuarantineReason), most=1000)


class QuarantinedReport(QuarantineSummary):
    """A report that could not be filed, as it was sent, with all that was done with it."""

    sent = fields.Text(description="As it came; bytes that are not UTF-8 are shown as U+FFFD.")
    history = fields.List(fields.Nested(QuarantineStep), most=1000, description="Oldest first.")


class QuarantinePage(paging.Page):
    """Which reports that could not be filed to list, newest first."""

    state = fields.Closed(QuarantineState, load_default=None, description="Only what stands so.")
    level = fields.Closed(ReportLevel, load_default=None, description="Only what may be so urgent.")
    patient_id = fields.Uuid(load_default=None, description="Only of this patient.")
    import_id = fields.Uuid(load_default=None, description="Only of this import.")


class NewFix(shapes.Body):
    """What is filed in place of what was sent."""

    report = shapes.Documented(
        ITEM.component, ITEM.components[ITEM.component], others=ITEM.components, required=True
    )


class NewDiscard(shapes.Body):
    """Why it is no report."""

    makes = Discarding

    reason = fields.Text(required=True, most=LONG, lines=True)
    practitioner_id = fields.Uuid(load_default=None, description="Who says so.")


class Ids(fields.Text):
    """Ids, parted by commas."""

    def __init__(self, *, most: int, **options: Any) -> None:
        one = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
        super().__init__(most=37 * most, pattern=f"{one}(,{one}){{0,{most - 1}}}", **options)

    def read(self, value: Any) -> Any:
        """The ids, each once."""
        return list(dict.fromkeys(UUID(one) for one in super().read(value).split(",")))


class ReceiptQuery(shapes.Query):
    """Of which reports to tell."""

    ids = Ids(
        most=MOST_RECEIPTS,
        load_default=None,
        description=f"The ids of up to {MOST_RECEIPTS} sessions, parted by commas.",
    )


class Receipt(shapes.View):
    """Whether the service has a report."""

    session_id = fields.Uuid()
    state = fields.Closed(Holding)
    received_at = fields.Instant(allow_none=True, description="When it came first.")
    patient_id = fields.Uuid(allow_none=True)
    version = fields.Integer(allow_none=True)
    withdrawn_at = fields.Instant(allow_none=True)
    sha256 = fields.Text(
        allow_none=True, description="Of what it says now; two reports that say the same have the same."
    )
    quarantine_id = fields.Uuid(
        allow_none=True, description="What is in quarantine under this id, also beside a report on file."
    )


class Receipts(shapes.View):
    """Of each id that was asked, in that order, whether the service has the report."""

    items = fields.List(fields.Nested(Receipt), most=MOST_RECEIPTS)


QUARANTINE = paging.page_of(QuarantineSummary)
