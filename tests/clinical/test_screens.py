"""Screens: one honest answer for many facts."""

from collections import Counter
from datetime import timedelta

import pytest

from api.clinical.vocabulary import Basis, CheckKind, Decision, FactState
from tests.clinical.builders import (
    DAY,
    NOW,
    RELEASE,
    base,
    checked,
    fired,
    flat,
    known,
    open_exercises,
    seen,
    statuses,
)

SCREENS = {screen.name: screen for screen in RELEASE.screens}
HOUR = timedelta(hours=1)
CORE = {
    **{
        name: RELEASE.base[name]
        for name in (
            "age_years", "sex_for_reference", "neuropathy_types", "neuropathy_cause", "neuropathy_course",
            "diabetes_type", "medications", "resting_sys", "resting_dia", "resting_hr", "evs_days_per_week",
            "evs_minutes_per_day",
        )
    },
    "monofilament_insensate_left": 0,
    "monofilament_insensate_right": 0,
    **{
        name: RELEASE.base[name]
        for name in (
            "orthostatic_method", "bp_supine_sys", "bp_supine_dia", "bp_standing_sys", "bp_standing_dia",
        )
    },
    "can_status": "none",
    "tug_s": 9,
    "tandem_s": 10,
    "egfr": 85,
}  # fmt: skip
PROGRAMME_SCREENS = [name for name in SCREENS if name != "screen_today"]


def all_clear(*, without=(), ago=timedelta(0)):
    return [seen(name, "clear", ago=ago) for name in PROGRAMME_SCREENS if name not in without]


@pytest.mark.parametrize(
    ("screen", "clear"),
    [
        (
            "screen_heart_symptoms",
            {"unstable_cardiac": frozenset({"none"}), "cv_symptoms": frozenset({"none"}), "syncope_12m": 0},
        ),
        ("screen_neuro_red_flags", {"neuro_red_flags": frozenset({"none"})}),
        (
            "screen_heart_history",
            {"cvd_known": frozenset({"none"}), "valve_disease": "none", "lung_disease": "no"},
        ),
        (
            "screen_feet_today",
            {
                "foot_ulcer_left": "none", "foot_ulcer_right": "none", "preulcer_lesion_left": "none",
                "preulcer_lesion_right": "none", "hot_swollen_foot_left": "no",
                "hot_swollen_foot_right": "no", "new_foot_shape_change": "no",
                "stress_fracture_suspected": "no",
            },
        ),
        (
            "screen_foot_history",
            {
                "charcot_left": "none", "charcot_right": "none", "amputation_left": "none",
                "amputation_right": "none", "foot_deformity_left": "no", "foot_deformity_right": "no",
            },
        ),
        ("screen_footwear", {"footwear": "adequate", "offloading_device": "none", "can_inspect_feet": "yes"}),
        (
            "screen_autonomic_symptoms",
            {"orthostatic_symptoms": "no", "sudomotor_dysfunction": "no", "gastroparesis": "no"},
        ),
        ("screen_circulation", {"pad_status": "none", "venous_disease": "none"}),
        ("screen_eyes", {"retinopathy_stage": "none", "eye_procedure": "none", "vision": "normal-corrected"}),
        (
            "screen_strength",
            {"motor_involvement": "no", "weakest_leg_mrc": 5, "foot_drop": "no", "hand_involvement": "none"},
        ),
        ("screen_falls", {"falls_12m": 0, "injurious_fall_12m": "no", "feels_unsteady": "no"}),
        (
            "screen_general",
            {
                "cancer_treatment": "none", "dialysis": "none", "joint_acute_inflammation": "no",
                "osteoporosis": "no", "recent_fracture_or_surgery_date": "asked-none",
                "cognitive_impairment": "none",
            },
        ),
        ("screen_today", {"acute_illness_today": "no", "symptoms_today": frozenset({"none"})}),
    ],
)  # fmt: skip
def test_clear_stands_for_the_listed_values_with_their_origin(screen, clear):
    patient = known(seen(screen, "clear", ago=HOUR, source="a"))
    assert {name: one.value for name, one in patient.seen.items()} == clear
    for name, one in patient.seen.items():
        assert patient.entered[name] == clear[name]
        assert (one.screen, one.observed_at, one.source) == (screen, NOW - HOUR, "a")
        assert patient.state(name) is FactState.KNOWN


def test_there_are_thirteen_screens_and_no_fact_stands_in_two():
    assert len(SCREENS) == 13
    assert max(Counter(name for screen in SCREENS.values() for name in screen.clear).values()) == 1


