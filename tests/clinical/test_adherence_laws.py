"""Laws of adherence over any plan, any pauses and any reports, late, wrong, doubled or missing."""

import random
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from api.clinical.adherence import absence, adherence
from api.clinical.counted import EvidenceLevel
from api.clinical.fitt import Part, RpeScale
from api.clinical.opened import Behind, opened
from api.clinical.plan_versions import LINES, PauseKind, PlannedLine, PlanVersion
from api.clinical.reports import SessionStatus
from api.clinical.statements import Span
from api.clinical.week_counts import week_counts
from tests.clinical.adherence_cases import TABLES, counted, day, paused, session, version

LAST = 30
FEW = settings(max_examples=60, deadline=None)

planned_line = st.builds(
    PlannedLine,
    per_week=st.integers(1, 7),
    seconds=st.none() | st.sampled_from([300, 1200, 1800]),
    bands=st.sampled_from([{}, {RpeScale.BORG: Span(11, 13)}]),
)
lines = st.dictionaries(st.sampled_from(LINES), planned_line, max_size=3)
plans = st.lists(
    st.builds(
        lambda first, length, number, of: version(first, first + length, number, of),
        st.integers(-9, LAST),
        st.integers(0, LAST),
        st.integers(1, 3),
        lines,
    ),
    max_size=3,
    unique_by=lambda one: (one.first, one.number),
)
pause_lists = st.lists(
    st.builds(
        lambda first, length, kind, of: paused(first, first + length, kind, *of),
        st.integers(-3, LAST),
        st.integers(0, 12),
        st.sampled_from(PauseKind),
        st.sets(st.sampled_from(LINES), max_size=2),
    ),
    max_size=3,
)


NAMES = st.integers(0, 10**6)


@st.composite
def reports(draw, names=NAMES):
    """One report of any kind, with a name that stands once."""
    status = draw(st.sampled_from(SessionStatus))
    is_skip = status is SessionStatus.SKIPPED
    rpe = draw(st.none() | st.integers(8, 16))
    return session(
        draw(st.integers(-2, LAST + 2)),
        at=draw(st.integers(0, 95)) / 4,
        name=f"r{draw(names)}",
        status=status,
        evidence=draw(st.sampled_from(EvidenceLevel)),
        seconds=draw(
            st.dictionaries(
                st.sampled_from(LINES),
                st.none() | st.integers(0, 3000) if not is_skip else st.none(),
                max_size=3,
            )
        ),
        total_seconds=draw(st.none() | st.integers(0, 3000)),
        skip_reason=draw(st.sampled_from(["time", "pain", "told-by-clinician"])) if is_skip else None,
        withheld=is_skip and draw(st.booleans()),
        rpe=rpe,
        rpe_scale=None if rpe is None else RpeScale.BORG,
        planned=draw(st.integers(0, 4)) > 0,
        mets=draw(st.none() | st.sampled_from([2.0, 3.0, 5.0])),
        over_dose=draw(st.booleans()),
    )


report_lists = st.lists(reports(), max_size=40, unique_by=lambda one: one.id)


@st.composite
def grouped(draw):
    """Reports, some of which are known to be of one session."""
    found = draw(report_lists)
    return [replace(one, group=draw(st.sampled_from([None, None, "a", "b"]))) for one in found]


def rows(plan, pauses, sessions, first=0, last=LAST):
    return counted(sessions, last, plan=plan, pauses=pauses, first=first)


def every(plan, pauses, sessions, *, first=0, last=LAST, today=LAST):
    found = adherence(TABLES, rows(plan, pauses, sessions, first, last), day(today))
    return [found.total, *found.lines.values()]


@given(plans, pause_lists, grouped(), st.integers(-1, LAST + 9))
@FEW
def test_lower_projected_and_upper_are_in_order(plan, pauses, sessions, today):
    for one in every(plan, pauses, sessions, today=today):
        known = [share for share in (one.lower, one.projected, one.upper) if share.value is not None]
        values, percents = [share.value for share in known], [share.percent for share in known]
        assert values == sorted(values)
        assert percents == sorted(percents)
        assert all(0 <= value <= 1 for value in values)
        assert (one.lower.value is None) is (one.upper.value is None) is (one.expected == 0)


