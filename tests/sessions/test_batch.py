"""Many reports in one request: each answered by itself, none lost, none twice."""

import gzip
import json

import pytest

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
        (gzip.compress(b"[" + b" " * (20 << 20) + b"]"), "gzip", 413),
        (b" " * (8 << 20) + b"[]", "", 413),
        (gzip.compress(b"[]")[:-4], "gzip", 400),
        (b"[]", "gzip", 400),
        (b"[]", "br", 415),
        (b"[]", "", 422),
    ],
)
def test_a_body_that_is_none_is_refused(caller, body, coding, status):
    headers = {"Content-Type": "application/json"} | ({"Content-Encoding": coding} if coding else {})
    assert caller.post("/v1/sessions/batch", data=body, headers=headers).status_code == status


def test_more_than_a_thousand_are_refused(caller):
    assert lines(caller, [b"{}"] * 1001).status_code == 422
