"""The numbers of a dose: how often, how hard, how long, which kind; what is stored, signed and moved on."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from api.clinical.errors import ValueRefused


class Part(StrEnum):
    """A part of a prescription; chores have no dose of their own, their minutes are aerobic."""

    AEROBIC = "aerobic"
    RESISTANCE = "resistance"
    BALANCE = "balance"
    FLEXIBILITY = "flexibility"
    FOOT_ANKLE = "foot-ankle"
    FUNCTIONAL = "functional"


class FitnessClass(StrEnum):
    """How much a person exercises now."""

    F0 = "f0"
    F1 = "f1"
    F2 = "f2"
    F3 = "f3"


class RiskClass(StrEnum):
    """How careful a dose must be; X is no dose."""

    A = "d-a"
    B = "d-b"
    C = "d-c"
    X = "d-x"


class RpeScale(StrEnum):
    """A scale of perceived exertion; a stored value is never converted into another."""

    BORG = "borg-6-20"
    ZERO_TO_TEN = "0-10"


class RateBasis(StrEnum):
    """Where the peak of a heart-rate range comes from."""

    MEASURED = "measured"
    PREDICTED = "predicted"


def _within(name: str, value: float | None, low: float, high: float) -> None:
    if value is not None and not low <= value <= high:
        raise ValueRefused("out-of-range", f"{name} is from {low:g} to {high:g}.")


def _in_order(name: str, low: float | None, high: float | None) -> None:
    if low is not None and high is not None and low > high:
        raise ValueRefused("not-in-order", f"{name}_low is not above {name}_high.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Aerobic:
    """Aerobic work.

    Attributes:
        minutes: of one session, warm-up and cool-down not counted.
        rpe_low, rpe_high: Borg 6-20.
        bouts: into how many bouts a session is split, none shorter than 5 minutes.
        met_at_most: no exercise above these metabolic equivalents.
    """

    minutes: int
    days_per_week: int
    rpe_low: int
    rpe_high: int
    bouts: int = 1
    met_at_most: float | None = None

    def __post_init__(self) -> None:
        _within("minutes", self.minutes, 5, 300)
        _within("days_per_week", self.days_per_week, 1, 7)
        _within("rpe_low", self.rpe_low, 6, 20)
        _within("rpe_high", self.rpe_high, 6, 20)
        _in_order("rpe", self.rpe_low, self.rpe_high)
        _within("bouts", self.bouts, 1, self.minutes // 5)
        _within("met_at_most", self.met_at_most, 1, 20)

    @property
    def weekly_minutes(self) -> int:
        """Minutes a week."""
        return self.minutes * self.days_per_week


@dataclass(frozen=True, slots=True, kw_only=True)
class Resistance:
    """Strength work on non-consecutive days.

    Attributes:
        exercises: how many exercises make a session.
        sets, sets_at_most: now, and up to where sets may rise.
        reps_in_reserve: repetitions that could still be done at the end of a set, at least.
        load_percent: of the one-repetition maximum, at most; None is the lightest band or the own limb.
        leg_load_percent, arm_load_percent: of the load with which the prescription began.
    """

    days_per_week: int
    exercises: int
    sets: int
    sets_at_most: int
    reps_low: int
    reps_high: int
    reps_in_reserve: int
    rpe_low: int
    rpe_high: int
    rest_seconds: int
    load_percent: int | None = None
    leg_load_percent: float = 100.0
    arm_load_percent: float = 100.0

    def __post_init__(self) -> None:
        _within("days_per_week", self.days_per_week, 1, 4)
        _within("exercises", self.exercises, 1, 20)
        _within("sets", self.sets, 1, self.sets_at_most)
        _within("sets_at_most", self.sets_at_most, 1, 6)
        _within("reps_low", self.reps_low, 1, 50)
        _within("reps_high", self.reps_high, 1, 50)
        _in_order("reps", self.reps_low, self.reps_high)
        _within("reps_in_reserve", self.reps_in_reserve, 0, 10)
        _within("rpe_low", self.rpe_low, 6, 20)
        _within("rpe_high", self.rpe_high, 6, 20)
        _in_order("rpe", self.rpe_low, self.rpe_high)
        _within("rest_seconds", self.rest_seconds, 0, 600)
        _within("load_percent", self.load_percent, 1, 100)
        _within("leg_load_percent", self.leg_load_percent, 1, 1000)
        _within("arm_load_percent", self.arm_load_percent, 1, 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Balance work; `level` is the exercise that is trained, held some times for some seconds."""

    days_per_week: int
    minutes: int
    level: str
    holds: int
    hold_seconds: int
    bouts: int = 1

    def __post_init__(self) -> None:
        _within("days_per_week", self.days_per_week, 1, 7)
        _within("minutes", self.minutes, 1, 60)
        _within("holds", self.holds, 1, 10)
        _within("hold_seconds", self.hold_seconds, 1, 120)
        _within("bouts", self.bouts, 1, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flexibility:
    """Stretches, each held some times for some seconds."""

    days_per_week: int
    holds: int
    hold_seconds: int
    ankle_circles_daily: bool

    def __post_init__(self) -> None:
        _within("days_per_week", self.days_per_week, 1, 7)
        _within("holds", self.holds, 1, 10)
        _within("hold_seconds", self.hold_seconds, 1, 120)


@dataclass(frozen=True, slots=True, kw_only=True)
class FootAnkle:
    """The foot-ankle programme, minutes a session."""

    days_per_week: int
    minutes: int
    weeks: int

    def __post_init__(self) -> None:
        _within("days_per_week", self.days_per_week, 1, 7)
        _within("minutes", self.minutes, 1, 60)
        _within("weeks", self.weeks, 1, 52)


@dataclass(frozen=True, slots=True, kw_only=True)
class FootCap:
    """The part of the aerobic minutes that the feet may carry, for the first weeks and after."""

    weight_bearing_percent: int
    weeks: int
    percent_after: int

    def __post_init__(self) -> None:
        _within("weight_bearing_percent", self.weight_bearing_percent, 0, 100)
        _within("weeks", self.weeks, 0, 52)
        _within("percent_after", self.percent_after, 0, 100)

    def percent(self, week: int) -> int:
        """The part in a week of the prescription, counted from 1."""
        return self.weight_bearing_percent if week <= self.weeks else self.percent_after


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Steps a day above the person's own baseline.

    Attributes:
        rise: now.
        ceiling: the rise in total that is never passed.
        baseline: mean of 7 days; None must be measured for a week before anything rises.
        needs_sign_off: a clinician signs each rise.
        raised_on: when it last rose.
    """

    rise: int
    ceiling: int
    raise_by: int
    every_weeks: int
    baseline: int | None
    needs_sign_off: bool
    raised_on: date | None = None

    def __post_init__(self) -> None:
        _within("ceiling", self.ceiling, 0, 20000)
        _within("rise", self.rise, 0, self.ceiling)
        _within("raise_by", self.raise_by, 0, 5000)
        _within("every_weeks", self.every_weeks, 1, 52)
        _within("baseline", self.baseline, 0, 60000)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartRate:
    """A range beside perceived exertion, never instead of it; without a basis there is no target.

    Attributes:
        never_above: a limit that always wins, beats a minute.
    """

    basis: RateBasis | None
    lower: int | None = None
    upper: int | None = None
    never_above: int | None = None

    def __post_init__(self) -> None:
        for name in ("lower", "upper", "never_above"):
            _within(name, getattr(self, name), 25, 250)
        if (self.basis is None) is not (self.lower is None) or (self.lower is None) is not (
            self.upper is None
        ):
            raise ValueRefused("incomplete", "A heart-rate range has a basis, a lower and an upper end.")
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise ValueRefused("not-in-order", "lower is not above upper.")
        if self.upper is not None and self.never_above is not None and self.upper > self.never_above:
            raise ValueRefused("out-of-range", "upper is not above never_above.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What surrounds the main part of a session, minutes."""

    warm_up_minutes: int
    cool_down_minutes: int
    sit_minutes: int

    def __post_init__(self) -> None:
        for name in ("warm_up_minutes", "cool_down_minutes", "sit_minutes"):
            _within(name, getattr(self, name), 0, 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doses:
    """All numbers of a prescription; None is a part that it does not have."""

    frame: Frame
    aerobic: Aerobic | None = None
    resistance: Resistance | None = None
    balance: Balance | None = None
    flexibility: Flexibility | None = None
    foot_ankle: FootAnkle | None = None
    foot_cap: FootCap | None = None
    steps: Steps | None = None
    heart_rate: HeartRate | None = None
