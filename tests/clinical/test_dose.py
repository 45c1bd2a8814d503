"""First prescriptions: the worked ones, classes at their limits, what rules do to numbers, and laws."""

import random
from dataclasses import fields, is_dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.clinical import starting
from api.clinical.contraindications import assess
from api.clinical.draft import NeedKind
from api.clinical.fitt import FitnessClass, Part, RateBasis, RiskClass
from api.clinical.limits import Limits
from api.clinical.profile import profile
from api.clinical.risk import Classes
from api.clinical.vocabulary import CheckKind, Decision, Goal, ReviewStatus
from tests.clinical.builders import (
    NOW,
    RELEASE,
    base,
    check_base,
    cleared,
    open_exercises,
    random_patient,
)
from tests.clinical.dose_cases import (
    VIGNETTES,
    amounts,
    dosed,
    exercises,
    offered,
    proposed,
    refused,
    worked,
)

CHANCES = st.integers(0, 2**32).map(random.Random)
LOPS = {"monofilament_insensate_left": 3, "monofilament_insensate_right": 3}
BETA_BLOCKER = {"medications": ["metformin", "beta-blocker"]}


# The worked prescriptions


def aerobic(draft):
    dose = draft.doses.aerobic
    return dose.minutes, dose.days_per_week, dose.rpe_low, dose.rpe_high


def test_v01_begins_in_f1_at_the_lowest_risk():
    draft = worked("V01")
    assert (draft.fitness, draft.risk) == (FitnessClass.F1, RiskClass.A)
    assert aerobic(draft) == (15, 4, 11, 13)
    assert {"walk-moderate", "recumbent-cycle-easy", "pool-walk"} <= offered(draft, Part.AEROBIC)
    assert draft.doses.resistance.days_per_week == 2
    assert (draft.doses.balance.days_per_week, draft.doses.balance.minutes) == (2, 10)
    rate = draft.doses.heart_rate
    assert (rate.basis, rate.lower, rate.upper) == (RateBasis.PREDICTED, 108, 126)


def test_v02_bears_weight_for_half_and_keeps_to_the_step_ceiling():
    draft = worked("V02", steps_baseline=4000)
    assert (draft.fitness, draft.risk) == (FitnessClass.F1, RiskClass.B)
    assert aerobic(draft)[:2] == (10, 4)
    assert draft.doses.foot_cap.percent(1) == 50
    assert (draft.doses.steps.rise, draft.doses.steps.ceiling) == (250, 1000)
    assert draft.doses.foot_ankle.days_per_week == 3
    assert (draft.doses.balance.days_per_week, draft.doses.balance.minutes) == (3, 15)
    assert draft.doses.balance.level == "semi-tandem"
    assert any(not item.weight_bearing for item in exercises(draft, Part.AEROBIC).values())


def test_v26_works_seated_first_without_a_heart_rate_target():
    draft = worked("V26")
    assert (draft.fitness, draft.risk) == (FitnessClass.F1, RiskClass.B)
    assert aerobic(draft) == (10, 4, 11, 12)
    assert draft.doses.aerobic.met_at_most == 5.0
    assert (draft.doses.frame.warm_up_minutes, draft.doses.frame.cool_down_minutes) == (10, 10)
    assert draft.doses.heart_rate is None
    by_id = {one.id: one for one in RELEASE.exercises}
    for item in exercises(draft, Part.AEROBIC).values():
        assert by_id[item.exercise_id].met <= 5.0
        seated = by_id[item.exercise_id].posture in {"seated", "recumbent"}
        assert item.from_week == (1 if seated else 3)
    assert any(item.from_week == 1 for item in exercises(draft, Part.AEROBIC).values())


