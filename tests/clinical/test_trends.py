"""What only several reports show, by the time of the sessions and not by the order in which they came."""

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.clinical.session import Item
from api.clinical.trends import before, past, touched
from api.clinical.triage import triage
from tests.clinical.report_builders import DAY, NOON, RELEASE, TABLES, in_turn, known, reported
from tests.clinical.report_cases import LIMITS

WATCHED = {"footwear_worn": "no"}
OPEN = {"fall": None}
HOUR = timedelta(hours=1)


def answers(days, *, context=None, settled=None):
    """The triage of reports on days before `NOON`, `(days ago, changes)`, oldest first."""
    beside = known(**(context or {}), settled=settled or {})
    reports = [(reported(at=NOON - ago * DAY, **changes), beside) for ago, changes in days]
    return [answer for _, answer in in_turn(RELEASE, reports).values()]


def last(days, **options):
    return answers(days, **options)[-1]


def trend_ids(answer):
    return [one.trend.id for one in answer.trends]


class TestRepeats:
    @pytest.mark.parametrize(
        ("rule_id", "changes", "beside"),
        [
            ("rep-barefoot", {"footwear_worn": "no"}, {}),
            ("rep-foot-not-checked", {"foot_check_after": "not-done"}, {}),
            ("rep-glucose-not-measured", {"glucose_pre": None}, {"insulin_or_secretagogue": "yes"}),
        ],
    )
    def test_the_third_time_is_for_review(self, rule_id, changes, beside):
        found = answers([(200, changes), (100, changes), (50, {}), (0, changes)], context=beside)
        assert [one.own_level for one in found] == ["watch", "watch", "ok", "review"]
        assert rule_id in found[-1].rule_ids
        assert found[-1].tasks[0].id == rule_id

    def test_what_a_clinician_closed_does_not_count_again(self):
        days = [(90, WATCHED), (60, WATCHED), (0, WATCHED)]
        assert last(days).level == "review"
        assert last(days, settled={"rep-barefoot": NOON - 50 * DAY}).level == "watch"
        assert last(days, settled={"rep-fatigue": NOON - 50 * DAY}).level == "review"

    def test_closing_it_later_does_not_lower_what_was_before(self):
        days = [(90, WATCHED), (60, WATCHED), (30, WATCHED)]
        assert last(days, settled={"rep-barefoot": NOON}).level == "review"

    @pytest.mark.parametrize(
        ("between", "level"),
        [
            ([], "review"),
            ([(1, {"fatigue_next_day": None})], "review"),
            ([(1, {"status": "skipped", "skip_reason": "time"})], "review"),
            ([(1, {"fatigue_next_day": 3})], "watch"),
        ],
    )
    def test_fatigue_twice_running_is_for_review(self, between, level):
        tired = {"fatigue_next_day": 7}
        assert last([(2, tired), *between, (0, tired)]).level == level

    @pytest.mark.parametrize(
        ("minutes", "fires"),
        [
            ((121, 30, 121), True),
            ((30, 121, 121), True),
            ((121, 30, 30, 121), False),
            ((121, 120, 120, 121), False),
            ((30, 30, 121), False),
            ((121, 121, 30), False),
            ((None, 121, 121), True),
        ],
    )
    def test_pain_after_two_of_the_last_three_sessions(self, minutes, fires):
        days = [(len(minutes) - place, {"pain_after_min": one}) for place, one in enumerate(minutes)]
        assert ("rep-pain-2h-repeat" in last(days).rule_ids) is fires

    def test_a_session_that_was_left_out_is_none_of_the_three(self):
        out = {"status": "skipped", "skip_reason": "time"}
        hurt = {"pain_after_min": 130}
        assert "rep-pain-2h-repeat" in last([(4, hurt), (3, out), (2, out), (0, hurt)]).rule_ids


class TestNotAskedTwice:
    def test_the_second_running_is_for_review(self):
        found = answers([(2, OPEN), (1, {"symptoms": None}), (0, {})])
        assert [one.level for one in found] == ["watch", "review", "ok"]
        assert found[1].tasks[-1].id == "not-asked"

    def test_an_answer_between_ends_it(self):
        assert last([(2, OPEN), (1, {}), (0, OPEN)]).level == "watch"

    def test_a_report_that_is_asked_nothing_does_not(self):
        out = {"status": "skipped", "skip_reason": "weather"}
        assert last([(2, OPEN), (1, out), (0, OPEN)]).level == "review"


