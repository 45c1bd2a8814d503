"""Every route says who may use it, keeps clinics apart, and answers as it is documented."""

import re
from collections import Counter

import pytest

from api.app import ROOMS
from api.caller import SCOPES
from api.web import openapi
from tests.contracts import samples

OPERATIONS = [operation for room in ROOMS for operation in room.operations.values()]
SHOWN = [operation for operation in OPERATIONS if not operation.hidden]
SCOPED = [operation for operation in OPERATIONS if operation.scope is not None]
OF_A_THING = [op for op in SCOPED if set(op.path_arguments) & samples.OF_A_CLINIC.keys()]


def named(operations):
    return pytest.mark.parametrize("operation", operations, ids=lambda operation: operation.name)


def address(operation, clinic):
    """The operation's address for things of the clinic."""

    def value(match):
        name = match[1]
        if name in samples.OF_A_CLINIC:
            return str(samples.OF_A_CLINIC[name](clinic))
        assert name in samples.OF_EVERYONE, f"tests/contracts/samples.py has no sample of {name}"
        return str(samples.OF_EVERYONE[name])

    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", value, operation.rule)


def request_of(operation, clinic):
    """A good request of the operation, out of its documented example."""
    headers = dict(samples.HEADERS.get(operation.name, {}))
    if operation.changes_version and operation.version_required:
        headers.setdefault("If-Match", '"1"')
    request = {"method": operation.method, "headers": headers}
    if operation.body is not None:
        make = samples.BODIES.get(operation.name)
        body = make(clinic) if make else operation.body_example
        assert body is not None, f"{operation.name} documents no example of its body"
        if operation.takes_json:
            request["json"] = body
        else:
            request["data"] = body
            headers["Content-Type"] = operation.body_content_type
    return request


def test_every_route_of_the_application_is_an_operation(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints == app.extensions["surefoot.operations"].keys()


def test_operation_ids_are_unique():
    twice = [name for name, count in Counter(operation.name for operation in OPERATIONS).items() if count > 1]
    assert not twice


@named(OPERATIONS)
def test_every_route_needs_a_known_scope_or_says_why_it_is_open(operation):
    assert (operation.scope in SCOPES) != bool(operation.open_because)


@named(SCOPED)
def test_without_a_token_nobody_comes_in(operation, anyone, clinic):
    answer = anyone.open(address(operation, clinic), **request_of(operation, clinic))
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@named(SCOPED)
def test_without_the_scope_nobody_comes_in(operation, clinic):
    resource = operation.scope.partition(":")[0]
    others = [scope for scope in SCOPES if scope.partition(":")[0] != resource]
    answer = clinic.caller(*others).open(address(operation, clinic), **request_of(operation, clinic))
    assert answer.status_code == 403
    assert answer.json["missing_scopes"] == [operation.scope]


@named(OF_A_THING)
def test_another_clinics_things_are_not_found(operation, clinic, other_clinic):
    theirs = address(operation, other_clinic)
    assert clinic.caller().open(theirs, **request_of(operation, clinic)).status_code == 404


@named([operation for operation in OF_A_THING if operation.method != "GET"])
def test_another_clinics_things_are_not_found_with_a_bad_body_either(operation, clinic, other_clinic):
    request = request_of(operation, clinic) | ({"json": {"nonsense": 1}} if operation.takes_json else {})
    assert clinic.caller().open(address(operation, other_clinic), **request).status_code in {404, 422}


@named(SCOPED)
def test_the_documented_request_gets_its_documented_answer(operation, clinic):
    answer = clinic.caller().open(address(operation, clinic), **request_of(operation, clinic))
    expected = samples.STATUSES.get(operation.name, next(iter(operation.given)))
    assert answer.status_code == expected, answer.text


@named(SHOWN)
def test_an_unknown_query_parameter_is_refused(operation, clinic):
    answer = clinic.caller().open(
        address(operation, clinic), query_string={"unheard_of": "1"}, **request_of(operation, clinic)
    )
    assert answer.status_code == 422
    assert {
        "pointer": "/query/unheard_of",
        "detail": "This is not known here.",
        "code": "unknown",
    } in answer.json["errors"]


@named([operation for operation in SHOWN if operation.takes_json])
@pytest.mark.parametrize(
    "body", [b"", b"{", b"NaN", b'{"a":1,"a":1}', b"[" * 100_000, b'{"a":"\\u0000"}', b'{"a":"\\ud800"}']
)
def test_every_body_is_read_strictly(operation, clinic, body):
    request = request_of(operation, clinic)
    del request["json"]
    answer = clinic.caller().open(
        address(operation, clinic), data=body, content_type="application/json", **request
    )
    assert answer.status_code == 400


@named([operation for operation in SHOWN if operation.takes_json])
@pytest.mark.parametrize("body", [[], "text", 1, {"unheard_of": 1}])
def test_every_body_refuses_what_it_does_not_know(operation, clinic, body):
    answer = clinic.caller().open(
        address(operation, clinic), **request_of(operation, clinic) | {"json": body}
    )
    assert answer.status_code == 422
    assert answer.json["errors"]


@named([operation for operation in OPERATIONS if operation.changes_version and operation.version_required])
def test_every_change_needs_its_version(operation, clinic):
    request = request_of(operation, clinic)
    del request["headers"]["If-Match"]
    assert clinic.caller().open(address(operation, clinic), **request).status_code == 428


@named([operation for operation in SCOPED if operation.method == "POST" and 201 in operation.given])
def test_every_post_that_creates_honours_the_idempotency_key(operation, clinic):
    assert operation.idempotent
    where, request, caller = address(operation, clinic), request_of(operation, clinic), clinic.caller()
    request["headers"]["Idempotency-Key"] = "the-key"
    first = caller.open(where, **request)
    again = caller.open(where, **request)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotent-Replayed"] == "true"


@named([operation for operation in SHOWN if operation.query is not None])
def test_every_list_is_bounded(operation):
    limit = operation.query.load_fields.get("limit")
    assert limit is None or (limit.most is not None and limit.most <= 200)


@named(SHOWN)
def test_every_operation_is_described(operation, app):
    described = openapi.document(app)["paths"][openapi.path_of(operation)][operation.method.lower()]
    assert described["operationId"] == operation.name
    assert described["summary"].endswith(".")
    assert described["tags"]
    assert (operation.scope is None) == (described["security"] == [])
    if operation.body is not None:
        assert operation.body_example is not None
    assert all(given.shape is None or given.example is not None for given in operation.given.values())
