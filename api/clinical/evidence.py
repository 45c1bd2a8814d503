"""From many observations to the one that counts for each fact: newest, conflict, history and screens."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from api.clinical.adversity import severity
from api.clinical.criteria import holds, names
from api.clinical.facts import Fact, FactValue, Observation
from api.clinical.release import Release
from api.clinical.vocabulary import FactType

_CATEGORICAL = frozenset({FactType.CHOICE, FactType.TERNARY, FactType.SET, FactType.SCREEN})


class Evidence(NamedTuple):
    """The observation that counts for a fact, and whether others contradict it."""

    observation: Observation
    conflicting: bool = False


def settle(release: Release, observations: Iterable[Observation], as_of: datetime) -> dict[str, Evidence]:
    """The observation that counts for each fact; what was observed after `as_of` is not read.

    A newer value replaces an older one. Two values are in conflict, and the worse counts, when they were
    observed at the same moment; or when a less adverse value follows an adverse one on the same local day
    (without a source to show that it is a renewal) or within the shelf life from another source.
    """
    single: dict[str, Observation] = {}
    several: dict[str, list[Observation]] = {}
    for observation in observations:
        if observation.observed_at > as_of:
            continue
        name = observation.name
        if name in single:
            several.setdefault(name, [single[name]]).append(observation)
        else:
            single[name] = observation
    evidence = {name: Evidence(observation) for name, observation in single.items()}
    raw = {name: observation.value for name, observation in single.items()}
    settling = _Settling(release, as_of, raw)
    for name, found in several.items():
        evidence[name] = settling.newest(release.facts[name], found)
        raw[name] = evidence[name].observation.value
    for fact in release.screens:
        if fact.name in evidence:
            settling.expand(fact, evidence.pop(fact.name).observation, evidence)
    for implied in settling.implied(single, several):
        evidence[implied.name] = Evidence(implied)
    return evidence


class _Settling:
    """Decides between observations of one fact."""

    def __init__(self, release: Release, as_of: datetime, raw: Mapping[str, Any]) -> None:
        self.release = release
        self.as_of = as_of
        self.raw = raw

    def severity(self, name: str, value: FactValue | None) -> int:
        if value is None:
            return 0
        if name not in self.release.reading_rules:
            return 0
        return severity(self.release, name, {**self.raw, name: value}, self.as_of)

    def newest(self, fact: Fact, found: list[Observation]) -> Evidence:
        found = sorted(found, key=lambda one: (one.observed_at, _sortable(one.value), one.source or ""))
        known = [one for one in found if one.value is not None]
        if not known:
            return Evidence(found[-1])
        latest = known[-1]
        together = [one for one in known if one.observed_at == latest.observed_at]
        rivals = [one for one in together if one.value != latest.value]
        if not rivals:
            rivals = [one for one in known if self._contradicts(fact, one, latest)]
        if rivals:
            return Evidence(self._worst(fact, [*rivals, *together]), conflicting=True)
        if found[-1].observed_at > latest.observed_at and not self.severity(fact.name, latest.value):
            return Evidence(found[-1])
        return Evidence(_with_history(fact, latest, known))

    def _contradicts(self, fact: Fact, older: Observation, newer: Observation) -> bool:
        if older.value == newer.value or fact.type not in _CATEGORICAL or fact.expires_both_ways:
            return False
        if not self._acquits(fact, older, newer):
            return False
        if older.source is not None and older.source == newer.source:
            return False
        if older.source is None or newer.source is None:
            zone = self.as_of.tzinfo
            return older.observed_at.astimezone(zone).date() == newer.observed_at.astimezone(zone).date()
        life = fact.shelf_lives[-1] if fact.shelf_lives else None
        return life is not None and not life.over(older.observed_at, self.as_of)

    def _acquits(self, fact: Fact, older: Observation, newer: Observation) -> bool:
        """Whether the newer value takes back something adverse."""
        if fact.type is FactType.SCREEN:
            return False
        if isinstance(older.value, frozenset) and isinstance(newer.value, frozenset):
            dropped = older.value - newer.value - {"none"}
            return bool(dropped) and self.severity(fact.name, dropped) > 0
        return self.severity(fact.name, older.value) > self.severity(fact.name, newer.value)

    def _worst(self, fact: Fact, rivals: list[Observation]) -> Observation:
        if fact.type is FactType.SCREEN:
            return next((one for one in rivals if one.value != "clear"), rivals[0])
        if fact.type is FactType.SET:
            members: frozenset[str] = frozenset().union(
                *(one.value for one in rivals if isinstance(one.value, frozenset))
            )
            return replace(rivals[-1], value=members - {"none"} or members)
        worst = max(rivals, key=lambda one: (self.severity(fact.name, one.value), _sortable(one.value)))
        return worst if self.severity(fact.name, worst.value) else replace(worst, value=None)

    def expand(self, screen: Fact, answer: Observation, evidence: dict[str, Evidence]) -> None:
        """Let a screen stand for its facts; what is on file by name is never made milder than it is."""
        for name, value in screen.clear.items():
            fact = self.release.facts[name]
            given = evidence.get(name)
            if given is not None and self._expired_day(fact, given.observation):
                given = None
            if given is not None and given.observation.observed_at >= answer.observed_at:
                continue
            stand_in = replace(
                answer,
                name=name,
                value=value if answer.value == "clear" else None,
                screen=screen.name,
                source_record_id=None,
            )
            if given is None or given.observation.value is None:
                evidence[name] = Evidence(stand_in)
                continue
            remembered = fact.history.get(str(value), {}).get(str(given.observation.value))
            if (
                answer.value == "clear"
                and remembered == given.observation.value
                and given.observation.value in fact.expiring
            ):
                evidence[name] = Evidence(replace(stand_in, value=remembered), given.conflicting)
            elif self.severity(name, given.observation.value):
                evidence[name] = Evidence(given.observation, answer.value == "clear" or given.conflicting)
            else:
                evidence[name] = Evidence(stand_in)

    def _expired_day(self, fact: Fact, observation: Observation) -> bool:
        return fact.expires_both_ways and fact.shelf_lives[-1].over(observation.observed_at, self.as_of)

    def implied(
        self, single: Mapping[str, Observation], several: Mapping[str, list[Observation]]
    ) -> Iterable[Observation]:
        """Values that follow from any observation of the last hours: hypoglycaemia from a glucose."""
        for fact, case in self.release.implications:
            (name,) = names(case.when)
            for one in several.get(name, [single[name]] if name in single else []):
                recent = case.within is not None and self.as_of - one.observed_at <= case.within
                if recent and holds(case.when, {name: one.value}):
                    yield replace(one, name=fact.name, value=case.value, method=f"from {name}")
                    break


def _with_history(fact: Fact, latest: Observation, known: list[Observation]) -> Observation:
    """What a value reads as after what was on file: a foot without an ulcer after one is a healed foot."""
    remembered = fact.history.get(latest.value) if isinstance(latest.value, str) else None
    if not remembered:
        return latest
    past = [one for one in known if one.observed_at < latest.observed_at and one.value in remembered]
    return replace(latest, value=remembered[str(past[-1].value)]) if past else latest


def _sortable(value: FactValue | None) -> str:
    return ",".join(sorted(value)) if isinstance(value, frozenset) else "" if value is None else str(value)
