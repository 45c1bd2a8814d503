from datetime import UTC, datetime, timedelta

import pytest

from tests.checks.wire import facts


def suppose(caller, patient, **asked):
    answer = caller.post(f"{patient}/what-if", json={"kind": "programme", **asked})
    assert answer.status_code == 200, answer.text
    return answer.json


def codes(answer):
    assert answer.status_code == 422, answer.text
    return {(error["pointer"], error["code"]) for error in answer.json["errors"]}


def statuses(answer):
    return {one["exercise_id"]: one["status"] for one in answer["exercises"]}


def test_supposing_nothing_changes_nothing(caller, patient):
    answer = suppose(caller, patient)
    check = caller.post(f"{patient}/checks", json={"kind": "programme"}).json
    assert answer["hypothetical"] is True
    assert answer["changed"] == {
        "decision": {"on_file": "modified", "supposed": "modified"},
        "exercises": {"opened": [], "closed": []},
        "findings": {"appeared": [], "disappeared": []},
    }
    assert statuses(answer) == statuses(check)


def test_what_is_supposed_stands_for_all_that_is_on_file(caller, patient):
    answer = suppose(
        caller, patient, facts=facts({"foot_ulcer_left": "active", "ulcer_site_left": "non-plantar"})
    )
    assert "foot-ulcer-active-other" in answer["changed"]["findings"]["appeared"]
    assert answer["changed"]["exercises"]["closed"]
    assert set(statuses(answer)) >= set(answer["changed"]["exercises"]["closed"])
    better = facts({"foot_ulcer_left": "none"})
    told = {"observed_at": datetime.now(UTC).isoformat(), "facts": facts({"foot_ulcer_left": "active"})}
    assert caller.post(f"{patient}/facts", json=told).status_code == 200
    assert (
        "foot-ulcer-active-other"
        in suppose(caller, patient, facts=better)["changed"]["findings"]["disappeared"]
    )


@pytest.mark.parametrize("unknown", [None, {"value": None}], ids=["null", "a null value"])
def test_null_supposes_a_fact_unknown(caller, patient, unknown):
    answer = suppose(caller, patient, facts={"egfr": unknown})
    assert answer["changed"]["findings"]["appeared"] == ["kidney-status-unknown"]
    assert "egfr" in {one["name"] for one in answer["missing"]}
    gate = suppose(caller, patient, facts={"cv_symptoms": unknown})
    assert (gate["decision"], gate["exercises"]) == ("insufficient-data", [])
    assert len(gate["changed"]["exercises"]["closed"]) == 76


def test_only_the_exercises_asked_for_are_judged_and_compared(caller, patient):
    answer = suppose(caller, patient, facts={"cv_symptoms": None}, exercises=["chair-march"])
    assert answer["changed"]["exercises"]["closed"] == ["chair-march"]


def test_a_supposed_fact_has_the_time_that_it_says(caller, patient):
    old = (datetime.now(UTC) - timedelta(days=400)).isoformat()
    answer = suppose(caller, patient, facts={"egfr": {"value": 85, "observed_at": old}})
    assert {one["name"]: one["state"] for one in answer["missing"]}["egfr"] == "stale"


def test_a_supposed_clearance_counts_beside_those_on_file(clinic, caller, patient):
    now = datetime.now(UTC)
    given = {
        "rule_id": "cardiac-vigorous-clearance",
        "granted_by": {"name": "A. Heart", "role": "physician"},
        "granted_at": (now - timedelta(minutes=1)).isoformat(),
        "expires_at": (now + timedelta(days=1)).isoformat(),
    }
    answer = suppose(caller, patient, clearances=[given])
    assert [one["rule_id"] for one in answer["findings"] if one["cleared"]] == [given["rule_id"]]


def test_a_supposed_ulcer_ends_a_clearance_in_the_supposition_only(clinic, caller, patient):
    told = {
        "observed_at": datetime.now(UTC).isoformat(),
        "facts": facts({"footwear": "inadequate", "lops_left": "yes"}),
    }
    assert caller.post(f"{patient}/facts", json=told).status_code == 200
    body = {"rule_id": "foot-footwear", "practitioner_id": str(clinic.practitioner())}
    assert caller.post(f"{patient}/clearances", json=body).status_code == 201
    assert "foot-footwear" in {
        one["rule_id"] for one in suppose(caller, patient)["findings"] if one["cleared"]
    }
    answer = suppose(caller, patient, facts=facts({"foot_ulcer_left": "active"}))
    assert not any(one["cleared"] for one in answer["findings"])
    assert caller.get(f"{patient}/clearances").json["items"][0]["status"] == "active"


def test_nothing_of_it_is_kept(caller, patient, statements):
    before = caller.get(f"{patient}/facts?limit=200").json
    with statements.at_most(2):  # the evidence, the clearances
        suppose(caller, patient, facts=facts({"foot_ulcer_left": "active"}))
    assert caller.get(f"{patient}/facts?limit=200").json == before
    assert caller.get(f"{patient}/checks").json["items"] == []


@pytest.mark.parametrize(
    ("asked", "faults"),
    [
        ({"facts": {"no_such": None}}, {("/facts/no_such", "unknown-fact")}),
        ({"facts": {"a/b": None, "egfr": 5}}, {("/facts/a~1b", "unknown-fact"), ("/facts/egfr", "type")}),
        ({"facts": []}, {("/facts", "type")}),
        ({"facts": facts({"resting_sys": 900})}, {("/facts/resting_sys/value", "out-of-range")}),
        ({"as_of": "2026-01-01T00:00:00Z"}, {("/as_of", "unknown")}),
        ({"kind": "weekly"}, {("/kind", "not-in-the-list")}),
        ({"exercises": ["no-such"]}, {("/exercises/0", "unknown-exercise")}),
    ],
)
def test_what_cannot_be_supposed_is_refused(caller, patient, asked, faults):
    assert codes(caller.post(f"{patient}/what-if", json={"kind": "programme", **asked})) == faults
