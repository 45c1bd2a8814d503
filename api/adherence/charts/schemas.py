"""What charts, tables and reports are asked for."""

from enum import StrEnum

from api.web import fields, shapes
from api.web.pages import Format, Paper


class Rows(StrEnum):
    """What a row of the CSV is."""

    WEEKS = "weeks"
    SESSIONS = "sessions"


class ChartWindow(shapes.Query):
    """Which days; 366 at most, and none that lies ahead."""

    first = fields.Date(
        data_key="from", load_default=None, description="The patient's day; if left out, 12 weeks back."
    )
    last = fields.Date(
        data_key="to", load_default=None, description="Up to this day; if left out, the patient's today."
    )


class SheetWanted(ChartWindow):
    """Which days, and what a row is."""

    rows = fields.Closed(
        Rows,
        name="AdherenceRows",
        load_default=Rows.WEEKS,
        description="One row a week and line, or one a session and exercise.",
    )


class ReportWanted(ChartWindow):
    """Which days, and how the report is wanted."""

    format = fields.Closed(
        Format,
        name="ReportFormat",
        allow_none=True,
        load_default=None,
        description="Without it `Accept` decides: a page, unless a PDF is preferred.",
    )
    paper = fields.Closed(
        Paper,
        name="ReportPaper",
        allow_none=True,
        load_default=None,
        description="Without it a page fits what the printer has, and a PDF is A4.",
    )
