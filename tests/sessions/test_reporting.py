from uuid import uuid4

import pytest

from tests.prescriptions.wire import on_file, signed, tell
from tests.sessions.wire import ago, codes, report, rules, sent, shown


def facts_of(answer):
    return {one["name"]: one["value"] for one in answer["triage"]["facts"]}


def on_profile(caller, patient, name):
    facts = caller.get(f"{patient}/profile").json["facts"]
    return next(one for one in facts if one["name"] == name)


class TestAnswers:
    def test_a_report_with_nothing_to_say_is_ok(self, caller, patient):
        answer = caller.post(f"{patient}/sessions", json=report())
        assert answer.status_code == 201, answer.text
        told = answer.json
        assert (told["level"], told["result"], told["locks"], told["flags"]) == ("ok", "accepted", [], [])
        assert told["triage"]["alert_id"] is None
        assert answer.headers["Location"] == f"/v1/sessions/{told['session_id']}"

    def test_an_open_spot_is_answered_with_all_that_follows(self, caller, patient):
        told = sent(caller, patient, foot_check_after="bleeding-or-open", foot_side="left")
        assert told["level"] == "urgent"
        assert rules(told) == {"rep-foot-open"}
        (lock,) = told["locks"]
        assert (lock["rule_id"], lock["session_id"]) == ("rep-foot-open", told["session_id"])
        assert "weight-bearing" in lock["tags"]
        assert facts_of(told) == {"foot_ulcer_left": "active"}
        alert = caller.get(f"/v1/alerts/{told['triage']['alert_id']}").json
        assert (alert["level"], alert["state"]) == ("urgent", "open")
        assert {message["key"] for message in told["triage"]["messages"]} == {"urgent", "rep-foot-open"}

    def test_what_was_answered_is_shown_again(self, caller, patient):
        told = sent(caller, patient, foot_check_after="blister")
        found = shown(caller, told["session_id"])
        assert found["triage"] == told["triage"]
        assert [one["id"] for one in found["locks"]] == [one["id"] for one in told["locks"]]
        assert [(one["number"], one["telling"]) for one in found["versions"]] == [(1, "reported")]

    def test_a_session_that_was_left_out_may_name_its_exercises(self, caller, patient):
        items = [{"exercise_id": "chair-march"}]
        answer = sent(caller, patient, status="skipped", duration_min=None, items=items)
        assert shown(caller, answer["session_id"])["report"]["items"] == items

    def test_an_unplanned_session_reads_the_patient_as_adverse(self, caller, patient):
        told = sent(caller, patient, fall="fall-head-strike")
        assert "rep-head-strike" in rules(told)

    def test_a_question_left_open_is_named_and_twice_is_for_review(self, caller, patient):
        first = sent(caller, patient, symptoms=None, performed_at=ago(hours=30))
        assert (first["level"], first["triage"]["not_asked"]) == ("watch", ["symptoms"])
        second = sent(caller, patient, symptoms=None)
        assert second["level"] == "review"
        assert second["triage"]["alert_id"] is not None

    def test_three_watches_in_two_weeks_raise_a_trend(self, caller, patient):
        for hours in (50, 26):
            assert sent(caller, patient, performed_at=ago(hours=hours), fatigue_next_day=7)["level"] != "ok"
        told = sent(caller, patient, talk_test="cannot-talk")
        assert told["level"] == "review"
        assert told["triage"]["trends"]
        causes = caller.get(f"/v1/alerts/{told['triage']['alert_id']}").json["causes"]
        assert "trend" in {one["kind"] for one in causes}

    def test_a_word_in_the_note_asks_for_it_to_be_read(self, caller, patient):
        assert sent(caller, patient, note="Some blood on the sock.")["flags"] == ["read-note"]

    def test_another_patients_plan_is_refused(self, clinic, caller, patient):
        plan = signed(caller, on_file(caller), str(clinic.practitioner()), "recumbent-cycle-easy")
        body = report(prescription_id=plan["id"])
        answer = caller.post(f"{patient}/sessions", json=body)
        assert codes(answer) == {("/prescription_id", "unknown-prescription")}

    def test_a_revision_that_was_never_signed_is_refused(self, clinic, caller):
        patient = on_file(caller)
        plan = signed(caller, patient, str(clinic.practitioner()), "recumbent-cycle-easy")
        body = report(prescription_id=plan["id"], prescription_revision=2)
        answer = caller.post(f"{patient}/sessions", json=body)
        assert codes(answer) == {("/prescription_revision", "unknown-revision")}


