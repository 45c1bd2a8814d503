"""The fact vocabulary: what can be known of a patient, in which units and ranges, and how long."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Any, NamedTuple

from api.clinical.criteria import Criterion
from api.clinical.errors import ValueRefused
from api.clinical.vocabulary import ASKED_NONE, UNKNOWN, ChangeKind, CheckKind, FactType

NEVER = math.inf
"""Days since an event that was asked for and did not happen."""

_BEYOND_MEASURE = 10**12

FactValue = str | frozenset[str] | int | float | date


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A UCUM unit of a fact; `normalised = value * factor + offset`."""

    code: str
    factor: float = 1
    offset: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfLife:
    """How long a reassuring value counts.

    Attributes:
        lasts: time after the observation, of a date after that date; None where the value counts on its own
            local day only.
        when: this shelf life applies only where the condition holds or is unknown.
    """

    lasts: timedelta | None
    when: Criterion | None = None
    written: str | None = None

    def over(self, observed_at: datetime, as_of: datetime) -> bool:
        """Whether a value observed then has run out; `as_of` carries the local zone."""
        if self.lasts is None:
            return observed_at.astimezone(as_of.tzinfo).date() != as_of.date()
        return as_of - observed_at > self.lasts

    def ends(self, observed_at: datetime, zone: tzinfo | None) -> datetime:
        """The moment from which a value observed then no longer counts."""
        if self.lasts is not None:
            return observed_at + self.lasts
        local = observed_at.astimezone(zone)
        return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadsAs:
    """A value that stands in for a fact under a condition.

    Attributes:
        within: the condition counts for any observation of this last time, not for the newest alone.
    """

    value: str
    when: Criterion
    within: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that can be known of a patient.

    Attributes:
        values: allowed values of a choice, ternary or set.
        clear: what the answer `clear` to a screen stands for.
        keeps: values on file that `clear` confirms instead of contradicting (a healed foot stays healed).
        minimum, maximum: plausible range in the normalised unit, inclusive.
        shelf_lives: tried in order; the last has no condition.
        expiring: adverse values that run out all the same, with their own shelf life.
        expires_both_ways: an adverse value runs out too (minutes, hours and the day).
        history: what a value reads as once another was on file (`none` after `active` is `healed`).
        gate: in which check this fact must be known.
        reads_as: stand-ins, tried in order, where the fact is unknown.
        overridden_by: values that hold whatever was entered.
        change: how a known value can come to be another.
        display_only: no rule reads it; it is for display, dose or reports.
        favourable: a value that speaks for exercise, where the base patient does not have it.
    """

    name: str
    group: str
    type: FactType
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    units: tuple[Unit, ...] = ()
    unit_required: bool = False
    shelf_lives: tuple[ShelfLife, ...] = ()
    expiring: Mapping[str, ShelfLife] = field(default_factory=lambda: MappingProxyType({}))
    expires_both_ways: bool = False
    history: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    gate: CheckKind | None = None
    reads_as: tuple[ReadsAs, ...] = ()
    overridden_by: tuple[ReadsAs, ...] = ()
    contradicted_by_reading: bool = False
    display_only: bool = False
    change: ChangeKind = ChangeKind.LATER
    favourable: FactValue | None = None
    note: str | None = None
    codes: str | None = None
    unknown_means: str = ""
    question: str | None = None
    minutes: int | None = None
    clear: Mapping[str, FactValue | None] = field(default_factory=lambda: MappingProxyType({}))
    keeps: Mapping[str, FactValue | None] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def last_name(self) -> str | None:
        """The name under which the last value on file is read, however old; only where history matters."""
        if not self.expiring:
            return None
        stem, _, side = self.name.rpartition("_")
        return f"{stem}_last_{side}"

    @property
    def plain_life(self) -> timedelta | None:
        """The time for which every value counts from its observation, if it is the same for all."""
        if not self.shelf_lives or self.expiring or self.type is FactType.DATE:
            return None
        return self.shelf_lives[-1].lasts

    @property
    def lasts_over_a_day(self) -> bool:
        """Whether a value counts for more than a day."""
        return all(
            life.lasts is not None and life.lasts > timedelta(days=1) for life in self.shelf_lives[-1:]
        )

    def read(self, value: object, unit: str | None) -> FactValue | None:
        """Read a value as sent; None means explicitly unknown.

        Args:
            value: JSON value.
            unit: UCUM code as sent, None where absent.

        Returns:
            The value in the normalised unit.

        Raises:
            ValueRefused: type, allowed values, unit or range do not fit.
        """
        if value == UNKNOWN and self.type is not FactType.DATE and not self.units:
            return None
        match self.type:
            case FactType.CHOICE | FactType.TERNARY | FactType.SCREEN:
                self._refuse_unit(unit)
                return self._choice(value)
            case FactType.SET:
                self._refuse_unit(unit)
                return self._set(value)
            case FactType.DATE:
                self._refuse_unit(unit)
                return self._date(value)
            case FactType.INTEGER | FactType.NUMBER:
                return self._measured(value, unit)

    def _refuse_unit(self, unit: str | None) -> None:
        if unit is not None:
            raise ValueRefused("unit-not-allowed", f"{self.name} has no unit.")

    def _choice(self, value: object) -> str:
        if not isinstance(value, str):
            raise ValueRefused("wrong-type", f"{self.name} is one of: {', '.join(self.values)}, unknown.")
        if value not in self.values:
            raise ValueRefused("not-allowed", f"{self.name} is one of: {', '.join(self.values)}, unknown.")
        return value

    def _set(self, value: object) -> frozenset[str] | None:
        if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
            raise ValueRefused("wrong-type", f"{self.name} is a list of codes.")
        members = frozenset(value)
        wrong = sorted(members.difference(self.values))
        if wrong:
            allowed = ", ".join(self.values)
            raise ValueRefused(
                "not-allowed", f"{self.name} does not know {', '.join(wrong)}; it takes: {allowed}."
            )
        if len(members) != len(value):
            raise ValueRefused("duplicate-member", f"{self.name} names a code twice.")
        if "none" in members and len(members) > 1:
            raise ValueRefused("none-with-others", f"{self.name} says none and something else at once.")
        return members or None

    def _date(self, value: object) -> date | str:
        if value == ASKED_NONE and self.name != "birth_date":
            return ASKED_NONE
        if not isinstance(value, str) or len(value) != 10 or value[4] != "-" or value[7] != "-":
            raise ValueRefused("wrong-type", f"{self.name} is an ISO date such as 2026-03-09.")
        try:
            day = date.fromisoformat(value)
        except ValueError as fault:
            raise ValueRefused("wrong-type", f"{self.name} is an ISO date such as 2026-03-09.") from fault
        if day.year < 1900:
            raise ValueRefused("out-of-range", f"{self.name} is not before 1900.")
        return day

    def _measured(self, value: object, unit: str | None) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueRefused("wrong-type", f"{self.name} is a number.")
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueRefused("wrong-type", f"{self.name} is a finite number.")
        if abs(value) > _BEYOND_MEASURE:
            raise ValueRefused("out-of-range", f"{self.name} is far from plausible.")
        if unit is None and self.unit_required:
            raise ValueRefused("unit-required", f"{self.name} needs a unit: {self._unit_codes()}.")
        chosen = self.units[0] if unit is None else self._unit(unit)
        if self.type is FactType.INTEGER and (not isinstance(value, int) and not value.is_integer()):
            raise ValueRefused("wrong-type", f"{self.name} is a whole number.")
        normalised = self._normalised(value, chosen)
        if (
            self.minimum is not None
            and self.maximum is not None
            and not self.minimum <= normalised <= self.maximum
        ):
            raise ValueRefused(
                "out-of-range",
                f"{self.name} is plausible from {self.minimum:g} to {self.maximum:g} {self.units[0].code}.",
            )
        return normalised

    def _normalised(self, value: float, unit: Unit) -> float:
        if self.type is FactType.INTEGER:
            return int(value)
        if unit.factor == 1 and unit.offset == 0:
            return value
        return round(value * unit.factor + unit.offset, 6)

    def _unit(self, code: str) -> Unit:
        for unit in self.units:
            if unit.code == code:
                return unit
        raise ValueRefused("unknown-unit", f"{self.name} is given in {self._unit_codes()} (UCUM).")

    def _unit_codes(self) -> str:
        return " or ".join(unit.code for unit in self.units)


class Observation(NamedTuple):
    """One thing seen of a patient at a time; a hundred of them a check, hence a tuple.

    Attributes:
        value: normalised; None is explicitly unknown.
        observed_at: aware moment.
        screen: the screen that this value was expanded from.
    """

    name: str
    value: FactValue | None
    observed_at: datetime
    method: str | None = None
    source: str | None = None
    source_record_id: str | None = None
    screen: str | None = None


def contradictions(values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Pairs of values that cannot both be true, as (fact, code, sentence).

    Args:
        values: normalised values of one moment, by fact name.
    """
    found = []
    for systolic in ("bp_supine_sys", "bp_standing_sys", "resting_sys"):
        diastolic = systolic.removesuffix("sys") + "dia"
        upper, lower = values.get(systolic), values.get(diastolic)
        if upper is not None and lower is not None and upper <= lower:
            found.append((diastolic, "not-below-systolic", f"{diastolic} must be below {systolic}."))
    for side in ("left", "right"):
        insensate = values.get(f"monofilament_insensate_{side}")
        tested = values.get(f"monofilament_sites_tested_{side}")
        if insensate is not None and tested is not None and insensate > tested:
            name = f"monofilament_insensate_{side}"
            found.append((name, "more-than-tested", f"{name} exceeds the {tested} sites tested."))
    return found
