from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from api.clinical.profile import profile
from api.clinical.readiness import reassuring
from api.patients.observations.values import plain
from tests.checks.wire import RELEASE, facts, screened

QUESTIONS = {question.id: question for question in RELEASE.questions}


def ready(caller, patient, query=""):
    answer = caller.get(f"{patient}/readiness{query}")
    assert answer.status_code == 200, answer.text
    return answer.json


def due(caller, query=""):
    answer = caller.get(f"/v1/readiness{query}")
    assert answer.status_code == 200, answer.text
    return answer.json


def new_patient(caller):
    return caller.post("/v1/patients", json={"time_zone": "Etc/UTC"}).headers["Location"]


def tell(caller, patient, given, **ago):
    seen = (datetime.now(UTC) - timedelta(**ago)).isoformat()
    answer = caller.post(f"{patient}/facts", json={"observed_at": seen, "facts": given})
    assert answer.status_code == 200, answer.text


def reassured(suggestion):
    """A reassuring answer to a suggested question, as facts on the wire."""
    question = QUESTIONS[suggestion["question"]["id"]]
    now = datetime.now(UTC)
    answers = reassuring(RELEASE, profile(RELEASE, [], now), question)
    return {name: _sent(RELEASE.facts[name], value) for name, value in answers.items()}


def _sent(fact, value):
    if isinstance(value, int | float) and fact.units:
        return {"value": value, "unit": fact.units[0].code}
    return {"value": plain(value)}


def test_following_the_first_suggestion_from_an_empty_record_opens_seventy_exercises(caller):
    patient = new_patient(caller)
    steps, found = 0, ready(caller, patient)
    while found["open_now"] < 70:
        tell(caller, patient, reassured(found["suggestions"][0]))
        steps, found = steps + 1, ready(caller, patient)
        assert steps <= 22


def test_gates_come_first_with_question_instrument_and_minutes(caller):
    found = ready(caller, new_patient(caller))
    assert (found["decision"], found["open_now"]) == ("insufficient-data", 0)
    gates = [one["gate"] for one in found["suggestions"]]
    assert gates == sorted(gates, reverse=True)
    screen = next(one for one in found["suggestions"] if one["screen"])
    assert screen["question"]["minutes"] > 0
    assert screen["facts"]


def test_what_a_suggestion_promises_opens(caller):
    patient = new_patient(caller)
    known = {
        name: one for name, one in screened()["facts"].items() if name not in {"egfr", "tug_s", "tandem_s"}
    }
    tell(caller, patient, known, hours=1)
    before = ready(caller, patient)
    assert before["suggestions"]
    for suggestion in before["suggestions"]:
        asked = {"kind": "programme", "facts": reassured(suggestion)}
        answer = caller.post(f"{patient}/what-if", json=asked).json
        assert len(answer["changed"]["exercises"]["opened"]) == suggestion["opens"]


def test_stale_and_soon_stale_facts_are_told(caller, patient):
    old = screened()["facts"]["egfr"]
    other = new_patient(caller)
    tell(caller, other, screened()["facts"], hours=1)
    found = ready(caller, other, "?within=8d")
    assert "hot_swollen_foot_left" in {one["name"] for one in found["soon"]}
    moments = [one["at"] for one in found["soon"]]
    assert moments == sorted(moments)
    late = new_patient(caller)
    tell(caller, late, screened(egfr=None)["facts"], hours=1)
    tell(caller, late, {"egfr": old}, days=400)
    states = {
        fact["name"]: fact["state"] for one in ready(caller, late)["suggestions"] for fact in one["facts"]
    }
    assert states["egfr"] == "stale"


def test_a_session_asks_for_the_day(caller, patient):
    found = ready(caller, patient, "?kind=session")
    assert found["suggestions"][0]["screen"] == "screen_today"
    assert found["suggestions"][0]["gate"]


@pytest.fixture
def cleared(clinic, caller, patient):
    """A clearance that ends in ten days."""
    ends = (datetime.now(UTC) + timedelta(days=10)).isoformat()
    new = {"rule_id": "foot-preulcer", "practitioner_id": str(clinic.practitioner()), "expires_at": ends}
    answer = caller.post(f"{patient}/clearances", json=new)
    assert answer.status_code == 201, answer.text
    return answer.json


def test_clearances_that_end_are_told_while_they_stand(caller, patient, cleared):
    assert [one["id"] for one in ready(caller, patient, "?within=12d")["clearances"]] == [cleared["id"]]
    assert ready(caller, patient, "?within=5d")["clearances"] == []
    tell(caller, patient, facts({"foot_ulcer_left": "active"}))
    assert ready(caller, patient, "?within=12d")["clearances"] == []


def test_the_panel_lists_patients_of_whom_something_runs_out(caller, patient, cleared):
    empty = new_patient(caller)
    (shown,) = due(caller, "?within=12d")["items"]
    assert shown["patient_id"] == patient.rpartition("/")[2]
    assert [one["id"] for one in shown["clearances"]] == [cleared["id"]]
    assert "hot_swollen_foot_left" in {one["name"] for one in shown["facts"]}
    assert shown["next_at"] == min(one["at"] for one in shown["facts"] + shown["clearances"])
    assert empty.rpartition("/")[2] not in {one["patient_id"] for one in due(caller)["items"]}
    assert due(caller, "?within=1d")["items"] == []


def test_what_counts_for_a_day_only_is_not_in_the_panel(caller, patient):
    tell(
        caller,
        patient,
        {"glucose_mg_dl": {"value": 120, "unit": "mg/dL"}} | facts({"symptoms_today": ["none"]}),
    )
    names = {one["name"] for shown in due(caller)["items"] for one in shown["facts"]}
    assert not names & {"glucose_mg_dl", "symptoms_today"}


def test_the_panel_is_read_in_pages_with_few_statements(caller, statements):
    patients = [new_patient(caller) for _ in range(3)]
    for one in patients:
        tell(caller, one, screened()["facts"], hours=1)
    with statements.at_most(3):  # patients, evidence, clearances
        first = due(caller, "?limit=2")
    second = due(caller, f"?limit=2&after={first['next']}")
    shown = [one["patient_id"] for one in first["items"] + second["items"]]
    assert shown == sorted(one.rpartition("/")[2] for one in patients)
    assert second["next"] is None


@pytest.mark.parametrize("within", ["0d", "366d", "30", "d", "1w", "-1d"])
def test_a_time_that_is_no_number_of_days_is_refused(caller, patient, within):
    for where in (f"{patient}/readiness", "/v1/readiness"):
        answer = caller.get(f"{where}?within={within}")
        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json["errors"]] == ["/query/within"]


def test_readiness_needs_a_patient_and_takes_two_statements(caller, patient, statements):
    assert caller.get(f"/v1/patients/{uuid4()}/readiness").status_code == 404
    with statements.at_most(2):
        ready(caller, patient)


def test_another_clinics_patients_are_not_in_the_panel(caller, other_clinic, patient):
    assert other_clinic.caller().get("/v1/readiness").json["items"] == []
    assert [UUID(one["patient_id"]) for one in due(caller)["items"]] == [UUID(patient.rpartition("/")[2])]
