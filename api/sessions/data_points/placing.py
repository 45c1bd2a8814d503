"""Where a measurement stands in a session, and which field of its report it fills.

A measurement belongs to a session that a data point told, and to no other report, in one of three ways:

- **during**: it lies within the interval of the activity, and its temporal relation to physical activity is not
  told, or is `active` or `during exercise`;
- **before**: its relation is `before exercise`, or of a heart rate `at rest`, and it ends at most 30 minutes
  before the activity starts;
- **after**: its relation is `after exercise`, and it starts at most 30 minutes after the activity ends.

The 30 minutes are for how long the vocabulary lets a glucose count. Nothing else is of a session: a relation
that does not fit the time is not mended, and what is near without a word of its relation is not placed.

| measurement | before | during | after |
|---|---|---|---|
| heart rate | hr_pre, the nearest | hr_peak, the highest; hr_mean, an average of the whole | hr_post5, at 5 minutes |
| blood pressure | sys_pre and dia_pre, the nearest | sys_peak and dia_peak, the highest | sitting: sys_post and dia_post, standing: sys_standing_post; the nearest |
| glucose | glucose_pre, the nearest | glucose_min, the lowest | glucose_post, the nearest; glucose_min, the lowest |

Only single measurements fill a field, and for a highest or lowest the statistic of that name. "Of the whole"
and "at 5 minutes": the interval of the average begins and ends within five minutes of the activity, and the
time after its end rounds to five minutes.
"""  # noqa: E501 a table

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from api.clinical.knowledge import library
from api.sessions.data_points.lists import Measure
from api.sessions.data_points.points import Point
from api.sessions.data_points.red_flags import is_of_blood, red_flag
from api.sessions.linking import CLOCKS_DIFFER

_WITHIN = frozenset({None, "active", "during exercise"})
_ZERO = timedelta(0)
_POST5 = timedelta(minutes=5)
_HALF_A_MINUTE = timedelta(seconds=30)


