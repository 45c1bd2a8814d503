"""What follows from a triage: facts of the patient, locks, alerts; each in the transaction of the report."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from api.alerts.actions import Cause, CauseKind, raise_alert
from api.clinical.facts import Observation
from api.clinical.reports import ReportLevel
from api.clinical.triaged import Lock, SetFact, at_least
from api.database.base import uuid7
from api.database.outbox import EventName
from api.database.work import Aspect, Work
from api.patients import actions as patients
from api.patients.observations.reading import Sent
from api.patients.observations.recording import Intake
from api.sessions.files import PatientFile
from api.sessions.filing import Triaged
from api.sessions.lists import TriageCause
from api.sessions.locks import Live
from api.sessions.tables import SessionLock

SOURCE = "session-reports"
"""The source of facts that reports set; an observation under it renews them."""


def set_facts(work: Work, file: PatientFile, triaged: Triaged) -> list[dict[str, Any]]:
    """Put on file what a report says of the patient, under the report's id; what became of each."""
    if triaged.cause is TriageCause.OTHER_REPORT:
        return []
    asked = {
        one.name: one for one in triaged.triage.facts if one.add is None or _counts_anew(file, triaged, one)
    }
    if not asked:
        return []
    at = min(triaged.told.report.performed_at, work.moment)
    values = {name: _value(file, one) for name, one in asked.items()}
    observations = [
        Observation(name, value, at, "session-report", SOURCE, str(triaged.kept.id))
        for name, value in values.items()
    ]
    sent = [Sent(f"/{name}", value, None) for name, value in values.items()]
    results = patients.record_facts(work, file.patient_id, Intake(observations=observations, sent=sent))
    return [
        {
            "name": one.observation.name,
            "value": one.value,
            "observed_at": one.observation.observed_at,
            "source": SOURCE,
            "fact_id": one.fact_id,
            "result": one.result,
            "rule_id": asked[one.observation.name].rule_id,
        }
        for one in results
    ]


def place_locks(work: Work, file: PatientFile, triaged: Triaged) -> None:
    """Lock what a report asks to stop, from its receipt; what it has locked already stays as it is."""
    standing = {
        (one.rule_id, frozenset(one.tags), frozenset(one.exercises))
        for one in file.locked
        if one.session_id == triaged.kept.id
    }
    new = [
        one
        for one in triaged.triage.locks
        if (one.rule_id, one.tags, one.exercises) not in standing and _locks_anew(triaged, one)
    ]
    if not new:
        return
    says = {one.rule.id: one.rule.says for one in triaged.triage.fired}
    placed = [_placed(work, triaged, one, says[one.rule_id]) for one in new]
    own = {"clinic_id": work.clinic_id, "patient_id": file.patient_id}
    work.db.execute(insert(SessionLock), [own | one._asdict() for one in placed])
    for one in placed:
        work.record("lock.placed", "lock", one.id)
        work.tell(EventName.LOCK_PLACED, "lock", one.id, patient_id=file.patient_id)
    file.locked += placed
    work.affects(file.patient_id, Aspect.PRESCRIPTION, since=work.yesterday)


def alert(work: Work, triaged: Triaged) -> UUID | None:
    """Put a report for review or worse, and each trend, before the patient's clinicians; the alert."""
    alert_id = None
    for cause in _causes(work, triaged):
        alert_id = raise_alert(work, triaged.kept.patient_id, cause)
    return alert_id


def _counts_anew(file: PatientFile, triaged: Triaged, one: SetFact) -> bool:
    """Whether nobody has counted it yet: neither this report before, nor another of the same session."""
    group = [other for other in file.members(triaged.kept.link_group) if other.id != triaged.kept.id]
    return one.rule_id in triaged.new_rules and not any(one.rule_id in other.rules for other in group)


def _value(file: PatientFile, one: SetFact) -> Any:
    if one.add is None:
        return one.value
    file.added[one.name] += one.add
    return (file.known.entered.get(one.name) or 0) + file.added[one.name]


def _locks_anew(triaged: Triaged, lock: Lock) -> bool:
    """Whether a lock follows from what is new; what was unlocked stays so until something new is told."""
    if triaged.cause is not TriageCause.OTHER_REPORT:
        return True
    return lock.rule_id in triaged.new_rules or triaged.triage.level is not triaged.was


def _placed(work: Work, triaged: Triaged, lock: Lock, why: str) -> Live:
    return Live(
        id=uuid7(),
        session_id=triaged.kept.id,
        rule_id=lock.rule_id,
        tags=sorted(lock.tags),
        exercises=sorted(lock.exercises),
        why=why,
        placed_at=work.moment,
        opens_from=lock.opens_from(work.moment),
        ketones_below=lock.ketones_below,
    )


def _causes(work: Work, triaged: Triaged) -> Iterable[Cause]:
    found, kept = triaged.triage, triaged.kept
    told_anew = triaged.cause is not TriageCause.OTHER_REPORT
    own = [one.rule.id for one in found.fired]
    risen = at_least(found.own_level, ReportLevel.REVIEW) and (
        told_anew or not at_least(triaged.was, found.own_level)
    )
    if risen:
        yield Cause(
            kind=CauseKind.SESSION_REPORT,
            level=found.own_level,
            subject="session",
            subject_id=kept.id,
            title=found.fired[0].rule.says if _worst_fired(triaged) else _UNANSWERED,
            rules=tuple(own),
            detail=_detail(triaged),
            reported_at=work.moment,
        )
    for one in found.trends:
        if told_anew or one.trend.id in triaged.new_rules:
            yield Cause(
                kind=CauseKind.TREND,
                level=one.level,
                subject="session",
                subject_id=kept.id,
                title=one.trend.says,
                rules=(one.trend.id,),
                detail={**_detail(triaged), "session_ids": list(one.report_ids)},
                reported_at=work.moment,
            )


_UNANSWERED = "Questions that matter were left open twice running."


def _worst_fired(triaged: Triaged) -> bool:
    found = triaged.triage
    return bool(found.fired) and found.fired[0].level is found.own_level


def _detail(triaged: Triaged) -> dict[str, Any]:
    found = triaged.triage
    return {
        "performed_at": triaged.told.report.performed_at,
        "reporter": triaged.told.report.reporter,
        "findings": [
            {"rule_id": one.rule.id, "level": one.level, "says": one.rule.says} for one in found.fired
        ],
        "not_asked": list(found.not_asked),
        "tasks": [{"id": one.id, "sentence": one.sentence} for one in found.tasks],
    }
