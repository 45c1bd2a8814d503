from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from api.clinical.locks import Lock
from api.prescriptions.plans import queries
from tests.checks.wire import facts
from tests.prescriptions.wire import (
    CYCLE,
    WALK,
    codes,
    from_now,
    moved,
    on_file,
    override,
    signed,
)

REASON = {"beyond_ceiling_reason": "Watched by a physiotherapist."}
WELL = {"screen_today": "clear", "foot_check_today": "done-clear"}


def check(caller, patient, told=None, *, status=201, headers=None, **members):
    """The answer to a check before a session, in which these facts are told."""
    body = {"observed_at": from_now(), "facts": facts(told)} if told is not None else {}
    answer = caller.post(f"{patient}/pre-session-checks", json=body | members, headers=headers)
    assert answer.status_code == status, answer.text
    return answer.json


def states(answer):
    return {one["exercise_id"]: one["state"] for one in answer["items"]}


def alerts(caller):
    return caller.get("/v1/alerts").json["items"]


@pytest.fixture
def running(caller, patient, signer):
    """A patient with a signed prescription of cycling and of walking."""
    signed(caller, patient, signer, CYCLE, WALK)
    return patient


@pytest.fixture
def locked(app, monkeypatch):
    """Gives reports that lock something."""

    def lock(*locks):
        building = replace(app.extensions["surefoot"], locks=lambda work, patient_id: locks)
        monkeypatch.setitem(app.extensions, "surefoot", building)

    return lock


def lock_of(*tags, **given):
    since = datetime.now(UTC) - timedelta(hours=1)
    return Lock(report_id=uuid4(), reason="rep-blister", since=since, tags=frozenset(tags), **given)


def test_who_is_well_goes_on_as_signed(caller, running):
    answer = check(caller, running, WELL)
    assert (answer["result"], answer["withheld"], answer["alarm"]) == ("go", None, None)
    assert states(answer) == {CYCLE: "open", WALK: "open"}
    assert answer["text"] == ["You can do your session as planned."]
    assert answer["revision"] == 1
    assert (answer["missing"], answer["reasons"]) == ([], [])


def test_silence_is_never_a_go(caller, running):
    answer = check(caller, running)
    assert (answer["result"], answer["withheld"]) == ("stop", None)
    assert {one["fact"] for one in answer["missing"]} == {"acute_illness_today", "symptoms_today"}
    assert all(one["needed"] for one in answer["missing"])
    assert answer["decision"] == "insufficient-data"
    unknown = check(caller, running, {"symptoms_today": "unknown", "acute_illness_today": "unknown"})
    assert unknown["result"] == "stop"


def test_chest_pain_stops_and_alarms(caller, running):
    answer = check(caller, running, {"acute_illness_today": "no", "symptoms_today": ["chest-pain"]})
    assert (answer["result"], answer["withheld"], answer["alarm"]) == ("stop", "symptom", "emergency")
    assert answer["text"][0] == "Get help now and call your local emergency number."
    assert set(states(answer).values()) == {"not-today"}
    (alert,) = alerts(caller)
    assert (alert["id"], alert["level"]) == (answer["alert_id"], "emergency")
    (cause,) = caller.get(f"/v1/alerts/{alert['id']}").json["causes"]
    assert (cause["kind"], cause["subject_id"]) == ("pre-session-check", answer["id"])
    assert cause["rules"] == ["symptoms-today-emergency"]


def test_low_sugar_says_what_to_do_and_is_not_carried_over(caller, running):
    body = {
        "observed_at": from_now(),
        "facts": facts(WELL) | {"glucose_mg_dl": {"value": 3.6, "unit": "mmol/L"}},
    }
    answer = caller.post(f"{running}/pre-session-checks", json=body).json
    assert (answer["result"], answer["withheld"]) == ("stop", "glucose")
    (reason,) = [one for one in answer["reasons"] if one["stops"]]
    assert reason["rule_id"] == "glucose-below-70"
    assert "15 g fast carbohydrate" in reason["do"]
    assert check(caller, running, WELL)["result"] == "go"
    assert "glucose_mg_dl" not in {one["name"] for one in caller.get(f"{running}/facts").json["items"]}


def test_pain_after_the_last_session_makes_it_lighter(caller, running):
    answer = check(caller, running, WELL | {"last_session_post_pain_min": 150})
    assert (answer["result"], answer["withheld"]) == ("go-lighter", None)
    assert states(answer) == {CYCLE: "lighter", WALK: "lighter"}
    assert [one["rule_id"] for one in answer["reasons"]] == ["seed-two-hour-pain"]


def test_feet_at_risk_that_were_not_looked_at_leave_the_bicycle(caller, signer):
    patient = on_file(caller, lops_left="yes", monofilament_insensate_left=3)
    signed(caller, patient, signer, CYCLE, WALK, **REASON)
    answer = check(caller, patient, {"screen_today": "clear"})
    assert answer["result"] == "go-lighter"
    assert states(answer) == {CYCLE: "open", WALK: "not-today"}
    assert [one["fact"] for one in answer["missing"]] == ["foot_check_today"]
    assert answer["text"][1] == "Questions are open. With their answers, more may be possible today."
    assert check(caller, patient, WELL)["result"] == "go"
    seen = check(caller, patient, {"screen_today": "clear", "foot_check_today": "done-problem"})
    assert (seen["result"], seen["alarm"], states(seen)[WALK]) == ("go-lighter", "urgent", "not-today")


