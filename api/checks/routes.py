"""Checks over HTTP."""

from flask import Response

from api.checks import examples, questions, schemas
from api.checks.answers import Question, answers
from api.database.work import Work
from api.web import encoding
from api.web.blueprint import Room

checks = Room(
    "checks",
    __name__,
    url_prefix="/v1/checks",
    description="Which exercises are safe for what is known of someone, why, and what is missing to be sure.",
)


@checks.route("", methods=["POST"])
@checks.needs("checks:run")
@checks.takes(questions.QUESTION, example=examples.BODY)
@checks.gives(200, schemas.CheckAnswer(), example=examples.ANSWER)
def check_facts(work: Work, question: Question) -> Response:
    """Check the facts of the body; nothing of them is stored.

    The same body with an `as_of` gives the same bytes.
    """
    del work
    return encoding.answer(answers().answer(question))
