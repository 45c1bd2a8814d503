"""A written dose beside what the class of its patient allows to begin with."""

from dataclasses import replace

import pytest

from api.clinical.ceilings import beyond
from api.clinical.fitt import HeartRate, RateBasis
from tests.clinical.builders import RELEASE
from tests.clinical.dose_cases import dosed

LOPS = {"monofilament_insensate_left": 3, "monofilament_insensate_right": 3}
DRAFT = dosed(steps_baseline=4000, angina_status="stable", angina_threshold_hr=125, **LOPS)


def written(part, **numbers):
    dose = getattr(DRAFT.doses, part)
    return replace(DRAFT.doses, **{part: replace(dose, **numbers) if numbers else None})


def found(doses, already=None):
    return {(one.part, one.field): (one.value, one.limit) for one in beyond(RELEASE, DRAFT, doses, already)}


def test_what_is_proposed_is_inside():
    assert found(DRAFT.doses) == {}


@pytest.mark.parametrize(
    ("part", "numbers", "fields"),
    [
        ("aerobic", {"minutes": 11}, {"minutes", "weekly_minutes"}),
        ("aerobic", {"days_per_week": 5}, {"weekly_minutes"}),
        ("aerobic", {"rpe_high": 13}, {"rpe_high"}),
        ("aerobic", {"rpe_high": 11}, set()),
        ("resistance", {"exercises": 6, "sets": 2}, set()),
        ("resistance", {"exercises": 7}, {"exercises"}),
        ("resistance", {"days_per_week": 3}, {"days_per_week"}),
        ("resistance", {"load_percent": 51}, {"load_percent"}),
        ("resistance", {"load_percent": None}, set()),
        ("resistance", {"reps_in_reserve": 3}, {"reps_in_reserve"}),
        ("resistance", {"rest_seconds": 89}, {"rest_seconds"}),
        ("balance", {"level": "tandem-stand"}, {"level"}),
        ("balance", {"level": "feet-together"}, set()),
        ("balance", {"level": "handstand"}, {"level"}),
        ("foot_cap", {"weight_bearing_percent": 51}, {"weight_bearing_percent"}),
        ("foot_cap", {"weeks": 3}, {"weeks"}),
        ("foot_cap", {}, {"part"}),
        ("steps", {"rise": 251}, {"rise"}),
        ("steps", {"ceiling": 1001}, {"ceiling"}),
        ("steps", {"every_weeks": 1}, {"every_weeks"}),
        ("steps", {}, set()),
        ("heart_rate", {"upper": 115, "never_above": None}, {"never_above"}),
        ("heart_rate", {}, {"never_above"}),
        ("frame", {"cool_down_minutes": 9}, {"cool_down_minutes"}),
    ],
)
def test_each_number_is_held_to_the_class(part, numbers, fields):
    assert set(found(written(part, **numbers))) == {(part, field) for field in fields}


def test_each_excess_says_why():
    for one in beyond(RELEASE, DRAFT, written("aerobic", minutes=60)):
        assert one.why


def test_a_limit_that_a_rule_gives_must_be_written():
    limited = dosed(can_status="definite")
    free = replace(limited.doses, aerobic=replace(limited.doses.aerobic, met_at_most=None))
    assert [(one.field, one.value, one.limit) for one in beyond(RELEASE, limited, free)] == [
        ("met_at_most", None, 5.0)
    ]


def test_a_heart_rate_range_is_beyond_where_none_is_allowed():
    without = dosed(medications=["beta-blocker"])
    ranged = replace(without.doses, heart_rate=HeartRate(basis=RateBasis.PREDICTED, lower=100, upper=120))
    assert [one.part for one in beyond(RELEASE, without, ranged)] == ["heart_rate"]


def test_what_is_signed_already_may_stay_but_not_rise():
    signed = written("aerobic", minutes=20)
    assert found(written("aerobic", minutes=20), signed) == {}
    assert found(written("aerobic", minutes=18), signed) == {}
    assert set(found(written("aerobic", minutes=21), signed)) == {
        ("aerobic", "minutes"),
        ("aerobic", "weekly_minutes"),
    }
