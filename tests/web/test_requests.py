"""Ids, caching, the log line and the state of the service."""

import io
import json
import logging
from uuid import UUID

import pytest
from sqlalchemy import text

from api.errors import Conflict
from api.web.request import JsonLines


def test_a_request_keeps_its_id(anyone):
    assert (
        anyone.get("/livez", headers={"X-Request-Id": "abc-1.2:3_4"}).headers["X-Request-Id"] == "abc-1.2:3_4"
    )


@pytest.mark.parametrize("given", ["", "with space", "x" * 129, 'a"b', "<script>", "é"])
def test_a_malformed_request_id_is_replaced(anyone, given):
    assert UUID(anyone.get("/livez", headers={"X-Request-Id": given}).headers["X-Request-Id"]).version == 7


def test_what_is_said_to_a_client_is_not_cached(caller, clinic):
    assert caller.get("/v1/staff").headers["Cache-Control"] == "no-store"
    assert caller.get(f"/v1/staff/{UUID(int=0)}").headers["Cache-Control"] == "no-store"


@pytest.fixture
def lines():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("surefoot")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.setLevel(level)


def test_the_log_tells_the_route_and_never_the_data(caller, lines):
    nurse = caller.post(
        "/v1/staff", json={"name": "Anna Bianchi", "role": "nurse"}, headers={"X-Request-Id": "r1"}
    )
    caller.get(nurse.headers["Location"] + "?name=Bianchi")
    posted, read = lines()
    assert (posted["method"], posted["route"], posted["status"]) == ("POST", "/v1/staff", 201)
    assert posted["request_id"] == "r1"
    assert posted["ms"] >= 0
    assert UUID(posted["client_id"])
    assert (read["route"], read["status"]) == ("/v1/staff/<uuid:practitioner_id>", 422)
    assert "Bianchi" not in str([posted, read])
    assert nurse.json["id"] not in str([posted, read])


def test_the_service_lives_and_is_ready(anyone):
    assert anyone.get("/livez").json == {"status": "alive"}
    assert anyone.get("/readyz").json == {"status": "ready"}


def test_it_is_not_ready_with_an_older_schema(anyone, monkeypatch):
    monkeypatch.setattr("api.web.health.SCHEMA_HEAD", "9999")
    answer = anyone.get("/readyz")
    assert answer.status_code == 503
    assert "9999" in answer.json["detail"]


def test_the_metrics_count_routes_and_name_no_one(caller, clinic, anyone):
    caller.get(f"/v1/staff/{clinic.practitioner()}")
    metrics = anyone.get("/metrics").text
    assert 'route="/v1/staff/<uuid:practitioner_id>",status="200"' in metrics
    assert str(clinic.id) not in metrics


def test_the_documentation_needs_no_internet(anyone):
    page = anyone.get("/docs")
    assert "http" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    for asset in ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "start.js"):
        assert f"/docs/{asset}" in page.text
        assert anyone.get(f"/docs/{asset}").status_code == 200
    assert anyone.get("/docs/index.html").status_code == 404


def test_a_refusal_undoes_everything(caller, clinic, monkeypatch):
    def refuse(*_):
        raise Conflict("too late")

    monkeypatch.setattr("api.access.queries.practitioner", refuse)
    assert caller.post("/v1/staff", json={"name": "Ada", "role": "nurse"}).status_code == 409
    work = clinic.work()
    assert work.db.scalar(text("SELECT count(*) FROM staff WHERE clinic_id = :c"), {"c": clinic.id}) == 0
    work.abandon()
