"""Checks over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response

from api.checks import actions, examples, queries, questions, schemas
from api.checks.answers import Question, answers
from api.database.work import Work
from api.web import encoding, paging
from api.web.blueprint import Room

room = Room(
    "checks",
    __name__,
    description="Which exercises are safe for what is known of someone, why, and what is missing to be sure.",
)


@room.route("/v1/checks", methods=["POST"])
@room.needs("checks:run")
@room.takes(questions.QUESTION, example=examples.BODY)
@room.gives(200, schemas.CheckAnswer(), example=examples.ANSWER)
def check_facts(work: Work, question: Question) -> Response:
    """Check the facts of the body; nothing of them is stored.

    The same body with an `as_of` gets the same bytes from the same knowledge release.
    """
    del work
    return encoding.answer(answers().answer(question))


@room.route("/v1/patients/<uuid:patient_id>/checks", methods=["POST"])
@room.needs("checks:run")
@room.takes(questions.DAY_QUESTION, example=examples.DAY_BODY)
@room.idempotent()
@room.gives(201, schemas.Check(), example=examples.CHECK, headers=("Location",))
def check_patient(work: Work, patient_id: UUID, question: questions.DayQuestion) -> Response:
    """Check what is on file of a patient, and keep the check; facts of the body count for this check only."""
    made = actions.check_patient(work, patient_id, question.kind, of_the_day=question.of_the_day)
    return encoding.answer(_shown(made), 201, {"Location": f"/v1/checks/{made['id']}"})


@room.route("/v1/patients/<uuid:patient_id>/checks", methods=["GET"])
@room.needs("checks:read")
@room.asks(paging.Page())
@room.gives(200, schemas.CHECKS, example={"items": [examples.SUMMARY], "next": None}, headers=("Link",))
def list_checks(work: Work, patient_id: UUID, query: dict[str, Any]) -> Any:
    """List the checks of a patient, newest first."""
    return paging.page(queries.checks(work, patient_id, **query), query["limit"])


@room.route("/v1/checks/<uuid:check_id>", methods=["GET"])
@room.needs("checks:read")
@room.gives(200, schemas.Check(), example=examples.CHECK)
def read_check(work: Work, check_id: UUID) -> Response:
    """Show a check as it was given, with all that it read."""
    return encoding.answer(_shown(queries.check(work, check_id)._mapping))


@room.route("/v1/checks/<uuid:check_id>/replay", methods=["POST"])
@room.needs("checks:run")
@room.gives(200, schemas.Replay(), example=examples.REPLAY)
def replay_check(work: Work, check_id: UUID) -> Response:
    """Answer a check again from what it read, with the knowledge of now, and say what differs."""
    return encoding.answer({"check_id": check_id, **actions.replay(work, check_id)})


def _shown(check: Any) -> dict[str, Any]:
    return {
        **{name: check[name] for name in ("id", "patient_id", "created_at", "time_zone")},
        **check["answer"],
        "inputs": check["inputs"],
    }
