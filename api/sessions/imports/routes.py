"""Imports over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response

from api.database.work import Work
from api.sessions.imports import actions, examples, queries, schemas
from api.web import paging
from api.web.blueprint import Room
from api.web.lines import MIB, NDJSON, Many, Spool
from api.web.request import current

FILE_LIMIT = 256 * MIB
LONGEST_LINE = MIB

room = Room(
    "imports",
    __name__,
    url_prefix="/v1/imports",
    description="Files of reports, filed by the worker; what became of each line.",
)


@room.route("", methods=["POST"])
@room.needs("sessions:write")
@room.takes_many(
    schemas.FILE,
    Many(most=schemas.MOST_LINES, longest=LONGEST_LINE, limit=FILE_LIMIT),
    example=examples.LINES,
)
@room.idempotent()
@room.gives(202, schemas.Import(), example=examples.QUEUED, headers=("Location",))
def start_import(work: Work, spool: Spool) -> Any:
    """Send a file of up to 100,000 reports, a line each (NDJSON), plain or in gzip, up to 256 MiB.

    It is kept until all of it is filed, in the order of its lines. The same file again changes nothing: its
    reports are duplicates then. A line is answered as a report of a batch is.
    """
    file = actions.NewImport(lines=spool.lines(), count=spool.count, size=spool.size, sha256=spool.sha256)
    import_id = actions.start(work, file)
    return _shown(work, import_id), 202, {"Location": f"/v1/imports/{import_id}"}


@room.route("", methods=["GET"])
@room.needs("sessions:read")
@room.asks(schemas.ImportPage())
@room.gives(200, schemas.IMPORTS, example={"items": [examples.DONE], "next": None}, headers=("Link",))
def list_imports(work: Work, query: dict[str, Any]) -> Any:
    """List the imports, newest first."""
    found = queries.imports(work, **query)
    page, headers = paging.page(found, query["limit"])
    return {**page, "items": [_view(row) for row in page["items"]]}, headers


@room.route("/<uuid:import_id>", methods=["GET"])
@room.needs("sessions:read")
@room.gives(200, schemas.Import(), example=examples.DONE)
def read_import(work: Work, import_id: UUID) -> Any:
    """Show how far an import is."""
    return _shown(work, import_id)


@room.route("/<uuid:import_id>/result", methods=["GET"])
@room.needs("sessions:read")
@room.gives(
    200,
    schemas.RESULT,
    example=examples.RESULT,
    content_type=NDJSON,
    description="A line for each line of the file that is filed, in order.",
)
def read_import_result(work: Work, import_id: UUID) -> Response:
    """Give what became of each line, a line each (NDJSON), as far as they are filed; for 30 days.

    It comes in gzip to who accepts that.
    """
    queries.one(work, import_id)
    blocks = queries.results(work, import_id)
    response = Response(content_type=NDJSON, headers={"Vary": "Accept-Encoding"})
    if current().accept_encodings["gzip"] > 0:
        response.headers["Content-Encoding"] = "gzip"
        response.set_data(b"".join(blocks) or actions.packed(b""))
    else:
        response.response = queries.unpacked(blocks)
    return response


@room.route("/<uuid:import_id>/cancel", methods=["POST"])
@room.needs("sessions:write")
@room.idempotent()
@room.gives(200, schemas.Import(), example=examples.CANCELLED)
@room.refuses(409)
def cancel_import(work: Work, import_id: UUID) -> Any:
    """File no more of an import; what is filed stays, and the rest of the file is forgotten."""
    actions.cancel(work, import_id)
    return _shown(work, import_id)


@room.route("/<uuid:import_id>/resume", methods=["POST"])
@room.needs("sessions:write")
@room.idempotent()
@room.gives(200, schemas.Import(), example=examples.QUEUED)
@room.refuses(409)
def resume_import(work: Work, import_id: UUID) -> Any:
    """Go on with an import that failed, from where it stopped."""
    actions.resume(work, import_id)
    return _shown(work, import_id)


def _shown(work: Work, import_id: UUID) -> dict[str, Any]:
    return _view(queries.one(work, import_id))


def _view(row: queries.Found) -> dict[str, Any]:
    return {
        **row._mapping,
        "id": row.id,
        "filed": row.accepted + row.duplicate + row.corrected + row.quarantined,
        "result_until": None if row.ended_at is None else row.ended_at + queries.KEPT_FOR,
    }
