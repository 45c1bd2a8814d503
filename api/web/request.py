"""One request: its id, its moment, its caller and its work; and the line that the log keeps of it."""

import logging
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import flask
import orjson
from flask import Response, current_app
from flask.globals import request_ctx
from sqlalchemy import Engine
from werkzeug.datastructures import MultiDict
from werkzeug.utils import cached_property

from api.caller import Caller
from api.clinical.knowledge.releases import Releases
from api.clinical.locks import Lock
from api.clinical.reports import Reported
from api.database.base import uuid7
from api.database.work import Follower, Work
from api.errors import BadRequest, TooLarge, UnsupportedMediaType, invalid
from api.settings import Settings
from api.web.bearer import Gate
from api.web.rates import Rates, client_address

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

log = logging.getLogger("surefoot.requests")


Locks = Callable[[Work, UUID], Sequence[Lock]]
"""What reports of sessions have closed for a patient; it comes from a room above those that ask."""


def nothing_locked(_work: Work, _patient_id: UUID) -> Sequence[Lock]:
    """The locks where nobody reports sessions."""
    return ()


Reports = Callable[[Work, UUID], Reported]
"""What was told of the sessions of a prescription; it comes from a room above those that ask."""


def nothing_reported(_work: Work, _prescription_id: UUID) -> Reported:
    """The reports where nobody reports sessions."""
    return Reported()


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """What every room stands in: settings, database, gate, releases, and what follows a change."""

    settings: Settings
    engine: Engine
    gate: Gate
    releases: Releases
    followers: tuple[Follower, ...]
    rates: Rates = field(default_factory=Rates)
    locks: Locks = nothing_locked
    reports: Reports = nothing_reported

    def work(self, caller: Caller, *, moment: datetime, request_id: str) -> Work:
        """A work in the caller's clinic, to be committed by whoever opens it."""
        return Work(self.engine, caller, moment=moment, request_id=request_id, followers=self.followers)


class Request(flask.Request):
    """A request to this service."""

    work: Work | None = None
    caller: Caller | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.started = time.perf_counter()

    @cached_property
    def moment(self) -> datetime:
        """When the request came, in UTC: the one reading of the clock."""
        return datetime.now(UTC)

    @cached_property
    def request_id(self) -> str:
        """The client's `X-Request-Id` if it is well formed, or a new one."""
        given = self.environ.get("HTTP_X_REQUEST_ID", "")
        return given if _REQUEST_ID.fullmatch(given) else str(uuid7())

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The parameters of the query string.

        Raises:
            Invalid: they are not UTF-8.
        """
        try:
            return super().args
        except UnicodeDecodeError:
            raise invalid("/query", "The query string is not in UTF-8.", "not-utf-8") from None

    @cached_property
    def client_address(self) -> str:
        """Who asks, as far as it can be known behind our own proxies."""
        return client_address(
            self.remote_addr,
            self.environ.get("HTTP_X_FORWARDED_FOR"),
            proxies=building().settings.proxies,
        )

    def open_work(self, caller: Caller) -> Work:
        """The work of this request, in the caller's clinic; `app.Service` commits it."""
        self.work = building().work(caller, moment=self.moment, request_id=self.request_id)
        return self.work

    def enter(self, clinic_id: UUID, client_id: UUID) -> Work:
        """The work of a client that has no token yet."""
        return self.open_work(Caller(clinic_id=clinic_id, client_id=client_id, scopes=frozenset()))

    def body(self) -> bytes:
        """The raw body, which must be declared as JSON.

        Raises:
            BadRequest: there is none.
            TooLarge: it came in chunks, without a length to refuse it by, and goes on past the limit.
            UnsupportedMediaType: it is declared as something else.
        """
        raw = self.get_data()
        chunked = not self.environ.get("CONTENT_LENGTH")
        # werkzeug reads chunks up to the limit, and says nothing of the rest
        if chunked and len(raw) == self.max_content_length and self.environ["wsgi.input"].read(1):
            raise TooLarge("The body is over the limit of this route.")
        if self.environ.get("CONTENT_TYPE") == "application/json":  # as good as always: nothing to take apart
            return raw
        if not self.is_json:
            if not raw and not self.mimetype:
                raise BadRequest("The body is missing; it must be JSON.")
            declared = self.mimetype[:60] or "nothing"
            raise UnsupportedMediaType(
                f"The body is declared as {declared}; send Content-Type: application/json."
            )
        charset = self.mimetype_params.get("charset", "utf-8")
        if charset.lower() not in {"utf-8", "utf8", "us-ascii"}:
            raise UnsupportedMediaType(f"The body is declared in {charset[:20]}; JSON is in UTF-8.")
        return raw


def building() -> Building:
    """The building of the application that answers."""
    return cast(Building, current_app.extensions["surefoot"])


def current() -> Request:
    """The request that is being answered."""
    return cast(Request, request_ctx.request)  # the request itself: `flask.request` looks it up at every use


def finish(response: Response) -> Response:
    """Give the answer its request id and its caching, and write the line of the log."""
    request = current()
    headers = response.headers
    headers["X-Request-Id"] = request.request_id
    if request.caller is not None and "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
    client = request.work.caller.client_id if request.work is not None else None
    seconds = time.perf_counter() - request.started
    route = request.url_rule.rule if request.url_rule is not None else None
    current_app.extensions["surefoot.meter"](request.method, route, response.status_code, seconds)
    log.info(
        "request",
        extra={
            "method": request.method,
            "route": route,
            "status": response.status_code,
            "ms": round(seconds * 1000, 2),
            "request_id": request.request_id,
            "client_id": None if client is None else str(client),
        },
    )
    return response


class JsonLines(logging.Formatter):
    """A line of JSON a record: time, level, logger, event and what the record carries."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        carried: Mapping[str, Any] = {
            name: value for name, value in vars(record).items() if name not in _RECORD
        }
        line = {
            "at": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **carried,
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["fault"] = record.exc_info[0].__name__
        return orjson.dumps(line, default=str, option=orjson.OPT_UTC_Z).decode()


def log_as_json() -> None:
    """Let the process write its log as JSON lines on standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger("surefoot")
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    root.propagate = False
