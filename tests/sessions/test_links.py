import pytest

from tests.sessions.wire import ago, correct, report, sent, shown

AT = ago(hours=5)


@pytest.fixture
def two(caller, patient):
    """One walk, told by a person and by a watch."""
    told = sent(caller, patient, performed_at=AT, source="app")
    seen = sent(caller, patient, performed_at=ago(hours=4, minutes=50), source="watch", reporter="device")
    return told["session_id"], seen["session_id"]


def act(caller, session_id, what, **body):
    answer = caller.post(f"/v1/sessions/{session_id}/{what}", json={"reason": "Asked her."} | body)
    assert answer.status_code == 200, answer.text
    return answer.json


def counting(caller, *ids):
    return [shown(caller, one)["counts"] for one in ids]


def test_two_sources_at_one_time_are_linked_and_the_better_one_counts(caller, two):
    told, seen = two
    found = shown(caller, told)
    assert found["links"] == {"counts": False, "session_ids": [seen]}
    assert [one["act"] for one in found["link_history"]] == ["overlapping"]
    assert counting(caller, told, seen) == [False, True]
    assert found["link_group"] == shown(caller, seen)["link_group"]


def test_who_read_a_report_sees_that_another_joined_it(caller, patient, two):
    versions = [caller.get(f"/v1/sessions/{one}").headers["ETag"] for one in two]
    sent(caller, patient, performed_at=AT, source="carer", reporter="caregiver")
    assert all(
        caller.get(f"/v1/sessions/{one}").headers["ETag"] != version
        for one, version in zip(two, versions, strict=True)
    )


def test_what_a_person_did_in_clinic_counts_before_a_device(caller, patient, two):
    third = sent(caller, patient, performed_at=AT, source="record", reporter="clinician")["session_id"]
    assert counting(caller, *two, third) == [False, False, True]


def test_sources_at_other_times_are_not_linked(caller, patient, two):
    answer = sent(caller, patient, performed_at=ago(hours=3), source="watch")
    assert answer["links"] == {"counts": True, "session_ids": []}


def test_a_session_left_out_is_not_linked_with_one_that_was_done(caller, patient, two):
    answer = sent(caller, patient, performed_at=AT, source="carer", status="skipped", duration_min=None)
    assert answer["links"]["session_ids"] == []


def test_one_source_twice_at_one_time_is_a_near_match(caller, patient):
    items = [{"exercise_id": "recumbent-cycle-easy", "minutes": 20}]
    first = sent(caller, patient, performed_at=AT, items=items)
    again = sent(caller, patient, performed_at=AT, items=items, rpe=6)
    assert again["links"] == {"counts": False, "session_ids": [first["session_id"]]}
    assert shown(caller, first["session_id"])["link_history"][0]["act"] == "near-match"


def test_one_source_with_two_exercises_at_one_time_told_two_parts(caller, patient):
    sent(caller, patient, performed_at=AT, items=[{"exercise_id": "recumbent-cycle-easy"}])
    part = sent(caller, patient, performed_at=AT, items=[{"exercise_id": "chair-march"}])
    assert part["links"]["session_ids"] == []


def test_two_walks_of_a_device_are_not_one_because_a_person_told_one(caller, patient):
    first = sent(caller, patient, performed_at=AT, source="watch", duration_min=10, reporter="device")
    items = [{"exercise_id": "chair-march"}]
    second = sent(
        caller,
        patient,
        performed_at=ago(hours=4, minutes=45),
        source="watch",
        duration_min=10,
        reporter="device",
        items=items,
    )
    told = sent(caller, patient, performed_at=AT, source="app", duration_min=40)
    assert len(told["links"]["session_ids"]) == 1
    assert counting(caller, first["session_id"], second["session_id"], told["session_id"]) == [
        True,
        True,
        False,
    ]


def test_what_is_no_duplicate_counts_on_its_own_and_back(caller, two):
    told, seen = two
    found = act(caller, told, "not-duplicate")
    assert (found["links"], counting(caller, told, seen)) == (
        {"counts": True, "session_ids": []},
        [True, True],
    )
    assert shown(caller, seen)["link_group"] is None
    assert act(caller, told, "merge", **{"with": seen})["links"]["session_ids"] == [seen]
    assert counting(caller, told, seen) == [False, True]
    assert [one["act"] for one in shown(caller, seen)["link_history"]] == [
        "overlapping",
        "separated",
        "merged",
    ]


def test_what_a_person_parted_no_correction_joins(caller, patient):
    body = report(performed_at=AT, source="app")
    caller.post(f"{patient}/sessions", json=body)
    seen = sent(caller, patient, performed_at=AT, source="watch")["session_id"]
    act(caller, seen, "not-duplicate")
    assert correct(caller, body, rpe=4).json["links"]["session_ids"] == []


def test_a_corrected_time_joins_and_parts(caller, patient):
    body = report(performed_at=AT, source="app")
    caller.post(f"{patient}/sessions", json=body)
    seen = sent(caller, patient, performed_at=ago(hours=9), source="watch")["session_id"]
    joined = correct(caller, body, performed_at=ago(hours=9)).json
    assert joined["links"]["session_ids"] == [seen]
    parted = correct(caller, body, performed_at=AT, rpe=4).json
    assert parted["links"] == {"counts": True, "session_ids": []}
    assert counting(caller, seen) == [True]


def test_of_a_withdrawn_report_the_other_counts(caller, two):
    told, seen = two
    caller.post(f"/v1/sessions/{seen}/withdraw", json={"reason": "The watch was on the dog."})
    assert counting(caller, told, seen) == [True, False]


@pytest.mark.parametrize("what", ["not-duplicate", "merge"])
def test_what_is_so_already_is_refused(caller, patient, two, what):
    alone = sent(caller, patient, performed_at=ago(hours=40))["session_id"]
    session_id = alone if what == "not-duplicate" else two[0]
    body = {"reason": "Asked."} | ({} if what == "not-duplicate" else {"with": two[1]})
    assert caller.post(f"/v1/sessions/{session_id}/{what}", json=body).status_code == 409


def test_sessions_of_two_patients_are_never_one(caller, patient, two):
    other = caller.post("/v1/patients", json={}).headers["Location"]
    theirs = sent(caller, other)["session_id"]
    body = {"reason": "Asked.", "with": theirs}
    answer = caller.post(f"/v1/sessions/{two[0]}/merge", json=body)
    assert answer.json["errors"][0]["pointer"] == "/with"
