"""A row of the panel as plain data."""

from typing import Any

from api.adherence.lists import Line
from api.adherence.numbers import numbers
from api.adherence.queries import Found
from api.adherence.queries import numbers as numbers_of


def row(found: Found, line: Line) -> dict[str, Any]:
    """A patient with the numbers of the last weeks that are over."""
    return {
        "patient_id": found.id,
        "family": found.family,
        "given": found.given,
        "prescription_id": found.prescription_id,
        "practitioner_id": found.practitioner_id,
        "line": line,
        "from": found.first,
        "to": found.last,
        "band": found.band,
        "numbers": numbers(numbers_of(found)),
        "last_contact": found.last_contact,
        "days_silent": None
        if found.last_contact is None
        else max((found.today - found.last_contact).days, 0),
        "links": _links(found, line),
    }


def _links(found: Found, line: Line) -> dict[str, str]:
    where = f"/v1/patients/{found.id}"
    window = "" if found.first is None else f"?from={found.first}&to={found.last}"
    of_line = f"{window}&line={line}" if window else f"?line={line}"
    return {
        "patient": where,
        "adherence": f"{where}/adherence{window}",
        "sessions": f"{where}/adherence/sessions{of_line}",
        "report": f"{where}/adherence/report{window}",
    }
