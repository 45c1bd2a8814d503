"""What would open a closed exercise, checked by doing it."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.clinical.changes import changed
from api.clinical.contraindications import Clearance, assess
from api.clinical.counterfactuals import Counterfactuals, counterfactuals
from api.clinical.facts import Observation
from api.clinical.knowledge import library
from api.clinical.knowledge.examples import EXAMPLE_MOMENT, example_profile, observations
from api.clinical.profile import profile
from api.clinical.vocabulary import ChangeKind, CheckKind, Decision, FactType, Status

RELEASE = library.load()
BASE = {one.name: one for one in observations(RELEASE, RELEASE.base, EXAMPLE_MOMENT)}
OPEN_DECISIONS = {Decision.MODIFIED, Decision.STANDARD}
EXERCISES = st.sampled_from([exercise.id for exercise in RELEASE.exercises])


def values(fact):
    if fact.type in {FactType.CHOICE, FactType.TERNARY}:
        return st.sampled_from(fact.values)
    if fact.type is FactType.SET:
        return st.frozensets(
            st.sampled_from([value for value in fact.values if value != "none"]), min_size=1, max_size=2
        )
    if fact.type is FactType.DATE:
        return st.integers(1, 400).map(lambda days: EXAMPLE_MOMENT.date() - timedelta(days=days))
    return st.integers(int(fact.minimum), int(fact.maximum))


CHANGEABLE = [fact for fact in RELEASE.plain_facts if fact.name != "birth_date"]
DIFFERENT = st.lists(
    st.sampled_from(CHANGEABLE).flatmap(lambda fact: values(fact).map(lambda value: (fact.name, value))),
    max_size=6,
).map(dict)
FORGOTTEN = st.sets(st.sampled_from(sorted(BASE)), max_size=25)


def assessed(seen, kind, cleared=()):
    clearances = [
        Clearance(
            rule_id=rule_id,
            granted_by_name="A. Vascular",
            granted_by_role="physician",
            granted_at=EXAMPLE_MOMENT - timedelta(days=1),
            expires_at=EXAMPLE_MOMENT + timedelta(days=1),
        )
        for rule_id in cleared
    ]
    return assess(RELEASE, profile(RELEASE, seen, EXAMPLE_MOMENT), kind, clearances)


def opens(seen, kind, exercise_id, cleared=()):
    answer = assessed(seen, kind, cleared)
    statuses = {judgement.exercise_id: judgement.status for judgement in answer.exercises}
    return statuses.get(exercise_id) in {Status.ALLOWED, Status.MODIFY}


def after(seen, chosen):
    facts = {change.fact: change.value for change in chosen if change.fact}
    return changed(RELEASE, seen, facts, EXAMPLE_MOMENT), [one.rule_id for one in chosen if one.rule_id]


def opens_after(seen, kind, exercise_id, chosen):
    observed, cleared = after(seen, chosen)
    return opens(observed, kind, exercise_id, cleared)


def decision(seen, kind, cleared=()):
    return assessed(seen, kind, cleared).decision


def decision_after(seen, kind, chosen):
    observed, cleared = after(seen, chosen)
    return decision(observed, kind, cleared)


@settings(derandomize=True, max_examples=150, deadline=None)
@given(DIFFERENT, FORGOTTEN, EXERCISES, st.sampled_from(CheckKind))
def test_a_set_of_changes_keeps_its_promise_and_can_spare_no_part(different, forgotten, exercise_id, kind):
    patient = {name: one for name, one in BASE.items() if name not in forgotten}
    for name, value in different.items():
        patient[name] = Observation(name=name, value=value, observed_at=EXAMPLE_MOMENT)
    seen = list(patient.values())
    answer = counterfactuals(RELEASE, profile(RELEASE, seen, EXAMPLE_MOMENT), kind, exercise_id)
    assert answer.already_open is opens(seen, kind, exercise_id)
    for chosen in answer.sets[:5]:
        assert opens_after(seen, kind, exercise_id, chosen)
        for spared in chosen:
            assert not opens_after(seen, kind, exercise_id, [change for change in chosen if change != spared])


def of(facts, exercise_id, *, alone=False) -> Counterfactuals:
    return counterfactuals(
        RELEASE, example_profile(RELEASE, facts, alone=alone), CheckKind.PROGRAMME, exercise_id
    )


def test_a_fresh_scar_opens_by_clearance_or_by_time():
    answer = of(
        {"foot_ulcer_right": "healed", "ulcer_healed_days_right": 40, "footwear": "therapeutic"},
        "walk-moderate",
    )
    kinds = [[change.kind for change in chosen] for chosen in answer.sets]
    assert kinds == [[ChangeKind.CLEARANCE], [ChangeKind.LATER]]


def test_an_unasked_question_is_measured_now():
    (only,) = of({"cv_symptoms": None}, "walk-moderate").sets
    assert [(change.kind, change.fact) for change in only] == [(ChangeKind.MEASURE_NOW, "cv_symptoms")]


def test_an_old_symptom_is_cleared_only_after_it_was_asked_about_again():
    old = Observation("cv_symptoms", frozenset({"unusual-fatigue"}), EXAMPLE_MOMENT - timedelta(days=60))
    patient = profile(RELEASE, [*(BASE | {"cv_symptoms": old}).values()], EXAMPLE_MOMENT)
    for exercise_id in ("walk-slow", None):
        sets = counterfactuals(RELEASE, patient, CheckKind.PROGRAMME, exercise_id).sets
        assert sets
        assert all("cv_symptoms" in {change.fact for change in chosen} for chosen in sets)


@pytest.mark.parametrize("vignette", RELEASE.vignettes, ids=lambda vignette: vignette["id"])
def test_what_lifts_a_decision_brings_an_answer_that_leaves_exercises_open(vignette):
    alone = "only" in vignette
    patient = example_profile(RELEASE, vignette["only" if alone else "facts"], alone=alone)
    seen, kind = [*patient.seen.values()], CheckKind(vignette["kind"])
    answer = counterfactuals(RELEASE, patient, kind, None)
    assert answer.already_open is (decision(seen, kind) in OPEN_DECISIONS)
    assert answer.already_open or answer.sets or answer.fixed
    for chosen in answer.sets[:5]:
        assert decision_after(seen, kind, chosen) in OPEN_DECISIONS
        for spared in chosen:
            rest = [change for change in chosen if change != spared]
            assert decision_after(seen, kind, rest) not in OPEN_DECISIONS


def test_nothing_opens_exercise_for_a_child():
    answer = of({"age_years": 15}, "chair-march")
    assert (answer.sets, answer.fixed) == ((), ("birth_date",))


def test_an_open_exercise_needs_nothing():
    assert of({}, "walk-brisk").already_open


@pytest.mark.parametrize("vignette", RELEASE.vignettes, ids=lambda vignette: vignette["id"])
def test_every_closed_exercise_of_a_worked_patient_opens_or_says_what_is_fixed(vignette):
    alone = "only" in vignette
    patient = example_profile(RELEASE, vignette["only" if alone else "facts"], alone=alone)
    for exercise_id in vignette.get("closed", ()):
        answer = counterfactuals(RELEASE, patient, CheckKind(vignette["kind"]), exercise_id)
        assert answer.sets or answer.fixed
