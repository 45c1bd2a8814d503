"""Numbers taken back by setbacks; the strictest of several counts, they never multiply."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from api.clinical.fitt import Aerobic, Balance, Doses, FootAnkle, Part, Resistance
from api.clinical.regression import Setback
from api.clinical.statements import Why

SHORTEST = 5
LIGHTEST_RPE = 9


class Moved(NamedTuple):
    """New numbers, and why, by `part.number`."""

    doses: Doses
    why: dict[str, tuple[Why, ...]]


def taken_back(
    doses: Doses, setbacks: Sequence[Setback], levels: Sequence[str], open_exercises: Container[str]
) -> Moved:
    """The numbers after all setbacks.

    Source: specification, regression and stop.

    Args:
        doses: in force.
        setbacks: what asks to be taken back.
        levels: of balance work, easiest first.
        open_exercises: ids.
    """
    why: dict[str, tuple[Why, ...]] = {}
    return Moved(
        replace(
            doses,
            aerobic=doses.aerobic and _aerobic(doses.aerobic, setbacks, why),
            balance=doses.balance and _balance(doses.balance, setbacks, why, levels, open_exercises),
            resistance=doses.resistance and _resistance(doses.resistance, setbacks, why),
            foot_ankle=doses.foot_ankle and _foot_ankle(doses.foot_ankle, setbacks, why),
        ),
        why,
    )


def _aerobic(dose: Aerobic, setbacks: Sequence[Setback], why: dict[str, tuple[Why, ...]]) -> Aerobic:
    here = [one for one in setbacks if Part.AEROBIC in one.parts]
    left, because = _least(here)
    minutes = _shorter(dose.minutes, left)
    if minutes != dose.minutes:
        why["aerobic.minutes"] = because
    less = max((one.rpe_less for one in here), default=0)
    high = max(dose.rpe_high - less, min(LIGHTEST_RPE, dose.rpe_high))
    low = min(dose.rpe_low, high)
    for name, before, after in (("rpe_high", dose.rpe_high, high), ("rpe_low", dose.rpe_low, low)):
        if before != after:
            why[f"aerobic.{name}"] = _whys(one for one in here if one.rpe_less == less)
    shorter = [one for one in here if one.more_bouts]
    bouts = min(dose.bouts + bool(shorter), minutes // SHORTEST)
    if bouts != dose.bouts:
        why["aerobic.bouts"] = _whys(shorter) or because
    return replace(dose, minutes=minutes, rpe_low=low, rpe_high=high, bouts=bouts)


def _balance(
    dose: Balance,
    setbacks: Sequence[Setback],
    why: dict[str, tuple[Why, ...]],
    levels: Sequence[str],
    open_exercises: Container[str],
) -> Balance:
    left, because = _least(one for one in setbacks if Part.BALANCE in one.parts)
    minutes = _shorter(dose.minutes, left)
    if minutes != dose.minutes:
        why["balance.minutes"] = because
    fallen = [one for one in setbacks if one.balance_down]
    level = dose.level
    if fallen and level in levels:
        easier = reversed(levels[: levels.index(level)])
        level = next((one for one in easier if one in open_exercises), level)
    if level != dose.level:
        why["balance.level"] = _whys(fallen)
    return replace(dose, minutes=minutes, level=level)


def _resistance(dose: Resistance, setbacks: Sequence[Setback], why: dict[str, tuple[Why, ...]]) -> Resistance:
    here = [one for one in setbacks if Part.RESISTANCE in one.parts]
    left = min((one.load for one in here), default=Fraction(1))
    if left == 1:
        return dose
    because = _whys(one for one in here if one.load == left)
    why["resistance.leg_load_percent"] = why["resistance.arm_load_percent"] = because
    legs, arms = (max(round(float(load * left), 1), 1.0) for load in _loads(dose))
    return replace(dose, leg_load_percent=legs, arm_load_percent=arms)


def _loads(dose: Resistance) -> tuple[Fraction, Fraction]:
    return Fraction(str(dose.leg_load_percent)), Fraction(str(dose.arm_load_percent))


def _foot_ankle(dose: FootAnkle, setbacks: Sequence[Setback], why: dict[str, tuple[Why, ...]]) -> FootAnkle:
    left, because = _least(one for one in setbacks if Part.FOOT_ANKLE in one.parts)
    minutes = _shorter(dose.minutes, left)
    if minutes != dose.minutes:
        why["foot_ankle.minutes"] = because
    return replace(dose, minutes=minutes)


def _shorter(minutes: int, left: Fraction) -> int:
    """What is left of minutes, rounded down, not under 5 unless it was."""
    return minutes if left == 1 else min(minutes, max(SHORTEST, int(minutes * left)))


def _least(setbacks: Iterable[Setback]) -> tuple[Fraction, tuple[Why, ...]]:
    found = list(setbacks)
    left = min((one.minutes for one in found), default=Fraction(1))
    return left, _whys(one for one in found if one.minutes == left)


def _whys(setbacks: Iterable[Setback]) -> tuple[Why, ...]:
    return tuple(dict.fromkeys(one.because.why for one in setbacks))
