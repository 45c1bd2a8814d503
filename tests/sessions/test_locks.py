from datetime import UTC, datetime, timedelta

import pytest

from tests.prescriptions.wire import on_file, signed
from tests.sessions.wire import codes, sent, shown


@pytest.fixture
def signer(clinic):
    return str(clinic.practitioner())


def live(caller, patient):
    return caller.get(f"{patient}/locks?live=true").json["items"]


def unlock(caller, lock, signer, **more):
    body = {"practitioner_id": signer, "reason": "Seen in the clinic."} | more
    return caller.post(f"/v1/locks/{lock['id']}/unlock", json=body)


def test_a_clinician_unlocks_with_a_reason_once(caller, patient, signer):
    answer = sent(caller, patient, foot_check_after="blister")
    (lock,) = answer["locks"]
    version = caller.get(f"/v1/sessions/{answer['session_id']}").headers["ETag"]
    ended = unlock(caller, lock, signer)
    assert ended.status_code == 200, ended.text
    assert (ended.json["unlocked_by"], ended.json["unlock_reason"]) == (signer, "Seen in the clinic.")
    assert live(caller, patient) == []
    assert [one["id"] for one in caller.get(f"{patient}/locks?live=false").json["items"]] == [lock["id"]]
    assert unlock(caller, lock, signer).status_code == 409
    assert caller.get(f"/v1/sessions/{answer['session_id']}").headers["ETag"] != version


def test_nobody_but_staff_unlocks(caller, patient, other_clinic):
    (lock,) = sent(caller, patient, foot_check_after="blister")["locks"]
    answer = unlock(caller, lock, str(other_clinic.practitioner()))
    assert codes(answer) == {("/practitioner_id", "unknown-practitioner")}
    assert len(live(caller, patient)) == 1


def test_an_app_that_reports_cannot_unlock(clinic, caller, patient, signer):
    (lock,) = sent(caller, patient, foot_check_after="blister")["locks"]
    assert unlock(clinic.caller("sessions:write", "alerts:write"), lock, signer).status_code == 403


def test_feeling_fine_later_unlocks_nothing(caller, patient):
    sent(caller, patient, foot_check_after="blister")
    assert len(sent(caller, patient, performed_at=datetime.now(UTC).isoformat())["locks"]) == 1


def test_the_same_finding_again_locks_again_after_it_was_unlocked(caller, patient, signer):
    (lock,) = sent(caller, patient, foot_check_after="blister")["locks"]
    unlock(caller, lock, signer)
    (again,) = sent(caller, patient, foot_check_after="blister")["locks"]
    assert again["id"] != lock["id"]


def test_a_lock_of_a_day_is_not_ended_earlier(clock, lasting, patient, signer):
    locks = sent(lasting, patient, glucose_min=50)["locks"]
    (lock,) = [one for one in locks if one["rule_id"] == "rep-hypo-54"]
    refused = unlock(lasting, lock, signer)
    assert refused.status_code == 409
    assert datetime.fromisoformat(refused.json["opens_from"]) == clock.now + timedelta(hours=24)
    clock.forward(hours=24)
    assert unlock(lasting, lock, signer).status_code == 200


def test_a_lock_that_waits_for_ketones_needs_them_told(caller, patient, signer):
    (lock,) = sent(caller, patient, ketones_mmol_l=2)["locks"]
    assert lock["ketones_below"] == 0.6
    assert codes(unlock(caller, lock, signer)) == {("/ketones_mmol_l", "required")}
    assert codes(unlock(caller, lock, signer, ketones_mmol_l=0.6)) == {("/ketones_mmol_l", "too-high")}
    ended = unlock(caller, lock, signer, ketones_mmol_l=0.4)
    assert ended.json["unlock_reason"] == "Seen in the clinic. Ketones: 0.4 mmol/L."


def test_what_is_locked_is_paused_in_the_plan_until_it_is_unlocked(caller, signer):
    patient = on_file(caller)
    plan = signed(caller, patient, signer, "recumbent-cycle-easy")
    answer = sent(caller, patient, prescription_id=plan["id"], symptoms=["calf-swelling"])
    (item,) = caller.get(f"{patient}/plan").json["items"]
    assert answer["session_id"] in str(item["paused"])
    for lock in answer["locks"]:
        unlock(caller, lock, signer)
    (item,) = caller.get(f"{patient}/plan").json["items"]
    assert answer["session_id"] not in str(item["paused"])


def test_the_history_of_a_report_shows_how_its_locks_ended(caller, patient, signer):
    answer = sent(caller, patient, foot_check_after="blister")
    unlock(caller, answer["locks"][0], signer)
    (lock,) = shown(caller, answer["session_id"])["locks"]
    assert lock["unlocked_by"] == signer
