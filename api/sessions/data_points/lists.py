"""Closed lists of what becomes of data points."""

from enum import StrEnum


class PointResult(StrEnum):
    """What became of a data point that was sent; each is exactly one of these."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class Became(StrEnum):
    """What a data point is in this service."""

    SESSION = "session"
    MEASUREMENT = "measurement"
    RED_FLAG = "red-flag"
    FACT = "fact"
    KEPT = "kept"


class Measure(StrEnum):
    """What a data point is of."""

    ACTIVITY = "physical-activity"
    HEART_RATE = "heart-rate"
    PRESSURE = "blood-pressure"
    GLUCOSE = "blood-glucose"