def test_v52_trains_balance_with_hands_and_does_not_walk_briskly():
    draft = worked("V52")
    assert (draft.fitness, draft.risk) == (FitnessClass.F1, RiskClass.C)
    assert aerobic(draft) == (8, 3, 10, 11)
    assert {"recumbent-cycle-easy", "walk-slow"} <= offered(draft, Part.AEROBIC)
    assert "walk-brisk" not in offered(draft, Part.AEROBIC)
    balance = draft.doses.balance
    assert (balance.days_per_week, balance.minutes, balance.bouts) == (3, 15, 2)
    assert balance.level == "feet-together"
    assert "sit-to-stand" in exercises(draft, Part.RESISTANCE)
    assert (draft.doses.resistance.sets, draft.doses.resistance.reps_low) == (1, 8)
    seated = {one.id for one in RELEASE.exercises if one.posture in {"seated", "recumbent"}}
    assert 2 * len(seated & set(exercises(draft, Part.RESISTANCE))) >= draft.doses.resistance.exercises


def test_v07_works_the_upper_body_with_nothing_on_the_feet():
    draft = worked("V07")
    assert (draft.fitness, draft.risk) == (FitnessClass.F1, RiskClass.C)
    assert aerobic(draft) == (8, 3, 10, 11)
    assert {"seated-arm-aerobics", "arm-ergometer"} <= set(exercises(draft, Part.AEROBIC))
    assert draft.doses.resistance.days_per_week == 2
    by_id = {one.id: one for one in RELEASE.exercises}
    for item in draft.items:
        assert not item.weight_bearing
        assert not by_id[item.exercise_id].tags & {"leg-work", "foot-load", "affected-foot-pressure"}
    assert draft.doses.foot_cap.percent(1) == draft.doses.foot_cap.percent(99) == 0
    assert draft.doses.steps is None
    assert draft.doses.foot_ankle is None


@pytest.mark.parametrize(
    ("vignette", "decision", "kind", "name"),
    [
        ("V31", Decision.INSUFFICIENT_DATA, NeedKind.ANSWER, "cv_symptoms"),
        ("V60", Decision.OUT_OF_SCOPE, NeedKind.OUT_OF_SCOPE, "scope-under-18"),
        ("V62", Decision.INSUFFICIENT_DATA, NeedKind.ANSWER, "pregnancy_status"),
        ("V29", Decision.CLEARANCE_REQUIRED, NeedKind.CLEARANCE, "cardiac-symptoms-unexplained"),
        ("V30", Decision.DO_NOT_EXERCISE, NeedKind.CHANGE, "cardiac-unstable"),
    ],
)
def test_without_leave_there_is_no_dose_but_a_list_of_what_is_needed(vignette, decision, kind, name):
    refusal = refused(base(**VIGNETTES[vignette]["facts"]).values())
    assert refusal.decision is decision
    assert refusal.risk is RiskClass.X
    assert (kind, name) in {(need.kind, need.id) for need in refusal.needs}
    assert all(need.sentence for need in refusal.needs)


# Classes at their limits


@pytest.mark.parametrize(
    ("changes", "fitness"),
    [
        ({"evs_days_per_week": None}, "f0"),
        ({"evs_days_per_week": 1, "evs_minutes_per_day": 29}, "f0"),
        ({"evs_days_per_week": 1, "evs_minutes_per_day": 30}, "f1"),
        ({"evs_days_per_week": 1, "evs_minutes_per_day": 89}, "f1"),
        ({"evs_days_per_week": 3, "evs_minutes_per_day": 30}, "f2"),
        ({"evs_days_per_week": 1, "evs_minutes_per_day": 149}, "f2"),
        ({"evs_days_per_week": 5, "evs_minutes_per_day": 30}, "f3"),
        ({"evs_days_per_week": 5, "evs_minutes_per_day": 30, "six_mwt_m": 300}, "f3"),
        ({"evs_days_per_week": 5, "evs_minutes_per_day": 30, "six_mwt_m": 299}, "f2"),
        ({"evs_days_per_week": 5, "evs_minutes_per_day": 30, "gait_aid": "walker"}, "f2"),
        ({"evs_days_per_week": 5, "evs_minutes_per_day": 30, "gait_aid": "cane"}, "f3"),
        ({"evs_days_per_week": 5, "evs_minutes_per_day": 30, "gait_aid": "walker", "six_mwt_m": 200}, "f2"),
        ({"evs_days_per_week": 0, "evs_minutes_per_day": 0, "gait_aid": "walker"}, "f0"),
    ],
)
def test_fitness_at_its_limits(changes, fitness):
    assert dosed(**changes).fitness == fitness


