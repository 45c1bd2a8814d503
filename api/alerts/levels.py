"""How bad an alert is, and by when a clinician has to act."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType


class AlertLevel(StrEnum):
    """How bad an alert is, mildest first."""

    WATCH = "watch"
    REVIEW = "review"
    URGENT = "urgent"
    EMERGENCY = "emergency"


PRECEDENCE: Mapping[AlertLevel, int] = MappingProxyType(
    {level: place for place, level in enumerate(reversed(AlertLevel), start=1)}
)
"""The place of a level in a worklist: 1 is an emergency."""

WITHIN: Mapping[AlertLevel, timedelta | None] = MappingProxyType(
    {
        AlertLevel.EMERGENCY: timedelta(0),
        AlertLevel.URGENT: timedelta(hours=24),
        AlertLevel.REVIEW: timedelta(days=7),
        AlertLevel.WATCH: None,
    }
)
"""How long a clinician has; None where nobody has to act. Source: specification 5.2."""

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""When an alert is due that has no deadline."""

LONGEST_SNOOZE = timedelta(days=7)
"""How long an alert without a deadline may sleep: not longer than a review may wait."""


def deadline(level: AlertLevel, told: datetime) -> datetime | None:
    """By when a clinician has to act.

    Args:
        level: how bad it is.
        told: when it was reported; the time counts from then, also where it was received later.
    """
    within = WITHIN[level]
    return None if within is None else told + within


def worse(one: AlertLevel, other: AlertLevel) -> AlertLevel:
    """The worse of two levels."""
    return min(one, other, key=PRECEDENCE.__getitem__)


def earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    """The earlier of two deadlines; none is later than any."""
    return min((at for at in (one, other) if at is not None), default=None)