def test_each_value_runs_out_after_its_own_shelf_life():
    patient = known(seen("screen_feet_today", "clear", ago=8 * DAY))
    assert patient.state("hot_swollen_foot_left") is FactState.STALE
    assert patient.state("foot_ulcer_left") is FactState.KNOWN
    later = known(seen("screen_feet_today", "clear", ago=31 * DAY))
    assert later.state("foot_ulcer_left") is FactState.STALE


class TestAdverseValuesStay:
    @pytest.mark.parametrize("ago", [DAY, 400 * DAY])
    def test_an_active_ulcer_on_file_stays_with_a_conflict_whatever_its_date(self, ago):
        patient = base()
        patient["foot_ulcer_left"] = seen("foot_ulcer_left", "active", ago=ago)
        answer = checked([*patient.values(), seen("screen_feet_today", "clear")])
        finding = fired(answer)["foot-ulcer-active-plantar"]
        assert finding.basis is Basis.CONFLICTING_DATA
        assert fired(answer)["data-conflict"].missing == ("foot_ulcer_left",)

    def test_a_toe_amputation_stays_with_a_conflict(self):
        patient = known(seen("amputation_left", "toe", ago=999 * DAY), seen("screen_foot_history", "clear"))
        assert patient.values["amputation_left"] == "toe"
        assert patient.conflicts == ("amputation_left",)

    def test_charcot_in_remission_contradicts_never_a_charcot_foot_and_is_not_renewed_by_it(self):
        observed = seen("charcot_left", "remission", ago=91 * DAY)
        patient = known(observed, seen("screen_foot_history", "clear"))
        assert patient.conflicts == ("charcot_left",)
        assert patient.values["charcot_left"] is None
        assert patient.values["charcot_remission_any"] == "yes"

    def test_an_adverse_list_stays(self):
        patient = known(seen("cvd_known", ["cad"], ago=9 * DAY), seen("screen_heart_history", "clear"))
        assert patient.values["cvd_known"] == frozenset({"cad"})
        assert patient.conflicts == ("cvd_known",)

    def test_a_healed_foot_is_history_stays_healed_and_is_renewed(self):
        patient = known(
            seen("foot_ulcer_left", "healed", ago=99 * DAY), seen("screen_feet_today", "clear", ago=DAY)
        )
        assert patient.values["foot_ulcer_left"] == "healed"
        assert patient.seen["foot_ulcer_left"].observed_at == NOW - DAY
        assert patient.conflicts == ()

    def test_none_after_active_is_history_too(self):
        patient = known(
            seen("foot_ulcer_left", "active", ago=99 * DAY),
            seen("foot_ulcer_left", "none", ago=40 * DAY),
            seen("screen_feet_today", "clear", ago=DAY),
        )
        assert patient.values["foot_ulcer_left"] == "healed"
        assert patient.conflicts == ()

    def test_correcting_by_name_ends_it(self):
        patient = known(
            seen("foot_ulcer_left", "active", ago=9 * DAY),
            seen("screen_feet_today", "clear", ago=2 * DAY),
            seen("foot_ulcer_left", "healed", ago=DAY),
        )
        assert patient.values["foot_ulcer_left"] == "healed"
        assert patient.conflicts == ()

    def test_symptoms_of_another_day_do_not_contradict_today(self):
        patient = known(seen("symptoms_today", ["dizziness"], ago=DAY), seen("screen_today", "clear"))
        assert patient.values["symptoms_today"] == frozenset({"none"})
        assert patient.conflicts == ()

    def test_symptoms_of_this_morning_do(self):
        patient = known(seen("symptoms_today", ["dizziness"], ago=3 * HOUR), seen("screen_today", "clear"))
        assert patient.values["symptoms_today"] == frozenset({"dizziness"})
        assert patient.conflicts == ("symptoms_today",)


class TestNamedValuesWin:
    @pytest.mark.parametrize("ago", [timedelta(0), HOUR])
    def test_at_the_same_time_or_later(self, ago):
        answer = seen("screen_footwear", "clear", ago=HOUR)
        patient = known(answer, seen("footwear", "inadequate", ago=ago))
        assert patient.values["footwear"] == "inadequate"
        assert patient.conflicts == ()

    def test_a_later_unknown_too(self):
        patient = known(seen("screen_footwear", "clear", ago=HOUR), seen("footwear", None))
        assert patient.values["footwear"] is None

    def test_an_earlier_reassuring_value_is_renewed(self):
        patient = known(seen("footwear", "therapeutic", ago=HOUR), seen("screen_footwear", "clear"))
        assert patient.values["footwear"] == "adequate"

    def test_an_earlier_unknown_is_answered(self):
        patient = known(seen("footwear", None, ago=HOUR), seen("screen_footwear", "clear"))
        assert patient.values["footwear"] == "adequate"

    def test_an_earlier_conflict_of_harmless_values_is_answered(self):
        pair = seen("footwear", "therapeutic", ago=HOUR), seen("footwear", "adequate", ago=HOUR)
        patient = known(*pair, seen("screen_footwear", "clear"))
        assert patient.values["footwear"] == "adequate"
        assert patient.conflicts == ()


