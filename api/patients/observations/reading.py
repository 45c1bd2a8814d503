"""Reads the facts of a body.

This is on the way of every check, so a plain fact costs about a microsecond; the faults of a refused one are
worked out off that way.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from functools import partial
from typing import Any, NamedTuple

from api.clinical.derived import years_since
from api.clinical.errors import ValueRefused
from api.clinical.facts import Observation, contradictions
from api.clinical.knowledge import library
from api.clinical.vocabulary import FactType
from api.errors import FieldError, escaped
from api.patients.observations.members import Refused, instant, text_of
from api.patients.observations.values import Read, decided, readers

GREATEST_AGE = 120
MOST_OF_ONE_FACT = 200
Told = tuple[str | None, str | None, str | None]
"""Method, source and record in the source."""

MEMBERS = ("value", "unit", "observed_at", "method", "source", "source_record_id")

_MOST_FAULTS = 1000
_MOST_HINTS = 20  # looking for a near match takes a millisecond
_MEMBERS = frozenset(MEMBERS)
_NOTHING_TOLD: Told = (None, None, None)
_OBSERVATION = partial(tuple.__new__, Observation)  # past the detour over keywords: a hundred a check


class Reading(NamedTuple):
    """What was read of a body: the observations in the order sent, and what was wrong with the others."""

    observations: list[Observation]
    faults: list[FieldError]


class Sent(NamedTuple):
    """An observation as it was sent: where in the body, and its value and unit before normalisation."""

    pointer: str
    value: Any
    unit: str | None


def read(body: Mapping[str, Any], moment: datetime) -> Reading:
    """The observations in the members `observed_at` and `facts` of a body; it looks at no other member.

    Args:
        body: JSON data.
        moment: now, aware.
    """
    reader = _Reader(moment)
    reader.read(body)
    return Reading(reader.observations, reader.faults)


def as_sent(facts: Mapping[str, Any]) -> Iterator[Sent]:
    """Each observation as it was sent, in the order of `read`, of facts that have no fault."""
    for name, given in facts.items():
        if isinstance(given, list):
            for position, one in enumerate(given):
                yield Sent(f"/facts/{name}/{position}", one["value"], one.get("unit"))
        else:
            yield Sent(f"/facts/{name}", given["value"], given.get("unit"))


class _Moment:
    """A moment of observation: the last day that a date seen then can name, and all values seen then."""

    __slots__ = ("at", "latest_day", "values")

    def __init__(self, at: datetime, latest_day: date, values: dict[str, Any]) -> None:
        self.at = at
        self.latest_day = latest_day
        self.values = values


class _Reader:
    """Reads one body."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.observations: list[Observation] = []
        self.faults: list[FieldError] = []
        self.moments: dict[str, _Moment] = {}
        self.together: dict[datetime, dict[str, Any]] = {}
        self.default: _Moment | None = None
        self.default_given = False
        self.repeated: list[tuple[_Moment, str, Any, int]] = []
        self.positions: dict[tuple[str, datetime], int] = {}
        self.hints = 0

    def read(self, body: Mapping[str, Any]) -> None:
        if "observed_at" in body:
            self.default_given = True
            self.default = self.moment(body["observed_at"], "/observed_at")
        facts = body.get("facts")
        if type(facts) is not dict:
            code = "type" if "facts" in body else "required"
            self.fault("/facts", "This must be an object of facts by name.", code)
            return
        known = readers()
        for name, given in facts.items():
            reader = known.get(name)
            if reader is None:
                self.unknown_fact(name)
            elif type(given) is dict and len(given) == 1:
                self.bare(name, reader, given)
            elif type(given) is dict:
                self.one(name, reader, given, None)
            elif type(given) is list and 0 < len(given) <= MOST_OF_ONE_FACT:
                for position, one in enumerate(given):
                    self.one(name, reader, one, position)
            elif type(given) is list:
                self.fault(
                    f"/facts/{name}", f"This must have 1 to {MOST_OF_ONE_FACT} elements.", "wrong-number"
                )
            else:
                self.fault(
                    f"/facts/{name}", f'This must be an object such as {{"value": {_example(name)}}}.', "type"
                )
        self.find_contradictions()

    def bare(self, name: str, reader: Read, given: Mapping[str, Any]) -> None:
        """Read an observation of which only the value is told, the usual one, as `one` would."""
        seen = self.default
        try:
            value = reader(given["value"], None)
        except (ValueRefused, KeyError, TypeError):
            self.faults_of(name, given, None)
            return
        if seen is None or (type(value) is date and not _plausible(name, value, seen)):
            self.faults_of(name, given, None)
            return
        seen.values[name] = value
        self.observations.append(_OBSERVATION((name, value, seen.at, None, None, None, None)))

    def one(self, name: str, reader: Read, given: Any, position: int | None) -> None:
        """Read one observation of a fact; what is wrong with it becomes faults."""
        try:
            value = reader(given["value"], given.get("unit"))
        except (ValueRefused, KeyError, TypeError, AttributeError):
            self.faults_of(name, given, position)
            return
        seen, told = (self.default, _NOTHING_TOLD) if len(given) == 1 else self.beside(given)
        if seen is None or (type(value) is date and not _plausible(name, value, seen)):
            self.faults_of(name, given, position)
            return
        values = seen.values
        if position is not None:
            if values.get(name, value) != value:
                self.repeated.append((seen, name, values[name], self.positions[name, seen.at]))
            self.positions[name, seen.at] = position
        values[name] = value
        self.observations.append(_OBSERVATION((name, value, seen.at, *told, None)))

    def beside(self, given: Mapping[str, Any]) -> tuple[_Moment | None, Told]:
        """The moment and the sender of an observation; no moment where anything is wrong with them."""
        seen, plain = self.default, 1
        try:
            if "observed_at" in given:
                seen = self.known_moment(given["observed_at"])
                plain += 1
            if given.get("unit") is not None:
                plain += 1
            if len(given) == plain:
                return seen, _NOTHING_TOLD
            if not given.keys() <= _MEMBERS or None in given.values():
                return None, _NOTHING_TOLD
            told = (given.get("method"), given.get("source"), given.get("source_record_id"))
            return seen, (text_of(told[0]), text_of(told[1]), text_of(told[2]))
        except Refused:
            return None, _NOTHING_TOLD

    def known_moment(self, text: Any) -> _Moment:
        """The moment of a text; whatever the text, the same instant has the same values."""
        known = self.moments.get(text) if type(text) is str else None
        if known is None:
            at, latest_day = instant(text, self.now)
            known = self.moments[text] = _Moment(at, latest_day, self.together.setdefault(at, {}))
        return known

    def moment(self, text: Any, pointer: str) -> _Moment | None:
        try:
            return self.known_moment(text)
        except Refused as refused:
            self.fault(pointer, refused.detail, refused.code)
            return None

    def faults_of(self, name: str, given: Any, position: int | None) -> None:
        """Everything that is wrong with an observation; this is off the quick way."""
        pointer = f"/facts/{name}" if position is None else f"/facts/{name}/{position}"
        if type(given) is not dict:
            self.fault(pointer, f'This must be an object such as {{"value": {_example(name)}}}.', "type")
            return
        for member, content in given.items():
            place = f"{pointer}/{escaped(member)}"
            if member not in _MEMBERS:
                self.fault(place, f"A fact has the members {', '.join(MEMBERS)}.", "unknown")
            elif content is None:
                self.fault(place, "This may not be null; unknown is said as a value.", "null")
            elif member in {"method", "source", "source_record_id"}:
                try:
                    text_of(content)
                except Refused as refused:
                    self.fault(place, refused.detail, refused.code)
        seen = self.default
        if given.get("observed_at") is not None:
            seen = self.moment(given["observed_at"], f"{pointer}/observed_at")
        elif "observed_at" not in given and not self.default_given:
            detail = "This is needed, here or once for all facts at the top."
            self.fault(f"{pointer}/observed_at", detail, "required")
        self.value_faults(name, given, pointer, seen)
        assert self.faults, name

    def value_faults(self, name: str, given: Mapping[str, Any], pointer: str, seen: _Moment | None) -> None:
        if "value" not in given:
            self.fault(f"{pointer}/value", "This is needed.", "required")
            return
        if given["value"] is None:
            return
        try:
            value = decided(library.load().facts[name], given["value"], given.get("unit"))
        except ValueRefused as refused:
            member = "unit" if "unit" in refused.code else "value"
            self.fault(f"{pointer}/{member}", refused.detail, refused.code)
            return
        if type(value) is date and seen is not None and not _plausible(name, value, seen):
            if value > seen.latest_day:
                detail = f"{name} lies after the day on which it was observed."
                self.fault(f"{pointer}/value", detail, "in-the-future")
            else:
                detail = f"{name} makes the person older than {GREATEST_AGE} years."
                self.fault(f"{pointer}/value", detail, "out-of-range")

    def find_contradictions(self) -> None:
        """Tell of values of the same moment that cannot both be true."""
        for at, values in self.together.items():
            if len(values) > 1:
                for name, code, detail in contradictions(values):
                    position = self.positions.get((name, at))
                    pointer = f"/facts/{name}" if position is None else f"/facts/{name}/{position}"
                    self.fault(f"{pointer}/value", detail, code)
        for seen, name, value, position in self.repeated:
            told = contradictions(seen.values)
            for one in contradictions({**seen.values, name: value}):
                if one not in told:
                    self.fault(f"/facts/{name}/{position}/value", one[2], one[1])

    def unknown_fact(self, name: str) -> None:
        detail = "There is no such fact; GET /v1/knowledge/facts lists them."
        if self.hints < _MOST_HINTS:
            self.hints += 1
            near = _names_near(name[:60])
            if near:
                detail = f"There is no such fact. Is it {' or '.join(near)}?"
        self.fault(f"/facts/{escaped(name)}", detail, "unknown-fact")

    def fault(self, pointer: str, detail: str, code: str) -> None:
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(FieldError(pointer=pointer, detail=detail, code=code))


def _names_near(name: str) -> list[str]:
    begin_alike = [known for known in readers() if known.startswith(name)] if len(name) > 2 else []
    return begin_alike[:3] or get_close_matches(name, readers(), n=1, cutoff=0.7)


def _plausible(name: str, value: date, seen: _Moment) -> bool:
    if value > seen.latest_day:
        return False
    return name != "birth_date" or (years_since(value, seen.latest_day) or 0) <= GREATEST_AGE


def _example(name: str) -> str:
    fact = library.load().facts[name]
    match fact.type:
        case FactType.SET:
            return f'["{fact.values[0]}"]'
        case FactType.DATE:
            return '"2026-03-09"'
        case FactType.INTEGER | FactType.NUMBER:
            return f"{fact.minimum or 0:g}"
        case _:
            return f'"{fact.values[0]}"'
