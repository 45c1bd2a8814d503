import pytest

from tests.prescriptions.wire import address, on_file, signed
from tests.sessions.test_locks import unlock
from tests.sessions.wire import ago, sent


@pytest.fixture
def signer(clinic):
    return str(clinic.practitioner())


@pytest.fixture
def plan(caller, signer):
    """A patient with a signed plan, and the plan."""
    patient = on_file(caller)
    return patient, signed(caller, patient, signer, "recumbent-cycle-easy")


def next_dose(caller, plan):
    answer = caller.get(f"{address(plan[1])}/next-dose")
    assert answer.status_code == 200, answer.text
    return answer.json


def told(caller, plan, **changed):
    items = [{"exercise_id": "recumbent-cycle-easy", "minutes": 8}]
    return sent(caller, plan[0], prescription_id=plan[1]["id"], items=items, **changed)


def test_every_session_is_read_once(caller, plan):
    told(caller, plan, performed_at=ago(hours=3))
    told(caller, plan, performed_at=ago(hours=3), source="watch", reporter="device")
    sent(caller, plan[0], performed_at=ago(hours=1))
    assert next_dose(caller, plan)["reports_read"] == 1


def test_a_red_flag_of_an_unplanned_session_is_read_too(caller, plan):
    sent(caller, plan[0], foot_check_after="bleeding-or-open")
    assert next_dose(caller, plan)["kind"] == "locked"


def test_a_locked_dose_goes_on_when_it_is_unlocked_and_the_alert_resolved(caller, plan, signer):
    answer = told(caller, plan, symptoms=["calf-swelling"])
    found = next_dose(caller, plan)
    assert found["kind"] == "locked"
    assert [one["report_ids"] for one in found["reasons"]] == [[answer["session_id"]]]
    for lock in answer["locks"]:
        unlock(caller, lock, signer)
    assert next_dose(caller, plan)["kind"] == "locked"
    alert = f"/v1/alerts/{answer['triage']['alert_id']}"
    body = {"practitioner_id": signer, "outcome": "no-action-needed", "note": "No clot."}
    tag = {"If-Match": caller.get(alert).headers["ETag"]}
    resolved = caller.post(f"{alert}/resolve", json=body, headers=tag)
    assert resolved.status_code == 200, resolved.text
    assert next_dose(caller, plan)["kind"] != "locked"


def test_a_withdrawn_report_is_not_read(caller, plan):
    answer = told(caller, plan)
    caller.post(f"/v1/sessions/{answer['session_id']}/withdraw", json={"reason": "Not hers."})
    assert next_dose(caller, plan)["reports_read"] == 0
