"""Lists come in pages behind an opaque cursor."""

import base64

import orjson
import pytest


@pytest.fixture
def five(clinic):
    return [str(clinic.practitioner(name=f"Nurse {number}")) for number in range(5)]


def test_pages_follow_each_other_without_gap_or_repeat(caller, five):
    seen, address = [], "/v1/staff?limit=2"
    while address:
        answer = caller.get(address)
        seen += [item["id"] for item in answer.json["items"]]
        link = answer.headers.get("Link")
        assert (link is None) == (answer.json["next"] is None)
        address = link and link.removesuffix('>; rel="next"').removeprefix("<")
    assert seen == five


def test_the_next_page_keeps_the_other_parameters(caller, five):
    link = caller.get("/v1/staff?limit=2").headers["Link"]
    assert link.startswith("</v1/staff?limit=2&after=")


def test_a_full_last_page_has_no_next(caller, five):
    answer = caller.get("/v1/staff?limit=5")
    assert (len(answer.json["items"]), answer.json["next"]) == (5, None)
    assert "Link" not in answer.headers


def test_an_empty_list_is_a_page(caller):
    assert caller.get("/v1/staff").json == {"items": [], "next": None}


def encoded(data):
    return base64.urlsafe_b64encode(orjson.dumps(data)).decode().rstrip("=")


BAD = {
    "limit=0": "out-of-range",
    "limit=201": "out-of-range",
    "limit=-1": "out-of-range",
    "limit=2.5": "not-an-integer",
    "limit=ten": "not-an-integer",
    "limit=": "not-an-integer",
    "limit=1&limit=2": "repeated",
    "limt=2": "unknown",
    "after=": "not-a-cursor",
    "after=%21": "not-a-cursor",
    "after=%C3%A9": "not-a-cursor",
    "after=W10": "not-a-cursor",
    f"after={encoded(['x'])}": "not-a-cursor",
    f"after={encoded([1])}": "not-a-cursor",
    f"after={encoded({'a': 1})}": "not-a-cursor",
    f"after={encoded(['a', 'b'])}": "not-a-cursor",
}


@pytest.mark.parametrize(("query", "code"), BAD.items())
def test_a_bad_parameter_is_refused_with_a_pointer(caller, query, code):
    answer = caller.get(f"/v1/staff?{query}")
    assert answer.status_code == 422
    (error,) = answer.json["errors"]
    assert (error["pointer"], error["code"]) == (f"/query/{query.partition('=')[0]}", code)
