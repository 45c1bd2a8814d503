"""Handouts on the wire."""

from api.prescriptions.handouts.validity import Validity
from api.prescriptions.wording import Language
from api.web import fields, shapes
from api.web.pages import Format, Paper


class HandoutWanted(shapes.Query):
    """How a handout is wanted."""

    format = fields.Closed(
        Format,
        name="HandoutFormat",
        allow_none=True,
        load_default=None,
        description="Without it `Accept` decides: a page, unless a PDF is preferred.",
    )
    language = fields.Closed(
        Language,
        name="HandoutLanguage",
        allow_none=True,
        load_default=None,
        description="Without it the patient's, if it is one of these, else English.",
    )
    paper = fields.Closed(
        Paper,
        name="HandoutPaper",
        allow_none=True,
        load_default=None,
        description="Without it a page fits what the printer has, and a PDF is A4.",
    )


class Verification(shapes.View):
    """Whether what a handout says is still to be done."""

    status = fields.Closed(
        Validity,
        name="HandoutStatus",
        description="`superseded`: a later revision counts. `paused`: all or part of it must not be done.",
    )
