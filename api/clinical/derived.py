"""Derived facts: computed from entered facts, never entered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from api.clinical.criteria import Criterion
from api.clinical.facts import NEVER, ReadsAs
from api.clinical.vocabulary import ASKED_NONE


class Measure(StrEnum):
    """Arithmetic and calendar that the rule language does not say."""

    YEARS_SINCE = "years_since"
    DAYS_SINCE = "days_since"
    OBSERVED_TODAY = "observed_today"
    DIFFERENCE = "difference"
    PRODUCT = "product"
    RISE_PER_DROP = "rise_per_drop"
    BELOW_NORM = "below_norm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """One derived fact: `yes_when`, or `cases` with `otherwise`, or a `measure` of other facts.

    Attributes:
        absence_is_an_answer: missing input is an answer (nothing was agreed), not a gap to be filled.
        norms: for `below_norm`: lower limits by group and age band.
    """

    name: str
    yes_when: Criterion | None = None
    cases: tuple[ReadsAs, ...] = ()
    otherwise: str | None = None
    measure: Measure | None = None
    of: tuple[str, ...] = ()
    absence_is_an_answer: bool = False
    display_only: bool = False
    norms: Mapping[str, Mapping[int, int]] = field(default_factory=lambda: MappingProxyType({}))
    up_to_age: int = 0
    source: str | None = None

    @property
    def numeric(self) -> bool:
        """Whether the value is a number."""
        return self.measure not in (None, Measure.OBSERVED_TODAY, Measure.BELOW_NORM)


def years_since(birth: date | str | None, today: date) -> int | None:
    """Whole years from a birthday to today."""
    if not isinstance(birth, date):
        return None
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def days_since(event: date | str | None, today: date) -> float | None:
    """Whole days from an event to today; infinite where the answer was that there is none."""
    if event is None:
        return None
    if event == ASKED_NONE:
        return NEVER
    return (today - event).days if isinstance(event, date) else None


def observed_today(observed_at: datetime | None, as_of: datetime) -> str:
    """Whether an observation was made on the local day of `as_of`."""
    same = observed_at is not None and observed_at.astimezone(as_of.tzinfo).date() == as_of.date()
    return "yes" if same else "no"


def rise_per_drop(standing: float | None, supine: float | None, drop: float | None) -> float | None:
    """Rise of the heart rate per mmHg of systolic drop, two decimals; None without a drop.

    Source: derived facts table, from memory (below 0.5 suggests a neurogenic cause).
    """
    if standing is None or supine is None or drop is None or drop <= 0:
        return None
    return round((standing - supine) / drop, 2)


def below_norm(derived: Derived, count: float | None, group: str | None, age: float | None) -> str:
    """Whether a count is below the norm of age and sex; "no" where no norm applies or it is unknown.

    Source: STEADI
    """
    bands = derived.norms.get(group or "")
    if bands is None or count is None or age is None or not min(bands) <= age <= derived.up_to_age:
        return "no"
    band = max(start for start in bands if start <= age)
    return "yes" if count < bands[band] else "no"


def measured(
    derived: Derived, values: Mapping[str, Any], observed_at: Mapping[str, datetime], as_of: datetime
) -> Any:
    """The value of a measured fact, None where an input is unknown.

    Args:
        derived: the fact, with a `measure`.
        values: facts by name.
        observed_at: when each entered fact was observed.
        as_of: the moment, in the patient's zone.
    """
    inputs = [values.get(name) for name in derived.of]
    match derived.measure:
        case Measure.YEARS_SINCE:
            return years_since(inputs[0], as_of.date())
        case Measure.DAYS_SINCE:
            return days_since(inputs[0], as_of.date())
        case Measure.OBSERVED_TODAY:
            return observed_today(observed_at.get(derived.of[0]), as_of)
        case Measure.RISE_PER_DROP:
            return rise_per_drop(*inputs)
        case Measure.BELOW_NORM:
            return below_norm(derived, *inputs)
    first, second = inputs
    if first is None or second is None:
        return None
    return first - second if derived.measure is Measure.DIFFERENCE else first * second
