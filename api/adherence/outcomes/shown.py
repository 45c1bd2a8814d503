"""The outcomes of a patient in a window of days, beside how much of the plan was done in it."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from api.adherence.outcomes import queries
from api.adherence.outcomes.courses import courses
from api.adherence.outcomes.days import EASTERNMOST, Window
from api.adherence.outcomes.told import unknown_measure
from api.clinical.knowledge import library
from api.clinical.profile import profile
from api.database.work import Work
from api.errors import invalid
from api.patients import queries as patients


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
    until = min(work.moment, datetime.combine(days.last, time.max, UTC) + EASTERNMOST)
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
