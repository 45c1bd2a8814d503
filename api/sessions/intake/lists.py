"""Closed lists of what becomes of reports that come in bulk."""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of a report among others; each is exactly one of these."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CORRECTED = "corrected"
    QUARANTINED = "quarantined"


class QuarantineState(StrEnum):
    """Where a report that was put aside stands."""

    WAITING = "waiting"
    FILED = "filed"
    DISCARDED = "discarded"


class QuarantineMove(StrEnum):
    """What was done with a report that was put aside."""

    FIX = "fix"
    RERUN = "rerun"
    DISCARD = "discard"


class Holding(StrEnum):
    """Whether the service has a report."""

    HELD = "held"
    QUARANTINED = "quarantined"
    UNKNOWN = "unknown"