@given(plans, pause_lists, grouped(), st.integers(-1, LAST + 9))
@FEW
def test_the_words_add_up_to_what_was_due(plan, pauses, sessions, today):
    for one in every(plan, pauses, sessions, today=today):
        said = one.words
        parts = (said.done, said.partly, said.declared_missed, said.excused, said.withheld, said.unreported)
        assert said.due == sum(parts)
        assert min(parts) >= 0
        assert one.expected == said.due - said.withheld
        assert sum(one.by_evidence.values()) == one.sums.done + one.sums.partly


@given(plans, pause_lists, grouped(), st.randoms(use_true_random=False))
@FEW
def test_order_never_matters(plan, pauses, sessions, shuffler):
    mixed = list(sessions)
    shuffler.shuffle(mixed)
    assert rows(plan, pauses, mixed) == rows(plan, pauses, sessions)


@given(plans, pause_lists, grouped(), st.integers(0, 20))
@FEW
def test_a_late_report_counts_as_one_in_time(plan, pauses, sessions, late):
    later = [replace(one, contact=one.day + timedelta(days=late)) for one in sessions]
    found, wanted = rows(plan, pauses, later), rows(plan, pauses, sessions)
    assert [replace(row, contact=None) for row in found] == [replace(row, contact=None) for row in wanted]


@given(plans, pause_lists, report_lists, reports(names=st.just(-1)), reports(names=st.just(-1)))
@FEW
def test_a_corrected_report_counts_as_one_that_was_right(plan, pauses, sessions, wrong, right):
    filed = {one.id: one for one in [*sessions, wrong]}
    filed[right.id] = right
    assert rows(plan, pauses, filed.values()) == rows(plan, pauses, [right, *sessions])


@given(plans, pause_lists, report_lists)
@FEW
def test_a_week_is_counted_from_its_own_reports_alone(plan, pauses, sessions):
    for row in rows(plan, pauses, sessions):
        own = [one for one in sessions if row.starts <= one.day < row.starts + timedelta(days=7)]
        assert row in rows(plan, pauses, own)


@given(lines.filter(bool), pause_lists, report_lists, st.integers(1, 3))
@FEW
def test_windows_that_meet_at_the_end_of_a_week_add_up(of, pauses, sessions, week):
    plan, meet = (version(0, None, 1, of),), 7 * week
    apart = rows(plan, pauses, sessions, 0, meet - 1) + rows(plan, pauses, sessions, meet, 27)
    assert apart == rows(plan, pauses, sessions, 0, 27)


@given(plans, pause_lists, report_lists, st.integers(0, LAST))
@FEW
def test_rows_written_ahead_are_the_rows_of_the_day(plan, pauses, sessions, today):
    told = [one for one in sessions if one.day <= day(today)]
    ahead, now = (
        adherence(TABLES, found, day(today), absent=absence(plan, day(today)))
        for found in (rows(plan, pauses, told, last=LAST + 60), rows(plan, pauses, told, last=today))
    )
    assert ahead == now


def both(plan, pauses, sessions, more):
    """The numbers of each line without and with one more report; lines are the same in both."""
    before, after = every(plan, pauses, sessions), every(plan, pauses, [*sessions, more])
    return list(zip(before, after, strict=True))


@given(plans, pause_lists, report_lists, reports(names=st.just(-1)))
@FEW
def test_a_report_of_a_session_never_lowers_the_lower_number(plan, pauses, sessions, more):
    done = (
        more
        if more.status is not SessionStatus.SKIPPED
        else replace(more, status=SessionStatus.DONE, withheld=False, skip_reason=None)
    )
    for before, after in both(plan, pauses, sessions, done):
        if before.lower.value is not None:
            assert after.lower.value >= before.lower.value


