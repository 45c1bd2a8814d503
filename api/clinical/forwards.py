"""One step on in every part that has earned it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from api.clinical.fitt import Aerobic, Balance, Doses, Resistance, Steps
from api.clinical.ladder import stepped
from api.clinical.movement import Current
from api.clinical.regression import Regressions
from api.clinical.release import Release
from api.clinical.reports import Fall
from api.clinical.statements import Why


class Forward(NamedTuple):
    """New numbers, why, and whether a clinician signs them in any case."""

    doses: Doses
    why: dict[str, tuple[Why, ...]]
    needs_clinician: bool


def stepped_on(
    release: Release, current: Current, read: Regressions, today: date, *, long_at_ceiling: bool
) -> Forward:
    """The numbers after one earned step.

    Source: specification, progression algorithm (design decision).

    Args:
        release: the knowledge.
        current: the dose in force.
        read: the reports.
        today: local day.
        long_at_ceiling: the ceiling has been kept for long enough to raise exertion.
    """
    return _Forwards(release, current, read, today).step(long_at_ceiling=long_at_ceiling)


class _Forwards:
    def __init__(self, release: Release, current: Current, read: Regressions, today: date) -> None:
        self.pacing, self.ladder = release.pacing, release.dosing.balance
        self.current, self.read, self.today = current, read, today
        self.why: dict[str, tuple[Why, ...]] = {}
        self.needs_clinician = False

    def step(self, *, long_at_ceiling: bool) -> Forward:
        doses = self.current.doses
        aerobic = doses.aerobic and self._aerobic(doses.aerobic, long_at_ceiling=long_at_ceiling)
        harder = (
            doses.aerobic is not None and aerobic is not None and aerobic.rpe_high > doses.aerobic.rpe_high
        )
        resistance = doses.resistance
        if resistance is not None and not harder:
            resistance = self._resistance(resistance)
        following = replace(
            doses,
            aerobic=aerobic,
            resistance=resistance,
            balance=doses.balance and self._balance(doses.balance),
            steps=doses.steps and self._steps(doses.steps),
        )
        return Forward(following, self.why, self.needs_clinician)

    def _aerobic(self, dose: Aerobic, *, long_at_ceiling: bool) -> Aerobic:
        table, current = self.pacing.aerobic, self.current
        ceiling = min(current.ceiling_minutes, table.ceiling_by_clinician)
        if dose.weekly_minutes >= ceiling:
            return self._harder(dose) if long_at_ceiling else dose
        following = stepped(self.pacing, current.risk, dose, ceiling)
        for name in ("minutes", "days_per_week"):
            if getattr(following, name) != getattr(dose, name):
                self.why[f"aerobic.{name}"] = (table.why,)
        return following

    def _harder(self, dose: Aerobic) -> Aerobic:
        table = self.pacing.intensity
        if dose.rpe_high + 1 > min(table.rpe_at_most, self.current.rpe_at_most):
            return dose
        self.needs_clinician = self.needs_clinician or self.current.risk in table.clinician_risks
        self.why["aerobic.rpe_high"] = (table.why,)
        return replace(dose, rpe_high=dose.rpe_high + 1)

    def _resistance(self, dose: Resistance) -> Resistance:
        table = self.pacing.resistance
        last = [one for one in self.read.new if one.worked and one.spare_reps is not None][-table.sessions :]
        strong = [
            one
            for one in last
            if (one.spare_reps or 0) >= table.spare_reps
            and (excess := self.read.excess(one, dose.rpe_high)) is not None
            and excess <= 0
        ]
        if len(strong) < table.sessions:
            return dose
        if dose.sets < dose.sets_at_most:
            self.why["resistance.sets"] = (table.why,)
            return replace(dose, sets=dose.sets + 1)
        legs = round(dose.leg_load_percent * (1 + table.leg_percent / 100), 1)
        arms = round(dose.arm_load_percent * (1 + table.arm_percent / 100), 1)
        if legs > 1000 or arms > 1000:
            return dose
        self.why["resistance.leg_load_percent"] = self.why["resistance.arm_load_percent"] = (table.why,)
        return replace(dose, leg_load_percent=legs, arm_load_percent=arms)

    def _balance(self, dose: Balance) -> Balance:
        table, levels = self.pacing.balance, self.ladder.levels
        last = [one for one in self.read.new if one.worked and one.balance_held is not None][
            -table.sessions :
        ]
        held = len(last) == table.sessions and all(one.balance_held for one in last)
        if not held or self._nearly_fell() or dose.level not in levels[:-1]:
            return dose
        following = levels[levels.index(dose.level) + 1]
        careful = self.current.fall_risk in {"high", None} and not self.current.supervised
        if following not in self.current.open_exercises or (
            careful and following in self.ladder.only_supervised
        ):
            return dose
        self.why["balance.level"] = (table.why,)
        return replace(dose, level=following)

    def _nearly_fell(self) -> bool:
        recent = self.today - timedelta(days=self.pacing.balance.near_fall_days)
        near = (one for one in self.read.reports if one.fall is Fall.NEAR_FALL)
        return any(one.day(self.read.zone) > recent for one in near)

    def _steps(self, dose: Steps) -> Steps:
        last = dose.raised_on or self.current.started_on
        due = self.today - last >= timedelta(weeks=dose.every_weeks)
        if dose.baseline is None or not due or dose.rise >= dose.ceiling:
            return dose
        self.needs_clinician = self.needs_clinician or dose.needs_sign_off
        self.why["steps.rise"] = (self.pacing.steps.why,)
        return replace(dose, rise=min(dose.rise + dose.raise_by, dose.ceiling), raised_on=self.today)
