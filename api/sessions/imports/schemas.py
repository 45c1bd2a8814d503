"""Imports on the wire."""

from api.sessions.imports.tables import ImportState
from api.sessions.intake.schemas import ITEM, TakenSession
from api.web import fields, paging, shapes

MOST_LINES = 100_000

FILE = shapes.Documented(
    "SessionFile",
    {
        "type": "string",
        "description": f"Up to {MOST_LINES} lines, each a report as in a batch (`{ITEM.component}`).",
    },
)


class Import(shapes.View):
    """A file of reports, and how far it is filed."""

    id = fields.Uuid()
    client_id = fields.Uuid()
    received_at = fields.Instant()
    state = fields.Closed(ImportState)
    sha256 = fields.Text(description="Of the file, unpacked.")
    size = fields.Integer(description="Of the file, unpacked, in bytes.")
    sent = fields.Integer(description="How many lines the file has; empty ones are not counted.")
    filed = fields.Integer(description="How many of them are answered: the four below together.")
    accepted = fields.Integer()
    duplicate = fields.Integer(description="Told before, word for word.")
    corrected = fields.Integer()
    quarantined = fields.Integer(description="Put aside until somebody says what it is; never lost.")
    started_at = fields.Instant(allow_none=True)
    ended_at = fields.Instant(allow_none=True)
    result_until = fields.Instant(allow_none=True, description="So long the results can be read.")


class ImportPage(paging.Page):
    """Which imports to list, newest first."""


RESULT = TakenSession()
IMPORTS = paging.page_of(Import)
