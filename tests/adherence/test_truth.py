"""Adherence against a known truth: simulated people, of whom everything, little or too much is told."""

from dataclasses import replace
from fractions import Fraction
from random import Random
from statistics import mean

import pytest

from api.clinical.counted import EvidenceLevel
from api.clinical.reports import SessionStatus
from api.clinical.session_fields import Reporter
from api.commands.cohort.habits import Habits, of_somebody
from api.commands.cohort.life import lived
from api.commands.cohort.telling import told
from tests.adherence.cohorts import answer, cohort, errors, standard_errors, within

MANY = 400
FEW = 60


def at_random(chance):
    """Somebody who tells of every session with the same probability, whether it was done or not."""
    return Habits(
        attends=chance.uniform(0.3, 1.0),
        weekend=chance.uniform(0.6, 1.0),
        drift=chance.gauss(-0.01, 0.01),
        tells=chance.uniform(0.75, 1.0),
    )


def open_book(chance):
    """Somebody who tells of everything, and of nothing twice."""
    return replace(of_somebody(chance), tells=1.0, tells_late=0.0, holiday=0.0, wears=0.0, tells_twice=0.0)


def overstating(chance):
    return of_somebody(chance, overstates=True)


@pytest.fixture(scope="module")
def mixed():
    """People as a clinic has them, and all of them truthful."""
    return cohort(of_somebody, MANY)


@pytest.fixture(scope="module")
def overstated():
    return cohort(overstating, MANY)


def test_the_bounds_hold_the_truth_of_everybody_who_is_truthful(mixed):
    outside = [one.truth.person.name for one in mixed for shown in one.shown() if not within(*shown)]
    assert not outside


def test_the_cohort_has_of_everything_that_makes_counting_hard(mixed):
    truths = [one.truth for one in mixed]
    assert all(any(getattr(one, name) for one in truths) for name in ("holds", "stops", "holidays", "trips"))
    sessions = [session for one in truths for session in one.sessions]
    assert {session.status for session in sessions} == set(SessionStatus)
    assert any(session.extra for session in sessions)
    assert any(session.paused for session in sessions)
    tellings = [telling for one in mixed for telling in one.tellings]
    assert {telling.reporter for telling in tellings} == {Reporter.PATIENT, Reporter.DEVICE}
    assert any(telling.slip for telling in tellings)
    assert len({telling.session for telling in tellings}) < len(tellings)


def test_who_tells_everything_has_the_truth_as_the_only_answer():
    for one in cohort(open_book, FEW):
        truth = one.truth.attendance([one.leading])
        assert one.numbers.lower.value == truth
        if not (one.truth.holds or one.truth.stops):  # a week with fewer days leaves open on which ones
            assert one.numbers.upper.value == truth
            assert one.numbers.words.unreported == 0


def test_what_was_done_of_what_was_told_is_unbiased_where_telling_is_at_random():
    people = cohort(at_random, MANY)
    found = errors((one.truth.attendance([one.leading]), one.numbers.projected) for one in people)
    assert len(found) > MANY / 2
    assert standard_errors(found) < 3
    lower = errors((one.truth.attendance([one.leading]), one.numbers.lower) for one in people)
    assert standard_errors(lower) > 3, "the formula of the specification alone is biased, by what is not told"
    assert mean(lower) < 0


def test_all_lines_together_are_unbiased_where_a_skip_says_of_which_lines_it_is():
    people = cohort(lambda chance: replace(at_random(chance), names_lines=True), MANY)
    found = errors((one.truth.attendance(), one.answer.total.projected) for one in people)
    assert len(found) > MANY / 2
    assert standard_errors(found) < 3


def test_what_is_not_told_is_not_counted_as_left_out():
    def silent(chance):
        return replace(of_somebody(chance), tells=0.0, wears=0.0, findings=0.0)

    for one in cohort(silent, FEW):
        assert (one.answer.total.lower.value, one.answer.total.upper.value) == (0, 1)
        assert one.answer.total.projected.value is None
        assert one.answer.total.words.unreported == one.answer.total.words.due
        assert one.answer.total.words.declared_missed == 0


