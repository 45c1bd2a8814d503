"""Recommendations and readiness over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response

from api.checks import queries as checks
from api.checks.answers import answers
from api.clinical.readiness import SOON
from api.database.work import Work
from api.patients import queries as patients
from api.recommendations import examples, offers, queries, readiness, schemas, wishes
from api.web import encoding, paging
from api.web.blueprint import Room

_SOON_IN_THE_PANEL = timedelta(days=30)

room = Room(
    "recommendations",
    __name__,
    description="Which safe exercises fit, what was left out and why, and what to ask next.",
)


@room.route("/v1/recommendations", methods=["POST"])
@room.needs("recommendations:read")
@room.takes(wishes.ASKED, example=examples.BODY)
@room.gives(200, schemas.Recommendations(), example=examples.RECOMMENDATIONS)
def recommend_for_facts(work: Work, asked: wishes.Asked) -> Response:
    """Recommend exercises for the facts of the body; nothing of them is stored."""
    del work
    return encoding.answer(offers.answered(answers(), asked.question, asked.wishes))


@room.route("/v1/patients/<uuid:patient_id>/recommendations", methods=["GET"])
@room.needs("recommendations:read")
@room.asks(wishes.WishedExercises())
@room.gives(200, schemas.Recommendations(), example=examples.RECOMMENDATIONS)
def recommend_for_patient(work: Work, patient_id: UUID, query: dict[str, Any]) -> Response:
    """Recommend exercises for what is on file of a patient, clearances included; nothing is kept.

    At most three of a modality are offered; `omitted` names every other exercise, and what left it out.
    """
    question = checks.on_file(work, patient_id).question(query["kind"])
    return encoding.answer(offers.answered(answers(), question, wishes.wishes_of(query)))


@room.route("/v1/patients/<uuid:patient_id>/readiness", methods=["GET"])
@room.needs("checks:read")
@room.asks(schemas.ReadinessQuery())
@room.gives(200, schemas.Readiness(), example=examples.READINESS)
def read_readiness(work: Work, patient_id: UUID, query: dict[str, Any]) -> Response:
    """Say what is missing, stale or soon too old of a patient, and which question settles most."""
    file, within = checks.on_file(work, patient_id), query["within"] or SOON
    return encoding.answer(readiness.answered(answers(), patient_id, file, query["kind"], within))


@room.route("/v1/readiness", methods=["GET"])
@room.needs("checks:read")
@room.asks(schemas.DuePage())
@room.gives(200, schemas.PATIENTS_DUE, example={"items": [examples.DUE], "next": None}, headers=("Link",))
def list_due(work: Work, query: dict[str, Any]) -> Response:
    """List the patients of whom a fact or a clearance runs out, in the order of their ids.

    A page looks at `limit` patients and shows those of whom something does; it may be shorter, even empty,
    while `next` leads on.
    """
    page, headers = paging.page(
        patients.ids(work, after=query["after"], limit=query["limit"]), query["limit"]
    )
    looked_at = [row.id for row in page["items"]]
    found = queries.due(work, looked_at, answers().release, query["within"] or _SOON_IN_THE_PANEL)
    return encoding.answer({**page, "items": [readiness.due(one) for one in found]}, 200, headers)
