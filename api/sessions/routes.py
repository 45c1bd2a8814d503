"""Session reports over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response

from api.database.work import Work
from api.sessions import actions, answers, corrections, examples, grouping, locks, queries, unlocking
from api.sessions.lists import Result
from api.sessions.schemas import answers as shown
from api.sessions.schemas import asking, reports
from api.sessions.told import Told
from api.web import encoding, paging, preconditions
from api.web.blueprint import Room

_OF_TRIAGE = ("at", "cause", "number", "release_sha256")

room = Room(
    "sessions",
    __name__,
    description="Exercise sessions: reports, their triage, and what they lock.",
)


@room.route("/v1/patients/<uuid:patient_id>/sessions", methods=["POST"])
@room.needs("sessions:write")
@room.takes(reports.NEW, example=examples.NEW)
@room.idempotent()
@room.gives(201, shown.FiledSession(), example=examples.FILED, headers=("Location", "ETag"))
@room.gives(
    200,
    shown.FiledSession(),
    example=examples.DUPLICATE,
    description="It was on file already.",
    headers=("ETag",),
)
@room.refuses(409)
def report_session(work: Work, patient_id: UUID, told: Told) -> Response:
    """Report a session: how urgent it is, why, what is locked now, and what to show to the person.

    The id is yours, so that a report can be sent again until it is answered: with the same content it is a
    duplicate, and so is the same record of a source under another id. With other content it is refused;
    correct it instead. Facts that the report sets, locks and alerts are in the same transaction.
    """
    return _filed(work, actions.file_report(work, patient_id, told))


@room.route("/v1/patients/<uuid:patient_id>/sessions", methods=["GET"])
@room.needs("sessions:read")
@room.asks(asking.SessionPage())
@room.gives(200, shown.SESSIONS, example={"items": [examples.SUMMARY], "next": None}, headers=("Link",))
def list_sessions(work: Work, patient_id: UUID, query: dict[str, Any]) -> Any:
    """List what was reported of a patient, the newest session first."""
    found = queries.sessions(work, patient_id, **query)
    return paging.page(found, query["limit"], key=lambda row: (row.performed_at, row.id))


@room.route("/v1/sessions/<uuid:session_id>", methods=["GET"])
@room.needs("sessions:read")
@room.gives(200, shown.Session(), example=examples.SESSION, headers=("ETag",))
def read_session(work: Work, session_id: UUID) -> Response:
    """Show a report with all that was ever told, found, locked and linked of it."""
    return _shown(work, session_id)


@room.route("/v1/sessions/<uuid:session_id>", methods=["PUT"])
@room.needs("sessions:write")
@room.if_match()
@room.takes(reports.CORRECTED, example=examples.CORRECTION)
@room.gives(200, shown.FiledSession(), example=examples.CORRECTED, headers=("ETag",))
@room.refuses(409)
def correct_session(work: Work, session_id: UUID, version: int, correction: reports.Correction) -> Response:
    """Correct a report: say all of it anew, and why; what it said before stays in the history.

    It is triaged again, and so is what came later and is touched. The level never falls, and alerts, locks
    and facts of before stay until a clinician ends them: `stands` says so.
    """
    corrected = corrections.correct(
        work, session_id, correction.told, version=version, reason=correction.reason
    )
    return _filed(work, corrected)


@room.route("/v1/sessions/<uuid:session_id>/withdraw", methods=["POST"])
@room.needs("sessions:write")
@room.takes(asking.Withdrawal(), example=examples.WITHDRAWAL)
@room.idempotent()
@room.gives(200, shown.Session(), example=examples.SESSION, headers=("ETag",))
@room.refuses(409)
def withdraw_session(work: Work, session_id: UUID, given: dict[str, Any]) -> Response:
    """Withdraw a report that should never have been sent: it is kept, and counts no longer.

    Alerts, locks and facts that it left stay until a clinician ends them.
    """
    corrections.withdraw(work, session_id, reason=given["reason"])
    return _shown(work, session_id)


@room.route("/v1/sessions/<uuid:session_id>/not-duplicate", methods=["POST"])
@room.needs("sessions:write")
@room.takes(asking.NewSeparation(), example=examples.SEPARATION)
@room.idempotent()
@room.gives(200, shown.Session(), example=examples.SESSION, headers=("ETag",))
@room.refuses(409)
def separate_session(work: Work, session_id: UUID, given: dict[str, Any]) -> Response:
    """Say that a report is of a session of its own, and not of that of the reports it is linked with."""
    grouping.separate(work, session_id, reason=given["reason"])
    return _shown(work, session_id)


@room.route("/v1/sessions/<uuid:session_id>/merge", methods=["POST"])
@room.needs("sessions:write")
@room.takes(asking.NewMerger(), example=examples.MERGER)
@room.idempotent()
@room.gives(200, shown.Session(), example=examples.SESSION, headers=("ETag",))
@room.refuses(409)
def merge_session(work: Work, session_id: UUID, given: dict[str, Any]) -> Response:
    """Say that two reports are of one session: one of them counts, triage reads both, none is lost."""
    grouping.merge(work, session_id, given["other_id"], reason=given["reason"])
    return _shown(work, session_id)


@room.route("/v1/patients/<uuid:patient_id>/locks", methods=["GET"])
@room.needs("sessions:read")
@room.asks(asking.LockPage())
@room.gives(200, shown.LOCKS, example={"items": [examples.LOCK], "next": None}, headers=("Link",))
def list_locks(work: Work, patient_id: UUID, query: dict[str, Any]) -> Any:
    """List what reports have locked for a patient, and what became of it; newest first."""
    return paging.page(locks.locks(work, patient_id, **query), query["limit"])


@room.route("/v1/locks/<uuid:lock_id>/unlock", methods=["POST"])
@room.needs("prescriptions:sign")
@room.takes(asking.NewUnlock(), example=examples.UNLOCK)
@room.idempotent()
@room.gives(200, shown.Lock(), example=examples.LOCK)
@room.refuses(409)
def unlock(work: Work, lock_id: UUID, given: unlocking.Unlocking) -> Any:
    """Let what a report locked go on, by a member of staff and with a reason.

    A lock has an earliest end, and one that waits for ketones needs them told. Whatever else is locked stays
    so; facts that the report set stay on file until somebody tells them anew.
    """
    unlocking.unlock(work, lock_id, given)
    return locks.lock(work, lock_id)


def _filed(work: Work, outcome: actions.Outcome) -> Response:
    filed, kept = outcome.filed, outcome.filed.kept
    row = queries.session(work, kept.id) if outcome.answer is None else None
    data = {
        "session_id": kept.id,
        "patient_id": kept.patient_id,
        "result": filed.result,
        "version": kept.version,
        "received_at": kept.received_at,
        "level": kept.level,
        "flags": outcome.flags if row is None else row.flags,
        "prescription_revision": outcome.revision if row is None else row.prescription_revision,
        "triage": outcome.answer or queries.last_triage(work, kept.id),
        "locks": answers.of_locks(outcome.locked),
        "links": {"counts": kept.counts, "session_ids": outcome.linked},
        "raised": answers.of_raised(outcome.raised),
        "stands": outcome.stands,
    }
    headers = preconditions.etag(kept.version)
    if filed.result is Result.ACCEPTED:
        return encoding.answer(data, 201, {"Location": f"/v1/sessions/{kept.id}", **headers})
    return encoding.answer(data, headers=headers)


def _shown(work: Work, session_id: UUID) -> Response:
    found = queries.session(work, session_id)
    versions = [dict(one._mapping) for one in queries.versions(work, session_id)]
    triages = queries.triages(work, session_id)
    data = {
        **{column.key: getattr(found, column.key) for column in queries.SUMMARY},
        "report": versions[-1]["document"],
        "triage": triages[-1].answer,
        "links": {"counts": found.counts, "session_ids": queries.others(work, found)},
        "locks": [dict(one._mapping) for one in locks.of_session(work, session_id)],
        "versions": versions,
        "triages": [{**one.answer, **{name: getattr(one, name) for name in _OF_TRIAGE}} for one in triages],
        "link_history": [dict(one._mapping) for one in queries.links(work, session_id)],
    }
    return encoding.answer(data, headers=preconditions.etag(found.version))
