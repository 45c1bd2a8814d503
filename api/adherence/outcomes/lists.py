"""The closed lists of outcomes as they are shown."""

from enum import StrEnum


class ChangeShown(StrEnum):
    """What a change is called; `changed` is one of which nobody agreed when it counts."""

    BETTER = "better"
    WORSE = "worse"
    NO_DETECTABLE_CHANGE = "no-detectable-change"
    NOT_COMPARABLE = "not-comparable"
    CHANGED = "changed"


class ChangeReason(StrEnum):
    """Why a change is called so."""

    DETECTABLE = "detectable"
    BELOW_CHANGE = "below-change"
    UNCHANGED = "unchanged"
    NO_AGREED_CHANGE = "no-agreed-change"
    ONLY_WORSE_COUNTS = "only-worse-counts"
    NO_TARGET = "no-target"
    TOO_CLOSE = "too-close"
    OTHER_NUMBER_TESTED = "other-number-tested"
    OTHER_MEASURE = "other-measure"
    OTHER_SIDE = "other-side"
    NOT_LATER = "not-later"


class KeptAs(StrEnum):
    """Whether a value was told as an outcome, or as a fact only."""

    OUTCOME = "outcome"
    FACT = "fact"
