"""Which values speak against exercise."""

from datetime import timedelta

import pytest

from api.clinical.adversity import burden, severity
from api.clinical.vocabulary import FactType
from tests.clinical.builders import NOW, RELEASE

# What the specification calls reassuring, written down by hand: only these may run out.
REASSURING = {
    "acute_illness_today": {"no"},
    "amputation_left": {"none"},
    "anaemia_symptoms": {"no"},
    "bone_metastases": {"no"},
    "can_inspect_feet": {"yes", "with-help"},
    "can_status": {"none"},
    "cancer_treatment": {"none"},
    "cardiology_plan_agreed": {"yes"},
    "cardiotoxic_therapy": {"no"},
    "care_episode": {"community", "outpatient"},
    "charcot_left": {"none"},
    "cognitive_impairment": {"none", "mild"},
    "diabetes_type": {"none", "prediabetes"},
    "dialysis": {"none"},
    "exercise_test_result": {"normal"},
    "eye_procedure": {"none"},
    "feels_unsteady": {"no"},
    "foot_check_today": {"done-clear"},
    "foot_deformity_left": {"no"},
    "foot_drop": {"no"},
    "foot_ulcer_left": {"none"},
    "footwear": {"therapeutic", "adequate"},
    "gastroparesis": {"no"},
    "hand_involvement": {"none"},
    "hf_nyha": {"none"},
    "hot_swollen_foot_left": {"no"},
    "hr_explained": {"yes"},
    "hyperglycaemia_symptoms": {"no"},
    "hypo_unawareness": {"no"},
    "injurious_fall_12m": {"no"},
    "joint_acute_inflammation": {"no"},
    "lops_left": {"no"},
    "lops_right": {"no"},
    "lung_disease": {"no"},
    "missed_dialysis": {"no"},
    "neuropathy_course": {"stable", "slowly-progressive"},
    "new_foot_shape_change": {"no"},
    "orthostatic_method": {"supine-stand", "tilt"},
    "orthostatic_symptoms": {"no"},
    "osteoporosis": {"no"},
    "pad_status": {"none"},
    "parq_plus_followup_needed": {"no"},
    "pregnancy_status": {"not-pregnant", "not-applicable"},
    "preulcer_lesion_left": {"none", "callus"},
    "retinopathy_stage": {"none", "mild-npdr"},
    "severe_hypo_last_24h": {"no"},
    "stress_fracture_suspected": {"no"},
    "sudomotor_dysfunction": {"no"},
    "ulcer_infection_left": {"none", "mild"},
    "ulcer_site_left": {"non-plantar"},
    "valve_disease": {"none", "mild"},
    "venous_disease": {"none"},
    "vision": {"normal-corrected", "mild-loss"},
}


@pytest.mark.parametrize("name", sorted(REASSURING))
def test_exactly_the_reassuring_values_of_a_choice_make_no_rule_fire(name):
    calm = {value for value in RELEASE.facts[name].values if not severity(RELEASE, name, {name: value}, NOW)}
    assert calm == REASSURING[name]


@pytest.mark.parametrize(
    "name",
    ["unstable_cardiac", "cv_symptoms", "cvd_known", "neuro_red_flags", "neuropathy_types", "symptoms_today"],
)
def test_of_a_list_of_findings_only_none_is_reassuring(name):
    members = RELEASE.facts[name].values
    calm = {one for one in members if not severity(RELEASE, name, {name: frozenset({one})}, NOW)}
    assert calm == {"none"}


