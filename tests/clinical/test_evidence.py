"""Of many observations the one that counts: newest, conflict, renewal, history."""

import itertools
from datetime import timedelta, timezone

import pytest

from api.clinical.evidence import settle
from api.clinical.vocabulary import FactState
from tests.clinical.builders import DAY, NOW, RELEASE, known, seen

HOUR = timedelta(hours=1)


def settled(*observations, as_of=NOW):
    """Of each order of arrival, what counts; all orders must agree."""
    answers = []
    for order in itertools.permutations(observations):
        evidence = settle(RELEASE, [*order, *order[:1]], as_of)
        answers.append((evidence.counting, evidence.conflicting))
    assert all(answer == answers[0] for answer in answers)
    return answers[0]


def value_of(name, *observations):
    counting, conflicting = settled(*observations)
    return counting[name].value, name in conflicting


def test_a_newer_value_replaces_an_older_one():
    older, newer = seen("pad_status", "none", ago=9 * DAY), seen("pad_status", "claudication", ago=DAY)
    assert value_of("pad_status", older, newer) == ("claudication", False)


def test_a_newer_reassuring_value_replaces_an_adverse_one_of_another_day():
    older, newer = seen("footwear", "inadequate", ago=9 * DAY), seen("footwear", "adequate", ago=DAY)
    assert value_of("footwear", older, newer) == ("adequate", False)


def test_what_is_observed_after_the_moment_is_not_read():
    later = seen("pad_status", "none", at=NOW + HOUR)
    assert value_of("pad_status", seen("pad_status", "claudication", ago=DAY), later) == (
        "claudication",
        False,
    )
    assert settled(later)[0] == {}


def test_two_values_of_one_moment_are_a_conflict_and_the_worse_counts():
    pair = seen("pad_status", "none"), seen("pad_status", "claudication")
    assert value_of("pad_status", *pair) == ("claudication", True)


def test_of_two_absolute_values_of_one_moment_the_one_that_closes_more_counts():
    pair = seen("retinopathy_stage", "severe-npdr"), seen("retinopathy_stage", "retinal-detachment")
    assert value_of("retinopathy_stage", *pair) == ("retinal-detachment", True)


def test_an_unclear_method_of_the_orthostatic_test_reads_as_the_strict_one():
    pair = seen("orthostatic_method", "sit-stand"), seen("orthostatic_method", "supine-stand")
    assert value_of("orthostatic_method", *pair) == ("sit-stand", True)


def test_two_reassuring_values_of_one_moment_leave_the_fact_unknown():
    assert value_of("tug_s", seen("tug_s", 8.5), seen("tug_s", 9.0)) == (None, True)
    assert value_of("footwear", seen("footwear", "adequate"), seen("footwear", "therapeutic")) == (None, True)


def test_two_adverse_numbers_of_one_moment_count_as_the_worse():
    assert value_of("platelets_10e9_l", seen("platelets_10e9_l", 30), seen("platelets_10e9_l", 9)) == (
        9,
        True,
    )


def test_the_same_value_twice_is_no_conflict():
    pair = seen("footwear", "adequate", source="a"), seen("footwear", "adequate", source="b")
    assert value_of("footwear", *pair) == ("adequate", False)


def test_lists_of_one_moment_are_joined():
    pair = seen("medications", ["insulin"]), seen("medications", ["beta-blocker"])
    assert value_of("medications", *pair) == (frozenset({"insulin", "beta-blocker"}), True)
    pair = seen("cv_symptoms", ["none"]), seen("cv_symptoms", ["unusual-fatigue"])
    assert value_of("cv_symptoms", *pair) == (frozenset({"unusual-fatigue"}), True)


def test_without_a_source_a_milder_value_on_the_same_local_day_is_a_conflict():
    older, newer = seen("footwear", "inadequate", ago=3 * HOUR), seen("footwear", "adequate")
    assert value_of("footwear", older, newer) == ("inadequate", True)


def test_the_local_day_is_the_patients():
    older, newer = seen("footwear", "inadequate", ago=13 * HOUR), seen("footwear", "adequate")
    assert value_of("footwear", older, newer) == ("adequate", False)
    evening = NOW.astimezone(timezone(timedelta(hours=10)))
    assert settled(older, newer, as_of=evening)[0]["footwear"].value == "inadequate"


def test_a_worse_value_on_the_same_day_simply_replaces():
    older, newer = seen("footwear", "adequate", ago=3 * HOUR), seen("footwear", "inadequate")
    assert value_of("footwear", older, newer) == ("inadequate", False)


def test_the_same_source_renews_its_own_value():
    older = seen("footwear", "inadequate", ago=3 * HOUR, source="a")
    assert value_of("footwear", older, seen("footwear", "adequate", source="a")) == ("adequate", False)


def test_another_source_within_the_shelf_life_is_a_conflict():
    older = seen("footwear", "inadequate", ago=365 * DAY, source="a")
    assert value_of("footwear", older, seen("footwear", "adequate", source="b")) == ("inadequate", True)


def test_another_source_after_the_shelf_life_replaces():
    older = seen("footwear", "inadequate", ago=366 * DAY, source="a")
    assert value_of("footwear", older, seen("footwear", "adequate", source="b")) == ("adequate", False)


def test_a_value_that_never_runs_out_is_replaced_by_any_newer_one():
    older = seen("ulcer_site_left", "plantar", ago=9 * DAY, source="a")
    newer = seen("ulcer_site_left", "non-plantar", ago=DAY, source="b")
    assert value_of("ulcer_site_left", older, newer) == ("non-plantar", False)


def test_what_another_source_drops_from_a_list_stays():
    older = seen("medications", ["insulin", "metformin"], ago=9 * DAY, source="a")
    newer = seen("medications", ["metformin", "sglt2i"], ago=DAY, source="b")
    assert value_of("medications", older, newer) == (frozenset({"insulin", "metformin", "sglt2i"}), True)


