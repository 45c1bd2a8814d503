"""Whether a measure changed: better, worse or no change that can be told from chance."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from api.clinical.measures import Better, Consequence, JudgedBy, Occasion, OutcomeMeasure, Reading
from api.clinical.months import months_after


class ChangeWord(StrEnum):
    """What a change is; a smaller one than can be detected is neither better nor worse."""

    BETTER = "better"
    WORSE = "worse"
    NO_DETECTABLE_CHANGE = "no-detectable-change"
    NOT_COMPARABLE = "not-comparable"


class NoWord(StrEnum):
    """Why there is no word for a change, or why two values cannot be compared."""

    NO_AGREED_CHANGE = "no-agreed-change"
    ONLY_WORSE_COUNTS = "only-worse-counts"
    NO_TARGET = "no-target"
    OTHER_MEASURE = "other-measure"
    OTHER_SIDE = "other-side"
    OTHER_NUMBER_TESTED = "other-number-tested"
    NOT_LATER = "not-later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changed from one value to a later one.

    Attributes:
        word: None where no agreed limit says what counts; then only the values are shown.
        difference: after less before; None where the values cannot be compared or are words.
        before, after: the categories, where the measure has some.
    """

    word: ChangeWord | None
    reason: NoWord | None = None
    difference: Fraction | None = None
    before: str | None = None
    after: str | None = None
    consequences: frozenset[Consequence] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """When a measure is next due; without days it is taken on each occasion."""

    first: date | None
    last: date | None
    occasion: Occasion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a measure went: the last value against the first and against the one before.

    Where values must be some weeks apart to be compared, `previous` is the last that is, and a change is None
    where there is no such value.
    """

    baseline: Reading
    previous: Reading | None
    latest: Reading
    since_baseline: Change | None
    since_previous: Change | None
    consequences: frozenset[Consequence]
    due: Due


def change(measure: OutcomeMeasure, before: Reading, after: Reading) -> Change:
    """What the change from one value to a later one is called. Source: specification, outcomes."""
    apart = _not_comparable(measure, before, after)
    if apart is not None:
        return Change(word=ChangeWord.NOT_COMPARABLE, reason=apart, consequences=alone(measure, after))
    if isinstance(before.value, str) or isinstance(after.value, str):
        return Change(word=None, reason=NoWord.NO_AGREED_CHANGE, before=_word(before), after=_word(after))
    difference = after.value - before.value
    word, reason = _judged(measure, before, after, difference)
    found = set(alone(measure, after))
    if word is ChangeWord.WORSE and measure.consequence is not None:
        found.add(measure.consequence)
    if measure.rise_at_most is not None and difference > Fraction(str(measure.rise_at_most)):
        found.add(Consequence.ABOVE_SAFE_RISE)
    return Change(
        word=word,
        reason=reason,
        difference=difference,
        before=measure.category(before.value),
        after=measure.category(after.value),
        consequences=frozenset(found),
    )


def alone(measure: OutcomeMeasure, reading: Reading) -> frozenset[Consequence]:
    """What a value asks for by itself."""
    if measure.review_from is None or isinstance(reading.value, str):
        return frozenset()
    high = reading.value >= Fraction(str(measure.review_from))
    return frozenset({Consequence.REVIEW}) if high else frozenset()


def course(
    measure: OutcomeMeasure, readings: Iterable[Reading], *, iwgdf_risk: int | None = None
) -> Course | None:
    """How a measure went, of one side where it has sides; None without a value.

    Of several values on one day the one given last counts.
    """
    by_day = {one.on: one for one in readings}
    ordered = [by_day[day] for day in sorted(by_day)]
    if not ordered:
        return None
    first, latest = ordered[0], ordered[-1]
    apart = timedelta(weeks=measure.analysed_weeks or 0)
    previous = next((one for one in reversed(ordered[:-1]) if latest.on - one.on >= apart), None)
    baseline = None if previous is None else change(measure, first, latest)
    before = None if previous is None else change(measure, previous, latest)
    found = alone(measure, latest).union(*(one.consequences for one in (baseline, before) if one is not None))
    return Course(
        baseline=first,
        previous=previous,
        latest=latest,
        since_baseline=baseline,
        since_previous=before,
        consequences=found,
        due=due(measure, latest, iwgdf_risk=iwgdf_risk),
    )


def due(measure: OutcomeMeasure, latest: Reading, *, iwgdf_risk: int | None = None) -> Due:
    """When the next value is due; an unknown foot risk counts as the highest."""
    risk = 3 if iwgdf_risk is None else iwgdf_risk
    if measure.visit_at_risk is not None and risk >= measure.visit_at_risk:
        return Due(first=None, last=None, occasion=Occasion.VISIT)
    if measure.months_by_value and not isinstance(latest.value, str):
        value = int(latest.value)
        first, last = measure.months_by_value[value], measure.latest_months_by_value[value]
        return Due(first=months_after(latest.on, first), last=months_after(latest.on, last))
    if measure.months is not None:
        first, last = measure.months
        return Due(first=months_after(latest.on, first), last=months_after(latest.on, last))
    span = measure.days if measure.weeks is None else [7 * weeks for weeks in measure.weeks]
    if span is None:
        return Due(first=None, last=None, occasion=measure.occasion)
    first, last = span
    return Due(first=latest.on + timedelta(days=first), last=latest.on + timedelta(days=last))


def _not_comparable(measure: OutcomeMeasure, before: Reading, after: Reading) -> NoWord | None:
    if {before.measure, after.measure} != {measure.id}:
        return NoWord.OTHER_MEASURE
    if before.side is not after.side:
        return NoWord.OTHER_SIDE
    if before.of != after.of:
        return NoWord.OTHER_NUMBER_TESTED
    return NoWord.NOT_LATER if after.on <= before.on else None


def _judged(
    measure: OutcomeMeasure, before: Reading, after: Reading, difference: Fraction
) -> tuple[ChangeWord | None, NoWord | None]:
    match measure.judged_by:
        case JudgedBy.DIFFERENCE if measure.better is Better.TARGET:
            return _towards_target(measure, before, after)
        case JudgedBy.DIFFERENCE:
            return _by_difference(measure, before, difference), None
        case JudgedBy.CATEGORY:
            return _by_category(measure, before, after), None
        case JudgedBy.LOSS:
            return _only_worse(worse=difference < 0 or _new_site(before, after), same=difference == 0)
        case JudgedBy.RISE:
            return _only_worse(worse=difference > 0, same=difference == 0)
    return None, NoWord.NO_AGREED_CHANGE


def _by_difference(measure: OutcomeMeasure, before: Reading, difference: Fraction) -> ChangeWord:
    """Better or worse by the least change that counts, in points or in percent of the earlier value."""
    up = difference if measure.better is Better.HIGHER else -difference
    points = measure.detectable if up >= 0 or measure.detectable_worse is None else measure.detectable_worse
    counts = points is not None and abs(difference) >= Fraction(str(points))
    if measure.detectable_percent is not None and isinstance(before.value, Fraction) and before.value > 0:
        counts |= 100 * abs(difference) >= measure.detectable_percent * before.value
    if not counts or difference == 0:
        return ChangeWord.NO_DETECTABLE_CHANGE
    return ChangeWord.BETTER if up > 0 else ChangeWord.WORSE


def _towards_target(
    measure: OutcomeMeasure, before: Reading, after: Reading
) -> tuple[ChangeWord | None, NoWord | None]:
    """A change that counts is better where it ends nearer to the person's own target."""
    assert isinstance(before.value, Fraction)
    assert isinstance(after.value, Fraction)
    if abs(after.value - before.value) < Fraction(str(measure.detectable)):
        return ChangeWord.NO_DETECTABLE_CHANGE, None
    if after.target is None:
        return None, NoWord.NO_TARGET
    nearer = abs(before.value - after.target) - abs(after.value - after.target)
    if nearer == 0:
        return ChangeWord.NO_DETECTABLE_CHANGE, None
    return (ChangeWord.BETTER if nearer > 0 else ChangeWord.WORSE), None


def _by_category(measure: OutcomeMeasure, before: Reading, after: Reading) -> ChangeWord:
    order = list(measure.categories)
    assert isinstance(before.value, Fraction)
    assert isinstance(after.value, Fraction)
    was, now = measure.category(before.value), measure.category(after.value)
    if was is None or now is None or was == now:
        return ChangeWord.NO_DETECTABLE_CHANGE
    rises = order.index(now) > order.index(was)
    return ChangeWord.BETTER if rises is (measure.better is Better.HIGHER) else ChangeWord.WORSE


def _new_site(before: Reading, after: Reading) -> bool:
    """Whether a site is insensate that was not, where both name theirs."""
    named = before.insensate or before.value == before.of
    return bool(named and after.insensate - before.insensate)


def _only_worse(*, worse: bool, same: bool) -> tuple[ChangeWord | None, NoWord | None]:
    if worse:
        return ChangeWord.WORSE, None
    return (ChangeWord.NO_DETECTABLE_CHANGE, None) if same else (None, NoWord.ONLY_WORSE_COUNTS)


def _word(reading: Reading) -> str | None:
    return reading.value if isinstance(reading.value, str) else None
