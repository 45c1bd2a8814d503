"""What was in force on each day of a patient: one revision at most, and what paused it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from api.clinical.fitt import Part
from api.clinical.knowledge import library
from api.clinical.lifecycle import State
from api.clinical.locks import Lock
from api.clinical.plan_versions import (
    LINES,
    Pause,
    PauseKind,
    PlannedLine,
    PlanVersion,
    lock,
    planned_lines,
)
from api.prescriptions.documents import doses_of

DAY = timedelta(days=1)
_ENDED = frozenset({State.STOPPED, State.COMPLETED, State.SUPERSEDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A signed revision, as far as adherence reads it.

    Attributes:
        began: the day from which the weeks of its prescription are counted.
        sha256: of its whole document.
    """

    prescription_id: UUID
    number: int
    began: date
    first: date
    last: date | None
    sha256: str
    doses: Mapping[str, Any]
    items: Sequence[Mapping[str, Any]]

    @property
    def lines(self) -> Mapping[Part, PlannedLine]:
        """What each line asks of a week."""
        return _lines(self.sha256, orjson.dumps(self.doses))


class Moved(NamedTuple):
    """A move of a prescription, on the patient's day; whether a clinician made it."""

    prescription_id: UUID
    state: State
    day: date
    by_clinician: bool


class Locked(NamedTuple):
    """A lock from the day of the report to the day on which it was lifted."""

    closes: Lock
    since: date
    until: date | None


class Held(NamedTuple):
    """Days on which a prescription was on hold, both ends included."""

    prescription_id: UUID
    first: date
    last: date | None
    kind: PauseKind


class Spell(NamedTuple):
    """Days on which a revision was the one in force; a revision that another displaces has several."""

    signed: Signed
    first: date
    last: date | None

    @property
    def version(self) -> PlanVersion:
        """As the medicine reads it; its weeks are counted from the first day of the spell."""
        return PlanVersion(
            prescription=str(self.signed.prescription_id),
            number=self.signed.number,
            first=self.first,
            last=self.last,
            lines=self.signed.lines,
        )


@lru_cache(maxsize=4096)
def _lines(_sha256: str, doses: bytes) -> Mapping[Part, PlannedLine]:
    """The lines of a document, which never changes."""
    return planned_lines(doses_of({"doses": orjson.loads(doses)}), library.load().dosing.exertion)


def spells(revisions: Sequence[Signed], moves: Sequence[Moved]) -> list[Spell]:
    """What was in force, day after day.

    A revision counts from its first day until the day before that of one signed later, and no longer than
    until the day before its prescription was ended. Of two prescriptions the one that is not on hold counts,
    then the one that began later.

    Args:
        revisions: of all prescriptions of the patient.
        moves: of these, each prescription's in their order.
    """
    valid = [spell for each in _by_prescription(revisions) for spell in _valid(each, moves)]
    held = holds(moves)
    edges = {edge for one in valid for edge in _edges(one.first, one.last)}
    edges |= {edge for one in held for edge in _edges(one.first, one.last)}
    found: list[Spell] = []
    for first, last in _stretches(edges):
        on = [one for one in valid if _covers(one.first, one.last, first)]
        if not on:
            continue
        best = max(on, key=lambda one: _precedence(one, held, first))
        if found and found[-1].signed is best.signed and found[-1].last == first - DAY:
            found[-1] = found[-1]._replace(last=last)
        else:
            found.append(Spell(best.signed, first, last))
    return found


def holds(moves: Iterable[Moved]) -> list[Held]:
    """When prescriptions were on hold, the day of going on not counted.

    A hold that a clinician makes is medical; of one that a system makes by itself nobody has said so.
    """
    found: list[Held] = []
    since: dict[UUID, Moved] = {}
    for move in moves:
        if move.state is State.ON_HOLD:
            since.setdefault(move.prescription_id, move)
        elif (began := since.pop(move.prescription_id, None)) is not None and move.day > began.day:
            found.append(_held(began, move.day - DAY))
    return found + [_held(began, None) for began in since.values()]


