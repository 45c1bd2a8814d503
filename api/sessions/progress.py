"""Reports as progression reads them: all of a prescription, and up to when a clinician has settled them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import or_, select

from api.alerts.tables import AlertCause, CauseKind
from api.clinical.fitt import Part
from api.clinical.knowledge import library
from api.clinical.reports import Report, Reported, ReportLevel
from api.clinical.session_progress import to_progression
from api.clinical.triaged import Triage, at_least
from api.database.work import Work
from api.prescriptions.tables import Prescription, PrescriptionRevision
from api.sessions.locks import Found
from api.sessions.reading import restored
from api.sessions.tables import SessionLock, SessionReport, SessionVersion

_RED = [level for level in ReportLevel if at_least(level, ReportLevel.REVIEW)]
_BEFORE = timedelta(microseconds=1)


class _Planned(NamedTuple):
    """What a revision planned, as far as reports are held against it."""

    parts: Mapping[str, Part]
    minutes: int | None = None
    reps_high: int | None = None


_UNPLANNED = _Planned({})


def reported(work: Work, prescription_id: UUID) -> Reported:
    """All that was reported of a prescription, and what is for review of the same patient beside it."""
    rows = _rows(work, prescription_id)
    planned = _planned(work, prescription_id) if rows else {}
    reports = [
        _report(
            row, planned[row.prescription_revision] if row.prescription_id == prescription_id else _UNPLANNED
        )
        for row in rows
    ]
    return Reported(reports, _settled_at(work, rows))


def _rows(work: Work, prescription_id: UUID) -> list[Found]:
    """The reports that count, and those for review or worse, whether they count or not."""
    own = (SessionReport.prescription_id == prescription_id) & SessionReport.counts
    red = SessionReport.level.in_(_RED)
    found = work.db.execute(
        select(
            SessionReport.id,
            SessionReport.received_at,
            SessionReport.level,
            SessionReport.own_level,
            SessionReport.rules,
            SessionReport.prescription_id,
            SessionReport.prescription_revision,
            SessionVersion.document,
        )
        .join(
            Prescription,
            (Prescription.clinic_id == work.clinic_id)
            & (Prescription.patient_id == SessionReport.patient_id),
        )
        .join(
            SessionVersion,
            (SessionVersion.clinic_id == work.clinic_id)
            & (SessionVersion.session_id == SessionReport.id)
            & (SessionVersion.number == SessionReport.number),
        )
        .where(
            SessionReport.clinic_id == work.clinic_id,
            Prescription.id == prescription_id,
            SessionReport.withdrawn_at.is_(None),
            or_(own, red),
        )
        .order_by(SessionReport.performed_at, SessionReport.id)
    )
    return list(found)


def _planned(work: Work, prescription_id: UUID) -> dict[int, _Planned]:
    """What each signed revision planned."""
    rows: Any = work.db.execute(
        select(PrescriptionRevision.number, PrescriptionRevision.document).where(
            PrescriptionRevision.clinic_id == work.clinic_id,
            PrescriptionRevision.prescription_id == prescription_id,
        )
    )
    return {row.number: _plan_of(row.document) for row in rows}


def _plan_of(document: Mapping[str, Any]) -> _Planned:
    aerobic, resistance = document["doses"]["aerobic"], document["doses"]["resistance"]
    return _Planned(
        parts={item["exercise_id"]: Part(item["part"]) for item in document["items"]},
        minutes=None if aerobic is None else aerobic["minutes"],
        reps_high=None if resistance is None else resistance["reps_high"],
    )


def _report(row: Found, planned: _Planned) -> Report:
    release = library.load()
    rules = [release.triaging.by_id[one] for one in row.rules if one in release.triaging.by_id]
    regressions = tuple(dict.fromkeys(one.regression for one in rules if one.regression is not None))
    return to_progression(
        release,
        restored(row.document, row.received_at).report,
        Triage(level=row.level, own_level=row.own_level, regressions=regressions),
        planned=planned.parts,
        planned_minutes=planned.minutes,
        reps_high=planned.reps_high,
        received_at=row.received_at,
    )


def _settled_at(work: Work, rows: Iterable[Found]) -> datetime | None:
    """Up to when everything for review is settled: unlocked, and its alert resolved."""
    red: dict[UUID, datetime] = {
        row.id: row.received_at for row in rows if at_least(row.level, ReportLevel.REVIEW)
    }
    if not red:
        return None
    locked = select(SessionLock.session_id).where(
        SessionLock.clinic_id == work.clinic_id,
        SessionLock.session_id.in_(red),
        SessionLock.unlocked_at.is_(None),
    )
    raised = select(AlertCause.subject_id).where(
        AlertCause.clinic_id == work.clinic_id,
        AlertCause.subject_id.in_(red),
        AlertCause.kind.in_([CauseKind.SESSION_REPORT, CauseKind.TREND]),
        AlertCause.acted_at.is_(None),
    )
    waiting = [red[one] for one in work.db.scalars(locked.union(raised))]
    return min(waiting) - _BEFORE if waiting else work.moment
