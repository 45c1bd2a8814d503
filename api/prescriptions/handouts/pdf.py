"""A handout as a PDF."""

from dataclasses import asdict
from pathlib import Path

from api.prescriptions.handouts.picture import svg_file
from api.prescriptions.handouts.sheet import Sheet
from api.web import typeset
from api.web.pages import Paper

_TEMPLATE = (Path(__file__).parent / "pages" / "sheet.typ").read_bytes()


def pdf(sheet: Sheet, *, paper: Paper) -> bytes:
    """The PDF of a sheet."""
    given = sheet.verification
    picture = "" if given is None else svg_file(given.address)
    return typeset.pdf(_TEMPLATE, {**asdict(sheet), "paper": paper.in_typst, "picture": picture})
