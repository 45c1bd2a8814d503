"""What corrects a report, or takes it back; what it said before stays, and so does what it raised."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from api.alerts.actions import CauseKind, settle
from api.clinical.triaged import at_least
from api.database.outbox import EventName
from api.database.work import Aspect, Work
from api.errors import Conflict, StaleVersion, invalid
from api.sessions import answers, effects, keeping, looks, queries
from api.sessions.actions import Outcome, outcome_of
from api.sessions.files import PatientFile, load
from api.sessions.filing import Filed, Regrouping, corrected, later
from api.sessions.kept import Kept
from api.sessions.lists import Result
from api.sessions.retriage import retriage
from api.sessions.told import Told


def correct(work: Work, session_id: UUID, told: Told, *, version: int, reason: str) -> Outcome:
    """Take what a report says now for what it said before, and triage it and what came later again.

    The level of the session is never lower than it was; alerts and locks stay until a clinician closes them.

    Args:
        work: the work.
        session_id: which.
        told: all that is to be said now.
        version: the one that the caller read.
        reason: why it was said otherwise.

    Raises:
        NotFound: there is no such report.
        StaleVersion: someone else changed it first.
        Conflict: it was withdrawn, or another report is on file as its record of its source.
        Invalid: it names another session, or a prescription that the patient does not have.
    """
    file, former = _held(work, session_id, told)
    if former.version != version:
        raise StaleVersion(f"The present version is {former.version}.")
    if former.sha256 == told.sha256:
        unchanged = Filed(result=Result.DUPLICATE, patient_id=file.patient_id, told=told, kept=former)
        return outcome_of(file, unchanged, None, ())
    work.affects(file.patient_id, Aspect.SESSIONS, since=file.since(former))
    before = queries.last_triage(work, session_id)
    new = corrected(file, told, former)
    assert new.triaged is not None, session_id
    facts = effects.set_facts(work, file, new.triaged)
    answer = answers.of_triage(new.triaged.triage, facts, effects.alert(work, new.triaged))
    keeping.replace(work, new, answer, reason=reason)
    keeping.change(work, new.regrouped)
    effects.place_locks(work, file, new.triaged)
    looks.correct(work, file, new, answer)
    if new.partner is not None:
        keeping.link(work, new.kept, [new.partner.span.id], new.partner.act)
    raised = retriage(work, {file.patient_id: file}, {file.patient_id: later(file, [new], [former])})
    _tell(work, file, new.kept, EventName.SESSION_CORRECTED)
    return outcome_of(file, new, answer, raised, stands=_stands(former, new, before, answer))


def withdraw(work: Work, session_id: UUID, *, reason: str) -> None:
    """Let a report count no longer; what it set, locked and raised stays until a clinician ends it.

    A clear look at the feet is taken back with it.

    Raises:
        NotFound: there is no such report.
        Conflict: it was withdrawn before.
    """
    file, kept = _held(work, session_id, None)
    work.affects(file.patient_id, Aspect.SESSIONS, since=file.since(kept))
    grouping, group = Regrouping(file), kept.link_group
    kept.withdrawn_at, kept.counts, kept.link_group = work.moment, False, None
    kept.number += 1
    keeping.withdraw(work, kept, queries.versions(work, session_id)[-1].document, reason=reason)
    keeping.change(work, [kept, *grouping.settle(group)])
    looks.withdraw(work, kept.patient_id, kept.id)
    for kind in (CauseKind.SESSION_REPORT, CauseKind.TREND):
        settle(work, kept.patient_id, kind, kept.id, because="The report was withdrawn.")
    retriage(work, {file.patient_id: file}, {file.patient_id: later(file, (), [kept])})
    _tell(work, file, kept, EventName.SESSION_WITHDRAWN)


def _held(work: Work, session_id: UUID, told: Told | None) -> tuple[PatientFile, Kept]:
    """The patient's file, held until the end of the work, and a report in it that counts."""
    found = queries.session(work, session_id)
    if told is not None and told.id != session_id:
        raise invalid("/session_id", "This names another session.", "another-session")
    several = [] if told is None else [told]
    file = load(work, {found.patient_id: several}, as_of=found.performed_at)[found.patient_id]
    kept = file.reports[session_id]
    if kept.withdrawn_at is not None:
        raise Conflict("It was withdrawn; report the session under a new id.")
    return file, kept


def _stands(former: Kept, new: Filed, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What stays as it was although the report says less now."""
    assert new.triaged is not None, former.id
    said = []
    if not at_least(new.triaged.triage.level, former.level):
        said.append(
            f"It was {former.level} before. That level, its alert and its locks stand until a clinician "
            "closes them."
        )
    told = {one["name"] for one in after["facts"]}
    left = [one["name"] for one in before["facts"] if one["name"] not in told]
    if left:
        said.append(f"Facts that it put on file before stay there: {', '.join(left)}.")
    return said


def _tell(work: Work, file: PatientFile, kept: Kept, what: EventName) -> None:
    work.record(what, "session", kept.id)
    work.tell(what, "session", kept.id, patient_id=kept.patient_id)
    work.affects(kept.patient_id, Aspect.SESSIONS, since=file.since(kept))
