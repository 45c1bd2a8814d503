"""A session report is what the specification says, and refuses what cannot be."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.clinical.errors import ValueRefused
from api.clinical.fitt import RpeScale
from api.clinical.session import Item, SessionReport
from api.clinical.session_fields import ASKED, BY_NAME, FIELDS, ITEM_FIELDS, ITEM_NUMBERS, NUMBERS, FieldKind
from tests.clinical.report_builders import NOON, reported

MINUTE = timedelta(minutes=1)
RANGES = {
    "duration_min": (0, 600),
    "hr_pre": (25, 240),
    "hr_mean": (25, 240),
    "hr_peak": (25, 240),
    "hr_post5": (25, 240),
    "sys_pre": (40, 320),
    "dia_pre": (20, 220),
    "sys_peak": (40, 320),
    "dia_peak": (20, 220),
    "sys_post": (40, 320),
    "dia_post": (20, 220),
    "sys_standing_post": (40, 320),
    "glucose_pre": (10, 1000),
    "glucose_min": (10, 1000),
    "glucose_post": (10, 1000),
    "ketones_mmol_l": (0, 15),
    "pain_pre": (0, 10),
    "pain_peak": (0, 10),
    "pain_post": (0, 10),
    "pain_after_min": (0, 10080),
    "muscle_soreness_h": (0, 240),
    "fatigue_next_day": (0, 10),
}
OF_ITEMS = {
    "minutes": (0, 300),
    "sets": (0, 20),
    "reps": (0, 200),
    "load_kg": (0, 300),
    "steps": (0, 60000),
    "bouts": (1, 20),
}
FREE = dict.fromkeys(("sys_pre", "sys_peak", "dia_peak", "sys_post"))
MEMBERS = {
    "skip_reason": "none time motivation pain symptom foot-problem glucose bp illness fear-of-falling "
    "equipment weather told-by-clinician other",
    "talk_test": "comfortable can-talk-not-sing cannot-talk not-asked",
    "pain_site": "foot calf joint back hand chest other none",
    "new_numb_or_weak": "none numb-lasting-over-1h weak-lasting-over-48h sudden-one-sided saddle-or-bladder",
    "symptoms": "chest-pain arm-jaw-pain breathless-unusual breathless-at-rest dizziness near-syncope "
    "syncope palpitations cold-sweat nausea severe-headache vision-loss-or-floaters confusion "
    "hypo-help-needed speech-or-face calf-swelling claudication-usual none",
    "fall": "none near-fall fall-no-injury fall-injury fall-head-strike",
    "foot_check_after": "clear redness-under-30min redness-over-30min blister bleeding-or-open hot-swollen "
    "cold-blue-or-white not-done",
    "foot_check_before": "clear problem not-done",
    "footwear_worn": "yes no unknown",
    "reporter": "patient caregiver clinician device",
    "status": "done partial skipped",
    "rpe_scale": "borg-6-20 0-10",
}


def refused(**changes):
    with pytest.raises(ValueRefused) as refusal:
        reported(**changes)
    return refusal.value.code


class TestFields:
    def test_the_table_and_the_value_say_the_same_fields(self):
        assert {field.name for field in fields(SessionReport)} == {field.name for field in FIELDS}
        assert {field.name for field in fields(Item)} == {field.name for field in ITEM_FIELDS}

    @pytest.mark.parametrize(("name", "limits"), [*RANGES.items()])
    def test_a_number_is_within_its_range(self, name, limits):
        low, high = limits
        step = 0.5 if BY_NAME[name].kind is FieldKind.NUMBER else 1
        for value in limits:
            assert getattr(reported(**{**FREE, name: value}), name) == value
        for value in (low - step, high + step):
            assert refused(**{**FREE, name: value}) == "out-of-range"

    @pytest.mark.parametrize(("name", "limits"), [*OF_ITEMS.items()])
    def test_a_number_of_an_exercise_is_within_its_range(self, name, limits):
        for value in limits:
            assert getattr(Item(exercise_id="walk-moderate", **{name: value}), name) == value
        for value in (limits[0] - 1, limits[1] + 1):
            with pytest.raises(ValueRefused):
                Item(exercise_id="walk-moderate", **{name: value})

    def test_every_number_has_a_range_and_a_unit(self):
        assert {field.name for field in NUMBERS} == {*RANGES, "rpe"}
        assert {field.name for field in ITEM_NUMBERS} == set(OF_ITEMS)
        assert all(field.unit and field.maximum is not None for field in (*NUMBERS, *ITEM_NUMBERS))

    @pytest.mark.parametrize("name", MEMBERS)
    def test_closed_lists_are_those_of_the_specification(self, name):
        assert [member.value for member in BY_NAME[name].choices] == MEMBERS[name].split()

    def test_a_measurement_is_not_a_question(self):
        assert {"symptoms", "fall", "foot_check_after", "new_numb_or_weak", "pain_after_min"} <= ASKED
        assert not ASKED & {"sys_peak", "glucose_min", "hr_pre", "ketones_mmol_l", "performed_at", "status"}


class TestInvariants:
    def test_the_moment_needs_an_offset(self):
        assert refused(at=datetime(2026, 11, 20, 12)) == "no-offset"  # noqa: DTZ001 - that is the fault

    @pytest.mark.parametrize(
        ("scale", "value", "fits"),
        [
            (RpeScale.BORG, 6, True),
            (RpeScale.BORG, 20, True),
            (RpeScale.BORG, 5, False),
            (RpeScale.ZERO_TO_TEN, 0, True),
            (RpeScale.ZERO_TO_TEN, 10, True),
            (RpeScale.ZERO_TO_TEN, 11, False),
        ],
    )
    def test_exertion_is_on_its_scale(self, scale, value, fits):
        if fits:
            assert reported(rpe=value, rpe_scale=scale).rpe == value
        else:
            assert refused(rpe=value, rpe_scale=scale) == "out-of-range"

    def test_exertion_needs_its_scale(self):
        assert refused(rpe=5, rpe_scale=None) == "incomplete"

    def test_a_session_is_not_shorter_than_its_longest_exercise(self):
        items = (Item(exercise_id="walk-moderate", minutes=20), Item(exercise_id="sit-to-stand", minutes=5))
        assert reported(items=items, duration_min=20).duration_min == 20
        assert refused(items=items, duration_min=19) == "under-longest-item"

    def test_none_excludes_other_symptoms(self):
        assert refused(symptoms=["none", "dizziness"]) == "none-with-others"

    @pytest.mark.parametrize("when", ["pre", "peak", "post"])
    def test_diastolic_is_below_systolic(self, when):
        low, same = {f"sys_{when}": 120, f"dia_{when}": 119}, {f"sys_{when}": 120, f"dia_{when}": 120}
        assert reported(**{**FREE, **low})
        assert refused(**{**FREE, **same}) == "not-below-systolic"

    def test_a_note_has_2000_characters_at_most(self):
        assert reported(note="x" * 2000)
        assert refused(note="x" * 2001) == "too-long"

    def test_a_report_lists_50_exercises_at_most(self):
        items = tuple(Item(exercise_id=f"exercise-{number}") for number in range(51))
        assert reported(items=items[:50])
        assert refused(items=items) == "too-many"

    def test_an_exercise_has_a_name(self):
        with pytest.raises(ValueRefused):
            Item(exercise_id="")


class TestReading:
    def test_five_minutes_ahead_are_forgiven(self):
        reported(at=NOON).check_past(NOON - 5 * MINUTE)
        with pytest.raises(ValueRefused) as refusal:
            reported(at=NOON).check_past(NOON - 6 * MINUTE)
        assert refusal.value.code == "in-future"

    def test_after_14_days_it_is_late(self):
        assert not reported(at=NOON).late(NOON + timedelta(days=14))
        assert reported(at=NOON).late(NOON + timedelta(days=14) + MINUTE)

    def test_the_day_is_that_of_the_zone(self):
        kiritimati = NOON.astimezone(ZoneInfo("Pacific/Kiritimati"))
        assert reported(at=kiritimati).day == kiritimati.date()
        assert reported(at=NOON).day == NOON.astimezone(UTC).date()

    def test_steps_are_those_of_all_exercises(self):
        walk, rest = Item(exercise_id="walk-moderate", steps=900), Item(exercise_id="sit-to-stand")
        assert reported(items=(walk, walk, rest)).steps == 1800
        assert reported(items=(rest,)).steps is None

    def test_the_lowest_glucose_is_the_lowest_of_all_three(self):
        assert reported(glucose_pre=140, glucose_post=61).lowest_glucose == 61
        assert reported(glucose_pre=None).lowest_glucose is None
