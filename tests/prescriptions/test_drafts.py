import hashlib
from uuid import uuid4

import pytest
import rfc8785

from tests.prescriptions.wire import (
    CYCLE,
    WALK,
    address,
    codes,
    content,
    drafted,
    from_now,
    override,
    redraft,
    sign,
    signed,
    tell,
)


def test_a_draft_shows_what_would_be_signed_and_its_hash(caller, patient):
    made = drafted(caller, patient)
    document = made["draft"]["document"]
    assert (made["state"], made["revision"], made["signed"], made["safety"]) == ("draft", 0, None, None)
    assert document["patient_id"] == patient.rpartition("/")[2]
    assert document["prescription_id"] == made["id"]
    assert document["doses"]["aerobic"]["bouts"] == 1
    assert document["doses"]["resistance"] is None
    assert made["draft"]["sha256"] == hashlib.sha256(rfc8785.dumps(document)).hexdigest()


def test_what_was_drafted_is_read_again(caller, patient):
    made = caller.post(f"{patient}/prescriptions", json=content())
    read = caller.get(made.headers["Location"])
    assert read.data == made.data
    assert read.headers["ETag"] == made.headers["ETag"] == '"1"'
    assert read.headers["Cache-Control"] == "no-store"
    unchanged = caller.get(made.headers["Location"], headers={"If-None-Match": '"1"'})
    assert unchanged.status_code == 304


def test_prescriptions_are_listed_newest_first_in_pages(caller, patient):
    ids = [drafted(caller, patient)["id"] for _ in range(3)]
    first = caller.get(f"{patient}/prescriptions?limit=2").json
    assert [one["id"] for one in first["items"]] == ids[:0:-1]
    second = caller.get(f"{patient}/prescriptions?limit=2&after={first['next']}").json
    assert [one["id"] for one in second["items"]] == ids[:1]
    assert caller.get(f"/v1/patients/{uuid4()}/prescriptions").status_code == 404


def test_a_draft_is_replaced_by_who_read_it(caller, patient):
    made = drafted(caller, patient)
    changed = redraft(caller, made, content(WALK), version=1)
    assert changed.status_code == 200
    assert [one["exercise_id"] for one in changed.json["draft"]["document"]["items"]] == [WALK]
    assert changed.json["draft"]["sha256"] != made["draft"]["sha256"]
    assert changed.headers["ETag"] == '"2"'
    assert redraft(caller, made, content(), version=1).status_code == 412


def test_nothing_else_than_a_prescription_can_be_redrafted(caller, patient):
    assert redraft(caller, {"id": uuid4()}, content(), version=1).status_code == 404


def test_a_signed_prescription_gets_a_new_draft_for_a_reason(caller, patient, signer):
    made = signed(caller, patient, signer)
    assert codes(redraft(caller, made, content(WALK))) == {("/reason", "required")}
    answer = redraft(caller, made, content(WALK, reason="She would rather walk."))
    assert (answer.json["state"], answer.json["revision"]) == ("active", 1)
    assert answer.json["draft"]["document"]["revision"] == 2
    assert answer.json["signed"] == made["signed"]


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"items": []}, {("/items", "wrong-number")}),
        (
            {"items": [{"part": "aerobic", "exercise_id": "hop"}]},
            {("/items/0/exercise_id", "unknown-exercise")},
        ),
        (
            {"items": [{"part": "aerobic", "exercise_id": one} for one in (WALK, CYCLE, WALK)]},
            {("/items/2/exercise_id", "repeated")},
        ),
        ({"items": [{"part": "flexibility", "exercise_id": WALK}]}, {("/items/0/part", "no-dose")}),
        (
            {"effective_from": "2026-05-02", "ends_on": "2026-05-01"},
            {("/ends_on", "reversed")},
        ),
        ({"ends_on": "2026-02-30"}, {("/ends_on", "not-a-date")}),
        ({"dosage": {}}, {("/dosage", "unknown")}),
    ],
)
def test_what_cannot_be_meant_is_refused_and_not_kept(caller, patient, changed, faults):
    answer = caller.post(f"{patient}/prescriptions", json=content() | changed)
    assert codes(answer) == faults
    assert caller.get(f"{patient}/prescriptions").json["items"] == []


