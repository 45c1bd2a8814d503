"""How much of what was planned was done, week by week."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from fractions import Fraction

from api.clinical.fitt import Doses

WEEK = timedelta(days=7)


def planned_days(doses: Doses) -> int:
    """Sessions a week: of the aerobic part, else of the part that has most."""
    if doses.aerobic is not None:
        return doses.aerobic.days_per_week
    others = (doses.balance, doses.resistance, doses.foot_ankle, doses.flexibility)
    return max((one.days_per_week for one in others if one is not None), default=0)


def attendance(
    days: Iterable[date], per_week: int, start: date, end: date, withheld: Collection[date]
) -> Fraction | None:
    """Sessions done out of sessions expected, 0 to 1; None where none was expected.

    Sessions beyond the plan of one week do not repair another week.

    Source: specification, adherence.

    Args:
        days: a day for each session that was done.
        per_week: sessions planned a week.
        start: first day.
        end: the day after the last, whole weeks later.
        withheld: days that leave the count.
    """
    done, attended, expected = list(days), Fraction(0), Fraction(0)
    while start < end:
        week = [start + timedelta(days=offset) for offset in range(7)]
        eligible = [day for day in week if day not in withheld]
        due = Fraction(per_week * len(eligible), 7)
        attended += min(Fraction(sum(day in eligible for day in done)), due)
        expected += due
        start += WEEK
    return attended / expected if expected else None
