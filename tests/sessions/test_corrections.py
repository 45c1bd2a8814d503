from random import Random
from uuid import UUID, uuid5

import pytest

from api.clinical.reports import ORDER
from tests.prescriptions.wire import on_file, signed
from tests.sessions.wire import ago, codes, correct, report, rules, sent, shown


@pytest.fixture
def filed(caller, patient):
    """Files a report; what was sent."""

    def file(**changed):
        body = report(**changed)
        answer = caller.post(f"{patient}/sessions", json=body)
        assert answer.status_code == 201, answer.text
        return body

    return file


class TestCorrections:
    def test_a_correction_is_a_new_version_with_its_reason(self, caller, filed):
        body = filed()
        answer = correct(caller, body, rpe=4)
        assert (answer.status_code, answer.json["result"], answer.json["version"]) == (200, "corrected", 2)
        found = shown(caller, body["session_id"])
        told = [
            (one["number"], one["telling"], one["reason"], one["document"]["rpe"])
            for one in found["versions"]
        ]
        assert told == [(1, "reported", None, 5), (2, "corrected", "A slip.", 4)]
        assert [one["cause"] for one in found["triages"]] == ["received", "corrected"]

    def test_the_level_never_falls_and_what_it_raised_stays(self, caller, patient, filed):
        body = filed(foot_check_after="bleeding-or-open", foot_side="left")
        answer = correct(caller, body, foot_check_after="clear").json
        assert (answer["level"], answer["triage"]["level"]) == ("urgent", "ok")
        assert [one["rule_id"] for one in answer["locks"]] == ["rep-foot-open"]
        assert len(answer["stands"]) == 2
        assert "foot_ulcer_left" in answer["stands"][1]
        (alert,) = caller.get("/v1/alerts").json["items"]
        assert (alert["level"], alert["state"]) == ("urgent", "open")

    def test_a_correction_that_finds_more_locks_and_alerts(self, caller, patient, filed):
        body = filed()
        answer = correct(caller, body, symptoms=["chest-pain"]).json
        assert (answer["level"], rules(answer)) == ("emergency", {"rep-chest-pain"})
        assert answer["triage"]["alert_id"] is not None
        assert [one["tags"] for one in answer["locks"]] == [["*"]]

    def test_the_other_foot_is_set_too(self, caller, patient, filed):
        body = filed(foot_check_after="blister", foot_side="left")
        answer = correct(caller, body, foot_side="right").json
        assert [one["name"] for one in answer["triage"]["facts"]] == ["preulcer_lesion_right"]
        assert len(answer["locks"]) == 1

    def test_the_same_again_changes_nothing(self, caller, filed):
        body = filed()
        answer = correct(caller, body)
        assert (answer.status_code, answer.json["result"], answer.json["version"]) == (200, "duplicate", 1)

    def test_an_older_version_is_not_corrected(self, caller, filed):
        body = filed()
        correct(caller, body, rpe=4)
        assert correct(caller, body, version=1, rpe=3).status_code == 412

    def test_a_correction_needs_a_reason_and_its_own_id(self, caller, filed):
        body, other = filed(), filed()
        assert codes(correct(caller, body, reason=None)) == {("/reason", "null")}
        answer = correct(caller, body, session_id=other["session_id"], rpe=1)
        assert codes(answer) == {("/session_id", "another-session")}

    def test_every_fault_of_a_correction_is_told_at_once(self, caller, filed):
        answer = correct(caller, filed(), reason="", rpe=11, hr_pre=1)
        assert codes(answer) == {("/reason", "empty"), ("/rpe", "out-of-range"), ("/hr_pre", "out-of-range")}

    def test_of_a_record_that_another_session_is_nothing_is_corrected(self, caller, filed):
        filed(source="watch", source_record_id="1", performed_at=ago(hours=9))
        body = filed(source="watch", source_record_id="2")
        assert correct(caller, body, source_record_id="1").status_code == 409


class TestLateReports:
    def test_a_late_report_raises_what_came_after_it(self, caller, patient):
        first = sent(caller, patient, performed_at=ago(hours=2), symptoms=None)
        assert first["level"] == "watch"
        late = sent(caller, patient, performed_at=ago(hours=30), symptoms=None)
        assert [(one["session_id"], one["was"], one["level"]) for one in late["raised"]] == [
            (first["session_id"], "watch", "review")
        ]
        found = shown(caller, first["session_id"])
        assert (found["level"], [one["cause"] for one in found["triages"]]) == (
            "review",
            ["received", "other-report"],
        )
        assert found["triage"]["alert_id"] is not None

    def test_a_correction_raises_what_came_after_it(self, caller, patient, filed):
        body = filed(performed_at=ago(hours=30))
        second = sent(caller, patient, symptoms=None)
        answer = correct(caller, body, symptoms=[]).json
        assert [one["session_id"] for one in answer["raised"]] == [second["session_id"]]

    def test_what_was_raised_stays_when_its_cause_goes(self, caller, patient, filed):
        body = filed(performed_at=ago(hours=30), symptoms=None)
        second = sent(caller, patient, symptoms=None)
        correct(caller, body, symptoms=["none"])
        assert shown(caller, second["session_id"])["level"] == "review"

    def test_an_older_report_than_two_weeks_is_marked(self, caller, patient):
        assert sent(caller, patient, performed_at=ago(days=15))["flags"] == ["late"]
        assert sent(caller, patient, performed_at=ago(days=13))["flags"] == []


