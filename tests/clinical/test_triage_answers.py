"""What follows from a report: locks, facts, the next session, the dose, and what people are told."""

from datetime import timedelta

import pytest

from api.clinical.session import Item
from api.clinical.triaging import NextSession
from tests.clinical.report_builders import NOON, RELEASE, TABLES, judged
from tests.clinical.report_cases import LIMITS

OK, WATCH, REVIEW, URGENT, EMERGENCY = ["ok", "watch", "review", "urgent", "emergency"]


class TestWhatFollows:
    def test_every_lock_touches_an_exercise(self):
        locks = [rule.lock for rule in TABLES.rules] + [
            one.lock for rule in TABLES.rules for one in rule.rises
        ]
        assert all(RELEASE.tagged[tag] for tags in locks for tag in tags)

    @pytest.mark.parametrize("rule_id", LIMITS)
    def test_urgent_and_emergency_lock(self, rule_id):
        answer = judged(**LIMITS[rule_id][0])
        if answer.level in {URGENT, EMERGENCY}:
            assert answer.locks

    @pytest.mark.parametrize(
        ("changes", "tags", "hours", "ketones"),
        [
            ({"symptoms": ["syncope"]}, {"*"}, None, None),
            ({"glucose_min": 50}, {"*"}, 24, None),
            ({"ketones_mmol_l": 2}, {"*"}, None, 0.6),
            ({"symptoms": ["palpitations"]}, {"moderate", "vigorous"}, None, None),
            ({"sys_peak": 230}, {"resistance", "moderate", "vigorous"}, None, None),
            (
                {"foot_check_after": "bleeding-or-open"},
                {"weight-bearing", "partial-weight-bearing", "foot-strap", "water-immersion"},
                None,
                None,
            ),
            (
                {"foot_check_after": "blister"},
                {"weight-bearing", "partial-weight-bearing", "foot-strap"},
                None,
                None,
            ),
            ({"fall": "fall-injury"}, {"weight-bearing", "partial-weight-bearing"}, None, None),
            ({"fall": "fall-no-injury"}, {"balance-high"}, None, None),
            ({"symptoms": ["dizziness"]}, {"upright"}, 168, None),
        ],
    )
    def test_the_named_part_is_locked(self, changes, tags, hours, ketones):
        (lock,) = judged(**changes).locks
        assert (lock.tags, lock.least_hours, lock.ketones_below) == (tags, hours, ketones)
        assert lock.opens_from(NOON) == NOON + timedelta(hours=hours or 0)

    def test_redness_locks_what_was_done(self):
        items = (Item(exercise_id="walk-moderate"), Item(exercise_id="sit-to-stand"))
        (lock,) = judged(foot_check_after="redness-over-30min", items=items).locks
        assert lock.exercises == {"walk-moderate", "sit-to-stand"}

    @pytest.mark.parametrize(
        ("side", "names"),
        [
            ("left", ["foot_ulcer_left"]),
            ("right", ["foot_ulcer_right"]),
            ("both", ["foot_ulcer_left", "foot_ulcer_right"]),
            ("unknown", ["foot_ulcer_left", "foot_ulcer_right"]),
            (None, ["foot_ulcer_left", "foot_ulcer_right"]),
        ],
    )
    def test_an_open_spot_is_an_ulcer_of_that_foot_or_of_both(self, side, names):
        answer = judged(foot_check_after="bleeding-or-open", foot_side=side)
        assert [(fact.name, fact.value) for fact in answer.facts] == [(name, "active") for name in names]

    @pytest.mark.parametrize(
        ("changes", "facts"),
        [
            ({"symptoms": ["hypo-help-needed"]}, [("severe_hypo_last_24h", "yes", None)]),
            ({"fall": "fall-no-injury"}, [("falls_12m", None, 1)]),
            ({"fall": "fall-head-strike"}, [("injurious_fall_12m", "yes", None), ("falls_12m", None, 1)]),
            (
                {"foot_check_after": "hot-swollen"},
                [("hot_swollen_foot_left", "yes", None), ("hot_swollen_foot_right", "yes", None)],
            ),
            (
                {"foot_check_after": "blister"},
                [("preulcer_lesion_left", "blister", None), ("preulcer_lesion_right", "blister", None)],
            ),
            ({}, []),
        ],
    )
    def test_a_report_sets_facts(self, changes, facts):
        assert [one[1:] for one in judged(**changes).facts] == facts

    def test_facts_that_are_set_can_be_read(self):
        for rule in TABLES.rules:
            for one in judged(**LIMITS.get(rule.id, ({},))[0]).facts:
                fact = RELEASE.facts[one.name]
                assert fact.read(one.add if one.value is None else one.value, None) is not None

    @pytest.mark.parametrize(
        ("changes", "asks"),
        [
            ({"glucose_post": 300}, {NextSession.KETONES_FIRST}),
            ({"glucose_min": 60}, {NextSession.CARBOHYDRATE_FIRST, NextSession.NOT_ALONE}),
            (
                {"sys_post": 140, "sys_standing_post": 115},
                {NextSession.POSTURE_DOWN, NextSession.LONGER_COOL_DOWN},
            ),
            ({"foot_check_after": "not-done"}, {NextSession.FOOT_CHECK_FIRST}),
            ({"fall": "near-fall"}, {NextSession.SAME_BALANCE_LEVEL}),
        ],
    )
    def test_the_next_session_begins_otherwise(self, changes, asks):
        assert set(judged(**changes).next_session) == asks

    @pytest.mark.parametrize(
        ("changes", "regressions", "days"),
        [
            ({"pain_after_min": 121}, ("pain",), None),
            ({"pain_after_min": 1441}, ("pain_again", "pain"), None),
            ({"rpe": 9}, ("exertion",), None),
            ({"symptoms": ["dizziness"]}, ("dizziness",), None),
            ({"foot_check_after": "blister"}, ("feet",), None),
            ({"muscle_soreness_h": 60}, ("weakness",), 14),
            ({"fall": "fall-no-injury"}, ("fall",), None),
            ({"glucose_min": 60}, ("glucose",), None),
            ({"fatigue_next_day": 8}, (), 7),
        ],
    )
    def test_a_finding_takes_the_dose_back(self, changes, regressions, days):
        answer = judged(**changes)
        assert (answer.regressions, answer.hold_days) == (regressions, days)
        assert answer.holds_progression

    def test_the_person_is_told_the_level_first(self):
        first, second = judged(symptoms=["syncope"]).messages
        assert (first.key, first.text) == ("emergency", TABLES.levels.patient["emergency"])
        assert (second.key, second.text) == ("rep-syncope", TABLES.by_id["rep-syncope"].patient)

    @pytest.mark.parametrize("rule_id", LIMITS)
    def test_the_clinician_has_something_to_do_from_review_on(self, rule_id):
        answer = judged(**LIMITS[rule_id][0])
        assert bool(answer.tasks) is (answer.level not in {OK, WATCH})

    @pytest.mark.parametrize(
        ("note", "read"),
        [
            ("Felt my CHEST a little", True),
            ("nearly fainted", True),
            ("bloody sock", True),
            ("a black toe", True),
            ("ankle swollen", True),
            ("all fine", False),
            ("", False),
            (None, False),
        ],
    )
    def test_some_words_ask_for_the_note_to_be_read(self, note, read):
        answer = judged(note=note)
        assert (answer.read_note, answer.level) == (read, OK)
