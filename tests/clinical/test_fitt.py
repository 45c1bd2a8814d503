"""Numbers of a dose that cannot be are refused where they are made."""

from dataclasses import replace
from datetime import date

import pytest

from api.clinical.errors import ValueRefused
from api.clinical.fitt import FootCap, HeartRate, RateBasis, Steps
from tests.clinical.dose_cases import dosed

DOSES = dosed(steps_baseline=4000, monofilament_insensate_left=3).doses


@pytest.mark.parametrize(
    ("part", "numbers", "code"),
    [
        ("aerobic", {"minutes": 4}, "out-of-range"),
        ("aerobic", {"minutes": 301}, "out-of-range"),
        ("aerobic", {"days_per_week": 0}, "out-of-range"),
        ("aerobic", {"days_per_week": 8}, "out-of-range"),
        ("aerobic", {"rpe_high": 21}, "out-of-range"),
        ("aerobic", {"rpe_low": 13, "rpe_high": 12}, "not-in-order"),
        ("aerobic", {"minutes": 9, "bouts": 2}, "out-of-range"),
        ("resistance", {"sets": 3, "sets_at_most": 2}, "out-of-range"),
        ("resistance", {"reps_low": 12, "reps_high": 10}, "not-in-order"),
        ("resistance", {"load_percent": 101}, "out-of-range"),
        ("balance", {"minutes": 61}, "out-of-range"),
        ("flexibility", {"holds": 0}, "out-of-range"),
        ("foot_ankle", {"weeks": 0}, "out-of-range"),
        ("foot_cap", {"weight_bearing_percent": 101}, "out-of-range"),
        ("steps", {"rise": 1001}, "out-of-range"),
        ("heart_rate", {"upper": 100}, "not-in-order"),
        ("heart_rate", {"lower": None}, "incomplete"),
        ("heart_rate", {"never_above": 110}, "out-of-range"),
        ("frame", {"sit_minutes": 61}, "out-of-range"),
    ],
)
def test_what_cannot_be_is_refused(part, numbers, code):
    with pytest.raises(ValueRefused) as refused:
        replace(getattr(DOSES, part), **numbers)
    assert refused.value.code == code


def test_a_limit_of_the_heart_rate_may_stand_without_a_range():
    assert HeartRate(basis=None, never_above=102).upper is None
    with pytest.raises(ValueRefused):
        HeartRate(basis=RateBasis.MEASURED)


def test_the_foot_cap_counts_weeks_from_one():
    cap = FootCap(weight_bearing_percent=30, weeks=4, percent_after=50)
    assert [cap.percent(week) for week in (1, 4, 5)] == [30, 30, 50]


def test_steps_remember_when_they_rose():
    steps = Steps(
        rise=0,
        ceiling=500,
        raise_by=250,
        every_weeks=2,
        baseline=None,
        needs_sign_off=True,
        raised_on=date(2026, 3, 2),
    )
    assert replace(steps, rise=250).raised_on == date(2026, 3, 2)
