"""What data points become among each other, and among the reports on file: pure, nothing is written here.

Activities open reports; a measurement joins the session that it belongs to. What would be for review or worse
by itself must be found by triage: where the report that it joins does not show the same findings (a pressure
of 230 *before* exercise is no finding of a report), and where it joins none, it is filed in a report of its
own, `partial` and told by a device, at its moment. Such measurements within 30 minutes of the first share one
report. Measurements that came before their activity, and were of no report so far, join it when it comes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.clinical.reports import SessionStatus
from api.clinical.session_fields import Reporter
from api.sessions.data_points.activities import Planned, activity
from api.sessions.data_points.facts import facts
from api.sessions.data_points.lists import Became, Measure
from api.sessions.data_points.placing import Slot, at, near, place
from api.sessions.data_points.points import Point
from api.sessions.data_points.red_flags import findings, red_flag

_TOLD_ALONE = "By itself it is for review or worse, so it is in a report of its own, where triage reads it."


@dataclass(slots=True, kw_only=True)
class Sorted:
    """What a data point becomes.

    Attributes:
        slot: the report that it opens or joins; a red flag's own report, if it has one.
        joined: the session in which it is read, also where its own report tells the red flag.
        named: the facts that it is.
        says: in words.
    """

    point: Point
    slot: Slot | None = None
    joined: Slot | None = None
    named: dict[str, float] = field(default_factory=dict)
    says: list[str] = field(default_factory=list)

    @property
    def became(self) -> Became:
        """The same in a word."""
        if self.slot is not None and self.slot.is_red_flag:
            return Became.RED_FLAG
        if self.slot is not None:
            return Became.SESSION if self.point.id == self.slot.id else Became.MEASUREMENT
        return Became.FACT if self.named else Became.KEPT


def opened(points: Iterable[Point], zone: ZoneInfo, plans: Sequence[Planned]) -> list[Sorted]:
    """The activities among new data points, as reports as far as they are sessions."""
    found = []
    for point in points:
        if point.measure is Measure.ACTIVITY:
            told = activity(point, zone, plans)
            if told.slot is not None:
                told.slot.take(point)
            found.append(Sorted(point=point, slot=told.slot, says=[*point.said, *told.says]))
    return found


def joined(points: Iterable[Point], slots: Sequence[Slot]) -> list[Sorted]:
    """New measurements, each in the session that it belongs to, if there is one."""
    found = []
    for point in points:
        if point.measure is not Measure.ACTIVITY:
            slot = place(point, slots)
            found.append(Sorted(point=point, slot=slot, joined=slot, says=list(point.said)))
            if slot is not None:
                slot.take(point)
    return found


def flagged(several: Iterable[Sorted], slots: Iterable[Slot], zone: ZoneInfo, moment: datetime) -> list[Slot]:
    """Put each red flag that no report shows yet into a report of its own, or one of others near it.

    Returns:
        The reports that are new.
    """
    own, new = [one for one in slots if one.is_red_flag], []
    unseen = [(at(one.point, moment), one.point.id, one) for one in several if _is_unseen(one)]
    for when, _, one in sorted(unseen, key=lambda each: each[:2]):
        slot = next((each for each in own if abs(when - each.starts) <= near()), None)
        if slot is None:
            slot = _own_report(one.point, when, zone)
            own.append(slot)
            new.append(slot)
        slot.take(one.point)
        one.slot = slot
        one.says.append(_TOLD_ALONE)
    return new


def known(several: Iterable[Sorted]) -> list[Sorted]:
    """Those measurements that are facts: outside of any session, and sure."""
    found = []
    for one in several:
        if one.joined is None:
            one.named = facts(one.point)
            if one.named:
                found.append(one)
            elif one.slot is None:
                one.says.append(_why_kept(one.point))
    return found


def _is_unseen(one: Sorted) -> bool:
    if one.point.starts is None:
        return False
    flag = red_flag(one.point)
    shown = findings(one.joined.fields()) if flag and one.joined is not None else frozenset()
    return bool(flag) and not findings(flag) <= shown


def _own_report(point: Point, when: datetime, zone: ZoneInfo) -> Slot:
    document: dict[str, Any] = {
        "session_id": str(point.id),
        "performed_at": when.astimezone(UTC).isoformat(),
        "time_zone": zone.key,
        "status": SessionStatus.PARTIAL.value,
        "reporter": (Reporter.PATIENT if point.self_reported else Reporter.DEVICE).value,
        "source": point.source,
    }
    return Slot(id=point.id, starts=when, ends=when, is_red_flag=True, document=document)


def _why_kept(point: Point) -> str:
    if point.starts is None:
        return "It tells no moment: kept without effect."
    if not point.is_value:
        return "It tells how values were spread, not a value: kept without effect."
    return "It is outside of every session that a data point told, and no fact for sure: kept without effect."