def test_only_what_is_to_be_done_is_judged(caller, running):
    answer = check(caller, running, WELL, exercises=[CYCLE, "chair-march"])
    planned = {one["exercise_id"]: one["planned"] for one in answer["items"]}
    assert planned == {CYCLE: True, "chair-march": False}
    refused = caller.post(f"{running}/pre-session-checks", json={"exercises": ["juggling"], "language": "fr"})
    assert codes(refused) == {("/exercises/0", "unknown-exercise"), ("/language", "not-in-the-list")}


def test_a_check_speaks_the_language_of_the_patient(caller, running):
    tag = caller.get(running).headers["ETag"]
    assert caller.patch(running, json={"language": "de-CH"}, headers={"If-Match": tag}).status_code == 200
    assert check(caller, running, WELL)["text"] == ["Sie können wie geplant üben."]
    spanish = check(caller, running, WELL, language="es")
    assert (spanish["language"], spanish["text"][0]) == ("es", "Puede hacer su sesión como está previsto.")


def test_what_was_told_is_kept_with_the_check(caller, running):
    made = check(caller, running, WELL)
    again = caller.get(f"/v1/pre-session-checks/{made['id']}").json
    assert again == made
    assert {one["name"] for one in again["facts"]} == {"screen_today", "foot_check_today"}
    kept = caller.get(f"/v1/checks/{made['check_id']}").json
    assert kept["kind"] == "session"
    assert {"screen_today", "foot_check_today"} <= {one["name"] for one in kept["inputs"]["observations"]}
    listed = caller.get(f"{running}/pre-session-checks").json["items"]
    assert [one["id"] for one in listed] == [made["id"]]


def test_checks_are_listed_in_pages(caller, running):
    ids = [check(caller, running, WELL)["id"] for _ in range(3)]
    first = caller.get(f"{running}/pre-session-checks?limit=2").json
    rest = caller.get(f"{running}/pre-session-checks", query_string={"after": first["next"]}).json
    assert [one["id"] for one in (*first["items"], *rest["items"])] == ids[::-1]
    assert rest["next"] is None


def test_the_same_key_checks_once(caller, running):
    body = {"observed_at": from_now(), "facts": facts(WELL)}
    headers = {"Idempotency-Key": "before-lunch"}
    first = caller.post(f"{running}/pre-session-checks", json=body, headers=headers)
    second = caller.post(f"{running}/pre-session-checks", json=body, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json == first.json
    assert len(caller.get(f"{running}/pre-session-checks").json["items"]) == 1


def test_without_a_plan_the_check_still_answers(caller, patient):
    answer = check(caller, patient, WELL)
    assert (answer["result"], answer["prescription_id"], answer["items"]) == ("go-lighter", None, [])
    assert answer["text"][-1] == "You have no plan that counts today. Ask your clinic before you exercise."
    pain = check(caller, patient, {"acute_illness_today": "no", "symptoms_today": ["chest-pain"]})
    assert (pain["result"], pain["alarm"]) == ("stop", "emergency")


def test_a_prescription_on_hold_stops_every_session(caller, patient, signer):
    made = signed(caller, patient, signer)
    moved(caller, made, "hold", signer, reason="A cold.")
    answer = check(caller, patient, WELL)
    assert (answer["result"], answer["withheld"]) == ("stop", "on-hold")


def test_what_a_report_locked_is_not_for_today(caller, running, locked):
    locked(lock_of("weight-bearing"))
    answer = check(caller, running, WELL)
    assert (answer["result"], states(answer)) == ("go-lighter", {CYCLE: "open", WALK: "not-today"})
    assert answer["items"][1]["locks"][0]["reason"] == "rep-blister"
    locked(lock_of("*"))
    answer = check(caller, running, WELL)
    assert (answer["result"], answer["withheld"]) == ("stop", "locked")


def test_an_override_holds_on_the_day_too(caller, signer):
    patient = on_file(caller, foot_drop="yes")
    given = [override(signer, "neuro-foot-drop", "walk-brisk")]
    signed(caller, patient, signer, "walk-brisk", CYCLE, overrides=given, **REASON)
    answer = check(caller, patient, WELL)
    assert (answer["result"], states(answer)) == ("go", {"walk-brisk": "open", CYCLE: "open"})


def test_the_withheld_days_are_known(clinic, caller, running):
    check(caller, running, WELL)
    today = datetime.now(UTC).date()
    work = clinic.work()
    assert queries.withheld_days(work, UUID(running.rsplit("/", 1)[1]), since=today - timedelta(days=2)) == {}
    work.abandon()
    check(caller, running, {"acute_illness_today": "yes", "symptoms_today": ["none"]})
    work = clinic.work()
    days = queries.withheld_days(work, UUID(running.rsplit("/", 1)[1]), since=today - timedelta(days=2))
    work.abandon()
    assert [str(one) for one in days.values()] == ["illness"]


def test_another_clinics_patient_is_not_found(caller, other_clinic):
    patient = other_clinic.patient()
    check(caller, f"/v1/patients/{patient}", WELL, status=404)
    assert caller.get(f"/v1/patients/{patient}/pre-session-checks").status_code == 404
    assert caller.get(f"/v1/pre-session-checks/{uuid4()}").status_code == 404


def test_a_check_is_a_few_statements(caller, running, statements):
    with statements.at_most(16):
        check(caller, running, WELL)
