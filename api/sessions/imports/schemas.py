"""Imports on the wire."""

from api.sessions.imports.tables import ImportState
from api.sessions.intake.schemas import ITEM
from api.web import fields, paging, shapes
from api.web.lines import NDJSON

MOST_LINES = 100_000

_LINES = {"type": "string", "format": "binary", "contentMediaType": NDJSON}
"""Lines, of which each is as `contentSchema` says."""

FILE = shapes.Documented(
    "SessionFile",
    {
        **_LINES,
        "contentSchema": ITEM.json_schema(),
        "description": f"Up to {MOST_LINES} lines, each a report as in a batch (`{ITEM.component}`).",
    },
    others=ITEM.components,
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


RESULT = shapes.Documented(
    "SessionFileResult",
    {
        **_LINES,
        "contentSchema": {"$ref": "#/components/schemas/TakenSession"},
        "description": "Lines, each what became of a line of the file (`TakenSession`).",
    },
)
IMPORTS = paging.page_of(Import)
