"""The triage tables: which reports are how urgent, and what each finding asks for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from api.clinical.compiled import Fire, compile_rules
from api.clinical.criteria import And, Criterion, Domain, Known, Not, Or, names
from api.clinical.reports import ORDER, ReportLevel
from api.clinical.session_fields import ASKED, BY_NAME, FIELDS, FieldKind, StopReason, Tern
from api.clinical.statements import Statement
from api.clinical.vocabulary import ReviewStatus, UnknownPolicy

_YES_NO = Domain("choice", frozenset({"yes", "no"}))
CONTEXT: Mapping[str, Domain] = MappingProxyType(
    {
        "on_anticoagulant": _YES_NO,
        "foot_at_risk": _YES_NO,
        "autonomic": _YES_NO,
        "insulin_or_secretagogue": _YES_NO,
        "lops_and_pad": _YES_NO,
        "diabetes_10_years": _YES_NO,
        "intensity_planned": Domain("choice", frozenset({"light", "moderate", "vigorous"})),
        "rpe_over_target": Domain("number"),
        "pain_over_2h_in_last_3": Domain("number"),
    }
)
"""What a condition may read beside the fields of the report."""


def domains() -> Mapping[str, Domain]:
    """Every name that a condition of triage may read."""
    found = dict(CONTEXT)
    for one in FIELDS:
        if one.choices is Tern:
            found[one.name] = _YES_NO
        elif one.choices is not None:
            kind = "set" if one.kind is FieldKind.SET else "choice"
            found[one.name] = Domain(kind, frozenset(one.choices))
        elif one.kind in {FieldKind.INTEGER, FieldKind.NUMBER}:
            found[one.name] = Domain("number")
    return MappingProxyType(found)


class NextSession(StrEnum):
    """What a finding asks of the next session, or of this very moment."""

    GLUCOSE_NOW = "glucose-now"
    GLUCOSE_FIRST = "glucose-first"
    KETONES_FIRST = "ketones-first"
    CARBOHYDRATE_FIRST = "carbohydrate-first"
    NOT_ALONE = "not-alone"
    FOOT_CHECK_FIRST = "foot-check-first"
    SHOE_CHECK = "shoe-check"
    FOOTWEAR = "footwear"
    SEATED = "seated"
    POSTURE_DOWN = "posture-down"
    LONGER_COOL_DOWN = "cool-down-10-min"
    EASIER_EXERCISE = "easier-exercise"
    OTHER_EXERCISE = "other-exercise"
    SAME_BALANCE_LEVEL = "same-balance-level"
    LIGHTER = "lighter"
    NOT_HARDER = "not-harder"


class TrendKind(StrEnum):
    """What a trend over reports looks at."""

    LEVELS = "levels"
    FINDING = "finding"
    RESTING_RATE = "resting-rate"
    PAIN = "pain"
    STEPS = "steps"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """When a finding is more urgent than its own level.

    Attributes:
        when: a condition on the same report; None is not asked.
        times: the finding was reported so often, this report counted.
        in_a_row: without a report between that says otherwise.
        answered: reports that leave this field empty are passed over in a row.
        lock: exercises with one of these tags stop then.
    """

    to: ReportLevel
    says: str
    when: Criterion | None = None
    times: int | None = None
    in_a_row: bool = False
    answered: str | None = None
    lock: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageRule(Statement):
    """One finding of a report.

    Attributes:
        patient: one sentence for the person who exercises.
        clinician: what the clinician does; None where there is nothing to do.
        also: said to the clinician too where `also_when` holds or cannot be excluded.
        lock: exercises with one of these tags stop.
        lock_done: the exercises that were done stop too.
        lock_hours: not unlocked before so many hours.
        lock_until_ketones_below: not unlocked before ketones are lower, mmol/L.
        sets, adds: facts of the patient that become a value, or grow by a number.
        regression: the entry of the progression tables that follows.
        hold_days: for so long it asks that no dose rises.
        only_when_done: a session that was left out cannot show it.
    """

    level: ReportLevel
    when: Criterion
    patient: str
    clinician: str | None = None
    also: str | None = None
    also_when: Criterion | None = None
    lock: frozenset[str] = frozenset()
    lock_done: bool = False
    lock_hours: int | None = None
    lock_until_ketones_below: float | None = None
    sets: Mapping[str, str] | None = None
    adds: Mapping[str, int] | None = None
    next_session: tuple[NextSession, ...] = ()
    regression: str | None = None
    hold_days: int | None = None
    only_when_done: bool = False
    rises: tuple[Rise, ...] = ()

    @property
    def unknown(self) -> UnknownPolicy:
        """Whether it matters that its condition is unknown."""
        severe = ORDER.index(self.level) >= ORDER.index(ReportLevel.REVIEW)
        return UnknownPolicy.SAME if severe else UnknownPolicy.IGNORE


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend(Statement):
    """Something that only several reports show; each kind reads the numbers that it needs.

    Attributes:
        of_level: `levels`: reports at least so urgent count.
        rule: `finding`: the finding that counts.
        times: how often, on different days for heart rates.
        within_days: the time in which they count; of heart rates and steps the time that is looked back.
        margin: how much above the comparison, in its unit; of steps in percent.
        recent_days, first_days: `pain`: the days compared.
        needs_iwgdf_1: only where the feet are at risk, or that is unknown.
    """

    kind: TrendKind
    level: ReportLevel
    patient: str
    clinician: str
    of_level: ReportLevel | None = None
    rule: str | None = None
    times: int = 1
    within_days: int = 14
    margin: int = 0
    recent_days: int = 7
    first_days: int = 14
    needs_iwgdf_1: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAsked(Statement):
    """What an unanswered question does.

    Attributes:
        level, again: the least level of such a report, and of the second in a row.
        of_skipped: which questions a session that was left out must answer, by the reason for it.
        unsaid: the same where no reason was given.
        patient: one sentence for the person who exercises.
    """

    level: ReportLevel
    again: ReportLevel
    of_skipped: Mapping[StopReason, tuple[str, ...]]
    unsaid: tuple[str, ...]
    patient: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels(Statement):
    """What each level asks for.

    Attributes:
        patient: one sentence each for the person who exercises.
    """

    patient: Mapping[ReportLevel, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumed(Statement):
    """What an unknown context reads as."""

    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWords(Statement):
    """Words in a note that ask for it to be read."""

    words: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Triaging:
    """All tables of triage."""

    review_status: ReviewStatus
    levels: Levels
    assumed: Assumed
    rules: tuple[TriageRule, ...]
    trends: tuple[Trend, ...]
    not_asked: NotAsked
    note_words: NoteWords

    @cached_property
    def wording(self) -> Mapping[str, str]:
        """What the person is told, by the id of a rule or a trend, `not-asked`, or a level."""
        entries: tuple[TriageRule | Trend | NotAsked, ...] = (*self.rules, *self.trends, self.not_asked)
        said = {level.value: sentence for level, sentence in self.levels.patient.items()}
        return MappingProxyType(said | {one.id: one.patient for one in entries})

    @cached_property
    def fire(self) -> Fire:
        """All conditions, compiled."""
        return compile_rules(self.rules)

    @cached_property
    def read(self) -> frozenset[str]:
        """Every name that some condition reads."""
        return frozenset().union(*(names(one) for rule in self.rules for one in conditions(rule)))

    @cached_property
    def fields_read(self) -> tuple[str, ...]:
        """The fields of a report that some condition reads."""
        return tuple(name for name in BY_NAME if name in self.read)

    @cached_property
    def read_fields(self) -> Callable[[object], tuple[Any, ...]]:
        """Takes the values of those fields out of a report."""
        return attrgetter(*self.fields_read)

    @cached_property
    def questions(self) -> tuple[frozenset[str], ...]:
        """For each rule, the questions that can leave its condition unknown."""
        return tuple(questions_of(rule.when) for rule in self.rules)

    @cached_property
    def by_id(self) -> Mapping[str, TriageRule]:
        """Rules by id."""
        return MappingProxyType({rule.id: rule for rule in self.rules})


def conditions(rule: TriageRule) -> Sequence[Criterion]:
    """Every condition that a rule holds."""
    also = [] if rule.also_when is None else [rule.also_when]
    return [rule.when, *also, *(rise.when for rise in rule.rises if rise.when is not None)]


def questions_of(criterion: Criterion) -> frozenset[str]:
    """The questions that can leave a condition unknown: those that it does not ask whether they are known."""
    return (names(criterion) & ASKED) - _guarded(criterion)


def _guarded(criterion: Criterion) -> frozenset[str]:
    match criterion:
        case Known(name):
            return frozenset({name})
        case Not(part):
            return _guarded(part)
        case And(parts) | Or(parts):
            return frozenset().union(*(_guarded(part) for part in parts))
    return frozenset()
