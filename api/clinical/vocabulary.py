"""Closed lists of the medicine."""

from enum import StrEnum
from types import MappingProxyType


class Level(StrEnum):
    """How strongly a rule speaks."""

    ABSOLUTE = "absolute"
    RELATIVE = "relative"
    PRECAUTION = "precaution"
    INFORMATION = "information"


class Effect(StrEnum):
    """What a rule does to the exercises that carry one of its tags."""

    FORBID = "forbid"
    CLEARANCE = "clearance"
    AVOID = "avoid"
    MODIFY = "modify"


class Status(StrEnum):
    """What may be done with one exercise."""

    ALLOWED = "allowed"
    MODIFY = "modify"
    AVOID = "avoid"
    CLEARANCE = "clearance"
    FORBID = "forbid"


class Decision(StrEnum):
    """The answer to a check as a whole, strictest first."""

    OUT_OF_SCOPE = "out-of-scope"
    DO_NOT_EXERCISE = "do-not-exercise"
    INSUFFICIENT_DATA = "insufficient-data"
    CLEARANCE_REQUIRED = "clearance-required"
    MODIFIED = "modified"
    STANDARD = "standard"


class Basis(StrEnum):
    """Why a rule fired: because of what was seen, or because something could not be seen."""

    OBSERVED = "observed"
    MISSING_DATA = "missing-data"
    STALE_DATA = "stale-data"
    CONFLICTING_DATA = "conflicting-data"


class CheckKind(StrEnum):
    """A check of a programme over weeks, or of one session on its day."""

    PROGRAMME = "programme"
    SESSION = "session"


class RuleScope(StrEnum):
    """In which kind of check a rule is read. A session check reads all rules."""

    PROGRAMME = "programme"
    SESSION = "session"
    BOTH = "both"


class UnknownPolicy(StrEnum):
    """What a rule does when its condition is unknown."""

    SAME = "same"
    RELATIVE = "relative"
    PRECAUTION = "precaution"
    INFORMATION = "information"
    GATE = "gate"
    IGNORE = "ignore"


class ChangeKind(StrEnum):
    """How a change of a fact can come about, easiest first."""

    MEASURE_NOW = "measure-now"
    CHANGE_NOW = "change-now"
    CLEARANCE = "clearance"
    LATER = "later"
    FIXED = "fixed"


class WhyOpen(StrEnum):
    """Why an exercise is open."""

    UNTOUCHED = "untouched"
    WITH_CHANGES = "with-changes"
    BY_CLEARANCE = "by-clearance"


class LeftOut(StrEnum):
    """Why an exercise is not recommended."""

    CLOSED = "closed"
    NO_ANSWER = "no-answer"
    NOT_SUGGESTED = "not-suggested"
    GOAL = "goal"
    MODALITY = "modality"
    POSTURE = "posture"
    SETTING = "setting"
    EQUIPMENT = "equipment"
    BEYOND_LIMIT = "beyond-limit"


class FactState(StrEnum):
    """What is known of a fact at a moment."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    STALE = "stale"
    CONFLICTING = "conflicting"


class FactType(StrEnum):
    """The type of a fact's value."""

    DATE = "date"
    CHOICE = "choice"
    TERNARY = "ternary"
    SET = "set"
    INTEGER = "integer"
    NUMBER = "number"
    SCREEN = "screen"


class Modality(StrEnum):
    """What kind of training an exercise is."""

    AEROBIC = "aerobic"
    RESISTANCE = "resistance"
    BALANCE = "balance"
    FLEXIBILITY = "flexibility"
    FUNCTIONAL = "functional"


class Posture(StrEnum):
    """The position in which an exercise is done."""

    SEATED = "seated"
    RECUMBENT = "recumbent"
    STANDING = "standing"
    SUPINE = "supine"
    PRONE = "prone"
    INVERTED = "inverted"
    WATER_STANDING = "water-standing"
    PRONE_WATER = "prone-water"


class WeightBearing(StrEnum):
    """How much body weight the feet carry."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"


class Impact(StrEnum):
    """How hard the feet meet the ground."""

    NONE = "none"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class Setting(StrEnum):
    """Where an exercise can be done."""

    HOME = "home"
    CLINIC = "clinic"
    GYM = "gym"
    POOL = "pool"
    OUTDOOR = "outdoor"
    COMMUNITY = "community"


class Goal(StrEnum):
    """What an exercise is used for: the five benefits of the seed article, and glucose."""

    CIRCULATION = "circulation"
    STRENGTH = "strength"
    FALLS = "falls"
    PAIN = "pain"
    CARDIOVASCULAR_INFLAMMATION = "cardiovascular-inflammation"
    GLUCOSE = "glucose"


class ReviewStatus(StrEnum):
    """Whether a clinician has signed a statement."""

    AWAITING = "awaiting-clinical-review"
    REVIEWED = "reviewed"


OPEN = frozenset({Status.ALLOWED, Status.MODIFY})
"""What may be recommended: as it is, or with the changes that are named."""
LEVEL_RANK = MappingProxyType(
    {Level.ABSOLUTE: 4, Level.RELATIVE: 3, Level.PRECAUTION: 2, Level.INFORMATION: 1}
)
STATUS_RANK = MappingProxyType(
    {Status.FORBID: 4, Status.CLEARANCE: 3, Status.AVOID: 2, Status.MODIFY: 1, Status.ALLOWED: 0}
)
EVERY_EXERCISE = "*"
UNKNOWN = "unknown"
ASKED_NONE = "asked-none"
