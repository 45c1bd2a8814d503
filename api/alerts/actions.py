"""What raises alerts, and what ends a cause of one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, insert, select, update

from api.alerts.levels import NEVER, PRECEDENCE, AlertLevel, deadline, earlier, worse
from api.alerts.moves import AlertMove, AlertState, moved, state_at
from api.alerts.tables import Alert, AlertCause, AlertMoveRow, CauseKind
from api.clinical.reports import ReportLevel
from api.database.base import uuid7
from api.database.json_columns import as_json
from api.database.outbox import EventName
from api.database.work import Work
from api.patients.observations.recording import queue_at

__all__ = ["Cause", "CauseKind", "note_move", "raise_alert", "settle"]

REPLACED = "Told anew; what was told later stands beside it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a clinician has to look at a patient.

    Attributes:
        level: watch or worse.
        subject: the kind of thing that it is about, as `prescription`.
        title: one line for a clinician.
        rules: the ids of the rules that fired.
        detail: whatever JSON says more, as what differs from before.
        reported_at: when it was told; None if just now. It is never later than the moment of the work.
    """

    kind: CauseKind
    level: ReportLevel
    subject: str
    subject_id: UUID
    title: str
    rules: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    reported_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse what is no cause.

        Raises:
            ValueError: a report that is `ok` raises no alert.
        """
        AlertLevel(self.level.value)


def raise_alert(work: Work, patient_id: UUID, cause: Cause) -> UUID:
    """Put a cause before the patient's clinicians: in the alert that waits already, or in a new one.

    The level only rises and the deadline only comes nearer; it counts from when the cause was told. An alert
    that was acknowledged or snoozed is open again. What stands already, word for word, is not raised twice;
    of the same subject told otherwise, the earlier cause stays beside the later one and no longer stands.

    Returns:
        The id of the alert.

    Raises:
        NotFound: there is no such patient.
    """
    queue_at(work, patient_id)
    alert = _unresolved(work, patient_id)
    level = AlertLevel(cause.level.value)
    told = min(cause.reported_at or work.moment, work.moment)
    due = deadline(level, told)
    if alert is None:
        alert = _opened(work, patient_id, cause, level, due)
        _add(work, alert, cause, told)
        _announce(work, alert, EventName.ALERT_RAISED)
        return alert.id
    standing = _standing(work, alert.id, cause)
    if any(_same(one, cause, told) for one in standing):
        return alert.id
    _end(work, [one.id for one in standing], REPLACED)
    move = _move(alert, level, work.moment)
    if worse(level, alert.level) == level:
        alert.level, alert.precedence, alert.title = level, PRECEDENCE[level], cause.title
    alert.deadline_at = earlier(alert.deadline_at, due)
    alert.due_at = alert.deadline_at or NEVER
    alert.state, alert.snoozed_until = AlertState.OPEN, None
    alert.kinds = sorted({*alert.kinds, cause.kind.value})
    alert.cause_count += 1
    alert.updated_at = max(alert.updated_at, work.moment)  # a work may have waited behind a later one
    _add(work, alert, cause, told)
    if move is not None:
        note_move(work, alert, move)
    _announce(work, alert, EventName.ALERT_CHANGED)
    return alert.id


def settle(work: Work, patient_id: UUID, kind: CauseKind, subject_id: UUID, *, because: str) -> UUID | None:
    """Note that what raised an alert no longer stands; the alert stays as it is until a clinician closes it.

    Args:
        work: the work.
        patient_id: whose.
        kind: what raised it.
        subject_id: what it was about.
        because: a sentence for the clinician.

    Returns:
        The id of the alert, or None if no cause of one that waits stood.

    Raises:
        NotFound: there is no such patient.
    """
    queue_at(work, patient_id)
    alert = _unresolved(work, patient_id)
    if alert is None:
        return None
    standing = work.db.scalars(
        select(AlertCause.id).where(
            AlertCause.clinic_id == work.clinic_id,
            AlertCause.alert_id == alert.id,
            AlertCause.kind == kind,
            AlertCause.subject_id == subject_id,
            AlertCause.ended_at.is_(None),
        )
    ).all()
    if not standing:
        return None
    _end(work, standing, because)
    alert.updated_at = work.moment
    work.db.flush()
    work.record("alert.cause-settled", "alert", alert.id)
    return alert.id


def note_move(work: Work, alert: Alert, move: AlertMove, **said: Any) -> None:
    """Keep what was done with an alert, and by whom.

    Args:
        work: the work.
        alert: as it stands after it.
        move: what was done.
        said: practitioner_id, reason, outcome, until, where the move has them.
    """
    work.db.flush()
    work.db.execute(
        insert(AlertMoveRow).values(
            clinic_id=work.clinic_id,
            id=uuid7(),
            alert_id=alert.id,
            move=move,
            state=alert.state,
            level=alert.level,
            at=work.moment,
            client_id=work.caller.client_id,
            **said,
        )
    )


def _unresolved(work: Work, patient_id: UUID) -> Alert | None:
    """The alert of the patient that waits, held until the end of the work."""
    return work.db.scalars(
        select(Alert)
        .where(
            Alert.clinic_id == work.clinic_id,
            Alert.patient_id == patient_id,
            Alert.state != AlertState.RESOLVED,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def _opened(work: Work, patient_id: UUID, cause: Cause, level: AlertLevel, due: datetime | None) -> Alert:
    alert = Alert(
        clinic_id=work.clinic_id,
        id=uuid7(),
        patient_id=patient_id,
        level=level,
        precedence=PRECEDENCE[level],
        state=AlertState.OPEN,
        deadline_at=due,
        due_at=due or NEVER,
        title=cause.title,
        kinds=[cause.kind.value],
        cause_count=1,
        raised_at=work.moment,
        updated_at=work.moment,
    )
    work.db.add(alert)
    return alert


def _add(work: Work, alert: Alert, cause: Cause, told: datetime) -> None:
    work.db.flush()
    work.db.execute(
        insert(AlertCause).values(
            clinic_id=work.clinic_id,
            id=uuid7(),
            alert_id=alert.id,
            patient_id=alert.patient_id,
            kind=cause.kind,
            level=AlertLevel(cause.level.value),
            subject=cause.subject,
            subject_id=cause.subject_id,
            title=cause.title,
            rules=list(cause.rules),
            detail=as_json(dict(cause.detail)),
            reported_at=told,
            raised_at=work.moment,
        )
    )


def _standing(work: Work, alert_id: UUID, cause: Cause) -> list[Row[*tuple[Any, ...]]]:
    """What stands of the same subject. Two trends of one session are two things; else it is told anew."""
    found = work.db.execute(
        select(
            AlertCause.id,
            AlertCause.level,
            AlertCause.title,
            AlertCause.rules,
            AlertCause.detail,
            AlertCause.reported_at,
        ).where(
            AlertCause.clinic_id == work.clinic_id,
            AlertCause.alert_id == alert_id,
            AlertCause.kind == cause.kind,
            AlertCause.subject_id == cause.subject_id,
            AlertCause.ended_at.is_(None),
        )
    )
    return [one for one in found if cause.kind is not CauseKind.TREND or one.rules == list(cause.rules)]


def _same(standing: Row[*tuple[Any, ...]], cause: Cause, told: datetime) -> bool:
    """Whether a cause says nothing new; what was told before, word for word, was told sooner."""
    says = (AlertLevel(cause.level.value), cause.title, list(cause.rules), as_json(dict(cause.detail)))
    said = (standing.level, standing.title, standing.rules, standing.detail)
    return said == says and bool(standing.reported_at <= told)


def _end(work: Work, cause_ids: Iterable[UUID], because: str) -> None:
    ended = list(cause_ids)
    if ended:
        work.db.execute(
            update(AlertCause)
            .where(AlertCause.clinic_id == work.clinic_id, AlertCause.id.in_(ended))
            .values(ended_at=work.moment, ended_because=because)
            .execution_options(synchronize_session=False)
        )


def _move(alert: Alert, level: AlertLevel, moment: datetime) -> AlertMove | None:
    """What a new cause of this level does to the alert; None if it only joins those that wait."""
    state = state_at(alert.state, alert.snoozed_until, moment)
    if PRECEDENCE[level] < alert.precedence:
        move = AlertMove.ESCALATE
    elif state is not AlertState.OPEN:
        move = AlertMove.REOPEN
    else:
        return None
    moved(state, move)
    return move


def _announce(work: Work, alert: Alert, what: EventName) -> None:
    work.record(what, "alert", alert.id)
    work.tell(what, "alert", alert.id, patient_id=alert.patient_id)
