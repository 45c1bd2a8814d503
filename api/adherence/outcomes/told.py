"""Outcomes as they are told, and what is wrong with them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches
from types import MappingProxyType

from api.clinical.errors import ValueRefused
from api.clinical.measures import OutcomeMeasure, Reading, Side
from api.clinical.release import Release
from api.errors import FieldError
from api.patients.observations.members import OLDEST_YEAR, SKEW

EVS = "evs"

_MEMBER = MappingProxyType({"side": "side", "of": "of", "target": "target", "insensate": "insensate"})
"""The member that a refusal is about, by its code; the value for all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One value of a measure, as it was told.

    Attributes:
        value: a number, or one of the measure's words; for the exercise vital sign it is the product of its
            two parts.
        of: out of how many sites or questions.
        at: aware.
        tester: who or which device measured it, as the source names them.
        source: None for the caller itself.
    """

    measure: str
    at: datetime
    value: float | str | None = None
    unit: str | None = None
    of: int | None = None
    side: Side | None = None
    insensate: tuple[str, ...] = ()
    target: float | None = None
    days_per_week: int | None = None
    minutes_per_day: int | None = None
    method: str | None = None
    tester: str | None = None
    source: str | None = None
    source_record_id: str | None = None

    def by(self, source: str) -> "Told":
        """The same, told by a source."""
        return replace(self, source=source)

    def reading(self, measure: OutcomeMeasure, on: date) -> Reading:
        """The value on a local day.

        Raises:
            ValueRefused: it does not fit the measure.
        """
        if self.value is None:
            raise ValueRefused("required", "A value is needed.")
        return measure.reading(
            on,
            self.value,
            of=self.of,
            side=self.side,
            insensate=frozenset(self.insensate),
            target=self.target,
        )


def checked(
    release: Release, readings: Sequence[Told], moment: datetime
) -> tuple[list[Told], list[FieldError]]:
    """The values as they are kept, and everything that is wrong with them."""
    kept = [_complete(one, moment) for one in readings]
    measures = release.outcomes.measures
    faults = [
        FieldError(pointer=f"/readings/{place}/{member}", detail=detail, code=code)
        for place, (one, told) in enumerate(zip(kept, readings, strict=True))
        for member, code, detail in _faults(measures, one, told, moment)
    ]
    return kept, faults


def unknown_measure(release: Release, name: str) -> str:
    """What to say of a name that is no measure."""
    near = get_close_matches(name, release.outcomes.measures, n=2, cutoff=0.5)
    hint = f"Is it {' or '.join(near)}?" if near else "GET /v1/knowledge/outcomes lists them."
    return f"There is no such measure. {hint}"


def _complete(one: Told, moment: datetime) -> Told:
    at = min(one.at, moment) if one.at <= moment + SKEW else one.at
    if one.days_per_week is not None and one.minutes_per_day is not None and one.value is None:
        return replace(one, at=at, value=one.days_per_week * one.minutes_per_day)
    return replace(one, at=at)


def _faults(
    measures: Mapping[str, OutcomeMeasure], one: Told, told: Told, moment: datetime
) -> Iterator[tuple[str, str, str]]:
    """Each fault: the member, its code and a sentence."""
    if told.at > moment + SKEW:
        yield "observed_at", "in-the-future", "This lies in the future."
    elif told.at.year < OLDEST_YEAR:
        yield "observed_at", "out-of-range", f"This lies before {OLDEST_YEAR}."
    measure = measures.get(one.measure)
    if measure is None:
        return
    if one.unit is not None and one.unit != measure.unit:
        yield "unit", "unit", f"It is measured in {measure.unit}; convert it first."
    parts = (told.days_per_week, told.minutes_per_day)
    if one.measure == EVS and (None in parts or told.value is not None):
        yield "value", "parts", "Send days_per_week and minutes_per_day, as both are facts, and no value."
    elif one.measure != EVS and parts != (None, None):
        yield "days_per_week", "parts", "Only the exercise vital sign (evs) has these parts."
    elif len(set(one.insensate)) != len(one.insensate):
        yield "insensate", "duplicate-member", "It names a site twice."
    else:
        try:
            one.reading(measure, one.at.date())
        except ValueRefused as refused:
            value = "word" if isinstance(one.value, str) else "value"
            yield _MEMBER.get(refused.code, value), refused.code, str(refused)
