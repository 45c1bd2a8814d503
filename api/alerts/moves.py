"""States of an alert and the moves between them, as one table; how long an alert may sleep."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from api.alerts.levels import LONGEST_SNOOZE, AlertLevel
from api.errors import Conflict, invalid


class AlertState(StrEnum):
    """Where an alert stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class AlertMove(StrEnum):
    """What is done with an alert.

    `escalate` and `reopen` are the service's: a cause came that is worse, or one that nobody has seen yet.
    """

    ACKNOWLEDGE = "acknowledge"
    SNOOZE = "snooze"
    RESOLVE = "resolve"
    ESCALATE = "escalate"
    REOPEN = "reopen"


class AlertOutcome(StrEnum):
    """What came of an alert."""

    TREATED = "treated"
    REFERRED = "referred"
    PLAN_CHANGED = "plan-changed"
    NO_ACTION_NEEDED = "no-action-needed"
    FALSE_ALARM = "false-alarm"
    PATIENT_NOT_REACHED = "patient-not-reached"


_OPEN, _ACKNOWLEDGED, _SNOOZED = AlertState.OPEN, AlertState.ACKNOWLEDGED, AlertState.SNOOZED
TABLE: Mapping[tuple[AlertState, AlertMove], AlertState] = MappingProxyType(
    {
        (_OPEN, AlertMove.ACKNOWLEDGE): _ACKNOWLEDGED,
        (_OPEN, AlertMove.SNOOZE): _SNOOZED,
        (_OPEN, AlertMove.RESOLVE): AlertState.RESOLVED,
        (_OPEN, AlertMove.ESCALATE): _OPEN,
        (_ACKNOWLEDGED, AlertMove.SNOOZE): _SNOOZED,
        (_ACKNOWLEDGED, AlertMove.RESOLVE): AlertState.RESOLVED,
        (_ACKNOWLEDGED, AlertMove.ESCALATE): _OPEN,
        (_ACKNOWLEDGED, AlertMove.REOPEN): _OPEN,
        (_SNOOZED, AlertMove.ACKNOWLEDGE): _ACKNOWLEDGED,
        (_SNOOZED, AlertMove.SNOOZE): _SNOOZED,
        (_SNOOZED, AlertMove.RESOLVE): AlertState.RESOLVED,
        (_SNOOZED, AlertMove.ESCALATE): _OPEN,
        (_SNOOZED, AlertMove.REOPEN): _OPEN,
    }
)
"""What is not in it is refused. Nothing leads out of `resolved`: what comes later opens another alert."""


def state_at(state: AlertState, snoozed_until: datetime | None, moment: datetime) -> AlertState:
    """Where an alert stands at a moment: one whose sleep has ended is open again by itself."""
    if state is AlertState.SNOOZED and snoozed_until is not None and snoozed_until <= moment:
        return AlertState.OPEN
    return state


def moved(state: AlertState, move: AlertMove) -> AlertState:
    """Where a move leads.

    Raises:
        Conflict: the state has no such move.
    """
    target = TABLE.get((state, move))
    if target is None:
        allowed = ", ".join(one for one in AlertMove if (state, one) in TABLE) or "nothing"
        raise Conflict(f"To {move} an alert that is {state} is not possible; it allows: {allowed}.")
    return target


def refuse_long_sleep(
    level: AlertLevel, deadline_at: datetime | None, until: datetime, *, moment: datetime
) -> None:
    """Refuse a snooze that would hide an alert past its deadline.

    Raises:
        Conflict: it may not sleep at all: an emergency, or its deadline has passed.
        Invalid: it may, but not until then.
    """
    if level is AlertLevel.EMERGENCY:
        raise Conflict("An emergency is not snoozed: somebody has to act now.")
    if deadline_at is not None and deadline_at <= moment:
        raise Conflict(f"The deadline of this alert, {deadline_at:%Y-%m-%dT%H:%M:%SZ}, has passed.")
    if until <= moment:
        raise invalid("/until", "This must lie in the future.", "in-the-past")
    if deadline_at is not None and until > deadline_at:
        detail = f"An alert sleeps until its deadline at the most: {deadline_at:%Y-%m-%dT%H:%M:%SZ}."
        raise invalid("/until", detail, "after-the-deadline")
    if until > moment + LONGEST_SNOOZE:
        raise invalid("/until", f"An alert sleeps {LONGEST_SNOOZE.days} days at the most.", "too-long")
