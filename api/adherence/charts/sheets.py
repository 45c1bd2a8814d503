"""Adherence as CSV by RFC 4180, for a spreadsheet; the names of columns never change."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from api.adherence.charts.queries import Found
from api.adherence.lists import Line
from api.adherence.numbers import SHARES, WORDS
from api.adherence.pages import Page
from api.adherence.told import CHECK, line_of, parts_of
from api.clinical.adherence import Numbers, Share, tenths
from api.clinical.adherence_weeks import LineWeek, Week
from api.clinical.knowledge import library
from api.clinical.opened import Opened

_WHOLE = ("extra", "during_pause", "unplanned", "over_dose", "above_band")
WEEKS: Sequence[str] = (
    *("patient_id", "prescription_id", "revision", "week", "from", "to", "line", "band"),
    *("expected", "attended", *WORDS),
    *(name for one in SHARES for name in (f"{one}_percent", f"{one}_reason")),
    *("minutes", "minutes_expected", *_WHOLE, "findings"),
)
"""Columns of one row a week and line."""
_DONE = ("minutes", "sets", "reps", "load_kg", "steps", "bouts")
SESSIONS: Sequence[str] = (
    *("patient_id", "kind", "id", "date", "performed_at", "status", "skip_reason", "evidence", "level"),
    *("rules", "prescription_id", "exercise_id", "line", *_DONE, "session_minutes", "rpe", "rpe_scale"),
    *(
        "pain_before",
        "counted_as",
        "counts_with",
        "extra",
        "paused",
        "over_dose",
        "source",
        "source_record_id",
    ),
)
"""Columns of one row a session and exercise; a session that names none has one row."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def weeks(page: Page) -> str:
    """One row a week and line; the line `all` is all together, each with its own sessions."""
    return _written(WEEKS, (row for week in page.weeks for row in _of_week(page, week)))


def sessions(page: Page, reported: Iterable[Found]) -> str:
    """One row a session and exercise, the oldest first, and one for each check that withheld a session.

    Args:
        page: the numbers.
        reported: the reports of the same days.
    """
    counted: dict[str, list[Opened]] = {}
    for one in page.opened:
        for name in one.ids:
            counted.setdefault(name, []).append(one)
    return _written(SESSIONS, _of_sessions(page, counted, {one.id: one for one in reported}))


def _of_week(page: Page, week: Week) -> Iterator[dict[str, Any]]:
    lines = [*((Line(line), one) for line, one in week.lines.items()), (Line.ALL, week.total)]
    for line, one in lines:
        yield {
            "patient_id": page.patient_id,
            "prescription_id": week.prescription,
            "revision": week.number,
            "week": week.week,
            "from": week.first,
            "to": week.last,
            "line": line,
            **_numbers(one),
        }


def _numbers(one: LineWeek) -> dict[str, Any]:
    found: Numbers = one.numbers
    shares: dict[str, Share] = {name: getattr(found, name) for name in SHARES}
    return {
        "band": one.band,
        "expected": tenths(found.expected),
        "attended": tenths(found.attended),
        **{name: tenths(getattr(found.words, name)) for name in WORDS},
        **{f"{name}_percent": share.percent for name, share in shares.items()},
        **{f"{name}_reason": share.reason for name, share in shares.items()},
        "minutes": tenths(found.minutes),
        "minutes_expected": tenths(found.minutes_expected),
        **{name: getattr(found.sums, name) for name in _WHOLE},
        "findings": found.findings,
    }


def _of_sessions(
    page: Page, counted: Mapping[str, list[Opened]], reported: Mapping[Any, Found]
) -> Iterator[dict[str, Any]]:
    release, parts = library.load(), parts_of(page.history.signed)
    for told in page.history.told:
        if not page.first <= told.local_date <= page.last:
            continue
        name = f"{CHECK}{told.id}" if told.is_check else str(told.id)
        as_counted = counted.get(name, [])
        whole = {**_told(page, told), **_kept(reported.get(told.id))}
        items: Sequence[Mapping[str, Any]] = told.items or ({},)
        for item in items:
            exercise_id = item.get("exercise_id")
            line = None if exercise_id is None else line_of(release, told, parts, exercise_id)
            mine = [one for one in as_counted if line in (None, one.line)]
            yield {
                **whole,
                **_counted(mine, name),
                "exercise_id": exercise_id,
                "line": line or _one_of(mine),
                **{of: item.get(of) for of in _DONE},
            }


def _told(page: Page, told: Found) -> dict[str, Any]:
    return {
        "patient_id": page.patient_id,
        "kind": "check" if told.is_check else "report",
        "id": told.id,
        "date": told.local_date,
        "performed_at": told.performed_at,
        "status": told.status,
        "skip_reason": told.skip_reason,
        "evidence": None if told.is_check else told.evidence,
        "level": None if told.is_check else told.level,
        "rules": " ".join(sorted(told.rules)),
        "prescription_id": told.prescription_id,
        "session_minutes": told.minutes,
        "rpe": told.rpe,
        "rpe_scale": told.rpe_scale,
    }


def _kept(reported: Found | None) -> dict[str, Any]:
    if reported is None:
        return {"pain_before": None, "source": None, "source_record_id": None}
    return {
        "pain_before": reported.pain_pre,
        "source": reported.source,
        "source_record_id": reported.source_record_id,
    }


def _counted(mine: Sequence[Opened], name: str) -> dict[str, Any]:
    """What became of it; a report that another one of the same session stands for names that one."""
    first = next((one.ids[0] for one in mine), None)
    return {
        "counted_as": " ".join(sorted({one.word.value for one in mine})) or None,
        "counts_with": None if first == name else first,
        **{
            of: any(getattr(one, of) for one in mine) if mine else None
            for of in ("extra", "paused", "over_dose")
        },
    }


def _one_of(mine: Sequence[Opened]) -> str | None:
    return " ".join(sorted({one.line.value for one in mine})) or None


def _written(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> str:
    """A value as text; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date() | int() | float():
            return str(value)
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
