"""What clinicians do with alerts: acknowledge, snooze and resolve, each naming the version that was read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from api.access.queries import named_practitioner
from api.alerts import queries
from api.alerts.actions import note_move
from api.alerts.moves import AlertMove, AlertOutcome, AlertState, moved, refuse_long_sleep, state_at
from api.alerts.tables import Alert, AlertCause
from api.database.outbox import EventName
from api.database.work import Work
from api.errors import StaleVersion

_EVENTS = {
    AlertMove.ACKNOWLEDGE: EventName.ALERT_ACKNOWLEDGED,
    AlertMove.SNOOZE: EventName.ALERT_SNOOZED,
    AlertMove.RESOLVE: EventName.ALERT_RESOLVED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """Who takes an alert up, and what they noted."""

    practitioner_id: UUID
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """Until when an alert may sleep, and who says so and why."""

    practitioner_id: UUID
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What came of an alert, and who says so."""

    practitioner_id: UUID
    outcome: AlertOutcome
    note: str


def acknowledge(work: Work, alert_id: UUID, said: Acknowledgement, *, version: int) -> None:
    """Take an alert up: somebody has seen it and will act.

    Raises:
        NotFound: there is no such alert.
        Conflict: it is acknowledged already, or resolved.
        StaleVersion: something came that the caller has not read.
        Invalid: no such member of staff.
    """
    alert = _held(work, alert_id, AlertMove.ACKNOWLEDGE, version)
    _do(work, alert, AlertMove.ACKNOWLEDGE, practitioner_id=said.practitioner_id, reason=said.note)


def snooze(work: Work, alert_id: UUID, said: Snooze, *, version: int) -> None:
    """Let an alert sleep until a moment; it comes back by itself, and at once when a new cause comes.

    Raises:
        NotFound: there is no such alert.
        Conflict: it is resolved, an emergency, or past its deadline.
        StaleVersion: something came that the caller has not read.
        Invalid: no such member of staff, or an end that is past or after the deadline.
    """
    alert = _held(work, alert_id, AlertMove.SNOOZE, version)
    refuse_long_sleep(alert.level, alert.deadline_at, said.until, moment=work.moment)
    _do(
        work,
        alert,
        AlertMove.SNOOZE,
        practitioner_id=said.practitioner_id,
        reason=said.reason,
        until=said.until,
    )


def resolve(work: Work, alert_id: UUID, said: Resolution, *, version: int) -> None:
    """Close an alert for good; what comes later opens another one.

    Raises:
        NotFound: there is no such alert.
        Conflict: it is resolved already.
        StaleVersion: something came that the caller has not read.
        Invalid: no such member of staff.
    """
    alert = _held(work, alert_id, AlertMove.RESOLVE, version)
    _do(
        work,
        alert,
        AlertMove.RESOLVE,
        practitioner_id=said.practitioner_id,
        reason=said.note,
        outcome=said.outcome,
    )


def _held(work: Work, alert_id: UUID, move: AlertMove, version: int) -> Alert:
    """An alert that allows the move and is as the caller read it, held until the end of the work."""
    alert = work.db.scalars(
        select(Alert).where(Alert.clinic_id == work.clinic_id, Alert.id == alert_id).with_for_update()
    ).first()
    if alert is None:
        raise queries.no_such_alert()
    moved(state_at(alert.state, alert.snoozed_until, work.moment), move)
    if alert.version != version:
        raise StaleVersion(f"The present version is {alert.version}; read what came before you act on it.")
    return alert


def _do(
    work: Work,
    alert: Alert,
    move: AlertMove,
    *,
    practitioner_id: UUID,
    until: datetime | None = None,
    **said: Any,
) -> None:
    named_practitioner(work, practitioner_id)
    alert.state = moved(state_at(alert.state, alert.snoozed_until, work.moment), move)
    alert.snoozed_until = until
    alert.updated_at = work.moment
    note_move(work, alert, move, practitioner_id=practitioner_id, until=until, **said)
    _note_seen(work, alert)
    work.record(_EVENTS[move], "alert", alert.id, practitioner_id=practitioner_id)
    work.tell(_EVENTS[move], "alert", alert.id, patient_id=alert.patient_id)


def _note_seen(work: Work, alert: Alert) -> None:
    """Note for the ledger that a person has seen what is in the alert, and acted on it if it is resolved."""
    resolved = alert.state is AlertState.RESOLVED
    seen = {
        name: func.coalesce(getattr(AlertCause, name), work.moment) for name in ("delivered_at", "seen_at")
    }
    work.db.execute(
        update(AlertCause)
        .where(AlertCause.clinic_id == work.clinic_id, AlertCause.alert_id == alert.id)
        .values(**seen, **({"acted_at": work.moment} if resolved else {}))
        .execution_options(synchronize_session=False)
    )