@pytest.mark.parametrize(
    ("name", "reassuring", "adverse"),
    [
        ("monofilament_insensate_left", 0, 1),
        ("resting_sys", 159, 160),
        ("resting_sys", 90, 89),
        ("resting_dia", 99, 100),
        ("resting_hr", 100, 101),
        ("resting_hr", 40, 39),
        ("egfr", 60, 59.9),
        ("potassium_mmol_l", 3.5, 3.4),
        ("platelets_10e9_l", 50, 49.9),
        ("hb_g_dl", 10, 9.9),
        ("anc_10e9_l", 1.0, 0.9),
        ("hba1c_percent", 9.9, 10),
        ("falls_12m", 0, 1),
        ("syncope_12m", 0, 1),
        ("tug_s", 11.9, 12),
        ("tandem_s", 10, 9.9),
        ("spo2_rest", 92, 91),
        ("pain_nrs", 6, 7),
        ("temp_c", 37.9, 38),
        ("foot_temp_diff_c", 2.2, 2.3),
        ("ketones_blood_mmol_l", 0.5, 0.6),
    ],
)
def test_a_number_is_adverse_from_the_limit_of_a_rule_on(name, reassuring, adverse):
    assert severity(RELEASE, name, {name: reassuring}, NOW) == 0
    assert severity(RELEASE, name, {name: adverse}, NOW) > 0


@pytest.mark.parametrize(
    ("name", "values", "adverse"),
    [
        ("bp_standing_sys", {"bp_supine_sys": 130, "bp_standing_sys": 116}, False),
        ("bp_standing_sys", {"bp_supine_sys": 130, "bp_standing_sys": 115}, True),
        ("bp_supine_sys", {"bp_supine_sys": 130, "bp_standing_sys": 115}, True),
        ("bp_standing_sys", {"bp_standing_sys": 60}, False),
        ("evs_minutes_per_day", {"evs_days_per_week": 5, "evs_minutes_per_day": 30}, False),
        ("evs_minutes_per_day", {"evs_days_per_week": 5, "evs_minutes_per_day": 29}, True),
        ("chair_stand_30s", {"chair_stand_30s": 11, "sex_for_reference": "female"}, False),
    ],
)
def test_a_part_of_a_measure_is_adverse_only_with_its_other_parts(name, values, adverse):
    assert (severity(RELEASE, name, values, NOW) > 0) is adverse


def test_a_low_chair_stand_is_adverse_for_an_age_and_sex():
    born = NOW.date() - timedelta(days=62 * 365 + 30)
    patient = {"chair_stand_30s": 11, "sex_for_reference": "female", "birth_date": born}
    assert severity(RELEASE, "chair_stand_30s", patient, NOW) > 0
    assert severity(RELEASE, "chair_stand_30s", {**patient, "chair_stand_30s": 12}, NOW) == 0
    assert severity(RELEASE, "chair_stand_30s", {**patient, "sex_for_reference": "other"}, NOW) == 0


def test_severity_is_the_level_of_the_strongest_rule():
    stages = ("none", "moderate-npdr", "severe-npdr")
    assert [severity(RELEASE, "retinopathy_stage", {"retinopathy_stage": one}, NOW) for one in stages] == [
        0,
        2,
        4,
    ]
    assert severity(RELEASE, "footwear", {"footwear": "inadequate"}, NOW) == 3
    assert severity(RELEASE, "motor_involvement", {"motor_involvement": "yes"}, NOW) == 1


def test_of_two_absolute_values_the_one_that_closes_more_weighs_more():
    weights = [
        burden(RELEASE, "retinopathy_stage", {"retinopathy_stage": one}, NOW)
        for one in ("none", "moderate-npdr", "severe-npdr", "retinal-detachment")
    ]
    assert weights == sorted(weights)
    assert weights[0] == (0, 0, 0, 0, 0)
    assert weights[-1] == (4, 81, 81, 81, 81)


def test_every_choice_and_list_has_something_reassuring_or_no_rule_that_reads_it():
    for fact in RELEASE.plain_facts:
        if fact.type in {FactType.CHOICE, FactType.TERNARY} and fact.shelf_lives:
            calm = [one for one in fact.values if not severity(RELEASE, fact.name, {fact.name: one}, NOW)]
            assert calm, fact.name
