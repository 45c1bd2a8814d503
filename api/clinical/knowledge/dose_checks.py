"""Whether the dose tables are complete, name what exists, and never give more at a higher risk."""

from collections.abc import Collection, Container, Iterator
from itertools import pairwise, product

from api.clinical.criteria import Always
from api.clinical.dosing import AerobicStart, Dosing, ResistanceStart
from api.clinical.errors import KnowledgeFault
from api.clinical.fitt import Aerobic, FitnessClass, RiskClass
from api.clinical.knowledge import dose_file, progression_file
from api.clinical.ladder import weeks_to
from api.clinical.pacing import Pacing, Regression
from api.clinical.release import Release
from api.clinical.statements import Statement

_DOSED = (RiskClass.A, RiskClass.B, RiskClass.C)


def check_doses(release: Release) -> None:
    """Hold the tables of a release together.

    Raises:
        KnowledgeFault: naming file, entry and what is wrong with it.
    """
    dosing, pacing = release.dosing, release.pacing
    _check_names(release)
    _check_conditions(dosing)
    _check_grid(dosing)
    _check_order(dosing)
    if set(pacing.aerobic.least_minutes) != set(_DOSED):
        raise _fault(pacing.aerobic, "least_minutes", "must give every class but d-x", progression_file.FILE)
    _check_weeks(dosing, pacing)
    for longer, shorter in pairwise(reversed(pacing.breaks)):
        if longer.from_days <= shorter.from_days or longer.minutes_percent >= shorter.minutes_percent:
            raise _fault(longer, "from_days", "a longer break leaves less", progression_file.FILE)


def _fault(entry: Statement, place: str, detail: str, file: str = dose_file.FILE) -> KnowledgeFault:
    return KnowledgeFault(file, entry.id, place, detail)


def _check_names(release: Release) -> None:
    for entry, place, kind, names in _named(release.dosing, release.pacing):
        known: Container[str] = {
            "exercise": release.exercise_positions,
            "level": release.dosing.balance.levels,
            "tag": release.tagged,
            "rule": release.rules_by_id,
            "fact": release.facts,
        }[kind]
        for name in sorted(names):
            if name not in known:
                file = progression_file.FILE if isinstance(entry, Regression) else dose_file.FILE
                raise _fault(entry, place, f"there is no {kind} {name!r}", file)


def _named(dosing: Dosing, pacing: Pacing) -> Iterator[tuple[Statement, str, str, Collection[str]]]:
    """What the tables name: entry, place, kind of name, names."""
    yield dosing.balance, "levels", "exercise", dosing.balance.levels
    yield dosing.balance, "only_supervised", "level", dosing.balance.only_supervised
    yield dosing.foot_ankle, "exercises", "exercise", dosing.foot_ankle.exercises
    yield dosing.flexibility, "ankle_circles", "exercise", [dosing.flexibility.ankle_circles]
    yield dosing.foot_cap_blocked, "tag", "tag", [dosing.foot_cap_blocked.tag]
    yield dosing.heart_rate, "forbidden_by", "rule", dosing.heart_rate.forbidden_by
    yield dosing.heart_rate, "measured_allowed_by", "rule", dosing.heart_rate.measured_allowed_by
    for start in dosing.balance_starts:
        yield start, "level", "level", [start.level]
    for limit in dosing.limits:
        yield limit, "rules", "rule", limit.rules
        yield limit, "leave_out", "tag", limit.leave_out
        yield limit, "closes", "tag", [limit.closes] if limit.closes else []
    for bound in dosing.heart_rate_limits:
        yield bound, "fact", "fact", [bound.fact]
    for regression in (pacing.dizziness, pacing.feet):
        yield regression, "closes", "tag", regression.closes


def _check_conditions(dosing: Dosing) -> None:
    for entries in (dosing.balance_starts, dosing.frames):
        if entries[-1].when != Always():
            raise _fault(entries[-1], "when", "the last of a list always holds")
    for condition in dosing.risk_classes:
        if (condition.when is None) is not condition.on_clearance:
            raise _fault(condition, "when", "is said over facts or over clearances, one of the two")
        if condition.risk not in {RiskClass.B, RiskClass.C} or condition.unknown > condition.risk:
            raise _fault(condition, "risk", "is d-b or d-c, and unknown is no worse")
    for limit in dosing.limits:
        if not limit.rules and limit.when is None and limit.closes is None:
            raise _fault(limit, "when", "says nowhere when it applies")
    if set(dosing.fitness.from_minutes) != set(FitnessClass) - {FitnessClass.F0}:
        raise _fault(dosing.fitness, "from_minutes", "must give every class but f0")
    if set(dosing.exertion.upper_on_0_10) < set(range(9, 15)):
        raise _fault(dosing.exertion, "upper_on_0_10", "must give 9 to 14")


def _check_grid(dosing: Dosing) -> None:
    cells = [(start.fitness, start.risk) for start in dosing.aerobic_starts]
    if sorted(cells) != sorted(product(FitnessClass, _DOSED)):
        raise _fault(dosing.aerobic, "aerobic_starts", "must give each fitness at each risk once")
    if sorted(start.risk for start in dosing.resistance_starts) != sorted(_DOSED):
        raise KnowledgeFault(dose_file.FILE, "resistance_starts", "risk", "must give each risk once")


def _check_order(dosing: Dosing) -> None:
    for milder, stricter in pairwise(_DOSED):
        for fitness in FitnessClass:
            more, less = (dosing.aerobic_start(fitness, risk) for risk in (milder, stricter))
            if any(high < low for high, low in zip(_amounts(more), _amounts(less), strict=True)):
                raise _fault(less, "minutes", "gives more than the class below")
        stronger, weaker = (dosing.resistance_start(risk) for risk in (milder, stricter))
        pairs = zip(_strengths(stronger), _strengths(weaker), strict=True)
        if any(high < low for high, low in pairs):
            raise _fault(weaker, "exercises", "gives more than the class below")
    for lower, higher in pairwise(FitnessClass):
        for risk in _DOSED:
            less, more = (dosing.aerobic_start(fitness, risk) for fitness in (lower, higher))
            if any(high < low for high, low in zip(_amounts(more), _amounts(less), strict=True)):
                raise _fault(more, "minutes", "gives less than the fitness below")


def _amounts(start: AerobicStart) -> tuple[int, ...]:
    weekly = start.minutes * start.days_per_week
    return weekly, start.minutes, start.days_per_week, start.rpe.high


def _strengths(start: ResistanceStart) -> tuple[int, ...]:
    ends = (start.days_per_week, start.exercises, start.sets, start.rpe)
    return (*(end.low for end in ends), *(end.high for end in ends), start.reps.high, start.load_percent or 0)


def _check_weeks(dosing: Dosing, pacing: Pacing) -> None:
    """The printed weeks are what the algorithm of progression gives."""
    table = dosing.aerobic
    for start in dosing.aerobic_starts:
        dose = Aerobic(
            minutes=start.minutes,
            days_per_week=start.days_per_week,
            rpe_low=start.rpe.low,
            rpe_high=start.rpe.high,
        )
        printed = {table.floor_minutes: start.weeks_to_floor, table.minimum_minutes: start.weeks_to_minimum}
        for weekly, weeks in printed.items():
            found = weeks_to(pacing, start.risk, dose, weekly)
            if found != weeks:
                raise _fault(start, "weeks", f"{weekly} minutes take {found} weeks, not {weeks}")
