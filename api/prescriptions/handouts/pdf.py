"""A handout as a PDF, by Typst: tagged, for PDF/UA readers, without system libraries."""

from dataclasses import asdict
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Literal

import orjson
import typst

from api.prescriptions.handouts.picture import svg_file
from api.prescriptions.handouts.sheet import Sheet

_TEMPLATE = (Path(__file__).parent / "pages" / "sheet.typ").read_bytes()
_PAPERS = {"a4": "a4", "letter": "us-letter"}
_one_at_a_time = Lock()


def pdf(sheet: Sheet, *, paper: str) -> bytes:
    """The PDF of a sheet.

    A name in a script for which this machine has no font cannot be accessible (PDF/UA-1 refuses it): then it
    is a tagged PDF without that promise, rather than no handout.

    Args:
        sheet: what it says; its texts are data for the template and never part of it.
        paper: `a4` or `letter`.
    """
    given = sheet.verification
    picture = "" if given is None else svg_file(given.address)
    data = orjson.dumps({**asdict(sheet), "paper": _PAPERS[paper], "picture": picture}).decode()
    try:
        return _compiled(data, "ua-1")
    except typst.TypstError:
        return _compiled(data, None)


def _compiled(data: str, standard: Literal["ua-1"] | None) -> bytes:
    with _one_at_a_time:
        made = _compiler().compile(
            _TEMPLATE, format="pdf", sys_inputs={"sheet": data}, pdf_standards=standard
        )
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no PDF")
    return made


@cache
def _compiler() -> typst.Compiler:
    """The compiler with its fonts, which it looks for once."""
    return typst.Compiler()