@pytest.mark.parametrize(
    ("changes", "risk", "because"),
    [
        ({}, "d-a", set()),
        ({"falls_12m": 2}, "d-c", {"risk-falls-high"}),
        ({"falls_12m": None}, "d-c", {"risk-falls-high"}),
        ({"falls_12m": 1, "injurious_fall_12m": "no"}, "d-b", {"risk-falls-moderate"}),
        ({"weakest_leg_mrc": 3}, "d-c", {"risk-weak-leg"}),
        ({"weakest_leg_mrc": 4}, "d-a", set()),
        ({"weakest_leg_mrc": None}, "d-b", {"risk-weak-leg"}),
        ({"egfr": 29}, "d-c", {"risk-kidney"}),
        ({"egfr": 30}, "d-a", set()),
        ({"egfr": None}, "d-b", {"risk-kidney"}),
        ({"age_years": 84}, "d-a", set()),
        ({"age_years": 85}, "d-c", {"risk-age-85"}),
        ({"hf_nyha": "i"}, "d-a", set()),
        ({"hf_nyha": "ii"}, "d-c", {"risk-heart-failure"}),
        ({"cancer_treatment": "active-systemic"}, "d-c", {"risk-cancer-treatment"}),
        ({"bp_standing_sys": 112}, "d-c", {"risk-orthostatic"}),
        ({"bp_standing_sys": 113}, "d-a", set()),
        ({"bp_standing_sys": None}, "d-b", {"risk-orthostatic", "risk-autonomic"}),
        (LOPS, "d-b", {"risk-sensation", "risk-feet-moderate", "risk-falls-moderate"}),
        ({"can_status": None}, "d-b", {"risk-autonomic"}),
        ({"pad_status": "asymptomatic"}, "d-b", {"risk-arteries", "risk-feet-moderate"}),
        ({"retinopathy_stage": "severe-npdr"}, "d-b", {"risk-eyes"}),
        ({"retinopathy_stage": "moderate-npdr"}, "d-a", set()),
        ({"retinopathy_stage": None}, "d-b", {"risk-eyes"}),
        ({"retinopathy_stage": None, "diabetes_type": "none"}, "d-a", set()),
        ({"resting_sys": 159}, "d-a", set()),
        ({"resting_sys": 160}, "d-b", {"risk-blood-pressure"}),
        ({"resting_dia": 100}, "d-b", {"risk-blood-pressure"}),
        ({"resting_sys": None}, "d-b", {"risk-blood-pressure"}),
    ],
)
def test_risk_at_its_limits(changes, risk, because):
    draft = dosed(**changes)
    assert draft.risk == risk
    assert {why.id for why in draft.why["classes.risk"]} == because


def test_a_programme_that_runs_on_a_clearance_is_of_the_highest_risk():
    facts = {"cv_symptoms": ["unusual-fatigue"]}
    assert refused(base(**facts).values()).decision is Decision.CLEARANCE_REQUIRED
    draft = dosed([cleared("cardiac-symptoms-unexplained")], **facts)
    assert draft.risk is RiskClass.C
    assert {why.id for why in draft.why["classes.risk"]} == {"risk-on-clearance"}


# What rules do to the numbers


