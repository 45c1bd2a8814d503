"""The outcomes of a patient in a window of days, beside how much of the plan was done in it."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from api.adherence.outcomes import queries
from api.adherence.outcomes.courses import courses
from api.adherence.outcomes.told import unknown_measure
from api.clinical.knowledge import library
from api.clinical.profile import profile
from api.database.work import Work
from api.errors import FieldError, Invalid, invalid
from api.patients import queries as patients

MOST_DAYS = 366
USUAL_DAYS = 365
_EASTERNMOST = timedelta(hours=14)


class Window(NamedTuple):
    """Days of the patient, both included."""

    first: date
    last: date


def window(first: date | None, last: date | None, moment: datetime) -> Window:
    """The days that are asked for; a year up to now where none are named.

    Raises:
        Invalid: reversed, in the future, or too many.
    """
    latest = (moment + _EASTERNMOST).date()
    ends = min(last or moment.date(), latest)
    begins = first or ends - timedelta(days=USUAL_DAYS)
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


def outcomes_of(
    work: Work, patient_id: UUID, days: Window, measure: str | None, *, to_now: bool
) -> dict[str, Any]:
    """How each measure of a patient went.

    Args:
        work: the work.
        patient_id: whose.
        days: of which values are listed; what was measured later is not read at all.
        measure: only this one.
        to_now: whether the days end with the patient's today, which may be another day than that of UTC.

    Raises:
        NotFound: there is no such patient.
        Invalid: there is no such measure.
    """
    release = library.load()
    measures = release.outcomes.measures
    if measure is not None and measure not in measures:
        raise invalid("/query/measure", unknown_measure(release, measure), "unknown-measure")
    wanted = set(measures) if measure is None else {measure, "iwgdf-risk"}
    until = min(work.moment, datetime.combine(days.last, time.max, UTC) + _EASTERNMOST)
    zone, on_file = queries.on_file(work, patient_id, wanted, until)
    today = work.moment.astimezone(zone).date()
    last = today if to_now else min(days.last, today)
    known = patients.evidence(work, patient_id, work.moment)
    values = profile(release, known.observations, work.moment.astimezone(zone)).values
    items, left_out = courses(
        release.outcomes,
        [one for one in on_file if one.on <= last],
        days.first,
        last,
        values.get("iwgdf_risk"),
    )
    return {
        "patient_id": patient_id,
        "from": days.first,
        "to": last,
        "items": [one for one in items if measure in {None, one["measure"]}],
        "left_out": left_out,
        "foot_risk": {
            "worked_out": values.get("iwgdf_risk"),
            "assumed": values.get("iwgdf_assumed") == "yes",
        },
        "below_change": release.outcomes.below_change.says,
    }