class TestTrends:
    @pytest.mark.parametrize(
        ("ago", "fires"), [((14, 7, 0), True), ((15, 7, 0), False), ((2, 1, 0), True), ((7, 0), False)]
    )
    def test_three_watches_in_14_days(self, ago, fires):
        each = [WATCHED, {"fatigue_next_day": 9}, {"rpe": 8}]
        answer = last(list(zip(ago, each, strict=False)))
        assert ("trend-watches" in trend_ids(answer)) is fires
        assert answer.level == ("review" if fires else "watch")
        assert answer.own_level == "watch"

    def test_a_report_that_is_fine_is_no_part_of_it(self):
        each = [{"fatigue_next_day": 9}, {"rpe": 8}, WATCHED]
        days = [(3, each[0]), (2, each[1]), (1, each[2]), (0, {})]
        assert [one.level for one in answers(days)] == ["watch", "watch", "review", "ok"]

    def test_it_names_the_reports(self):
        days = [(2, WATCHED), (1, {"rpe": 8}), (0, {"fatigue_next_day": 8})]
        (found,) = last(days).trends
        assert found.report_ids == tuple(str(reported(at=NOON - ago * DAY).session_id) for ago in (2, 1, 0))

    @pytest.mark.parametrize(("ago", "fires"), [(14, True), (15, False)])
    def test_two_near_falls_in_14_days(self, ago, fires):
        near = {"fall": "near-fall"}
        answer = last([(ago, near), (0, near)])
        assert (answer.level, trend_ids(answer)) == (
            ("review", ["trend-near-falls"]) if fires else ("watch", [])
        )

    def test_a_closed_trend_begins_anew(self):
        near = {"fall": "near-fall"}
        days = [(10, near), (5, near), (0, near)]
        closed = {"trend-near-falls": NOON - 4 * DAY, "trend-watches": NOON - 4 * DAY}
        assert last(days, settled=closed).level == "watch"

    @pytest.mark.parametrize(
        ("rates", "fires"),
        [
            ((60, 60, 60, 75, 75, 75), True),
            ((60, 60, 60, 74, 75, 75), False),
            ((60, 60, 60, 75, 75), False),
            ((75, 75, 75), False),
            ((60, 75, 60, 75, 60, 75), True),
            ((60, 75, 75, 60), False),
        ],
    )
    def test_the_resting_rate_on_three_days(self, rates, fires):
        days = [(len(rates) - place, {"hr_pre": rate}) for place, rate in enumerate(rates)]
        assert ("trend-resting-rate" in trend_ids(last(days))) is fires

    def test_the_lowest_rate_of_a_day_counts(self):
        days = [(ago, {"hr_pre": 60 if ago > 3 else 80}) for ago in range(6, 0, -1)]
        assert "trend-resting-rate" in trend_ids(last(days))
        calmer = [(ago + HOUR / DAY, {"hr_pre": 60}) for ago in (3, 2, 1)]
        assert "trend-resting-rate" not in trend_ids(last([*days, *calmer]))

    def test_the_resting_rate_is_held_to_28_days(self):
        high = [(2, {"hr_pre": 80}), (1, {"hr_pre": 80}), (0, {"hr_pre": 80})]
        near, far = ([(first - one, {"hr_pre": 60}) for one in range(3)] for first in (26, 40))
        assert "trend-resting-rate" in trend_ids(last([*near, *high]))
        assert "trend-resting-rate" not in trend_ids(last([*far, *high]))

    @pytest.mark.parametrize(
        ("first", "recent", "fires"),
        [
            ((3, 3, 3), (5, 5, 5), True),
            ((3, 3, 3), (4, 5, 4), False),
            ((3, 3, 9), (5, 5, 0), True),
            ((None, None, None), (9, 9, 9), False),
        ],
    )
    def test_pain_against_that_of_the_first_14_days(self, first, recent, fires):
        days = [(40 - place, {"pain_pre": one}) for place, one in enumerate(first)]
        days += [(2 - place, {"pain_pre": one, "pain_peak": None}) for place, one in enumerate(recent)]
        answer = last([*days, (0, {"pain_pre": recent[1], "pain_peak": None})])
        assert ("trend-pain" in trend_ids(answer)) is fires

    def test_pain_of_the_first_14_days_is_not_held_to_itself(self):
        days = [(13, {"pain_pre": 2}), *((ago, {"pain_pre": 6, "pain_peak": 6}) for ago in (2, 1, 0))]
        assert "trend-pain" not in trend_ids(last(days))

    @staticmethod
    def walked(days, steps, **context):
        items = (Item(exercise_id="walk-moderate", steps=steps),)
        beside = {"steps_at_most": 5000, **context}
        return trend_ids(last([(ago, {"items": items}) for ago in days], context=beside))

    def test_steps_far_above_the_ceiling_on_7_days(self):
        week = range(6, -1, -1)
        assert self.walked(week, 6001) == ["trend-steps"]
        assert self.walked(week, 6000) == []
        assert self.walked(range(5, -1, -1), 6001) == []
        assert self.walked(week, 6001, iwgdf_1="no") == []
        assert self.walked(week, 6001, iwgdf_1=None) == ["trend-steps"]
        assert self.walked(week, 6001, steps_at_most=None) == []

    def test_a_day_without_steps_told_does_not_end_it(self):
        assert self.walked([8, 7, 6, 4, 3, 1, 0], 6001) == ["trend-steps"]

    def test_one_day_within_the_ceiling_does(self):
        items = {"items": (Item(exercise_id="walk-moderate", steps=6500),)}
        rest = {"items": (Item(exercise_id="walk-moderate", steps=100),)}
        days = [(ago, rest if ago == 3 else items) for ago in range(6, -1, -1)]
        assert trend_ids(last(days, context={"steps_at_most": 5000})) == []

    def test_steps_of_one_day_add_up(self):
        items = {"items": (Item(exercise_id="walk-moderate", steps=3001),)}
        days = [(ago + part, items) for ago in range(6, -1, -1) for part in (HOUR / DAY, 0)]
        assert trend_ids(last(days, context={"steps_at_most": 5000})) == ["trend-steps"]