class TestFacts:
    def test_what_a_report_sets_checks_the_prescription_again(self, clinic, caller):
        patient = on_file(caller)
        plan = signed(caller, patient, str(clinic.practitioner()), "walk-moderate")
        sent(caller, patient, prescription_id=plan["id"], foot_check_after="bleeding-or-open")
        found = caller.get(f"/v1/prescriptions/{plan['id']}").json
        assert found["safety"] != "safe"

    def test_a_fall_is_counted_once_whoever_reports_it(self, caller, patient):
        tell(caller, patient, hours=200, falls_12m=1)
        when = ago(hours=1)
        told = sent(caller, patient, performed_at=when, fall="fall-no-injury")
        assert facts_of(told) == {"falls_12m": 2}
        again = sent(
            caller, patient, performed_at=when, fall="fall-no-injury", source="carer", reporter="caregiver"
        )
        assert again["links"]["session_ids"] == [told["session_id"]]
        assert facts_of(again) == {}
        assert on_profile(caller, patient, "falls_12m")["value"] == 2

    def test_an_ulcer_stays_until_it_is_told_anew_under_the_same_source(self, caller, patient):
        told = sent(caller, patient, foot_check_after="bleeding-or-open", foot_side="left")
        (fact,) = told["triage"]["facts"]
        seen = {"foot_ulcer_left": {"value": "none", "source": fact["source"]}}
        body = {"observed_at": ago(seconds=1), "facts": seen}
        assert caller.post(f"{patient}/facts", json=body).status_code == 200
        assert on_profile(caller, patient, "foot_ulcer_left")["value"] == "healed"


class TestDuplicates:
    def test_the_same_report_again_is_a_duplicate_with_the_same_answer(self, caller, patient):
        body = report(foot_check_after="blister")
        first = caller.post(f"{patient}/sessions", json=body).json
        answer = caller.post(f"{patient}/sessions", json=dict(reversed(body.items())) | {"note": None})
        assert answer.status_code == 200
        assert answer.json == first | {"result": "duplicate"}

    def test_the_same_id_with_something_else_is_refused(self, caller, patient):
        body = report()
        caller.post(f"{patient}/sessions", json=body)
        answer = caller.post(f"{patient}/sessions", json=body | {"rpe": 6})
        assert answer.status_code == 409
        assert answer.json["session_id"] == body["session_id"]

    def test_the_same_record_under_another_id_names_the_first(self, caller, patient):
        body = report(source="watch", source_record_id="r-1")
        caller.post(f"{patient}/sessions", json=body)
        answer = caller.post(f"{patient}/sessions", json=body | {"session_id": str(uuid4())})
        assert (answer.status_code, answer.json["session_id"]) == (200, body["session_id"])
        other = body | {"session_id": str(uuid4()), "rpe": 9}
        assert caller.post(f"{patient}/sessions", json=other).status_code == 409

    def test_an_id_of_another_patient_is_refused(self, caller, patient):
        body = report()
        caller.post(f"{patient}/sessions", json=body)
        other = caller.post("/v1/patients", json={}).headers["Location"]
        assert caller.post(f"{other}/sessions", json=body).status_code == 409

    def test_an_id_of_another_clinic_is_free(self, caller, patient, other_clinic):
        body = report()
        caller.post(f"{patient}/sessions", json=body)
        theirs = other_clinic.caller()
        other = theirs.post("/v1/patients", json={}).headers["Location"]
        assert theirs.post(f"{other}/sessions", json=body).status_code == 201


class TestLists:
    @pytest.fixture
    def three(self, caller, patient):
        hours = {"old": 100, "middle": 60, "new": 2}
        level = {
            "middle": {"foot_check_after": "blister"},
            "old": {"status": "skipped", "duration_min": None},
        }
        return {
            name: sent(caller, patient, performed_at=ago(hours=one), **level.get(name, {}))["session_id"]
            for name, one in hours.items()
        }

    def test_the_newest_session_comes_first_page_by_page(self, caller, patient, three):
        first = caller.get(f"{patient}/sessions?limit=2")
        rest = caller.get(first.headers["Link"].partition(">")[0][1:]).json
        listed = [one["id"] for one in [*first.json["items"], *rest["items"]]]
        assert listed == [three["new"], three["middle"], three["old"]]

    @pytest.mark.parametrize(
        ("query", "names"),
        [("level=review", ["middle"]), ("status=skipped", ["old"]), ("status=done", ["new", "middle"])],
    )
    def test_a_list_is_filtered(self, caller, patient, three, query, names):
        listed = caller.get(f"{patient}/sessions?{query}").json["items"]
        assert [one["id"] for one in listed] == [three[name] for name in names]

    def test_a_list_is_of_the_patients_days(self, caller, patient, three):
        day = shown(caller, three["middle"])["local_date"]
        listed = caller.get(f"{patient}/sessions?from={day}&to={day}").json["items"]
        assert [one["id"] for one in listed] == [three["middle"]]