@given(plans, pause_lists, report_lists, reports(names=st.just(-1)))
@FEW
def test_a_declared_miss_never_raises_the_upper_number_nor_moves_the_lower(plan, pauses, sessions, more):
    miss = replace(more, status=SessionStatus.SKIPPED, withheld=False, skip_reason="time")
    for before, after in both(plan, pauses, sessions, miss):
        assert after.lower == before.lower
        if before.upper.value is not None:
            assert after.upper.value <= before.upper.value


@given(plans, report_lists, pause_lists)
@FEW
def test_pauses_never_turn_no_number_into_one(plan, sessions, pauses):
    for before, after in zip(every(plan, (), sessions), every(plan, pauses, sessions), strict=True):
        if before.lower.value is None:
            assert after.lower.value is None
        if after.expected == 0:
            assert after.lower.reason is not None
            assert after.lower.percent is None


@given(plans, pause_lists, grouped())
@FEW
def test_every_count_opens_to_as_many_sessions(plan, pauses, sessions):
    window = {"first": day(0), "last": day(LAST), "today": day(LAST)}
    found = opened(TABLES, plan, pauses, sessions, **window)
    sums = every(plan, pauses, sessions)[0].sums
    wanted = {
        Behind.ATTENDED: sums.done + sums.partly,
        Behind.DONE: sums.done,
        Behind.PARTLY: sums.partly + sums.partly_short,
        Behind.DECLARED_MISSED: sums.missed,
        Behind.EXCUSED: sums.excused,
        Behind.WITHHELD: sums.withheld,
        Behind.REPORTED: sums.reported,
        Behind.RATED: sums.rated,
        Behind.IN_BAND: sums.in_band,
        Behind.EXTRA: sums.extra,
        Behind.DURING_PAUSE: sums.during_pause,
        Behind.UNPLANNED: sums.unplanned,
        Behind.OVER_DOSE: sums.over_dose,
    }
    assert {number: sum(one.stands_behind(number) for one in found) for number in wanted} == wanted
    minutes = sum(one.seconds or 0 for one in found if one.stands_behind(Behind.MINUTES))
    assert minutes == sums.seconds


def truthful(chance, per_week, pauses, weeks):
    """What was planned and what became of it, and what a truthful person reports of that."""
    true, told = [], []
    for week in range(weeks):
        for offset in sorted(chance.sample(range(7), per_week)):
            at = 7 * week + offset
            is_done = chance.random() < 0.7
            one = session(at) if is_done else session(at, 0, status=SessionStatus.SKIPPED, skip_reason="time")
            true.append(one)
            if chance.random() < 0.8:
                told.append(one)
    return true, told


@given(st.integers(1, 7), pause_lists, st.integers(0, 10**9), st.integers(0, 40))
@FEW
def test_what_is_true_lies_between_lower_and_upper(per_week, pauses, seed, last):
    chance = random.Random(seed)
    plan = (version(lines={Part.AEROBIC: PlannedLine(per_week=per_week, seconds=1200)}),)
    true, told = truthful(chance, per_week, pauses, 6)
    first = chance.randint(0, last)
    (was, *_), (said, *_) = (
        every(plan, pauses, sessions, first=first, last=last, today=last) for sessions in (true, told)
    )
    if was.lower.value is not None:
        assert said.lower.value <= was.lower.value <= said.upper.value


def test_projected_is_not_biased_where_reports_are_missing_at_random():
    chance = random.Random(20261122)
    plan = (version(lines={Part.AEROBIC: PlannedLine(per_week=5, seconds=1200)}),)
    misses = []
    for _ in range(300):
        true, told = truthful(chance, 5, (), 12)
        was, said = (every(plan, (), one, last=83, today=83)[0] for one in (true, told))
        if said.projected.value is not None:
            misses.append(said.projected.value - was.lower.value)
    assert len(misses) > 250
    assert abs(sum(misses) / len(misses)) < Fraction(1, 200)


def test_versions_of_two_prescriptions_keep_their_own_rows():
    one = version(0, 6)
    other = PlanVersion(prescription="q", number=1, first=day(7), last=None, lines=one.lines)
    found = week_counts(TABLES, (other, one), (), [session(7)], first=day(0), last=day(13))
    assert [(row.prescription, row.done) for row in found] == [("p", 0), ("q", 1)]
