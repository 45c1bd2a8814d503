from uuid import uuid4

import pytest

from tests.prescriptions.wire import codes, on_file, sign


def propose(caller, patient, **asked):
    return caller.post(f"{patient}/prescription-proposals", json=asked)


def test_a_proposal_gives_every_number_with_its_reason(caller, patient):
    answer = propose(caller, patient)
    assert answer.status_code == 200, answer.text
    proposal = answer.json
    reasons = {one["number"]: one["reasons"] for one in proposal["why"]}
    assert reasons["aerobic.minutes"][0]["sentence"]
    numbers = {
        f"{part}.{name}"
        for part, dose in proposal["draft"]["doses"].items()
        if dose is not None and part in {"aerobic", "resistance", "frame"}
        for name, value in dose.items()
        if value is not None
    }
    assert numbers & reasons.keys()
    assert proposal["classes"]["risk"] in {"d-a", "d-b", "d-c"}
    assert proposal["day_rules"]


def test_nothing_of_a_proposal_is_kept(caller, patient):
    propose(caller, patient)
    assert caller.get(f"{patient}/prescriptions").json["items"] == []
    assert caller.get(f"{patient}/checks").json["items"] == []


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"monofilament_insensate_left": 3},
        {"monofilament_insensate_left": 3, "foot_deformity_left": "yes"},
        {"falls_12m": 2},
        {"egfr": 25},
        {"medications": ["beta-blocker"]},
        {"gait_aid": "walker"},
        {"evs_minutes_per_day": 60, "evs_days_per_week": 5},
    ],
    ids=lambda facts: "-".join(facts) or "base",
)
def test_a_proposal_can_be_drafted_and_signed_as_it_is(caller, facts, signer):
    patient = on_file(caller, **facts)
    draft = propose(caller, patient, steps_baseline=4200).json["draft"]
    made = caller.post(f"{patient}/prescriptions", json=draft)
    assert made.status_code == 201, made.text
    document = made.json["draft"]["document"]
    assert {name: document[name] for name in draft} == draft
    assert sign(caller, made.json, signer).status_code == 200


@pytest.mark.parametrize(
    ("facts", "decision", "kind"),
    [
        ({"resting_sys": 190}, "do-not-exercise", "change"),
        ({"screen_heart_symptoms": None}, "insufficient-data", "answer"),
    ],
)
def test_where_there_is_no_dose_it_names_what_is_needed(caller, facts, decision, kind):
    refused = propose(caller, on_file(caller, **facts))
    assert refused.status_code == 409, refused.text
    assert (refused.json["type"], refused.json["decision"]) == ("/problems/unsafe", decision)
    needed = refused.json["needs"][0]
    assert needed["kind"] == kind
    assert needed["sentence"] in refused.json["detail"]


def test_wishes_are_read_strictly(caller, patient):
    assert codes(propose(caller, patient, equipment=["trampoline"], goals=["fun"], mood="good")) == {
        ("/equipment/0", "not-in-the-list"),
        ("/goals/0", "not-in-the-list"),
        ("/mood", "unknown"),
    }
    assert propose(caller, f"/v1/patients/{uuid4()}").status_code == 404


def test_what_is_at_hand_is_respected(caller, patient):
    everything = {one["exercise_id"] for one in propose(caller, patient).json["items"]}
    nothing = {one["exercise_id"] for one in propose(caller, patient, equipment=["nothing"]).json["items"]}
    assert nothing
    assert nothing != everything


def test_a_proposal_reads_what_is_on_file_and_writes_nothing(caller, patient, statements):
    with statements.at_most(2):
        propose(caller, patient)
