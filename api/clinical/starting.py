"""The numbers with which a prescription begins: the tables, held down by the rules that fired."""

from collections.abc import Container, Iterable, Mapping
from math import ceil
from typing import Protocol, TypeVar

from api.clinical.criteria import Criterion, Values, holds
from api.clinical.dosing import Dosing
from api.clinical.fitt import (
    Aerobic,
    Balance,
    Flexibility,
    FootAnkle,
    FootCap,
    Frame,
    Resistance,
    RiskClass,
    Steps,
)
from api.clinical.limits import Bound, Limits, rule_why
from api.clinical.risk import Classes
from api.clinical.statements import Span, Why

Whys = Mapping[str, tuple[Why, ...]]


class _Conditional(Protocol):
    @property
    def when(self) -> Criterion: ...


_Entry = TypeVar("_Entry", bound=_Conditional)


def first(entries: Iterable[_Entry], values: Values) -> _Entry | None:
    """The first entry whose condition holds or cannot be excluded; entries stand strictest first."""
    return next((entry for entry in entries if holds(entry.when, values) is not False), None)


def aerobic(dosing: Dosing, classes: Classes, limits: Limits) -> tuple[Aerobic, Whys]:
    """The first aerobic dose.

    Source: specification, aerobic start (design decision).
    """
    start, shortest = dosing.aerobic_start(classes.fitness, classes.risk), dosing.aerobic.shortest_bout
    share, longest = limits.lowest("minutes_percent"), limits.lowest("bout_minutes")
    met, cap = limits.lowest("met_at_most"), limits.lowest("rpe_at_most")
    minutes = max(shortest, _of(share, start.minutes))
    bouts = 1 if longest.value is None else min(ceil(minutes / longest.value), minutes // shortest)
    exertion, held = _held(start.rpe, cap)
    dose = Aerobic(
        minutes=minutes,
        days_per_week=start.days_per_week,
        rpe_low=exertion.low,
        rpe_high=exertion.high,
        bouts=bouts,
        met_at_most=met.value,
    )
    return dose, {
        "minutes": (start.why, *share.why),
        "days_per_week": (start.why,),
        "rpe_low": (start.why, *held),
        "rpe_high": (start.why, *held),
        "bouts": (dosing.aerobic.why, *longest.why),
        "met_at_most": met.why,
    }


def resistance(dosing: Dosing, risk: RiskClass, limits: Limits, exercises: int) -> tuple[Resistance, Whys]:
    """The first strength dose, for so many exercises as are open.

    Source: specification, resistance (design decision; percentages from memory).
    """
    start, cap = dosing.resistance_start(risk), limits.lowest("rpe_at_most")
    load, reserve = limits.lowest("load_percent"), limits.highest("reps_in_reserve")
    exertion, held = _held(start.rpe, cap)
    percent = start.load_percent
    if percent is not None and load.value is not None:
        percent = min(percent, int(load.value))
    dose = Resistance(
        days_per_week=start.days_per_week.low,
        exercises=exercises,
        sets=start.sets.low,
        sets_at_most=start.sets.high,
        reps_low=start.reps.low,
        reps_high=start.reps.high,
        reps_in_reserve=max(start.reps_in_reserve, int(reserve.value or 0)),
        rpe_low=exertion.low,
        rpe_high=exertion.high,
        rest_seconds=start.rest_seconds.high,
        load_percent=percent,
    )
    whys: Whys = dict.fromkeys(Resistance.__dataclass_fields__, (start.why,))
    return dose, {
        **whys,
        "rpe_low": (start.why, *held),
        "rpe_high": (start.why, *held),
        "load_percent": (start.why, *load.why),
        "reps_in_reserve": (start.why, *reserve.why),
    }


def frame(dosing: Dosing, values: Values, limits: Limits) -> tuple[Frame, Whys]:
    """What surrounds the main part of a session.

    Source: specification, flexibility and session frame.
    """
    start = first(dosing.frames, values)
    assert start is not None, "the last frame always holds; the loader checked it"
    longer = limits.highest("cool_down_minutes")
    dose = Frame(
        warm_up_minutes=start.warm_up_minutes,
        cool_down_minutes=max(start.cool_down_minutes, int(longer.value or 0)),
        sit_minutes=start.sit_minutes,
    )
    return dose, {
        "warm_up_minutes": (start.why,),
        "cool_down_minutes": (start.why, *longer.why),
        "sit_minutes": (start.why,),
    }


def foot_cap(dosing: Dosing, values: Values, limits: Limits) -> tuple[FootCap | None, Whys]:
    """The part of the aerobic minutes that the feet may carry; None where nothing limits it.

    Source: specification, foot cap (design decision); IWGDF-P
    """
    closing = limits.closes(dosing.foot_cap_blocked.tag)
    if closing:
        blocked = (dosing.foot_cap_blocked.why, *(rule_why(finding) for finding in closing))
        none = FootCap(weight_bearing_percent=0, weeks=0, percent_after=0)
        return none, dict.fromkeys(FootCap.__dataclass_fields__, blocked)
    start = first(dosing.foot_caps, values)
    lasting, unloaded = limits.lowest("weight_bearing_percent"), limits.highest("unloaded_weeks")
    if start is None and lasting.value is None and unloaded.value is None:
        return None, {}
    share = 100 if start is None else start.weight_bearing_percent
    after = 100 if start is None else start.percent_after
    weeks = 0 if start is None else start.weeks
    share, after = (int(min(one, 100 if lasting.value is None else lasting.value)) for one in (share, after))
    if unloaded.value is not None:
        after, share, weeks = min(share, after), 0, int(unloaded.value)
    reasons = (*(() if start is None else (start.why,)), *lasting.why, *unloaded.why)
    cap = FootCap(weight_bearing_percent=share, weeks=weeks, percent_after=after)
    return cap, dict.fromkeys(FootCap.__dataclass_fields__, reasons)


def steps(dosing: Dosing, values: Values, limits: Limits, baseline: int | None) -> tuple[Steps | None, Whys]:
    """How steps rise for feet at risk; None where they are not, or may not carry more now.

    Source: IWGDF-P
    """
    plan = first(dosing.step_plans, values)
    blocked = limits.closes(dosing.foot_cap_blocked.tag) or limits.highest("unloaded_weeks").value
    if plan is None or blocked:
        return None, {}
    dose = Steps(
        rise=0 if baseline is None else plan.raise_by,
        ceiling=plan.ceiling,
        raise_by=plan.raise_by,
        every_weeks=plan.every_weeks,
        baseline=baseline,
        needs_sign_off=plan.needs_sign_off,
    )
    whys = dict.fromkeys(Steps.__dataclass_fields__, (plan.why,))
    measured_first = (plan.why, dosing.steps_baseline.why)
    return dose, whys if baseline is not None else whys | {"rise": measured_first, "baseline": measured_first}


def balance(dosing: Dosing, values: Values, open_now: Container[str]) -> tuple[Balance | None, Whys]:
    """The first balance dose, at the level of the table or the nearest easier one that is open.

    Source: SHER11; specification, balance (levels are a design decision).
    """
    start, ladder = first(dosing.balance_starts, values), dosing.balance
    assert start is not None, "the last start always holds; the loader checked it"
    downwards = reversed(ladder.levels[: ladder.levels.index(start.level) + 1])
    level = next((one for one in downwards if one in open_now), None)
    if level is None:
        return None, {}
    dose = Balance(
        days_per_week=start.days_per_week,
        minutes=start.minutes,
        level=level,
        holds=ladder.holds,
        hold_seconds=ladder.hold_seconds,
        bouts=start.bouts,
    )
    whys = dict.fromkeys(Balance.__dataclass_fields__, (start.why,))
    return dose, whys | dict.fromkeys(("holds", "hold_seconds"), (ladder.why,))


def flexibility(dosing: Dosing, open_now: Container[str]) -> tuple[Flexibility, Whys]:
    """The first dose of stretching.

    Source: specification, flexibility and session frame (from memory).
    """
    start = dosing.flexibility
    dose = Flexibility(
        days_per_week=start.days_per_week.low,
        holds=start.holds.low,
        hold_seconds=start.hold_seconds.low,
        ankle_circles_daily=start.ankle_circles in open_now,
    )
    return dose, dict.fromkeys(Flexibility.__dataclass_fields__, (start.why,))


def foot_ankle(dosing: Dosing) -> tuple[FootAnkle, Whys]:
    """The foot-ankle programme.

    Source: IWGDF-P
    """
    start = dosing.foot_ankle
    dose = FootAnkle(days_per_week=start.days_per_week.low, minutes=start.minutes.low, weeks=start.weeks.high)
    return dose, dict.fromkeys(FootAnkle.__dataclass_fields__, (start.why,))


def _of(share: Bound, minutes: int) -> int:
    return minutes if share.value is None else int(minutes * share.value) // 100


def _held(target: Span, cap: Bound) -> tuple[Span, tuple[Why, ...]]:
    """A target under a cap: what is above it goes; the band moves down where nothing else is left."""
    if cap.value is None or target.high <= cap.value:
        return target, ()
    high = int(cap.value)
    low = target.low if target.low < high else max(high - (target.high - target.low), min(9, high))
    return Span(low, high), cap.why
