"""Every refusal and fault leaves as `application/problem+json` (RFC 9457)."""

import logging
import traceback
from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from api.database.work import refusal_of
from api.errors import KINDS, Refusal, StaleVersion, TooLarge, Unavailable
from api.web import encoding

PROBLEM_JSON = "application/problem+json"
BASE = "/problems/"

MEANINGS: dict[str, tuple[int, str, str]] = {
    kind.kind: (kind.status, kind.title, kind.meaning) for kind in KINDS
} | {
    "method-not-allowed": (
        405,
        "The method is not allowed here",
        "The address exists, but not for this method; `Allow` lists those that it has.",
    ),
    "internal-error": (
        500,
        "The service made a mistake",
        "A fault of the service. Nothing was kept, and nothing may be inferred. Report the `instance`.",
    ),
}
"""Every kind that has a page: its status, title and meaning."""

_KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")

log = logging.getLogger("surefoot.faults")


def problem(
    status: int,
    kind: str,
    *,
    title: str,
    detail: str,
    members: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem as a response; `instance` is the id of the request."""
    data = {
        "type": f"{BASE}{kind}" if kind in MEANINGS else "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": getattr(request, "request_id", ""),
        **(members or {}),
    }
    response = encoding.answer(data, status, headers, content_type=PROBLEM_JSON)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def of_refusal(refusal: Refusal) -> Response:
    """The response to a refusal."""
    members: dict[str, Any] = dict(refusal.extra)
    if refusal.errors:
        members["errors"] = [asdict(error) for error in refusal.errors]
    return problem(
        refusal.status,
        refusal.kind,
        title=refusal.title,
        detail=refusal.detail,
        members=members,
        headers=refusal.headers,
    )


def of_http_exception(fault: HTTPException) -> Response:
    """The response to what Flask itself refuses: no such route, wrong method, body too large."""
    status = fault.code or 500
    if status < 400:
        return Response(status=status, headers=fault.get_response().headers)
    if status == 413:
        return of_refusal(TooLarge("The body is over the limit of this route."))
    kind, title = _kind(status)
    headers = {name: value for name, value in fault.get_headers(None) if name in _KEPT_HEADERS}
    return problem(status, kind, title=title, detail=_detail(fault, status), headers=headers)


def of_database_error(fault: DBAPIError) -> Response:
    """The response to a database error, by its SQLSTATE."""
    refusal = refusal_of(fault)
    return of_refusal(refusal) if refusal is not None else of_fault(fault)


def of_stale_data(_: StaleDataError) -> Response:
    """The response when another request changed the row between our reading and our writing."""
    return of_refusal(StaleVersion("Another request changed this at the same moment; read it again."))


def of_exhausted_pool(_: PoolExhausted) -> Response:
    """The response when every connection to the database is in use."""
    return of_refusal(Unavailable("The service is busy; nothing was kept.", retry_after_seconds=1))


def of_fault(fault: Exception) -> Response:
    """The response to a fault of ours; it tells nothing, and the log tells where without any data."""
    log.error(
        "fault",
        extra={
            "request_id": getattr(request, "request_id", ""),
            "fault": type(fault).__name__,
            "where": [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(fault.__traceback__)[-12:]
            ],
        },
    )
    status, title, _ = MEANINGS["internal-error"]
    return problem(status, "internal-error", title=title, detail="The fault was logged under the instance.")


def register(app: Flask) -> None:
    """Let every error of the application leave as a problem."""
    app.register_error_handler(Refusal, of_refusal)
    app.register_error_handler(HTTPException, of_http_exception)
    app.register_error_handler(DBAPIError, of_database_error)
    app.register_error_handler(StaleDataError, of_stale_data)
    app.register_error_handler(PoolExhausted, of_exhausted_pool)
    app.register_error_handler(Exception, of_fault)


def _kind(status: int) -> tuple[str, str]:
    for kind, (its_status, title, _) in MEANINGS.items():
        if its_status == status:
            return kind, title
    return "", HTTPStatus(status).phrase


def _detail(fault: HTTPException, status: int) -> str:
    match status:
        case 404:
            if request.path.endswith("/"):
                return "There is no such address; try it without the slash at its end."
            return "There is no such address. /docs lists those that there are; ids in them are UUIDs."
        case 405:
            allowed = ", ".join(sorted(getattr(fault, "valid_methods", None) or ()))
            return f"This address answers to: {allowed}."
        case 500:
            return "The fault was logged under the instance."
        case _:
            return HTTPStatus(status).description or HTTPStatus(status).phrase
