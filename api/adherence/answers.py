"""The adherence of one patient as plain data."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from api.adherence.lists import Line, Period
from api.adherence.numbers import Way, numbers, opening, share, way
from api.adherence.pages import Page
from api.adherence.told import CHECK
from api.clinical.adherence import adherence, band
from api.clinical.adherence_weeks import LineWeek, Week
from api.clinical.counted import EvidenceLevel
from api.clinical.knowledge import library
from api.clinical.opened import Behind, Opened
from api.clinical.plan_versions import LINES, Pause
from api.clinical.week_counts import WeekCount
from api.clinical.week_sums import due_days

_BESIDE = {-1: "below", 0: "within", 1: "above"}


def of_page(page: Page, by: Period) -> dict[str, Any]:
    """The whole answer, with its numbers told apart by week or by revision."""
    where = f"/v1/patients/{page.patient_id}"
    window = f"from={page.first}&to={page.last}"
    return {
        "patient_id": page.patient_id,
        "from": page.first,
        "to": page.last,
        "today": page.today,
        "time_zone": page.history.zone.key,
        "absent": page.absent,
        "last_contact": page.last_contact,
        "days_silent": page.days_silent,
        "total": opening(page.numbers.total, _way(page, Line.ALL)),
        "lines": [
            {"line": line, **opening(found, _way(page, Line(line)))}
            for line, found in page.numbers.lines.items()
        ],
        "weeks": [_week(page, one) for one in page.weeks],
        "by": by,
        "periods": _by_week(page) if by is Period.WEEK else _by_revision(page),
        "pauses": [_pause(one) for one in page.pauses],
        "events": [{**one._asdict(), "href": f"/v1/sessions/{one.session_id}"} for one in page.events],
        "says": [_says(name) for name in _SHOWN],
        "links": {
            "self": f"{where}/adherence?{window}&by={by}",
            "patient": where,
            "sessions": f"{where}/adherence/sessions?{window}",
            "report": f"{where}/adherence/report?{window}",
            "alerts": f"{where}/alerts",
        },
    }


def behind(
    page: Page,
    *,
    line: Line,
    number: Behind | None,
    evidence: EvidenceLevel | None,
    skip_reason: str | None,
) -> list[dict[str, Any]]:
    """The sessions of a window as they were counted, as far as these ask for them."""
    return [
        _opened(one)
        for one in page.opened
        if line in (Line.ALL, one.line)
        and (number is None or one.stands_behind(number))
        and (evidence is None or one.evidence is evidence)
        and (skip_reason is None or _skipped(one, skip_reason))
    ]


_SHOWN = ("attendance", "projected", "unplanned", "withheld", "pausing", "findings", "bands", "over_doing")


def _says(name: str) -> dict[str, Any]:
    """What a number means, with its word of verification."""
    found = getattr(library.load().counting, name)
    return {"id": found.id, "says": found.says, "verification": found.verification}


def _way(page: Page, line: Line) -> Way:
    return way(page.patient_id, page.first, page.last, line)


def _week(page: Page, week: Week) -> dict[str, Any]:
    return {
        "prescription_id": week.prescription,
        "revision": week.number,
        "week": week.week,
        "from": week.first,
        "to": week.last,
        "band": week.total.band,
        "lower": share(week.total.numbers.lower),
        "upper": share(week.total.numbers.upper),
        "lines": [{"line": line, "band": one.band} for line, one in week.lines.items()],
        "href": way(page.patient_id, week.first, week.last, Line.ALL)(),
    }


def _by_week(page: Page) -> list[dict[str, Any]]:
    return [
        {
            "prescription_id": one.prescription,
            "revision": one.number,
            "week": one.week,
            "from": one.first,
            "to": one.last,
            "numbers": _banded_numbers(page, one, [(Line.ALL, one.total), *_lines(one)]),
        }
        for one in page.weeks
    ]


def _by_revision(page: Page) -> list[dict[str, Any]]:
    def revision(one: WeekCount) -> tuple[str, int]:
        return one.prescription, one.number

    found = []
    for (prescription, number), each in groupby(page.counts, key=revision):
        counts = list(each)
        days = [day for one in counts for day in _days(one)]
        window = _Days(min(days), max(days))
        found.append(
            {
                "prescription_id": prescription,
                "revision": number,
                "week": None,
                "from": window.first,
                "to": window.last,
                "numbers": _banded_numbers(page, window, _banded(page, counts)),
            }
        )
    return found


class _Days(NamedTuple):
    first: date
    last: date


def _days(count: WeekCount) -> Iterable[date]:
    """The days of a week in the window."""
    return (count.starts + timedelta(days=place) for place in range(7) if count.days >> place & 1)


def _lines(week: Week) -> list[tuple[Line, LineWeek]]:
    return [(Line(line), one) for line, one in week.lines.items()]


def _banded(page: Page, counts: Sequence[WeekCount]) -> list[tuple[Line, LineWeek]]:
    """The numbers of a revision, called as a week is called."""
    tables = library.load().counting
    found = adherence(tables, counts, page.today)
    days = {line: _due(page, [one for one in counts if one.line is line]) for line in found.lines}
    called = band(tables, found.total.sums, max(days.values(), default=0))
    lines = [
        (Line(line), LineWeek(band=band(tables, one.sums, days[line]), numbers=one))
        for line, one in found.lines.items()
    ]
    return [(Line.ALL, LineWeek(band=called, numbers=found.total)), *lines]


def _banded_numbers(
    page: Page, days: _Days | Week, found: Iterable[tuple[Line, LineWeek]]
) -> list[dict[str, Any]]:
    return [
        {
            "line": line,
            "band": one.band,
            **numbers(one.numbers),
            "href": way(page.patient_id, days.first, days.last, line)(),
        }
        for line, one in found
    ]


def _due(page: Page, counts: Iterable[WeekCount]) -> int:
    return sum(due_days(one, page.today).bit_count() for one in counts)


def _pause(pause: Pause) -> dict[str, Any]:
    lines = pause.lines or frozenset(LINES)
    return {
        "from": pause.first,
        "to": pause.last,
        "kind": pause.kind,
        "lines": [line for line in LINES if line in lines],
    }


def _opened(one: Opened) -> dict[str, Any]:
    checks = [name.removeprefix(CHECK) for name in one.ids if name.startswith(CHECK)]
    reports = [name for name in one.ids if not name.startswith(CHECK)]
    return {
        "session_ids": reports,
        "check_ids": checks,
        "prescription_id": one.prescription,
        "revision": one.number,
        "week": one.week,
        "line": one.line,
        "date": one.day,
        "word": one.word,
        "minutes": None if one.seconds is None else one.seconds / 60,
        "evidence": one.evidence,
        "skip_reason": one.skip_reason,
        "paused": one.paused,
        "extra": one.extra,
        "over_dose": one.over_dose,
        "exertion": None if one.beside is None else _BESIDE[one.beside],
        "behind": [number for number in Behind if one.stands_behind(number)],
        "hrefs": [
            *(f"/v1/sessions/{name}" for name in reports),
            *(f"/v1/pre-session-checks/{name}" for name in checks),
        ],
    }


def _skipped(one: Opened, reason: str) -> bool:
    """Whether a reason of skips counts it."""
    left = any(
        one.stands_behind(number) for number in (Behind.DECLARED_MISSED, Behind.EXCUSED, Behind.WITHHELD)
    )
    return left and one.skip_reason == reason
