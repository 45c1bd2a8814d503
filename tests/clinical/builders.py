"""Patients for tests of the medicine: observations, profiles and answers in one line each."""

import random
from datetime import date, timedelta
from typing import NamedTuple

from api.clinical.contraindications import Clearance, assess
from api.clinical.facts import Observation
from api.clinical.knowledge import library
from api.clinical.knowledge.examples import EXAMPLE_MOMENT, observations
from api.clinical.profile import profile
from api.clinical.vocabulary import CheckKind, Decision, FactType, Status

RELEASE = library.load()
NOW = EXAMPLE_MOMENT
DAY = timedelta(days=1)
CLOSED_TO_ALL = frozenset({Decision.OUT_OF_SCOPE, Decision.INSUFFICIENT_DATA})
RANK = {
    Status.ALLOWED: 0,
    Status.MODIFY: 1,
    Status.AVOID: 2,
    Status.CLEARANCE: 3,
    Status.FORBID: 4,
}
GATES_ONLY = {
    "age_years": 58,
    "sex_for_reference": "male",
    "unstable_cardiac": ["none"],
    "cv_symptoms": ["none"],
    "neuro_red_flags": ["none"],
    "care_episode": "community",
}


def seen(name, value, *, ago=timedelta(0), at=None, source=None):
    """One observation, with lists as sets."""
    value = frozenset(value) if isinstance(value, list | set) else value
    return Observation(name=name, value=value, observed_at=at or NOW - ago, source=source)


def flat(facts, *, ago=timedelta(0)):
    """Observations from flat facts; lists are sets, `age_years` and `…_days` are dates."""
    return [one._replace(observed_at=one.observed_at - ago) for one in observations(RELEASE, facts, NOW)]


def base(**changes):
    """The base patient as observations by name, with some facts changed; None takes one away."""
    return {one.name: one for one in flat({**RELEASE.base, **changes})}


def known(*seen_facts, as_of=NOW):
    """What is known from these observations alone."""
    return profile(RELEASE, seen_facts, as_of)


def values(*seen_facts, as_of=NOW, **facts):
    """All facts as the rules see them, from observations and from flat facts."""
    return known(*flat(facts), *seen_facts, as_of=as_of).values


def checked(seen_facts, kind=CheckKind.PROGRAMME, clearances=(), as_of=NOW):
    """The answer to a check of these observations."""
    return assess(RELEASE, profile(RELEASE, seen_facts, as_of), kind, clearances)


def check_base(kind=CheckKind.PROGRAMME, clearances=(), **changes):
    """The answer for the base patient with some facts changed."""
    return checked(base(**changes).values(), kind, clearances)


def cleared(rule_id, *, granted=DAY, lasts=30 * DAY):
    """A clearance, in date unless said otherwise."""
    return Clearance(
        rule_id=rule_id,
        granted_by_name="A. Podiatrist",
        granted_by_role="podiatrist",
        granted_at=NOW - granted,
        expires_at=NOW - granted + lasts,
    )


def fired(answer):
    """Findings by rule."""
    return {finding.rule.id: finding for finding in answer.findings}


def statuses(answer):
    """The status of each exercise by id."""
    return {judgement.exercise_id: judgement.status for judgement in answer.exercises}


def open_exercises(answer):
    """The exercises that may be recommended."""
    return {name for name, status in statuses(answer).items() if RANK[status] <= 1}


def strictness(answer):
    """How closed each exercise is, 0 open to 4 forbidden; all forbidden where there is no list."""
    if answer.decision in CLOSED_TO_ALL:
        return [4] * len(RELEASE.exercises)
    return [RANK[judgement.status] for judgement in answer.exercises]


def loosened(before, after):
    """Exercises that are more open after than before."""
    pairs = zip(RELEASE.exercises, strictness(before), strictness(after), strict=True)
    return [(exercise.id, old, new) for exercise, old, new in pairs if new < old]


class Case(NamedTuple):
    """A random patient."""

    facts: dict[str, Observation]
    kind: CheckKind


_TELLING_NUMBERS = (
    0,
    1,
    2,
    3,
    4.4,
    5,
    5.5,
    10,
    12,
    20,
    30,
    53,
    54,
    69,
    70,
    85,
    90,
    100,
    110,
    130,
    160,
    180,
    250,
)
_TELLING_AGES = (17, 18, 40, 55, 56, 60, 65, 74, 94, 95)


def random_value(fact, chance: random.Random):
    """A value of a fact: any allowed one, near the limits of rules for numbers and dates."""
    match fact.type:
        case FactType.CHOICE | FactType.TERNARY | FactType.SCREEN:
            return chance.choice(fact.values)
        case FactType.SET:
            members = [value for value in fact.values if value != "none"]
            if "none" in fact.values and chance.random() < 0.4:
                return frozenset({"none"})
            return frozenset(chance.sample(members, chance.choice([1, 1, 2])))
        case FactType.DATE if fact.name == "birth_date":
            return NOW.date().replace(year=NOW.year - chance.choice(_TELLING_AGES))
        case FactType.DATE:
            days = chance.choice([0, 3, 27, 28, 41, 42, 80, 89, 90, 364, 365, 366, 400, None])
            return "asked-none" if days is None else NOW.date() - timedelta(days=days)
    low, high = fact.minimum, fact.maximum
    number = chance.choice(_TELLING_NUMBERS) if chance.random() < 0.6 else chance.uniform(low, high)
    number = min(max(number, low), high)
    return int(number) if fact.type is FactType.INTEGER else round(number, 1)


def random_patient(chance: random.Random) -> Case:
    """The base patient with none to many facts changed at random."""
    facts = base()
    for fact in chance.sample(RELEASE.plain_facts, chance.choice([0, 1, 2, 4, 8, 20])):
        facts[fact.name] = seen(fact.name, random_value(fact, chance))
    return Case(facts, chance.choice(list(CheckKind)))


def birthday(age):
    """A birth date of somebody who is this old."""
    today = NOW.date()
    return date(today.year - age, today.month, today.day)
