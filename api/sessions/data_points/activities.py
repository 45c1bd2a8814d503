"""A physical activity as a report of a session, as far as that is sure.

It is one session where it tells an interval of at most 600 minutes, the longest of a report, and no statistic
over several; where at least half a minute was moved; and where its name does not say that nobody moved.
Anything else is a summary or no exercise, and is kept without effect.

The report is `done`, from the start of the interval; its minutes are the net duration, or else the interval,
rounded half up. It is told by a device, unless its modality is `self-reported`: then by the patient, as a
self-report. It is of the plan only where `activity_name` is, but for case and spaces, the id or the name of
one exercise of the prescription that was in effect on that day; no other name is interpreted, and then it is
an unplanned activity with minutes. Steps go with the exercise; nothing in a report takes distance, energy,
METs or intensity, which are kept as sent.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from api.clinical.knowledge import library
from api.clinical.reports import SessionStatus
from api.clinical.session_fields import BY_NAME, ITEM_FIELDS, Reporter
from api.sessions.data_points.placing import Slot
from api.sessions.data_points.points import Point

_STILL = frozenset({"sedentary", "sitting", "lying down", "sleeping", "still"})
_MINUTE = timedelta(minutes=1)
_LONGEST = timedelta(minutes=BY_NAME["duration_min"].maximum or 0)
_ITEM = {one.name: one for one in ITEM_FIELDS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The exercises of a prescription from one day to another."""

    prescription_id: UUID
    first: date
    last: date | None
    exercises: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """An activity as a report, and what is to be known of that.

    Attributes:
        slot: None if it is no report.
        says: in words.
    """

    slot: Slot | None
    says: tuple[str, ...]


def activity(point: Point, zone: ZoneInfo, plans: Sequence[Planned]) -> Activity:
    """A physical activity as a report of a session, or why it is none.

    Args:
        point: of a physical activity.
        zone: the patient's.
        plans: what was ever in effect of the active prescription, the newest first.
    """
    why_not = _no_session(point)
    if why_not is not None:
        return Activity(slot=None, says=(why_not, *_unread(point, frozenset())))
    assert point.starts is not None, point.id
    assert point.ends is not None, point.id
    minutes = _minutes(point)
    document: dict[str, Any] = {
        "session_id": str(point.id),
        "performed_at": point.said_start,
        "time_zone": zone.key,
        "status": SessionStatus.DONE.value,
        "reporter": (Reporter.PATIENT if point.self_reported else Reporter.DEVICE).value,
        "source": point.source,
        "duration_min": minutes,
    }
    plan = _plan_of(plans, point.starts.astimezone(zone).date())
    exercise = None if plan is None else _exercise(plan, point.body["activity_name"])
    used = frozenset[str]()
    if plan is None or exercise is None:
        says = (
            "No exercise of an active plan has the name of this activity: it counts as outside of the plan."
        )
    else:
        steps = _steps(point)
        used = frozenset() if steps is None else frozenset({"base_movement_quantity"})
        item = {"exercise_id": exercise, "minutes": minutes, "steps": steps}
        kept = {name: told for name, told in item.items() if _holds(name, told)}
        document |= {"prescription_id": str(plan.prescription_id), "items": [kept]}
        says = f"It is {exercise} of the plan."
    slot = Slot(id=point.id, starts=point.starts, ends=point.ends, is_red_flag=False, document=document)
    return Activity(slot=slot, says=(says, *_unread(point, used)))


def _no_session(point: Point) -> str | None:
    if point.starts is None or point.ends is None or point.starts == point.ends:
        return "It tells no interval, so that nobody knows how long it was: kept, not a session."
    if point.statistic is not None or "descriptive_statistic_denominator" in point.body:
        return "It is a statistic over several activities: kept, not a session."
    if _folded(point.body["activity_name"]) in _STILL:
        return "Its name says that nobody moved: kept, not a session."
    longest = max(point.ends - point.starts, point.net or timedelta(0))
    if longest > _LONGEST:
        return f"It is longer than a session can be, {_LONGEST // _MINUTE} minutes: kept, not a session."
    if _minutes(point) < 1:
        return "It is shorter than half a minute: kept, not a session."
    return None


def _minutes(point: Point) -> int:
    assert point.starts is not None, point.id
    assert point.ends is not None, point.id
    told = point.ends - point.starts if point.net is None else point.net
    return math.floor(told / _MINUTE + 0.5)


def _plan_of(plans: Sequence[Planned], day: date) -> Planned | None:
    """What was in effect on a day."""
    begun = next((one for one in plans if one.first <= day), None)
    return None if begun is None or (begun.last is not None and day > begun.last) else begun


def _exercise(plan: Planned, name: str) -> str | None:
    """The one exercise of the plan whose id or name this is."""
    wanted = _folded(name)
    found = [
        one.id
        for one in library.load().exercises
        if one.id in plan.exercises and wanted in {_folded(one.id), _folded(one.name)}
    ]
    return found[0] if len(found) == 1 else None


def _steps(point: Point) -> int | None:
    moved: Mapping[str, Any] = point.body.get("base_movement_quantity") or {}
    told = moved.get("value")
    whole = moved.get("unit") == "steps" and told is not None and told == math.floor(told)
    return int(told) if whole and told is not None and _holds("steps", told) else None


def _holds(name: str, told: Any) -> bool:
    """Whether a field of an item takes a value."""
    most = _ITEM[name].maximum
    return told is not None and (isinstance(told, str) or (most is not None and 0 <= told <= most))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _unread(point: Point, used: frozenset[str]) -> list[str]:
    """A sentence that names what no field of a report takes."""
    read = {"activity_name", "effective_time_frame", "duration"} | used
    rest = [name for name in point.body if name not in read]
    return [f"Kept as sent, and read by nothing: {', '.join(rest)[:1000]}."] if rest else []
