"""Data points of devices over HTTP."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response

from api.database.work import Work
from api.sessions.data_points import actions, examples, queries, schemas
from api.sessions.data_points.answers import of_outcome
from api.sessions.data_points.lists import PointResult
from api.sessions.data_points.supported import SUPPORTED
from api.web import encoding, paging
from api.web.blueprint import Room

room = Room(
    "data-points",
    __name__,
    description="Data points of devices (IEEE 1752.1, Open mHealth) as reports of sessions.",
)


@room.route("/v1/patients/<uuid:patient_id>/data-points", methods=["POST"])
@room.needs("sessions:write")
@room.takes(schemas.NEW, example=examples.NEW)
@room.idempotent()
@room.gives(200, schemas.ReceivedDataPoints(), example=examples.RECEIVED)
@room.refuses(409)
def receive_data_points(work: Work, patient_id: UUID, new: Sequence[Mapping[str, Any]]) -> Response:
    """Take in data points: activities become reports of sessions, measurements their fields, facts, or kept.

    Up to 200, each answered by itself: what is not taken is refused with reasons and stops no other. One
    alone needs no array. What is for review or worse by itself, as a glucose of 48 mg/dL, is always in a
    report, so that triage, locks and the alert happen. All that is accepted is kept as it was sent.
    """
    received = actions.receive(work, patient_id, new)
    counts = Counter(one["result"] for one in received.results)
    return encoding.answer(
        {
            "sent": len(received.results),
            **{result.value: counts[result] for result in PointResult},
            "results": received.results,
            "sessions": [of_outcome(one) for one in received.outcomes],
        }
    )


@room.route("/v1/patients/<uuid:patient_id>/data-points", methods=["GET"])
@room.needs("sessions:read")
@room.asks(paging.Page())
@room.gives(200, schemas.DATA_POINTS, example={"items": [examples.KEPT], "next": None}, headers=("Link",))
def list_data_points(work: Work, patient_id: UUID, query: dict[str, Any]) -> Response:
    """List the data points of a patient as they were sent, and what each became; newest first."""
    found = [_shown(row) for row in queries.data_points(work, patient_id, **query)]
    data, headers = paging.page(found, query["limit"], key=lambda row: (row["id"],))
    return encoding.answer(data, headers=headers)


@room.route("/v1/data-point-schemas", methods=["GET"])
@room.needs("sessions:read")
@room.gives(200, schemas.DataPointForms(), example={"items": [examples.SCHEMA]})
def list_data_point_schemas(work: Work) -> Response:  # noqa: ARG001 the same for every clinic
    """List the schemas of data points that are taken, and what becomes of them."""
    items = [
        {
            "schema": one.id,
            "schema_id": one.named,
            "is_deprecated": one.is_deprecated,
            "becomes": one.becomes,
            "document": one.document,
        }
        for one in SUPPORTED.values()
    ]
    return encoding.answer({"items": items})


def _shown(row: Any) -> dict[str, Any]:
    shown = dict(row._mapping)
    answer: dict[str, Any] = shown.pop("answer")
    return shown | answer
