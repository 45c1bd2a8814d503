"""Which facts could be different, how, and what would follow from it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from api.clinical.adversity import severity
from api.clinical.criteria import Always, PartOfSet
from api.clinical.evidence import settle
from api.clinical.facts import Fact, FactValue, Observation
from api.clinical.profile import Profile
from api.clinical.release import CONFLICTS, Release
from api.clinical.vocabulary import ChangeKind, FactType


class Alternatives:
    """The other values that the facts of one patient could have."""

    def __init__(self, release: Release, profile: Profile) -> None:
        self.release = release
        self.profile = profile
        self.conflicts = frozenset(profile.conflicts)

    def of(self, name: str) -> tuple[ChangeKind, FactValue | None]:
        """How a fact could change for the better, and to which value; None where it is so already."""
        fact = self.release.facts[name]
        current = self.profile.entered.get(name)
        value = self._favourable(fact)
        unknown = current is None or isinstance(current, PartOfSet) or name in self.conflicts
        if value is None or (not unknown and current == value):
            return fact.change, None
        if not unknown:
            return fact.change, value
        if current is None and self.release.facts[name].contradicted_by_reading:
            return ChangeKind.MEASURE_NOW, None
        settled = any(isinstance(case.when, Always) for case in fact.reads_as)
        return (
            fact.change if settled or fact.change is ChangeKind.CLEARANCE else ChangeKind.MEASURE_NOW
        ), value

    def stands_fixed(self, name: str) -> bool:
        """Whether a fact is known, speaks against exercise, and cannot become better."""
        kind, better = self.of(name)
        if self.profile.entered.get(name) is None or (kind is not ChangeKind.FIXED and better is not None):
            return False
        raw = {seen: observation.value for seen, observation in self.profile.seen.items()}
        return severity(self.release, name, raw, self.profile.as_of) > 0

    def table(self, changes: Mapping[str, FactValue]) -> Mapping[str, Any]:
        """All facts as the rules would see them after some changes."""
        values = dict(self.profile.entered)
        for name, value in changes.items():
            values[name] = value
            last = self.release.last_name_of.get(name)
            if last is not None:
                values[last] = value
        values[CONFLICTS] = frozenset({"yes"}) if self.conflicts - changes.keys() else frozenset()
        seen = self.profile.seen
        as_of = self.profile.as_of
        observed_at = {
            name: as_of if name in changes else seen[name].observed_at
            for name in self.release.observed_today
            if name in changes or name in seen
        }
        self.release.derive(values, as_of.date(), observed_at, as_of)
        return values

    def _favourable(self, fact: Fact) -> FactValue | None:
        if fact.type is FactType.DATE:
            return self._favourable_date(fact)
        value = fact.favourable or self.release.base_values.get(fact.name)
        last = self.release.last_name_of.get(fact.name)
        before = self.profile.entered.get(last) if last else self.profile.entered.get(fact.name)
        remembered = fact.history.get(str(value), {})
        return remembered.get(str(before), value) if remembered else value

    def _favourable_date(self, fact: Fact) -> FactValue | None:
        base = self.release.base_values.get(fact.name)
        if base is not None:
            return base
        today: date = self.profile.as_of.date()
        if fact.gate is not None:
            return date(today.year - int(self.release.base["age_years"]), 1, 1)
        limits = self.release.day_limits.get(fact.name)
        if limits is None:
            return None
        within, before = limits
        return today if within else today - timedelta(days=before)


def changed(
    release: Release,
    observations: Sequence[Observation],
    facts: Mapping[str, FactValue | None],
    as_of: datetime,
) -> list[Observation]:
    """Observations in which some facts are, from `as_of` on, what they might be; None is unknown.

    What followed from a value that is changed stays: a new glucose value does not undo a hypoglycaemia.
    """
    supposed = [Observation(name=name, value=value, observed_at=as_of) for name, value in facts.items()]
    return replaced(release, observations, supposed, as_of)


def replaced(
    release: Release,
    observations: Sequence[Observation],
    supposed: Sequence[Observation],
    as_of: datetime,
) -> list[Observation]:
    """Observations in which others stand for all that is known of their facts.

    What followed from a value that is replaced stays, as in `changed`.
    """
    if not supposed:
        return list(observations)
    names = {one.name for one in supposed}
    before = settle(release, observations, as_of).counting
    followed = [before[fact.name] for fact, _ in release.implications if fact.name in before]
    stays = [one for one in followed if one.name not in names]
    renewed = names | {one.name for one in stays}
    kept = [observation for observation in observations if observation.name not in renewed]
    return [*kept, *stays, *supposed]
