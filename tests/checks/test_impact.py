"""Whom another release would concern, and stored checks answered with either release."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from api.clinical.knowledge.releases import Releases
from tests.checks.wire import RELEASE, screened
from tests.next_release import NEXT, RULE, next_release


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return next_release(tmp_path_factory.mktemp("next") / "knowledge")


@pytest.fixture
def both(app, folder, monkeypatch):
    """The service with another release beside the one that answers."""
    building = replace(app.extensions["surefoot"], releases=Releases(current=RELEASE, earlier={NEXT: folder}))
    monkeypatch.setitem(app.extensions, "surefoot", building)


@pytest.fixture
def register(caller):
    """Registers a patient with the core facts and this systolic pressure; the id."""

    def registered(systolic, **changed):
        made = caller.post("/v1/patients", json={"birth_date": "1964-03-09", "time_zone": "Europe/Rome"})
        seen = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        told = {
            "observed_at": seen,
            "facts": screened(resting_sys=systolic, resting_dia=60, **changed)["facts"],
        }
        where = made.headers["Location"]
        assert caller.post(f"{where}/facts", json=told).status_code == 200
        return made.json["id"]

    return registered


def step(caller, query="", **members):
    body = {"from_release": RELEASE.id, "to_release": NEXT} | members
    answer = caller.post(f"/v1/knowledge/impact{query}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json


def test_it_says_for_whom_a_release_changes_the_answer_and_by_which_rule(both, caller, register):
    register(130)
    concerned = register(95)
    found = step(caller)
    assert (found["patients_checked"], found["patients_left_without_aerobic"]) == (2, 1)
    (one,) = found["items"]
    assert one["patient_id"] == concerned
    assert one["decision"]["after"] == "do-not-exercise"
    assert one["rules"] == {"appeared": [RULE], "disappeared": [], "changed": []}
    assert one["left_without_aerobic"]
    assert one["open_aerobic"]["before"] > one["open_aerobic"]["after"] == 0
    assert {tuple(exercise["because"]) for exercise in one["closed"]} == {(RULE,)}
    assert found["rules"] == [
        {"rule_id": RULE, "patients": 1, "closed": len(one["closed"]), "opened": 0},
    ]
    assert found["to_release"] == {"release": NEXT, "sha256": found["to_release"]["sha256"]}
    assert found["from_release"]["sha256"] == RELEASE.sha256


def test_it_is_what_checks_under_either_release_say(both, caller, register):
    concerned = register(95)
    check = caller.post(f"/v1/patients/{concerned}/checks", json={"kind": "programme"}).json
    again = caller.post(f"/v1/checks/{check['id']}/replay?release={NEXT}").json
    (one,) = step(caller)["items"]
    assert one["decision"] == {"before": check["decision"], "after": again["answer"]["decision"]}

    def open_in(answer):
        return {
            judged["exercise_id"]
            for judged in answer["exercises"]
            if judged["status"] in {"allowed", "modify"}
        }

    lost = open_in(check) - open_in(again["answer"])
    assert {exercise["exercise_id"] for exercise in one["closed"]} == lost


def test_clearances_on_file_count(both, clinic, caller, register):
    healed = (datetime.now(UTC) - timedelta(days=40)).date().isoformat()
    scar = {"foot_ulcer_right": "healed", "ulcer_healed_date_right": healed, "footwear": "therapeutic"}
    concerned = register(95, **scar)

    def lost():
        (one,) = step(caller)["items"]
        return {exercise["exercise_id"] for exercise in one["closed"]}

    before = lost()
    body = {"rule_id": "foot-ulcer-healed-under-90d", "practitioner_id": str(clinic.practitioner())}
    assert caller.post(f"/v1/patients/{concerned}/clearances", json=body).status_code == 201
    assert "walk-moderate" in lost() - before


def test_back_again_the_exercises_open(both, caller, register):
    register(95)
    (one,) = step(caller, from_release=NEXT, to_release=RELEASE.id)["items"]
    assert (one["closed"], one["rules"]["disappeared"]) == ([], [RULE])
    assert one["opened"]
    assert not one["left_without_aerobic"]


def test_without_another_release_nothing_changes(caller, register):
    register(95)
    found = step(caller, to_release=RELEASE.id)
    assert (found["patients_checked"], found["items"], found["rules"]) == (1, [], [])


def test_the_release_that_answers_is_meant_where_none_is_named(both, caller):
    answer = caller.post("/v1/knowledge/impact", json={"from_release": NEXT})
    assert answer.json["to_release"]["release"] == RELEASE.id


def test_it_goes_through_a_clinic_page_by_page(both, caller, register):
    concerned = [register(95) for _ in range(3)]
    seen, after = [], ""
    for expected in (2, 1):
        found = step(caller, f"?limit=2{after}")
        assert found["patients_checked"] == expected
        seen += [one["patient_id"] for one in found["items"]]
        after = f"&after={found['next']}"
    assert found["next"] is None
    assert seen == sorted(concerned)


def test_a_page_without_changes_still_leads_on(both, caller, register):
    register(130)
    concerned = register(95)
    first = step(caller, "?limit=1")
    assert first["items"] == []
    assert step(caller, f"?limit=1&after={first['next']}")["items"][0]["patient_id"] == concerned


def test_a_page_costs_a_statement_for_patients_one_for_facts_and_one_for_clearances(
    both, caller, register, statements
):
    for _ in range(4):
        register(95)
    step(caller)  # the client's row is read once
    with statements.at_most(3):
        assert len(step(caller)["items"]) == 4


def test_another_clinics_patients_are_not_checked(both, other_clinic, register):
    register(95)
    assert step(other_clinic.caller())["patients_checked"] == 0


def test_it_says_nothing_of_a_patient_but_the_id(both, caller, register):
    register(95)
    (one,) = step(caller)["items"]
    assert one.keys() == {
        "patient_id",
        "decision",
        "closed",
        "opened",
        "rules",
        "open_aerobic",
        "left_without_aerobic",
    }


@pytest.mark.parametrize("member", ["from_release", "to_release"])
def test_a_release_that_is_not_here_is_refused(both, caller, member):
    body = {"from_release": RELEASE.id, "to_release": NEXT} | {member: "1999-01-01"}
    answer = caller.post("/v1/knowledge/impact", json=body)
    assert answer.status_code == 422
    (error,) = answer.json["errors"]
    assert (error["pointer"], error["code"]) == (f"/{member}", "unknown-release")
    assert RELEASE.id in error["detail"]
    assert NEXT in error["detail"]


def test_a_page_is_bounded(caller):
    answer = caller.post("/v1/knowledge/impact?limit=101", json={"from_release": RELEASE.id})
    assert answer.status_code == 422


def test_a_check_is_answered_again_with_another_release(both, caller, register):
    concerned = register(95)
    check = caller.post(f"/v1/patients/{concerned}/checks", json={"kind": "programme"}).json
    again = caller.post(f"/v1/checks/{check['id']}/replay?release={NEXT}").json
    assert not again["same"]
    assert again["release"]["now"]["release"] == NEXT
    assert again["rules"]["superseded"] == [{"rule_id": RULE, "then": 1, "now": 2}]
    assert again["findings"]["appeared"] == [RULE]
    assert caller.post(f"/v1/checks/{check['id']}/replay?release={RELEASE.id}").json["same"]


def test_a_check_is_not_answered_with_a_release_that_is_not_here(caller, register):
    check = caller.post(f"/v1/patients/{register(130)}/checks", json={"kind": "programme"}).json
    answer = caller.post(f"/v1/checks/{check['id']}/replay?release=1999-01-01")
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/query/release"


def test_the_service_says_which_releases_can_be_asked(both, anyone):
    assert anyone.get("/v1/meta").json["releases"] == [RELEASE.id, NEXT]
