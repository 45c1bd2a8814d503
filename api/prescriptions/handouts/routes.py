"""Handouts over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response

from api.caller import CONSOLE
from api.database.work import Work
from api.errors import NotFound
from api.prescriptions.handouts import codes, contents, queries
from api.prescriptions.handouts.page import answer, page
from api.prescriptions.handouts.pdf import pdf
from api.prescriptions.handouts.schemas import HandoutWanted, Verification
from api.prescriptions.handouts.validity import Validity
from api.prescriptions.standing import check_now
from api.prescriptions.wording import Language, language_of
from api.web import encoding, shapes
from api.web.blueprint import Room
from api.web.components import problem_schema
from api.web.pages import HTML, PDF, PRIVATE, Format, Paper, answered, preferred
from api.web.problems import PROBLEM_JSON
from api.web.request import building, current

A_MINUTE = 30
_UNKNOWN: dict[str, Any] = {
    "type": "/problems/not-found",
    "title": NotFound.title,
    "status": 404,
    "detail": "There is no handout with this code.",
    "instance": "019a9c4e-8c1f-7d2a-9a55-0b6c4f2f7a10",
}

room = Room("handouts", __name__, description="What a patient takes home, and whether it still counts.")


@room.route("/v1/prescriptions/<uuid:prescription_id>/handout", methods=["GET"])
@room.needs("prescriptions:read")
@room.asks(HandoutWanted())
@room.gives(200, files=(HTML, PDF))
@room.refuses(409)
def read_handout(work: Work, prescription_id: UUID, query: dict[str, Any]) -> Response:
    """Give what is signed as a sheet for the patient, to be read or printed, as a page or a PDF.

    It says what is to be done, what is paused and why, when to stop and whom to call. What may not be done
    now does not stand among what is to be done; a plan that does not count says so first. Its code and its
    address for `GET /v1/verify/{code}` are the same on every print of a revision.
    """
    signed = queries.signed(work, prescription_id)
    language = query["language"] or language_of(signed.patient.language)
    now = check_now(work, signed.prescription.patient_id).judged
    sheet = contents.sheet(signed, now, language=language, issuer=building().settings.issuer)
    headers = {**PRIVATE, "Vary": "Accept", "Content-Language": language.value}
    if (query["format"] or preferred()) is Format.PDF:
        headers["Content-Disposition"] = f'inline; filename="plan-{signed.revision.number}.pdf"'
        made = pdf(sheet, paper=query["paper"] or Paper.A4)
        return Response(made, content_type=PDF, headers=headers)
    return answered(page(sheet, paper=query["paper"]), headers=headers)


@room.route("/v1/verify/<code>", methods=["GET"])
@room.open_to_all("who holds a handout has no login; a code tells one word and nothing of a person")
@room.at_most(A_MINUTE)
@room.gives(200, Verification(), example={"status": Validity.CURRENT.value}, files=(HTML,))
@room.gives(
    404,
    shapes.Documented("Problem", problem_schema()),
    example=_UNKNOWN,
    description="There is no handout with this code.",
    content_type=PROBLEM_JSON,
    files=(HTML,),
)
@room.refuses(503)
def verify_handout(code: str) -> Response:
    """Say whether a handout still counts, by its code; a browser gets a page that says so."""
    given = codes.read(code)
    found = queries.verified(current().enter(given.clinic_id, CONSOLE), given.secret)
    wanted = current().accept_mimetypes.best_match([encoding.JSON, HTML], default=encoding.JSON)
    headers = {**PRIVATE, "Vary": "Accept, Accept-Language"}
    if wanted == HTML:
        language = _understood()
        headers["Content-Language"] = language.value
        return answered(answer(found, language), status=404 if found is None else 200, headers=headers)
    if found is None:
        raise NotFound(_UNKNOWN["detail"])
    return encoding.answer({"status": found}, headers=headers)


def _understood() -> Language:
    """The language that a browser asks for, as far as it is one of ours."""
    return language_of(current().accept_languages.best_match([one.value for one in Language], default="en"))
