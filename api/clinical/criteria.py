"""Conditions as frozen trees, evaluated as true, false or unknown (Kleene)."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

Values = Mapping[str, Any]
Truth = bool | None

ORDER: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "<": operator.lt,
        "<=": operator.le,
        ">": operator.gt,
        ">=": operator.ge,
        "==": operator.eq,
        "!=": operator.ne,
    }
)


class PartOfSet(frozenset[str]):
    """The members of a set fact that still count, of which others may be missing.

    An old list may convict (what was on it still counts) but not acquit (what was not on it may be by now).
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Domain:
    """What a name may be compared with: `members` of a choice or a set, or a number."""

    kind: str  # "choice", "set", "number", "date"
    members: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Always:
    """The condition `true`."""


@dataclass(frozen=True, slots=True)
class Among:
    """A choice is one of the values."""

    name: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Has:
    """A set holds at least one of the members."""

    name: str
    members: frozenset[str]


@dataclass(frozen=True, slots=True)
class Compare:
    """A number, or the difference of two (`name - minus`), stands in an order to a limit."""

    name: str
    minus: str | None
    order: str
    limit: float


@dataclass(frozen=True, slots=True)
class Known:
    """A fact is known; never unknown itself. A list of which only a part still counts is not known."""

    name: str
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """Negation."""

    part: "Criterion"


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple["Criterion", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one part holds."""

    parts: tuple["Criterion", ...]


Criterion = Always | Among | Has | Compare | Known | Not | And | Or


def holds(criterion: Criterion, values: Values) -> Truth:
    """Whether a condition holds: True, False, or None where that is unknown.

    Args:
        criterion: a parsed condition.
        values: fact values by name; a missing name or None is unknown.
    """
    match criterion:
        case Always():
            return True
        case Known(name):
            value = values.get(name)
            return value is not None and not isinstance(value, PartOfSet)
        case Among(name, accepted):
            value = values.get(name)
            return None if value is None else value in accepted
        case Has(name, members):
            return _holds_any(values.get(name), members)
        case Compare():
            return _compared(criterion, values)
        case Not(part):
            truth = holds(part, values)
            return None if truth is None else not truth
        case And(parts):
            return _all(holds(part, values) for part in parts)
        case Or(parts):
            opposite = _all(_opposite(holds(part, values)) for part in parts)
            return _opposite(opposite)


def _opposite(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _all(truths: Any) -> Truth:
    answer: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            answer = None
    return answer


def _holds_any(value: frozenset[str] | None, members: frozenset[str]) -> Truth:
    if value is None:
        return None
    if not value.isdisjoint(members):
        return True
    return None if isinstance(value, PartOfSet) else False


def _compared(criterion: Compare, values: Values) -> Truth:
    value = values.get(criterion.name)
    if criterion.minus is not None:
        subtracted = values.get(criterion.minus)
        value = None if value is None or subtracted is None else value - subtracted
    return None if value is None else ORDER[criterion.order](value, criterion.limit)


def names(criterion: Criterion) -> frozenset[str]:
    """Every fact that a condition reads."""
    match criterion:
        case Always():
            return frozenset()
        case Compare(name, minus):
            return frozenset({name} if minus is None else {name, minus})
        case Among(name) | Has(name) | Known(name):
            return frozenset({name})
        case Not(part):
            return names(part)
        case And(parts) | Or(parts):
            return frozenset().union(*(names(part) for part in parts))


def comparisons_in(criterion: Criterion) -> list[Compare]:
    """Every comparison of a number in a condition."""
    match criterion:
        case Compare():
            return [criterion]
        case Not(part):
            return comparisons_in(part)
        case And(parts) | Or(parts):
            return [found for part in parts for found in comparisons_in(part)]
    return []
