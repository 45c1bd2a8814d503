"""Every rule can fire and every exercise is open to somebody; what is prepared says what the data say."""

import pytest

from api.clinical.knowledge.examples import example_assessment
from api.clinical.vocabulary import CheckKind, FactType, Modality
from tests.clinical.builders import (
    GATES_ONLY,
    NOW,
    RELEASE,
    base,
    check_base,
    checked,
    fired,
    flat,
    open_exercises,
    seen,
)

ANSWERS = [
    example_assessment(RELEASE, example)
    for example in (
        *RELEASE.vignettes,
        *(case for examples in RELEASE.examples.values() for case in examples.get("cases", ())),
    )
]


# For rules that no example and no single extreme value reaches.
WITNESSES = {
    "foot-temperature-asymmetry": {"foot_temp_diff_c": 2.3, "foot_temp_consecutive_days": 2},
    "hr-rest-raised": {"resting_hr": 110},
    "platelets-20-49": {"platelets_10e9_l": 20},
    "potassium-missing": {"egfr": 29, "potassium_mmol_l": None},
    "spo2-88-91": {"spo2_rest": 88},
    "spo2-missing": {"lung_disease": "yes", "spo2_rest": None},
}


def single_changes():
    """The base patient with one fact changed to each of its values, in a session."""
    patient = base()
    for fact in RELEASE.plain_facts:
        if fact.type in {FactType.CHOICE, FactType.TERNARY}:
            values = fact.values
        elif fact.type is FactType.SET:
            values = tuple(frozenset({value}) for value in fact.values)
        elif fact.type is FactType.DATE:
            continue
        else:
            values = (fact.minimum, fact.maximum)
        for value in (*values, None):
            yield checked((patient | {fact.name: seen(fact.name, value)}).values(), CheckKind.SESSION)


@pytest.fixture(scope="module")
def answers():
    """All examples, single changes of the base patient, and a patient of whom little is known."""
    witnesses = [check_base(CheckKind.SESSION, **change) for change in WITNESSES.values()]
    return [*ANSWERS, *witnesses, *single_changes(), checked(flat(GATES_ONLY), CheckKind.SESSION)]


def test_every_rule_fires_for_somebody(answers):
    found = set().union(*(fired(answer) for answer in answers))
    assert set(RELEASE.rules_by_id) - found == set()


@pytest.mark.parametrize("rule_id", WITNESSES)
def test_a_witness_fires_its_rule(rule_id):
    assert rule_id in fired(check_base(CheckKind.SESSION, **WITNESSES[rule_id]))
    assert rule_id not in fired(check_base(CheckKind.SESSION))


def test_every_rule_stays_silent_for_somebody_but_the_two_that_are_always_said(answers):
    always = set.intersection(*(set(fired(answer)) for answer in answers))
    assert always == {"seed-chores-count", "seed-no-reversal-claim"}


def test_every_exercise_is_open_to_somebody_and_closed_to_somebody(answers):
    somebody = set().union(*(open_exercises(answer) for answer in answers))
    fit = flat(
        {
            **RELEASE.base,
            "vigorous_clearance_days": 30,
            "neuropathy_types": ["autonomic"],
            "diabetes_type": "none",
            "evs_days_per_week": 5,
            "evs_minutes_per_day": 60,
        }
    )
    somebody |= open_exercises(checked(fit))
    assert set(RELEASE.exercise_positions) - somebody == set()


def test_every_modality_leads_to_something_for_the_base_patient():
    opened = open_exercises(checked(base().values()))
    found = {exercise.modality for exercise in RELEASE.exercises if exercise.id in opened}
    assert found == set(Modality)


def test_tags_are_masks_of_the_exercises_that_carry_them():
    for tag, mask in RELEASE.tagged.items():
        carried = [tag == "*" or tag in exercise.tags for exercise in RELEASE.exercises]
        assert mask == sum(1 << index for index, carries in enumerate(carried) if carries)


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("pad_status", {"pad_status"}),
        ("age_years", {"birth_date"}),
        ("pregnancy_status", {"pregnancy_status", "sex_for_reference", "birth_date"}),
        ("lops_left", {"lops_left", "monofilament_insensate_left"}),
        ("foot_ulcer_last_left", {"foot_ulcer_left"}),
        ("eskd", {"dialysis", "egfr"}),
        ("bp_today", {"resting_sys"}),
        ("severe_hypo_last_24h", {"severe_hypo_last_24h", "glucose_mg_dl"}),
        ("cbc_relevant", {"cancer_treatment", "neuropathy_cause"}),
        (
            "oh_present",
            {"bp_supine_sys", "bp_supine_dia", "bp_standing_sys", "bp_standing_dia", "orthostatic_method"},
        ),
    ],
)
def test_a_fact_rests_on_entered_facts(name, inputs):
    assert RELEASE.inputs[name] == inputs


def test_a_blank_table_knows_nothing():
    blank = dict(RELEASE.blank)
    assert blank.pop("conflicts") == frozenset()
    assert set(blank.values()) == {None}
    RELEASE.derive(blank, NOW.date(), {}, NOW)
    assert blank["iwgdf_risk"] == "2"
    assert blank["fall_risk"] is None
