"""Many reports in one request: each answered by itself, none lost, none twice."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from api.sessions import actions, filing
from tests.sessions.wire import report

NDJSON = "application/x-ndjson"


@pytest.fixture
def patient_id(patient):
    return patient.rpartition("/")[2]


def item(patient_id, **changed):
    return report(**changed) | {"patient_id": patient_id}


def batch(caller, items, status=200):
    answer = caller.post("/v1/sessions/batch", json=items)
    assert answer.status_code == status, answer.text
    return answer.json


def outcomes(answer):
    return [one["result"] for one in answer["results"]]


def lines(caller, sent, **headers):
    data = b"\n".join(one if type(one) is bytes else json.dumps(one).encode() for one in sent)
    return caller.post("/v1/sessions/batch", data=data, headers={"Content-Type": NDJSON, **headers})


def test_each_is_answered_in_the_order_sent(caller, patient_id):
    good, open_spot = item(patient_id), item(patient_id, foot_check_after="bleeding-or-open")
    broken = {**item(patient_id), "rpe": "much"}
    stranger = item("019a9c51-3c4d-7e5f-8a6b-7c8d9e0f1a2b")
    answer = batch(caller, [good, broken, open_spot, good, stranger])
    assert outcomes(answer) == ["accepted", "quarantined", "accepted", "duplicate", "quarantined"]
    assert {name: answer[name] for name in ("sent", "accepted", "duplicate", "corrected", "quarantined")} == {
        "sent": 5,
        "accepted": 2,
        "duplicate": 1,
        "corrected": 0,
        "quarantined": 2,
    }
    first, second, third, *_, last = answer["results"]
    assert (first["session_id"], first["level"], first["version"]) == (good["session_id"], "ok", 1)
    assert [one["pointer"] for one in second["reasons"]] == ["/rpe"]
    assert third["level"] == "urgent"
    assert third["alert_id"]
    assert third["messages"]
    assert [one["code"] for one in last["reasons"]] == ["unknown-patient"]
    assert caller.get(f"/v1/sessions/{good['session_id']}").status_code == 200


def test_a_line_that_is_no_json_is_put_aside_as_it_came(caller, patient_id):
    answer = lines(caller, [item(patient_id), b'{"a": 1, "a": ', b"", b"\xff\x00"]).json
    assert outcomes(answer) == ["accepted", "quarantined", "quarantined"]
    assert [one["line"] for one in answer["results"]] == [1, 2, 4]
    kept = caller.get(f"/v1/sessions/quarantine/{answer['results'][1]['quarantine_id']}").json
    assert kept["sent"] == '{"a": 1, "a":'
    assert kept["reasons"][0]["code"] == "not-json"


def test_what_readers_disagree_on_in_one_element_spoils_no_other(caller, patient_id):
    good = json.dumps(item(patient_id))
    body = f'[{good}, {{"note": "a\\u0000"}} ,{{"a":1,"a":2}}, [1], {good}]'
    answer = caller.post("/v1/sessions/batch", data=body, content_type="application/json").json
    assert outcomes(answer) == ["accepted", "quarantined", "quarantined", "quarantined", "duplicate"]


def test_gzip_is_read(caller, patient_id):
    packed = gzip.compress(json.dumps(item(patient_id)).encode() + b"\n")
    more = gzip.compress(json.dumps(item(patient_id, performed_at="2025-01-01T00:00:00Z")).encode())
    answer = caller.post(
        "/v1/sessions/batch",
        data=packed + more,
        headers={"Content-Type": NDJSON, "Content-Encoding": "gzip"},
    )
    assert outcomes(answer.json) == ["accepted", "accepted"]


@pytest.mark.parametrize(
    ("body", "coding", "status"),
    [
        (lambda: gzip.compress(b"[" + b" " * (20 << 20) + b"]"), "gzip", 413),
        (lambda: b" " * (8 << 20) + b"[]", "", 413),
        (lambda: gzip.compress(b"[]")[:-4], "gzip", 400),
        (lambda: b"[]", "gzip", 400),
        (lambda: b"[]", "br", 415),
        (lambda: b"[]", "", 422),
    ],
    ids=["a bomb", "too long", "cut off", "not packed", "packed otherwise", "nothing"],
)
def test_a_body_that_is_none_is_refused(caller, body, coding, status):
    headers = {"Content-Type": "application/json"} | ({"Content-Encoding": coding} if coding else {})
    assert caller.post("/v1/sessions/batch", data=body(), headers=headers).status_code == status


def test_more_than_a_thousand_are_refused(caller):
    assert lines(caller, [b"{}"] * 1001).status_code == 422


def test_a_correction_takes_the_place_of_what_is_on_file(caller, patient_id):
    first = item(patient_id)
    second = {**first, "fall": "fall-injury", "correction": {"reason": "She told us later."}}
    third = {**first, "pain_peak": 5, "correction": {"reason": "A slip."}}
    answer = batch(caller, [first, second, third])
    assert outcomes(answer) == ["accepted", "corrected", "corrected"]
    assert [one["level"] for one in answer["results"]] == ["urgent", "urgent", "urgent"]
    versions = caller.get(f"/v1/sessions/{first['session_id']}").json["versions"]
    assert [one["reason"] for one in versions] == [None, "She told us later.", "A slip."]


def test_what_was_ever_told_of_a_session_is_a_duplicate(caller, patient_id):
    first = item(patient_id)
    sent = [first, {**first, "pain_peak": 5, "correction": {"reason": "A slip."}}]
    batch(caller, sent)
    again = batch(caller, sent)
    assert outcomes(again) == ["duplicate", "duplicate"]
    assert {one["version"] for one in again["results"]} == {2}


def test_a_correction_goes_back_only_from_the_version_that_it_names(caller, patient_id):
    first = item(patient_id)
    batch(caller, [first, {**first, "pain_peak": 5, "correction": {"reason": "A slip."}}])
    back = {**first, "correction": {"reason": "It was right.", "version": 2}}
    assert outcomes(batch(caller, [back])) == ["corrected"]


def test_a_correction_from_an_older_version_is_put_aside(caller, patient_id):
    first = item(patient_id)
    batch(caller, [first, {**first, "pain_peak": 5, "correction": {"reason": "A slip."}}])
    late = {**first, "pain_peak": 6, "correction": {"reason": "Another.", "version": 1}}
    answer = batch(caller, [late])
    assert outcomes(answer) == ["quarantined"]
    assert answer["results"][0]["reasons"][0]["code"] == "stale-version"


def test_a_correction_of_what_never_came_is_the_report(caller, patient_id):
    answer = batch(caller, [item(patient_id) | {"correction": {"reason": "A slip."}}])
    assert outcomes(answer) == ["accepted"]


def test_what_says_otherwise_without_correcting_is_put_aside(caller, patient_id):
    first = item(patient_id)
    answer = batch(caller, [first, {**first, "pain_peak": 5}])
    assert outcomes(answer) == ["accepted", "quarantined"]
    assert answer["results"][1]["reasons"][0]["code"] == "conflict"


def test_patients_are_named_by_identifiers_too(caller):
    identifier = {"system": "https://clinic.example/mrn", "value": "4711"}
    caller.post("/v1/patients", json={"identifiers": [identifier]})
    named = report() | {"identifier": identifier}
    nobody = report() | {"identifier": {**identifier, "value": "4712"}}
    both = report() | {"identifier": identifier, "patient_id": "019a9c51-3c4d-7e5f-8a6b-7c8d9e0f1a2b"}
    answer = batch(caller, [named, nobody, both, report()])
    assert outcomes(answer) == ["accepted", "quarantined", "quarantined", "quarantined"]
    assert [one["reasons"][0]["pointer"] for one in answer["results"][1:]] == [
        "/identifier",
        "/patient_id",
        "/patient_id",
    ]


def test_another_clinics_patient_is_nobodys(caller, other_clinic):
    answer = batch(caller, [item(str(other_clinic.patient()))])
    assert answer["results"][0]["reasons"][0]["code"] == "unknown-patient"


def test_the_same_batch_under_one_key_is_answered_once(caller, patient_id):
    sent = [item(patient_id)]
    key = {"Idempotency-Key": "batch-1"}
    first = caller.post("/v1/sessions/batch", json=sent, headers=key)
    again = caller.post("/v1/sessions/batch", json=sent, headers=key)
    assert (first.json, again.headers["Idempotent-Replayed"]) == (again.json, "true")
    other = caller.post("/v1/sessions/batch", json=sent * 2, headers=key)
    assert other.json["type"] == "/problems/idempotency-key-reused"


def test_a_thousand_quiet_reports_take_a_few_statements(caller, statements):
    patients = [caller.post("/v1/patients", json={"birth_date": "1964-03-09"}).json["id"] for _ in range(20)]
    sent = [
        item(patients[number % 20], performed_at=f"2025-{1 + number // 20:02}-01T08:00:00Z")
        for number in range(200)
    ]
    with statements.at_most(60):
        assert batch(caller, sent)["accepted"] == 200


def test_two_batches_over_the_same_patients_wait_for_each_other_and_both_succeed(live_clinic):
    patients = [str(live_clinic.patient()) for _ in range(30)]
    caller = live_clinic.caller()
    sent = [[item(one) for one in patients], [item(one) for one in reversed(patients)]]
    with ThreadPoolExecutor(2) as pool:
        answers = [
            one.result()
            for _ in range(5)
            for one in [pool.submit(batch, live_clinic.caller(), each) for each in sent]
        ]
    assert sum(one["accepted"] for one in answers) == 60
    assert sum(one["duplicate"] for one in answers) == 240
    assert caller.get("/v1/sessions/quarantine").json["items"] == []


def test_what_breaks_on_one_report_stops_no_other(caller, patient_id, monkeypatch):
    poison = item(patient_id)
    whole = filing.filed

    def breaks(file, told, source):
        if str(told.id) == poison["session_id"]:
            raise ZeroDivisionError
        return whole(file, told, source)

    monkeypatch.setattr(actions, "filed", breaks)
    sent = [item(patient_id, performed_at=f"2025-0{day}-01T08:00:00Z") for day in range(1, 6)]
    answer = batch(caller, [*sent[:2], poison, *sent[2:]])
    assert outcomes(answer) == ["accepted", "accepted", "quarantined", "accepted", "accepted", "accepted"]
    assert answer["results"][2]["reasons"][0]["code"] == "fault"
    monkeypatch.undo()
    rerun = f"/v1/sessions/quarantine/{answer['results'][2]['quarantine_id']}/rerun"
    assert caller.post(rerun).json["state"] == "filed"
