"""The dose tables of a release: what a first dose is made from, each entry with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.clinical.criteria import Criterion
from api.clinical.fitt import FitnessClass, RiskClass
from api.clinical.statements import Span, Statement
from api.clinical.vocabulary import Decision, ReviewStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class NoDose(Statement):
    """The decisions under which there is no dose."""

    decisions: frozenset[Decision]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitness(Statement):
    """From how many minutes a week a class begins, and when it is one lower."""

    from_minutes: Mapping[FitnessClass, int]
    one_lower_when: Criterion


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCondition(Statement):
    """One thing that puts a patient into a class of risk.

    Attributes:
        when: None where it is not said over facts.
        unknown: the class while the condition is unknown.
        on_clearance: holds while a finding runs on a clearance.
    """

    risk: RiskClass
    when: Criterion | None = None
    unknown: RiskClass = RiskClass.A
    on_clearance: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AerobicStart(Statement):
    """A cell of the table of first aerobic doses.

    Attributes:
        weeks_to_floor, weeks_to_minimum: the fastest way to the milestones.
    """

    fitness: FitnessClass
    risk: RiskClass
    minutes: int
    days_per_week: int
    rpe: Span
    weeks_to_floor: int
    weeks_to_minimum: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AerobicTable(Statement):
    """What holds for every first aerobic dose; minutes a week, but for the shortest bout."""

    floor_minutes: int
    minimum_minutes: int
    shortest_bout: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chores(Statement):
    """Which chores count."""

    met_from: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ResistanceStart(Statement):
    """The first strength dose of a class of risk; sets from the first to the most."""

    risk: RiskClass
    days_per_week: Span
    exercises: Span
    sets: Span
    reps: Span
    reps_in_reserve: int
    load_percent: int | None
    rpe: Span
    rest_seconds: Span
    seated_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceStart(Statement):
    """The first balance dose under a condition."""

    when: Criterion
    days_per_week: int
    minutes: int
    bouts: int
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceLadder(Statement):
    """The levels of balance work, easiest first."""

    levels: tuple[str, ...]
    only_supervised: frozenset[str]
    supervised_when: Criterion
    holds: int
    hold_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FootAnkleStart(Statement):
    """The foot-ankle programme, where the condition surely holds."""

    when: Criterion
    days_per_week: Span
    minutes: Span
    weeks: Span
    exercises: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexibilityStart(Statement):
    """The first dose of stretching."""

    days_per_week: Span
    holds: Span
    hold_seconds: Span
    ankle_circles: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameStart(Statement):
    """What surrounds the main part, under a condition."""

    when: Criterion
    warm_up_minutes: int
    cool_down_minutes: int
    sit_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFrame(Statement):
    """The steps of a session in their order."""

    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FootCapStart(Statement):
    """The part of the aerobic minutes that the feet may carry, under a condition."""

    when: Criterion
    weight_bearing_percent: int
    weeks: int
    percent_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FootCapBlocked(Statement):
    """The tag that stands for weight-bearing: nothing while it is closed."""

    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan(Statement):
    """How steps rise above the own baseline, under a condition."""

    when: Criterion
    raise_by: int
    every_weeks: int
    ceiling: int
    needs_sign_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTable(Statement):
    """How a heart-rate range is made.

    Attributes:
        forbidden_by: rules that forbid a range from a predicted peak.
        measured_allowed_by: those of them that leave a range from a measured peak.
        light_up_to_rpe: highest upper target at which the light range is shown.
    """

    forbidden_by: frozenset[str]
    measured_allowed_by: frozenset[str]
    moderate_percent: Span
    light_percent: Span
    light_up_to_rpe: int
    peak_at_birth: float
    peak_lost_a_year: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit(Statement):
    """A heart rate that a session stays below by a margin."""

    fact: str
    margin: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exertion(Statement):
    """The bands of exertion and what the two scales have in common.

    Attributes:
        upper_on_0_10: for an upper target on the 6-20 scale, the upper target on the scale from 0 to 10.
    """

    talk_test: Mapping[str, str]
    light_up_to: int
    moderate_up_to: int
    upper_on_0_10: Mapping[int, int]

    def band(self, rpe: int) -> str:
        """The band of an exertion on the 6-20 scale."""
        if rpe <= self.light_up_to:
            return "light"
        return "moderate" if rpe <= self.moderate_up_to else "vigorous"

    def on_0_10(self, rpe: int) -> int:
        """The upper target on the scale from 0 to 10 that belongs to one on the 6-20 scale."""
        known = [upper for upper in self.upper_on_0_10 if upper <= rpe]
        return self.upper_on_0_10[max(known, default=min(self.upper_on_0_10))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Statement):
    """What happens to the numbers while it applies; None and nothing leave them alone.

    Attributes:
        rules: applies while one of them has fired; empty is not asked.
        when: applies while this holds or cannot be excluded; None is not asked.
        closes: applies while some finding closes this tag; None is not asked.
        bout_minutes: no bout of aerobic work is longer.
        weight_bearing_percent: of the aerobic minutes, for good.
        unloaded_weeks: for how long no aerobic minute bears weight.
        leave_out: exercises with one of these tags are not chosen.
        seated_weeks: for how long only seated and recumbent work is chosen where there is some.
    """

    rules: frozenset[str] = frozenset()
    when: Criterion | None = None
    closes: str | None = None
    rpe_at_most: int | None = None
    met_at_most: float | None = None
    minutes_percent: int | None = None
    load_percent: int | None = None
    reps_in_reserve: int | None = None
    cool_down_minutes: int | None = None
    bout_minutes: int | None = None
    weight_bearing_percent: int | None = None
    unloaded_weeks: int | None = None
    leave_out: frozenset[str] = frozenset()
    seated_weeks: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosing:
    """All dose tables; lists stand strictest first where they have conditions."""

    review_status: ReviewStatus
    no_dose: NoDose
    fitness: Fitness
    risk_classes: tuple[RiskCondition, ...]
    aerobic_starts: tuple[AerobicStart, ...]
    aerobic: AerobicTable
    chores: Chores
    resistance_starts: tuple[ResistanceStart, ...]
    balance_starts: tuple[BalanceStart, ...]
    balance: BalanceLadder
    foot_ankle: FootAnkleStart
    flexibility: FlexibilityStart
    frames: tuple[FrameStart, ...]
    session: SessionFrame
    foot_caps: tuple[FootCapStart, ...]
    foot_cap_blocked: FootCapBlocked
    step_plans: tuple[StepPlan, ...]
    steps_baseline: Statement
    heart_rate: RateTable
    heart_rate_limits: tuple[RateLimit, ...]
    exertion: Exertion
    limits: tuple[Limit, ...]

    def aerobic_start(self, fitness: FitnessClass, risk: RiskClass) -> AerobicStart:
        """The cell for a fitness and a risk."""
        return next(one for one in self.aerobic_starts if (one.fitness, one.risk) == (fitness, risk))

    def resistance_start(self, risk: RiskClass) -> ResistanceStart:
        """The column for a risk."""
        return next(one for one in self.resistance_starts if one.risk is risk)