def test_less_told_moves_the_upper_bound_up_and_the_lower_one_down():
    for one in cohort(of_somebody, FEW):
        chance = Random(one.truth.person.name)
        half = {told.session for told in one.tellings if chance.random() < 0.5}
        less = answer(one.truth, [told for told in one.tellings if told.session in half]).total
        assert less.lower.value <= one.answer.total.lower.value
        assert less.upper.value >= one.answer.total.upper.value


def test_who_overstates_is_above_the_truth_and_it_shows_as_their_own_word(mixed, overstated):
    bias = errors((one.truth.attendance([one.leading]), one.numbers.lower) for one in overstated)
    assert mean(bias) > 0
    assert standard_errors(bias) > 3
    above = [one for one in overstated if one.numbers.lower.value > one.truth.attendance([one.leading])]
    assert len(above) > MANY / 2
    assert _own_word(overstated) > _own_word(mixed) + 0.05


def test_a_device_knows_of_no_more_than_was_done(overstated):
    worn = [one for one in overstated if one.truth.person.habits.wears]
    assert worn
    for one in worn:
        device = one.numbers.by_evidence[EvidenceLevel.DEVICE]
        assert device <= sum(one.truth.attended(one.leading, session) for session in one.truth.sessions)


def test_what_is_told_beyond_the_device_is_what_was_overstated():
    def worn_always(chance):
        return Habits(attends=0.5, wears=1.0, overstates=chance.uniform(0.3, 0.7))

    for one in cohort(worn_always, FEW):
        done = sum(one.truth.attended(one.leading, session) for session in one.truth.sessions)
        by_evidence = one.numbers.by_evidence
        invented = one.numbers.sums.done - done
        assert by_evidence[EvidenceLevel.DEVICE] + by_evidence[EvidenceLevel.SELF_REPORT] == done + invented
        assert invented > 0
        # a longer report beside the device says no more than that the session was done
        assert by_evidence[EvidenceLevel.SELF_REPORT] == invented


def test_a_session_that_is_told_often_is_one_session():
    for one in cohort(lambda chance: replace(open_book(chance), wears=1.0, tells_twice=1.0), FEW):
        once = [telling for telling in one.tellings if telling.reporter is Reporter.PATIENT]
        first = {telling.session: telling for telling in reversed(once)}
        assert len(one.tellings) > 2 * len(first)
        assert one.numbers.attended == answer(one.truth, list(first.values())).lines[one.leading].attended
        assert one.numbers.lower.value == one.truth.attendance([one.leading])


def test_another_time_zone_makes_and_loses_no_day():
    def traveller(chance):
        return replace(open_book(chance), trip=1.0, hold=0.0, findings=0.0, does_more=0.0)

    people = cohort(traveller, FEW)
    assert len({one.truth.trips[0][1] for one in people}) > 3
    for one in people:
        days = {session.day for session in one.truth.sessions if one.truth.attended(one.leading, session)}
        assert one.numbers.sums.done + one.numbers.sums.partly == len(days)
        assert one.numbers.attended == len(days)


def test_a_pause_leaves_the_denominator_and_a_holiday_does_not():
    for one in cohort(lambda chance: replace(open_book(chance), hold=1.0, holiday=1.0), FEW):
        person, (hold,) = one.truth.person, one.truth.holds
        days = 7 * person.weeks - sum((each.last - each.first).days + 1 for each in (hold, *one.truth.stops))
        assert one.numbers.expected == Fraction(person.lines[one.leading].per_week * days, 7)
        if one.truth.holidays:
            assert one.numbers.words.unreported > 0
        assert within(one.truth.attendance(), one.answer.total)


def test_the_same_name_lives_and_tells_the_same():
    for one in cohort(of_somebody, 10):
        again = lived(one.truth.person)
        assert again == one.truth
        assert told(again) == one.tellings
    assert (
        cohort(of_somebody, 1, seed=1)[0].truth.sessions != cohort(of_somebody, 1, seed=2)[0].truth.sessions
    )


def _own_word(people):
    """How much of what counts as attended is known from the person alone."""
    own = sum(one.numbers.by_evidence[EvidenceLevel.SELF_REPORT] for one in people)
    return own / sum(sum(one.numbers.by_evidence.values()) for one in people)
