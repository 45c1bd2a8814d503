"""The tables by which a dose moves on, holds or goes back, each entry with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.clinical.fitt import RiskClass
from api.clinical.statements import Statement
from api.clinical.vocabulary import ReviewStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class AerobicStep(Statement):
    """How much one step adds; minutes a week."""

    least_minutes: Mapping[RiskClass, int]
    percent: int
    days_up_to: int
    ceiling_minutes: int
    ceiling_by_clinician: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval(Statement):
    """How often a step may be earned."""

    weeks: int
    slow_weeks: int
    slow_risks: frozenset[RiskClass]
    slow_from_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned(Statement):
    """What earns a step."""

    attendance_percent: int
    sessions_reported: int
    watches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance(Statement):
    """What happens below the attendance that earns a step."""

    hold_percent: int
    intervals: int
    minutes_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IntensityStep(Statement):
    """When exertion may rise."""

    weeks: int
    rpe_at_most: int
    clinician_risks: frozenset[RiskClass]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResistanceStep(Statement):
    """What earns more sets or load."""

    sessions: int
    spare_reps: int
    leg_percent: float
    arm_percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceStep(Statement):
    """What earns the next level."""

    sessions: int
    near_fall_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression(Statement):
    """What lowers a dose; of the numbers only those are set that it uses.

    Attributes:
        over_minutes: pain that lasts longer triggers it; exactly so long does not.
        over_borg, over_0_10: exertion so far above plan triggers it.
        times, of_last: in how many sessions, of the last so many.
        below_mg_dl, urgent_below_mg_dl: glucose below the one triggers it, below the other locks.
        minutes_percent, load_percent: what is left.
        days: for how long nothing rises.
        closes: exercises with these tags stop.
    """

    over_minutes: int = 0
    over_borg: int = 0
    over_0_10: int = 0
    times: int = 1
    of_last: int = 1
    below_mg_dl: int = 0
    urgent_below_mg_dl: int = 0
    minutes_percent: int = 100
    load_percent: int = 100
    rpe_less: int = 0
    days: int = 0
    closes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Break(Statement):
    """What is left of the minutes after so many days without a session."""

    from_days: int
    minutes_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LongBreak(Statement):
    """After how many days a new check and a new start come first."""

    over_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fever(Statement):
    """How long to wait after fever, and what is left of the first session."""

    hours: int
    first_session_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """All tables of progression; breaks stand shortest first."""

    review_status: ReviewStatus
    aerobic: AerobicStep
    interval: Interval
    earned: Earned
    attendance: Attendance
    intensity: IntensityStep
    resistance: ResistanceStep
    balance: BalanceStep
    steps: Statement
    check_over: Statement
    too_early: Statement
    pain: Regression
    pain_again: Regression
    exertion: Regression
    dizziness: Regression
    feet: Regression
    weakness: Regression
    fall: Regression
    glucose: Regression
    lock: Statement
    review: Statement
    breaks: tuple[Break, ...]
    long_break: LongBreak
    fever: Fever
