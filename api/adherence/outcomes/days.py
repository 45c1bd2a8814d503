"""The days that are asked for."""

from datetime import date, datetime
from typing import NamedTuple

from api.errors import FieldError, Invalid
from api.patients.observations.members import EASTERNMOST

MOST_DAYS = 366
USUAL_DAYS = 365


class Window(NamedTuple):
    """Days of the patient, both included."""

    first: date
    last: date


def window(first: date | None, last: date | None, moment: datetime) -> Window:
    """The days that are asked for; a year up to now where none are named.

    Raises:
        Invalid: reversed, in the future, or too many.
    """
    latest = (moment + EASTERNMOST).date()
    ends = min(last or moment.date(), latest)
    begins = first or days_before(ends, USUAL_DAYS)
    faults = []
    if last is not None and last > latest:
        faults.append(
            FieldError(pointer="/query/to", detail="This lies in the future.", code="in-the-future")
        )
    if begins > ends:
        faults.append(FieldError(pointer="/query/from", detail="This lies after `to`.", code="reversed"))
    elif (ends - begins).days >= MOST_DAYS:
        detail = f"This and `to` are more than {MOST_DAYS} days."
        faults.append(FieldError(pointer="/query/from", detail=detail, code="too-long"))
    if faults:
        raise Invalid("The days that are asked for cannot be answered.", errors=faults)
    return Window(begins, ends)


def days_before(day: date, number: int) -> date:
    """The day so many days before, as far as there are days."""
    return date.fromordinal(max(day.toordinal() - number, date.min.toordinal()))
