"""The strip: what is drawn of a window of weeks, and the same in words for those who do not see it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from api.adherence.charts import words
from api.adherence.charts.queries import Found
from api.adherence.pages import Event, Page
from api.clinical.adherence import Band, NoNumber, Numbers
from api.clinical.adherence_weeks import LineWeek, Week
from api.clinical.fitt import Part
from api.clinical.plan_versions import Pause

DAY = timedelta(days=1)
WEEK = 7 * DAY


class Pain(NamedTuple):
    """Pain before a session, from 0 to 10, on the day that it was reported of."""

    day: date
    value: int


class Usual(NamedTuple):
    """The median of the pain of some days, both included."""

    first: date
    last: date
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """What is drawn of a window.

    Attributes:
        first, last: both ends included.
        rows: the parts of the plan that have a row, in their order; None, the last, is all together.
        begun: the first days of revisions within the window, with their numbers.
        met_percent: from which attendance on a week is met.
    """

    first: date
    last: date
    weeks: Sequence[Week]
    rows: Sequence[Part | None]
    begun: Sequence[tuple[date, int]]
    pauses: Sequence[Pause]
    pain: Sequence[Pain]
    usual: Sequence[Usual]
    events: Sequence[Event]
    absent: NoNumber | None
    met_percent: int
    total: Numbers

    @property
    def title(self) -> str:
        """What it is."""
        return f"Adherence, {words.days(self.first, self.last)}"

    @property
    def described(self) -> str:
        """The essential numbers in words."""
        return " ".join(_described(self))


def strip(page: Page, reported: Iterable[Found], *, met_percent: int) -> Strip:
    """What is drawn of a patient's adherence.

    Args:
        page: the numbers.
        reported: the reports of the same days.
        met_percent: the line that is drawn across.
    """
    pain = [Pain(one.local_date, one.pain_pre) for one in reported if one.pain_pre is not None]
    lines = [line for line in Part if any(line in week.lines for week in page.weeks)]
    return Strip(
        first=page.first,
        last=page.last,
        weeks=page.weeks,
        rows=[*lines, None] if lines else [],
        begun=[
            (later.first, later.number)
            for earlier, later in pairwise(page.weeks)
            if (earlier.prescription, earlier.number) != (later.prescription, later.number)
        ],
        pauses=page.pauses,
        pain=pain,
        usual=list(_usual(page, pain)),
        events=page.events,
        absent=page.absent,
        met_percent=met_percent,
        total=page.numbers.total,
    )


def of_week(week: Week, line: Part | None) -> LineWeek | None:
    """A week as one row of the strip calls it; None where the plan of that week has no such part."""
    return week.total if line is None else week.lines.get(line)


def _usual(page: Page, pain: Sequence[Pain]) -> Iterator[Usual]:
    """The median of each week that has pain; days in no week of a plan are taken by seven."""
    found: dict[tuple[date, date], list[int]] = {}
    for one in pain:
        found.setdefault(_span_of(page, one.day), []).append(one.value)
    for (first, last), values in sorted(found.items()):
        yield Usual(first, last, median(values))


def _span_of(page: Page, day: date) -> tuple[date, date]:
    for week in page.weeks:
        if week.first <= day <= week.last:
            return week.first, week.last
    begins = page.first + (day - page.first) // WEEK * WEEK
    return begins, min(begins + WEEK - DAY, page.last)


def _described(given: Strip) -> Iterator[str]:
    if given.absent is not None:
        yield words.ABSENT.get(given.absent, f"No numbers: {words.NO_NUMBER[given.absent]}.")
    else:
        yield _attendance(given.total)
        for line in given.rows:
            name = words.ALL if line is None else words.PARTS[line]
            yield f"{name}, weeks: {_called(given.weeks, line)}."
    for day, number in given.begun:
        yield f"Revision {number} of the plan from {words.day(day)}."
    for pause in given.pauses:
        yield f"{_capital(words.PAUSES[pause.kind])} of {_lines(pause)}, {_from_to(pause)}."
    yield _pain(given)
    yield _triage(given.events)


def _attendance(total: Numbers) -> str:
    if total.lower.percent is None:
        return f"Attendance: none, {words.percent(total.lower)}."
    low, high = words.percent(total.lower), words.percent(total.upper)
    said = f"Attendance between {low}, if no unreported session was done, and {high}, if all were;"
    if total.projected.percent is None:
        return f"{said} no projection, {words.percent(total.projected)}."
    return f"{said} projected {words.percent(total.projected)}."


def _called(weeks: Sequence[Week], line: Part | None) -> str:
    times = Counter(one.band for week in weeks if (one := of_week(week, line)) is not None)
    return ", ".join(f"{times[band]} {words.BANDS[band]}" for band in Band if times[band])


def _lines(pause: Pause) -> str:
    if not pause.lines:
        return "the whole plan"
    return ", ".join(words.PARTS[line].lower() for line in Part if line in pause.lines)


def _from_to(pause: Pause) -> str:
    ends = "until further notice" if pause.last is None else f"to {words.day(pause.last)}"
    return f"from {words.day(pause.first)} {ends}"


def _pain(given: Strip) -> str:
    if not given.usual:
        return "Pain before sessions: not reported."
    values = [one.value for one in given.usual]
    low, high, last = (words.number(float(one)) for one in (min(values), max(values), values[-1]))
    between = f"always {low}" if low == high else f"between {low} and {high}, last {last}"
    return f"Pain before sessions from 0 to 10, weekly median: {between}."


def _triage(events: Sequence[Event]) -> str:
    times = Counter(one.level for one in events)
    found = [f"{times[level]} {name}" for level, name in words.LEVELS.items() if times[level]]
    return f"Triage of reports: {', '.join(found)}." if found else "Triage of reports: nothing found."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
