"""Laws over random patients: less knowledge, older knowledge or contradiction never opens an exercise."""

import random
from datetime import timedelta
from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from api.clinical.adversity import severity
from api.clinical.contraindications import assess
from api.clinical.profile import profile
from api.clinical.vocabulary import CheckKind, FactType
from tests.clinical.builders import (
    DAY,
    NOW,
    RELEASE,
    base,
    checked,
    loosened,
    open_exercises,
    random_patient,
    random_value,
    seen,
)

CHANCES = st.integers(0, 2**32).map(random.Random)
PATIENTS = 60
LONG_AGO = timedelta(days=5000)
# Lists in which each member is a hazard; nothing on them ever opens an exercise.
HAZARDS = ("unstable_cardiac", "cv_symptoms", "neuro_red_flags", "symptoms_today", "cvd_known", "medications")


def reassuring(facts, name):
    raw = {one.name: one.value for one in facts.values()}
    return severity(RELEASE, name, raw, NOW) == 0


@given(CHANCES)
@settings(max_examples=PATIENTS)
def test_a_reassuring_fact_that_becomes_unknown_never_opens_an_exercise(chance):
    patient = random_patient(chance)
    before = checked(patient.facts.values(), patient.kind)
    for name in chance.sample(sorted(patient.facts), 8):
        if not reassuring(patient.facts, name):
            continue
        others = [one for one in patient.facts.values() if one.name != name]
        old = patient.facts[name]._replace(observed_at=NOW - LONG_AGO)
        newer_unknown = [old._replace(observed_at=NOW - DAY), seen(name, None)]
        for less in (others, [*others, *newer_unknown], [*others, old]):
            assert not loosened(before, checked(less, patient.kind)), name


@given(CHANCES)
@settings(max_examples=PATIENTS)
def test_growing_older_never_opens_an_exercise(chance):
    patient = random_patient(chance)
    before = checked(patient.facts.values(), patient.kind)
    for name in chance.sample(sorted(patient.facts), 8):
        both_ways = RELEASE.facts[name].expires_both_ways
        if both_ways and not reassuring(patient.facts, name):
            continue
        ago = chance.choice([DAY, 8 * DAY, 31 * DAY, 91 * DAY, 400 * DAY, LONG_AGO])
        old = patient.facts | {name: patient.facts[name]._replace(observed_at=NOW - ago)}
        assert not loosened(before, checked(old.values(), patient.kind)), (name, ago)


@given(CHANCES)
@settings(max_examples=PATIENTS // 3)
def test_a_whole_programme_only_closes_with_time(chance):
    patient = random_patient(chance)
    lasting = [
        one
        for name, one in patient.facts.items()
        if not RELEASE.facts[name].expires_both_ways and RELEASE.facts[name].type is not FactType.DATE
    ]
    born = patient.facts["birth_date"]
    answers = [
        checked([born, *(one._replace(observed_at=NOW - ago) for one in lasting)])
        for ago in (timedelta(0), 8 * DAY, 31 * DAY, 91 * DAY, 181 * DAY, 366 * DAY, LONG_AGO)
    ]
    for earlier, later in pairwise(answers):
        assert not loosened(earlier, later)


@given(CHANCES)
@settings(max_examples=PATIENTS)
def test_one_more_hazard_never_opens_an_exercise(chance):
    patient = random_patient(chance)
    before = checked(patient.facts.values(), patient.kind)
    name = chance.choice(HAZARDS)
    present = patient.facts[name].value if name in patient.facts else frozenset()
    more = chance.choice([one for one in RELEASE.facts[name].values if one != "none"])
    worse = patient.facts | {name: seen(name, (present - {"none"}) | {more})}
    assert not loosened(before, checked(worse.values(), patient.kind)), (name, present, more)


@given(CHANCES)
@settings(max_examples=3 * PATIENTS)
def test_a_contradiction_never_opens_what_one_of_its_sides_closes(chance):
    patient = random_patient(chance)
    fact = chance.choice(RELEASE.plain_facts)
    sides = [seen(fact.name, random_value(fact, chance)) for _ in range(2)]
    others = [one for one in patient.facts.values() if one.name != fact.name]
    opened = open_exercises(checked([*others, *sides], patient.kind))
    for side in sides:
        assert opened <= open_exercises(checked([*others, side], patient.kind)), sides


def test_no_contradiction_of_a_choice_opens_what_one_of_its_sides_closes_for_the_base_patient():
    patient = base()
    for fact in RELEASE.plain_facts:
        others = [one for one in patient.values() if one.name != fact.name]
        values = fact.values if fact.type in {FactType.CHOICE, FactType.TERNARY} else ()
        alone = {value: open_exercises(checked([*others, seen(fact.name, value)])) for value in values}
        for one, other in combinations(values, 2):
            opened = open_exercises(checked([*others, seen(fact.name, one), seen(fact.name, other)]))
            assert opened <= alone[one] & alone[other], (fact.name, one, other)


@given(CHANCES)
@settings(max_examples=PATIENTS)
def test_order_and_duplicates_do_not_matter(chance):
    patient = random_patient(chance)
    observations = list(patient.facts.values())
    for fact in chance.sample(list(RELEASE.facts.values()), 12):
        for _ in range(chance.choice([1, 2, 3])):
            value = chance.choice([None, random_value(fact, chance), random_value(fact, chance)])
            ago = timedelta(hours=chance.choice([0, 0, 3, 20, 40, 300, 9000]))
            source = chance.choice([None, "a", "b"])
            observations.append(seen(fact.name, value, ago=ago, source=source))
    shuffled = [*observations, *chance.sample(observations, 9)]
    chance.shuffle(shuffled)
    first, second = profile(RELEASE, observations, NOW), profile(RELEASE, shuffled, NOW)
    assert first == second
    assert assess(RELEASE, first, patient.kind) == assess(RELEASE, second, patient.kind)


@given(CHANCES)
@settings(max_examples=PATIENTS)
def test_asking_again_gives_the_same_answer(chance):
    patient = random_patient(chance)
    assert checked(patient.facts.values(), patient.kind) == checked(patient.facts.values(), patient.kind)


@given(CHANCES)
@settings(max_examples=PATIENTS)
def test_a_session_is_never_more_open_than_the_programme(chance):
    facts = random_patient(chance).facts
    assert not loosened(checked(facts.values()), checked(facts.values(), CheckKind.SESSION))
