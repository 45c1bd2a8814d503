"""Schemathesis makes requests out of the document that is served; no answer is a fault or undocumented.

It is seeded, so a run tests what the run before tested, and bounded, so that it is part of every check.
"""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode, checks

from api.app import ROOMS
from api.web import openapi
from tests.contracts import samples

EXAMPLES = 20
SHOWN = [operation for room in ROOMS for operation in room.operations.values() if not operation.hidden]
MADE = [operation for operation in SHOWN if operation.body is None or operation.reader is None]
"""Operations whose bodies are one document: of several each is answered by itself, and none refuses all."""
REFUSABLE = [
    operation for operation in MADE if operation.body or operation.query or "<uuid:" in operation.rule
]
"""Operations for which a request can be made that the document does not allow."""

HELD = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
BOUNDED = settings(
    max_examples=EXAMPLES,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


def named(operations):
    return pytest.mark.parametrize("operation", operations, ids=lambda operation: operation.name)


@pytest.fixture(scope="session")
def served(suite_app):
    """The document as a client gets it, read by Schemathesis."""
    with suite_app.test_client() as client:
        return schemathesis.openapi.from_dict(client.get("/openapi/v1.json").get_json())


@pytest.fixture
def asked(served, clinic):
    """A function that sends what Schemathesis makes, with a token, and checks the answer."""
    served.app = clinic.app

    def ask(operation, mode, held, **known):
        described = served[openapi.path_of(operation)][operation.method.lower()]
        headers = {} if operation.scope is None else {"Authorization": f"Bearer {token(clinic)}"}

        @BOUNDED
        @given(case=described.as_strategy(generation_mode=mode))
        def run(case):
            case.path_parameters = {**case.path_parameters, **known}
            case.validate_response(case.call(headers=headers), checks=held)

        run()

    return ask


def token(clinic):
    return clinic.token(clinic.register()[0])


def sample(name, clinic):
    make = samples.OF_A_CLINIC.get(name)
    return str(make(clinic)) if make is not None else samples.OF_EVERYONE[name]


@named(MADE)
def test_what_the_document_allows_gets_a_documented_answer(operation, clinic, asked):
    known = {
        name: str(
            samples.OF_A_CLINIC[name](clinic) if name in samples.OF_A_CLINIC else samples.OF_EVERYONE[name]
        )
        for name in operation.path_arguments
    }
    asked(operation, GenerationMode.POSITIVE, HELD, **known)


@named(REFUSABLE)
def test_what_the_document_forbids_is_refused_as_documented(operation, asked):
    asked(operation, GenerationMode.NEGATIVE, [*HELD, checks.negative_data_rejection])
