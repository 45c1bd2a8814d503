from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from api.clinical.fitt import Part, RpeScale
from api.clinical.reports import Fall, Report, Reported, SessionStatus
from api.prescriptions import next_doses
from tests.checks.wire import screened
from tests.prescriptions.wire import address, drafted, moved, on_file, redraft, sign, signed, tell

NOW = datetime.now(UTC)


def next_dose(caller, prescription):
    return caller.get(f"{address(prescription)}/next-dose")


@pytest.fixture
def running(clock, caller, signer):
    """A prescription that was signed eight days ago, of a patient who was seen then and again today."""
    clock.now = NOW - timedelta(days=8)
    patient = on_file(caller)
    signed_then = signed(caller, patient, signer)
    clock.now = NOW
    tell(caller, patient, hours=1, told=screened()["facts"])
    return signed_then


def session(days_ago, **said):
    """A session as it was planned."""
    usual = {"status": SessionStatus.DONE, "minutes": 8, "planned_minutes": 8, "rpe": 11}
    parts = frozenset({Part.AEROBIC, Part.BALANCE})
    at = NOW - timedelta(days=days_ago)
    return Report(
        **{"id": str(days_ago), "performed_at": at, "parts": parts, "rpe_scale": RpeScale.BORG} | usual | said
    )


def proposed(clinic, prescription, *reports):
    work = clinic.work()
    answer = next_doses.proposed(work, UUID(prescription["id"]), Reported(reports))
    work.abandon()
    return answer


def test_without_reports_the_dose_is_held_and_says_so(caller, patient, signer):
    made = signed(caller, patient, signer)
    answer = next_dose(caller, made)
    assert answer.status_code == 200, answer.text
    assert (answer.json["kind"], answer.json["reports_read"], answer.json["draft"]) == ("hold", 0, None)
    assert answer.json["doses"] == made["signed"]["document"]["doses"]
    assert answer.json["reasons"]


def test_somebody_who_did_nothing_for_a_week_begins_lower(caller, running):
    answer = next_dose(caller, running).json
    assert (answer["kind"], answer["reports_read"]) == ("regress", 0)
    assert {one["number"] for one in answer["changes"]} >= {"aerobic.minutes"}


def test_an_earned_step_is_proposed_as_a_draft_that_can_be_signed(clinic, caller, running, signer):
    step = proposed(clinic, running, session(7), session(5), session(3))
    assert (step["kind"], step["reports_read"]) == ("progress", 3)
    (longer, *_) = step["changes"]
    assert longer["number"].startswith("aerobic.")
    assert longer["after"] > longer["before"]
    draft = redraft(caller, running, step["draft"])
    assert draft.status_code == 200, draft.text
    answer = sign(caller, draft.json, signer)
    assert answer.status_code == 200, answer.text
    assert answer.json["signed"]["number"] == 2
    assert answer.json["signed"]["reason"] == step["draft"]["reason"]


def test_a_fall_takes_balance_back_and_its_exercise_with_it(clinic, running):
    step = proposed(clinic, running, session(3), session(1, fall=Fall.NO_INJURY))
    assert step["kind"] == "regress"
    assert "1" in step["reasons"][0]["report_ids"]
    balance = [one["exercise_id"] for one in step["draft"]["items"] if one["part"] == "balance"]
    assert balance == [step["draft"]["doses"]["balance"]["level"]] == ["feet-together"]


def test_days_on_hold_are_known(clinic, caller, running, signer):
    moved(caller, running, "hold", signer, reason="A fever.")
    assert next_dose(caller, running).status_code == 409
    moved(caller, running, "resume", signer, reason="Well again.")
    assert next_dose(caller, running).status_code == 200


def test_where_nothing_may_be_dosed_nothing_goes_on(clinic, caller, running):
    patient = f"/v1/patients/{running['patient_id']}"
    tell(caller, patient, resting_sys=190)
    step = proposed(clinic, running, session(7), session(5), session(3))
    assert (step["kind"], step["draft"]) == ("hold", None)


def test_only_what_is_in_effect_has_a_next_dose(caller, patient, signer):
    assert next_dose(caller, drafted(caller, patient)).status_code == 409
    tomorrow = (NOW + timedelta(days=2)).date().isoformat()
    assert next_dose(caller, signed(caller, patient, signer, effective_from=tomorrow)).status_code == 409


def test_what_has_ended_has_no_next_dose(clock, caller, signer):
    clock.now = NOW - timedelta(days=8)
    ended = signed(caller, on_file(caller), signer, ends_on=(NOW - timedelta(days=2)).date().isoformat())
    clock.now = NOW
    answer = next_dose(caller, ended)
    assert answer.status_code == 409
    assert "ended" in answer.json["detail"]


def test_a_next_dose_writes_nothing(caller, patient, signer, statements):
    made = signed(caller, patient, signer)
    with statements.at_most(6):  # the prescription, evidence, clearances, the revision, its history, reports
        assert next_dose(caller, made).status_code == 200
    assert caller.get(address(made)).json == made
