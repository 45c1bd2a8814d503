"""A dose in plain words."""

import pytest

from api.clinical import fitt
from api.clinical.fitt import Part
from api.prescriptions.plain import dose_in_words, frame_in_words, item_in_words, limits_in_words
from api.prescriptions.wording import Language

EN = Language.EN
FRAME = fitt.Frame(warm_up_minutes=5, cool_down_minutes=10, sit_minutes=0)
AEROBIC = fitt.Aerobic(minutes=10, days_per_week=4, rpe_low=9, rpe_high=11)


def doses(**parts):
    return fitt.Doses(frame=FRAME, **parts)


def aerobic(**changed):
    values = {"minutes": 10, "days_per_week": 4, "rpe_low": 9, "rpe_high": 11, **changed}
    return dose_in_words(EN, Part.AEROBIC, doses(aerobic=fitt.Aerobic(**values)))


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (
            9,
            11,
            "9 to 11 on the scale from 6 (rest) to 20 (as hard as possible): light. You could still sing.",
        ),
        (
            13,
            13,
            "(as hard as possible): moderate. You can talk, but not sing.",
        ),
        (11, 13, "light to moderate. You can always talk; at most it is too hard to sing."),
        (12, 14, "moderate to hard. At most it is so hard that you can only say a few words."),
        (14, 17, ": hard. You can only say a few words."),
    ],
)
def test_effort_is_a_number_a_word_and_whether_one_can_talk(low, high, said):
    assert aerobic(rpe_low=low, rpe_high=high)[1].endswith(said)


def test_one_day_is_one_day_and_bouts_are_told():
    assert aerobic(days_per_week=1)[0] == "1 day a week, 10 minutes each time."
    assert aerobic(bouts=2)[0].endswith("split into 2 parts with a rest between.")


def test_strength_says_sets_rest_reserve_and_load():
    dose = fitt.Resistance(
        days_per_week=2,
        exercises=5,
        sets=1,
        sets_at_most=2,
        reps_low=8,
        reps_high=12,
        reps_in_reserve=3,
        rpe_low=11,
        rpe_high=11,
        rest_seconds=90,
        load_percent=45,
        leg_load_percent=102.5,
    )
    said = dose_in_words(EN, Part.RESISTANCE, doses(resistance=dose))
    assert said[:4] == [
        "2 days a week, never on two days in a row.",
        "Each time: 5 exercises of this list.",
        "1 set of 8 to 12 repetitions, with 90 seconds of rest between sets.",
        "End each set while you could still do 3 more repetitions.",
    ]
    assert "Load: at most 45 % of what you can lift just once." in said
    assert said[-1] == "Legs: 102.5 % of the load with which you began."


def test_only_the_level_of_balance_is_held():
    dose = doses(
        balance=fitt.Balance(days_per_week=3, minutes=15, level="semi-tandem", holds=3, hold_seconds=30)
    )
    own = {"part": "balance", "exercise_id": "semi-tandem", "from_week": 3, "note": None}
    assert item_in_words(EN, own, dose) == (
        "3 days a week, 15 minutes each time. Hold it 3 times for 30 seconds. Begins in week 3."
    )
    other = {**own, "exercise_id": "tai-chi-seated", "from_week": 1}
    assert item_in_words(EN, other, dose) == "3 days a week, 15 minutes each time."


def test_ankles_are_circled_and_not_held():
    stretches = fitt.Flexibility(days_per_week=3, holds=2, hold_seconds=30, ankle_circles_daily=True)
    said = dose_in_words(EN, Part.FLEXIBILITY, doses(flexibility=stretches), exercise_id="ankle-rom-seated")
    assert said == ["Circle your ankles every day."]


def test_a_part_without_a_dose_says_nothing():
    assert dose_in_words(EN, Part.BALANCE, doses()) == []
    assert dose_in_words(EN, Part.FUNCTIONAL, doses())[0].startswith("As part of your day")


def test_what_surrounds_a_session_leaves_out_what_there_is_none_of():
    assert frame_in_words(EN, FRAME) == [
        "Warm up for 5 minutes, easily.",
        "Cool down for 10 minutes. Never stop suddenly.",
    ]


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({}, []),
        (
            {"foot_cap": fitt.FootCap(weight_bearing_percent=0, weeks=4, percent_after=50)},
            [
                "At first, for 4 weeks: no endurance minutes standing or walking.",
                "After that: at most 50 % of the endurance minutes standing or walking.",
            ],
        ),
        (
            {"foot_cap": fitt.FootCap(weight_bearing_percent=30, weeks=1, percent_after=100)},
            ["At first, for 1 week: at most 30 % of the endurance minutes standing or walking."],
        ),
        (
            {
                "steps": fitt.Steps(
                    rise=0, ceiling=1000, raise_by=250, every_weeks=2, baseline=None, needs_sign_off=False
                )
            },
            ["Steps: first count them for 7 days; do not add any before."],
        ),
        (
            {"heart_rate": fitt.HeartRate(basis=None, never_above=120)},
            [
                "Do not go by your pulse. Go by how hard it feels and whether you can talk.",
                "Never let your pulse rise above 120 beats a minute.",
            ],
        ),
        (
            {"heart_rate": fitt.HeartRate(basis=fitt.RateBasis.MEASURED, lower=100, upper=118)},
            ["Pulse: 100 to 118 beats a minute. How hard it feels comes first."],
        ),
    ],
)
def test_limits_are_told(parts, said):
    assert limits_in_words(EN, doses(**parts)) == said


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("part", Part)
def test_every_part_is_told_in_every_language_without_a_placeholder_left(language, part):
    whole = doses(
        aerobic=AEROBIC,
        resistance=fitt.Resistance(
            days_per_week=2,
            exercises=5,
            sets=1,
            sets_at_most=2,
            reps_low=8,
            reps_high=12,
            reps_in_reserve=3,
            rpe_low=11,
            rpe_high=13,
            rest_seconds=90,
        ),
        balance=fitt.Balance(
            days_per_week=3, minutes=15, level="semi-tandem", holds=3, hold_seconds=30, bouts=2
        ),
        flexibility=fitt.Flexibility(days_per_week=3, holds=2, hold_seconds=30, ankle_circles_daily=True),
        foot_ankle=fitt.FootAnkle(days_per_week=3, minutes=10, weeks=12),
    )
    said = dose_in_words(language, part, whole)
    assert said
    assert not [one for one in said if "{" in one or not one.endswith(".")]
