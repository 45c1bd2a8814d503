"""The counts of a week as sums that add up over weeks and lines."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from typing import NamedTuple

from api.clinical.plan_versions import day_mask
from api.clinical.week_counts import WeekCount


class Sums(NamedTuple):
    """What adds up, as whole numbers; names with a 7 are sevenths of sessions.

    due7 = withheld7 + done7 + partly7 + short7 + missed7 + excused7 + away7 + unreported7, and each takes
    only what those before it left of the week, so that nothing repairs another week.

    Attributes:
        expected7: due and not withheld.
        attended7: done7 and partly7.
        possible7: attended where every planned session of which nothing is known was done.
        away7: due in a holiday or another pause that is not medical, without a report.
        reported: sessions reported as done, cut short or skipped; withheld ones are none.
        extra: sessions beyond what was due, and those during a medical pause.
        seconds: on days that were due; `timed_seconds` of lines that have a planned time.
        completed7: the same in sevenths of seconds, of each week no more than planned.
        timed: weeks of lines that have a planned time.
    """

    due7: int = 0
    withheld7: int = 0
    done7: int = 0
    partly7: int = 0
    short7: int = 0
    missed7: int = 0
    excused7: int = 0
    away7: int = 0
    unreported7: int = 0
    expected7: int = 0
    attended7: int = 0
    possible7: int = 0
    paused7: int = 0
    reported: int = 0
    done: int = 0
    partly: int = 0
    partly_short: int = 0
    missed: int = 0
    excused: int = 0
    withheld: int = 0
    extra: int = 0
    during_pause: int = 0
    unplanned: int = 0
    over_dose: int = 0
    seconds: int = 0
    timed_seconds: int = 0
    expected_seconds7: int = 0
    completed7: int = 0
    timed: int = 0
    untold: int = 0
    rated: int = 0
    in_band: int = 0
    above_band: int = 0
    in_clinic: int = 0
    device: int = 0
    caregiver: int = 0
    self_report: int = 0


NONE = Sums()


def summed(parts: Iterable[Sums]) -> Sums:
    """All of them as one."""
    columns = zip(*parts, strict=True)
    found = [sum(column) for column in columns]
    return Sums(*found) if found else NONE


def has_begun(row: WeekCount, today: date) -> bool:
    """Whether one of its days has come."""
    return bool(row.days & _until(row, today))


def due_days(row: WeekCount, today: date) -> int:
    """The days of a week that are due up to today, as bits."""
    return row.days & ~row.paused & _until(row, today)


def _until(row: WeekCount, today: date) -> int:
    return day_mask(row.starts, row.starts, today)


_WHOLE = tuple(name for name in Sums._fields if name in {field.name for field in fields(WeekCount)})


def week_sums(row: WeekCount, today: date) -> Sums:
    """What the counts of one week of one line add to the sums.

    In a week with fewer days a planned session can lie on any of them, so `possible7` counts with as many
    sessions as fit there; only this keeps what is true within the bounds.

    Source: specification, adherence.
    """
    on = due_days(row, today)
    days, undone = on.bit_count(), row.partly_short + row.missed + row.excused
    due = row.per_week * days
    claims = [7 * n for n in (row.withheld, row.done, row.partly, row.partly_short, row.missed, row.excused)]
    taken, left = _shared_out(due, [*claims, row.per_week * (on & row.away).bit_count()])
    withheld, done, partly, short, missed, excused, away = taken
    expected, attended = due - withheld, done + partly
    slots = min(row.per_week, days) - row.withheld - undone
    planned = 0 if row.session_seconds is None else expected * row.session_seconds
    return Sums(
        due7=due,
        withheld7=withheld,
        done7=done,
        partly7=partly,
        short7=short,
        missed7=missed,
        excused7=excused,
        away7=away,
        unreported7=left,
        expected7=expected,
        attended7=attended,
        possible7=min(expected, max(attended, 7 * slots)),
        paused7=row.per_week * (row.paused & _until(row, today)).bit_count(),
        reported=row.done + row.partly + undone,
        extra=max(row.done + row.partly + -expected // 7, 0) + row.during_pause,
        timed_seconds=0 if row.session_seconds is None else row.seconds,
        expected_seconds7=planned,
        completed7=min(7 * row.seconds, planned),
        timed=int(row.session_seconds is not None),
        **{name: getattr(row, name) for name in _WHOLE},
    )


def _shared_out(due: int, claims: Iterable[int]) -> tuple[list[int], int]:
    """What each claim gets of what those before it left, and what is left."""
    taken = []
    for claim in claims:
        taken.append(min(claim, due))
        due -= taken[-1]
    return taken, due
