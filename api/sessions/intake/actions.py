"""What takes in reports by the dozen, and what is done with those that were put aside."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from api.access.queries import named_practitioner
from api.alerts.actions import CauseKind, settle
from api.database.base import uuid7
from api.database.work import Work
from api.errors import Conflict
from api.sessions.intake import queries
from api.sessions.intake.aside import SUBJECT, Doubt, doubts_of, put_aside, raise_doubt
from api.sessions.intake.items import Item, read_again, read_instead
from api.sessions.intake.lists import Outcome, QuarantineMove, QuarantineState
from api.sessions.intake.tables import QuarantinedReport, QuarantineStep
from api.sessions.intake.taking import Verdict, take


@dataclass(frozen=True, slots=True, kw_only=True)
class Discarding:
    """Why a report that was put aside is none, and who says so."""

    reason: str
    practitioner_id: UUID | None = None


def take_in(work: Work, items: Sequence[Item], *, import_id: UUID | None = None) -> list[dict[str, Any]]:
    """File reports, and put aside what cannot be filed; what became of each, as it is answered.

    Args:
        work: the work.
        items: as they came.
        import_id: the import that they came in.
    """
    verdicts = take(work, items)
    aside = [one for one in verdicts if one.outcome is Outcome.QUARANTINED]
    ids = iter(put_aside(work, aside, import_id=import_id) if aside else ())
    return [_answer(one, next(ids) if one.outcome is Outcome.QUARANTINED else None) for one in verdicts]


def counts(answers: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many came to what."""
    counted = dict.fromkeys((one.value for one in Outcome), 0)
    for one in answers:
        counted[one["result"]] += 1
    return counted


def fix(work: Work, quarantine_id: UUID, data: Any) -> None:
    """File this in place of what was sent; if that cannot be filed either, it waits on, and why is noted.

    Raises:
        NotFound: there is no such report in quarantine.
        Conflict: it waits no longer.
    """
    found = _waiting(work, quarantine_id)
    item = read_instead(found.line, found.sent, data, work.moment)
    _try(work, found, item, move=QuarantineMove.FIX, report=data)


def rerun(work: Work, quarantine_id: UUID) -> None:
    """File what was sent as it is, now that the reason why it could not be filed may be gone.

    Raises:
        NotFound: there is no such report in quarantine.
        Conflict: it waits no longer.
    """
    found = _waiting(work, quarantine_id)
    item = read_again(found.line, found.sent, work.moment)
    _try(work, found, item, move=QuarantineMove.RERUN, report=None)


def discard(work: Work, quarantine_id: UUID, discarding: Discarding) -> None:
    """Say that it is no report; it stays readable.

    Raises:
        NotFound: there is no such report in quarantine.
        Conflict: it waits no longer.
        Invalid: there is no such member of staff.
    """
    found = _waiting(work, quarantine_id)
    if discarding.practitioner_id is not None:
        named_practitioner(work, discarding.practitioner_id)
    if found.patient_id is not None:
        because = f"The report in quarantine was discarded: {discarding.reason}"[:1000]
        _settle(work, found, " ".join(because.split()))
    _hold(work, quarantine_id)
    _set(work, quarantine_id, state=QuarantineState.DISCARDED, version=found.version + 1)
    _note(work, quarantine_id, QuarantineMove.DISCARD, **asdict(discarding))
    work.record("report.discarded", SUBJECT, quarantine_id, practitioner_id=discarding.practitioner_id)


def _try(work: Work, found: queries.Found, item: Item, *, move: QuarantineMove, report: Any) -> None:
    (verdict,) = take(work, [item.of_source(str(found.client_id))])
    doubt = None
    if verdict.outcome is Outcome.QUARANTINED:
        (doubt,) = doubts_of(work, [verdict])
    _hold(work, found.id)
    standing: dict[str, Any] = {"version": found.version + 1}
    if doubt is None:
        standing |= {"state": QuarantineState.FILED, "filed_as": verdict.session_id, "reasons": []}
        if found.patient_id is not None:
            _settle(work, found, "The report was taken out of quarantine and filed.")
    elif move is QuarantineMove.RERUN:
        standing |= _of_doubt(doubt)
    _set(work, found.id, **standing)
    if doubt is not None:
        raise_doubt(work, found.id, doubt, reported_at=work.moment)
    _note(
        work,
        found.id,
        move,
        report=report,
        result=verdict.outcome,
        session_id=verdict.session_id,
        reasons=[] if doubt is None else doubt.reasons,
    )
    work.record(f"report.{move}", SUBJECT, found.id)


def _of_doubt(doubt: Doubt) -> dict[str, Any]:
    level = None if doubt.may_be is None else doubt.may_be.level
    return {"reasons": doubt.reasons, "patient_id": doubt.patient_id, "level": level}


def _waiting(work: Work, quarantine_id: UUID) -> queries.Found:
    found = queries.quarantined(work, quarantine_id)
    if found.state is not QuarantineState.WAITING:
        raise _settled_already()
    return found


def _hold(work: Work, quarantine_id: UUID) -> None:
    """Hold the row, after its patient as everyone does; nobody was first."""
    state = work.db.scalar(
        select(QuarantinedReport.state)
        .where(QuarantinedReport.clinic_id == work.clinic_id, QuarantinedReport.id == quarantine_id)
        .with_for_update()
    )
    if state is not QuarantineState.WAITING:
        raise _settled_already()


def _settled_already() -> Conflict:
    return Conflict("It waits no longer: it was filed or discarded.")


def _settle(work: Work, found: queries.Found, because: str) -> None:
    settle(work, found.patient_id, CauseKind.QUARANTINED_REPORT, found.id, because=because)


def _set(work: Work, quarantine_id: UUID, **values: Any) -> None:
    work.db.execute(
        update(QuarantinedReport)
        .where(QuarantinedReport.clinic_id == work.clinic_id, QuarantinedReport.id == quarantine_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _note(work: Work, quarantine_id: UUID, move: QuarantineMove, **said: Any) -> None:
    work.db.execute(
        insert(QuarantineStep).values(
            **{
                "clinic_id": work.clinic_id,
                "id": uuid7(),
                "quarantined_id": quarantine_id,
                "move": move,
                "at": work.moment,
                "client_id": work.caller.client_id,
                "practitioner_id": None,
                "reason": None,
                "report": None,
                "result": None,
                "session_id": None,
                "reasons": [],
                **said,
            }
        )
    )


def _answer(verdict: Verdict, quarantine_id: UUID | None) -> dict[str, Any]:
    told, item = verdict.told, verdict.item
    return {
        "line": item.document.line,
        "result": verdict.outcome,
        "patient_id": verdict.patient_id,
        "session_id": verdict.session_id or item.session_id,
        "version": None if told is None else told.version,
        "level": None if told is None else told.level,
        "rules": [] if told is None else told.rules,
        "messages": [] if told is None else told.answer["messages"],
        "alert_id": None if told is None else told.answer["alert_id"],
        "quarantine_id": quarantine_id,
        "reasons": [asdict(one) for one in verdict.reasons],
    }
