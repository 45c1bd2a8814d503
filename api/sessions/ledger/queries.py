"""What became of red flags: each by itself, how many wait at which step, and whether the ledger holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    extract,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from api.alerts.levels import PRECEDENCE, WITHIN, AlertLevel
from api.alerts.moves import AlertMove
from api.alerts.tables import AlertCause, AlertMoveRow, CauseKind
from api.database.work import Work
from api.sessions.ledger.tables import LedgerCheck
from api.sessions.tables import SessionReport

Found = Row[*tuple[Any, ...]]

RED_FLAGS = tuple(level for level in AlertLevel if WITHIN[level] is not None)
"""The levels at which a clinician has to act, mildest first."""
STEPS = ("raised_at", "delivered_at", "seen_at", "acted_at")
"""What happens to a flag after it was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which red flags.

    Attributes:
        since: told from then on.
        until: told before then.
        level: this one or worse.
        kind: what raised them.
        is_open: not acted on yet, or acted on.
        overdue: past the deadline and not acted on, or not so.
    """

    since: datetime | None = None
    until: datetime | None = None
    level: AlertLevel | None = None
    kind: CauseKind | None = None
    is_open: bool | None = None
    overdue: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the newest checks of all ledgers came to, together.

    Attributes:
        checked_at: when the one was checked that was not for the longest time; None if none was.
    """

    reports: int
    causes: int
    missing: int
    stray: int
    checked_at: datetime | None


def ledger(work: Work, wanted: Wanted, *, after: tuple[datetime, UUID] | None, limit: int) -> Sequence[Found]:
    """Red flags, the newest first, at most `limit + 1`, in one statement."""
    of_session = and_(
        SessionReport.clinic_id == work.clinic_id,
        SessionReport.id == AlertCause.subject_id,
        AlertCause.subject == "session",
    )
    resolution = and_(
        AlertMoveRow.clinic_id == work.clinic_id,
        AlertMoveRow.alert_id == AlertCause.alert_id,
        AlertMoveRow.move == AlertMove.RESOLVE,
    )
    listed = (
        select(
            AlertCause.id,
            AlertCause.alert_id,
            AlertCause.patient_id,
            AlertCause.kind,
            AlertCause.level,
            AlertCause.subject,
            AlertCause.subject_id,
            AlertCause.rules,
            SessionReport.performed_at,
            AlertCause.reported_at,
            *(getattr(AlertCause, name) for name in STEPS),
            AlertCause.ended_at,
            AlertMoveRow.outcome,
            _overdue(work).label("overdue"),
        )
        .outerjoin(SessionReport, of_session)
        .outerjoin(AlertMoveRow, resolution)
        .order_by(AlertCause.reported_at.desc(), AlertCause.id.desc())
        .limit(limit + 1)
    )
    listed = _only(work, listed, wanted)
    if after is not None:
        listed = listed.where(tuple_(AlertCause.reported_at, AlertCause.id) < tuple_(*after))
    found: Sequence[Found] = work.db.execute(listed).all()
    return found


def summary(work: Work, wanted: Wanted) -> list[dict[str, Any]]:
    """How many red flags there are of each level, the worst first, and where they stand."""
    steps = {name: getattr(AlertCause, name) for name in STEPS}
    waits = AlertCause.acted_at.is_(None)
    counted = select(
        AlertCause.level,
        func.count().label("flags"),
        _count(waits, AlertCause.seen_at.is_(None), AlertCause.delivered_at.is_(None), name="delivery"),
        _count(waits, AlertCause.seen_at.is_(None), AlertCause.delivered_at.is_not(None), name="seeing"),
        _count(waits, AlertCause.seen_at.is_not(None), name="acting"),
        _count(_overdue(work), name="overdue"),
        *(_median(at).label(name) for name, at in steps.items()),
    ).group_by(AlertCause.level)
    rows = {row.level: row._mapping for row in work.db.execute(_only(work, counted, wanted))}
    return [
        {"level": level, **(rows.get(level) or _NOTHING)}
        for level in reversed(RED_FLAGS)
        if wanted.level is None or PRECEDENCE[level] <= PRECEDENCE[wanted.level]
    ]


def last_check(work: Work) -> Found | None:
    """What the newest check of the clinic's ledger came to, if there was any."""
    return work.db.execute(
        select(
            LedgerCheck.checked_at,
            LedgerCheck.reports,
            LedgerCheck.causes,
            LedgerCheck.missing,
            LedgerCheck.stray,
            LedgerCheck.broken_since,
        ).where(LedgerCheck.clinic_id == work.clinic_id)
    ).first()


def totals(jobs: Connection) -> Totals:
    """What the ledgers of all clinics came to when they were checked last; nothing of any one of them."""
    rows = jobs.execute(
        select(
            LedgerCheck.clinic_id,
            func.sum(LedgerCheck.reports).label("reports"),
            func.sum(LedgerCheck.causes).label("causes"),
            func.sum(LedgerCheck.missing).label("missing"),
            func.sum(LedgerCheck.stray).label("stray"),
            func.min(LedgerCheck.checked_at).label("checked_at"),
        ).group_by(LedgerCheck.clinic_id)
    ).all()
    return Totals(
        reports=sum(row.reports for row in rows),
        causes=sum(row.causes for row in rows),
        missing=sum(row.missing for row in rows),
        stray=sum(row.stray for row in rows),
        checked_at=min((row.checked_at for row in rows), default=None),
    )


_NOTHING = {
    **dict.fromkeys(("flags", "delivery", "seeing", "acting", "overdue"), 0),
    **dict.fromkeys(STEPS, None),
}


def _only(work: Work, listed: Any, wanted: Wanted) -> Any:
    listed = listed.where(
        AlertCause.clinic_id == work.clinic_id, AlertCause.level != literal_column("'watch'")
    )
    if wanted.since is not None:
        listed = listed.where(AlertCause.reported_at >= wanted.since)
    if wanted.until is not None:
        listed = listed.where(AlertCause.reported_at < wanted.until)
    if wanted.level is not None:
        worst = [level for level in RED_FLAGS if PRECEDENCE[level] <= PRECEDENCE[wanted.level]]
        listed = listed.where(AlertCause.level.in_(worst))
    if wanted.kind is not None:
        listed = listed.where(AlertCause.kind == wanted.kind)
    if wanted.is_open is not None:
        acted_at = AlertCause.acted_at
        listed = listed.where(acted_at.is_(None) if wanted.is_open else acted_at.is_not(None))
    if wanted.overdue is not None:
        listed = listed.where(_overdue(work) if wanted.overdue else ~_overdue(work))
    return listed


def _overdue(work: Work) -> ColumnElement[bool]:
    """Whether a clinician should have acted and has not; the time counts from when the flag was told."""
    late = [
        and_(AlertCause.level == level, AlertCause.reported_at <= work.moment - within)
        for level, within in WITHIN.items()
        if within is not None
    ]
    return and_(AlertCause.acted_at.is_(None), or_(*late))


def _count(*conditions: ColumnElement[bool], name: str) -> ColumnElement[int]:
    return func.count().filter(*conditions).label(name)


def _median(at: Any) -> Any:
    """Of the minutes since a flag was told, over those to which it has happened."""
    minutes = extract("epoch", at - AlertCause.reported_at) / 60
    return func.percentile_cont(0.5).within_group(minutes)
