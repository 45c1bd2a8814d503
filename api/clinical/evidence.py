"""From many observations to the one that counts for each fact: newest, conflict, history and screens."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

from api.clinical.adversity import burden, severity
from api.clinical.criteria import holds, names
from api.clinical.facts import Fact, FactValue, Observation
from api.clinical.foot_looks import SOURCE, Renewal, renewals
from api.clinical.release import Release
from api.clinical.vocabulary import FactType

_CATEGORICAL = frozenset({FactType.CHOICE, FactType.TERNARY, FactType.SET, FactType.SCREEN})


class Evidence(NamedTuple):
    """For each fact the observation that counts, and the facts of which others contradict it.

    Attributes:
        renewals: of those that count, the ones that clear looks at the feet let count for longer.
    """

    counting: dict[str, Observation]
    conflicting: set[str]
    renewals: dict[str, Renewal]


def settle(release: Release, observations: Iterable[Observation], as_of: datetime) -> Evidence:
    """The observation that counts for each fact; what was observed after `as_of` is not read.

    A newer value replaces an older one. Two values are in conflict, and the worse counts, when they were
    observed at the same moment; or when a less adverse value follows an adverse one on the same local day
    (without a source to show that it is a renewal) or within the shelf life from another source. A clear look
    at the feet is not a value of its own: it renews one that counts without it.
    """
    counting: dict[str, Observation] = {}
    several: dict[str, list[Observation]] = {}
    looks: dict[str, list[Observation]] = {}
    table = release.foot_looks.self_check
    now = as_of.astimezone(UTC)  # moments of one zone are compared quicker
    for observation in observations:
        if observation.observed_at > now:
            continue
        name = observation.name
        if observation.source == SOURCE and table.is_look(observation):
            looks.setdefault(name, []).append(observation)
        elif name in counting:
            several.setdefault(name, [counting[name]]).append(observation)
        else:
            counting[name] = observation
    single = dict(counting)
    for found in several.values():
        found.sort(key=_order)
    counting.update({name: found[-1] for name, found in several.items()})
    settling = _Settling(release, as_of, Evidence(counting, set(), {}))
    counting.update({name: settling.chosen(release.facts[name], found) for name, found in several.items()})
    for screen in release.screens:
        if screen.name in counting:
            settling.expand(screen, counting.pop(screen.name))
    for implied in settling.implied(single, several):
        counting[implied.name] = implied
    if looks:
        settling.evidence.renewals.update(renewals(table, looks, counting, settling.evidence.conflicting))
    return settling.evidence


class _Settling:
    """Decides between observations of one fact."""

    def __init__(self, release: Release, as_of: datetime, evidence: Evidence) -> None:
        self.release = release
        self.as_of = as_of
        self.evidence = evidence

    @cached_property
    def raw(self) -> dict[str, Any]:
        """Values as observed, by name."""
        return {name: observation.value for name, observation in self.evidence.counting.items()}

    def severity(self, name: str, value: FactValue | None) -> int:
        if value is None:
            return 0
        return severity(self.release, name, {**self.raw, name: value}, self.as_of)

    def chosen(self, fact: Fact, found: list[Observation]) -> Observation:
        """Which of several observations of a fact counts; `found` has the newest last."""
        known = [one for one in found if one.value is not None]
        if not known:
            return found[-1]
        latest = known[-1]
        together = [one for one in known if one.observed_at == latest.observed_at]
        rivals = [one for one in known if any(self._disagrees(fact, one, newer) for newer in together)]
        if rivals:
            self.evidence.conflicting.add(fact.name)
            return self._worst(fact, [*rivals, *together])
        latest = _with_history(fact, latest, known)
        if found[-1].value is None and not self.severity(fact.name, latest.value):
            return found[-1]
        return latest

    def _disagrees(self, fact: Fact, one: Observation, newer: Observation) -> bool:
        if one.value == newer.value:
            return False
        return one.observed_at == newer.observed_at or self._contradicts(fact, one, newer)

    def _contradicts(self, fact: Fact, older: Observation, newer: Observation) -> bool:
        if fact.type not in _CATEGORICAL or fact.expires_both_ways:
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
            return rivals[-1]._replace(value=members - {"none"} or members)
        weights = {one.value: self._burden(fact, one.value) for one in rivals}
        upwards = fact.maximum is None or self._burden(fact, fact.maximum) > self._burden(fact, fact.minimum)
        worst = max(
            rivals,
            key=lambda one: (weights[one.value], _extremity(one.value, upwards=upwards), _order(one)),
        )
        return worst if any(weights[worst.value]) else worst._replace(value=None)

    def _burden(self, fact: Fact, value: FactValue | None) -> tuple[int, ...]:
        return burden(self.release, fact.name, {**self.raw, fact.name: value}, self.as_of)

    def expand(self, screen: Fact, answer: Observation) -> None:
        """Let a screen stand for its facts; what is on file by name is never made milder than it is."""
        if answer.value is None:
            return
        clear = answer.value == "clear"
        counting = self.evidence.counting
        for name, value in screen.clear.items():
            fact = self.release.facts[name]
            given = counting.get(name)
            stand_in = answer._replace(
                name=name, value=value if clear else None, screen=screen.name, source_record_id=None
            )
            if given is None:
                counting[name] = stand_in
            elif given.observed_at >= answer.observed_at:
                continue
            elif clear and given.value is not None and screen.keeps.get(name) == given.value:
                counting[name] = stand_in._replace(value=given.value)
            elif self._expired_day(fact, given) or not self.severity(name, given.value):
                counting[name] = stand_in
                self.evidence.conflicting.discard(name)
            elif clear:
                self.evidence.conflicting.add(name)

    def _expired_day(self, fact: Fact, observation: Observation) -> bool:
        return fact.expires_both_ways and fact.shelf_lives[-1].over(observation.observed_at, self.as_of)

    def implied(
        self, single: Mapping[str, Observation], several: Mapping[str, list[Observation]]
    ) -> Iterable[Observation]:
        """Values that follow from any observation of the last hours: hypoglycaemia from a glucose."""
        for fact, case in self.release.implications:
            (name,) = names(case.when)
            for one in reversed(several.get(name, [single[name]] if name in single else [])):
                recent = case.within is not None and self.as_of - one.observed_at <= case.within
                if recent and holds(case.when, {name: one.value}):
                    yield one._replace(name=fact.name, value=case.value, method=f"from {name}")
                    break


def _with_history(fact: Fact, latest: Observation, known: list[Observation]) -> Observation:
    """What a value reads as after what was on file: a foot without an ulcer after one is a healed foot."""
    remembered = fact.history.get(latest.value) if isinstance(latest.value, str) else None
    if not remembered:
        return latest
    past = [one for one in known if one.observed_at < latest.observed_at and one.value in remembered]
    return latest._replace(value=remembered[str(past[-1].value)]) if past else latest


def _extremity(value: FactValue | None, *, upwards: bool) -> float:
    """Of numbers that weigh the same, how far one lies towards the end where it is worse."""
    if not isinstance(value, int | float):
        return 0
    return value if upwards else -value


def _order(one: Observation) -> tuple[datetime, bool, str, str, str, str]:
    """Oldest first; of one moment the unknown first, and always in the same order."""
    texts = (one.source or "", one.method or "", one.source_record_id or "")
    return one.observed_at, one.value is not None, _sortable(one.value), *texts


def _sortable(value: FactValue | None) -> str:
    return ",".join(sorted(value)) if isinstance(value, frozenset) else "" if value is None else str(value)
