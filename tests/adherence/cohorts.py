"""Simulated cohorts for tests: people with plans, and what adherence says of what they told."""

from dataclasses import dataclass
from datetime import date
from random import Random
from statistics import mean, stdev

from api.clinical.adherence import Adherence, adherence
from api.clinical.fitt import Part, RpeScale
from api.clinical.knowledge import library
from api.clinical.plan_versions import Pause, PauseKind, PlannedLine, PlanVersion
from api.clinical.statements import Span
from api.clinical.week_counts import week_counts
from api.commands.cohort.life import lived
from api.commands.cohort.telling import Telling, told
from api.commands.cohort.truth import Person, Truth

MONDAY = date(2026, 3, 2)
"""Summer time begins within the weeks that follow."""
_EASY = {RpeScale.BORG: Span(11, 13)}
PLANS = (
    {
        Part.AEROBIC: PlannedLine(per_week=4, seconds=900, bands=_EASY),
        Part.RESISTANCE: PlannedLine(per_week=2, bands=_EASY),
        Part.BALANCE: PlannedLine(per_week=2, seconds=600),
        Part.FLEXIBILITY: PlannedLine(per_week=3),
    },
    {
        Part.AEROBIC: PlannedLine(per_week=3, seconds=480, bands=_EASY),
        Part.BALANCE: PlannedLine(per_week=3, seconds=900),
    },
    {
        Part.AEROBIC: PlannedLine(per_week=5, seconds=1200, bands=_EASY),
        Part.RESISTANCE: PlannedLine(per_week=3, bands=_EASY),
        Part.FOOT_ANKLE: PlannedLine(per_week=7, seconds=600),
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The truth of somebody, what was told of it, and what adherence makes of that."""

    truth: Truth
    tellings: tuple[Telling, ...]
    answer: Adherence

    @property
    def leading(self):
        """The line of which a skip is that names none."""
        return self.truth.person.leading

    @property
    def numbers(self):
        """The numbers of the leading line."""
        return self.answer.lines[self.leading]

    def shown(self):
        """For each line, and for all together, the truth and the numbers."""
        yield self.truth.attendance(), self.answer.total
        for line, numbers in self.answer.lines.items():
            yield self.truth.attendance([line]), numbers


def cohort(habits, people, *, weeks=8, seed=1):
    """People with these habits, a function of chance, as adherence sees them without any database."""
    return [_answered(habits, f"{seed}/{n}", PLANS[n % len(PLANS)], weeks) for n in range(people)]


def _answered(habits, name, lines, weeks):
    person = Person(
        name=name,
        habits=habits(Random(f"habits of {name}")),
        lines=lines,
        zone="Europe/Rome",
        first=MONDAY,
        weeks=weeks,
    )
    known = lived(person)
    tellings = told(known)
    return Answered(truth=known, tellings=tellings, answer=answer(known, tellings))


def answer(known, tellings):
    """What adherence says of somebody of whom this was told."""
    person, tables = known.person, library.load().counting
    plan = [PlanVersion(prescription="one", number=1, first=person.first, last=None, lines=person.lines)]
    pauses = [
        Pause(first=days.first, last=days.last, kind=PauseKind.MEDICAL)
        for days in (*known.holds, *known.stops)
    ]
    sessions = [one.counted for one in tellings]
    counts = week_counts(tables, plan, pauses, sessions, first=person.first, last=person.last)
    return adherence(tables, counts, person.last)


def within(truth, numbers):
    """Whether the bounds hold what is true; where nothing was expected there are none."""
    if truth is None:
        return numbers.lower.value is None and numbers.upper.value is None
    return numbers.lower.value <= truth <= numbers.upper.value


def errors(pairs):
    """How far numbers are from the truth, where there is a number."""
    return [float(share.value - truth) for truth, share in pairs if share.value is not None]


def standard_errors(values):
    """How many standard errors the mean of these is away from 0."""
    return abs(mean(values)) / (stdev(values) / len(values) ** 0.5)
