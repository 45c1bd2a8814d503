from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from api.database.audit import AuditEvent
from tests.checks.wire import facts


def make(caller, patient, asked=None, **headers):
    return caller.post(f"{patient}/checks", json=asked or {"kind": "programme"}, headers=headers)


def ago(**how_long):
    return (datetime.now(UTC) - timedelta(**how_long)).isoformat()


def test_a_check_of_a_patient_answers_as_the_same_facts_in_a_body_do(caller, patient):
    made = make(caller, patient).json
    assert made["decision"] == "modified"
    inputs = {
        one["name"]: {"value": one["value"], "observed_at": one["observed_at"], "source": one["source"]}
        for one in made["inputs"]["observations"]
    }
    stateless = caller.post("/v1/checks", json={"kind": "programme", "as_of": made["as_of"], "facts": inputs})
    assert stateless.status_code == 200, stateless.text
    assert {name: made[name] for name in stateless.json} == stateless.json


def test_a_check_is_kept_as_it_was_given(caller, patient):
    made = make(caller, patient)
    assert made.status_code == 201
    shown = caller.get(made.headers["Location"])
    assert shown.data == made.data
    assert shown.json["patient_id"] == patient.rpartition("/")[2]
    assert shown.headers["Cache-Control"] == "no-store"


def test_the_day_is_the_patients_day(caller, patient):
    made = make(caller, patient).json
    assert made["time_zone"] == "Europe/Rome"
    assert made["as_of"].endswith(("+01:00", "+02:00"))
    assert made["inputs"]["clearances"] == []


def test_facts_of_the_day_count_for_this_check_only(caller, patient):
    day = facts({"acute_illness_today": "no", "symptoms_today": ["none"]})
    asked = {"kind": "session", "observed_at": ago(minutes=1), "facts": day}
    with_day = make(caller, patient, asked).json
    assert with_day["gates"] == []
    assert make(caller, patient, {"kind": "session"}).json["gates"] == [*day]
    on_file = caller.get(f"{patient}/facts?limit=200").json["items"]
    assert not {fact["name"] for fact in on_file} & day.keys()
    assert {one["name"] for one in with_day["inputs"]["observations"]} > day.keys()


def test_a_fact_of_the_day_from_the_same_system_renews_what_is_on_file(caller, patient):
    told = {"observed_at": ago(minutes=30), "facts": facts({"foot_drop": "yes"})}
    assert caller.post(f"{patient}/facts", json=told).status_code == 200
    renewed = {"kind": "programme", "observed_at": ago(minutes=1), "facts": facts({"foot_drop": "no"})}
    assert "conflicting" not in {one["state"] for one in make(caller, patient, renewed).json["missing"]}
    elsewhere = {"foot_drop": {"value": "no", "source": "another system"}}
    assert "foot_drop" in {
        name
        for finding in make(caller, patient, renewed | {"facts": elsewhere}).json["findings"]
        for name in finding["missing"]
        if finding["basis"] == "conflicting-data"
    }


def test_an_ulcer_on_file_outlasts_a_later_clear_screen(caller, patient):
    told = {"observed_at": ago(days=2), "facts": facts({"foot_ulcer_left": "active"})}
    assert caller.post(f"{patient}/facts", json=told).status_code == 200
    made = make(caller, patient).json
    assert made["decision"] != "standard"
    seen = {fact["name"]: fact["value"] for finding in made["findings"] for fact in finding["facts"]}
    assert seen["foot_ulcer_left"] == "active"
    assert "conflicting-data" in {finding["basis"] for finding in made["findings"]}


def test_a_patient_without_facts_is_insufficiently_known(caller):
    where = caller.post("/v1/patients", json={}).headers["Location"]
    made = make(caller, where).json
    assert (made["decision"], made["exercises"]) == ("insufficient-data", [])


def test_checks_are_listed_newest_first_in_pages(caller, patient):
    ids = [make(caller, patient).json["id"] for _ in range(3)]
    first = caller.get(f"{patient}/checks?limit=2").json
    assert [item["id"] for item in first["items"]] == ids[:0:-1]
    assert {item["decision"] for item in first["items"]} == {"modified"}
    second = caller.get(f"{patient}/checks?limit=2&after={first['next']}").json
    assert [item["id"] for item in second["items"]] == ids[:1]
    assert second["next"] is None


def test_the_list_of_nobody_is_not_found(caller):
    assert caller.get(f"/v1/patients/{uuid4()}/checks").status_code == 404
    assert make(caller, f"/v1/patients/{uuid4()}").status_code == 404
    assert caller.get(f"/v1/checks/{uuid4()}").status_code == 404
    assert caller.post(f"/v1/checks/{uuid4()}/replay").status_code == 404


def test_the_same_key_makes_one_check(caller, patient):
    headers = {"Idempotency-Key": "once"}
    first = caller.post(f"{patient}/checks", json={"kind": "programme"}, headers=headers)
    again = caller.post(f"{patient}/checks", json={"kind": "programme"}, headers=headers)
    other = caller.post(f"{patient}/checks", json={"kind": "session"}, headers=headers)
    assert (again.status_code, again.data) == (201, first.data)
    assert again.headers["Location"] == first.headers["Location"]
    assert other.status_code == 422
    assert len(caller.get(f"{patient}/checks").json["items"]) == 1


@pytest.mark.parametrize(
    ("asked", "faults"),
    [
        ({}, {("/kind", "required")}),
        ({"kind": "programme", "as_of": "2026-01-01T00:00:00Z"}, {("/as_of", "unknown")}),
        ({"kind": "programme", "clearances": []}, {("/clearances", "unknown")}),
        ({"kind": "programme", "observed_at": "2026-01-01T00:00:00Z"}, {("/facts", "required")}),
        (
            {"kind": "weekly", "observed_at": "2026-01-01T00:00:00Z", "facts": facts({"resting_sys": 900})},
            {("/kind", "not-in-the-list"), ("/facts/resting_sys/value", "out-of-range")},
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_and_not_kept(caller, patient, asked, faults):
    answer = caller.post(f"{patient}/checks", json=asked)
    assert answer.status_code == 422
    assert {(error["pointer"], error["code"]) for error in answer.json["errors"]} == faults
    assert caller.get(f"{patient}/checks").json["items"] == []


def test_a_check_is_in_the_audit_trail(clinic, caller, patient):
    made = make(caller, patient).json
    work = clinic.work()
    acts = work.db.execute(
        select(AuditEvent.action, AuditEvent.subject, AuditEvent.client_id).where(
            AuditEvent.clinic_id == clinic.id, AuditEvent.subject_id == UUID(made["id"])
        )
    ).all()
    work.abandon()
    assert [(act.action, act.subject) for act in acts] == [("check.made", "check")]
    assert acts[0].client_id is not None


def test_each_route_asks_the_database_a_fixed_number_of_times(caller, patient, statements):
    with statements.at_most(4):  # the evidence, the clearances, the check, the audit trail
        made = make(caller, patient)
    with statements.at_most(1):
        caller.get(made.headers["Location"])
    with statements.at_most(1):
        caller.get(f"{patient}/checks")
    with statements.at_most(1):
        caller.post(f"{made.headers['Location']}/replay")
