"""Adherence as printed in the specification, and what each rule of counting does."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from api.clinical.adherence import Band, NoNumber, absence, adherence, numbers_of, tenths
from api.clinical.adherence_weeks import weeks
from api.clinical.counted import EvidenceLevel
from api.clinical.errors import ValueRefused
from api.clinical.fitt import Part, RpeScale
from api.clinical.opened import Behind, opened
from api.clinical.plan_versions import PauseKind, PlannedLine, lock, planned_lines
from api.clinical.reports import SessionStatus
from api.clinical.week_sums import NONE, summed, week_sums
from tests.clinical.adherence_cases import (
    ALL_LINES,
    BALANCE,
    PLAN,
    TABLES,
    answer,
    counted,
    day,
    partly,
    paused,
    session,
    skipped,
    total,
    version,
    withheld,
)
from tests.clinical.builders import RELEASE
from tests.clinical.dose_cases import dosed

SEVENTH = Fraction(1, 7)


@pytest.mark.parametrize(
    ("sessions", "last", "pauses", "printed"),
    [
        pytest.param([session(d) for d in range(5)], 6, (), (5.00, 100.0, 100.0, 100.0), id="A1"),
        pytest.param([session(d) for d in range(3)], 6, (), (5.00, 60.0, 60.0, 60.0), id="A2"),
        pytest.param([session(d) for d in range(7)], 13, (), (10.00, 50.0, 50.0, 70.0), id="A3"),
        pytest.param([session(d) for d in (0, 1, 2, 3, 4, 7)], 9, (), (7.14, 84.0, 84.0, 84.0), id="A4"),
        pytest.param(
            [session(d) for d in (0, 1, 2, 3, 4, 14, 15, 16, 17, 18)],
            20,
            (paused(7, 13),),
            (10.00, 100.0, 100.0, 100.0),
            id="A5",
        ),
        pytest.param([session(d) for d in (0, 1)], 6, (paused(3, 6),), (2.14, 93.3, 93.3, 93.3), id="A6"),
        pytest.param([], 6, (paused(0, 6),), (0.00, None, None, None), id="A7"),
        pytest.param([session(d, 10) for d in range(5)], 6, (), (5.00, 100.0, 50.0, 50.0), id="A8"),
        pytest.param([session(d, 40) for d in range(3)], 6, (), (5.00, 60.0, 100.0, 120.0), id="A9"),
        pytest.param([session(d) for d in (0, 4)], 6, (paused(3, 6),), (2.14, 46.7, 46.7, 46.7), id="A10"),
        pytest.param([], 6, (), (5.00, 0.0, 0.0, 0.0), id="A11"),
    ],
)
def test_the_printed_table(sessions, last, pauses, printed):
    found = total(sessions, last, pauses=pauses)
    shares = found.lower.percent, found.completion.percent, found.dose_ratio.percent
    assert (round(float(found.expected), 2), *shares) == printed
    if printed[1] is None:
        reasons = {share.reason for share in (found.lower, found.upper, found.projected, found.coverage)}
        assert reasons == {NoNumber.PAUSED}


def words(found):
    names = ("due", "done", "partly", "declared_missed", "excused", "withheld", "unreported")
    return tuple(getattr(found.words, name) for name in names)


def test_every_word_is_counted_apart():
    found = total(
        [session(0), partly(1, 12), skipped(2, "weather"), skipped(3, "told-by-clinician"), withheld(4)]
    )
    assert words(found) == (5, 1, 1, 1, 1, 1, 0)
    assert (found.expected, found.attended) == (4, 2)
    assert found.lower.percent == found.upper.percent == found.projected.percent == 50.0
    assert found.reasons == {"glucose": 1, "told-by-clinician": 1, "weather": 1}


def test_not_reported_is_not_missed():
    silent, told = total([]), total([skipped(d) for d in range(5)])
    assert (silent.lower.percent, silent.upper.percent) == (0.0, 100.0)
    assert silent.projected.reason is NoNumber.NOTHING_REPORTED
    assert (told.lower.percent, told.upper.percent, told.projected.percent) == (0.0, 0.0, 0.0)
    assert words(silent)[3::3] == (0, 5)
    assert words(told)[3::3] == (5, 0)


@pytest.mark.parametrize(
    ("reported", "percent", "reason"),
    [(4, 75.0, None), (3, None, NoNumber.LOW_COVERAGE)],
)
def test_below_70_percent_coverage_nothing_is_projected(reported, percent, reason):
    found = total([*(session(d) for d in range(reported - 1)), skipped(5)])
    assert found.coverage.percent == 20.0 * reported
    assert (found.projected.percent, found.projected.reason) == (percent, reason)


@pytest.mark.parametrize(("minutes", "attended", "word"), [(10, 1, "partly"), (9, 0, "short")])
def test_half_of_the_minutes_make_a_session_that_was_cut_short_attended(minutes, attended, word):
    found = total([partly(0, minutes)])
    assert found.attended == attended
    assert getattr(found.sums, f"{word}7") == 7
    assert found.words.partly == 1
    assert found.minutes == minutes


def test_a_line_without_planned_minutes_cannot_say_what_half_of_it_is():
    plan = (version(lines=ALL_LINES),)
    found = answer([partly(0, 0, seconds={Part.RESISTANCE: 900})], plan=plan).lines[Part.RESISTANCE]
    assert (found.attended, found.words.partly) == (0, 1)
    assert found.completion.reason is found.dose_ratio.reason is NoNumber.NO_TIME_PLANNED


def test_extra_sessions_repair_no_other_week():
    found = total([session(d) for d in range(7)], 13)
    assert (found.attended, found.sums.extra, found.sums.done) == (5, 2, 7)


def test_sessions_in_a_medical_pause_are_extra_and_flagged():
    found = total([session(4), partly(5, 2), skipped(6)], pauses=(paused(3, 6),))
    assert (found.attended, found.sums.extra, found.sums.during_pause, found.minutes) == (0, 2, 2, 0)
    assert found.words.paused == 4 * 5 * SEVENTH
    assert found.words.declared_missed == 0


@pytest.mark.parametrize("kind", [PauseKind.HOLIDAY, PauseKind.OTHER])
def test_other_pauses_stay_due_and_are_excused_where_nothing_is_reported(kind):
    found = total([session(0)], pauses=(paused(0, 6, kind),))
    assert (found.expected, found.attended, found.words.excused, found.words.unreported) == (5, 1, 4, 0)
    assert (found.lower.percent, found.upper.percent) == (20.0, 100.0)


def test_a_lock_pauses_its_line_alone():
    plan = (version(lines=ALL_LINES),)
    found = answer([], plan=plan, pauses=(paused(0, 6, PauseKind.MEDICAL, Part.AEROBIC),))
    assert found.lines[Part.AEROBIC].lower.reason is NoNumber.PAUSED
    assert found.lines[Part.BALANCE].expected == 3
    assert found.total.expected == 5


def test_a_lock_counts_from_the_day_after_the_session_that_led_to_it():
    assert lock(day(0), day(0)) is None
    assert lock(day(0), day(1)) == paused(1, 1)
    assert lock(day(0), None, frozenset({Part.BALANCE})) == paused(1, None, PauseKind.MEDICAL, Part.BALANCE)


def test_a_withheld_session_is_not_expected():
    found = total([*(session(d) for d in range(4)), withheld(5)])
    assert (found.words.due, found.words.withheld, found.expected) == (5, 1, 4)
    assert found.lower.percent == 100.0
    every = total([withheld(d) for d in range(5)])
    assert every.lower.reason is NoNumber.WITHHELD


def test_what_was_done_after_all_was_neither_withheld_nor_missed():
    found = total([withheld(0), withheld(0, at=9.2), skipped(0, at=10.0), session(0, at=17.0)])
    assert (found.sums.done, found.sums.withheld, found.sums.missed, found.expected) == (1, 0, 0, 5)
    twice = total([withheld(0), withheld(0, at=15.0), skipped(0, at=18.0)])
    assert (twice.sums.withheld, twice.sums.missed, twice.expected) == (1, 0, 4)


@pytest.mark.parametrize(("apart", "sessions"), [(29, 1), (30, 2)])
def test_reports_less_than_30_minutes_apart_are_one_session(apart, sessions):
    found = total([session(0, 20), session(0, 15, at=9 + apart / 60)])
    assert found.sums.done == sessions
    assert found.minutes == (20 if sessions == 1 else 35)


def test_of_two_reports_the_best_known_counts_and_the_other_fills_its_gaps():
    device = session(0, 14, evidence=EvidenceLevel.DEVICE, at=9.2)
    told = session(0, 30, rpe=12, rpe_scale=RpeScale.BORG)
    found = total([told, device])
    assert (found.minutes, found.sums.rated, found.sums.in_band) == (14, 1, 1)
    assert found.by_evidence[EvidenceLevel.DEVICE] == 1
    assert found.by_evidence[EvidenceLevel.SELF_REPORT] == 0
    linked = [session(0, 14, evidence=EvidenceLevel.DEVICE, at=15.0, group="g"), session(0, 30, group="g")]
    assert (total(linked).sums.done, total(linked).minutes) == (1, 14)


def test_a_chain_of_reports_never_makes_two_sessions_one():
    skip, first, second = skipped(0, at=9.0), session(0, at=9.33), session(0, at=9.9)
    assert total([first, second]).sums.done == 2
    assert total([skip, first, second, partly(0, 1, at=9.6)]).sums.done == 2


def test_reports_near_each_other_on_two_days_stay_two():
    assert total([session(0, at=23.9), session(1, at=0.1)]).sums.done == 2


@pytest.mark.parametrize(("mets", "minutes"), [(3.0, 20), (2.9, 0), (None, 0)])
def test_unplanned_activity_counts_minutes_from_3_met_and_no_session(mets, minutes):
    found = total([session(0, planned=False, mets=mets)])
    assert (found.attended, found.minutes, found.sums.unplanned) == (0, minutes, minutes // 20)


def test_a_watch_that_saw_the_planned_walk_adds_nothing():
    found = total([session(0), session(0, 25, at=9.1, planned=False, mets=4.0)])
    assert (found.sums.done, found.sums.unplanned, found.minutes) == (1, 0, 20)


@pytest.mark.parametrize(
    ("rpe", "scale", "in_band", "above"),
    [
        (10, RpeScale.BORG, 1, 0),
        (9, RpeScale.BORG, 0, 0),
        (14, RpeScale.BORG, 1, 0),
        (15, RpeScale.BORG, 0, 1),
        (4, RpeScale.ZERO_TO_TEN, 1, 0),
        (3, RpeScale.ZERO_TO_TEN, 0, 0),
        (6, RpeScale.ZERO_TO_TEN, 1, 0),
        (7, RpeScale.ZERO_TO_TEN, 0, 1),
    ],
)
def test_exertion_is_held_to_its_own_scale(rpe, scale, in_band, above):
    found = total([session(0, rpe=rpe, rpe_scale=scale), session(1)])
    assert (found.sums.rated, found.sums.in_band, found.sums.above_band) == (1, in_band, above)
    assert found.intensity.percent == 100.0 * in_band


def test_without_a_target_or_a_rating_there_is_no_intensity():
    plan = (version(lines={Part.BALANCE: BALANCE}),)
    rated = session(0, seconds={Part.BALANCE: 600}, rpe=12, rpe_scale=RpeScale.BORG)
    assert total([rated], plan=plan).intensity.reason is NoNumber.NOT_RATED
    assert total([session(0)]).intensity.reason is NoNumber.NOT_RATED


def test_each_line_counts_its_own_sessions():
    plan = (version(lines=ALL_LINES),)
    both = {Part.AEROBIC: 1200, Part.BALANCE: 600, Part.FLEXIBILITY: 300}
    found = answer([session(0, seconds=both), session(1, seconds={}, total_seconds=900)], plan=plan)
    assert list(found.lines) == [Part.AEROBIC, Part.RESISTANCE, Part.BALANCE]
    assert [one.attended for one in found.lines.values()] == [2, 0, 1]
    assert [one.minutes for one in found.lines.values()] == [35, 0, 10]
    assert (found.total.expected, found.total.attended) == (10, 3)


def test_a_report_that_names_no_line_is_of_the_line_with_most_sessions():
    plan = (version(lines={Part.RESISTANCE: ALL_LINES[Part.RESISTANCE], Part.BALANCE: BALANCE}),)
    assert answer([skipped(0, seconds={})], plan=plan).lines[Part.BALANCE].sums.missed == 1
    assert counted([session(0, seconds={})], plan=(version(lines={}),)) == ()


def test_a_day_belongs_to_the_version_valid_that_day():
    plan = (version(0, None, 1), version(10, None, 2, {Part.AEROBIC: PlannedLine(per_week=7, seconds=600)}))
    rows = counted([session(9), session(10)], 16, plan=plan)
    assert [(row.number, row.week, row.starts, row.days.bit_count(), row.done) for row in rows] == [
        (1, 1, day(0), 7, 0),
        (1, 2, day(7), 3, 1),
        (2, 1, day(10), 7, 1),
    ]
    assert adherence(TABLES, rows, day(16)).total.expected == 5 + 15 * SEVENTH + 7


def test_of_two_versions_from_one_day_the_higher_number_is_valid():
    plan = (version(0, 20, 2), version(0, None, 1))
    assert {row.number for row in counted([], 30, plan=plan)} == {2}


def test_days_to_come_are_not_due():
    rows = counted([session(0), session(1)], 27)
    assert adherence(TABLES, rows, day(1)).total.lower.percent == 100.0
    assert adherence(TABLES, rows, day(1)).total.expected == 10 * SEVENTH
    assert adherence(TABLES, rows, day(-1)).total.lower.reason is NoNumber.NOT_STARTED


def test_without_a_plan_the_answer_says_so():
    rows = counted([session(-9)], -2, first=-10)
    assert rows == ()
    early = adherence(TABLES, rows, day(9), absent=absence(PLAN, day(-2)))
    assert early.total.lower.reason is early.total.completion.reason is NoNumber.NOT_STARTED
    late = adherence(TABLES, (), day(9), absent=absence((version(0, 1),), day(5)))
    assert late.total.lower.reason is NoNumber.NO_PRESCRIPTION
    assert late.total.words.due == late.total.sums.extra == 0
    assert late.lines == {}


def test_silence_is_counted_from_the_last_person_that_was_heard_of():
    late = session(0, contact=day(3))
    found = total([late, session(5, evidence=EvidenceLevel.DEVICE)], today=9)
    assert (found.last_contact, found.days_silent) == (day(3), 6)
    assert total([session(5, evidence=EvidenceLevel.DEVICE)]).days_silent is None


def test_over_doing_is_counted_wherever_it_falls():
    found = total([session(0, over_dose=True), session(5, over_dose=True)], pauses=(paused(4, 6),))
    assert found.sums.over_dose == 2


def test_pain_fear_and_feet_are_findings():
    reasons = ("pain", "fear-of-falling", "foot-problem", "motivation")
    found = total([skipped(place, reason) for place, reason in enumerate(reasons)])
    assert (found.findings, sum(found.reasons.values())) == (3, 4)


def test_an_untold_length_is_told_apart_from_none():
    found = total([session(0, seconds={Part.AEROBIC: None}), session(1, 0)])
    assert (found.sums.untold, found.minutes, found.attended) == (1, 0, 2)


@pytest.mark.parametrize(
    ("sessions", "pauses", "band"),
    [
        ([session(d) for d in range(4)], (), Band.MET),
        ([session(d) for d in range(3)], (), Band.PARTIAL),
        ([session(d) for d in range(2)], (), Band.NOT_REPORTED),
        ([], (), Band.NOT_REPORTED),
        ([session(0), session(1), *(skipped(d) for d in (2, 3, 4))], (), Band.LOW),
        ([skipped(d) for d in range(2)], (), Band.NOT_REPORTED),
        ([skipped(d) for d in range(3)], (), Band.LOW),
        ([], (paused(0, 6),), Band.PAUSED),
        ([], (paused(2, 6),), Band.NOT_CLASSIFIED),
        ([session(0)], (paused(3, 6),), Band.NOT_REPORTED),
        ([withheld(d) for d in range(5)], (), Band.NOT_CLASSIFIED),
    ],
)
def test_a_week_is_low_only_where_no_missing_report_could_change_it(sessions, pauses, band):
    rows = counted(sessions, pauses=pauses)
    (week,) = weeks(TABLES, rows, day(6))
    assert week.total.band is band
    assert week.lines[Part.AEROBIC].band is band


def test_the_strip_shows_weeks_that_have_begun():
    plan = (version(0, 9, lines=ALL_LINES), version(10, None, 2))
    found = weeks(TABLES, counted([], 40, plan=plan), day(11))
    assert [(one.number, one.week, one.first, one.last) for one in found] == [
        (1, 1, day(0), day(6)),
        (1, 2, day(7), day(9)),
        (2, 1, day(10), day(16)),
    ]
    assert list(found[0].lines) == [Part.AEROBIC, Part.RESISTANCE, Part.BALANCE]
    assert found[2].total.band is Band.NOT_CLASSIFIED


def test_a_number_opens_to_its_sessions():
    done = [session(d) for d in range(6)]
    sessions = [*done, session(6, at=8, over_dose=True), skipped(7), withheld(8), session(12)]
    window = {"first": day(0), "last": day(13), "today": day(13)}
    found = opened(TABLES, PLAN, (paused(12, 12),), sessions, **window)
    ids = {
        number: [name for one in found if one.stands_behind(number) for name in one.ids] for number in Behind
    }
    assert ids[Behind.ATTENDED] == [one.id for one in sessions[:7]]
    assert ids[Behind.EXTRA] == [done[5].id, sessions[6].id, sessions[9].id]
    assert ids[Behind.DURING_PAUSE] == [sessions[9].id]
    assert ids[Behind.DECLARED_MISSED] == [sessions[7].id]
    assert ids[Behind.WITHHELD] == [sessions[8].id]
    assert ids[Behind.OVER_DOSE] == [sessions[6].id]
    assert ids[Behind.REPORTED] == [one.id for one in sessions[:8]]
    assert ids[Behind.MINUTES] == ids[Behind.ATTENDED]


def test_numbers_come_from_sums_wherever_they_were_added_up():
    rows = counted([session(0), skipped(1, "pain")], 20)
    sums = summed(week_sums(row, day(20)) for row in rows)
    here = adherence(TABLES, rows, day(20)).total
    assert numbers_of(TABLES, sums, {"pain": 1}, day(1), today=day(20)) == here
    assert summed(()) == NONE


def test_the_lines_of_a_dose():
    doses = dosed().doses
    lines = planned_lines(doses, RELEASE.dosing.exertion)
    aerobic = lines[Part.AEROBIC]
    assert (aerobic.per_week, aerobic.seconds) == (doses.aerobic.days_per_week, 60 * doses.aerobic.minutes)
    assert aerobic.bands[RpeScale.BORG] == (doses.aerobic.rpe_low, doses.aerobic.rpe_high)
    assert aerobic.bands[RpeScale.ZERO_TO_TEN] == (4, 6)
    assert lines[Part.RESISTANCE].seconds is None
    assert lines[Part.BALANCE].seconds == 60 * doses.balance.minutes
    assert not lines[Part.BALANCE].bands


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: PlannedLine(per_week=8), "out-of-range"),
        (lambda: PlannedLine(per_week=1, seconds=0), "out-of-range"),
        (lambda: paused(3, 2), "not-in-order"),
        (lambda: session(0, rpe=12), "incomplete"),
        (lambda: session(0, withheld=True), "contradiction"),
        (lambda: session(0, seconds={Part.FUNCTIONAL: 60}), "no-such-line"),
        (lambda: session(0, began=datetime(2026, 3, 4)), "no-offset"),  # noqa: DTZ001 - the very fault
    ],
)
def test_what_does_not_fit_is_refused(make, code):
    with pytest.raises(ValueRefused) as refused:
        make()
    assert refused.value.code == code


def test_half_a_tenth_is_rounded_up():
    assert [tenths(Fraction(places, 100)) for places in (5, 14, 15, 9995)] == [0.1, 0.1, 0.2, 100.0]


def test_the_zone_of_the_clock_is_not_the_day():
    late = session(0, at=23.5)
    assert late.began.tzinfo is UTC
    moved = session(0, began=late.began + timedelta(hours=3))
    assert [row.done for row in counted([moved])] == [1]
    assert moved.day == date(2026, 3, 4)
    assert moved.status is SessionStatus.DONE
