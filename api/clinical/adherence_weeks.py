"""The strip of weeks: each week of a version with its band, line by line and in total."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from api.clinical.adherence import Band, Numbers, band, numbers
from api.clinical.counting import Counting
from api.clinical.fitt import Part
from api.clinical.week_counts import WeekCount
from api.clinical.week_sums import due_days, has_begun


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWeek:
    """One line in one week, or all of them together."""

    band: Band
    numbers: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week of a version; its first and last day lie in the window and in the version."""

    prescription: str
    number: int
    week: int
    first: date
    last: date
    total: LineWeek
    lines: Mapping[Part, LineWeek]


def weeks(tables: Counting, counts: Iterable[WeekCount], today: date) -> tuple[Week, ...]:
    """The weeks that have begun, oldest first."""
    found: dict[tuple[date, str, int], list[WeekCount]] = {}
    for count in counts:
        if has_begun(count, today):
            found.setdefault((count.starts, count.prescription, count.number), []).append(count)
    return tuple(_week(tables, found[key], today) for key in sorted(found))


def _week(tables: Counting, rows: list[WeekCount], today: date) -> Week:
    of = rows[0]
    days = [offset for offset in range(7) if of.days >> offset & 1]
    lines = {row.line: row for row in rows}
    return Week(
        prescription=of.prescription,
        number=of.number,
        week=of.week,
        first=of.starts + timedelta(days=days[0]),
        last=of.starts + timedelta(days=days[-1]),
        total=_line_week(tables, rows, today),
        lines={line: _line_week(tables, [lines[line]], today) for line in Part if line in lines},
    )


def _line_week(tables: Counting, rows: list[WeekCount], today: date) -> LineWeek:
    found = numbers(tables, rows, today)
    days = max(due_days(row, today).bit_count() for row in rows)
    return LineWeek(band=band(tables, found.sums, days), numbers=found)
