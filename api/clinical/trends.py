"""What only several reports show: repeats and trends, always by the time of the sessions."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from statistics import median
from typing import NamedTuple

from api.clinical.pacing import Pacing
from api.clinical.release import Release
from api.clinical.reports import ReportLevel
from api.clinical.session import SessionReport
from api.clinical.triaged import TrendFound, Triage, at_least
from api.clinical.triaging import Rise, Trend, TrendKind, Triaging


class Past(NamedTuple):
    """An earlier report, with what later ones need of it.

    Attributes:
        at: when it was performed, in the zone of the patient.
        level: its own, without trends.
        rules: ids of its findings.
        not_asked: whether it left questions empty that would have mattered.
        asked: whether any question was asked of it at all.
    """

    id: str
    at: datetime
    level: ReportLevel
    rules: frozenset[str] = frozenset()
    not_asked: bool = False
    asked: bool = True
    worked: bool = True
    hr_pre: int | None = None
    pain_pre: int | None = None
    pain_after_min: int | None = None
    fatigue_next_day: int | None = None
    steps: int | None = None

    @property
    def day(self) -> date:
        """The local day."""
        return self.at.date()


_at = attrgetter("at")
_day = attrgetter("day")


def past(report: SessionReport, triage: Triage) -> Past:
    """A triaged report as later ones read it."""
    return Past(
        id=str(report.session_id),
        at=report.performed_at,
        level=triage.own_level,
        rules=frozenset(one.rule.id for one in triage.fired),
        not_asked=bool(triage.not_asked),
        asked=triage.asked,
        worked=not report.skipped,
        hr_pre=report.hr_pre,
        pain_pre=report.pain_pre,
        pain_after_min=report.pain_after_min,
        fatigue_next_day=report.fatigue_next_day,
        steps=report.steps,
    )


def before(report: SessionReport, others: Iterable[Past]) -> list[Past]:
    """Of other reports those performed before this one, oldest first; of one moment the id decides."""
    own = (report.performed_at, str(report.session_id))
    return sorted((one for one in others if (one.at, one.id) < own), key=lambda one: (one.at, one.id))


def painful_of_last(pacing: Pacing, report: SessionReport, earlier: Sequence[Past]) -> int:
    """How many of the last sessions, this one counted, left pain for too long.

    Source: specification, regression and stop (R1).
    """
    long, left = pacing.pain.over_minutes, pacing.pain_again.of_last - 1
    found = int((report.pain_after_min or 0) > long)
    for one in reversed(earlier):
        if one.worked:
            found += (one.pain_after_min or 0) > long
            left -= 1
            if not left:
                break
    return found


def repeated(rise: Rise, rule_id: str, earlier: Sequence[Past], since: datetime | None) -> bool:
    """Whether a finding of this report was reported before as often as a rise asks."""
    times = rise.times or 1
    if rise.in_a_row:
        for one in reversed(earlier):
            if times <= 1 or (since is not None and one.at <= since):
                break
            if rule_id in one.rules:
                times -= 1
            elif one.worked and (rise.answered is None or getattr(one, rise.answered) is not None):
                break
        return times <= 1
    counted = sum(rule_id in one.rules for one in earlier if since is None or one.at > since)
    return counted + 1 >= times


def unanswered_before(earlier: Sequence[Past]) -> bool:
    """Whether the last report of which something was asked left questions empty too."""
    for one in reversed(earlier):
        if one.asked:
            return one.not_asked
    return False


class Look(NamedTuple):
    """What trends are read from.

    Attributes:
        steps_at_most: a day, before the margin; None where there is no plan for steps.
        iwgdf_1: whether the feet are at risk, or that is unknown.
        settled: when a clinician closed a trend; what was before does not count again.
    """

    report: SessionReport
    level: ReportLevel
    rules: frozenset[str]
    earlier: Sequence[Past]
    steps_at_most: int | None
    iwgdf_1: bool
    settled: Mapping[str, datetime]

    def since(self, trend_id: str) -> datetime | None:
        """When a clinician closed a trend last, if that was before this report."""
        closed = self.settled.get(trend_id)
        return closed if closed is not None and closed <= self.report.performed_at else None

    def window(self, trend: Trend, days: int) -> Sequence[Past]:
        """The earlier reports of the last so many days of which a trend still counts."""
        start = self.report.performed_at - timedelta(days=days)
        closed = self.since(trend.id)
        found = self.earlier[bisect_left(self.earlier, start, key=_at) :]
        return found if closed is None else [one for one in found if one.at > closed]


def trends(tables: Triaging, look: Look) -> tuple[TrendFound, ...]:
    """The trends that this report is a part of."""
    found = []
    for trend in tables.trends:
        if not trend.needs_iwgdf_1 or look.iwgdf_1:
            ids = _LOOKS[trend.kind](trend, look)
            if ids:
                found.append(TrendFound(trend, trend.level, (*ids, str(look.report.session_id))))
    return tuple(found)


def _levels(trend: Trend, look: Look) -> Sequence[str]:
    least = trend.of_level or ReportLevel.WATCH
    if not at_least(look.level, least):
        return ()
    ids = [one.id for one in look.window(trend, trend.within_days) if at_least(one.level, least)]
    return ids if len(ids) + 1 >= trend.times else ()


def _finding(trend: Trend, look: Look) -> Sequence[str]:
    if trend.rule not in look.rules:
        return ()
    ids = [one.id for one in look.window(trend, trend.within_days) if trend.rule in one.rules]
    return ids if len(ids) + 1 >= trend.times else ()


def _resting_rate(trend: Trend, look: Look) -> Sequence[str]:
    """Days on which the lowest rate before a session was far above the median of the days before."""
    own, today = look.report.hr_pre, look.report.day
    if own is None:
        return ()
    start = look.report.performed_at - timedelta(days=trend.within_days + 1)
    near = look.earlier[bisect_left(look.earlier, start, key=_at) :]
    if own - trend.margin < min((one.hr_pre for one in near if one.hr_pre is not None), default=own):
        return ()
    known: dict[date, int] = {}
    ids: dict[date, str] = {}
    for one in look.earlier[_from_day(look.earlier, today - timedelta(days=2 * trend.within_days)) :]:
        if one.hr_pre is not None:
            known[one.day] = min(one.hr_pre, known.get(one.day, one.hr_pre))
            ids[one.day] = one.id
    known[today] = min(own, known.get(today, own))
    if not _high(known, today, trend):
        return ()
    closed = look.since(trend.id)
    first = today - timedelta(days=trend.within_days)
    days = [
        day
        for day in sorted(known)
        if first < day < today and (closed is None or day > closed.date()) and _high(known, day, trend)
    ]
    return [ids[day] for day in days] if len(days) + 1 >= trend.times else ()


def _high(known: Mapping[date, int], day: date, trend: Trend) -> bool:
    first = day - timedelta(days=trend.within_days)
    compared = [rate for one, rate in known.items() if first <= one < day]
    least = known[day] - trend.margin
    return bool(compared) and least >= min(compared) and least >= median(compared)


def _pain(trend: Trend, look: Look) -> Sequence[str]:
    """The median pain of the last days against that of the first days."""
    own, today = look.report.pain_pre, look.report.day
    if own is None or not look.earlier:
        return ()
    until = look.earlier[0].day + timedelta(days=trend.first_days)
    if today < until:
        return ()
    closed = look.since(trend.id)
    recent = [
        one
        for one in look.earlier[_from_day(look.earlier, today - timedelta(days=trend.recent_days - 1)) :]
        if one.pain_pre is not None and (closed is None or one.at > closed)
    ]
    scores = [own, *(one.pain_pre for one in recent if one.pain_pre is not None)]
    if max(scores) < trend.margin:
        return ()
    early = look.earlier[: _from_day(look.earlier, until)]
    first = [one.pain_pre for one in early if one.pain_pre is not None]
    if not first or median(scores) - median(first) < trend.margin:
        return ()
    return [one.id for one in recent] or [look.earlier[0].id]


def _steps(trend: Trend, look: Look) -> Sequence[str]:
    """Days with steps told, the last so many, each above the limit; days without any are passed over."""
    own, most = look.report.steps, look.steps_at_most
    if own is None or most is None:
        return ()
    limit = most * (100 + trend.margin) / 100
    told: dict[date, int] = {look.report.day: own}
    ids: dict[date, str] = {}
    for one in look.window(trend, trend.within_days):
        if one.steps is not None:
            told[one.day] = told.get(one.day, 0) + one.steps
            ids[one.day] = one.id
    days = sorted(told)[-trend.times :]
    if len(days) < trend.times or any(told[day] <= limit for day in days):
        return ()
    return [ids[day] for day in days if day in ids]


def _from_day(pasts: Sequence[Past], day: date) -> int:
    """The position of the first report on a local day or after."""
    return bisect_left(pasts, day, key=_day)


_LOOKS: Mapping[TrendKind, Callable[[Trend, Look], Sequence[str]]] = {
    TrendKind.LEVELS: _levels,
    TrendKind.FINDING: _finding,
    TrendKind.RESTING_RATE: _resting_rate,
    TrendKind.PAIN: _pain,
    TrendKind.STEPS: _steps,
}


def touched(release: Release, moment: datetime, pasts: Iterable[Past]) -> tuple[str, ...]:
    """Later reports that must be triaged again when one of this moment comes, changes or goes.

    Args:
        release: the knowledge.
        moment: of the report that changed; both moments where its time changed.
        pasts: all other reports of the patient.

    Returns:
        Ids, oldest first. Triaging them again changes no further ones.
    """
    tables = release.triaging
    ordered = sorted(pasts, key=lambda one: (one.at, one.id))
    later = [one for one in ordered if one.at >= moment]
    longest = max((2 * one.within_days + 1 for one in tables.trends), default=0)
    ever = {rule.id for rule in tables.rules for rise in rule.rises if rise.times is not None}
    first = max((one.first_days for one in tables.trends), default=0)
    early = not ordered or moment.date() < ordered[0].day + timedelta(days=first)
    near = {one.id for one in [one for one in later if one.worked][: release.pacing.pain_again.of_last - 1]}
    near |= {one.id for one in later[: _first_asked(later)]}
    return tuple(
        one.id
        for one in later
        if (one.at - moment) <= timedelta(days=longest)
        or one.id in near
        or one.rules & ever
        or (early and one.pain_pre is not None)
    )


def _first_asked(later: Sequence[Past]) -> int:
    """How many reports follow up to the first of which something was asked, that one counted."""
    return next((place for place, one in enumerate(later, 1) if one.asked), len(later))
