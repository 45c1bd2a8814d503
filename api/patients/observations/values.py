"""The values of facts: read as they are sent, kept as JSON data, and read again from what is kept.

The readers let plain values through quickly; whatever else comes is decided by `Fact.read` alone.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Any

from api.clinical.errors import ValueRefused
from api.clinical.facts import Fact, FactValue
from api.clinical.knowledge import library
from api.clinical.vocabulary import ASKED_NONE, UNKNOWN, FactType

Read = Callable[[Any, Any], FactValue | None]
"""From a value and a unit as sent to the normalised value; raises `ValueRefused`."""


def plain(value: Any) -> Any:
    """A normalised value as JSON data: codes sorted, dates as text, null for unknown."""
    match value:
        case frozenset():
            return sorted(value)
        case date():
            return value.isoformat()
        case _:
            return value


def restored(fact: Fact, data: Any) -> FactValue | None:
    """The normalised value that `plain` wrote."""
    if isinstance(data, list):
        return frozenset(data)
    if fact.type is FactType.DATE and isinstance(data, str) and data != ASKED_NONE:
        return date.fromisoformat(data)
    known: FactValue | None = data
    return known


def decided(fact: Fact, value: Any, unit: Any) -> FactValue | None:
    """The normalised value of whatever was sent; an unknown has no unit either, where the fact has none.

    Raises:
        ValueRefused: type, allowed values, unit or range do not fit.
    """
    if unit is not None and not fact.units:
        raise ValueRefused("unit-not-allowed", f"{fact.name} has no unit.")
    return fact.read(value, unit)


@cache
def readers() -> Mapping[str, Read]:
    """For each fact by name, what reads its values."""
    return {name: _reader_of(fact) for name, fact in library.load().facts.items()}


def _reader_of(fact: Fact) -> Read:
    """Reads plain values of a fact quickly and leaves everything else to `Fact.read`."""
    match fact.type:
        case FactType.CHOICE | FactType.TERNARY | FactType.SCREEN:
            return _code_reader(fact)
        case FactType.SET:
            return _set_reader(fact)
        case FactType.INTEGER | FactType.NUMBER if fact.minimum is not None and fact.maximum is not None:
            return _number_reader(fact, fact.minimum, fact.maximum)
    return lambda value, unit: decided(fact, value, unit)


def _code_reader(fact: Fact) -> Read:
    codes = {value: value for value in fact.values} | {UNKNOWN: None}

    def read_code(value: Any, unit: Any) -> FactValue | None:
        if type(value) is str and value in codes and unit is None:
            return codes[value]
        return decided(fact, value, unit)

    return read_code


def _set_reader(fact: Fact) -> Read:
    codes = frozenset(fact.values)

    def read_set(value: Any, unit: Any) -> FactValue | None:
        if type(value) is list and value and unit is None and codes.issuperset(value):
            members = frozenset(value)
            if len(members) == len(value) and (len(members) == 1 or "none" not in members):
                return members
        return decided(fact, value, unit)

    return read_set


def _number_reader(fact: Fact, least: float, most: float) -> Read:
    types = (int,) if fact.type is FactType.INTEGER else (int, float)
    units = {unit.code for unit in fact.units if unit.factor == 1 and unit.offset == 0}
    plain_units = frozenset(units if fact.unit_required else units | {None})

    def read_number(value: Any, unit: Any) -> FactValue | None:
        if type(value) in types and unit in plain_units and least <= value <= most:
            number: float = value
            return number
        return decided(fact, value, unit)

    return read_number