MEMBERS = [
    {},
    *(changes for changes, *_ in LIMITS.values()),
    {"symptoms": None},
    {"hr_pre": 60},
    {"hr_pre": 90},
    {"pain_pre": 8, "pain_peak": 8},
    {"status": "skipped", "skip_reason": "time"},
]


@st.composite
def courses(draw):
    """Some weeks of reports of one patient, in any order."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    count = draw(st.integers(2, 25))
    hours = chance.sample(range(60 * 24), count)
    return [(reported(at=NOON + hour * HOUR, **chance.choice(MEMBERS)), known()) for hour in hours]


@given(courses())
@settings(max_examples=60)
def test_the_order_in_which_reports_come_does_not_matter(course):
    once = in_turn(RELEASE, course)
    assert in_turn(RELEASE, course[::-1]) == once
    kept = [past(report, answer) for report, answer in once.values()]
    random.Random(0).shuffle(kept)
    for report, answer in once.values():
        assert triage(RELEASE, report, known(), before(report, kept)) == answer


@given(courses())
@settings(max_examples=60)
def test_a_late_report_touches_those_that_are_named_and_no_others(course):
    late, others = course[0][0], course[1:]
    alone, together = in_turn(RELEASE, others), in_turn(RELEASE, course)
    pasts = [past(report, answer) for report, answer in alone.values()]
    named = touched(RELEASE, late.performed_at, pasts)
    changed = [name for name, (_, answer) in alone.items() if together[name][1] != answer]
    assert set(changed) <= set(named)
    for name, (report, answer) in alone.items():
        again = past(report, together[name][1])
        assert again._replace(rules=frozenset()) == past(report, answer)._replace(
            rules=frozenset(), level=again.level
        )
        assert (again.level == "ok") is (answer.own_level == "ok")


def test_only_later_reports_are_touched():
    days = [past(reported(at=NOON + day * DAY), triage(RELEASE, reported(), known())) for day in (-1, 1, 100)]
    assert touched(RELEASE, NOON, days) == (days[1].id, days[2].id)
    assert touched(RELEASE, NOON + 200 * DAY, days) == ()


def test_every_rule_that_repeats_is_at_least_a_watch():
    repeating = [rule for rule in TABLES.rules for rise in rule.rises if rise.times is not None]
    assert repeating
    assert all(rule.level != "ok" for rule in repeating)
