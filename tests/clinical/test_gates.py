"""What must be known before anything is answered, and until when the answer holds."""

from datetime import timedelta

import pytest

from api.clinical.vocabulary import CheckKind, Decision, FactState
from tests.clinical.builders import (
    DAY,
    NOW,
    RELEASE,
    base,
    birthday,
    check_base,
    checked,
    cleared,
    fired,
    flat,
    seen,
)

SESSION = CheckKind.SESSION
MINUTE = timedelta(minutes=1)
FOOT_RULE = "foot-ulcer-healed-under-90d"
HEALED = {"foot_ulcer_right": "healed", "ulcer_healed_days_right": 40, "footwear": "therapeutic"}


class TestGates:
    @pytest.mark.parametrize("name", ["age_years", "unstable_cardiac", "cv_symptoms", "neuro_red_flags"])
    def test_a_programme_needs_its_gates(self, name):
        answer = check_base(**{name: None})
        asked = "birth_date" if name == "age_years" else name
        assert asked in answer.gates
        assert answer.decision is Decision.INSUFFICIENT_DATA
        assert asked in {one.name for one in answer.missing}

    @pytest.mark.parametrize(
        ("age", "sex", "asked"),
        [
            (17, "female", False),
            (18, "female", True),
            (55, "female", True),
            (56, "female", False),
            (30, "male", False),
            (30, "other", True),
            (30, None, True),
        ],
    )
    def test_pregnancy_is_asked_where_it_is_possible(self, age, sex, asked):
        answer = check_base(age_years=age, sex_for_reference=sex)
        assert ("pregnancy_status" in answer.gates) is asked

    @pytest.mark.parametrize("name", ["acute_illness_today", "symptoms_today"])
    def test_a_session_needs_the_day_too_and_a_programme_does_not(self, name):
        assert check_base(SESSION, **{name: None}).gates == (name,)
        assert check_base(**{name: None}).gates == ()

    def test_a_stale_gate_is_a_gate(self):
        patient = base() | {"cv_symptoms": seen("cv_symptoms", ["none"], ago=31 * DAY)}
        answer = checked(patient.values())
        assert answer.gates == ("cv_symptoms",)
        assert {one.name: one.state for one in answer.missing}["cv_symptoms"] is FactState.STALE

    def test_an_old_list_with_a_symptom_is_still_asked_for_the_others(self):
        patient = base() | {"cv_symptoms": seen("cv_symptoms", ["unusual-fatigue"], ago=31 * DAY)}
        answer = checked(patient.values())
        assert answer.gates == ("cv_symptoms",)
        assert "cardiac-symptoms-unexplained" in fired(answer)

    def test_a_conflict_in_a_gate_is_a_gate(self):
        patient = [*base().values(), seen("neuro_red_flags", ["saddle-anaesthesia"])]
        assert checked(patient).gates == ("neuro_red_flags",)
        assert checked(patient).decision is Decision.DO_NOT_EXERCISE
        birthdays = [*base().values(), seen("birth_date", birthday(50))]
        assert checked(birthdays).decision is Decision.INSUFFICIENT_DATA

    def test_the_gates_of_the_specification_are_the_gates(self):
        programme = {"birth_date", "pregnancy_status", "unstable_cardiac", "cv_symptoms", "neuro_red_flags"}
        assert {fact.name for fact in RELEASE.gates[CheckKind.PROGRAMME]} == programme
        day = {"acute_illness_today", "symptoms_today"}
        assert {fact.name for fact in RELEASE.gates[SESSION]} == programme | day


class TestValidity:
    def test_a_programme_holds_30_days_and_a_session_60_minutes(self):
        lasting = flat({"age_years": 15})
        assert checked(lasting).valid_until == NOW + 30 * DAY
        assert checked(lasting, SESSION).valid_until == NOW + 60 * MINUTE

    def test_a_fact_that_runs_out_before_ends_it(self):
        patient = [*flat({"age_years": 15}), seen("hot_swollen_foot_left", "no", ago=2 * DAY)]
        assert checked(patient).valid_until == NOW + 5 * DAY

    def test_a_fact_that_no_rule_reads_does_not(self):
        unread = seen("lymphoedema", "no", ago=89 * DAY)
        assert checked([*flat({"age_years": 15}), unread]).valid_until == NOW + 30 * DAY

    def test_facts_of_the_day_end_a_session_not_a_programme(self):
        patient = [*flat({"age_years": 15}), seen("glucose_mg_dl", 140, ago=10 * MINUTE)]
        assert checked(patient).valid_until == NOW + 30 * DAY
        assert checked(patient, SESSION).valid_until == NOW + 20 * MINUTE

    def test_a_session_ends_with_the_local_day(self):
        night = NOW.replace(hour=23, minute=30)
        patient = [seen("temp_c", 36.5, at=night)]
        assert checked(patient, SESSION, as_of=night).valid_until == night + 30 * MINUTE

    def test_a_clearance_that_lifts_something_ends_it(self):
        ends = NOW + 5 * DAY
        clearance = cleared(FOOT_RULE, lasts=6 * DAY)
        assert check_base(**HEALED, clearances=[clearance], foot_temp_diff_c=None).valid_until <= ends
        idle = [cleared("parq-followup", lasts=DAY + MINUTE)]
        assert checked(flat({"age_years": 15}), clearances=idle).valid_until == NOW + 30 * DAY

    def test_of_two_clearances_of_one_rule_the_longer_counts(self):
        patient = flat({"age_years": 62, "hf_nyha": "iii"})
        pair = [cleared("cardiac-hf-iii", lasts=3 * DAY), cleared("cardiac-hf-iii", lasts=5 * DAY)]
        assert checked(patient, clearances=pair).valid_until == NOW + 4 * DAY

    def test_a_clearance_for_vigorous_work_that_runs_out_ends_it(self):
        granted = seen("vigorous_clearance_date", NOW.date() - 363 * DAY)
        assert checked([*flat({"age_years": 15}), granted]).valid_until == NOW.replace(hour=0) + 3 * DAY