@pytest.mark.parametrize(
    ("aerobic", "faults"),
    [
        ({"minutes": 0}, {("/doses/aerobic/minutes", "out-of-range")}),
        ({"days_per_week": 8}, {("/doses/aerobic/days_per_week", "out-of-range")}),
        ({"rpe_low": 13, "rpe_high": 11}, {("/doses/aerobic", "not-in-order")}),
        ({"bouts": 3}, {("/doses/aerobic", "out-of-range")}),
        ({"rpe_high": "hard"}, {("/doses/aerobic/rpe_high", "not-an-integer")}),
    ],
)
def test_a_dose_that_no_part_can_have_is_refused(caller, patient, aerobic, faults):
    body = content()
    body["doses"]["aerobic"] |= aerobic
    assert codes(caller.post(f"{patient}/prescriptions", json=body)) == faults


def test_a_dose_above_the_class_needs_a_clinicians_reason(caller, patient, signer):
    body = content()
    body["doses"]["aerobic"] |= {"minutes": 60, "days_per_week": 5, "rpe_high": 15}
    refused = codes(caller.post(f"{patient}/prescriptions", json=body))
    assert {code for _, code in refused} == {"beyond-ceiling"}
    assert ("/doses/aerobic/rpe_high", "beyond-ceiling") in refused
    made = caller.post(f"{patient}/prescriptions", json=body | {"beyond_ceiling_reason": "She runs."})
    assert made.status_code == 201
    assert sign(caller, made.json, signer).status_code == 200


def test_what_is_signed_may_stay_above_the_class(caller, patient, signer):
    body = content() | {"beyond_ceiling_reason": "She runs."}
    body["doses"]["aerobic"] |= {"minutes": 60, "rpe_high": 15}
    made = caller.post(f"{patient}/prescriptions", json=body).json
    assert sign(caller, made, signer).status_code == 200
    again = body | {"beyond_ceiling_reason": None, "reason": "Another exercise."}
    assert redraft(caller, made, again).status_code == 200
    again["doses"]["aerobic"]["minutes"] = 70
    assert ("/doses/aerobic/minutes", "beyond-ceiling") in codes(redraft(caller, made, again))


def test_a_class_that_fell_since_the_draft_is_seen_at_the_signature(caller, patient, signer):
    body = content()
    body["doses"]["aerobic"] |= {"minutes": 15, "days_per_week": 4, "rpe_low": 11, "rpe_high": 13}
    made = caller.post(f"{patient}/prescriptions", json=body)
    assert made.status_code == 201, made.text
    tell(caller, patient, lops_left="yes")
    assert {code for _, code in codes(sign(caller, made.json, signer), 409)} == {"beyond-ceiling"}


def test_an_override_is_of_a_rule_for_what_is_prescribed_by_one_who_may(caller, clinic, patient, signer):
    nurse = str(clinic.practitioner(name="Ada Neri", may_sign=False))
    given = override(signer, "foot-lops", CYCLE)

    def refused(*overrides):
        return codes(caller.post(f"{patient}/prescriptions", json=content(CYCLE, overrides=overrides)))

    assert refused(given | {"exercise_id": WALK}) == {("/overrides/0/exercise_id", "not-prescribed")}
    assert refused(given, given) == {("/overrides/1/rule_id", "repeated")}
    assert refused(given | {"rule_id": "no-such"}) == {("/overrides/0/rule_id", "unknown-rule")}
    assert refused(given | {"practitioner_id": nurse}) == {("/overrides/0/practitioner_id", "may-not-sign")}
    assert refused(given | {"practitioner_id": str(uuid4())}) == {
        ("/overrides/0/practitioner_id", "unknown-practitioner")
    }
    assert refused(given | {"expires_at": from_now(minutes=-1)}) == {
        ("/overrides/0/expires_at", "not-in-the-future")
    }
    assert refused(given | {"expires_at": from_now(days=366)}) == {("/overrides/0/expires_at", "too-far")}


def test_the_same_key_drafts_one(caller, patient):
    headers = {"Idempotency-Key": "once"}
    first = caller.post(f"{patient}/prescriptions", json=content(), headers=headers)
    again = caller.post(f"{patient}/prescriptions", json=content(), headers=headers)
    other = caller.post(f"{patient}/prescriptions", json=content(WALK), headers=headers)
    assert (again.status_code, again.data) == (201, first.data)
    assert other.status_code == 422
    assert len(caller.get(f"{patient}/prescriptions").json["items"]) == 1


def test_each_route_asks_the_database_a_fixed_number_of_times(caller, patient, statements):
    with statements.at_most(6):  # evidence, clearances, prescription, audit; shown: prescription, history
        made = drafted(caller, patient)
    with statements.at_most(2):
        caller.get(address(made))
    with statements.at_most(1):
        caller.get(f"{patient}/prescriptions")
    with statements.at_most(10):
        redraft(caller, made, content(WALK), version=1)
