"""Outcomes: what is told, what follows from it, and what a change is called."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from api.prescriptions.tables import Prescription
from tests.adherence.outcomes_wire import alerts, course, outcomes, reading, recorded, told
from tests.prescriptions.wire import codes, from_now, moved, on_file, signed, tell


@pytest.fixture
def patient(caller):
    return on_file(caller)


def facts_of(caller, patient, name):
    listed = caller.get(f"{patient}/facts", query_string={"name": name}).json["items"]
    return [(one["value"], one["status"]) for one in listed]


def value_of(caller, patient, name):
    profile = caller.get(f"{patient}/profile").json
    every = {one["name"]: one["value"] for one in [*profile["facts"], *profile["derived"]]}
    return every.get(name)


def checked_at(clinic, prescription):
    """When what is signed was checked last."""
    work = clinic.work()
    found = work.db.scalar(
        select(Prescription.checked_at).where(
            Prescription.clinic_id == clinic.id, Prescription.id == prescription["id"]
        )
    )
    work.abandon()
    return found


def walked(caller, patient, *values):
    """Six-minute walks, each four weeks after the one before, the last of them now."""
    for place, value in enumerate(values):
        recorded(caller, patient, reading("six-minute-walk", value), days=28 * (len(values) - 1 - place))
    return course(caller, patient, "six-minute-walk")


@pytest.mark.parametrize(
    ("values", "word", "reason"),
    [
        ((380, 407), "better", "detectable"),
        ((380, 353), "worse", "detectable"),
        ((380, 406), "no-detectable-change", "below-change"),
        ((380, 380), "no-detectable-change", "unchanged"),
    ],
)
def test_a_change_counts_from_what_can_be_told_from_chance(caller, patient, values, word, reason):
    change = walked(caller, patient, *values)["since_baseline"]
    assert (change["word"], change["reason"]) == (word, reason)
    assert change["sentence"]


def test_a_course_has_its_first_its_last_and_the_one_before(caller, patient):
    went = walked(caller, patient, 380, 420, 400)
    assert [went[name]["value"] for name in ("baseline", "previous", "latest")] == [380, 420, 400]
    assert [one["value"] for one in went["series"]] == [380, 420, 400]
    assert went["since_baseline"]["difference"] == 20
    assert went["since_previous"]["difference"] == -20
    assert went["change_that_counts"]["difference"] == 27
    assert went["verification"]
    assert went["citations"]


def test_a_first_value_is_compared_with_nothing(caller, patient):
    went = walked(caller, patient, 380)
    assert went["since_baseline"] is None
    assert went["previous"] is None


def test_a_change_of_which_nobody_agreed_is_only_told(caller, patient):
    recorded(caller, patient, reading("mtcns", 9), days=200)
    recorded(caller, patient, reading("mtcns", 6))
    went = course(caller, patient, "mtcns")
    assert (went["since_baseline"]["word"], went["since_baseline"]["reason"]) == (
        "changed",
        "no-agreed-change",
    )


def test_beside_sensory_scores_stands_what_they_cannot_say(caller, patient):
    recorded(caller, patient, reading("vibration-128hz", word="reduced", side="left"), days=100)
    recorded(caller, patient, reading("vibration-128hz", word="present", side="left"))
    went = course(caller, patient, "vibration-128hz", "left")
    assert "skin temperature" in went["note"]
    assert went["since_baseline"]["word"] == "changed"
    assert course(caller, patient, "six-minute-walk") is None


def test_pain_is_compared_over_four_weeks(caller, patient):
    for days, value in ((42, 7), (14, 6), (0, 4)):
        recorded(caller, patient, reading("pain-nrs", value), days=days)
    went = course(caller, patient, "pain-nrs")
    assert went["previous"]["value"] == 7
    assert went["since_previous"]["word"] == "better"


def test_pain_of_two_weeks_is_too_close(caller, patient):
    for days, value in ((14, 6), (0, 4)):
        recorded(caller, patient, reading("pain-nrs", value), days=days)
    change = course(caller, patient, "pain-nrs")["since_baseline"]
    assert (change["word"], change["reason"]) == ("not-comparable", "too-close")


def test_hba1c_is_better_towards_the_own_target_only(caller, patient):
    recorded(caller, patient, reading("hba1c", 8.0), days=100)
    recorded(caller, patient, reading("hba1c", 7.2))
    assert course(caller, patient, "hba1c")["since_baseline"]["reason"] == "no-target"
    recorded(caller, patient, reading("hba1c", 7.1, target=7.0), days=-0.0001)
    assert course(caller, patient, "hba1c")["since_baseline"]["word"] == "better"


def test_three_sites_are_not_compared_with_ten(caller, patient):
    recorded(caller, patient, reading("monofilament-10g", 3, of=3, side="left"), days=90)
    recorded(caller, patient, reading("monofilament-10g", 9, of=10, side="left"))
    change = course(caller, patient, "monofilament-10g", "left")["since_baseline"]
    assert (change["word"], change["reason"]) == ("not-comparable", "other-number-tested")


def test_what_is_a_fact_is_kept_as_that_fact(caller, patient):
    recorded(
        caller,
        patient,
        reading("six-minute-walk", 412),
        reading("timed-up-and-go", 11.5),
        reading("resting-systolic", 142),
        reading("evs", days_per_week=5, minutes_per_day=30),
        reading("hba1c-ifcc", 53),
    )
    names = ("six_mwt_m", "tug_s", "resting_sys", "evs_days_per_week", "evs_minutes_per_day")
    assert [value_of(caller, patient, name) for name in names] == [412, 11.5, 142, 5, 30]
    assert value_of(caller, patient, "hba1c_percent") == pytest.approx(7.0, abs=0.01)
    assert course(caller, patient, "evs")["latest"]["value"] == 150
    assert course(caller, patient, "hba1c-ifcc")["latest"]["value"] == 53


def test_what_was_told_as_a_fact_is_an_outcome(caller, patient):
    tell(caller, patient, hours=24 * 100, tug_s=7.5)
    went = course(caller, patient, "timed-up-and-go")
    assert (went["baseline"]["value"], went["latest"]["value"]) == (7.5, 9)
    assert went["latest"]["kept_as"] == "fact"
    assert went["since_baseline"]["word"] == "worse"


def test_a_value_that_is_told_twice_is_there_once(caller, patient):
    answer = recorded(caller, patient, reading("six-minute-walk", 412))
    (fact,) = caller.get(f"{patient}/facts", query_string={"name": "six_mwt_m"}).json["items"]
    body = {"observed_at": fact["observed_at"], "facts": {"six_mwt_m": {"value": 412}}}
    again = caller.post(f"{patient}/facts", json=body).json["results"][0]
    assert again["result"] == "duplicate"
    assert [again["fact_id"]] == answer["results"][0]["fact_ids"]
    assert len(course(caller, patient, "six-minute-walk")["series"]) == 1


def test_a_fact_that_is_taken_back_takes_its_outcome_with_it(caller, patient):
    (result,) = recorded(caller, patient, reading("six-minute-walk", 412))["results"]
    address = f"{patient}/facts/{result['fact_ids'][0]}/entered-in-error"
    assert caller.post(address, json={"reason": "Another patient."}).status_code == 200
    assert course(caller, patient, "six-minute-walk") is None


def test_an_outcome_that_is_taken_back_takes_its_facts_with_it(caller, patient):
    (result,) = recorded(caller, patient, reading("monofilament-10g", 8, of=10, side="left"))["results"]
    assert value_of(caller, patient, "lops_left") == "yes"
    address = f"{patient}/outcomes/{result['outcome_id']}/entered-in-error"
    answer = caller.post(address, json={"reason": "The other foot."})
    assert answer.json["taken_back"]["reason"] == "The other foot."
    assert value_of(caller, patient, "monofilament_insensate_left") == 0
    assert value_of(caller, patient, "lops_left") == "no"
    assert caller.post(address, json={"reason": "Again."}).json["taken_back"]["reason"] == "The other foot."


def test_a_new_insensate_site_reaches_the_check_of_what_is_signed(caller, clinic, patient):
    signer = str(clinic.practitioner())
    prescription = signed(caller, patient, signer, "walk-moderate")
    before = checked_at(clinic, prescription)
    recorded(caller, patient, reading("monofilament-10g", 10, of=10, side="left"), days=2)
    (result,) = recorded(caller, patient, reading("monofilament-10g", 8, of=10, side="left"))["results"]
    assert result["consequences"] == ["recompute-risk"]
    assert value_of(caller, patient, "iwgdf_risk") == "1"
    assert checked_at(clinic, prescription) > before
    assert outcomes(caller, patient)["foot_risk"] == {"worked_out": "1", "assumed": False}


def test_any_rise_of_the_foot_risk_is_reviewed(caller, patient):
    assert recorded(caller, patient, reading("iwgdf-risk", 0), days=300)["alert_id"] is None
    answer = recorded(caller, patient, reading("iwgdf-risk", 1))
    assert answer["results"][0]["consequences"] == ["review"]
    (alert,) = alerts(caller, patient)
    assert alert["id"] == answer["alert_id"]
    assert (alert["level"], alert["kinds"]) == ("review", ["outcome"])
    assert "rose from 0 to 1" in alert["title"]


def test_a_rise_has_what_is_signed_checked_again(caller, clinic, patient):
    prescription = signed(caller, patient, str(clinic.practitioner()), "walk-moderate")
    before = checked_at(clinic, prescription)
    recorded(caller, patient, reading("iwgdf-risk", 2))
    assert checked_at(clinic, prescription) > before


def test_a_rise_on_the_same_day_is_reviewed_too(caller, patient):
    recorded(caller, patient, reading("iwgdf-risk", 0))
    assert recorded(caller, patient, reading("iwgdf-risk", 1))["alert_id"] is not None


def test_a_late_lower_value_makes_the_later_one_a_rise(caller, patient):
    tell(caller, patient, lops_left="yes")
    recorded(caller, patient, reading("iwgdf-risk", 1))
    assert recorded(caller, patient, reading("iwgdf-risk", 0), days=100)["alert_id"] is not None


def test_a_class_above_what_is_on_file_is_reviewed_and_said(caller, patient):
    answer = recorded(caller, patient, reading("iwgdf-risk", 2))
    (alert,) = alerts(caller, patient)
    assert "the facts on file give 0" in alert["title"]
    assert answer["alert_id"] == alert["id"]


def test_a_fall_of_the_foot_risk_alarms_nobody(caller, patient):
    tell(caller, patient, lops_left="yes")
    recorded(caller, patient, reading("iwgdf-risk", 1), days=200)
    recorded(caller, patient, reading("iwgdf-risk", 0))
    assert alerts(caller, patient) == []
    change = course(caller, patient, "iwgdf-risk")["since_baseline"]
    assert (change["word"], change["reason"]) == ("changed", "only-worse-counts")


def test_an_injurious_fall_is_reviewed_and_told_to_the_checks(caller, patient):
    answer = recorded(caller, patient, reading("injurious-falls", 1), reading("falls", 2))
    (alert,) = alerts(caller, patient)
    assert answer["alert_id"] == alert["id"]
    assert alert["level"] == "review"
    assert value_of(caller, patient, "injurious_fall_12m") == "yes"
    assert value_of(caller, patient, "falls_12m") == 2


def test_no_fall_says_nothing_of_twelve_months(caller, patient):
    tell(caller, patient, falls_12m=3)
    recorded(caller, patient, reading("falls", 0), reading("injurious-falls", 0))
    assert value_of(caller, patient, "falls_12m") == 3
    assert alerts(caller, patient) == []


def test_an_alert_of_what_was_entered_in_error_no_longer_stands(caller, patient):
    answer = recorded(caller, patient, reading("injurious-falls", 1))
    outcome_id = answer["results"][0]["outcome_id"]
    caller.post(f"{patient}/outcomes/{outcome_id}/entered-in-error", json={"reason": "A dream."})
    causes = caller.get(f"/v1/alerts/{answer['alert_id']}").json["causes"]
    assert [one["ended_because"] for one in causes] == ["It was entered in error."]
    assert value_of(caller, patient, "injurious_fall_12m") == "no"


def test_the_same_again_is_a_duplicate(caller, patient):
    body = {"observed_at": from_now(minutes=-5), "readings": [reading("berg-balance", 50)]}
    first, second = (caller.post(f"{patient}/outcomes", json=body).json["results"][0] for _ in range(2))
    assert (first["result"], second["result"]) == ("accepted", "duplicate")
    assert first["outcome_id"] == second["outcome_id"]


def test_a_record_is_corrected_by_its_source(caller, patient):
    def sent(value):
        one = reading("six-minute-walk", value, source="lab", source_record_id="7")
        return recorded(caller, patient, one)["results"][0]

    first, second = sent(300), sent(400)
    assert second["corrects"] == first["outcome_id"]
    went = course(caller, patient, "six-minute-walk")
    assert [one["value"] for one in went["series"]] == [400]
    assert facts_of(caller, patient, "six_mwt_m") == [(400, "on-file"), (300, "corrected")]


def test_a_target_alone_is_corrected_without_a_new_fact(caller, patient):
    at = from_now(minutes=-5)
    for target in (7.0, 6.5):
        one = reading("hba1c", 7.4, target=target, source="lab", source_record_id="9", observed_at=at)
        recorded(caller, patient, one)
    assert course(caller, patient, "hba1c")["latest"]["target"] == 6.5
    assert facts_of(caller, patient, "hba1c_percent") == [(7.4, "on-file")]


def test_an_idempotency_key_keeps_once(caller, patient):
    body = {"observed_at": from_now(minutes=-5), "readings": [reading("falls", 1)]}
    answers = [
        caller.post(f"{patient}/outcomes", json=body, headers={"Idempotency-Key": "once"}) for _ in range(2)
    ]
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert answers[0].json == answers[1].json


@pytest.mark.parametrize(
    ("one", "fault"),
    [
        (reading("six-minute-walk", 1001), ("/readings/0/value", "out-of-range")),
        (reading("six-minute-walk"), ("/readings/0/value", "required")),
        (reading("six-minute-walk", "far"), ("/readings/0/value", "not-a-number")),
        (reading("six-minute-walk", word="far"), ("/readings/0/word", "not-a-number")),
        (reading("six-minute-walk", 400, word="far"), ("/readings/0/word", "two-values")),
        (reading("vibration-128hz", 1, side="left"), ("/readings/0/value", "not-allowed")),
        (reading("six-minute-walk", True), ("/readings/0/value", "not-a-number")),
        (reading("six-minute-walk", 400, unit="ft"), ("/readings/0/unit", "unit")),
        (reading("six-minute-walk", 400, side="left"), ("/readings/0/side", "side")),
        (
            reading("six-minute-walk", 400, observed_at=from_now(days=1)),
            ("/readings/0/observed_at", "in-the-future"),
        ),
        (reading("walk", 400), ("/readings/0/measure", "unknown-measure")),
        (reading("chair-stand-30s", 9.5), ("/readings/0/value", "not-whole")),
        (reading("vibration-128hz", word="some", side="left"), ("/readings/0/word", "not-allowed")),
        (reading("monofilament-10g", 9, side="left"), ("/readings/0/of", "of")),
        (reading("monofilament-10g", 9, of=10), ("/readings/0/side", "side")),
        (reading("monofilament-10g", 11, of=10, side="left"), ("/readings/0/value", "out-of-range")),
        (
            reading("monofilament-10g", 9, of=10, side="left", insensate=["heel", "heel"]),
            ("/readings/0/insensate", "duplicate-member"),
        ),
        (reading("hba1c-ifcc", 9), ("/readings/0/value", "out-of-range")),
        (reading("evs", 150), ("/readings/0/value", "parts")),
        (reading("falls", 1, days_per_week=3), ("/readings/0/days_per_week", "parts")),
        (reading("pain-nrs", 3, target=2), ("/readings/0/target", "target")),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(caller, patient, one, fault):
    assert codes(told(caller, patient, one)) == {fault}
    assert outcomes(caller, patient, measure="falls")["items"] == []


def test_all_faults_are_told_at_once_and_nothing_is_kept(caller, patient):
    answer = told(
        caller, patient, reading("six-minute-walk", 400), reading("falls", -1), reading("berg-balance", 57)
    )
    assert {pointer for pointer, _ in codes(answer)} == {"/readings/1/value", "/readings/2/value"}
    assert course(caller, patient, "six-minute-walk") is None


def test_two_values_of_one_fact_at_one_moment_are_refused(caller, patient):
    both = (reading("hba1c", 7.0), reading("hba1c-ifcc", 80))
    assert codes(told(caller, patient, *both)) == {("/readings/1/value", "two-values")}
    pressures = (reading("resting-systolic", 90), reading("resting-diastolic", 95))
    assert codes(told(caller, patient, *pressures)) == {("/readings/1/value", "not-below-systolic")}


def test_an_unknown_measure_is_refused_with_a_hint(caller, patient):
    answer = caller.get(f"{patient}/outcomes", query_string={"measure": "six-minutes-walk"})
    assert codes(answer) == {("/query/measure", "unknown-measure")}
    assert "six-minute-walk" in answer.json["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ({"from": "2026-03-02", "to": "2026-03-01"}, ("/query/from", "reversed")),
        ({"from": "2024-01-01", "to": "2026-01-01"}, ("/query/from", "too-long")),
        ({"to": "2999-01-01"}, ("/query/to", "in-the-future")),
        ({"from": "2999-01-01"}, ("/query/from", "reversed")),
        ({"from": "today"}, ("/query/from", "not-a-date")),
    ],
)
def test_days_that_make_no_window_are_refused(caller, patient, query, fault):
    assert fault in codes(caller.get(f"{patient}/outcomes", query_string=query))


def test_the_baseline_may_lie_before_the_window_and_later_values_are_not_read(caller, patient):
    for days, value in ((200, 300), (60, 350), (0, 400)):
        recorded(caller, patient, reading("six-minute-walk", value), days=days)
    went = course(
        caller, patient, "six-minute-walk", **{"from": from_now(days=-90)[:10], "to": from_now(days=-30)[:10]}
    )
    assert (went["baseline"]["value"], went["latest"]["value"]) == (300, 350)
    assert [one["value"] for one in went["series"]] == [350]


def test_what_is_due_is_said_and_whether_it_is_overdue(caller, patient):
    recorded(caller, patient, reading("berg-balance", 50), days=100)
    due = course(caller, patient, "berg-balance")["due"]
    assert due["overdue"] is True
    assert due["last"] == from_now(days=84 - 100, minutes=-1)[:10]


def test_feet_at_the_highest_risk_are_tested_at_each_visit(caller, patient):
    recorded(caller, patient, reading("monofilament-10g", 10, of=10, side="left"), reading("iwgdf-risk", 3))
    assert course(caller, patient, "monofilament-10g", "left")["due"]["occasion"] == "visit"


def test_a_patient_without_outcomes_has_an_empty_answer(caller):
    patient = caller.post("/v1/patients", json={}).headers["Location"]
    answer = outcomes(caller, patient)
    assert answer["items"] == []
    assert answer["left_out"] == 0
    assert answer["attendance"]["href"].startswith(f"{patient}/adherence?from=")
    assert answer["attendance"]["lower"] == {"percent": None, "reason": "no-prescription"}


def test_beside_outcomes_stands_what_was_done_of_the_plan(caller, clinic, patient):
    prescription = signed(caller, patient, str(clinic.practitioner()), "walk-moderate")
    assert prescription["state"] == "active"
    attendance = outcomes(caller, patient)["attendance"]
    numbers = caller.get(attendance["href"]).json["total"]
    assert {name: attendance[name] for name in ("lower", "upper", "projected")} == {
        name: numbers[name] for name in ("lower", "upper", "projected")
    }


def test_the_patients_of_another_clinic_are_not_found(caller, other_clinic, patient):
    stranger = other_clinic.caller()
    assert stranger.get(f"{patient}/outcomes").status_code == 404
    assert told(stranger, patient, reading("falls", 1)).status_code == 404
    (result,) = recorded(caller, patient, reading("falls", 1))["results"]
    address = f"{patient}/outcomes/{result['outcome_id']}/entered-in-error"
    assert stranger.post(address, json={"reason": "x"}).status_code == 404
    nothing = f"{patient}/outcomes/{uuid4()}/entered-in-error"
    assert caller.post(nothing, json={"reason": "x"}).status_code == 404


def test_who_may_write_facts_may_record_and_who_may_read_adherence_may_read(clinic, patient):
    reader, writer = clinic.caller("adherence:read"), clinic.caller("facts:write")
    assert told(reader, patient, reading("falls", 0)).status_code == 403
    assert told(writer, patient, reading("falls", 0)).status_code == 200
    assert reader.get(f"{patient}/outcomes").status_code == 200
    assert writer.get(f"{patient}/outcomes").status_code == 403


def test_the_measures_are_readable_by_everybody(anyone):
    answer = anyone.get("/v1/knowledge/outcomes").json
    every = {one["measure"]: one for one in answer["items"]}
    assert len(every) == 31
    assert every["six-minute-walk"]["change_that_counts"]["difference"] == 27
    assert every["mtcns"]["change_that_counts"]["difference"] is None
    assert "healed nerve" in answer["no_recovery"]


def test_statements_are_few(caller, patient, statements):
    walked(caller, patient, 380, 420)
    with statements.at_most(6):  # outcomes and facts, evidence; the plan, its pauses, reports, last contact
        outcomes(caller, patient)
    # queue, earlier, insert, facts: queue, on file, insert; links, what counts, prescriptions, audit
    with statements.at_most(10):
        recorded(caller, patient, reading("six-minute-walk", 430))
    with statements.at_most(5):
        recorded(caller, patient, reading("berg-balance", 50))


def test_a_prescription_on_hold_is_looked_at_again_too(caller, clinic, patient):
    signer = str(clinic.practitioner())
    prescription = signed(caller, patient, signer, "walk-moderate")
    assert moved(caller, prescription, "hold", signer, reason="A fever.").status_code == 200
    before = checked_at(clinic, prescription)
    recorded(caller, patient, reading("monofilament-10g", 5, of=10, side="right"))
    assert checked_at(clinic, prescription) > before
