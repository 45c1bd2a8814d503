"""Ranking of what is open, by the specification's score."""

import pytest

from api.clinical.contraindications import assess
from api.clinical.knowledge import library
from api.clinical.knowledge.examples import example_profile
from api.clinical.recommendation import ALWAYS_OFFERED, Wishes, recommend
from api.clinical.vocabulary import CheckKind, Goal, LeftOut, Modality, Posture, Setting, Status

RELEASE = library.load()


def of(facts, *, alone=False, **wishes):
    patient = example_profile(RELEASE, facts, alone=alone)
    return recommend(RELEASE, patient, assess(RELEASE, patient, CheckKind.PROGRAMME), Wishes(**wishes))


def ids(answer):
    return [one.exercise.id for one in answer.offered]


def test_scores_fall_and_equal_ones_are_in_order_of_id():
    ranked = [(-one.score, one.exercise.id) for one in of({}).offered]
    assert ranked == sorted(ranked)


def test_a_score_counts_goals_new_modality_falls_feet_and_changes():
    answer = of({"goals": ["falls"]}, modalities=[Modality.BALANCE], postures=[Posture.SEATED])
    scores = {one.exercise.id: (one.score, len(one.changes)) for one in answer.offered}
    score, changes = scores["tai-chi-seated"]
    assert score == 10 * 1 + 5 - 0 - 0 - changes


def test_at_most_three_of_a_modality_and_one_of_each_that_a_programme_needs():
    answer = of({}, limit=4)
    modalities = [one.exercise.modality for one in answer.offered]
    assert set(modalities) == set(ALWAYS_OFFERED)
    for modality in Modality:
        assert [one.exercise.modality for one in of({}).offered].count(modality) <= 3


def test_nothing_closed_or_unsuggested_is_offered():
    answer = of(
        {"foot_ulcer_right": "active", "ulcer_site_right": "plantar", "ulcer_infection_right": "none"}
    )
    assert all(
        one.status in {Status.ALLOWED, Status.MODIFY} and one.exercise.suggest for one in answer.offered
    )
    closed = {one.exercise.id: one for one in answer.omitted if one.reason is LeftOut.CLOSED}
    assert "foot-ulcer-active-plantar" in closed["walk-slow"].because
    assert closed["walk-slow"].instead is not None


def test_each_exercise_is_either_offered_or_omitted():
    answer = of({}, limit=6, goals=[Goal.FALLS])
    named = ids(answer) + [one.exercise.id for one in answer.omitted]
    assert sorted(named) == sorted(exercise.id for exercise in RELEASE.exercises)


@pytest.mark.parametrize(
    ("wish", "holds"),
    [
        ({"settings": [Setting.POOL]}, lambda one: Setting.POOL in one.setting),
        ({"postures": [Posture.SEATED]}, lambda one: one.posture is Posture.SEATED),
        ({"equipment": []}, lambda one: not one.equipment),
        ({"goals": [Goal.STRENGTH]}, lambda one: Goal.STRENGTH in one.goals),
        ({"modalities": [Modality.FLEXIBILITY]}, lambda one: one.modality is Modality.FLEXIBILITY),
    ],
)
def test_a_wish_narrows_what_is_offered(wish, holds):
    answer = of({}, **wish)
    assert answer.offered
    assert all(holds(one.exercise) for one in answer.offered)


def test_without_an_answer_nothing_is_offered():
    answer = of({"cv_symptoms": None})
    assert answer.offered == ()
    assert {one.reason for one in answer.omitted} == {LeftOut.NO_ANSWER}
    assert set(answer.coverage.values()) == {0}


def test_the_nearest_open_exercise_serves_a_goal_of_the_closed_one():
    answer = of({"falls_12m": 3})
    by_id = {exercise.id: exercise for exercise in RELEASE.exercises}
    for one in answer.omitted:
        if one.instead is not None:
            assert set(one.exercise.goals) & set(by_id[one.instead].goals)