@pytest.mark.parametrize(
    ("changes", "rate"),
    [
        ({}, ("predicted", 108, 126, None)),
        ({"hr_peak_measured": 140}, ("measured", 98, 111, None)),
        ({"resting_hr": None}, None),
        (BETA_BLOCKER, None),
        ({"medications": None}, None),
        (BETA_BLOCKER | {"hr_peak_measured": 140}, ("measured", 98, 111, None)),
        ({"cvd_known": ["af"], "hr_peak_measured": 140}, None),
        ({"cvd_known": ["icd"], "icd_detection_bpm": 150}, (None, None, None, 130)),
        ({"angina_status": "stable", "angina_threshold_hr": 112}, (None, None, None, 102)),
        ({"angina_status": "stable", "angina_threshold_hr": 125}, ("predicted", 108, 115, 115)),
        ({"falls_12m": 2}, ("predicted", 98, 107, None)),
    ],
)
def test_a_heart_rate_range_only_where_one_is_allowed(changes, rate):
    given = dosed(**changes).doses.heart_rate
    found = None if given is None else (given.basis, given.lower, given.upper, given.never_above)
    assert found == rate


@pytest.mark.parametrize(
    ("changes", "high", "because"),
    [
        ({}, 13, "aerobic-f1-d-a"),
        ({"hb_g_dl": 9.9}, 11, "anaemia-moderate"),
        ({"hb_g_dl": 10.0}, 13, "aerobic-f1-d-a"),
        ({"resting_hr": 101}, 11, "hr-rest-raised"),
        ({"cvd_known": None}, 11, "cvd-history-missing"),
        ({"cvd_known": ["icd"]}, 12, "limit-icd-unknown"),
        ({"cvd_known": ["icd"], "icd_detection_bpm": 180}, 13, "aerobic-f1-d-a"),
    ],
)
def test_exertion_stays_within_what_rules_leave(changes, high, because):
    draft = dosed(**changes)
    assert draft.doses.aerobic.rpe_high == high
    assert draft.doses.aerobic.rpe_low <= high
    assert because in {why.id for why in draft.why["aerobic.rpe_high"]}


@pytest.mark.parametrize(
    ("changes", "now", "later"),
    [
        ({}, None, None),
        (LOPS, 50, 100),
        (LOPS | {"foot_deformity_left": "yes"}, 30, 50),
        (LOPS | {"footwear": "inadequate"}, 0, 0),
        ({"preulcer_lesion_left": "blister"}, 0, 0),
        ({"foot_ulcer_left": None}, 0, 0),
    ],
)
def test_feet_carry_no_more_than_their_part(changes, now, later):
    cap = dosed(**changes).doses.foot_cap
    assert (now, later) == ((None, None) if cap is None else (cap.percent(4), cap.percent(5)))


def test_after_a_fresh_ulcer_nothing_walks_for_two_weeks():
    facts = LOPS | {"foot_ulcer_left": "healed", "ulcer_healed_days_left": 60}
    draft = dosed([cleared("foot-ulcer-healed-under-90d")], steps_baseline=3000, **facts)
    cap = draft.doses.foot_cap
    assert [cap.percent(week) for week in (1, 2, 3, 9)] == [0, 0, 50, 50]
    assert draft.doses.steps is None


def test_steps_are_counted_before_they_rise_and_signed_at_the_highest_foot_risk():
    unmeasured = dosed(**LOPS)
    assert (unmeasured.doses.steps.rise, unmeasured.doses.steps.baseline) == (0, None)
    assert "steps-baseline" in {why.id for why in unmeasured.why["steps.rise"]}
    facts = LOPS | {"foot_ulcer_left": "healed", "ulcer_healed_days_left": 200}
    steps = dosed(steps_baseline=3000, **facts).doses.steps
    assert (steps.ceiling, steps.needs_sign_off) == (500, True)


@pytest.mark.parametrize(("days", "minutes", "start"), [(2, 20, 5), (5, 30, 10)])
def test_with_kidney_failure_half_the_dose_but_no_bout_under_five_minutes(days, minutes, start):
    draft = dosed(egfr=20, evs_days_per_week=days, evs_minutes_per_day=minutes)
    assert draft.doses.aerobic.minutes == start
    assert "ckd-advanced" in {why.id for why in draft.why["aerobic.minutes"]}


