"""The outcomes of a patient in a window of days, beside how much of the plan was done in it."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from api.adherence.numbers import share
from api.adherence.outcomes import queries
from api.adherence.outcomes.courses import RISK, courses
from api.adherence.outcomes.days import MOST_DAYS, Window, days_before
from api.adherence.outcomes.told import unknown_measure
from api.adherence.pages import page
from api.clinical.adherence import tenths
from api.clinical.knowledge import library
from api.clinical.profile import profile
from api.database.work import Work
from api.errors import invalid
from api.patients import queries as patients
from api.patients.observations.members import EASTERNMOST


def outcomes_of(
    work: Work, patient_id: UUID, days: Window, measure: str | None, *, to_now: bool
) -> dict[str, Any]:
    """How each measure of a patient went, beside how much of the plan was done; else as `courses_of`."""
    found = courses_of(work, patient_id, days, measure, to_now=to_now)
    return {**found, "attendance": _attendance(work, patient_id, Window(found["from"], found["to"]))}


def courses_of(
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
    wanted = set(measures) if measure is None else {measure, RISK}
    until = min(work.moment, datetime.combine(days.last, time.max, UTC) + EASTERNMOST)
    zone, on_file = queries.on_file(work, patient_id, wanted, until)
    today = work.moment.astimezone(zone).date()
    last = today if to_now else min(days.last, today)
    first = max(days.first, days_before(last, MOST_DAYS - 1))
    if first > last:
        raise invalid("/query/from", f"This is after today, {today}, the patient's day.", "in-the-future")
    known = patients.evidence(work, patient_id, work.moment)
    values = profile(release, known.observations, work.moment.astimezone(zone)).values
    items, left_out = courses(
        release.outcomes,
        [one for one in on_file if one.on <= last],
        first,
        last,
        values.get("iwgdf_risk"),
    )
    return {
        "patient_id": patient_id,
        "from": first,
        "to": last,
        "items": [one for one in items if measure in {None, one["measure"]}],
        "left_out": left_out,
        "foot_risk": {
            "worked_out": values.get("iwgdf_risk"),
            "assumed": values.get("iwgdf_assumed") == "yes",
        },
        "below_change": release.outcomes.below_change.says,
    }


def _attendance(work: Work, patient_id: UUID, days: Window) -> dict[str, Any]:
    """How much of the plan was done in the same days, with what is not known of it."""
    total = page(work, patient_id, days.first, days.last).numbers.total
    return {
        "expected": tenths(total.expected),
        "lower": share(total.lower),
        "upper": share(total.upper),
        "projected": share(total.projected),
        "coverage": share(total.coverage),
        "href": f"/v1/patients/{patient_id}/adherence?from={days.first}&to={days.last}",
    }