def test_a_dropped_harmless_member_is_no_conflict():
    older = seen("medications", ["insulin", "metformin"], ago=9 * DAY, source="a")
    newer = seen("medications", ["insulin"], ago=DAY, source="b")
    assert value_of("medications", older, newer) == (frozenset({"insulin"}), False)


def test_measurements_of_another_moment_are_renewed_not_contradicted():
    older, newer = seen("resting_sys", 185, ago=HOUR), seen("resting_sys", 140)
    assert value_of("resting_sys", older, newer) == (140, False)


def test_answers_of_the_day_are_renewed_not_contradicted():
    older, newer = seen("acute_illness_today", "yes", ago=HOUR), seen("acute_illness_today", "no")
    assert value_of("acute_illness_today", older, newer) == ("no", False)


def test_a_conflict_of_one_moment_does_not_hide_a_worse_value_of_another_source():
    active = seen("foot_ulcer_left", "active", ago=5 * DAY, source="a")
    pair = seen("foot_ulcer_left", "none", source="b"), seen("foot_ulcer_left", "healed", source="c")
    assert value_of("foot_ulcer_left", active, *pair) == ("active", True)


def test_an_explicit_unknown_takes_back_a_reassuring_value():
    assert value_of("footwear", seen("footwear", "adequate", ago=DAY), seen("footwear", None)) == (
        None,
        False,
    )


def test_an_explicit_unknown_never_erases_an_adverse_value():
    pair = seen("footwear", "inadequate", ago=DAY), seen("footwear", None)
    assert value_of("footwear", *pair) == ("inadequate", False)


def test_an_explicit_unknown_never_erases_history():
    active, none = (
        seen("foot_ulcer_left", "active", ago=100 * DAY),
        seen("foot_ulcer_left", "none", ago=50 * DAY),
    )
    assert value_of("foot_ulcer_left", active, none, seen("foot_ulcer_left", None)) == ("healed", False)


def test_an_explicit_unknown_of_the_same_moment_says_nothing():
    assert value_of("footwear", seen("footwear", "adequate"), seen("footwear", None)) == ("adequate", False)


def test_only_unknowns_are_unknown():
    assert value_of("footwear", seen("footwear", None, ago=DAY), seen("footwear", None)) == (None, False)


@pytest.mark.parametrize(
    ("name", "before", "reads"),
    [
        ("foot_ulcer_left", "active", "healed"),
        ("foot_ulcer_left", "healed", "healed"),
        ("charcot_right", "active", "remission"),
        ("charcot_right", "remission", "remission"),
        ("charcot_right", "suspected", "none"),
        ("amputation_left", "toe", "toe"),
        ("amputation_left", "transtibial", "transtibial"),
    ],
)
def test_none_after_a_lasting_finding_reads_as_its_history(name, before, reads):
    counting, conflicting = settled(seen(name, before, ago=60 * DAY), seen(name, "none", ago=DAY))
    assert counting[name].value == reads
    assert counting[name].observed_at == NOW - DAY
    assert not conflicting


def test_none_before_a_finding_is_no_history():
    pair = seen("foot_ulcer_left", "none", ago=60 * DAY), seen("foot_ulcer_left", "healed", ago=DAY)
    assert value_of("foot_ulcer_left", *pair) == ("healed", False)


def test_the_outcome_does_not_depend_on_the_order_in_which_joined_measures_arrive():
    observations = [
        seen("bp_supine_sys", 130, ago=2 * DAY),
        seen("bp_supine_sys", 150, ago=DAY),
        seen("bp_standing_sys", 128, ago=DAY),
        seen("bp_standing_sys", 134, ago=DAY),
    ]
    assert settled(*observations)[0]["bp_standing_sys"].value == 128


class TestHypoglycaemia:
    def test_a_glucose_below_54_within_24_hours_is_a_severe_hypoglycaemia(self):
        low = seen("glucose_mg_dl", 53.9, ago=24 * HOUR)
        patient = known(low, seen("glucose_mg_dl", 140), seen("severe_hypo_last_24h", "no"))
        assert patient.values["severe_hypo_last_24h"] == "yes"
        assert patient.values["glucose_mg_dl"] == 140
        assert patient.seen["severe_hypo_last_24h"].observed_at == low.observed_at

    def test_the_newest_low_glucose_tells_when(self):
        lows = [seen("glucose_mg_dl", 50, ago=hours * HOUR) for hours in (20, 3, 9)]
        assert settled(*lows)[0]["severe_hypo_last_24h"].observed_at == NOW - 3 * HOUR

    @pytest.mark.parametrize(
        "glucose",
        [
            seen("glucose_mg_dl", 54, ago=HOUR),
            seen("glucose_mg_dl", 40, ago=24 * HOUR + timedelta(seconds=1)),
        ],
    )
    def test_a_higher_or_older_glucose_is_not(self, glucose):
        assert known(glucose, seen("severe_hypo_last_24h", "no")).values["severe_hypo_last_24h"] == "no"

    def test_the_answer_of_the_patient_stands_without_a_low_glucose(self):
        assert known(seen("severe_hypo_last_24h", "yes")).values["severe_hypo_last_24h"] == "yes"
        assert known(seen("glucose_mg_dl", 140)).values["severe_hypo_last_24h"] is None


def test_a_conflict_is_named_and_known_to_the_rules():
    patient = known(seen("pad_status", "none"), seen("pad_status", "claudication"))
    assert patient.conflicts == ("pad_status",)
    assert patient.state("pad_status") is FactState.CONFLICTING
    assert patient.values["conflicts"] == frozenset({"yes"})
