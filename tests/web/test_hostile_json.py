"""What is not strict JSON is refused with 400 before anyone looks at it."""

import io

import pytest

HOSTILE = {
    "nothing": b"",
    "not JSON": b"{'name': 1}",
    "a trailing comma": b'{"name": "A",}',
    "two values": b'{"name": "A"} {}',
    "a comment": b'{"name": "A"} // hello',
    "NaN": b'{"name": NaN}',
    "Infinity": b'{"name": -Infinity}',
    "a number past every double": b'{"name": 1e400}',
    "a duplicate name": b'{"name": "A", "role": "nurse", "name": "B"}',
    "a duplicate name deep down": b'{"name": {"a": [{"b": 1, "b": 1}]}}',
    "a duplicate name behind an escape": b'{"name": "A", "n\\u0061me": "B"}',
    "an empty duplicate name": b'{"": 1, "": 2}',
    "100,000 brackets": b"[" * 100_000,
    "100,000 closed brackets": b"[" * 100_000 + b"]" * 100_000,
    "100,000 objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "300 levels": b"[" * 300 + b"]" * 300,
    "300 levels with an escape": b"[" * 300 + b'"\\n"' + b"]" * 300,
    "NUL in a text": b'{"name": "A\\u0000"}',
    "NUL in a name": b'{"na\\u0000me": "A"}',
    "a raw NUL": b'{"name": "A\x00"}',
    "a raw line break in a text": b'{"name": "A\n"}',
    "a lone leading surrogate": b'{"name": "\\ud800"}',
    "a lone trailing surrogate": b'{"name": "\\udc00"}',
    "a surrogate in UTF-8": b'{"name": "\xed\xa0\x80"}',
    "invalid UTF-8": b'{"name": "\xff"}',
    "an overlong slash": b'{"name": "\xc0\xaf"}',
    "UTF-16": '{"name": "A"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"name": "A"}',
    "a huge integer": b'{"name": 123456789012345678901234567890}',
    "a long negative integer": b'{"name": -9999999999999999999}',
    "a leading zero": b'{"name": 01}',
    "an unfinished text": b'{"name": "A',
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_not_strict_json_is_refused(caller, body):
    answer = caller.post("/v1/staff", data=body, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["type"] == "/problems/bad-request"


HARMLESS = {
    "escapes": b'{"name": "Zo\\u00eb \\"Z\\" O\\u0027Neil", "role": "nurse"}',
    "a pair of surrogates": b'{"name": "\\ud83d\\ude00", "role": "nurse"}',
    "many digits in a text": b'{"name": "123456789012345678901234567890", "role": "nurse"}',
    "an escaped backslash before u0000": b'{"name": "\\\\u0000", "role": "nurse"}',
    "white space": b' \r\n\t{ "name" : "A" , "role" : "nurse" } ',
}


@pytest.mark.parametrize("body", HARMLESS.values(), ids=HARMLESS.keys())
def test_unusual_but_strict_json_is_taken(caller, body):
    assert caller.post("/v1/staff", data=body, content_type="application/json").status_code == 201


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"1", b"null", b"true"])
def test_json_that_is_no_object_is_a_fault_of_the_whole_body(caller, body):
    answer = caller.post("/v1/staff", data=body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json["errors"] == [{"pointer": "", "detail": "This must be an object.", "code": "type"}]


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "",
        "application/json; charset=latin-1",
        "application/jsonp",
    ],
)
def test_a_body_that_is_not_declared_as_json_is_refused(caller, content_type):
    answer = caller.post("/v1/staff", data=b'{"name": "A", "role": "nurse"}', content_type=content_type)
    assert answer.status_code == 415


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=UTF-8", "application/merge-patch+json"]
)
def test_every_way_to_declare_json_is_taken(caller, content_type):
    answer = caller.post("/v1/staff", data=b'{"name": "A", "role": "nurse"}', content_type=content_type)
    assert answer.status_code == 201


def test_a_body_over_the_limit_is_refused(caller, settings):
    answer = caller.post(
        "/v1/staff", data=b" " * (settings.body_limit_bytes + 1), content_type="application/json"
    )
    assert answer.status_code == 413
    assert answer.json["type"] == "/problems/too-large"


@pytest.mark.parametrize(
    ("spaces", "rest", "status"), [(0, b"", 201), (1, b"", 413), (0, b"x", 413), (10**6, b"", 413)]
)
def test_a_body_that_comes_in_chunks_has_the_same_limit(caller, app, spaces, rest, status):
    good = b'{"name": "A", "role": "nurse"}'
    body = good + b" " * (app.config["MAX_CONTENT_LENGTH"] - len(good) + spaces) + rest
    answer = caller.post(
        "/v1/staff",
        input_stream=io.BytesIO(body),
        content_type="application/json",
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""},
    )
    assert answer.status_code == status