def test_a_charcot_foot_in_remission_works_in_short_bouts():
    draft = dosed(
        charcot_left="remission", charcot_remission_days_left=400, evs_days_per_week=5, evs_minutes_per_day=30
    )
    assert (draft.doses.aerobic.minutes, draft.doses.aerobic.bouts) == (20, 2)


def test_loads_follow_eyes_and_nerves():
    eyes = dosed(retinopathy_stage="severe-npdr").doses.resistance
    assert eyes.load_percent == 50
    nerves = dosed(neuropathy_cause="cidp").doses.resistance
    assert nerves.reps_in_reserve == 4


def test_strength_never_enters_the_vigorous_band_while_that_is_closed():
    assert dosed().doses.resistance.rpe_high == 13
    free = dosed([cleared("cardiac-vigorous-clearance")], evs_days_per_week=5, evs_minutes_per_day=30)
    assert free.doses.resistance.rpe_high <= 13


def test_no_brisk_walking_at_an_unknown_fall_risk_without_a_quick_timed_test():
    assert "walk-brisk" not in offered(dosed(falls_12m=None, tug_s=None), Part.AEROBIC)
    assert "walk-brisk" not in offered(dosed(falls_12m=None, tug_s=12), Part.AEROBIC)
    assert "walk-brisk" in offered(dosed(falls_12m=None, tug_s=11.9), Part.AEROBIC)


def test_the_foot_ankle_programme_is_for_whole_feet_at_risk():
    assert dosed(**LOPS).doses.foot_ankle is not None
    for changes in ({}, LOPS | {"preulcer_lesion_left": "fissure"}, LOPS | {"preulcer_lesion_left": None}):
        assert dosed(**changes).doses.foot_ankle is None


# The day, the wishes, the frame


def day_rules(draft):
    return {one.rule.id: one for one in draft.day_rules}


def test_the_rules_of_the_day_are_those_that_can_fire_for_this_patient():
    plain = day_rules(dosed())
    assert "glucose-not-measured" not in plain
    assert "foot-check-today" not in plain
    assert "symptoms_today" in plain["symptoms-today-emergency"].facts
    insulin = day_rules(dosed(medications=["insulin"]))
    assert insulin["glucose-not-measured"].surely
    assert insulin["glucose-not-measured"].facts == ("glucose_mg_dl",)
    assert "foot_check_today" in day_rules(dosed(**LOPS))["foot-check-today"].facts
    assert day_rules(dosed(can_status="early"))["bp-today-needed"].surely
    assert not [name for name in day_rules(dosed(diabetes_type="none")) if name.startswith("glucose")]


def test_what_is_at_hand_narrows_the_exercises_and_leaves_gaps():
    draft = proposed(base().values(), equipment=["chair"])
    assert {item.exercise_id for item in draft.items} <= {
        one.id for one in RELEASE.exercises if set(one.equipment) <= {"chair"}
    }
    nothing = proposed(base().values(), equipment=[])
    assert Part.FLEXIBILITY in {gap.part for gap in nothing.gaps}
    assert nothing.doses.flexibility is None


def test_goals_come_first_and_leave_no_part_out():
    draft = proposed(base(falls_12m=2).values(), goals=[Goal.GLUCOSE])
    assert draft.doses.balance is not None
    first = next(item.exercise_id for item in draft.items if item.part is Part.AEROBIC)
    assert Goal.GLUCOSE in next(one for one in RELEASE.exercises if one.id == first).goals


def test_the_frame_begins_and_ends_at_the_feet():
    steps = dosed().frame_steps
    assert steps[0] == "foot-check"
    assert steps[-2:] == ("foot-check", "report")


def test_angina_makes_warm_up_and_cool_down_longer():
    draft = dosed(angina_status="stable", angina_threshold_hr=112)
    assert (draft.doses.frame.warm_up_minutes, draft.doses.frame.cool_down_minutes) == (10, 10)


