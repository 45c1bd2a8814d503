"""PDFs by Typst: tagged, for PDF/UA readers, without system libraries."""

from functools import cache
from threading import Lock
from typing import Any, Literal

import orjson
import typst

_one_at_a_time = Lock()


def pdf(template: bytes, data: Any) -> bytes:
    """The PDF of a template.

    A text in a script for which this machine has no font cannot be accessible (PDF/UA-1 refuses it): then it
    is a tagged PDF without that promise, rather than no PDF.

    Args:
        template: in Typst; it reads `sys.inputs.sheet`, which is JSON.
        data: what it shows; its texts are data for the template and never part of it.
    """
    sheet = orjson.dumps(data).decode()
    try:
        return _compiled(template, sheet, "ua-1")
    except typst.TypstError:
        return _compiled(template, sheet, None)


def _compiled(template: bytes, sheet: str, standard: Literal["ua-1"] | None) -> bytes:
    with _one_at_a_time:
        made = _compiler().compile(
            template, format="pdf", sys_inputs={"sheet": sheet}, pdf_standards=standard
        )
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no PDF")
    return made


@cache
def _compiler() -> typst.Compiler:
    """The compiler with its fonts, which it looks for once."""
    return typst.Compiler()