def pauses(found: Sequence[Spell], held: Sequence[Held], locked: Sequence[Locked]) -> list[Pause]:
    """When what was in force was paused: by the holds of its own prescription, and line by line by locks."""
    paused = []
    for spell in found:
        for one in held:
            days = _common(spell.first, spell.last, one.first, one.last)
            if one.prescription_id == spell.signed.prescription_id and days is not None:
                paused.append(Pause(first=days[0], last=days[1], kind=one.kind))
        paused += _locked(spell, locked)
    return paused


def _by_prescription(revisions: Sequence[Signed]) -> Iterator[list[Signed]]:
    for prescription_id in dict.fromkeys(one.prescription_id for one in revisions):
        mine = [one for one in revisions if one.prescription_id == prescription_id]
        yield sorted(mine, key=lambda one: one.number)


def _valid(revisions: Sequence[Signed], moves: Iterable[Moved]) -> Iterator[Spell]:
    """The days of each revision of one prescription."""
    prescription_id = revisions[0].prescription_id
    ended = [one.day for one in moves if one.prescription_id == prescription_id and one.state in _ENDED]
    for place, one in enumerate(revisions):
        ends = [day - DAY for day in (*ended, *(later.first for later in revisions[place + 1 :]))]
        ends += [] if one.last is None else [one.last]
        last = min(ends, default=None)
        if last is None or one.first <= last:
            yield Spell(one, one.first, last)


def _precedence(one: Spell, held: Iterable[Held], day: date) -> tuple[bool, date, int, UUID]:
    signed = one.signed
    on_hold = any(
        hold.prescription_id == signed.prescription_id and _covers(hold.first, hold.last, day)
        for hold in held
    )
    return not on_hold, signed.first, signed.number, signed.prescription_id


def _held(began: Moved, last: date | None) -> Held:
    kind = PauseKind.MEDICAL if began.by_clinician else PauseKind.OTHER
    return Held(began.prescription_id, began.day, last, kind)


def _locked(spell: Spell, locked: Iterable[Locked]) -> Iterator[Pause]:
    """What locks pause of a spell: the lines of which nothing is open any more, together or alone."""
    out = [(one, paused) for one in locked if (paused := lock(one.since, one.until)) is not None]
    out = [(one, days) for one, days in out if _common(spell.first, spell.last, days.first, days.last)]
    if not out:
        return
    began = spell.signed.began
    starts = {began + timedelta(weeks=item["from_week"] - 1) for item in spell.signed.items}
    edges = {edge for _, days in out for edge in _edges(days.first, days.last)} | starts
    edges = {edge for edge in edges if _covers(spell.first, spell.last, edge)}
    edges |= set(_edges(spell.first, spell.last))
    for first, last in _stretches(edges):
        if not _covers(spell.first, spell.last, first):
            continue
        on = [one.closes for one, days in out if _covers(days.first, days.last, first)]
        week = (first - began).days // 7 + 1
        closed = _closed(spell.signed, on, week) if on else frozenset[Part]()
        if closed:
            yield Pause(first=first, last=last, kind=PauseKind.MEDICAL, lines=closed)


def _closed(signed: Signed, locks: Sequence[Lock], week: int) -> frozenset[Part]:
    """The lines of which every exercise that has begun is closed."""
    if any(one.everything for one in locks):
        return frozenset(LINES)
    release = library.load()
    found = set()
    for line in signed.lines:
        begun = [one for one in signed.items if one["part"] == line and one["from_week"] <= week]
        if begun and all(any(one.closes(release, item["exercise_id"]) for one in locks) for item in begun):
            found.add(line)
    return frozenset(found)


def _edges(first: date, last: date | None) -> Iterator[date]:
    yield first
    if last is not None:
        yield last + DAY


def _stretches(edges: Iterable[date]) -> Iterator[tuple[date, date | None]]:
    """The days between edges; the last stretch has no end."""
    ordered = sorted(edges)
    for first, following in zip(ordered, [*ordered[1:], None], strict=False):
        yield first, None if following is None else following - DAY


def _covers(first: date, last: date | None, day: date) -> bool:
    return first <= day and (last is None or day <= last)


def _common(
    first: date, last: date | None, other: date, until: date | None
) -> tuple[date, date | None] | None:
    """The days that two stretches have in common."""
    ends = [end for end in (last, until) if end is not None]
    begins, end = max(first, other), min(ends, default=None)
    return None if end is not None and end < begins else (begins, end)
