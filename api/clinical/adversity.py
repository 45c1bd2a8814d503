"""Which values speak against exercise: an adverse value stays, a reassuring one runs out.

A value is adverse if it makes some rule fire: there is a way for the rule to be true in which every part that
reads this fact holds at this value. The acquitting side of a derived fact ("no") never counts.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from api.clinical.criteria import ORDER, Among, And, Compare, Criterion, Has, Not, Or
from api.clinical.derived import Derived, Measure, measured
from api.clinical.facts import Fact
from api.clinical.release import Release
from api.clinical.rules import Rule
from api.clinical.vocabulary import LEVEL_RANK, Effect


class Way(NamedTuple):
    """Whether a condition can be true without the fact, and whether it can be true because of it."""

    without: bool
    because: bool


_NEUTRAL = Way(without=True, because=False)


def severity(release: Release, name: str, values: Mapping[str, Any], as_of: datetime) -> int:
    """How strong the strongest rule is that a value makes fire: 4 absolute … 1 information, 0 none.

    Args:
        release: the knowledge.
        name: an entered fact.
        values: raw values by name, this fact's among them; others are read only where one measure joins them.
        as_of: the moment, in the patient's zone.
    """
    return max((LEVEL_RANK[rule.level] for rule in _fired(release, name, values, as_of)), default=0)


def burden(release: Release, name: str, values: Mapping[str, Any], as_of: datetime) -> tuple[int, ...]:
    """How much a value closes, to find the worst of several: its severity, then how many exercises.

    Args:
        release: the knowledge.
        name: an entered fact.
        values: raw values by name, this fact's among them.
        as_of: the moment, in the patient's zone.
    """
    rules = _fired(release, name, values, as_of)
    touched = 0
    counts = []
    for effect in Effect:
        for rule in rules:
            for tag in rule.effects.get(effect, ()):
                touched |= release.tagged[tag]
        counts.append(touched.bit_count())
    return max((LEVEL_RANK[rule.level] for rule in rules), default=0), *counts


def _fired(release: Release, name: str, values: Mapping[str, Any], as_of: datetime) -> list[Rule]:
    """The rules that a value makes fire."""
    reader = _Reader(release, name, values, as_of)
    return [rule for rule in release.reading_rules[name] if reader.way(rule.when).because]


class _Reader:
    """Reads conditions with one fact fixed and the others free."""

    def __init__(self, release: Release, name: str, values: Mapping[str, Any], as_of: datetime) -> None:
        self.release = release
        self.name = name
        self.values = values
        self.as_of = as_of

    def way(self, criterion: Criterion, *, negated: bool = False) -> Way:
        match criterion:
            case Not(part):
                return self.way(part, negated=not negated)
            case And(parts) | Or(parts):
                ways = [self.way(part, negated=negated) for part in parts]
                together = isinstance(criterion, And) is not negated
                return _joined(ways) if together else _either(ways)
            case Among(name, accepted):
                return self._among(name, accepted, negated=negated)
            case Has(name, members) if name == self.name:
                holds = not self.values[name].isdisjoint(members)
                return Way(without=negated, because=holds and not negated)
            case Compare():
                return self._compare(criterion, negated=negated)
        return _NEUTRAL

    def _among(self, name: str, accepted: frozenset[str], *, negated: bool) -> Way:
        name = self.release.last_names.get(name, name)
        entry = self.release.facts.get(name) or self.release.derived[name]
        if isinstance(entry, Fact):
            ways = [
                self.way(case.when)
                for case in (*entry.reads_as, *entry.overridden_by)
                if (case.value in accepted) is not negated
            ]
            if name == self.name:
                ways.append(Way(without=False, because=(self.values[name] in accepted) is not negated))
            elif not any(way.because for way in ways):
                return _NEUTRAL
            return _either(ways)
        if entry.cases:
            ways = [self.way(case.when) for case in entry.cases if (case.value in accepted) is not negated]
            if (entry.otherwise in accepted) is not negated:
                ways.append(_NEUTRAL)
            return _either(ways)
        if ("yes" in accepted) is negated:
            return _NEUTRAL
        return self.way(entry.yes_when) if entry.yes_when is not None else self._norm(entry)

    def _norm(self, entry: Derived) -> Way:
        if entry.measure is not Measure.BELOW_NORM or self.name not in entry.of:
            return _NEUTRAL
        return Way(without=False, because=self._measured(entry) == "yes")

    def _compare(self, criterion: Compare, *, negated: bool) -> Way:
        read = [criterion.name] if criterion.minus is None else [criterion.name, criterion.minus]
        if not any(self.name in self.release.inputs[name] for name in read):
            return _NEUTRAL
        operands = [self._number(name) for name in read]
        if any(operand is None for operand in operands):
            return Way(without=True, because=False)
        value = operands[0] if len(operands) == 1 else operands[0] - operands[1]
        return Way(without=False, because=ORDER[criterion.order](value, criterion.limit) is not negated)

    def _number(self, name: str) -> Any:
        entry = self.release.derived.get(name)
        return self.values.get(name) if entry is None else self._measured(entry)

    def _measured(self, entry: Derived) -> Any:
        inputs = {name: self._number(name) for name in entry.of}
        return measured(entry, inputs, {}, self.as_of)


def _joined(ways: list[Way]) -> Way:
    possible = all(way.without or way.because for way in ways)
    return Way(
        without=all(way.without for way in ways), because=possible and any(way.because for way in ways)
    )


def _either(ways: list[Way]) -> Way:
    return Way(without=any(way.without for way in ways), because=any(way.because for way in ways))
