"""What was planned on each day: versions of a prescription, line by line, and the pauses between."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from api.clinical.dosing import Exertion
from api.clinical.errors import ValueRefused
from api.clinical.fitt import Doses, Part, RpeScale
from api.clinical.statements import Span

LINES = tuple(part for part in Part if part is not Part.FUNCTIONAL)
"""The lines of adherence; chores have none of their own, their minutes are aerobic."""
_DAY = timedelta(days=1)


class PauseKind(StrEnum):
    """Why nothing is done for some days."""

    MEDICAL = "medical"
    HOLIDAY = "holiday"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedLine:
    """What one line asks of a week.

    Attributes:
        per_week: sessions.
        seconds: of one session; None where the dose is in sets or holds.
        bands: target of perceived exertion on each scale; empty where the dose has none.
    """

    per_week: int
    seconds: int | None = None
    bands: Mapping[RpeScale, Span] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 1 <= self.per_week <= 7:
            raise ValueRefused("out-of-range", "per_week is from 1 to 7.")
        if self.seconds is not None and self.seconds <= 0:
            raise ValueRefused("out-of-range", "seconds is above 0.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanVersion:
    """A revision of a prescription while it was in force.

    Attributes:
        first: local day from which its weeks are counted.
        last: last local day; None is still in force.
    """

    prescription: str
    number: int
    first: date
    last: date | None
    lines: Mapping[Part, PlannedLine]

    @property
    def leading(self) -> Part | None:
        """The line of a report that names none: aerobic, else the one with most sessions."""
        if Part.AEROBIC in self.lines:
            return Part.AEROBIC
        return max(self.lines, key=lambda line: self.lines[line].per_week, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Days without a plan, both ends included; no lines is all of it, no last day is until further notice."""

    first: date
    last: date | None
    kind: PauseKind
    lines: frozenset[Part] = frozenset()

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise ValueRefused("not-in-order", "A pause ends on its first day or later.")

    def stops(self, line: Part) -> bool:
        """Whether a line is paused by it."""
        return not self.lines or line in self.lines


def lock(since: date, until: date | None, lines: frozenset[Part] = frozenset()) -> Pause | None:
    """The days that a lock takes out: from the day after it began to the day on which it was lifted.

    On its first day the session was done that led to it; None where it was lifted on that day.
    """
    if until is not None and until <= since:
        return None
    return Pause(first=since + _DAY, last=until, kind=PauseKind.MEDICAL, lines=lines)


def planned_lines(doses: Doses, exertion: Exertion) -> Mapping[Part, PlannedLine]:
    """The lines of a dose. Source: specification, adherence; intensity."""
    found: dict[Part, PlannedLine] = {}
    for line in LINES:
        dose = getattr(doses, line.replace("-", "_"))
        if dose is None:
            continue
        minutes, low = getattr(dose, "minutes", None), getattr(dose, "rpe_low", None)
        bands = {}
        if low is not None:
            high = dose.rpe_high
            bands[RpeScale.BORG] = Span(low, high)
            bands[RpeScale.ZERO_TO_TEN] = Span(exertion.on_0_10(low), exertion.on_0_10(high))
        found[line] = PlannedLine(
            per_week=dose.days_per_week, seconds=None if minutes is None else 60 * minutes, bands=bands
        )
    return found


class Valid(NamedTuple):
    """The days on which a version was valid, both ends included."""

    version: PlanVersion
    first: date
    last: date


def valid_days(versions: Iterable[PlanVersion], first: date, last: date) -> Iterator[Valid]:
    """The version of each day of a window; of two on one day the later one is valid."""
    ordered = sorted(versions, key=lambda one: (one.first, one.number, one.prescription))
    for position, version in enumerate(ordered):
        ends = [last] if version.last is None else [last, version.last]
        if position + 1 < len(ordered):
            ends.append(ordered[position + 1].first - _DAY)
        begins = max(first, version.first)
        if begins <= min(ends):
            yield Valid(version, begins, min(ends))


def day_mask(week_starts: date, first: date, last: date | None) -> int:
    """The days from one to another that lie in a week, as bits; its first day is bit 0."""
    low = max((first - week_starts).days, 0)
    high = 6 if last is None else min((last - week_starts).days, 6)
    return 0 if low > high else (1 << (high + 1)) - (1 << low)


def paused_mask(pauses: Sequence[Pause], line: Part, week_starts: date, kinds: frozenset[PauseKind]) -> int:
    """The days of a week on which a line is paused for one of some kinds, as bits."""
    mask = 0
    for pause in pauses:
        if pause.kind in kinds and pause.stops(line):
            mask |= day_mask(week_starts, pause.first, pause.last)
    return mask
