"""What is known of alerts."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    any_,
    case,
    exists,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    tuple_,
)

from api.alerts.levels import PRECEDENCE, AlertLevel
from api.alerts.moves import AlertState
from api.alerts.tables import Alert, AlertCause, AlertMoveRow, CauseKind
from api.database.work import Work
from api.errors import NotFound
from api.patients import queries as patients

Found = Row[*tuple[Any, ...]]
Place = tuple[str, int, datetime, datetime, UUID]
"""A place in the worklist: its order, then precedence, deadline, age and id of the alert before it."""

MOST = 1000
"""How many causes, and how many moves, an alert shows."""


class WorklistOrder(StrEnum):
    """How a worklist is sorted: the worst, the most pressing or the oldest first."""

    LEVEL = "level"
    DEADLINE = "deadline"
    AGE = "age"


_KEYS: dict[WorklistOrder, tuple[Any, ...]] = {
    WorklistOrder.LEVEL: (Alert.precedence, Alert.due_at, Alert.raised_at, Alert.id),
    WorklistOrder.DEADLINE: (Alert.due_at, Alert.precedence, Alert.raised_at, Alert.id),
    WorklistOrder.AGE: (Alert.raised_at, Alert.id),
}
_CAUSE = (
    AlertCause.id,
    AlertCause.kind,
    AlertCause.level,
    AlertCause.subject,
    AlertCause.subject_id,
    AlertCause.title,
    AlertCause.rules,
    AlertCause.detail,
    AlertCause.reported_at,
    AlertCause.raised_at,
    AlertCause.ended_at,
    AlertCause.ended_because,
)
_MOVE = (
    AlertMoveRow.move,
    AlertMoveRow.state,
    AlertMoveRow.level,
    AlertMoveRow.at,
    AlertMoveRow.practitioner_id,
    AlertMoveRow.reason,
    AlertMoveRow.outcome,
    AlertMoveRow.until,
)


def worklist(
    work: Work,
    *,
    order: WorklistOrder,
    level: AlertLevel | None = None,
    state: AlertState | None = None,
    kind: CauseKind | None = None,
    patient_id: UUID | None = None,
    overdue: bool | None = None,
    after: Place | None = None,
    limit: int,
) -> Sequence[Found]:
    """The clinic's alerts that wait for somebody, in one statement and at most `limit + 1`.

    Args:
        work: the work.
        order: how they are sorted.
        level: this one or worse.
        state: as it is at the moment of the work; if None all that is neither resolved nor asleep.
        kind: with a cause of this kind.
        patient_id: of this patient.
        overdue: past the deadline, or not.
        after: where the previous page ended.
        limit: how many are shown.
    """
    asleep = and_(Alert.state == AlertState.SNOOZED, Alert.snoozed_until > work.moment)
    listed = _alerts(work).order_by(*_KEYS[order]).limit(limit + 1)
    if state is AlertState.RESOLVED:
        listed = listed.where(Alert.state == literal_column("'resolved'"))
    else:
        listed = listed.where(Alert.state != literal_column("'resolved'"))
    match state:
        case None:
            listed = listed.where(~asleep)
        case AlertState.OPEN:
            listed = listed.where(or_(Alert.state == state, and_(Alert.state == AlertState.SNOOZED, ~asleep)))
        case AlertState.SNOOZED:
            listed = listed.where(asleep)
        case AlertState.ACKNOWLEDGED:
            listed = listed.where(Alert.state == state)
    if level is not None:
        listed = listed.where(Alert.precedence <= PRECEDENCE[level])
    if kind is not None:
        listed = listed.where(literal(kind.value) == any_(Alert.kinds))
    if patient_id is not None:
        listed = listed.where(Alert.patient_id == patient_id)
    if overdue is not None:
        listed = listed.where(_overdue(work) if overdue else ~_overdue(work))
    if after is not None:
        listed = listed.where(tuple_(*_KEYS[order]) > _before(order, after))
    found: Sequence[Found] = work.db.execute(listed).all()
    return found


def place(order: WorklistOrder, row: Found) -> Place:
    """The place of an alert in the worklist."""
    return (order.value, row.precedence, row.due_at, row.raised_at, row.id)


def alert(work: Work, alert_id: UUID) -> Found:
    """An alert of the clinic.

    Raises:
        NotFound: there is none.
    """
    found: Found | None = work.db.execute(_alerts(work).where(Alert.id == alert_id)).first()
    if found is None:
        raise no_such_alert()
    return found


def alerts(work: Work, patient_id: UUID, *, after: tuple[UUID] | None, limit: int) -> Sequence[Found]:
    """All alerts of a patient, also those that are resolved, newest first, at most `limit + 1`.

    Raises:
        NotFound: there is no such patient.
    """
    listed = _alerts(work).where(Alert.patient_id == patient_id).order_by(Alert.id.desc()).limit(limit + 1)
    if after is not None:
        listed = listed.where(Alert.id < after[0])
    found: Sequence[Found] = work.db.execute(listed).all()
    if not found:
        patients.patient(work, patient_id)
    return found


def causes(work: Work, alert_id: UUID) -> Sequence[Found]:
    """Why an alert was raised: the worst first, of those the newest, at most `MOST`."""
    precedence = case({level.value: place for level, place in PRECEDENCE.items()}, value=AlertCause.level)
    return work.db.execute(
        select(*_CAUSE)
        .where(AlertCause.clinic_id == work.clinic_id, AlertCause.alert_id == alert_id)
        .order_by(precedence, AlertCause.id.desc())
        .limit(MOST)
    ).all()


def moves(work: Work, alert_id: UUID) -> Sequence[Found]:
    """What was done with an alert, the newest first, at most `MOST`."""
    return work.db.execute(
        select(*_MOVE)
        .where(AlertMoveRow.clinic_id == work.clinic_id, AlertMoveRow.alert_id == alert_id)
        .order_by(AlertMoveRow.id.desc())
        .limit(MOST)
    ).all()


def no_such_alert() -> NotFound:
    """The refusal of an id that names no alert of the clinic."""
    return NotFound("There is no such alert.")


def _alerts(work: Work) -> Any:
    """The clinic's alerts as they stand at the moment of the work: one whose sleep has ended is open."""
    awake = and_(Alert.state == AlertState.SNOOZED, Alert.snoozed_until <= work.moment)
    undelivered = exists().where(
        AlertCause.clinic_id == work.clinic_id,
        AlertCause.alert_id == Alert.id,
        AlertCause.delivered_at.is_(None),
    )
    return select(
        Alert.id,
        Alert.patient_id,
        Alert.level,
        case((awake, literal_column("'open'")), else_=Alert.state).label("state"),
        Alert.deadline_at,
        _overdue(work).label("overdue"),
        case((awake, null()), else_=Alert.snoozed_until).label("snoozed_until"),
        Alert.title,
        Alert.kinds,
        Alert.cause_count,
        Alert.raised_at,
        Alert.updated_at,
        Alert.version,
        Alert.precedence,
        Alert.due_at,
        undelivered.label("undelivered"),
    ).where(Alert.clinic_id == work.clinic_id)


def _overdue(work: Work) -> ColumnElement[bool]:
    """Whether the deadline has passed and nobody has resolved it."""
    return and_(
        Alert.state != literal_column("'resolved'"), func.coalesce(Alert.deadline_at <= work.moment, False)
    )


def _before(order: WorklistOrder, after: Place) -> Any:
    _, precedence, due, raised_at, alert_id = after
    match order:
        case WorklistOrder.LEVEL:
            return tuple_(precedence, due, raised_at, alert_id)
        case WorklistOrder.DEADLINE:
            return tuple_(due, precedence, raised_at, alert_id)
        case WorklistOrder.AGE:
            return tuple_(raised_at, alert_id)
