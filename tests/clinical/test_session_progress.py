"""What progression reads of a session report."""

from datetime import timedelta

import pytest

from api.clinical.fitt import Part
from api.clinical.movement import StepKind
from api.clinical.progression import next_dose
from api.clinical.session import Item
from api.clinical.session_progress import to_progression
from api.clinical.triage import triage
from tests.clinical.report_builders import NOON, RELEASE, known, reported
from tests.clinical.test_progression import HOUR, START, current

WALK = Item(exercise_id="walk-moderate", minutes=12)
PRESS = Item(exercise_id="sit-to-stand", sets=2, reps=14)


def read(*, planned=None, planned_minutes=None, reps_high=None, received_at=None, **changes):
    report = reported(**changes)
    return to_progression(
        RELEASE,
        report,
        triage(RELEASE, report, known()),
        planned=planned or {},
        planned_minutes=planned_minutes,
        reps_high=reps_high,
        received_at=received_at,
    )


class TestParts:
    def test_the_plan_says_the_part_of_an_exercise(self):
        answer = read(items=(WALK, PRESS), planned={"walk-moderate": Part.FUNCTIONAL})
        assert answer.parts == {Part.AEROBIC, Part.FUNCTIONAL, Part.RESISTANCE}

    def test_the_catalogue_says_it_of_others(self):
        assert read(items=(WALK,)).parts == {Part.AEROBIC}
        assert read(items=(Item(exercise_id="unheard-of"),)).parts == frozenset()

    def test_without_exercises_the_parts_are_not_said(self):
        assert read().parts == frozenset()

    @pytest.mark.parametrize(
        ("items", "duration", "minutes"),
        [
            ((WALK, PRESS), 40, 12),
            ((WALK, WALK), 40, 24),
            ((Item(exercise_id="walk-moderate"),), 15, 15),
            ((PRESS,), 20, 0),
            ((), 20, 20),
            ((), None, 0),
        ],
    )
    def test_aerobic_minutes(self, items, duration, minutes):
        assert read(items=items, duration_min=duration).minutes == minutes

    def test_a_session_that_was_left_out_has_no_minutes(self):
        assert read(status="skipped", duration_min=20).minutes == 0

    def test_half_of_the_minutes_are_a_session(self):
        assert read(status="partial", items=(WALK,), planned_minutes=24).attended
        assert not read(status="partial", items=(WALK,), planned_minutes=25).attended

    def test_pain_is_of_the_one_part_that_was_done(self):
        assert read(items=(WALK,)).pain_parts == {Part.AEROBIC}
        assert read(items=(WALK, PRESS)).pain_parts == frozenset()


class TestFindings:
    def test_what_was_found_is_passed_on(self):
        answer = read(
            symptoms=["dizziness"],
            fall="near-fall",
            foot_check_after="blister",
            glucose_post=66,
            pain_after_min=121,
            received_at=NOON + timedelta(hours=3),
        )
        assert answer.dizziness is True
        assert (answer.fall, answer.foot, answer.glucose_min_mg_dl) == ("near-fall", "blister", 66)
        assert (answer.level, answer.pain_after_min) == ("review", 121)
        assert answer.known_from == NOON + timedelta(hours=3)

    @pytest.mark.parametrize(
        ("changes", "weak"),
        [
            ({"new_numb_or_weak": "weak-lasting-over-48h"}, True),
            ({"muscle_soreness_h": 49}, True),
            ({}, False),
            ({"new_numb_or_weak": None}, None),
        ],
    )
    def test_weakness(self, changes, weak):
        assert read(**changes).weak_over_48h is weak

    def test_not_asked_stays_not_asked(self):
        answer = read(symptoms=None, rpe=None)
        assert (answer.dizziness, answer.rpe, answer.rpe_scale) == (None, None, None)

    @pytest.mark.parametrize(
        ("told", "held"), [("yes", True), ("no", False), ("unknown", None), (None, None)]
    )
    def test_balance_that_was_held(self, told, held):
        assert read(balance_held=told).balance_held is held

    @pytest.mark.parametrize(
        ("items", "high", "spare"),
        [
            ((PRESS,), 12, 2),
            ((PRESS, Item(exercise_id="sit-to-stand", reps=13)), 12, 1),
            ((PRESS, Item(exercise_id="sit-to-stand")), 12, None),
            ((Item(exercise_id="sit-to-stand", reps=10),), 12, 0),
            ((PRESS,), None, None),
            ((WALK,), 12, None),
        ],
    )
    def test_spare_repetitions_are_those_of_every_strength_exercise(self, items, high, spare):
        assert read(items=items, reps_high=high).spare_reps == spare


class TestSteps:
    """A finding moves the dose by the rule that triage names."""

    @pytest.mark.parametrize(
        ("changes", "entry", "kind"),
        [
            ({"pain_after_min": 121}, "pain", StepKind.REGRESS),
            ({"pain_after_min": 1441}, "pain_again", StepKind.REGRESS),
            ({"symptoms": ["dizziness"]}, "dizziness", StepKind.HOLD),
            ({"foot_check_after": "blister"}, "feet", StepKind.HOLD),
            ({"muscle_soreness_h": 49}, "weakness", StepKind.REGRESS),
            ({"fall": "fall-no-injury"}, "fall", StepKind.REGRESS),
            ({"glucose_min": 60}, "glucose", StepKind.REGRESS),
            ({"symptoms": ["palpitations"]}, "lock", StepKind.LOCKED),
            ({"glucose_min": 50}, "lock", StepKind.LOCKED),
        ],
    )
    def test_a_finding_takes_the_dose_back(self, changes, entry, kind):
        answer = read(at=START + HOUR, **changes)
        following = next_dose(RELEASE, current(), [answer], START + 2 * HOUR)
        assert following.kind is kind
        assert getattr(RELEASE.pacing, entry).why in [one.why for one in following.reasons]

    def test_exertion_takes_it_back_the_second_time(self):
        reports = [read(at=START + hours * HOUR, rpe=8) for hours in (1, 2)]
        once, twice = (
            next_dose(RELEASE, current(), some, START + 3 * HOUR) for some in (reports[:1], reports)
        )
        assert RELEASE.pacing.exertion.why not in [one.why for one in once.reasons]
        assert RELEASE.pacing.exertion.why in [one.why for one in twice.reasons]
