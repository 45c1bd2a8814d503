"""The abstract values of facts: enough that every condition is met, missed and met just at its limit."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from api.clinical.adversity import severity
from api.clinical.criteria import Compare, comparisons_in, holds
from api.clinical.derived import Measure
from api.clinical.facts import Fact
from api.clinical.release import CONFLICTS, Release
from api.clinical.vocabulary import ASKED_NONE, CheckKind, FactType

Table = dict[str, Any]
Strictness = tuple[int, ...]
"""For each effect, worst first, the exercises with that effect or a worse one, as bit masks."""


class Space:
    """Tables of facts around the base patient, on one day."""

    def __init__(self, release: Release, today: date) -> None:
        self.release = release
        self.today = today
        self.values = {fact.name: tuple(self._values(fact)) for fact in release.plain_facts}
        self.base: Table = dict(release.blank)
        for name, value in release.base_values.items():
            self.put(self.base, name, value)
        birthday = self._birthday(int(release.base["age_years"]))
        self.put(self.base, "birth_date", birthday)

    def put(self, table: Table, name: str, value: Any) -> None:
        """Set a fact, and its last value on file with it."""
        table[name] = value
        last = self.release.last_name_of.get(name)
        if last is not None:
            table[last] = value

    def changed(self, changes: Mapping[str, Any]) -> Table:
        """The base patient with some facts changed; None is unknown."""
        table = dict(self.base)
        for name, value in changes.items():
            self.put(table, name, value)
        return table

    def completed(self, table: Table) -> Table:
        """A copy with stand-ins and derived facts; what must be of today is, unless set to no."""
        values = dict(table)
        self._resolve(values)
        values[CONFLICTS] = frozenset()
        moment = _midday(self.today)
        absent = {
            name for entry in self.release.derived.values() if table[entry.name] == "no" for name in entry.of
        }
        seen = {name: moment for name in self.release.observed_today if name not in absent}
        self.release.derive(values, self.today, seen, moment)
        return values

    def _resolve(self, values: Table) -> None:
        """Where an entered value and what it follows from disagree, the worse counts."""
        for fact in self.release.contradicted:
            reading = next((case.value for case in fact.reads_as if holds(case.when, values)), None)
            if None not in (values[fact.name], reading) and values[fact.name] != reading:
                worse = {
                    value: self.severity(fact.name, {**values, fact.name: value}) for value in fact.values
                }
                values[fact.name] = max(worse, key=lambda value: worse[value])

    def severity(self, name: str, values: Mapping[str, Any]) -> int:
        """How strong the strongest rule is that a fact's value makes fire."""
        if values[name] is None:
            return 0
        known = {one: value for one, value in values.items() if value is not None}
        return severity(self.release, name, known, _midday(self.today))

    def strictness(self, table: Table, kind: CheckKind) -> Strictness:
        """How strictly each exercise is held back; by all means while a gate is unknown."""
        values = self.completed(table)
        everything = (1 << len(self.release.exercises)) - 1
        if any(values[gate.name] is None for gate in self.release.gates[kind]):
            return (everything,) * 4
        read, fire = self.release.readings[kind]
        surely, unsure = fire(values)
        merged = [0, 0, 0, 0]
        for indices, sure in ((surely, True), (unsure, False)):
            for index in indices:
                if not sure and not self.release.rules[read[index]].acts_when_unknown:
                    continue
                acts = self.release.relaxed_outcome(read[index], values, surely=sure)
                for worst, mask in enumerate(acts.masks):
                    merged[worst] |= mask
        for worst in range(1, 4):
            merged[worst] |= merged[worst - 1]
        return tuple(merged)

    def fires(self, position: int, table: Table) -> bool:
        """Whether the rule at a position surely fires."""
        read, fire = self.release.readings[CheckKind.SESSION]
        return position in {read[index] for index in fire(self.completed(table))[0]}

    def listed(self, changes: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Changes of the base patient as they are read: name, value (null where unknown) and unit."""
        return [
            {"name": name, "value": _plain(value), "unit": self._unit(name)}
            for name, value in sorted(changes.items())
        ]

    def posted(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """The base patient with some changes, as a body that can be posted to a check."""
        table = self.changed(changes)
        noon = _midday(self.today)
        facts: dict[str, dict[str, Any]] = {}
        for name in self.release.facts:
            if table.get(name) is not None:
                unit = self._unit(name)
                facts[name] = {"value": _plain(table[name]), **({"unit": unit} if unit else {})}
        for entry in self.release.derived.values():
            if table[entry.name] == "no":
                facts[entry.of[0]]["observed_at"] = (noon - timedelta(days=1)).isoformat()
        return {"kind": "session", "as_of": noon.isoformat(), "observed_at": noon.isoformat(), "facts": facts}

    def _unit(self, name: str) -> str | None:
        fact = self.release.facts.get(name)
        return fact.units[0].code if fact is not None and fact.units else None

    def _values(self, fact: Fact) -> Iterable[Any]:
        match fact.type:
            case FactType.CHOICE | FactType.TERNARY:
                return fact.values
            case FactType.SET:
                return [frozenset({value}) for value in fact.values]
            case FactType.DATE:
                return self._dates(fact)
        return self._numbers(fact)

    def _dates(self, fact: Fact) -> list[Any]:
        if fact.name == "birth_date":
            return [self._birthday(years) for years in (15, 18, 40, 62, 65, 80)]
        days = {
            int(limit) + step
            for entry in self.release.derived.values()
            if entry.measure is Measure.DAYS_SINCE and entry.of == (fact.name,)
            for limit in self._limits(entry.name)
            for step in (-1, 0, 1)
        }
        return [self.today - timedelta(days=day) for day in sorted(days) if day >= 0] + [ASKED_NONE]

    def _numbers(self, fact: Fact) -> list[Any]:
        step = 1 if fact.type is FactType.INTEGER else 0.1
        limits: set[Any] = {*self._limits(fact.name), self.release.base_values.get(fact.name)}
        for name, entry in self.release.derived.items():
            if fact.name in entry.of and entry.numeric:
                limits |= {self._solved(fact.name, entry.of, limit) for limit in self._limits(name)}
            for norms in entry.norms.values() if fact.name in entry.of else ():
                limits |= set(norms.values())
        limits.discard(None)
        near = {round(limit + side * step, 3) for limit in limits for side in (-1, 0, 1)}
        low, high = fact.minimum or 0, fact.maximum or 0
        return sorted(number for number in near if low <= number <= high) or [low, high]

    def _solved(self, name: str, inputs: tuple[str, ...], limit: float) -> float | None:
        """The value of one input at which a difference or product is at its limit, given the base."""
        others = [self.release.base_values.get(other) for other in inputs if other != name]
        if len(others) != 1 or not isinstance(others[0], int | float):
            return None
        other = others[0]
        if any(
            entry.measure is Measure.PRODUCT and name in entry.of for entry in self.release.derived.values()
        ):
            return round(limit / other) if other else None
        return other + limit if inputs[0] == name else other - limit

    def _limits(self, name: str) -> list[float]:
        found: list[Compare] = [part for one in self.release.conditions for part in comparisons_in(one)]
        return [part.limit for part in found if part.name == name]

    def _birthday(self, years: int) -> date:
        return self.today.replace(year=self.today.year - years, day=1)


def _midday(today: date) -> datetime:
    return datetime.combine(today, time(12), UTC)


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, date) else value


def looser(before: Strictness, after: Strictness) -> int:
    """The exercises that are more permitted after than before, as a bit mask.

    An exercise is open (with or without a modification), to be avoided, or held back (by a missing clearance
    or for good); only a step towards open counts.
    """
    return (before[1] & ~after[1]) | (before[2] & ~after[2])
