"""The next dose from reports: the printed runs, what earns a step, what takes one back, and laws."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.clinical.errors import ValueRefused
from api.clinical.fitt import Aerobic, Balance, Doses, Frame, Part, Resistance, RiskClass, RpeScale, Steps
from api.clinical.ladder import interval_weeks, stepped
from api.clinical.movement import Current, StepKind
from api.clinical.progression import next_dose
from api.clinical.reports import ORDER, Fall, FootFinding, Report, ReportLevel, SessionStatus
from tests.clinical.builders import RELEASE

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
OPEN = frozenset(exercise.id for exercise in RELEASE.exercises)
AEROBIC = Aerobic(minutes=15, days_per_week=4, rpe_low=11, rpe_high=13)
DOSES = Doses(
    frame=Frame(warm_up_minutes=5, cool_down_minutes=5, sit_minutes=2),
    aerobic=AEROBIC,
    resistance=Resistance(
        days_per_week=2,
        exercises=6,
        sets=1,
        sets_at_most=2,
        reps_low=10,
        reps_high=15,
        reps_in_reserve=3,
        rpe_low=12,
        rpe_high=13,
        rest_seconds=90,
        load_percent=60,
    ),
    balance=Balance(days_per_week=2, minutes=10, level="semi-tandem", holds=3, hold_seconds=30),
    steps=Steps(rise=250, ceiling=1000, raise_by=250, every_weeks=2, baseline=4000, needs_sign_off=False),
)


def current(**changes):
    """A dose that began on the first day, at the lowest risk, with everything open."""
    given = {
        "doses": DOSES,
        "risk": RiskClass.A,
        "since": START,
        "started_on": START.date(),
        "check_valid_until": START + 300 * DAY,
        "open_exercises": OPEN,
        "fall_risk": "low",
    }
    return Current(**{**given, **changes})


def report(day, **said):
    """A session done as planned, so many days after the start."""
    at = START + day * DAY + HOUR
    given = {
        "id": f"r{day:03}",
        "performed_at": at,
        "status": SessionStatus.DONE,
        "minutes": 15,
        "rpe": 12,
        "rpe_scale": RpeScale.BORG,
    }
    return Report(**{**given, **said})


def week(first=0, sessions=4, **said):
    """Sessions on the first days of a week."""
    return [report(first + day, **said) for day in range(sessions)]


def after(days, reports, **changes):
    """What comes so many days after the start."""
    return next_dose(RELEASE, current(**changes), reports, START + days * DAY)


def whys(answer):
    return [reason.why.id for reason in answer.reasons]


def tasks(answer):
    return {task.id for task in answer.tasks}


def fields(answer):
    return {change.field for change in answer.changes}


# The printed runs


@pytest.mark.parametrize(
    ("risk", "minutes", "run"),
    [
        (
            "d-a",
            10,
            [
                "10x3",
                "10x4",
                "10x5",
                "12x5",
                "14x5",
                "16x5",
                "18x5",
                "20x5",
                "22x5",
                "24x5",
                "26x5",
                "28x5",
                "30x5",
            ],
        ),
        ("d-c", 5, ["5x3", "5x4", "5x5", "6x5", "7x5", "8x5", "9x5", "10x5", "11x5", "12x5"]),
    ],
)
def test_the_printed_runs(risk, minutes, run):
    dose = Aerobic(minutes=minutes, days_per_week=3, rpe_low=9, rpe_high=11)
    seen = [f"{dose.minutes}x{dose.days_per_week}"]
    while len(seen) < len(run):
        dose = stepped(RELEASE.pacing, RiskClass(risk), dose, 150)
        seen.append(f"{dose.minutes}x{dose.days_per_week}")
    assert seen == run


def test_at_the_highest_risk_steps_come_every_two_weeks_from_sixty_minutes():
    assert [interval_weeks(RELEASE.pacing, RiskClass.C, minutes) for minutes in (59, 60)] == [1, 2]
    assert interval_weeks(RELEASE.pacing, RiskClass.B, 150) == 1


# What earns a step


def test_a_full_week_earns_one_step():
    answer = after(7, week())
    assert answer.kind is StepKind.PROGRESS
    assert (answer.doses.aerobic.minutes, answer.doses.aerobic.days_per_week) == (14, 5)
    assert answer.attendance_percent == 100
    assert (answer.interval[0].isoformat(), answer.interval[1].isoformat()) == ("2026-03-02", "2026-03-09")
    assert not answer.needs_clinician
    assert all(change.why for change in answer.changes)


@pytest.mark.parametrize(
    ("reports", "why"),
    [
        (week(sessions=3), "step-attendance"),
        (week(sessions=1), "step-attendance"),
        ([], "step-attendance"),
        (week(rpe=14), "step-earned"),
        (week(rpe=None, rpe_scale=None), "step-earned"),
        (week(rpe=7, rpe_scale=RpeScale.ZERO_TO_TEN), "step-earned"),
        ([*week(sessions=3), report(3, level=ReportLevel.REVIEW)], "hold-review"),
        (
            [*week(sessions=2), report(2, level=ReportLevel.WATCH), report(3, level=ReportLevel.WATCH)],
            "step-attendance",
        ),
    ],
)
def test_what_does_not_earn_a_step(reports, why):
    answer = after(7, reports)
    assert answer.kind is StepKind.HOLD
    assert answer.doses == DOSES
    assert answer.changes == ()
    assert why in whys(answer)


@pytest.mark.parametrize(
    "reports",
    [
        week(rpe=13),
        week(rpe=6, rpe_scale=RpeScale.ZERO_TO_TEN),
        [*week(sessions=3), report(3, level=ReportLevel.WATCH)],
        [*week(sessions=3), report(3, status=SessionStatus.PARTIAL, minutes=8, planned_minutes=15)],
        [*week(sessions=2, rpe=13), report(2, rpe=13), report(3, rpe=15)],
    ],
)
def test_what_still_earns_a_step(reports):
    assert after(7, reports).kind is StepKind.PROGRESS


def test_a_session_cut_short_before_half_does_not_count():
    short = report(3, status=SessionStatus.PARTIAL, minutes=7, planned_minutes=15)
    assert after(7, [*week(sessions=3), short]).attendance_percent == 75


def test_a_week_that_is_not_over_earns_nothing():
    answer = after(6, week())
    assert whys(answer) == ["hold-too-early"]
    assert answer.next_review.isoformat() == "2026-03-09"


def test_more_sessions_in_one_week_do_not_repair_another():
    strict = replace(DOSES, aerobic=replace(AEROBIC, minutes=15, days_per_week=4))
    answer = after(14, [*week(sessions=7), report(8)], doses=strict, risk=RiskClass.C)
    assert answer.attendance_percent == pytest.approx(62.5)


def test_days_on_which_sessions_were_withheld_leave_the_count():
    away = frozenset((START + day * DAY).date() for day in range(3, 7))
    answer = after(7, week(sessions=2), withheld_days=away)
    assert answer.attendance_percent == 100
    whole = frozenset((START + day * DAY).date() for day in range(7))
    nothing = after(7, week(sessions=2), withheld_days=whole)
    assert nothing.attendance_percent is None
    assert nothing.kind is StepKind.HOLD


def test_without_a_valid_check_nothing_rises():
    answer = after(7, week(), check_valid_until=START + 7 * DAY)
    assert answer.kind is StepKind.HOLD
    assert whys(answer) == ["hold-check-over"]
    assert after(7, week(), risk=RiskClass.X).kind is StepKind.HOLD


def test_two_weeks_below_half_take_a_fifth_off_and_ask_for_contact():
    sparse = [report(0), report(8)]
    answer = after(14, sparse)
    assert answer.kind is StepKind.REGRESS
    assert answer.doses.aerobic.minutes == 12
    assert "contact" in tasks(answer)
    assert after(7, [report(0)]).kind is StepKind.HOLD


# The other parts


def test_exertion_rises_after_four_weeks_at_the_ceiling_and_never_above_thirteen():
    full = replace(DOSES, aerobic=replace(AEROBIC, minutes=30, days_per_week=5, rpe_low=11, rpe_high=12))
    done = [one for start in range(0, 28, 7) for one in week(start, 5)]
    answer = after(28, done, doses=full)
    assert answer.doses.aerobic.rpe_high == 13
    assert "resistance.sets" not in fields(answer)
    assert after(21, done, doses=full).doses.aerobic.rpe_high == 12
    at_most = replace(full, aerobic=replace(full.aerobic, rpe_high=13))
    assert after(28, done, doses=at_most).doses.aerobic.rpe_high == 13
    assert after(28, done, doses=full, rpe_at_most=12).doses.aerobic.rpe_high == 12
    careful = after(28, done, doses=full, risk=RiskClass.C)
    assert careful.needs_clinician
    assert not answer.needs_clinician


def test_a_clinician_may_raise_the_ceiling():
    full = replace(DOSES, aerobic=replace(AEROBIC, minutes=30, days_per_week=5))
    assert after(7, week(sessions=5), doses=full).doses.aerobic.weekly_minutes == 150
    assert after(7, week(sessions=5), doses=full, ceiling_minutes=200).doses.aerobic.weekly_minutes == 165


def test_strength_earns_sets_before_load():
    strong = week(spare_reps=2)
    assert after(7, strong).doses.resistance.sets == 2
    complete = replace(DOSES, resistance=replace(DOSES.resistance, sets=2))
    loaded = after(7, strong, doses=complete).doses.resistance
    assert (loaded.sets, loaded.leg_load_percent, loaded.arm_load_percent) == (2, 105.0, 102.5)
    assert after(7, week(spare_reps=1)).doses.resistance == DOSES.resistance
    last_weak = [*week(sessions=3, spare_reps=2), report(3, spare_reps=1)]
    assert after(7, last_weak).doses.resistance == DOSES.resistance


def test_balance_earns_the_next_level_that_is_open():
    held = week(balance_held=True)
    assert after(7, held).doses.balance.level == "tandem-stand"
    assert after(7, held, open_exercises=OPEN - {"tandem-stand"}).doses.balance.level == "semi-tandem"
    unsure = [*week(sessions=3, balance_held=True), report(3, balance_held=False)]
    assert after(7, unsure).doses.balance.level == "semi-tandem"
    near = [*week(sessions=3, balance_held=True), report(3, balance_held=True, fall=Fall.NEAR_FALL)]
    assert after(7, near).doses.balance.level == "semi-tandem"


@pytest.mark.parametrize(
    ("fall_risk", "supervised", "level"),
    [
        ("high", False, "single-leg-supported"),
        (None, False, "single-leg-supported"),
        ("high", True, "tandem-walk"),
        ("moderate", False, "tandem-walk"),
    ],
)
def test_hard_levels_need_supervision_at_a_high_or_unknown_fall_risk(fall_risk, supervised, level):
    doses = replace(DOSES, balance=replace(DOSES.balance, level="single-leg-supported"))
    held = week(balance_held=True)
    answer = after(7, held, doses=doses, fall_risk=fall_risk, supervised=supervised)
    assert answer.doses.balance.level == level


def test_steps_rise_every_two_weeks_up_to_their_ceiling():
    both = [*week(), *week(7)]
    assert after(7, week()).doses.steps.rise == 250
    answer = after(14, both)
    assert (answer.doses.steps.rise, answer.doses.steps.raised_on.isoformat()) == (500, "2026-03-16")
    for steps in (
        replace(DOSES.steps, rise=1000),
        replace(DOSES.steps, baseline=None),
        replace(DOSES.steps, raised_on=(START + 7 * DAY).date()),
    ):
        assert after(14, both, doses=replace(DOSES, steps=steps)).doses.steps == steps
    signed = replace(DOSES, steps=replace(DOSES.steps, ceiling=500, needs_sign_off=True))
    assert after(14, both, doses=signed).needs_clinician


# What takes a dose back


@pytest.mark.parametrize(
    ("minutes", "left", "rpe"), [(120, 14, 13), (121, 12, 12), (1440, 12, 12), (1441, 9, 12)]
)
def test_pain_after_a_session(minutes, left, rpe):
    answer = after(7, [*week(sessions=3), report(3, pain_after_min=minutes)])
    assert (answer.doses.aerobic.minutes, answer.doses.aerobic.rpe_high) == (left, rpe)
    assert ("pain-review" in tasks(answer)) is (minutes > 1440)


def test_pain_after_two_of_the_last_three_sessions_brings_the_easier_exercise():
    sore = [report(0, pain_after_min=150), report(2), report(4, pain_after_min=150)]
    answer = after(5, sore)
    assert answer.doses.aerobic.minutes == 9
    assert Part.AEROBIC in answer.easier_parts
    rare = [report(0, pain_after_min=150), report(1), report(2), report(4, pain_after_min=150)]
    assert after(5, rare).doses.aerobic.minutes == 12


def test_pain_takes_back_only_the_part_that_hurt():
    answer = after(5, [report(1, pain_after_min=200, pain_parts=frozenset({Part.BALANCE}))])
    assert fields(answer) == {"balance.minutes"}
    assert answer.doses.balance.minutes == 8


@pytest.mark.parametrize(
    ("scale", "rpe", "minutes"),
    [
        (RpeScale.BORG, 16, 13),
        (RpeScale.BORG, 15, 15),
        (RpeScale.ZERO_TO_TEN, 8, 13),
        (RpeScale.ZERO_TO_TEN, 7, 15),
    ],
)
def test_exertion_far_above_plan_in_two_sessions(scale, rpe, minutes):
    hard = [report(day, rpe=rpe, rpe_scale=scale) for day in (0, 2)]
    assert after(3, hard).doses.aerobic.minutes == minutes
    assert after(3, hard[:1]).doses.aerobic.minutes == 15


def test_after_dizziness_work_is_seated_until_a_test():
    dizzy = [*week(sessions=3), report(3, dizziness=True)]
    answer = after(7, dizzy)
    assert answer.kind is StepKind.HOLD
    (restriction,) = answer.restrictions
    assert (restriction.tags, restriction.until) == ({"upright"}, None)
    assert "orthostatic-test" in tasks(answer)
    settled = after(7, dizzy, settled_at=START + 5 * DAY)
    assert settled.restrictions[0].until.isoformat() == "2026-03-12"
    assert after(14, [*dizzy, *week(7)], settled_at=START + 5 * DAY).kind is StepKind.PROGRESS
    assert after(14, [*dizzy, *week(7)]).kind is StepKind.HOLD


@pytest.mark.parametrize("foot", [FootFinding.REDNESS_LONG, FootFinding.BLISTER])
def test_a_finding_on_a_foot_stops_weight_bearing(foot):
    answer = after(7, [*week(sessions=3), report(3, foot=foot)])
    assert answer.kind is StepKind.HOLD
    assert answer.restrictions[0].tags == {"weight-bearing", "partial-weight-bearing", "foot-strap"}
    assert "foot-review" in tasks(answer)


def test_short_redness_is_only_watched():
    assert after(7, [*week(sessions=3), report(3, foot=FootFinding.REDNESS_SHORT)]).kind is StepKind.PROGRESS


def test_weakness_takes_load_off_and_holds_for_two_weeks():
    answer = after(7, [*week(sessions=3), report(3, weak_over_48h=True)])
    assert answer.kind is StepKind.REGRESS
    assert answer.doses.resistance.leg_load_percent == 70
    lighter = current(doses=answer.doses, since=START + 7 * DAY)
    old = [report(3, weak_over_48h=True), *week(7)]
    assert next_dose(RELEASE, lighter, old, START + 14 * DAY).kind is StepKind.HOLD
    assert next_dose(RELEASE, lighter, [*old, *week(14)], START + 21 * DAY).kind is StepKind.PROGRESS


def test_a_fall_takes_balance_one_level_down():
    answer = after(5, [report(2, fall=Fall.NO_INJURY)])
    assert answer.doses.balance.level == "feet-together"
    assert "falls-review" in tasks(answer)
    closed = after(5, [report(2, fall=Fall.NO_INJURY)], open_exercises=OPEN - {"feet-together"})
    assert closed.doses.balance.level == "seated-reach"


def test_low_glucose_makes_bouts_shorter_and_holds_for_a_week():
    answer = after(5, [report(2, glucose_min_mg_dl=60)])
    assert answer.doses.aerobic.bouts == 2
    assert "insulin-review" in tasks(answer)
    assert after(5, [report(2, glucose_min_mg_dl=70)]).doses.aerobic.bouts == 1
    assert after(5, [report(2, glucose_min_mg_dl=53)]).kind is StepKind.LOCKED


def test_of_several_setbacks_the_strictest_counts():
    answer = after(5, [report(2, pain_after_min=2000, rpe=18), report(3, rpe=18)])
    assert answer.doses.aerobic.minutes == 9


# Stops


@pytest.mark.parametrize(
    "said",
    [
        {"level": ReportLevel.URGENT},
        {"level": ReportLevel.EMERGENCY},
        {"fall": Fall.INJURY},
        {"fall": Fall.HEAD_STRIKE},
        {"foot": FootFinding.OPEN},
        {"foot": FootFinding.HOT},
        {"foot": FootFinding.COLD},
        {"status": SessionStatus.SKIPPED, "level": ReportLevel.URGENT},
    ],
)
def test_what_is_urgent_locks_until_a_clinician_unlocks(said):
    reports = [*week(sessions=3), report(3, **said)]
    answer = after(7, reports)
    assert answer.kind is StepKind.LOCKED
    assert answer.doses == DOSES
    assert answer.needs_clinician
    assert answer.restrictions[0].tags == {"*"}
    assert after(7, reports, settled_at=START + 3 * DAY).kind is StepKind.LOCKED
    assert after(7, reports, settled_at=START + 6 * DAY).kind is not StepKind.LOCKED


def test_a_report_that_comes_late_locks_from_its_arrival():
    late = report(3, level=ReportLevel.URGENT, received_at=START + 6 * DAY)
    assert after(7, [late], settled_at=START + 5 * DAY).kind is StepKind.LOCKED


@pytest.mark.parametrize(
    ("days", "minutes", "kind"),
    [
        (7, 15, StepKind.HOLD),
        (8, 11, StepKind.REGRESS),
        (14, 11, StepKind.REGRESS),
        (15, 7, StepKind.REGRESS),
        (28, 7, StepKind.REGRESS),
        (29, 15, StepKind.NEW_CHECK),
    ],
)
def test_after_a_break(days, minutes, kind):
    answer = after(3 + days, [report(day) for day in range(2, 4)])
    assert (answer.kind, answer.doses.aerobic.minutes) == (kind, minutes)


def test_a_break_is_taken_off_once():
    lowered = replace(DOSES, aerobic=replace(AEROBIC, minutes=11))
    state = {"doses": lowered, "since": START + 13 * DAY}
    assert after(14, [report(3)], **state).doses.aerobic.minutes == 11
    assert after(19, [report(3)], **state).doses.aerobic.minutes == 7


def test_after_fever_a_day_without_and_half_of_the_first_session():
    ill = after(5, week(sessions=2), feverless_since=START + 4 * DAY + HOUR)
    assert ill.restrictions[0].tags == {"*"}
    well = after(6, week(sessions=2), feverless_since=START + 4 * DAY + HOUR)
    assert (well.restrictions, well.first_session_percent) == ((), 50)
    back = after(6, week(sessions=6), feverless_since=START + 4 * DAY)
    assert back.first_session_percent == 100


# Values


@pytest.mark.parametrize(
    "said",
    [
        {"rpe": 5},
        {"rpe": 11, "rpe_scale": RpeScale.ZERO_TO_TEN},
        {"rpe": 11, "rpe_scale": None},
        {"minutes": -1},
        {"performed_at": datetime(2026, 3, 2)},  # noqa: DTZ001 - that is the fault
    ],
)
def test_a_report_that_cannot_be_is_refused(said):
    with pytest.raises(ValueRefused):
        report(1, **said)


# Laws


@st.composite
def histories(draw):
    """Reports over some weeks, most of them quiet."""
    found = []
    for day in sorted(draw(st.sets(st.integers(0, 40), max_size=30))):
        chance = random.Random(draw(st.integers(0, 2**32)))
        said = {
            "rpe": chance.randint(9, 14),
            "balance_held": chance.random() < 0.8,
            "spare_reps": chance.randint(0, 4),
        }
        if chance.random() < 0.15:
            said |= chance.choice(
                [
                    {"level": chance.choice(list(ReportLevel))},
                    {"pain_after_min": chance.randint(0, 3000)},
                    {"dizziness": True},
                    {"fall": chance.choice(list(Fall))},
                    {"foot": chance.choice(list(FootFinding))},
                    {"weak_over_48h": True},
                    {"glucose_min_mg_dl": chance.randint(40, 90)},
                    {"status": SessionStatus.SKIPPED},
                ]
            )
        found.append(report(day, **said))
    return found


@st.composite
def situations(draw):
    """A dose in force."""
    minutes, days = draw(st.integers(5, 60)), draw(st.integers(1, 7))
    aerobic = Aerobic(minutes=minutes, days_per_week=days, rpe_low=9, rpe_high=draw(st.integers(9, 13)))
    level = draw(st.sampled_from(RELEASE.dosing.balance.levels))
    return current(
        doses=replace(DOSES, aerobic=aerobic, balance=replace(DOSES.balance, level=level)),
        risk=draw(st.sampled_from([RiskClass.A, RiskClass.B, RiskClass.C])),
        since=START + draw(st.integers(0, 20)) * DAY,
        ceiling_minutes=draw(st.sampled_from([150, 200, 300])),
        fall_risk=draw(st.sampled_from(["low", "moderate", "high", None])),
        settled_at=draw(st.sampled_from([None, START + 10 * DAY, START + 30 * DAY])),
    )


def answer_at(state, reports, day):
    return next_dose(RELEASE, state, reports, START + day * DAY)


@given(situations(), histories(), st.integers(0, 60))
@settings(max_examples=300, deadline=None)
def test_no_step_is_larger_than_a_step_or_passes_a_ceiling(state, reports, day):
    answer = answer_at(state, reports, day)
    before, now = state.doses.aerobic, answer.doses.aerobic
    least = RELEASE.pacing.aerobic.least_minutes[state.risk]
    most = max(least, before.weekly_minutes // 10, now.days_per_week)
    assert now.weekly_minutes <= before.weekly_minutes + most
    assert now.weekly_minutes <= max(before.weekly_minutes, state.ceiling_minutes)
    assert now.days_per_week <= before.days_per_week + 1
    assert now.rpe_high <= max(before.rpe_high, min(before.rpe_high + 1, 13))
    levels = RELEASE.dosing.balance.levels
    assert levels.index(answer.doses.balance.level) <= levels.index(state.doses.balance.level) + 1
    assert answer.doses.steps.rise <= answer.doses.steps.ceiling
    assert answer.doses.steps.rise <= state.doses.steps.rise + 250


@given(situations(), histories(), st.integers(0, 60))
@settings(max_examples=300, deadline=None)
def test_after_a_red_flag_nothing_ever_rises(state, reports, day):
    answer = answer_at(state, reports, day)
    seen = [one for one in reports if one.performed_at <= START + day * DAY]
    flagged = [one for one in seen if ORDER.index(one.level) >= ORDER.index(ReportLevel.URGENT)]
    if any(state.settled_at is None or one.performed_at > state.settled_at for one in flagged):
        assert answer.kind is StepKind.LOCKED
        assert answer.doses == state.doses


@given(situations(), histories(), st.integers(0, 60))
@settings(max_examples=200, deadline=None)
def test_the_answer_is_the_same_whatever_the_order_and_says_why(state, reports, day):
    answer = answer_at(state, reports, day)
    assert answer == answer_at(state, [*reversed(reports), *reports], day)
    assert answer.reasons
    assert all(change.why for change in answer.changes)
    assert (answer.kind in {StepKind.PROGRESS, StepKind.REGRESS}) is bool(answer.changes)
    if answer.kind is not StepKind.PROGRESS:
        assert answer.doses.aerobic.weekly_minutes <= state.doses.aerobic.weekly_minutes


@given(situations(), histories(), st.integers(0, 60), st.sampled_from(ReportLevel))
@settings(max_examples=200, deadline=None)
def test_a_worse_report_never_gives_more(state, reports, day, level):
    if not reports:
        return
    last = reports[-1]
    worse = replace(last, level=max(last.level, level, key=ORDER.index))
    plain, hard = answer_at(state, reports, day), answer_at(state, [*reports[:-1], worse], day)
    if hard.kind is not StepKind.LOCKED:
        assert hard.doses.aerobic.weekly_minutes <= plain.doses.aerobic.weekly_minutes
    assert hard.doses.aerobic.weekly_minutes <= max(
        plain.doses.aerobic.weekly_minutes, state.doses.aerobic.weekly_minutes
    )
