"""The counts of one week of one line: all that the numbers of adherence are worked out from."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from api.clinical.counted import (
    ATTENDED,
    WORKED,
    Counted,
    EvidenceLevel,
    Session,
    Told,
    Word,
    day_counted,
    linked,
    told,
)
from api.clinical.counting import Counting
from api.clinical.fitt import Part
from api.clinical.plan_versions import (
    Pause,
    PauseKind,
    PlannedLine,
    PlanVersion,
    day_mask,
    paused_mask,
    valid_days,
)

_WEEK = timedelta(days=7)
_OFFSETS = tuple((1 << day, timedelta(days=day)) for day in range(7))
_COUNT_OF = {
    Word.DONE: "done",
    Word.PARTLY: "partly",
    Word.PARTLY_SHORT: "partly_short",
    Word.DECLARED_MISSED: "missed",
    Word.EXCUSED: "excused",
    Word.WITHHELD: "withheld",
    Word.UNPLANNED: "unplanned",
}
_LEVEL_OF = {level: level.replace("-", "_") for level in EvidenceLevel}
_COUNTS = (
    *_COUNT_OF.values(),
    *_LEVEL_OF.values(),
    *("during_pause", "over_dose", "seconds", "untold", "rated", "in_band", "above_band"),
)
_LEFT_OUT = frozenset({Word.DECLARED_MISSED, Word.EXCUSED, Word.WITHHELD})
_DONE_AT_ALL = WORKED | {Word.UNPLANNED}


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekCount:
    """One week of one line of a version of a plan. Whole numbers only, so that a recount is exactly equal.

    Days are bits, the first day of the week is bit 0. Sessions are whole sessions on days that are due.

    Attributes:
        week: of the version, from 1.
        session_seconds: planned of one session; None where the dose has no time.
        days: the days of the version inside the window.
        paused: of these, without a plan for medical reasons.
        away: of these, in another pause; they stay due.
        during_pause: sessions that were done on a paused day.
        untold: attended sessions of which no report tells how long they were.
        rated, in_band, above_band: sessions with a report of exertion that can be held to the target.
        in_clinic, device, caregiver, self_report: attended sessions by how they are known of.
        reasons: of all sessions that were skipped, on days that are due, by name.
        contact: the last day on which somebody was in touch about this week.
    """

    prescription: str
    number: int
    week: int
    line: Part
    starts: date
    per_week: int
    session_seconds: int | None
    days: int
    paused: int
    away: int
    done: int = 0
    partly: int = 0
    partly_short: int = 0
    missed: int = 0
    excused: int = 0
    withheld: int = 0
    during_pause: int = 0
    unplanned: int = 0
    over_dose: int = 0
    seconds: int = 0
    untold: int = 0
    rated: int = 0
    in_band: int = 0
    above_band: int = 0
    in_clinic: int = 0
    device: int = 0
    caregiver: int = 0
    self_report: int = 0
    reasons: tuple[tuple[str, int], ...] = ()
    contact: date | None = None


class PlacedWeek(NamedTuple):
    """A week of one line with its sessions, each with the bit of its day.

    Attributes:
        contact: the last day on which somebody was in touch about this week.
    """

    version: PlanVersion
    number: int
    line: Part
    starts: date
    days: int
    paused: int
    away: int
    sessions: Sequence[tuple[int, Counted]]
    contact: date | None


def week_counts(
    tables: Counting,
    plan: Iterable[PlanVersion],
    pauses: Sequence[Pause],
    sessions: Iterable[Session],
    *,
    first: date,
    last: date,
) -> tuple[WeekCount, ...]:
    """The counts of every week and line of a window, both ends included, oldest first.

    A week depends on the reports of its own days alone, and on the groups that they belong to.

    Source: specification, adherence.
    """
    weeks = placed_weeks(tables, plan, pauses, sessions, first=first, last=last)
    return tuple(_counted(tables, week) for week in weeks)


def placed_weeks(
    tables: Counting,
    plan: Iterable[PlanVersion],
    pauses: Sequence[Pause],
    sessions: Iterable[Session],
    *,
    first: date,
    last: date,
) -> Iterator[PlacedWeek]:
    """Every week and line of a window with the sessions that count in it."""
    by_day: dict[date, list[tuple[Session, tuple[str, ...]]]] = {}
    for session, ids in linked(sessions):
        by_day.setdefault(session.day, []).append((session, ids))
    others = frozenset(PauseKind) - tables.pausing.removing
    for version, begins, ends in valid_days(plan, first, last):
        week = (begins - version.first).days // 7
        starts = version.first + week * _WEEK
        while starts <= ends:
            days = day_mask(starts, begins, ends)
            found, contact = _of_week(tables, version, starts, days, by_day)
            for line in version.lines:
                paused = paused_mask(pauses, line, starts, tables.pausing.removing) & days if pauses else 0
                away = paused_mask(pauses, line, starts, others) & days & ~paused if pauses else 0
                yield PlacedWeek(
                    version, week + 1, line, starts, days, paused, away, found.get(line, ()), contact
                )
            week, starts = week + 1, starts + _WEEK


def _of_week(
    tables: Counting,
    version: PlanVersion,
    starts: date,
    days: int,
    by_day: dict[date, list[tuple[Session, tuple[str, ...]]]],
) -> tuple[dict[Part, list[tuple[int, Counted]]], date | None]:
    """The sessions of a week by line, and the last contact about it."""
    found: dict[Part, list[tuple[int, Counted]]] = {}
    contacts: set[date] = set()
    for bit, offset in _OFFSETS:
        on_day = by_day.get(starts + offset) if days & bit else None
        if on_day is None:
            continue
        lines: dict[Part, list[Told]] = {}
        for session, ids in on_day:
            if session.heard_of is not None:
                contacts.add(session.heard_of)
            for line, one in told(tables, version, session, ids):
                lines.setdefault(line, []).append(one)
        for line, of_line in lines.items():
            found.setdefault(line, []).extend((bit, one) for one in day_counted(tables, of_line))
    return found, max(contacts, default=None)


def _counted(tables: Counting, week: PlacedWeek) -> WeekCount:
    planned = week.version.lines[week.line]
    tally = dict.fromkeys(_COUNTS, 0)
    reasons: dict[str, int] = {}
    for bit, one in week.sessions:
        tally["over_dose"] += one.over_dose
        if week.paused & bit:
            tally["during_pause"] += one.word in _DONE_AT_ALL
            continue
        if one.word is Word.MOVEMENT:
            continue
        tally[_COUNT_OF[one.word]] += 1
        tally["seconds"] += one.seconds or 0
        if one.word in ATTENDED:
            tally[_LEVEL_OF[one.session.evidence]] += 1
            tally["untold"] += one.seconds is None
        if one.word in _LEFT_OUT and one.session.skip_reason is not None:
            reasons[one.session.skip_reason] = reasons.get(one.session.skip_reason, 0) + 1
        beside = beside_band(tables, planned, one)
        if beside is not None:
            tally["rated"] += 1
            tally["in_band"] += beside == 0
            tally["above_band"] += beside > 0
    return WeekCount(
        prescription=week.version.prescription,
        number=week.version.number,
        week=week.number,
        line=week.line,
        starts=week.starts,
        per_week=planned.per_week,
        session_seconds=planned.seconds,
        days=week.days,
        paused=week.paused,
        away=week.away,
        reasons=tuple(sorted(reasons.items())),
        contact=week.contact,
        **tally,
    )


def beside_band(tables: Counting, planned: PlannedLine, one: Counted) -> int | None:
    """Whether exertion was below (-1), within (0) or above (1) its band; None cannot be told."""
    if one.rpe is None or one.rpe_scale is None or one.word not in WORKED:
        return None
    band = planned.bands.get(one.rpe_scale)
    if band is None:
        return None
    tolerance = tables.rated.tolerance[one.rpe_scale]
    if one.rpe > band.high + tolerance:
        return 1
    return -1 if one.rpe < band.low - tolerance else 0
