"""When an answer may change though nothing new is told: values run out, days pass, contradictions end."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo

from api.clinical.derived import Measure
from api.clinical.facts import NEVER, Observation
from api.clinical.profile import Profile
from api.clinical.release import Release

_LEAST = timedelta(microseconds=1)
"""Some values still count at the moment when they end; all are over just after it."""


def next_change(release: Release, known: Profile, observations: Iterable[Observation]) -> datetime | None:
    """The next moment at which a check of the same observations may say something else.

    It is never too late; it may be too early, because not every day that passes changes an answer.

    Args:
        release: the knowledge.
        known: what the observations mean at a moment.
        observations: all that was observed.

    Returns:
        A moment after that of the profile; None where nothing ends.
    """
    return min(_moments(release, known, observations), default=None)


def _moments(release: Release, known: Profile, observations: Iterable[Observation]) -> Iterator[datetime]:
    for ends in known.fading.values():
        yield max(ends, known.as_of + _LEAST)
    today, zone = known.as_of.date(), known.as_of.tzinfo
    for name, entry in release.derived.items():
        value = known.values[name]
        match entry.measure:
            case Measure.DAYS_SINCE if value is not None and value != NEVER:
                yield _begins(today + timedelta(days=1), zone)
            case Measure.OBSERVED_TODAY if value == "yes":
                yield _begins(today + timedelta(days=1), zone)
            case Measure.YEARS_SINCE if value is not None:
                yield _begins(_birthday(known.values[entry.of[0]], today), zone)
    if known.conflicts:
        yield _begins(today + timedelta(days=1), zone)
        yield from _ends(release, known, observations)


def _ends(release: Release, known: Profile, observations: Iterable[Observation]) -> Iterator[datetime]:
    """When observations that contradict each other run out."""
    for one in observations:
        fact = release.facts[one.name]
        if one.name in known.conflicts and fact.shelf_lives:
            ends = fact.shelf_lives[-1].ends(one.observed_at, known.as_of.tzinfo)
            if ends >= known.as_of:
                yield max(ends, known.as_of + _LEAST)


def _begins(day: date, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, time.min, zone)


def _birthday(birth: date, today: date) -> date:
    """The next day on which another year is over; of a 29 February the day after the 28th."""
    for year in (today.year, today.year + 1):
        try:
            found = birth.replace(year=year)
        except ValueError:
            found = date(year, 3, 1)
        if found > today:
            return found
    raise ValueError(f"{birth} has no birthday after {today}")  # pragma: no cover - the next year's is later
