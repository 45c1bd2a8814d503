from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from api.prescriptions import actions
from tests.prescriptions.wire import (
    CYCLE,
    WALK,
    address,
    codes,
    content,
    drafted,
    from_now,
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
ARMS = "arm-ergometer"
SEATED = {"beyond_ceiling_reason": "Balance at the parallel bars only."}
DROP = "neuro-foot-drop"


@pytest.fixture
def foot_drop(caller):
    """The address of a patient for whom brisk walking is to be avoided."""
    return on_file(caller, foot_drop="yes")


@pytest.fixture
def charcot(caller):
    """The address of a patient who may put no pressure on the feet."""
    return on_file(caller, charcot_left="active")


def recheck(caller, prescription):
    answer = caller.post(f"{address(prescription)}/recheck")
    assert answer.status_code == 200, answer.text
    return answer.json


def test_a_forbidden_exercise_is_refused_with_its_rule(caller, charcot, signer):
    refused = sign(caller, drafted(caller, charcot, ARMS, CYCLE, **SEATED), signer)
    assert codes(refused, 409) == {("/items/1/exercise_id", "forbid")}
    assert refused.json["type"] == "/problems/unsafe"
    assert refused.json["decision"] == "modified"
    assert refused.json["blocked"] == [
        {"exercise_id": CYCLE, "status": "forbid", "rules": ["charcot-active"]}
    ]
    assert refused.json["detail"] == f"{CYCLE} is forbidden by charcot-active."


def test_nobody_overrides_what_is_forbidden(caller, charcot, signer):
    given = override(signer, "charcot-active", CYCLE)
    made = drafted(caller, charcot, CYCLE, **SEATED, overrides=[given])
    assert codes(sign(caller, made, signer), 409) == {("/items/0/exercise_id", "forbid")}


def test_an_exercise_that_needs_a_clearance_needs_one_on_file(caller, signer):
    swimmer = on_file(caller, medications=["metformin", "insulin"])
    made = drafted(caller, swimmer, SWIM)
    refused = sign(caller, made, signer)
    assert refused.json["blocked"] == [
        {"exercise_id": SWIM, "status": "clearance", "rules": ["hypo-unawareness"]}
    ]
    clearance = {"rule_id": "hypo-unawareness", "practitioner_id": signer}
    granted = caller.post(f"{swimmer}/clearances", json=clearance).json
    assert sign(caller, made, signer).status_code == 200
    revocation = {"practitioner_id": signer, "reason": "A hypo in the night."}
    revoke = f"{swimmer}/clearances/{granted['id']}/revoke"
    assert caller.post(revoke, json=revocation).status_code == 200
    assert recheck(caller, made)["safety"] == "paused"


def test_nothing_is_signed_where_the_check_allows_no_dose(caller, signer):
    unknown = caller.post("/v1/patients", json={}).headers["Location"]
    refused = sign(caller, drafted(caller, unknown), signer)
    assert refused.status_code == 409
    assert (refused.json["type"], refused.json["decision"]) == ("/problems/unsafe", "insufficient-data")


def test_what_is_to_be_avoided_needs_an_override_of_its_rule(caller, foot_drop, signer):
    made = drafted(caller, foot_drop, BRISK)
    assert codes(sign(caller, made, signer), 409) == {("/items/0/exercise_id", "avoid")}
    given = override(signer, DROP, BRISK)
    changed = redraft(caller, made, content(BRISK, overrides=[given])).json
    shown = sign(caller, changed, signer)
    assert shown.status_code == 200, shown.text
    (kept,) = shown.json["overrides"]
    assert {name: kept[name] for name in given if name != "expires_at"} == {
        name: value for name, value in given.items() if name != "expires_at"
    }
    assert kept["relied_on"] == [{"name": "foot_drop", "value": "yes", "state": "known"}]
    assert (shown.json["safety"], kept["lapsed_at"]) == ("safe", None)
    assert caller.get(address(made)).json["overrides"] == [kept]


def test_an_override_of_what_the_check_does_not_say_is_refused(caller, patient, signer):
    made = drafted(caller, patient, BRISK, overrides=[override(signer, DROP, BRISK)])
    assert codes(sign(caller, made, signer), 409) == {("/overrides/0", "not-needed")}


def test_an_override_lapses_for_good_when_its_fact_changes(caller, foot_drop, signer):
    made = signed(caller, foot_drop, signer, BRISK, CYCLE, overrides=[override(signer, DROP, BRISK)])
    assert recheck(caller, made) == made
    tell(caller, foot_drop, foot_drop="no")
    better = recheck(caller, made)
    (lapsed,) = better["overrides"]
    assert (better["safety"], lapsed["lapsed_by"]) == ("safe", ["foot_drop"])
    tell(caller, foot_drop, foot_drop="yes")
    worse = recheck(caller, made)
    assert worse["overrides"] == [lapsed]
    assert worse["safety"] == "paused"
    assert worse["paused"] == [{"exercise_id": BRISK, "status": "avoid", "rules": [DROP]}]


def test_an_override_that_was_measured_again_stays(caller, foot_drop, signer):
    made = signed(caller, foot_drop, signer, BRISK, overrides=[override(signer, DROP, BRISK)])
    tell(caller, foot_drop, foot_drop="yes")
    assert recheck(caller, made)["overrides"][0]["lapsed_at"] is None


def test_an_expired_override_counts_no_longer(clinic, caller, foot_drop, signer):
    given = override(signer, DROP, BRISK, expires_at=from_now(hours=2))
    made = signed(caller, foot_drop, signer, BRISK, overrides=[given])
    assert made["safety"] == "safe"
    work = clinic.work(moment=datetime.now(UTC) + timedelta(hours=3))
    actions.recheck(work, UUID(made["id"]))
    work.commit()
    shown = caller.get(address(made)).json
    assert (shown["safety"], shown["overrides"][0]["lapsed_at"]) == ("paused", None)


def test_a_new_revision_needs_its_own_overrides(caller, foot_drop, signer):
    made = signed(caller, foot_drop, signer, BRISK, overrides=[override(signer, DROP, BRISK)])
    again = redraft(caller, made, content(BRISK, reason="Once more.")).json
    assert codes(sign(caller, again, signer), 409) == {("/items/0/exercise_id", "avoid")}


def test_an_ulcer_asks_for_a_review_of_all(caller, patient, signer):
    made = signed(caller, patient, signer, WALK)
    tell(caller, patient, foot_ulcer_left="active")
    shown = recheck(caller, made)
    assert shown["safety"] == "needs-review"
    assert [one["exercise_id"] for one in shown["paused"]] == [WALK]
    again = redraft(caller, made, content(CYCLE, reason="Off the feet.")).json
    assert sign(caller, again, signer).status_code == 409


def test_only_what_the_check_lets_through_is_resumed(caller, patient, signer):
    made = signed(caller, patient, signer, BRISK)
    assert moved(caller, made, "hold", signer, reason="A fall.").status_code == 200
    tell(caller, patient, foot_drop="yes")
    refused = moved(caller, made, "resume", signer, reason="Well again.")
    assert codes(refused, 409) == {("/items/0/exercise_id", "avoid")}
    assert caller.get(address(made)).json["state"] == "on-hold"


def test_only_what_is_signed_is_checked_again(caller, patient):
    assert caller.post(f"{address(drafted(caller, patient))}/recheck").status_code == 409


def test_overrides_are_counted_by_rule(caller, foot_drop, signer):
    assert caller.get("/v1/reports/overrides?by=rule").json == {"items": [], "next": None}
    given = [override(signer, DROP, one) for one in (BRISK, "nordic-walk")]
    made = signed(caller, foot_drop, signer, BRISK, "nordic-walk", overrides=given)
    (counted,) = caller.get("/v1/reports/overrides?by=rule").json["items"]
    assert counted == {
        "rule_id": DROP,
        "overrides": 2,
        "patients": 1,
        "in_force": 2,
        "lapsed": 0,
        "expired": 0,
        "exercises": ["nordic-walk", BRISK],
        "reason_codes": ["supervised"],
        "last_granted_at": made["overrides"][0]["granted_at"],
    }
    tell(caller, foot_drop, foot_drop="no")
    recheck(caller, made)
    (counted,) = caller.get("/v1/reports/overrides").json["items"]
    assert (counted["in_force"], counted["lapsed"]) == (0, 2)
    assert caller.get("/v1/reports/overrides?by=moon").status_code == 422


def test_counting_overrides_is_one_statement(caller, patient, statements):
    with statements.at_most(1):
        caller.get("/v1/reports/overrides")


def test_another_clinics_overrides_are_not_counted(caller, other_clinic, foot_drop, signer):
    signed(caller, foot_drop, signer, BRISK, overrides=[override(signer, DROP, BRISK)])
    assert other_clinic.caller().get("/v1/reports/overrides").json["items"] == []