class TestNotClear:
    def test_it_makes_the_facts_of_the_list_unknown(self):
        patient = known(seen("footwear", "adequate", ago=DAY), seen("screen_footwear", "not-clear"))
        assert all(patient.values[name] is None for name in SCREENS["screen_footwear"].clear)
        assert patient.conflicts == ()

    def test_it_keeps_adverse_values(self):
        patient = known(seen("foot_ulcer_left", "active", ago=DAY), seen("screen_feet_today", "not-clear"))
        assert patient.values["foot_ulcer_left"] == "active"
        assert patient.conflicts == ()

    def test_facts_given_by_name_then_count(self):
        pair = seen("screen_footwear", "not-clear"), seen("footwear", "therapeutic")
        assert known(*pair).values["footwear"] == "therapeutic"

    def test_of_two_answers_the_newer_counts_and_at_one_moment_not_clear(self):
        pair = seen("screen_footwear", "not-clear", ago=DAY), seen("screen_footwear", "clear")
        assert known(*pair).values["footwear"] == "adequate"
        pair = seen("screen_footwear", "not-clear"), seen("screen_footwear", "clear")
        assert known(*pair).values["footwear"] is None

    def test_an_unanswered_screen_says_nothing(self):
        patient = known(seen("footwear", "adequate", ago=DAY), seen("screen_footwear", None))
        assert patient.values["footwear"] == "adequate"

    def test_an_unanswered_screen_takes_an_older_clear_back(self):
        patient = known(seen("screen_footwear", "clear", ago=DAY), seen("screen_footwear", None))
        assert patient.values["footwear"] is None


def test_nothing_that_must_be_measured_has_a_screen():
    standing = set().union(*(screen.clear for screen in SCREENS.values()))
    measured = {
        "glucose_mg_dl",
        "egfr",
        "tug_s",
        "tandem_s",
        "chair_stand_30s",
        "bp_standing_sys",
        "resting_sys",
    }
    assert not standing & measured
    assert not any(name.startswith(("monofilament", "lops", "bp_", "hb_", "platelets")) for name in standing)


class TestHeld:
    """The block "held by tests" of the page on screens."""

    def test_core_facts_measurements_and_all_screens_open_what_the_full_profile_opens(self):
        answer = checked([*flat(CORE), *all_clear()])
        full = checked(base().values())
        assert answer.decision is Decision.MODIFIED
        assert len(open_exercises(answer)) == 76
        assert open_exercises(answer) == open_exercises(full)

    def test_the_others_are_closed_only_for_want_of_clearance_for_vigorous_work(self):
        answer = checked([*flat(CORE), *all_clear()])
        closed = set(statuses(answer)) - open_exercises(answer)
        assert len(closed) == 5
        assert closed <= {exercise.id for exercise in RELEASE.exercises if "vigorous" in exercise.tags}

    def test_an_active_ulcer_then_a_clear_screen_is_still_active(self):
        ulcer = seen("foot_ulcer_left", "active", ago=9 * DAY)
        answer = checked([*flat(CORE), *all_clear(), ulcer])
        assert fired(answer)["foot-ulcer-active-plantar"].basis is Basis.CONFLICTING_DATA
        assert {one.name: one.state for one in answer.missing}["foot_ulcer_left"] is FactState.CONFLICTING

    @pytest.mark.parametrize("left_out", PROGRAMME_SCREENS)
    def test_no_screen_is_idle(self, left_out):
        at_risk = {"monofilament_insensate_left": 3} if left_out == "screen_footwear" else {}
        facts = flat({**CORE, **at_risk})
        whole, less = checked([*facts, *all_clear()]), checked([*facts, *all_clear(without=[left_out])])
        closes = open_exercises(less) < open_exercises(whole)
        asks = {one.name for one in less.missing} - {one.name for one in whole.missing}
        assert closes or asks & set(SCREENS[left_out].clear)

    def test_the_screen_of_the_day_is_needed_for_a_session(self):
        facts = [*flat(CORE), *all_clear()]
        assert checked(facts, CheckKind.SESSION).gates == ("acute_illness_today", "symptoms_today")
        assert checked([*facts, seen("screen_today", "clear")], CheckKind.SESSION).gates == ()
