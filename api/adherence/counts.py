"""The counts of weeks, as rows: the same from the same reports, however often they are counted."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from api.adherence.history import History
from api.adherence.lists import Line
from api.adherence.told import Window
from api.clinical.knowledge import library
from api.clinical.plan_versions import PlanVersion
from api.clinical.week_counts import WeekCount, week_counts
from api.clinical.week_sums import Sums, due_days, summed, week_sums

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
AHEAD = 8 * WEEK
"""How far ahead weeks are counted: a week in which nobody tells anything needs a row, too."""
KEY = ("line", "starts", "prescription_id", "number")
"""What tells the rows of a patient apart."""
COLUMNS = (*KEY, "ends", "due_days", "contact", "reasons", *Sums._fields)

Values = tuple[Any, ...]


class Changed(NamedTuple):
    """What changed of a patient.

    Attributes:
        since: the first local day that may count otherwise; None is however long ago.
        ahead: whether weeks to come may, too: what is in force changed, and not only what was told.
    """

    since: date | None
    ahead: bool


def window(history: History, changed: Changed) -> Window:
    """The days on which the weeks begin that may have changed.

    Args:
        history: with what was in force.
        changed: what did.
    """
    last = history.today + (AHEAD if changed.ahead else DAY)
    since = changed.since
    if since is None:
        return date.min, last
    return min(_week_of(history.plan, since), _week_of(history.plan, since - DAY)), last


def rows(history: History, asked: Window) -> list[Values]:
    """The rows of the weeks that begin on these days: the values of `COLUMNS`."""
    first, last = asked
    tables = library.load().counting
    counts = week_counts(
        tables, history.plan, history.pauses, history.sessions, first=first, last=last + WEEK - DAY
    )
    return list(_rows(one for one in counts if one.starts <= last))


def reaches(history: History) -> date | None:
    """Up to which day weeks are counted ahead that begin there; None where no further ones will come."""
    last = history.today + AHEAD
    goes_on = any(one.last is None or one.last > last for one in history.plan)
    return last if goes_on else None


def _rows(counts: Iterable[WeekCount]) -> Iterator[Values]:
    """A row for each line, and one for all lines of a week together."""

    def week(one: WeekCount) -> tuple[date, str, int]:
        return one.starts, one.prescription, one.number

    for _, each in groupby(counts, key=week):
        lines = list(each)
        sums = [week_sums(one, one.starts + WEEK) for one in lines]
        for one, own in zip(lines, sums, strict=True):
            yield _row(Line(one.line), [one], own)
        yield _row(Line.ALL, lines, summed(sums))


def _row(line: Line, counts: Sequence[WeekCount], sums: Sums) -> Values:
    of = counts[0]
    reasons: dict[str, int] = {}
    for reason, times in (pair for one in counts for pair in one.reasons):
        reasons[reason] = reasons.get(reason, 0) + times
    return (
        line,
        of.starts,
        UUID(of.prescription),
        of.number,
        of.starts + timedelta(days=of.days.bit_length() - 1),
        max(due_days(one, one.starts + WEEK).bit_count() for one in counts),
        of.contact,
        dict(sorted(reasons.items())),
        *sums,
    )


def _week_of(plan: Iterable[PlanVersion], day: date) -> date:
    """The first day of the week that a day is in; the day itself where nothing was in force."""
    for one in plan:
        if one.first <= day and (one.last is None or day <= one.last):
            return one.first + (day - one.first) // WEEK * WEEK
    return day
