from dataclasses import replace

import pytest

from api.clinical.contraindications import assess
from api.clinical.impact import Answered, impact
from api.clinical.knowledge import library
from api.clinical.profile import profile
from api.clinical.vocabulary import CheckKind, Decision, Effect, Modality
from tests.clinical.builders import NOW, RELEASE, base
from tests.next_release import RULE, next_release


@pytest.fixture(scope="module")
def newer(tmp_path_factory):
    return library.read(next_release(tmp_path_factory.mktemp("next") / "knowledge"))


def between(before, after, observations):
    answers = []
    for release in (before, after):
        known = [one for one in observations if one.name in release.facts]
        assessment = assess(release, profile(release, known, NOW), CheckKind.PROGRAMME)
        answers.append(Answered(release, assessment))
    return impact(*answers)


def without(rule_id):
    return replace(RELEASE, rules=tuple(rule for rule in RELEASE.rules if rule.id != rule_id))


def test_nothing_changes_where_the_limit_does_not_reach(newer):
    same = between(RELEASE, newer, base(resting_sys=120).values())
    assert not same.changes_anything
    assert (same.closed, same.opened, same.causes) == ((), (), {})


def test_a_raised_limit_closes_everything_and_says_by_which_rule(newer):
    told = between(RELEASE, newer, base(resting_sys=95).values())
    assert told.changes_anything
    assert told.decision_after is Decision.DO_NOT_EXERCISE
    assert told.rules.appeared == (RULE,)
    assert told.closed
    assert all(one.because == (RULE,) for one in told.closed)
    assert told.causes == {RULE: (len(told.closed), 0)}


def test_who_loses_the_last_aerobic_exercise_is_told(newer):
    told = between(RELEASE, newer, base(resting_sys=95).values())
    assert told.left_without_aerobic
    assert told.aerobic_before == sum(
        one.before is not None and exercise.suggest and exercise.modality is Modality.AEROBIC
        for one in told.closed
        for exercise in RELEASE.exercises
        if exercise.id == one.exercise_id
    )


def test_the_other_way_round_everything_opens(newer):
    there = between(RELEASE, newer, base(resting_sys=95).values())
    back = between(newer, RELEASE, base(resting_sys=95).values())
    assert [one.exercise_id for one in back.opened] == [one.exercise_id for one in there.closed]
    assert all(one.because == (RULE,) for one in back.opened)
    assert back.rules.disappeared == (RULE,)
    assert not back.left_without_aerobic


def test_who_had_no_aerobic_exercise_before_is_not_left_without(newer):
    told = between(RELEASE, newer, base(resting_sys=95, cv_symptoms=["chest-pain-rest"]).values())
    assert (told.aerobic_before, told.left_without_aerobic) == (0, False)


def test_a_rule_that_puts_someone_out_of_scope_is_the_reason_for_every_exercise():
    told = between(without("scope-under-18"), RELEASE, base(age_years=17).values())
    assert told.decision_after is Decision.OUT_OF_SCOPE
    assert told.closed
    assert {one.because for one in told.closed} == {("scope-under-18",)}
    assert {one.after for one in told.closed} == {None}


def test_an_exercise_that_left_the_catalogue_is_lost_without_a_rule():
    gone = RELEASE.exercises[0]
    told = between(RELEASE, replace(RELEASE, exercises=RELEASE.exercises[1:]), base().values())
    assert [(one.exercise_id, one.after, one.because) for one in told.closed] == [(gone.id, None, ())]


def test_a_rule_that_acts_otherwise_is_told():
    rule = RELEASE.rules_by_id[RULE]
    milder = replace(rule, effects={Effect.AVOID: rule.effects[Effect.FORBID]})
    rules = tuple(milder if one.id == RULE else one for one in RELEASE.rules)
    told = between(RELEASE, replace(RELEASE, rules=rules), base(resting_sys=85).values())
    assert told.rules.changed == (RULE,)
    assert told.changes_anything


def test_other_words_of_a_rule_change_nothing():
    rules = tuple(replace(one, title="Said otherwise", version=2) for one in RELEASE.rules)
    told = between(RELEASE, replace(RELEASE, rules=rules), base(resting_sys=85).values())
    assert not told.changes_anything
    assert told.rules == ((), (), ())
