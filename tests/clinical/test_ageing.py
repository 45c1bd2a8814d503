"""When an answer may change by itself: never told too late."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.clinical.ageing import next_change
from api.clinical.contraindications import assess
from api.clinical.profile import profile
from api.clinical.vocabulary import CheckKind
from tests.clinical.builders import DAY, NOW, RELEASE, base, known, random_patient, seen

CHANCES = st.integers(0, 2**32).map(random.Random)


def at(observations, as_of):
    """What a check says of everything, apart from how long it holds."""
    answer = assess(RELEASE, profile(RELEASE, observations, as_of), CheckKind.PROGRAMME)
    return answer.decision, answer.exercises, answer.gates


def first_change(*observations, as_of=NOW):
    return next_change(RELEASE, known(*observations, as_of=as_of), observations)


def aged(chance):
    """A patient whose facts were observed some time ago, some of them twice and from two sources."""
    lately = [timedelta(0), timedelta(hours=5), DAY, 6 * DAY, 29 * DAY, 100 * DAY]
    facts = [
        one._replace(observed_at=NOW - chance.choice(lately), source=chance.choice(["a", "b"]))
        for one in random_patient(chance).facts.values()
    ]
    others = random_patient(chance).facts.values()
    return facts + [
        one._replace(observed_at=NOW - chance.choice(lately), source="c")
        for one in chance.sample([*others], 6)
    ]


@given(CHANCES)
@settings(max_examples=60)
def test_until_the_next_change_the_answer_is_the_same(chance):
    observations = aged(chance)
    as_of = NOW
    for _ in range(4):
        change = first_change(*observations, as_of=as_of)
        assert change > as_of
        span = min(change - as_of, 40 * DAY)
        before = at(observations, as_of)
        for share in (chance.random(), chance.random(), 1):
            moment = min(as_of + span * share, change - timedelta(microseconds=1))
            assert at(observations, moment) == before
        as_of = change


def test_nothing_ends_of_what_is_not_known():
    assert first_change() is None


def test_at_the_moment_when_a_value_ends_the_next_change_is_just_after_it():
    pressure = seen("resting_sys", 130, ago=2 * DAY)
    last = first_change(pressure)
    assert known(pressure, as_of=last).values["resting_sys"] == 130
    change = first_change(pressure, as_of=last)
    assert change == last + timedelta(microseconds=1)
    assert known(pressure, as_of=change).values["resting_sys"] is None


def test_a_dated_event_is_looked_at_every_day():
    change = first_change(seen("last_stroke_date", date(2020, 1, 1)))
    assert (change.date(), change.hour, change.minute) == (NOW.date() + DAY, 0, 0)


@pytest.mark.parametrize(
    ("birth", "change"),
    [
        (date(1960, NOW.month, NOW.day), date(NOW.year + 1, NOW.month, NOW.day)),
        (date(1960, 2, 29), date(NOW.year + 1, 3, 1)),
    ],
)
def test_another_year_is_over_on_the_birthday(birth, change):
    assert first_change(seen("birth_date", birth)).date() == change


def test_of_an_ordinary_patient_something_ends():
    assert first_change(*base().values()) > NOW
