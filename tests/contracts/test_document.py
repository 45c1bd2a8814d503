"""The OpenAPI document is sound, and its examples hold."""

import os
import subprocess
import sys

import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.app import create_app
from api.settings import REPOSITORY
from api.web import openapi
from tests.conformity import document_of


def test_the_document_is_openapi_3_1(app):
    document = openapi.document(app)
    assert document["openapi"] == "3.1.0"
    assert not list(OpenAPIV31SpecValidator(document).iter_errors())


def test_the_document_is_the_same_every_time(app, settings):
    assert openapi.document_text(create_app(settings)) == openapi.document_text(app)


def test_the_document_does_not_hang_on_the_order_of_sets():
    command = [sys.executable, "-m", "flask", "document", "check"]
    for seed in "12":
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        ran = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, check=False)
        assert ran.returncode == 0, ran.stderr


def test_every_tag_is_described(app):
    tags = openapi.document(app)["tags"]
    assert all(tag["description"] for tag in tags)
    assert len({tag["name"] for tag in tags}) == len(tags)


def contents(app):
    for path, item in openapi.document(app)["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            bodies = {"body": operation.get("requestBody", {})} | operation["responses"]
            for name, body in bodies.items():
                for content in body.get("content", {}).values():
                    yield f"{method} {path} {name}", content


def test_every_example_fits_its_schema(app):
    document = document_of(app)
    for place, content in contents(app):
        if "example" in content:
            faults = list(
                document.validator((place, "example"), content["schema"]).iter_errors(content["example"])
            )
            assert not faults, f"{place}: {[fault.message for fault in faults]}"


def test_every_schema_and_parameter_says_what_it_is(app):
    document = openapi.document(app)
    silent = [
        name for name, schema in document["components"]["schemas"].items() if not schema.get("description")
    ]
    for path, item in document["paths"].items():
        for operation in item.values():
            parameters = operation if isinstance(operation, list) else operation["parameters"]
            silent += [
                f"{path} {one['name']}" for one in parameters if not ("$ref" in one or one.get("description"))
            ]
    assert not silent


def test_the_only_alternative_outside_facts_is_null(app):
    def alternatives(node):
        match node:
            case dict():
                if "anyOf" in node:
                    yield node["anyOf"][1:]
                for value in node.values():
                    yield from alternatives(value)
            case list():
                for value in node:
                    yield from alternatives(value)

    document = openapi.document(app)
    assert all(others == [{"type": "null"}] for others in alternatives(document))
    schemas = document["components"]["schemas"].items()
    assert {name for name, schema in schemas if "oneOf" in str(schema)} <= {"Facts", "SupposedFacts"} | {
        name for name, _ in schemas if name.endswith("Fact")
    }


def test_every_schema_is_a_json_schema(app):
    for name, schema in openapi.document(app)["components"]["schemas"].items():
        jsonschema_rs.meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})
        assert schema, name


def test_no_reference_dangles(app):
    document = openapi.document(app)

    def references(node):
        match node:
            case {"$ref": reference}:
                yield reference
            case dict():
                for value in node.values():
                    yield from references(value)
            case list():
                for value in node:
                    yield from references(value)

    for reference in set(references(document)):
        node = document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]


@pytest.mark.parametrize("status", ["400", "401", "403", "404", "409", "413", "415", "422", "503", "500"])
def test_refusals_are_documented_by_names_of_our_own(app, status):
    answers = [
        operation["responses"][status]["$ref"]
        for item in openapi.document(app)["paths"].values()
        for operation in item.values()
        if "operationId" in operation and "$ref" in operation["responses"].get(status, {})
    ]
    assert set(answers) == {f"#/components/responses/{openapi.RESPONSES[int(status)]}"}
