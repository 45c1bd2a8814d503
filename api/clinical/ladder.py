"""One step of the aerobic dose, and how many weeks the way to a milestone takes at the fastest."""

from dataclasses import replace

from api.clinical.fitt import Aerobic, RiskClass
from api.clinical.pacing import Pacing


def interval_weeks(pacing: Pacing, risk: RiskClass, weekly_minutes: int) -> int:
    """How many weeks one interval lasts.

    Source: specification, progression algorithm (design decision).
    """
    table = pacing.interval
    slow = risk in table.slow_risks and weekly_minutes >= table.slow_from_minutes
    return table.slow_weeks if slow else table.weeks


def stepped(pacing: Pacing, risk: RiskClass, dose: Aerobic, ceiling: int) -> Aerobic:
    """The dose one step on: days first, then minutes; the same where a step would pass the ceiling.

    Source: specification, progression algorithm (design decision).

    Args:
        pacing: the tables of progression.
        risk: the class of risk.
        dose: the dose now.
        ceiling: minutes a week that are never passed.
    """
    table = pacing.aerobic
    now = dose.weekly_minutes
    rise = max(table.least_minutes[risk], now * table.percent // 100)
    aim = min(now + rise, ceiling)
    if aim <= now:
        return dose
    days = dose.days_per_week + 1 if dose.days_per_week < table.days_up_to else dose.days_per_week
    minutes = max(5, aim // days)
    if minutes * days <= now:
        minutes += 1
    return dose if minutes * days > ceiling else replace(dose, minutes=minutes, days_per_week=days)


def weeks_to(pacing: Pacing, risk: RiskClass, dose: Aerobic, weekly_minutes: int) -> int | None:
    """The fewest weeks until so many minutes a week, each interval earning a step; None if none leads there.

    Source: specification, aerobic start (the weeks are the fastest path).
    """
    weeks = 0
    while dose.weekly_minutes < weekly_minutes:
        weeks += interval_weeks(pacing, risk, dose.weekly_minutes)
        following = stepped(pacing, risk, dose, pacing.aerobic.ceiling_minutes)
        if following == dose:
            return None
        dose = following
    return weeks
