"""What a newcomer does wrong first, and what the answer says to help."""

import pytest


def test_who_opens_the_bare_address_is_led_to_the_documentation(anyone):
    answer = anyone.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/docs")


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/v1", "/docs lists"),
        ("/v1/patients/123", "ids in them are UUIDs"),
        ("/v1/patients/", "without the slash"),
    ],
)
def test_a_wrong_address_says_where_the_right_ones_are(caller, path, hint):
    assert hint in caller.get(path).json["detail"]


def test_a_forgotten_content_type_is_named(caller):
    answer = caller.post(
        "/v1/patients", data='{"birth_date": "1961-05-14"}', content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 415
    assert "application/x-www-form-urlencoded; send Content-Type: application/json" in answer.json["detail"]


def test_a_token_that_is_asked_for_in_json_is_told_of_the_form(anyone):
    answer = anyone.post("/oauth/token", json={"grant_type": "client_credentials"})
    assert answer.status_code == 400
    assert "application/x-www-form-urlencoded" in answer.json["error_description"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("glucose", "glucose_mg_dl or glucose_trend"),
        ("lops_lef", "lops_left"),
        ("x", "/v1/knowledge/facts lists"),
    ],
)
def test_a_wrong_name_of_a_fact_leads_to_the_right_one(caller, name, hint):
    answer = caller.post(
        "/v1/checks",
        json={"kind": "programme", "observed_at": "2026-11-20T09:00:00Z", "facts": {name: {"value": 1}}},
    )
    assert hint in answer.json["errors"][0]["detail"]


def test_a_bare_value_is_shown_the_object_it_belongs_in(caller):
    answer = caller.post(
        "/v1/checks", json={"kind": "programme", "observed_at": "2026-11-20T09:00:00Z", "facts": {"egfr": 85}}
    )
    assert answer.json["errors"][0]["pointer"] == "/facts/egfr"
    assert '{"value": ' in answer.json["errors"][0]["detail"]


def test_nothing_but_a_name_gets_an_answer_that_says_what_is_missing(caller):
    answer = caller.post("/v1/checks", json={"kind": "programme", "facts": {}}).json
    assert answer["decision"] == "insufficient-data"
    assert "birth_date" in answer["gates"]
    assert answer["exercises"] == []
