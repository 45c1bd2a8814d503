"""What is signed is checked again by itself when something of the patient changes."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from api.database.outbox import Event
from tests.prescriptions.wire import (
    CYCLE,
    WALK,
    address,
    content,
    drafted,
    moved,
    on_file,
    override,
    redraft,
    sign,
    signed,
    tell,
)

BRISK = "walk-brisk"
SWIM = "swim-laps"
DROP = "neuro-foot-drop"


def shown(caller, prescription):
    return caller.get(address(prescription)).json


def alerts(caller):
    answer = caller.get("/v1/alerts")
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


def causes(caller):
    """The causes of the one alert there is."""
    (alert,) = alerts(caller)
    return caller.get(f"/v1/alerts/{alert['id']}").json["causes"]


def told(clinic, prescription):
    """The names of the events of a prescription."""
    work = clinic.work()
    names = work.db.scalars(
        select(Event.name)
        .where(Event.clinic_id == clinic.id, Event.subject_id == UUID(prescription["id"]))
        .order_by(Event.id)
    ).all()
    work.abandon()
    return names


def test_an_ulcer_closes_what_is_signed_in_the_same_request(caller, patient, signer):
    made = signed(caller, patient, signer, WALK)
    tell(caller, patient, foot_ulcer_left="active")
    after = shown(caller, made)
    assert after["safety"] == "needs-review"
    assert [one["exercise_id"] for one in after["paused"]] == [WALK]


def test_what_is_taken_back_no_longer_pauses(caller, patient, signer):
    made = signed(caller, patient, signer, BRISK)
    tell(caller, patient, foot_drop="yes")
    assert shown(caller, made)["safety"] == "paused"
    (fact, *_) = caller.get(f"{patient}/facts?name=foot_drop").json["items"]
    wrong = f"{patient}/facts/{fact['id']}/entered-in-error"
    assert caller.post(wrong, json={"reason": "Another patient."}).status_code in {200, 204}
    assert shown(caller, made)["safety"] == "safe"


def test_a_clearance_opens_and_its_revocation_pauses(caller, signer):
    swimmer = on_file(caller, medications=["metformin", "insulin"])
    clearance = {"rule_id": "hypo-unawareness", "practitioner_id": signer}
    granted = caller.post(f"{swimmer}/clearances", json=clearance).json
    made = signed(caller, swimmer, signer, SWIM)
    revocation = {"practitioner_id": signer, "reason": "A hypo in the night."}
    revoke = f"{swimmer}/clearances/{granted['id']}/revoke"
    assert caller.post(revoke, json=revocation).status_code == 200
    assert shown(caller, made)["paused"] == [
        {"exercise_id": SWIM, "status": "clearance", "rules": ["hypo-unawareness"]}
    ]
    (cause,) = causes(caller)
    assert cause["detail"]["clearances"] == [{"rule_id": "hypo-unawareness", "what": "revoked"}]
    assert caller.post(f"{swimmer}/clearances", json=clearance).status_code == 201
    assert shown(caller, made)["safety"] == "safe"


@pytest.mark.parametrize("birth_date", [f"{datetime.now(UTC).year - 12}-01-01", None])
def test_the_record_of_the_patient_counts_too(caller, patient, signer, birth_date):
    made = signed(caller, patient, signer)
    tag = caller.get(patient).headers["ETag"]
    changed = caller.patch(patient, json={"birth_date": birth_date}, headers={"If-Match": tag})
    assert changed.status_code == 200, changed.text
    assert shown(caller, made)["safety"] == "needs-review"


def test_a_new_time_zone_is_looked_at(clinic, caller, patient, signer, statements):
    signed(caller, patient, signer)
    tag = caller.get(patient).headers["ETag"]
    before = len(statements.seen)
    changed = caller.patch(patient, json={"time_zone": "Asia/Tokyo"}, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert any("checked_at=" in one for one in statements.seen[before:])


def test_what_is_on_hold_is_checked_too(caller, patient, signer):
    made = signed(caller, patient, signer, WALK)
    moved(caller, made, "hold", signer, reason="A fever.")
    tell(caller, patient, foot_ulcer_left="active")
    after = shown(caller, made)
    assert (after["state"], after["safety"]) == ("on-hold", "needs-review")


@pytest.mark.parametrize("move", ["stop", "complete"])
def test_what_has_ended_is_left_as_it_was_and_its_alert_settled(caller, patient, signer, move):
    made = signed(caller, patient, signer, WALK)
    tell(caller, patient, foot_ulcer_left="active")
    moved(caller, made, move, signer, reason="So.")
    (cause,) = causes(caller)
    assert cause["ended_at"] is not None
    before = shown(caller, made)
    tell(caller, patient, foot_ulcer_left="healed")
    assert shown(caller, made) == before


def test_a_draft_is_not_checked(caller, patient):
    made = drafted(caller, patient)
    tell(caller, patient, foot_ulcer_left="active")
    assert shown(caller, made) == made
    assert alerts(caller) == []


def test_one_alert_tells_all_that_differs_and_why(clinic, caller, patient, signer):
    made = signed(caller, patient, signer, BRISK, CYCLE)
    tell(caller, patient, foot_drop="yes", tug_s=9)
    (alert,) = alerts(caller)
    assert (alert["level"], alert["state"]) == ("review", "open")
    (cause,) = causes(caller)
    assert (cause["kind"], cause["subject_id"]) == ("prescription-recheck", made["id"])
    assert cause["rules"] == [DROP]
    assert cause["title"] == "Prescription: 1 exercise paused."
    detail = cause["detail"]
    assert detail["safety"] == {"before": "safe", "after": "paused"}
    assert detail["decision"]["after"] == "modified"
    assert detail["newly_paused"] == [{"exercise_id": BRISK, "status": "avoid", "rules": [DROP]}]
    assert (detail["still_paused"], detail["going_on"]) == ([], [])
    assert detail["facts_told"] == ["foot_drop"]
    assert (detail["facts_expired"], detail["clearances"], detail["overrides"]) == ([], [], [])
    assert detail["release"] is None
    assert told(clinic, made) == ["prescription.signed", "prescription.rechecked"]


def test_the_same_again_raises_nothing(clinic, caller, patient, signer):
    made = signed(caller, patient, signer, BRISK)
    tell(caller, patient, foot_drop="yes")
    before, tag = causes(caller), shown(caller, made)
    tell(caller, patient, foot_drop="yes")
    tell(caller, patient, hours=0, tug_s=9)
    assert caller.post(f"{address(made)}/recheck").status_code == 200
    assert (causes(caller), shown(caller, made)) == (before, tag)
    assert told(clinic, made).count("prescription.rechecked") == 1


def test_what_gets_worse_joins_the_alert_that_waits(caller, patient, signer):
    signed(caller, patient, signer, BRISK)
    tell(caller, patient, foot_drop="yes")
    tell(caller, patient, foot_ulcer_left="active")
    (alert,) = alerts(caller)
    assert alert["level"] == "urgent"
    standing = [one for one in causes(caller) if one["ended_at"] is None]
    assert len(standing) == 1
    assert standing[0]["detail"]["safety"] == {"before": "paused", "after": "needs-review"}
    assert standing[0]["detail"]["decision"]["after"] in {"do-not-exercise", "clearance-required"}
    assert standing[0]["rules"]


def test_what_is_safe_again_is_noted_and_stays_to_be_resolved(caller, patient, signer):
    signed(caller, patient, signer, BRISK)
    tell(caller, patient, foot_drop="yes")
    tell(caller, patient, foot_drop="no")
    (alert,) = alerts(caller)
    (cause,) = causes(caller)
    assert alert["state"] == "open"
    assert cause["ended_because"] == "What is prescribed was checked again and found safe."


def test_what_is_better_from_the_start_raises_nothing(caller, patient, signer):
    signed(caller, patient, signer)
    tell(caller, patient, resting_sys=118)
    assert alerts(caller) == []


def test_an_override_that_lapses_is_named(caller, signer):
    patient = on_file(caller, foot_drop="yes", steppage_gait=None)
    made = signed(caller, patient, signer, BRISK, CYCLE, overrides=[override(signer, DROP, BRISK)])
    tell(caller, patient, foot_drop="unknown")
    after = shown(caller, made)
    assert after["overrides"][0]["lapsed_by"] == ["foot_drop"]
    if after["safety"] != "safe":
        (cause,) = causes(caller)
        assert cause["detail"]["overrides"] == [
            {"rule_id": DROP, "exercise_id": BRISK, "changed": ["foot_drop"], "expired": False}
        ]


def test_a_new_signature_tells_and_settles(caller, patient, signer):
    made = signed(caller, patient, signer, BRISK, CYCLE)
    tell(caller, patient, foot_drop="yes")
    again = redraft(caller, made, content(CYCLE, reason="No brisk walks.")).json
    assert sign(caller, again, signer).status_code == 200
    (cause,) = causes(caller)
    assert cause["ended_at"] is not None


def test_a_fact_of_somebody_without_a_prescription_costs_one_statement_more(caller, patient, statements):
    with statements.at_most(5):  # queue, on file, insert, prescriptions, audit
        tell(caller, patient, foot_drop="no")


@pytest.mark.parametrize("exercises", [(BRISK,), (BRISK, WALK, CYCLE, "nordic-walk")])
def test_a_recheck_takes_a_fixed_number_of_statements(caller, patient, signer, statements, exercises):
    signed(caller, patient, signer, *exercises)
    # queue, on file, insert, audit; the prescriptions, evidence, clearances, revisions, overrides, standing
    with statements.at_most(10):
        tell(caller, patient, tug_s=9)
    # besides: what was told, clearances, queue, the alert that waits, it, its cause, a version, the outbox
    with statements.at_most(19):
        tell(caller, patient, foot_drop="yes")
