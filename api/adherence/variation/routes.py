"""Practice variation over HTTP."""

from typing import Any

from flask import Response

from api.adherence.outcomes.days import window
from api.adherence.variation import cells, examples, queries, schemas
from api.database.work import Work
from api.web import encoding
from api.web.blueprint import Room
from api.web.request import building

room = Room(
    "variation",
    __name__,
    description="How doses differ between clinicians, for patients alike.",
)


@room.route("/v1/reports/practice-variation", methods=["GET"])
@room.needs("prescriptions:read")
@room.asks(schemas.VariationWindow())
@room.gives(200, schemas.PracticeVariation(), example=examples.VARIATION)
def report_practice_variation(work: Work, query: dict[str, Any]) -> Response:
    """Compare doses by clinician with what would have been proposed, for patients alike.

    Alike are those of one class of risk and of fitness, for the same goals. The proposal is worked out again
    from what the check of the signature read, with the knowledge of that time and as if all equipment were at
    hand. Only the first revision of a prescription is compared. Neither a cell of fewer than five patients is
    shown, nor one from which such a cell could be computed.
    """
    days = window(query["first"], query["last"], work.moment)
    found = queries.practice_variation(work, days.first, days.last, building().releases)
    return encoding.answer(found | {"least_patients": cells.LEAST})
