"""The OpenAPI 3.1 document: every operation with its scope, shapes, examples and refusals."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import flask_smorest
import orjson
from apispec import APISpec
from flask import Flask
from flask_smorest.utils import load_info_from_docstring
from werkzeug.routing import Rule

from api.web import encoding, shapes
from api.web.components import (
    BLOCKED,
    FAULT,
    HEADERS,
    NEED,
    PARAMETERS,
    PATH_ARGUMENTS,
    RESPONSES,
    SCOPES,
    problem_schema,
)
from api.web.json_schema import Shapes, add_named, strict_properties
from api.web.operation import Operation
from api.web.problems import MEANINGS, PROBLEM_JSON

OPENAPI_VERSION = "3.1.0"
API_VERSION = "1.0.0"

_FILE = {"type": "string", "description": "A page or a file for people, as its content type says."}
_LINES = {
    "schema": {
        "type": "string",
        "format": "binary",
        "description": "The same, one document a line (NDJSON).",
    }
}


DESCRIPTION = """\
Which exercises are safe for a person with peripheral neuropathy, why, and what is missing to be sure.

Decision support for clinicians: it does not replace clinical judgement. Instants are RFC 3339 with offset,
dates ISO 8601, units UCUM, codes kebab-case. Every refusal is `application/problem+json` (RFC 9457) and lists
all faults at once. Lists are `{items, next}`; unknown members and unknown query parameters are refused.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A POST that the service makes itself: what it says, and what the answers mean to it.

    Attributes:
        headers: meanings by name.
        answers: meanings by status, or by `2XX` and `default`.
    """

    name: str
    summary: str
    body: shapes.Documented
    example: Any
    headers: Mapping[str, str]
    answers: Mapping[str, str]


class Api(flask_smorest.Api):  # type: ignore[misc]  # flask-smorest has no types
    """flask-smorest's register of operations, with our own refusals, headers and security."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask) -> None:
        super().__init__(
            app,
            spec_kwargs={
                "marshmallow_plugin": Shapes(),
                "title": "Surefoot",
                "version": API_VERSION,
                "openapi_version": OPENAPI_VERSION,
                "info": {
                    "description": DESCRIPTION,
                    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
                },
                "servers": [{"url": "/"}],
            },
        )
        app.cli.commands.pop("openapi", None)
        self.ma_plugin.converter.add_attribute_function(strict_properties)
        scopes = {scope.value: sentence for scope, sentence in SCOPES.items()}
        self.spec.components.security_scheme(
            "oauth2",
            {
                "type": "oauth2",
                "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": scopes}},
            },
        )
        self.spec.components.security_scheme(
            "bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        )

    def _register_error_handlers(self) -> None:
        pass  # `problems.register` does this for every error

    def _register_doc_blueprint(self) -> None:
        pass  # `documents` serves the document and the page

    def _register_etag_headers(self) -> None:
        for name, header in HEADERS.items():
            self.spec.components.header(name, header)
        for name, parameter in PARAMETERS.items():
            self.spec.components.parameter(name, "header", dict(parameter))

    def _register_pagination_header(self) -> None:
        pass  # `Link` is among the headers

    def _register_responses(self) -> None:
        self.spec.components.schema("Fault", FAULT)
        self.spec.components.schema("BlockedExercise", BLOCKED)
        self.spec.components.schema("Need", NEED)
        self.spec.components.schema("Problem", problem_schema())
        kinds = {status: kind for kind, (status, _, _) in reversed(MEANINGS.items())}
        for status, name in RESPONSES.items():
            kind = kinds[status]
            _, title, meaning = MEANINGS[kind]
            example: dict[str, Any] = {
                "type": f"/problems/{kind}",
                "title": title,
                "status": status,
                "detail": meaning,
                "instance": "019a9c4e-8c1f-7d2a-9a55-0b6c4f2f7a10",
            }
            if status == 422:
                fault = {"pointer": "/birth_date", "detail": "This is needed.", "code": "required"}
                example |= {"detail": "1 value is wrong.", "errors": [fault]}
            names = {401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}.get(status, [])
            response = {
                "description": title + ".",
                "headers": _header_references(["X-Request-Id", *names]),
                "content": {
                    PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
                },
            }
            self.spec.components.response(name, response, lazy=True)


def describe(operation: Operation, spec: APISpec, rule: Rule, *, tag: str) -> None:
    """Write one operation into the document."""
    _add_components(operation, spec)
    description: dict[str, Any] = {
        "operationId": operation.name,
        **load_info_from_docstring(operation.view.__doc__),
        "tags": [tag],
        "parameters": _parameters(operation),
        "security": [],
    }
    if operation.scope is not None:
        description["security"] = [{"oauth2": [operation.scope]}, {"bearer": []}]
    if operation.body is not None:
        content: dict[str, Any] = {"schema": _schema(operation.body)}
        if operation.body_example is not None:
            content["example"] = operation.body_example
        kinds = operation.reader.content_types[1:] if operation.reader is not None else ()
        description["requestBody"] = {
            "required": True,
            "content": {operation.body_content_type: content} | {kind: dict(_LINES) for kind in kinds},
        }
    description["responses"] = _responses(operation)
    path = [{"in": "path", "name": name, "description": _of_path(name)} for name in operation.path_arguments]
    spec.path(rule=rule, operations={operation.method.lower(): description}, parameters=path)


def describe_call(call: Call, spec: APISpec, *, tag: str) -> None:
    """Write a call that the service makes itself into the document, among its `webhooks`."""
    add_named(spec, call.body)
    parameters = [
        {"in": "header", "name": name, "description": meaning, "required": True, "schema": {"type": "string"}}
        for name, meaning in call.headers.items()
    ]
    content = {encoding.JSON: {"schema": call.body.json_schema(), "example": call.example}}
    described = {
        "operationId": f"receive_{re.sub('[^a-z]', '_', call.name)}",
        "summary": call.summary,
        "tags": [tag],
        "parameters": parameters,
        "security": [],
        "requestBody": {"required": True, "content": content},
        "responses": {status: {"description": meaning} for status, meaning in call.answers.items()},
    }
    spec.options.setdefault("webhooks", {})[call.name] = {"post": described}


def document(app: Flask) -> dict[str, Any]:
    """The whole document as JSON data; the same code gives the same document."""
    result: dict[str, Any] = orjson.loads(encoding.write(app.extensions["surefoot.api"].spec.to_dict()))
    return result


def document_text(app: Flask) -> str:
    """The document as it is committed and served; written once."""
    text: str | None = app.extensions.get("surefoot.document")
    if text is None:
        text = app.extensions["surefoot.document"] = (
            json.dumps(document(app), indent=2, ensure_ascii=False) + "\n"
        )
    return text


def path_of(operation: Operation) -> str:
    """The operation's path as the document writes it."""
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", operation.rule)


def refused_statuses(operation: Operation) -> list[int]:
    """Every refusal that the operation can answer with, in order."""
    statuses = {*operation.refused, 422, 500}  # 422: every operation refuses unknown query parameters
    if operation.scope is not None:
        statuses |= {401, 403, 503} if operation.method == "GET" else {401, 403, 409, 503}
    if operation.path_arguments:
        statuses.add(404)
    if operation.body is not None and not operation.is_form:
        statuses |= {400, 413, 415}
    if operation.idempotent:
        statuses |= {400, 413}
    if operation.changes_version:
        statuses |= {400, 412, 428}
    if operation.rate is not None:
        statuses |= {429}
    return sorted(statuses - set(operation.given))


def _parameters(operation: Operation) -> list[Any]:
    parameters: list[Any] = []
    if operation.query is not None:
        parameters.append({"in": "query", "schema": operation.query})
    if operation.idempotent:
        parameters.append("IdempotencyKey")
    if operation.changes_version:
        parameters.append("IfMatch" if operation.version_required else "IfMatchOptional")
    if operation.method == "GET" and any("ETag" in given.headers for given in operation.given.values()):
        parameters.append("IfNoneMatch")
    return parameters


def _of_path(name: str) -> str:
    if name.endswith("_id"):
        return f"The id of the {name.removesuffix('_id')}."
    return PATH_ARGUMENTS[name]


def _responses(operation: Operation) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, given in operation.given.items():
        names = ["X-Request-Id", *given.headers]
        if operation.idempotent:
            names.append("Idempotent-Replayed")
        response: dict[str, Any] = {
            "description": given.description or HTTPStatus(status).phrase,
            "headers": _header_references(names),
        }
        if given.shape is not None:
            content: dict[str, Any] = {"schema": _schema(given.shape)}
            if given.example is not None:
                content["example"] = given.example
            response["content"] = {given.content_type: content}
        for kind in given.files:
            response.setdefault("content", {})[kind] = {"schema": dict(_FILE)}
        responses[str(status)] = response
        if "ETag" in given.headers and operation.method == "GET":
            responses["304"] = {"description": "It is still the version that you have."}
    for status in refused_statuses(operation):
        responses[str(status)] = RESPONSES[status]
    return responses


def _schema(shape: Any) -> Any:
    return shape.json_schema() if isinstance(shape, shapes.Documented) else shape


def _add_components(operation: Operation, spec: APISpec) -> None:
    for shape in (operation.body, *(given.shape for given in operation.given.values())):
        if isinstance(shape, shapes.Documented):
            add_named(spec, shape)


def _header_references(names: list[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
