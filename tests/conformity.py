"""A test client that holds every answer against the OpenAPI document."""

import json
from functools import cached_property

import jsonschema_rs
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from api.web import openapi

PROBLEM = "application/problem+json"
NDJSON = "application/x-ndjson"


class Document:
    """The OpenAPI document, compiled: one validator for each operation, status and content type."""

    def __init__(self, app):
        self.app = app
        self.operations = app.extensions["surefoot.operations"]
        self._validators = {}

    @cached_property
    def content(self):
        return openapi.document(self.app)

    @cached_property
    def components(self):
        """The components, closed: an answer of ours has no field that is not declared."""
        return _closed(self.content["components"])

    def check(self, request, response):
        """Fail unless the document foresees this answer."""
        assert response.headers.get("X-Request-Id"), "an answer without its request id"
        if response.mimetype == PROBLEM:
            self._check_shape(("Problem",), {"$ref": "#/components/schemas/Problem"}, response)
            assert response.get_json()["instance"] == response.headers["X-Request-Id"]
        operation = self._operation(request)
        if operation is None or operation.hidden or request.method in {"HEAD", "OPTIONS"}:
            return
        path = openapi.path_of(operation)
        described = self.content["paths"][path][request.method.lower()]["responses"]
        status = str(response.status_code)
        assert status in described, f"{operation.name} answered {status}, which is not documented"
        answer = self._resolved(described[status])
        for name in answer.get("headers", {}):
            if name in {"ETag", "Location", "WWW-Authenticate", "Retry-After"}:
                assert name in response.headers, f"{operation.name} answered {status} without {name}"
        content = answer.get("content", {})
        if not content:
            assert not response.data, f"{operation.name} answered {status} with an undocumented body"
            return
        assert response.mimetype in content, f"{operation.name} answered {status} as {response.mimetype}"
        if response.mimetype.endswith("json"):
            schema = content[response.mimetype]["schema"]
            if response.mimetype == NDJSON:
                schema = self._resolved(schema)["contentSchema"]  # of each line
            self._check_shape((operation.name, status), schema, response)

    def validator(self, key, schema):
        """The compiled validator of a schema of the document."""
        if key not in self._validators:
            whole = {**_closed(schema), "components": self.components}
            self._validators[key] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return self._validators[key]

    def _check_shape(self, key, schema, response):
        documents = response.data.splitlines() if response.mimetype == NDJSON else [response.data]
        faults = [
            f"{'/'.join(map(str, fault.instance_path))}: {fault.message}"
            for document in documents
            for fault in self.validator(key, schema).iter_errors(json.loads(document))
        ]
        assert not faults, f"{key} does not fit the document: {faults[:5]}"

    def _operation(self, request):
        try:
            rule, _ = self.app.url_map.bind("localhost").match(request.path, request.method, return_rule=True)
        except HTTPException:
            return None
        return self.operations.get(rule.endpoint)

    def _resolved(self, answer):
        reference = answer.get("$ref")
        if reference is None:
            return answer
        kind, name = reference.rsplit("/", 2)[1:]
        return self.components[kind][name]


class CheckedClient(FlaskClient):
    """A test client; give it headers that every request carries."""

    def __init__(self, app, *args, headers=None, **options):
        super().__init__(app, *args, use_cookies=False, **options)
        self.document = document_of(app)
        self.usual = dict(headers or {})

    def open(self, *args, headers=None, **options):
        response = super().open(*args, headers={**self.usual, **dict(headers or {})}, **options)
        self.document.check(response.request, response)
        return response


def document_of(app):
    """The compiled document of an application; compiled once."""
    if "tests.document" not in app.extensions:
        app.extensions["tests.document"] = Document(app)
    return app.extensions["tests.document"]


def _closed(schema):
    match schema:
        case {"properties": _, "additionalProperties": True}:
            members = {name: _closed(value) for name, value in schema.items()}
            return members | {"additionalProperties": False}
        case dict():
            return {name: _closed(value) for name, value in schema.items()}
        case list():
            return [_closed(value) for value in schema]
        case _:
            return schema
