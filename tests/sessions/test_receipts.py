"""Which reports the service has."""

from uuid import uuid4

from tests.sessions.test_batch import batch, item
from tests.sessions.wire import sent


def receipts(caller, *ids):
    answer = caller.get("/v1/sessions/receipts", query_string={"ids": ",".join(ids)})
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


def test_each_is_held_or_in_quarantine_or_unknown(caller, patient, statements):
    patient_id = patient.rpartition("/")[2]
    held = sent(caller, patient)
    both = item(patient_id, performed_at="2025-01-01T08:00:00Z")
    aside = {**item(patient_id), "rpe": "much"}
    batch(caller, [both, {**both, "pain_peak": 7}, aside])
    unknown = str(uuid4())
    ids = [unknown, aside["session_id"], held["session_id"], both["session_id"]]
    with statements.at_most(1):
        found = receipts(caller, *ids)
    assert [one["session_id"] for one in found] == ids
    assert [one["state"] for one in found] == ["unknown", "quarantined", "held", "held"]
    assert (found[2]["received_at"], found[2]["version"]) == (held["received_at"], held["version"])
    assert len(found[2]["sha256"]) == 64
    assert [bool(one["quarantine_id"]) for one in found] == [False, True, False, True]
    assert found[0]["received_at"] is None


def test_what_was_withdrawn_is_still_held(caller, patient):
    held = sent(caller, patient)["session_id"]
    caller.post(f"/v1/sessions/{held}/withdraw", json={"reason": "Somebody else's."})
    (found,) = receipts(caller, held)
    assert (found["state"], bool(found["withdrawn_at"])) == ("held", True)


def test_another_clinics_reports_are_unknown(caller, other_clinic):
    theirs = other_clinic.caller()
    patient = theirs.post("/v1/patients", json={}).headers["Location"]
    (found,) = receipts(caller, sent(theirs, patient)["session_id"])
    assert found["state"] == "unknown"


def test_two_hundred_can_be_asked_at_once_and_no_more(caller):
    assert len(receipts(caller, *[str(uuid4()) for _ in range(200)])) == 200
    many = ",".join(str(uuid4()) for _ in range(201))
    assert caller.get(f"/v1/sessions/receipts?ids={many}").status_code == 422
    assert caller.get("/v1/sessions/receipts").json == {"items": []}
