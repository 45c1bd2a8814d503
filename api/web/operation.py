"""One operation: what it needs, takes, gives and refuses, and how a request goes through it."""

import inspect
import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from flask import Response

from api.errors import Forbidden
from api.web import encoding, idempotency, preconditions, shapes
from api.web.lines import Reader
from api.web.rates import Rate
from api.web.request import Request, building, current
from api.web.strict import Strict

View = Callable[..., Any]
Shown = shapes.View | shapes.Documented
"""The shape of an answer."""

_NO_PARAMETERS = shapes.Query()
_PATH_ARGUMENT = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A documented answer: its shape, an example, its headers and its content type.

    Attributes:
        files: content types of pages and files for people, which it has beside the shape or instead of it.
    """

    shape: Shown | None = None
    example: Any = None
    description: str = ""
    headers: tuple[str, ...] = ()
    content_type: str = encoding.JSON
    files: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Operation:
    """What a room says about a view; filled by the decorators of `Room`, then fixed by its route."""

    view: View
    method: str = "GET"
    rule: str = ""
    scope: str | None = None
    open_because: str | None = None
    body: shapes.Readable | None = None
    body_example: Any = None
    body_content_type: str = encoding.JSON
    reader: Reader | None = None
    query: shapes.Query | None = None
    given: dict[int, Given] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)
    idempotent: bool = False
    shown_once: tuple[str, ...] = ()
    changes_version: bool = False
    version_required: bool = True
    hidden: bool = False
    rate: Rate | None = None

    @property
    def name(self) -> str:
        """The operation's id: the name of its function."""
        return self.view.__name__

    @property
    def path_arguments(self) -> list[str]:
        """The names of the arguments in the path."""
        return _PATH_ARGUMENT.findall(self.rule)

    @property
    def is_form(self) -> bool:
        """Whether the body is a form, which the view gets as it is: its dialect has its own refusals."""
        return self.body is not None and self.reader is None and not self.takes_json

    @property
    def takes_json(self) -> bool:
        """Whether the body may be one JSON document."""
        return self.body is not None and self.body_content_type == encoding.JSON

    def serving(self) -> View:
        """The function that Flask calls for a request of this operation.

        Raises:
            TypeError: the function's parameters are not what its decorators promise.
        """
        body_name, query_name = self._value_names()

        def serve(**arguments: Any) -> Response:
            with ExitStack() as closing:
                return answered(closing, arguments)

        def answered(closing: ExitStack, arguments: dict[str, Any]) -> Response:
            asked = current()
            if self.rate is not None:
                building().rates.spend(self.rate, self.name, asked.client_address)
            if self.scope is not None:
                arguments["work"] = self._admit(asked)
            if self.query is not None:
                arguments[query_name] = self.query.read(asked.args)
            elif asked.query_string:
                _NO_PARAMETERS.read(asked.args)
            if self.changes_version:
                arguments["version"] = preconditions.expected_version(
                    asked.headers.get("If-Match"), required=self.version_required
                )
            raw, data = self._read(asked, closing)
            claim = self._claim(asked, raw) if self.idempotent else None
            if isinstance(claim, Response):
                return claim
            if self.body is not None:
                read = self.is_form or self.reader is not None
                arguments[body_name] = data if read else shapes.load(self.body, data)
            response = self._response(self.view(**arguments))
            if claim is not None:
                claim.keep(response, self.shown_once)
            if self.method == "GET" and "ETag" in response.headers:
                return preconditions.unless_unchanged(response, asked.headers.get("If-None-Match"))
            return response

        serve.__name__ = self.name
        serve.__doc__ = self.view.__doc__
        return serve

    def _admit(self, asked: Request) -> Any:
        work = building().gate.admit(asked.headers.get("Authorization"), asked.moment, asked.open_work)
        asked.caller = work.caller
        if self.scope not in work.caller.allowed:
            raise missing_scope(str(self.scope))
        return work

    def _read(self, asked: Request, closing: ExitStack) -> tuple[bytes, Any]:
        if self.body is None:
            return b"", None
        if self.reader is not None:
            return self.reader.read(asked, closing)
        if self.is_form:
            return b"", asked.form
        raw = asked.body()
        return raw, encoding.read(raw)

    def _claim(self, asked: Request, raw: bytes) -> idempotency.Claim | Response | None:
        key = asked.headers.get(idempotency.HEADER)
        if key is None or asked.work is None:
            return None
        return idempotency.claim(
            asked.work, key, method=self.method, address=asked.full_path, body=raw or asked.get_data()
        )

    def _response(self, result: Any) -> Response:
        if isinstance(result, Response):
            return result
        headers: Mapping[str, str] | None = None
        status = next(iter(self.given))
        if isinstance(result, tuple):
            *parts, headers = result
            result, status = parts if len(parts) == 2 else (parts[0], status)
        shape = self.given[status].shape
        if shape is None:
            return Response(status=status, headers=dict(headers or {}))
        data = result if isinstance(shape, Strict) else shape.dump(result)
        return encoding.answer(data, status, headers)

    def _value_names(self) -> tuple[str, str]:
        provided = {*self.path_arguments}
        if self.scope is not None:
            provided.add("work")
        if self.changes_version:
            provided.add("version")
        parameters = list(inspect.signature(self.view).parameters)
        values = [name for name in parameters if name not in provided]
        promised = (self.query is not None) + (self.body is not None)
        if len(values) != promised or not provided <= set(parameters):
            raise TypeError(f"{self.name}{inspect.signature(self.view)} does not fit its decorators")
        return (values[-1] if self.body is not None else "", values[0] if self.query is not None else "")


def missing_scope(*scopes: str) -> Forbidden:
    """The refusal that names the scopes that the token lacks."""
    named = " ".join(scopes)
    return Forbidden(
        f"The access token lacks the scope {named}.",
        extra={"missing_scopes": list(scopes)},
        headers={"WWW-Authenticate": f'Bearer realm="surefoot", error="insufficient_scope", scope="{named}"'},
    )
