"""Whatever bytes come to whatever route, the answer is documented, and what is refused leaves no trace."""

import io
import json
import re
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import run_wsgi_app

from api.app import ROOMS
from tests.conformity import PROBLEM
from tests.contracts.test_routes import address, request_of
from tests.contracts.test_tables import CLINIC_TABLES
from tests.rolled_back import FORGET_LOCAL_SETTINGS

OPERATIONS = [operation for room in ROOMS for operation in room.operations.values()]
WITH_BODY = [operation for operation in OPERATIONS if operation.body is not None]
WITH_ARGUMENTS = [operation for operation in OPERATIONS if operation.path_arguments]

NASTY = [
    b"",
    b"\x00",
    b"\xff\xfe",
    b"\xc0\xaf",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\x1b[2J",
    b"\r\n",
    b"/",
    b"..",
]
NASTY += [
    b"%",
    b"%00",
    b"%ff",
    b"'",
    b'"',
    b"\\",
    b";",
    b"&=",
    b"$(id)",
    b"{}",
    b"[]",
    b"null",
    b"NaN",
    b"1e400",
    b"-0",
]
NASTY += [b"9" * 400, b"a" * 9000, "\N{RIGHT-TO-LEFT OVERRIDE}".encode(), "\N{FOOT}".encode()]
PIECES = st.sampled_from(NASTY) | st.binary(max_size=40)
BYTES = st.lists(PIECES, max_size=4).map(b"".join)
HEADERS = ["Accept", "Accept-Encoding", "Authorization", "Content-Encoding", "Content-Length", "Content-Type"]
HEADERS += ["Cookie", "Expect", "Host", "Idempotency-Key", "If-Match", "If-None-Match", "Range"]
HEADERS += ["Transfer-Encoding", "X-Forwarded-For", "X-HTTP-Method-Override", "X-Request-Id"]

BOUNDED = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


def named(operations):
    return pytest.mark.parametrize("operation", operations, ids=lambda operation: operation.name)


@pytest.fixture
def send(clinic):
    """A function that sends raw bytes to the application, as a WSGI server hands them over."""
    caller = clinic.token(clinic.register()[0])

    def ask(operation, *, path, query=b"", body=b"", headers=()):
        environ = environment(operation.method, path, query, body)
        if operation.reader is not None:
            environ["CONTENT_TYPE"] = operation.body_content_type
        environ["HTTP_AUTHORIZATION"] = f"Bearer {caller}"
        for name, value in headers:
            key = name.upper().replace("-", "_")
            environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value.decode(
                "latin-1"
            )
        before = rows(clinic)
        chunks, status, answered = run_wsgi_app(clinic.app.wsgi_app, environ, buffered=True)
        content = b"".join(chunks)
        code = int(status.split()[0])
        assert code < 500, (code, content)
        if code >= 400:
            assert rows(clinic) == before, "refused, and yet kept"
            check_refusal(operation, code, answered, content)

    return ask


def environment(method, path, query, body):
    return {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/json",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def check_refusal(operation, code, headers, content):
    assert headers["X-Request-Id"]
    if operation.is_form and code in {400, 401}:  # the OAuth dialect
        assert "error" in json.loads(content)
        return
    assert headers["Content-Type"] == PROBLEM, (code, content)
    problem = json.loads(content)
    assert problem["status"] == code
    assert problem["instance"] == headers["X-Request-Id"]


def rows(clinic):
    """How many rows the clinic has, in every table; past SQLAlchemy, which the suite watches."""
    counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in CLINIC_TABLES)
    connection = clinic.building.engine.raw_connection()
    with connection.driver_connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL app.clinic_id = '{clinic.id}'")
        counted = cursor.execute(f"SELECT {counts}").fetchone()
        cursor.execute(FORGET_LOCAL_SETTINGS)
    return counted


@named(OPERATIONS)
def test_any_query_string_is_answered_or_refused(operation, clinic, send):
    where, body = address(operation, clinic), body_of(operation, clinic)

    @BOUNDED
    @given(BYTES)
    def run(query):
        send(operation, path=where.encode(), query=query, body=body)

    run()


@named(WITH_ARGUMENTS)
def test_any_path_is_answered_or_refused(operation, clinic, send):
    body = body_of(operation, clinic)

    @BOUNDED
    @given(st.lists(BYTES, min_size=len(operation.path_arguments), max_size=len(operation.path_arguments)))
    def run(arguments):
        pieces = iter(arguments)
        path = re.sub(rb"<[^<>]+>", lambda _: next(pieces), operation.rule.encode())
        send(operation, path=path, body=body)

    run()


@named(OPERATIONS)
def test_any_headers_are_taken_or_refused(operation, clinic, send):
    where, body = address(operation, clinic), body_of(operation, clinic)

    @BOUNDED
    @given(st.lists(st.tuples(st.sampled_from(HEADERS), BYTES), min_size=1, max_size=4))
    def run(headers):
        send(operation, path=where.encode(), body=body, headers=headers)

    run()


@named(WITH_BODY)
def test_any_body_is_answered_or_refused(operation, clinic, send):
    where, good = address(operation, clinic), body_of(operation, clinic)

    @BOUNDED
    @given(BYTES | spoilt(good))
    def run(body):
        send(operation, path=where.encode(), body=body)

    run()


@settings(BOUNDED, max_examples=100)
@given(path=BYTES, query=BYTES)
def test_any_path_that_is_no_route_is_refused(send, path, query):
    send(OPERATIONS[0], path=b"/" + path, query=query)


def body_of(operation, clinic):
    if operation.body is None:
        return b""
    request = request_of(operation, clinic)
    if operation.takes_json:
        return json.dumps(request["json"]).encode()
    return urlencode(request["data"]).encode() if operation.is_form else request["data"].encode()


@st.composite
def spoilt(draw, good):
    """A good body with some bytes cut out and others put in."""
    start = draw(st.integers(0, len(good)))
    end = draw(st.integers(start, min(len(good), start + 20)))
    return good[:start] + draw(PIECES) + good[end:]
