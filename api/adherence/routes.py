"""Adherence over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response

from api.adherence import answers, examples, queries, rows
from api.adherence.pages import page
from api.adherence.schemas import panel as panel_schemas
from api.adherence.schemas import patients as schemas
from api.clinical.counted import EvidenceLevel
from api.database.work import Work
from api.web import encoding, paging
from api.web.blueprint import Room

room = Room(
    "adherence",
    __name__,
    description="How treatment is going: what was due, what was reported, and what that can and cannot say.",
)


@room.route("/v1/adherence", methods=["GET"])
@room.needs("adherence:read")
@room.asks(panel_schemas.Panel())
@room.gives(200, panel_schemas.PANEL, example=examples.PANEL, headers=("Link",))
def list_adherence(work: Work, query: dict[str, Any]) -> Response:
    """List the patients of the clinic with the numbers of their last weeks, the lowest attendance first.

    The weeks are each patient's own, counted from the first day of what is in force, and only those that are
    over. Nobody is `low` because nobody told anything: `lower` and `upper` say what is known.
    """
    limit = query.pop("limit")
    asked = queries.Asked(**query | {"weeks": int(query["weeks"])})
    found = queries.panel(work, asked, limit)
    shown, headers = paging.page(found, limit, key=lambda row: queries.place(asked, row))
    items = [rows.row(one, asked.line) for one in shown["items"]]
    return encoding.answer({**shown, "items": items}, headers=headers)


@room.route("/v1/patients/<uuid:patient_id>/adherence", methods=["GET"])
@room.needs("adherence:read")
@room.asks(schemas.AdherenceWindow())
@room.gives(200, schemas.PatientAdherence(), example=examples.PATIENT)
def read_adherence(work: Work, patient_id: UUID, query: dict[str, Any]) -> Response:
    """Show how much of what was prescribed was done, with bounds: `lower`, `projected`, `upper`.

    What was due is what was in force on each day, in the patient's zone. Not told and not done are different
    words. Every number names the sessions behind it; late reports count where they belong.
    """
    found = page(work, patient_id, query["first"], query["last"])
    return encoding.answer(answers.of_page(found, query["by"]))


@room.route("/v1/patients/<uuid:patient_id>/adherence/sessions", methods=["GET"])
@room.needs("adherence:read")
@room.asks(schemas.BehindQuery())
@room.gives(200, schemas.CountedSessions(), example=examples.SESSIONS)
def list_counted_sessions(work: Work, patient_id: UUID, query: dict[str, Any]) -> Response:
    """List the sessions behind a number, each as it was counted, the oldest first."""
    found = page(work, patient_id, query.pop("first"), query.pop("last"))
    known_by = query.pop("evidence")
    evidence = None if known_by is None else EvidenceLevel(known_by)
    items = answers.behind(found, **query, evidence=evidence)
    data = {"patient_id": patient_id, "from": found.first, "to": found.last, "items": items}
    return encoding.answer(data)
