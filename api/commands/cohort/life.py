"""How the weeks of a simulated person go: chance, under the habits that they have."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from api.clinical.fitt import Part
from api.clinical.reports import SessionStatus
from api.clinical.session_fields import StopReason
from api.commands.cohort.truth import DAY, MENTIONS, STOPS, WEEK, Days, Person, Session, Truth

SATURDAY = 5
AWAY = ("America/New_York", "Asia/Tokyo", "Australia/Sydney", "Atlantic/Azores", "Asia/Dubai")
REASONS = {
    StopReason.TIME: 5,
    StopReason.MOTIVATION: 4,
    StopReason.WEATHER: 3,
    StopReason.PAIN: 2,
    StopReason.FEAR_OF_FALLING: 1,
    StopReason.EQUIPMENT: 1,
    StopReason.OTHER: 1,
}
"""Why a session is left out, with weights of the simulation."""
_APART = timedelta(hours=4)


def _near(days: Days, others: Days) -> bool:
    """Whether less than two days lie between."""
    return days.first - 2 * DAY <= others.last and others.first - 2 * DAY <= days.last


def lived(person: Person) -> Truth:
    """The weeks of somebody, as they truly were: the same from the same name."""
    return _Life(person).truth()


class _Life:
    """Lives through the weeks of somebody."""

    def __init__(self, person: Person) -> None:
        self.person, self.habits = person, person.habits
        self.chance = Random(f"life of {person.name}")  # noqa: S311 a simulation
        taken: list[Days] = []
        self.holds = self._stretches(self.habits.hold, 4, 10, taken)
        self.holidays = self._stretches(self.habits.holiday, 5, 12, taken)
        self.trips = [
            (days, self.chance.choice(AWAY)) for days in self._stretches(self.habits.trip, 5, 12, taken)
        ]
        self.taken = taken
        self.stops: list[Days] = []
        self.sessions: list[Session] = []

    def truth(self) -> Truth:
        planned = self._planned()
        for number in range(self.person.weeks):
            first = self.person.first + timedelta(days=WEEK * number)
            week = [first + DAY * n for n in range(WEEK)]
            begun = len(self.sessions)
            for day in week:
                if (lines := planned.get(day)) is not None:
                    self._day(day, lines, number)
            self._more(week, self.sessions[begun:], planned)
        return Truth(
            person=self.person,
            sessions=tuple(sorted(self.sessions, key=lambda one: one.began)),
            holds=tuple(self.holds),
            stops=tuple(self.stops),
            holidays=tuple(self.holidays),
            trips=tuple(self.trips),
        )

    def _stretches(self, probability: float, least: int, most: int, taken: list[Days]) -> list[Days]:
        """At most one stretch of days, apart from those that are taken."""
        chance, span = self.chance, WEEK * self.person.weeks
        if chance.random() >= probability or span < 2 * most:
            return []
        for _ in range(20):
            first = self.person.first + DAY * chance.randrange(3, span - most)
            days = Days(first, first + DAY * (chance.randint(least, most) - 1))
            if not any(_near(days, one) for one in taken):
                taken.append(days)
                return [days]
        return []

    def _planned(self) -> dict[date, tuple[Part, ...]]:
        """The lines of each day: those of the leading line first, and other days only for what is left."""
        weekly: dict[int, list[Part]] = {}
        leading, lines = self.person.leading, self.person.lines
        for line in sorted(lines, key=lambda line: (line is not leading, line)):
            for day in self._days_of(line, sorted(weekly)):
                weekly.setdefault(day, []).append(line)
        return {
            self.person.first + timedelta(days=WEEK * week + day): tuple(of_day)
            for week in range(self.person.weeks)
            for day, of_day in weekly.items()
        }

    def _days_of(self, line: Part, known: Sequence[int]) -> list[int]:
        wanted = self.person.lines[line].per_week
        if line is self.person.leading:
            shift = self.chance.randrange(WEEK)
            return [(shift + WEEK * n // wanted) % WEEK for n in range(wanted)]
        others = [day for day in range(WEEK) if day not in known]
        return (self.chance.sample(known, min(wanted, len(known))) + others)[:wanted]

    def _day(self, day: date, lines: tuple[Part, ...], week: int) -> None:
        chance, habits = self.chance, self.habits
        paused = any(day in one for one in (*self.holds, *self.stops))
        likely = habits.attends + habits.drift * week
        likely *= habits.weekend if day.weekday() >= SATURDAY else 1
        does = chance.random() < (habits.trains_paused if paused else likely)
        began = self._at(day)
        if any(day in one for one in self.holidays) or (paused and not does) or began is None:
            return
        if not does:
            (reason,) = chance.choices(list(REASONS), list(REASONS.values()))
            missed = Session(
                began=began, lines=lines, status=SessionStatus.SKIPPED, minutes={}, reason=reason
            )
            self.sessions.append(missed)
            return
        self.sessions.append(self._done(began, lines, paused=paused))

    def _done(
        self, began: datetime, lines: tuple[Part, ...], *, paused: bool, extra: bool = False
    ) -> Session:
        chance, habits = self.chance, self.habits
        short = chance.random() < habits.cuts_short
        share = chance.uniform(0.15, 0.95) if short else 1.0
        planned = {line: seconds // 60 for line in lines if (seconds := self.person.lines[line].seconds)}
        (reason,) = chance.choices(list(REASONS), list(REASONS.values()))
        return Session(
            began=began,
            lines=lines,
            status=SessionStatus.PARTIAL if short else SessionStatus.DONE,
            minutes={line: max(1, int(share * minutes)) for line, minutes in planned.items()},
            reason=reason if short else None,
            extra=extra,
            paused=paused,
            worn=chance.random() < habits.wears,
            finding=None if paused or extra else self._finding(began.date()),
        )

    def _finding(self, day: date) -> str | None:
        """Something to tell; after the grave ones nothing is to be done for some days."""
        chance = self.chance
        if chance.random() >= self.habits.findings:
            return None
        if chance.random() >= 1 / 4:
            return chance.choice(MENTIONS)
        closed = Days(day + DAY, min(day + DAY * chance.randint(2, 6), self.person.last))
        if closed.last < closed.first or any(_near(closed, one) for one in self.taken):
            return None
        self.stops.append(closed)
        self.taken.append(closed)
        return chance.choice(STOPS)

    def _more(
        self, week: Sequence[date], sessions: Sequence[Session], planned: Mapping[date, object]
    ) -> None:
        """One session more in a week in which everything was done, on a day without any."""
        wanted = sum(day in planned for day in week)
        whole = [one for one in sessions if one.status is SessionStatus.DONE and not one.paused]
        free = [day for day in week if day not in planned and not any(day in one for one in self.taken)]
        if len(whole) < wanted or not free or self.chance.random() >= self.habits.does_more:
            return
        began = self._at(self.chance.choice(free))
        if began is not None:
            self.sessions.append(self._done(began, (self.person.leading,), paused=False, extra=True))

    def _at(self, day: date) -> datetime | None:
        """When somebody trains on a day, where they are; None if they were training a few hours before."""
        zone = next((zone for days, zone in self.trips if day in days), self.person.zone)
        hour, minute = self.chance.choice([8, 9, 16, 17, 18]), self.chance.randrange(60)
        began = datetime.combine(day, time(hour, minute), ZoneInfo(zone))
        near = (one.began for one in self.sessions)
        return None if any(abs(began - other) < _APART for other in near) else began
