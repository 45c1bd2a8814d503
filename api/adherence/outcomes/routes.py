"""Outcomes over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response

from api.adherence.outcomes import actions, definitions, examples, queries, shown
from api.adherence.outcomes.days import window
from api.adherence.outcomes.schemas import asking, courses, measures
from api.clinical.knowledge import library
from api.database.work import Work
from api.web import encoding, openapi, preconditions
from api.web.blueprint import Room

room = Room(
    "outcomes",
    __name__,
    description="What is measured to see whether exercise helps, and what a change of it can say.",
)


@room.route("/v1/patients/<uuid:patient_id>/outcomes", methods=["POST"])
@room.needs("facts:write")
@room.takes(asking.NewOutcomes(), example=examples.NEW_OUTCOMES)
@room.idempotent()
@room.gives(200, asking.RecordedOutcomes(), example=examples.RECORDED)
def record_outcomes(work: Work, patient_id: UUID, body: dict[str, Any]) -> Response:
    """Put values of measures on file: all of them, or none if one is refused.

    What is also in the fact vocabulary is kept as that fact, and what is signed is checked again with it. A
    rise of the IWGDF risk and a fall with an injury are put before a clinician. The same value of the same
    moment from the same source is a duplicate; a `source_record_id` that is on file with another value of the
    measure corrects that record.
    """
    recorded = actions.record(work, patient_id, asking.NewOutcomes.told(body))
    results = [
        {
            "pointer": f"/readings/{place}",
            "measure": one.told.measure,
            "result": one.result,
            "outcome_id": one.outcome_id,
            "corrects": one.corrects,
            "fact_ids": recorded.facts.get(one.outcome_id, []),
            "consequences": sorted(consequences),
        }
        for place, (one, consequences) in enumerate(zip(recorded.results, recorded.consequences, strict=True))
    ]
    return encoding.answer({"results": results, "alert_id": recorded.alert_id})


@room.route("/v1/patients/<uuid:patient_id>/outcomes", methods=["GET"])
@room.needs("adherence:read")
@room.asks(asking.OutcomeWindow())
@room.gives(200, courses.PatientOutcomes(), example=examples.outcomes())
def read_outcomes(work: Work, patient_id: UUID, query: dict[str, Any]) -> Response:
    """Show how each measure of a patient went, and whether that is better, worse or no detectable change.

    The baseline is the first value on file, also where it lies before `from`; what was measured after `to` is
    not read. Facts on file that are measures too are among the values. Beside them stands how much of the
    plan was done in the same days.
    """
    days = window(query["first"], query["last"], work.moment)
    found = shown.outcomes_of(work, patient_id, days, query["measure"], to_now=query["last"] is None)
    return encoding.answer(found)


@room.route("/v1/patients/<uuid:patient_id>/outcomes/<uuid:outcome_id>/entered-in-error", methods=["POST"])
@room.needs("facts:write")
@room.takes(asking.OutcomeError(), example={"reason": "The walk of another patient."})
@room.gives(200, asking.KeptOutcome(), example=examples.OUTCOME_IN_ERROR)
def mark_outcome_entered_in_error(
    work: Work, patient_id: UUID, outcome_id: UUID, body: dict[str, Any]
) -> Response:
    """Say that an outcome should never have been on file: it counts no longer, nor do the facts that it is.

    The history keeps both. An outcome that counts no longer anyway stays as it is.
    """
    actions.mark_entered_in_error(work, patient_id, outcome_id, reason=body["reason"])
    return encoding.answer(_kept(queries.outcome(work, patient_id, outcome_id)))


@room.route("/v1/knowledge/outcomes", methods=["GET"])
@room.open_to_all("the medicine is published with the code and concerns no patient")
@room.gives(200, measures.MeasureDefinitions(), example=examples.definitions(), headers=("ETag",))
def list_outcome_measures() -> Response:
    """List the measures of outcomes: what each may be, when it is due, and which change counts."""
    release = library.load()
    version = preconditions.etag(f"{openapi.API_VERSION}-{release.sha256[:32]}")
    return encoding.answer(definitions.all_of(release), headers={"Cache-Control": "no-cache", **version})


def _kept(row: Any) -> dict[str, Any]:
    taken_back = None
    if row.retracted_at is not None:
        taken_back = {
            "reason": row.reason,
            "recorded_at": row.retracted_at,
            "recorded_by": row.retracted_by,
            "replaced_by": row.replaced_by,
        }
    return {
        "id": row.id,
        "measure": row.measure,
        "value": row.value,
        "word": row.word,
        "of": row.out_of,
        "side": row.side,
        "observed_at": row.observed_at,
        "recorded_at": row.recorded_at,
        "recorded_by": row.client_id,
        "source": row.source,
        "source_record_id": row.source_record_id,
        "taken_back": taken_back,
    }
