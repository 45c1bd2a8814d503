"""Plans and checks before a session over HTTP."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Response

from api.database.work import Work
from api.prescriptions.plans import actions, examples, queries, schemas
from api.prescriptions.plans.plan import plan
from api.web import encoding, paging, preconditions
from api.web.blueprint import Room
from api.web.request import building

room = Room(
    "plans",
    __name__,
    description="What a patient may do today, and the check before each session.",
)


@room.route("/v1/patients/<uuid:patient_id>/plan", methods=["GET"])
@room.needs("prescriptions:read")
@room.asks(schemas.PlanQuery())
@room.gives(200, schemas.Plan(), example=examples.PLAN, headers=("ETag",))
def read_plan(work: Work, patient_id: UUID, query: dict[str, Any]) -> Response:
    """Tell what the patient may do today: doses in plain words, what is paused and why, what to ask first.

    It is worked out anew at every request, so that what is overdue never reads as safe. The ETag is of the
    whole answer and changes with the day of the patient: an app that keeps the answer in a store of its own
    asks again with `If-None-Match`, at `valid_until` at the latest. Caches on the way must not keep it.
    """
    found = plan(work, patient_id, query["language"], building().locks)
    body = encoding.write(found)
    return encoding.ready(body, headers=preconditions.etag(sha256(body).hexdigest()))


@room.route("/v1/patients/<uuid:patient_id>/pre-session-checks", methods=["POST"])
@room.needs("sessions:write")
@room.takes(schemas.NEW_CHECK, example=examples.NEW_CHECK)
@room.idempotent()
@room.gives(201, schemas.PreSessionCheck(), example=examples.CHECK, headers=("Location",))
def check_session(work: Work, patient_id: UUID, new: actions.NewCheck) -> Response:
    """Check a session before it begins: go, go lighter, or stop, with reasons and what is left of it.

    What is not answered is never read as reassuring. What is alarming is put before a clinician as an alert.
    """
    made = actions.check(work, patient_id, new, building().locks)
    shown = _shown(queries.pre_session_check(work, made))
    return encoding.answer(shown, 201, {"Location": f"/v1/pre-session-checks/{made}"})


@room.route("/v1/patients/<uuid:patient_id>/pre-session-checks", methods=["GET"])
@room.needs("sessions:read")
@room.asks(paging.Page())
@room.gives(
    200,
    schemas.PRE_SESSION_CHECKS,
    example={"items": [examples.SUMMARY], "next": None},
    headers=("Link",),
)
def list_pre_session_checks(work: Work, patient_id: UUID, query: dict[str, Any]) -> Any:
    """List the checks before the sessions of a patient, newest first."""
    return paging.page(queries.pre_session_checks(work, patient_id, **query), query["limit"])


@room.route("/v1/pre-session-checks/<uuid:pre_session_check_id>", methods=["GET"])
@room.needs("sessions:read")
@room.gives(200, schemas.PreSessionCheck(), example=examples.CHECK)
def read_pre_session_check(work: Work, pre_session_check_id: UUID) -> Response:
    """Show a check before a session as it was given, with what was told for it."""
    return encoding.answer(_shown(queries.pre_session_check(work, pre_session_check_id)))


def _shown(row: Any) -> dict[str, Any]:
    shown = dict(row._mapping)
    answer: dict[str, Any] = shown.pop("answer")
    return shown | answer
