"""Patients for whom a condition is true, false or unknown: found from its tree, never guessed."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any

from api.clinical.criteria import ORDER, Always, Among, And, Compare, Criterion, Has, Known, Not, Or
from api.clinical.derived import Derived, Measure
from api.clinical.facts import Fact
from api.clinical.knowledge.abstract import Space
from api.clinical.release import CONFLICTS

Changes = Mapping[str, Any]
_MOST_WAYS = 400


class Witnesses:
    """Finds changes of the base patient under which a condition has a truth."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.release = space.release

    def of_rule(self, position: int) -> Changes | None:
        """Changes under which a rule fires; None where none was found."""
        rule = self.release.rules[position]
        if CONFLICTS in self.release.rule_names[position]:
            return {}
        for changes in islice(self.ways(rule.when, truth=True), _MOST_WAYS):
            if self.space.fires(position, self.space.changed(changes)):
                return changes
        return None

    def ways(self, criterion: Criterion, *, truth: bool) -> Iterator[Changes]:
        """Changes that may give a condition a truth; each is to be tried."""
        match criterion:
            case Always():
                if truth:
                    yield {}
            case Known(name):
                yield from self._known(name, known=truth)
            case Among(name, accepted):
                yield from self._among(name, accepted, truth=truth)
            case Has(name, members):
                wanted = members if truth else set(self.release.facts[name].values) - members
                yield from ({name: frozenset({member})} for member in sorted(wanted))
            case Compare():
                yield from self._compare(criterion, truth=truth)
            case Not(part):
                yield from self.ways(part, truth=not truth)
            case And(parts) | Or(parts):
                together = isinstance(criterion, And) is truth
                yield from self._all(parts, truth=truth) if together else self._any(parts, truth=truth)

    def _any(self, parts: tuple[Criterion, ...], *, truth: bool) -> Iterator[Changes]:
        for part in parts:
            yield from self.ways(part, truth=truth)

    def _all(self, parts: tuple[Criterion, ...], *, truth: bool) -> Iterator[Changes]:
        if not parts:
            yield {}
            return
        for first in islice(self.ways(parts[0], truth=truth), _MOST_WAYS):
            for rest in islice(self._all(parts[1:], truth=truth), _MOST_WAYS):
                if all(rest.get(name, value) == value for name, value in first.items()):
                    yield {**rest, **first}

    def _known(self, name: str, *, known: bool) -> Iterator[Changes]:
        entered = sorted(self.release.inputs.get(name, frozenset()))
        if known:
            yield {}
            yield from ({one: value} for one in entered for value in self.space.values[one])
            return
        yield dict.fromkeys(entered)
        yield from ({one: None} for one in entered)

    def _among(self, name: str, accepted: frozenset[str], *, truth: bool) -> Iterator[Changes]:
        name = self.release.last_names.get(name, name)
        fact = self.release.facts.get(name)
        if isinstance(fact, Fact):
            yield from ({name: value} for value in self.space.values[name] if (value in accepted) is truth)
            for case in (*fact.reads_as, *fact.overridden_by):
                if (case.value in accepted) is truth:
                    yield from ({**changes, name: None} for changes in self.ways(case.when, truth=True))
            return
        yield from self._derived(self.release.derived[name], accepted, truth=truth)

    def _derived(self, entry: Derived, accepted: frozenset[str], *, truth: bool) -> Iterator[Changes]:
        if entry.yes_when is not None:
            yield from self.ways(entry.yes_when, truth=("yes" in accepted) is truth)
        for case in entry.cases:
            if (case.value in accepted) is truth:
                yield from self.ways(case.when, truth=True)
        if entry.cases and (entry.otherwise in accepted) is truth:
            yield {}
            yield from self._all(tuple(case.when for case in entry.cases), truth=False)
        if entry.measure is Measure.OBSERVED_TODAY:
            yield {entry.name: "yes" if ("yes" in accepted) is truth else "no"}
        elif entry.measure is not None:
            yield from ({one: value} for one in entry.of for value in self.space.values.get(one, ()))

    def _compare(self, criterion: Compare, *, truth: bool) -> Iterator[Changes]:
        if criterion.minus is None and criterion.name in self.release.facts:
            order, limit = ORDER[criterion.order], criterion.limit
            values = self.space.values[criterion.name]
            yield from ({criterion.name: value} for value in values if order(value, limit) is truth)
            return
        for name in (criterion.name, *((criterion.minus,) if criterion.minus else ())):
            for entered in sorted(self.release.inputs.get(name, frozenset())):
                for value in self._tried(entered, criterion.limit):
                    yield {entered: value}

    def _tried(self, name: str, limit: float) -> Iterator[Any]:
        yield from self.space.values[name]
        for entry in self.release.derived.values():
            if entry.measure is Measure.DAYS_SINCE and entry.of == (name,):
                yield self.space.today - timedelta(days=int(limit))