def test_milestones_are_the_fastest_way():
    assert [(one.label, one.weeks) for one in dosed().milestones] == [
        ("article-floor", 4),
        ("guideline-minimum", 9),
    ]


# Laws


def numbers(draft):
    """Every number of a prescription that is set, by `part.field`."""
    for part in fields(draft.doses):
        dose = getattr(draft.doses, part.name)
        if is_dataclass(dose):
            for field in fields(dose):
                if getattr(dose, field.name) is not None:
                    yield f"{part.name}.{field.name}"


@given(CHANCES)
@settings(max_examples=60, deadline=None)
def test_every_number_says_why_and_every_exercise_is_open(chance):
    patient = random_patient(chance)
    if refused(patient.facts.values()) is not None:
        return
    draft = proposed(patient.facts.values(), steps_baseline=3000)
    for name in numbers(draft):
        assert draft.why[name], name
    reasons = [why for whys in draft.why.values() for why in whys]
    assert all(
        why.sentence and why.citations and why.review_status is ReviewStatus.AWAITING for why in reasons
    )
    answer = assess(RELEASE, profile(RELEASE, patient.facts.values(), NOW), CheckKind.PROGRAMME)
    assert {item.exercise_id for item in draft.items} <= open_exercises(answer)
    assert draft == proposed(reversed(list(patient.facts.values())), steps_baseline=3000)


@pytest.mark.parametrize("changes", [{}, LOPS])
def test_no_exercise_is_named_twice(changes):
    named = [item.exercise_id for item in dosed(steps_baseline=3000, **changes).items]
    assert len(set(named)) == len(named)


@given(CHANCES)
@settings(max_examples=60, deadline=None)
def test_not_to_know_a_reassuring_fact_never_gives_more(chance):
    patient, reassuring = random_patient(chance).facts, base()
    if refused(patient.values()) is not None:
        return
    before = amounts(proposed(patient.values(), steps_baseline=3000))
    same = sorted(name for name in reassuring if patient[name].value == reassuring[name].value)
    for name in chance.sample(same, min(6, len(same))):
        less = [one for one in patient.values() if one.name != name]
        if refused(less) is None:
            after = amounts(proposed(less, steps_baseline=3000))
            assert not {key: (before[key], after[key]) for key in before if after[key] > before[key]}, name


@given(CHANCES)
@settings(max_examples=60, deadline=None)
def test_a_higher_risk_never_gives_more_whatever_else_limits_the_dose(chance):
    patient = profile(RELEASE, random_patient(chance).facts.values(), NOW)
    limits = Limits(RELEASE, patient, assess(RELEASE, patient, CheckKind.PROGRAMME))
    for fitness in FitnessClass:
        doses = [
            starting.aerobic(RELEASE.dosing, Classes(fitness, risk, (), ()), limits)[0]
            for risk in (RiskClass.A, RiskClass.B, RiskClass.C)
        ]
        for more, less in pairwise(doses):
            assert less.weekly_minutes <= more.weekly_minutes
            assert less.rpe_high <= more.rpe_high
    strength = [starting.resistance(RELEASE.dosing, risk, limits, 4)[0] for risk in list(RiskClass)[:3]]
    for more, less in pairwise(strength):
        assert (less.load_percent or 0) <= (more.load_percent or 0)
        assert less.rpe_high <= more.rpe_high
        assert less.sets_at_most <= more.sets_at_most


def test_no_class_of_risk_lies_below_what_one_more_finding_gives():
    order = list(RiskClass)
    risky = [LOPS, {"egfr": 20}, {"can_status": "early"}, {"age_years": 86}, {"pad_status": "asymptomatic"}]
    for one in risky:
        for other in risky:
            assert order.index(
                dosed(**one, **{k: v for k, v in other.items() if k not in one}).risk
            ) >= order.index(dosed(**one).risk)


def test_a_check_of_the_base_patient_leaves_room_for_a_dose():
    assert check_base().decision is Decision.MODIFIED
