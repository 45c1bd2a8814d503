"""What a report with clear feet renews, and what takes that back."""

from datetime import datetime, timedelta

import pytest

from tests.prescriptions import wire
from tests.prescriptions.test_foot_looks import MORE_FOR_A_LOOK, at_noon, looks, plan, said, shown
from tests.prescriptions.wire import CYCLE, WALK, signed
from tests.sessions.test_batch import batch, item
from tests.sessions.wire import ago, correct, report, sent

CLEAR = {"foot_check_after": "clear"}


@pytest.fixture
def walking(lasting, clinic, clock):
    """A patient with a signed plan whose feet were examined five days ago; the address."""
    at_noon(clock)
    patient = wire.on_file(lasting)
    signed(lasting, patient, str(clinic.practitioner()), CYCLE, WALK)
    clock.forward(days=5)
    return patient


def until(caller, patient):
    return datetime.fromisoformat(shown(caller, patient)["counts_until"])


@pytest.mark.parametrize("reporter", ["patient", "caregiver", "clinician"])
def test_a_report_with_clear_feet_keeps_walking_open(lasting, walking, clock, reporter):
    answer = sent(lasting, walking, reporter=reporter, **CLEAR)
    (one,) = looks(lasting, walking)
    assert (one["method"], one["source_record_id"]) == ("self-check", f"session {answer['session_id']}")
    assert until(lasting, walking) == wire.now() - timedelta(hours=1) + timedelta(days=7)
    clock.forward(days=6)
    assert plan(lasting, walking)[WALK] == "open"
    clock.forward(days=1)
    assert plan(lasting, walking)[WALK] == "paused"


@pytest.mark.parametrize(
    "told",
    [
        {"reporter": "device"},
        {"foot_check_after": "not-done"},
        {"foot_check_after": None},
        {"foot_check_after": "redness-under-30min"},
        {"foot_check_before": "problem"},
        {"foot_side": "left"},
    ],
)
def test_what_is_no_clear_look_renews_nothing(lasting, walking, told):
    sent(lasting, walking, **CLEAR | told)
    assert looks(lasting, walking) == []


def test_a_look_before_the_examination_renews_nothing(lasting, walking):
    sent(lasting, walking, performed_at=ago(days=6), **CLEAR)
    assert looks(lasting, walking) == []


def test_what_the_report_itself_found_is_not_renewed(lasting, walking):
    sent(lasting, walking, foot_check_after="hot-swollen", foot_side="left")
    assert shown(lasting, walking)["value"] == "yes"
    sent(lasting, walking, **CLEAR)
    assert looks(lasting, walking) == []
    assert shown(lasting, walking)["value"] == "yes"


def test_of_several_reports_the_newest_look_is_kept(lasting, walking):
    patient_id = walking.rpartition("/")[2]
    several = [item(patient_id, performed_at=ago(days=days), **CLEAR) for days in (1, 3, 2)]
    batch(lasting, several)
    (one,) = looks(lasting, walking)
    assert one["source_record_id"] == f"session {several[0]['session_id']}"


def test_of_one_day_the_first_look_is_kept(lasting, walking):
    first = sent(lasting, walking, performed_at=ago(minutes=9), **CLEAR)
    sent(lasting, walking, performed_at=ago(minutes=2), **CLEAR)
    (one,) = looks(lasting, walking)
    assert one["source_record_id"] == f"session {first['session_id']}"


class TestTakenBack:
    def test_a_withdrawn_report_takes_its_look_back(self, lasting, walking, clock):
        before = until(lasting, walking)
        answer = sent(lasting, walking, **CLEAR)
        assert until(lasting, walking) > before
        gone = lasting.post(
            f"/v1/sessions/{answer['session_id']}/withdraw", json={"reason": "Another person."}
        )
        assert gone.status_code in {200, 204}, gone.text
        assert until(lasting, walking) == before
        (one,) = looks(lasting, walking)
        assert one["taken_back"]["reason"] == "The report was withdrawn."
        clock.forward(days=3)
        assert plan(lasting, walking)[WALK] == "paused"

    def test_what_was_adverse_in_a_withdrawn_report_stays(self, lasting, walking):
        answer = sent(lasting, walking, foot_check_after="hot-swollen", foot_side="left")
        lasting.post(f"/v1/sessions/{answer['session_id']}/withdraw", json={"reason": "Another person."})
        assert shown(lasting, walking)["value"] == "yes"

    def test_a_correction_to_something_else_takes_the_look_back(self, lasting, walking):
        before = until(lasting, walking)
        body = report(**CLEAR)
        lasting.post(f"{walking}/sessions", json=body)
        assert correct(lasting, body, foot_check_after="not-done").status_code == 200
        assert until(lasting, walking) == before
        assert correct(lasting, body, foot_check_after="blister", foot_side="left").status_code == 200
        assert shown(lasting, walking, "preulcer_lesion_left")["value"] == "blister"

    def test_a_correction_of_the_time_moves_the_look(self, lasting, walking):
        body = report(**CLEAR)
        lasting.post(f"{walking}/sessions", json=body)
        assert correct(lasting, body, performed_at=ago(days=2)).status_code == 200
        assert until(lasting, walking) == wire.now() + timedelta(days=5)
        counting = [one for one in looks(lasting, walking) if one["taken_back"] is None]
        assert len(counting) == 1

    def test_a_correction_of_something_else_leaves_the_look(self, lasting, walking):
        body = report(**CLEAR)
        lasting.post(f"{walking}/sessions", json=body)
        before = looks(lasting, walking)
        assert correct(lasting, body, rpe=4).status_code == 200
        assert looks(lasting, walking) == before

    def test_a_report_that_is_corrected_to_clear_feet_renews(self, lasting, walking):
        body = report(foot_check_after="not-done")
        lasting.post(f"{walking}/sessions", json=body)
        assert looks(lasting, walking) == []
        assert correct(lasting, body, **CLEAR).status_code == 200
        assert len(looks(lasting, walking)) == 1


def test_a_look_that_renews_costs_a_fixed_number_of_statements(lasting, walking, statements):
    renewing = said(statements, lambda: sent(lasting, walking, performed_at=ago(minutes=9), **CLEAR))
    plain = said(statements, lambda: sent(lasting, walking, performed_at=ago(minutes=2), **CLEAR))
    assert len(looks(lasting, walking)) == 1
    assert renewing - plain <= MORE_FOR_A_LOOK
