"""Adherence to look at, over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response

from api.adherence.charts import drawing, printed, queries, sheets
from api.adherence.charts.report import Given, report
from api.adherence.charts.schemas import ChartWindow, ReportWanted, Rows, SheetWanted
from api.adherence.charts.strip import Strip, strip
from api.adherence.outcomes.days import Window
from api.adherence.outcomes.shown import courses_of
from api.adherence.pages import Page, page
from api.clinical.knowledge import library
from api.database.work import Work
from api.patients import queries as patients
from api.web.blueprint import Room
from api.web.pages import HTML, PDF, PRIVATE, Format, Paper, answered, preferred
from api.web.request import building

SVG, CSV = "image/svg+xml", "text/csv"
_ALONE = "default-src 'none'; style-src 'none'"

room = Room(
    "charts",
    __name__,
    url_prefix="/v1/patients",
    description="Adherence as a chart, as tables for a spreadsheet, and as a report for the clinician.",
)


@room.route("/<uuid:patient_id>/adherence.svg", methods=["GET"])
@room.needs("adherence:read")
@room.asks(ChartWindow())
@room.gives(200, files=(SVG,))
def draw_adherence(work: Work, patient_id: UUID, query: dict[str, Any]) -> Response:
    """Draw the strip of weeks with attendance, pain, triage, revisions and pauses on the same days.

    Bands differ by texture and letter and not by colour alone. `title` and `desc` say the essential numbers
    in words. It names nobody, so that it can stand in any document.
    """
    found = page(work, patient_id, query["first"], query["last"])
    drawn = drawing.svg(_strip(work, found))
    headers = {**PRIVATE, "Content-Security-Policy": _ALONE, "Content-Language": "en"}
    return Response(drawn, content_type=f"{SVG}; charset=utf-8", headers=headers)


@room.route("/<uuid:patient_id>/adherence.csv", methods=["GET"])
@room.needs("adherence:read")
@room.asks(SheetWanted())
@room.gives(200, files=(CSV,))
def export_adherence(work: Work, patient_id: UUID, query: dict[str, Any]) -> Response:
    """Give the weeks, or the sessions, as CSV by RFC 4180: UTF-8, with a header that never changes.

    Percentages are numbers; where there is none the column `…_reason` says why. A text that a spreadsheet
    would take for a formula has an apostrophe before it.
    """
    found = page(work, patient_id, query["first"], query["last"])
    if query["rows"] is Rows.WEEKS:
        written = sheets.weeks(found)
    else:
        written = sheets.sessions(found, queries.reported(work, patient_id, found.first, found.last))
    name = f"adherence-{query['rows']}-{found.first}-{found.last}.csv"
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(written, content_type=f"{CSV}; charset=utf-8; header=present", headers=headers)


@room.route("/<uuid:patient_id>/adherence/report", methods=["GET"])
@room.needs("adherence:read")
@room.asks(ReportWanted())
@room.gives(200, files=(HTML, PDF))
def read_adherence_report(work: Work, patient_id: UUID, query: dict[str, Any]) -> Response:
    """Give adherence as a report for the clinician, to be read or printed, as a page or a PDF.

    The strip, each part of the plan with its bounds, what became of what was due, reasons, triage, outcomes.
    Every number leads to the sessions behind it; a browser needs a token for these addresses as for this one.
    """
    found = page(work, patient_id, query["first"], query["last"])
    given = Given(
        page=found,
        strip=_strip(work, found),
        patient=patients.patient(work, patient_id),
        named=queries.named(work, found.history.signer),
        outcomes=courses_of(work, patient_id, Window(found.first, found.last), None, to_now=False),
    )
    headers = {**PRIVATE, "Vary": "Accept", "Content-Language": "en"}
    if (query["format"] or preferred()) is Format.PDF:
        name = f"adherence-{found.first}-{found.last}.pdf"
        headers["Content-Disposition"] = f'inline; filename="{name}"'
        issuer = building().settings.issuer
        made = printed.pdf(report(given), given.strip, paper=query["paper"] or Paper.A4, origin=issuer)
        return Response(made, content_type=PDF, headers=headers)
    return answered(printed.page(report(given), given.strip, paper=query["paper"]), headers=headers)


def _strip(work: Work, found: Page) -> Strip:
    reported = queries.reported(work, found.patient_id, found.first, found.last)
    return strip(found, reported, met_percent=library.load().counting.bands.met_percent)