class TestOrder:
    WEEK = (
        {"symptoms": None},
        {"fatigue_next_day": 8},
        {"pain_after_min": 200},
        {"fall": "near-fall", "symptoms": None},
        {"pain_after_min": 300, "fatigue_next_day": 8},
        {"pain_after_min": 150, "talk_test": "cannot-talk"},
        {"fall": "near-fall"},
    )

    @pytest.mark.parametrize("seed", range(4))
    def test_in_whatever_order_a_week_comes_nothing_is_lost(self, caller, patient, seed):
        other = caller.post("/v1/patients", json={"time_zone": "Europe/Rome"}).headers["Location"]
        week = [report(performed_at=ago(hours=24 * (8 - day)), **told) for day, told in enumerate(self.WEEK)]
        shuffled = Random(seed).sample(week, len(week))
        for where, bodies in ((patient, week), (other, shuffled)):
            for body in bodies:
                own = body | {"session_id": str(uuid5(UUID(body["session_id"]), where))}
                assert caller.post(f"{where}/sessions", json=own).status_code == 201
        found, late = (caller.get(f"{one}/sessions").json["items"] for one in (patient, other))
        for in_turn, out_of_turn in zip(found, late, strict=True):
            assert set(in_turn["rules"]) <= set(out_of_turn["rules"])
            assert ORDER.index(in_turn["level"]) <= ORDER.index(out_of_turn["level"])


class TestWithdrawals:
    def test_a_withdrawn_report_is_kept_and_counts_no_longer(self, caller, patient, filed):
        body = filed(foot_check_after="blister")
        address = f"/v1/sessions/{body['session_id']}"
        answer = caller.post(f"{address}/withdraw", json={"reason": "Somebody else's."})
        assert answer.status_code == 200, answer.text
        found = answer.json
        assert (found["counts"], found["withdrawn_at"] is not None, found["level"]) == (False, True, "review")
        assert [(one["telling"], one["reason"]) for one in found["versions"]][1] == (
            "withdrawn",
            "Somebody else's.",
        )
        assert [one["unlocked_at"] for one in found["locks"]] == [None]
        (alert,) = caller.get("/v1/alerts").json["items"]
        assert alert["state"] == "open"
        causes = caller.get(f"/v1/alerts/{alert['id']}").json["causes"]
        assert "The report was withdrawn." in [one["ended_because"] for one in causes]

    def test_later_reports_no_longer_see_it(self, caller, patient, filed):
        body = filed(performed_at=ago(hours=30), symptoms=None)
        caller.post(f"/v1/sessions/{body['session_id']}/withdraw", json={"reason": "Wrong day."})
        assert sent(caller, patient, symptoms=None)["level"] == "watch"

    def test_it_is_withdrawn_once_and_not_corrected(self, caller, patient, filed):
        body = filed()
        address = f"/v1/sessions/{body['session_id']}"
        caller.post(f"{address}/withdraw", json={"reason": "Wrong."})
        assert caller.post(f"{address}/withdraw", json={"reason": "Wrong."}).status_code == 409
        assert correct(caller, body, rpe=4).status_code == 409
        again = caller.post(f"{patient}/sessions", json=body)
        assert (again.status_code, again.json["links"]["counts"]) == (200, False)
        assert again.json["stands"] == ["It was withdrawn, and counts no longer."]


def test_a_report_of_nothing_planned_lets_those_of_the_plan_stand(clinic, caller):
    patient = on_file(caller)
    plan = signed(caller, patient, str(clinic.practitioner()), "recumbent-cycle-easy")
    of_the_plan = report(prescription_id=plan["id"], performed_at=ago(hours=2))
    assert caller.post(f"{patient}/sessions", json=of_the_plan).status_code == 201
    earlier = sent(caller, patient, performed_at=ago(hours=30))
    again = caller.post(f"/v1/sessions/{earlier['session_id']}/withdraw", json={"reason": "A slip."})
    assert again.status_code == 200, again.text
