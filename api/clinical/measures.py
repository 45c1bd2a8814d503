"""What is measured to see whether exercise helps: range, direction, how often, and which change counts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from api.clinical.errors import ValueRefused
from api.clinical.statements import Span, Statement
from api.clinical.vocabulary import ReviewStatus


class Better(StrEnum):
    """Which direction is better; `target` is the one towards a person's own target."""

    HIGHER = "higher"
    LOWER = "lower"
    TARGET = "target"
    NONE = "none"


class JudgedBy(StrEnum):
    """What makes a change count; `loss` and `rise` count in the worse direction only."""

    DIFFERENCE = "difference"
    CATEGORY = "category"
    LOSS = "loss"
    RISE = "rise"
    NOTHING = "nothing"


class Occasion(StrEnum):
    """When a measure is taken that has no interval."""

    VISIT = "visit"
    REPORT = "report"
    CONTINUOUS = "continuous"


class Consequence(StrEnum):
    """What a result asks for."""

    REVIEW = "review"
    RECOMPUTE_RISK = "recompute-risk"
    ABOVE_SAFE_RISE = "above-safe-rise"


class Side(StrEnum):
    """A side of the body."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One value of a measure on a local day.

    Attributes:
        value: exact, or one of the measure's words.
        of: out of how many, where the measure counts sites or questions.
        insensate: names of the sites that were not felt, where they were told.
        target: the person's own target at that time.
    """

    measure: str
    on: date
    value: Fraction | str
    of: int | None = None
    side: Side | None = None
    insensate: frozenset[str] = frozenset()
    target: Fraction | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeMeasure(Statement):
    """One measure.

    Attributes:
        fact: the fact that it is; told as either, it is kept as the fact.
        low, high: both allowed; None has no limit that a source gives.
        words: the values of a measure that is not a number, best first.
        of: out of how many sites or questions a value may be; the range goes up to that.
        detectable: the change that counts, this much or more.
        detectable_worse: for worse, where it differs.
        detectable_percent: of the earlier value; either makes a change count.
        categories: from which value on, ascending.
        months, weeks, days: from when to when the next one is due.
        months_by_value: the same where the value decides.
        visit_at_risk: from this IWGDF risk on it is taken at each visit.
        review_from: a value this high or higher is reviewed.
        rise_at_most: above the first value; a higher one is not known to be safe.
        analysed_weeks: values less than so many weeks apart are not compared.
        licensed: items and forms belong to others; only the score is kept.
    """

    title: str
    unit: str
    better: Better
    judged_by: JudgedBy
    fact: str | None = None
    low: float | None = None
    high: float | None = None
    whole: bool = False
    words: tuple[str, ...] = ()
    of: frozenset[int] = frozenset()
    sides: bool = False
    detectable: float | None = None
    detectable_worse: float | None = None
    detectable_percent: int | None = None
    categories: Mapping[str, float] = field(default_factory=dict)
    months: Span | None = None
    weeks: Span | None = None
    days: Span | None = None
    months_by_value: Mapping[int, int] = field(default_factory=dict)
    latest_months_by_value: Mapping[int, int] = field(default_factory=dict)
    occasion: Occasion | None = None
    visit_at_risk: int | None = None
    review_from: float | None = None
    rise_at_most: float | None = None
    analysed_weeks: int | None = None
    consequence: Consequence | None = None
    licensed: bool = False

    @property
    def ucum(self) -> str:
        """Its unit as UCUM reads it: what is only named in braces is a plain number."""
        return "1" if self.unit.startswith("{") else self.unit

    def category(self, value: Fraction) -> str | None:
        """The category of a value."""
        return next(
            (name for name, start in reversed(tuple(self.categories.items())) if value >= start), None
        )

    def reading(
        self,
        on: date,
        value: float | str,
        *,
        of: int | None = None,
        side: Side | None = None,
        insensate: frozenset[str] = frozenset(),
        target: float | None = None,
    ) -> Reading:
        """A value that fits the measure.

        Raises:
            ValueRefused: it does not.
        """
        if (side is None) is self.sides:
            raise ValueRefused("side", "Name the side." if self.sides else "It has no sides.")
        if (of is None) is bool(self.of) or (of is not None and of not in self.of):
            raise ValueRefused("of", f"It is out of: {', '.join(map(str, sorted(self.of))) or 'nothing'}.")
        if target is not None and self.better is not Better.TARGET:
            raise ValueRefused("target", "It has no target of the person's own.")
        exact = self._exact(value, of)
        unfelt = None if of is None or isinstance(exact, str) else of - exact
        if insensate and (self.judged_by is not JudgedBy.LOSS or len(insensate) != unfelt):
            raise ValueRefused("insensate", "The sites not felt are those tested without those felt.")
        aim = None if target is None else self._within(Fraction(Decimal(str(target))), None)
        return Reading(measure=self.id, on=on, value=exact, of=of, side=side, insensate=insensate, target=aim)

    def _exact(self, value: float | str, of: int | None) -> Fraction | str:
        if self.words:
            if value not in self.words:
                raise ValueRefused("not-allowed", f"It is one of: {', '.join(self.words)}.")
            return str(value)
        if isinstance(value, str | bool):
            raise ValueRefused("not-a-number", "It is a number.")
        try:
            exact = Fraction(Decimal(str(value)))
        except (ValueError, OverflowError, ArithmeticError) as fault:
            raise ValueRefused("not-a-number", "It is a number.") from fault
        if self.whole and exact.denominator != 1:
            raise ValueRefused("not-whole", "It is a whole number.")
        return self._within(exact, of)

    def _within(self, value: Fraction, of: int | None) -> Fraction:
        low, high = self.low, self.high if of is None else of
        if (low is not None and value < Fraction(str(low))) or (
            high is not None and value > Fraction(str(high))
        ):
            ends = "without limit" if high is None else f"to {high:g}"
            raise ValueRefused("out-of-range", f"It is from {low or 0:g} {ends}.")
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """All measures, in the order in which they are shown."""

    review_status: ReviewStatus
    measures: Mapping[str, OutcomeMeasure]
    below_change: Statement
    no_recovery: Statement
