"""A clearance is for what was known when it was granted."""

from datetime import date, timedelta

import pytest

from api.clinical.clearances import Held, lasting, read_by, superseded
from api.clinical.facts import Observation
from api.clinical.knowledge import library
from api.clinical.knowledge.examples import EXAMPLE_MOMENT, observations

RELEASE = library.load()
NOW = EXAMPLE_MOMENT + timedelta(days=60)
HEALED = {"foot_ulcer_right": "healed", "ulcer_healed_days_right": 40, "footwear": "therapeutic"}


def told(name, value, days, *, source="clinic"):
    return Observation(name, value, EXAMPLE_MOMENT + timedelta(days=days), source=source)


def ended(rule_id, known, *since, at=NOW):
    flat = {**RELEASE.base, **known}
    before = [one._replace(source="clinic") for one in observations(RELEASE, flat, EXAMPLE_MOMENT)]
    held = Held(rule_id=rule_id, granted_at=EXAMPLE_MOMENT, known=before)
    return superseded(RELEASE, held, since, at)


@pytest.mark.parametrize(
    ("rule_id", "days"),
    [
        ("foot-ulcer-healed-under-90d", 180),
        ("cardiac-vigorous-clearance", 365),
        ("parq-followup", 365),
        ("glucose-not-measured", 1),
        ("bp-160-179", 180),
    ],
)
def test_a_clearance_lasts_as_the_specification_says(rule_id, days):
    assert lasting(RELEASE.rules_by_id[rule_id]) == timedelta(days=days)


def test_a_new_ulcer_ends_the_clearance_of_a_healed_one():
    end = ended("foot-ulcer-healed-under-90d", HEALED, told("foot_ulcer_left", "active", 10))
    assert "foot_ulcer_left" in end.facts
    assert end.at == EXAMPLE_MOMENT + timedelta(days=10)


def test_what_ended_stays_ended_after_it_has_healed():
    end = ended(
        "foot-ulcer-healed-under-90d",
        HEALED,
        told("foot_ulcer_left", "active", 10),
        told("foot_ulcer_left", "none", 40),
    )
    assert end.at == EXAMPLE_MOMENT + timedelta(days=10)


def test_nothing_ends_it_before_it_is_observed():
    since = told("foot_ulcer_left", "active", 10)
    before = EXAMPLE_MOMENT + timedelta(days=9)
    assert ended("foot-ulcer-healed-under-90d", HEALED, since, at=before) is None


def test_what_was_seen_before_the_grant_and_told_after_it_ends_it():
    late = told("hot_swollen_foot_left", "yes", -2, source="podiatry")
    end = ended("foot-ulcer-healed-under-90d", HEALED, late)
    assert (end.facts, end.at) == (("hot_swollen_foot_left",), EXAMPLE_MOMENT)


@pytest.mark.parametrize(
    "since",
    [
        told("foot_ulcer_right", "healed", 20),
        told("foot_ulcer_left", "none", 20),
        told("screen_feet_today", "clear", 20),
        told("cv_symptoms", frozenset({"palpitations-unexplained"}), 20),
        told("foot_ulcer_left", None, 20),
    ],
    ids=["the same again", "reassuring", "a clear screen", "of another group", "unknown"],
)
def test_what_says_nothing_new_against_it_ends_nothing(since):
    assert ended("foot-ulcer-healed-under-90d", HEALED, since) is None


def test_time_alone_ends_nothing():
    late = EXAMPLE_MOMENT + timedelta(days=170)
    assert ended("foot-ulcer-healed-under-90d", HEALED, told("egfr", 80, 160), at=late) is None


def test_another_symptom_ends_the_clearance_of_the_first():
    known = {"cv_symptoms": ["palpitations-unexplained"]}
    again = told("cv_symptoms", frozenset({"palpitations-unexplained"}), 5)
    more = told("cv_symptoms", frozenset({"palpitations-unexplained", "orthopnoea-pnd"}), 8)
    assert ended("cardiac-symptoms-unexplained", known, again) is None
    end = ended("cardiac-symptoms-unexplained", known, again, more)
    assert (end.rule_id, end.facts) == ("cardiac-symptoms-unexplained", ("cv_symptoms",))


def test_a_blood_pressure_measured_again_ends_nothing_but_a_worse_class_does():
    known = {"resting_sys": 165}
    assert ended("bp-160-179", known, told("resting_sys", 172, 5)) is None
    assert ended("bp-160-179", known, told("resting_sys", 184, 5)).rule_id == "bp-severe"


def test_the_other_foot_ends_the_clearance_of_the_first():
    known = {"preulcer_lesion_right": "blister"}
    end = ended("foot-preulcer", known, told("preulcer_lesion_left", "fissure", 3))
    assert (end.rule_id, end.facts) == ("foot-preulcer", ("preulcer_lesion_left",))


def test_a_later_event_of_the_same_kind_ends_it():
    known = {"last_cardiac_event_days": 60, "cvd_known": ["mi"]}
    later = told("last_cardiac_event_date", EXAMPLE_MOMENT.date() + timedelta(days=5), 6)
    assert isinstance(later.value, date)
    assert ended("cardiac-recent-event", known, later).facts == ("last_cardiac_event_date",)


def test_an_adverse_answer_to_what_was_unknown_ends_it():
    known = {"resting_sys": None, "resting_dia": None}
    assert ended("bp-or-hr-missing", known, told("resting_sys", 130, 1), told("resting_dia", 80, 1)) is None
    worse = ended("bp-or-hr-missing", known, told("resting_sys", 190, 1), told("resting_dia", 80, 1))
    assert worse.rule_id == "bp-severe"


def test_the_screens_of_a_group_are_read_with_its_facts():
    names = read_by(RELEASE, "foot-preulcer")
    assert {"preulcer_lesion_left", "foot_ulcer_right", "screen_feet_today"} <= names
    assert "cv_symptoms" not in names
