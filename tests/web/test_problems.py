"""Every refusal is a problem with a page of its own."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.errors import KINDS
from api.web.problems import MEANINGS


def test_an_unknown_address_is_a_problem(anyone):
    answer = anyone.get("/v1/unknown")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.json["type"] == "/problems/not-found"
    assert answer.json["instance"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize("path", ["/v1/staff/", "//v1/staff", "/v1/staff/not-a-uuid", "/v1/staff/%00"])
def test_an_address_that_is_nearly_right_is_not_found(caller, path):
    assert caller.get(path).status_code == 404


def test_a_wrong_method_names_those_that_are_allowed(caller):
    answer = caller.delete("/v1/staff")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].replace(",", "").split()) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert answer.json["type"] == "/problems/method-not-allowed"


def test_all_faults_are_told_at_once(caller):
    answer = caller.post("/v1/clients", json={"name": " ", "scopes": ["x", 3], "a/b~c": 1})
    assert answer.status_code == 422
    assert {(error["pointer"], error["code"]) for error in answer.json["errors"]} == {
        ("/name", "empty"),
        ("/scopes/0", "not-in-the-list"),
        ("/scopes/1", "not-in-the-list"),
        ("/a~1b~0c", "unknown"),
    }


def test_a_fault_of_ours_tells_nothing(caller, monkeypatch, caplog):
    def broken(*_, **__):
        raise RuntimeError("Anna Bianchi, 1961")

    monkeypatch.setattr("api.access.queries.staff", broken)
    answer = caller.get("/v1/staff")
    assert answer.status_code == 500
    assert answer.json["type"] == "/problems/internal-error"
    assert "Anna" not in answer.text
    assert "Anna" not in str([vars(record) for record in caplog.records])
    assert any(getattr(record, "fault", "") == "RuntimeError" for record in caplog.records)


@pytest.mark.parametrize("kind", sorted(MEANINGS))
def test_every_kind_has_a_page(anyone, kind):
    answer = anyone.get(f"/problems/{kind}")
    assert answer.status_code == 200
    assert MEANINGS[kind][1] in answer.text


def test_the_pages_are_listed_and_unknown_ones_are_not_found(anyone):
    listed = anyone.get("/problems").text
    assert all(f"/problems/{kind.kind}" in listed for kind in KINDS)
    assert anyone.get("/problems/unheard-of").status_code == 404


STATES = {
    "23505": (409, "conflict"),
    "23503": (409, "conflict"),
    "40001": (503, "unavailable"),
    "40P01": (503, "unavailable"),
    "57014": (503, "unavailable"),
    "53300": (503, "unavailable"),
    "57P01": (503, "unavailable"),
    "08006": (503, "unavailable"),
    "42P01": (500, "internal-error"),
    "23514": (500, "internal-error"),
}


@pytest.mark.parametrize(("state", "expected"), STATES.items())
def test_a_database_error_is_answered_by_its_sqlstate(caller, monkeypatch, state, expected):
    def refused(*_, **__):
        original = Exception("a name that nobody should see")
        original.sqlstate = state
        raise DBAPIError("SELECT", {}, original)

    monkeypatch.setattr("api.access.actions.register_practitioner", refused)
    answer = caller.post("/v1/staff", json={"name": "Ada", "role": "nurse"})
    assert "nobody should see" not in answer.text
    assert (answer.status_code, answer.json["type"]) == (expected[0], f"/problems/{expected[1]}")
    assert ("Retry-After" in answer.headers) == (expected[0] == 503)


def test_a_statement_that_takes_too_long_is_unavailable(live_clinic, monkeypatch):
    def slow(work, **_):
        work.db.execute(text("SET LOCAL statement_timeout = 50"))
        work.db.execute(text("SELECT pg_sleep(5)"))

    monkeypatch.setattr("api.access.queries.staff", slow)
    assert live_clinic.caller().get("/v1/staff").status_code == 503
