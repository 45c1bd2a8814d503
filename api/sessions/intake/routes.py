"""Reports in bulk over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response

from api.database.work import Work
from api.sessions.intake import actions, examples, queries, schemas
from api.sessions.intake.items import read_document
from api.sessions.intake.lists import Holding
from api.web import encoding, paging
from api.web.blueprint import Room
from api.web.lines import MIB, Document, Several

BATCH_LIMIT = 8 * MIB

room = Room(
    "intake",
    __name__,
    url_prefix="/v1/sessions",
    description="Many reports at once, those that could not be filed, and which of them are on file.",
)


@room.route("/batch", methods=["POST"])
@room.needs("sessions:write")
@room.takes_many(schemas.BATCH, Several(most=schemas.MOST_REPORTS, limit=BATCH_LIMIT), example=examples.BATCH)
@room.idempotent()
@room.gives(200, schemas.TakenSessions(), example=examples.BATCH_TAKEN)
def report_sessions(work: Work, documents: list[Document]) -> Response:
    """Report up to 1,000 sessions: an array or a line each (NDJSON), plain or in gzip, up to 8 MiB.

    Each is answered by itself, in the order sent, and all that is answered is kept. What cannot be filed is
    put into quarantine with its reasons, and stops no other: `sent = accepted + duplicate + corrected +
    quarantined`. A report that was sent before is a duplicate, so that the whole can be sent again until it
    is answered. One with a `correction` takes the place of what is on file of its session.
    """
    results = actions.take_in(work, [read_document(one, work.moment) for one in documents])
    return encoding.answer({"sent": len(results), **actions.counts(results), "results": results})


@room.route("/receipts", methods=["GET"])
@room.needs("sessions:read")
@room.asks(schemas.ReceiptQuery())
@room.gives(200, schemas.Receipts(), example=examples.RECEIPTS)
def list_receipts(work: Work, query: dict[str, Any]) -> Any:
    """Tell which of these reports the service has."""
    return {"items": [_receipt(row) for row in queries.receipts(work, query["ids"] or ())]}


@room.route("/quarantine", methods=["GET"])
@room.needs("sessions:read")
@room.asks(schemas.QuarantinePage())
@room.gives(200, schemas.QUARANTINE, example={"items": [examples.SUMMARY], "next": None}, headers=("Link",))
def list_quarantine(work: Work, query: dict[str, Any]) -> Any:
    """List the reports that could not be filed, newest first."""
    return paging.page(queries.quarantine(work, **query), query["limit"])


@room.route("/quarantine/<uuid:quarantine_id>", methods=["GET"])
@room.needs("sessions:read")
@room.gives(200, schemas.QuarantinedReport(), example=examples.QUARANTINED)
def read_quarantined(work: Work, quarantine_id: UUID) -> Any:
    """Show a report that could not be filed, as it was sent, and what was done with it."""
    return _shown(work, quarantine_id)


@room.route("/quarantine/<uuid:quarantine_id>/fix", methods=["POST"])
@room.needs("sessions:write")
@room.takes(schemas.NewFix(), example=examples.FIX)
@room.idempotent()
@room.gives(200, schemas.QuarantinedReport(), example=examples.QUARANTINED)
@room.refuses(409)
def fix_quarantined(work: Work, quarantine_id: UUID, given: dict[str, Any]) -> Any:
    """File a report in place of one that could not be filed; what was sent stays in the history.

    If this one cannot be filed either, it waits on, and `reasons` of the last step in the history say why.
    """
    actions.fix(work, quarantine_id, given["report"])
    return _shown(work, quarantine_id)


@room.route("/quarantine/<uuid:quarantine_id>/rerun", methods=["POST"])
@room.needs("sessions:write")
@room.idempotent()
@room.gives(200, schemas.QuarantinedReport(), example=examples.QUARANTINED)
@room.refuses(409)
def rerun_quarantined(work: Work, quarantine_id: UUID) -> Any:
    """File it as it was sent, now that its reason may be gone: a patient who is registered since."""
    actions.rerun(work, quarantine_id)
    return _shown(work, quarantine_id)


@room.route("/quarantine/<uuid:quarantine_id>/discard", methods=["POST"])
@room.needs("sessions:write")
@room.takes(schemas.NewDiscard(), example=examples.DISCARD)
@room.idempotent()
@room.gives(200, schemas.QuarantinedReport(), example=examples.QUARANTINED)
@room.refuses(409)
def discard_quarantined(work: Work, quarantine_id: UUID, given: actions.Discarding) -> Any:
    """Say that it is no report of a session; it stays readable, and an alert that it raised stands."""
    actions.discard(work, quarantine_id, given)
    return _shown(work, quarantine_id)


def _shown(work: Work, quarantine_id: UUID) -> dict[str, Any]:
    found = queries.quarantined(work, quarantine_id)
    sent = found.sent.decode(errors="replace")
    return {**found._mapping, "sent": sent, "history": queries.steps(work, quarantine_id)}


def _receipt(row: queries.Found) -> dict[str, Any]:
    held = row.received_at is not None
    waiting = row.quarantine_id is not None
    return {
        **row._mapping,
        "received_at": row.received_at if held else row.quarantined_at,
        "state": Holding.HELD if held else Holding.QUARANTINED if waiting else Holding.UNKNOWN,
    }
