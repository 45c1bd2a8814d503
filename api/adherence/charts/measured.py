"""Outcomes beside adherence, as a section of the report."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from api.adherence.charts import words
from api.adherence.charts.cells import Cell, Section, Table
from api.adherence.outcomes.lists import ChangeShown
from api.adherence.pages import Page

_CHANGES: Mapping[ChangeShown, str] = {
    ChangeShown.BETTER: "better",
    ChangeShown.WORSE: "worse",
    ChangeShown.NO_DETECTABLE_CHANGE: "no detectable change",
    ChangeShown.NOT_COMPARABLE: "not comparable",
    ChangeShown.CHANGED: "changed",
}


def outcomes(page: Page, found: Mapping[str, Any]) -> Section | None:
    """How each measure went; None where nothing was measured.

    Args:
        page: the numbers.
        found: the outcomes of the same days, as `courses_of` gives them.
    """
    items: Sequence[Mapping[str, Any]] = found["items"]
    if not items:
        return None
    notes = dict.fromkeys(one["note"] for one in items if one["note"])
    return Section(
        title="Outcomes",
        lead=[found["below_change"], *notes],
        table=Table(
            caption="Measures, from the first value on file to the latest",
            head=("Measure", "First", "Latest", "Since the first", "Next"),
            widths=(1.5, 1.2, 1.2, 2, 1),
            rows=[_row(page, one) for one in items],
        ),
    )


def _row(page: Page, course: Mapping[str, Any]) -> Sequence[Cell]:
    query = urlencode({"measure": course["measure"], "from": page.first, "to": page.last})
    side = "" if course["side"] is None else f", {course['side']}"
    change = course["since_baseline"]
    return (
        Cell(f"{course['title']}{side}", f"/v1/patients/{page.patient_id}/outcomes?{query}"),
        Cell(_value(course, course["baseline"])),
        Cell(_value(course, course["latest"])),
        Cell("only one value" if change is None else f"{_CHANGES[change['word']]}. {change['sentence']}"),
        Cell(_due(course["due"])),
    )


def _value(course: Mapping[str, Any], kept: Mapping[str, Any]) -> str:
    if kept["word"] is not None:
        value = kept["word"]
    elif kept["value"] is None:
        value = "on file"
    else:
        of = "" if kept["of"] is None else f" of {kept['of']}"
        value = f"{words.number(float(kept['value']))}{of} {course['unit'] or ''}".strip()
    category = f", {kept['category']}" if kept["category"] else ""
    return f"{value}{category} ({words.day(kept['on'])})"


def _due(due: Mapping[str, Any]) -> str:
    last: date | None = due["last"]
    if last is not None:
        return f"{'overdue since' if due['overdue'] else 'by'} {words.day(last)}"
    return "" if due["occasion"] is None else f"at each {due['occasion']}"