class Phase(StrEnum):
    """How a measurement lies to a session."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class Reading(NamedTuple):
    """A field that a measurement can fill; of several the one with the least rank does."""

    name: str
    value: float
    rank: float


@dataclass(slots=True, kw_only=True)
class Slot:
    """A report that a data point told, and the measurements in it.

    Attributes:
        ends: that of the activity.
        is_red_flag: it is no activity; it holds what is for review or worse by itself.
        document: as it is to be filed, in the native form, or as it is on file.
        version: of the report on file; None if it is new.
        points: with those on file.
        arrived: what is new in it.
    """

    id: UUID
    starts: datetime
    ends: datetime
    is_red_flag: bool
    document: dict[str, Any]
    version: int | None = None
    points: list[Point] = field(default_factory=list)
    arrived: list[Point] = field(default_factory=list)
    _fields: tuple[int, dict[str, float]] | None = field(default=None, init=False, repr=False)

    def take(self, point: Point) -> None:
        """Let a new measurement be of this report."""
        self.points.append(point)
        self.arrived.append(point)

    def fields(self) -> dict[str, float]:
        """What its measurements say together, by field; worked out once for as many as there are."""
        if self._fields is not None and self._fields[0] == len(self.points):
            return self._fields[1]
        best: dict[str, tuple[float, UUID, float]] = {}
        for point in self.points:
            for one in readings(point, self):
                ranked = (one.rank, point.id, one.value)
                best[one.name] = min(best.get(one.name, ranked), ranked)
        self._fields = len(self.points), {name: value for name, (_, _, value) in best.items()}
        return self._fields[1]

    def told(self) -> dict[str, Any]:
        """The report in the native form, with its measurements."""
        return {**self.document, **self.fields()}


def near() -> timedelta:
    """How far from a session what is told to be before or after it may lie."""
    lasts = library.load().facts["glucose_mg_dl"].shelf_lives[-1].lasts
    assert lasts is not None
    return lasts


def place(point: Point, slots: Iterable[Slot]) -> Slot | None:
    """The session that a measurement belongs to, of several the nearest; None if it is outside of all."""
    found = [
        (distance, slot.starts, slot.id, slot)
        for slot in slots
        if (distance := _distance(point, slot)) is not None and any(readings(point, slot))
    ]
    return min(found, key=lambda one: one[:3])[3] if found else None


def at(point: Point, moment: datetime) -> datetime:
    """The moment of a measurement for a report of its own; of an interval its end, but not one ahead."""
    assert point.ends is not None, point.id
    return min(point.ends, moment)


def readings(point: Point, slot: Slot) -> Iterator[Reading]:
    """The fields that a measurement can fill in a report."""
    if slot.is_red_flag:
        for name, value in red_flag(point).items():
            yield Reading(name, value, value if name == "glucose_min" else -value)
        return
    phase = _phase(point, slot)
    if phase is None or not point.is_value:
        return
    match point.measure:
        case Measure.HEART_RATE:
            yield from _heart_rate(point, slot, phase)
        case Measure.PRESSURE:
            yield from _pressure(point, slot, phase)
        case Measure.GLUCOSE if is_of_blood(point):
            yield from _glucose(point, slot, phase)
        case _:
            return


def _heart_rate(point: Point, slot: Slot, phase: Phase) -> Iterator[Reading]:
    value = point.values["heart_rate"]
    if phase is Phase.DURING and point.statistic in {None, "maximum"}:
        yield Reading("hr_peak", value, -value)
    elif phase is Phase.DURING and point.statistic == "average" and _whole(point, slot):
        yield Reading("hr_mean", value, 0)
    elif phase is Phase.BEFORE and point.is_single:
        yield Reading("hr_pre", value, _gap(point, slot, phase).total_seconds())
    elif phase is Phase.AFTER and point.is_single:
        off = _gap(point, slot, phase) - _POST5
        if -_HALF_A_MINUTE <= off < _HALF_A_MINUTE:
            yield Reading("hr_post5", value, abs(off).total_seconds())


def _pressure(point: Point, slot: Slot, phase: Phase) -> Iterator[Reading]:
    upper, lower = point.values["sys"], point.values["dia"]
    if phase is Phase.DURING and point.statistic in {None, "maximum"}:
        yield Reading("sys_peak", upper, -upper)
        yield Reading("dia_peak", lower, -lower)
    elif phase is not Phase.DURING and point.is_single:
        rank = _gap(point, slot, phase).total_seconds()
        posture = point.body.get("body_posture")
        if phase is Phase.AFTER and posture == "standing":
            yield Reading("sys_standing_post", upper, rank)
        elif phase is Phase.BEFORE or posture == "sitting":
            when = "pre" if phase is Phase.BEFORE else "post"
            yield Reading(f"sys_{when}", upper, rank)
            yield Reading(f"dia_{when}", lower, rank)


def _glucose(point: Point, slot: Slot, phase: Phase) -> Iterator[Reading]:
    value = point.values["glucose"]
    if phase is not Phase.BEFORE and point.statistic in {None, "minimum"}:
        yield Reading("glucose_min", value, value)
    if phase is not Phase.DURING and point.is_single:
        name = "glucose_pre" if phase is Phase.BEFORE else "glucose_post"
        yield Reading(name, value, _gap(point, slot, phase).total_seconds())


def _phase(point: Point, slot: Slot) -> Phase | None:
    if point.starts is None or point.ends is None:
        return None
    at_rest = point.relation == "at rest" and point.measure is Measure.HEART_RATE
    if point.relation in _WITHIN:
        inside = slot.starts <= point.starts and point.ends <= slot.ends
        return Phase.DURING if inside else None
    if point.relation == "before exercise" or at_rest:
        return Phase.BEFORE if _ZERO <= slot.starts - point.ends <= near() else None
    if point.relation == "after exercise":
        return Phase.AFTER if _ZERO <= point.starts - slot.ends <= near() else None
    return None


def _distance(point: Point, slot: Slot) -> timedelta | None:
    phase = None if slot.is_red_flag else _phase(point, slot)
    return None if phase is None else _gap(point, slot, phase)


def _gap(point: Point, slot: Slot, phase: Phase) -> timedelta:
    assert point.starts is not None, point.id
    assert point.ends is not None, point.id
    match phase:
        case Phase.BEFORE:
            return slot.starts - point.ends
        case Phase.AFTER:
            return point.starts - slot.ends
        case Phase.DURING:
            return _ZERO


def _whole(point: Point, slot: Slot) -> bool:
    """Whether the interval of a statistic is that of the session."""
    assert point.starts is not None, point.id
    assert point.ends is not None, point.id
    return point.starts - slot.starts <= CLOCKS_DIFFER and slot.ends - point.ends <= CLOCKS_DIFFER
