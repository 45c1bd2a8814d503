"""The report as a page for a browser, and as a PDF."""

from dataclasses import asdict
from pathlib import Path

from markupsafe import Markup

from api.adherence.charts import drawing
from api.adherence.charts.report import Report
from api.adherence.charts.strip import Strip
from api.web import typeset
from api.web.pages import Pages, Paper

_FOLDER = Path(__file__).parent / "pages"
_STYLE = (_FOLDER / "report.css").read_text(encoding="utf-8")
_TEMPLATE = (_FOLDER / "report.typ").read_bytes()
_pages = Pages(_FOLDER)


def page(report: Report, strip: Strip, *, paper: Paper | None) -> tuple[str, str]:
    """The page of a report, and the policy that it is served under."""
    picture = Markup(drawing.svg(strip))  # noqa: S704 our own drawing; its texts are escaped
    return _pages.rendered("report.html", _STYLE, paper=paper, report=report, picture=picture)


def pdf(report: Report, strip: Strip, *, paper: Paper, origin: str) -> bytes:
    """The PDF of a report.

    Args:
        report: what it says.
        strip: its chart, with letters as shapes: a PDF has no fonts of the reader.
        paper: what it is printed on.
        origin: the address of the service, for its links.
    """
    picture = drawing.svg(strip, outlined=True)
    data = {**asdict(report), "paper": paper.in_typst, "origin": origin, "picture": picture}
    return typeset.pdf(_TEMPLATE, data)
