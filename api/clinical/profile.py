"""What the rules may know of a patient at a moment: known, unknown, stale, conflicting, and derived."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from api.clinical.adversity import severity
from api.clinical.criteria import PartOfSet, holds
from api.clinical.evidence import Evidence, settle
from api.clinical.facts import Fact, Observation, ShelfLife
from api.clinical.foot_looks import Renewal
from api.clinical.release import CONFLICTS, Release
from api.clinical.vocabulary import FactState, FactType

_CONFLICT = frozenset({"yes"})
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A patient at a moment, as the rules see it.

    Attributes:
        as_of: the moment, in the patient's zone (its local day is the day of the check).
        values: every entered, last and derived fact by name, after stand-ins; None is unknown.
        entered: entered facts that count, before stand-ins.
        seen: for each entered fact the observation that counts, also where it is stale.
        states: facts that are stale or conflicting; of all others `values` tells.
        fading: for each fact with a shelf life, the moment when it ends (an adverse value outlives it).
        renewals: facts of the feet that somebody examined and that were looked at since.
    """

    as_of: datetime
    values: Mapping[str, Any]
    entered: Mapping[str, Any]
    seen: Mapping[str, Observation]
    states: Mapping[str, FactState]
    fading: Mapping[str, datetime]
    renewals: Mapping[str, Renewal] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def conflicts(self) -> tuple[str, ...]:
        """Names of facts in conflict."""
        return tuple(sorted(name for name, state in self.states.items() if state is FactState.CONFLICTING))

    def state(self, name: str) -> FactState:
        """What is known of a fact."""
        given = self.states.get(name)
        if given is not None:
            return given
        return FactState.UNKNOWN if self.values.get(name) is None else FactState.KNOWN


def profile(release: Release, observations: Iterable[Observation], as_of: datetime) -> Profile:
    """What is known of a patient at a moment.

    Args:
        release: the knowledge.
        observations: all that was observed, in any order, duplicates allowed; what was observed after `as_of`
            is not read.
        as_of: aware moment in the patient's zone.
    """
    return _Reading(release, as_of).read(settle(release, observations, as_of))


def runs_out(release: Release, patient: Profile, name: str) -> datetime | None:
    """When a value on file stops counting; None where it never does, as an adverse one."""
    ends = patient.fading.get(name)
    if ends is None:
        return None
    fact, value = release.facts[name], patient.seen[name].value
    if fact.expires_both_ways or isinstance(value, frozenset) or value in fact.expiring:
        return ends
    raw = {one.name: one.value for one in patient.seen.values()}
    return None if severity(release, name, raw, patient.as_of) else ends


class _Reading:
    """Fills a table of facts from evidence."""

    def __init__(self, release: Release, as_of: datetime) -> None:
        self.release = release
        self.as_of = as_of
        self.entered: dict[str, Any] = release.blank.copy()
        self.fading: dict[str, datetime] = {}

    def read(self, evidence: Evidence) -> Profile:
        self.seen = evidence.counting
        self.states = dict.fromkeys(evidence.conflicting, FactState.CONFLICTING)
        self.renewals = evidence.renewals
        self._take_all()
        self._renew(None)
        self._find_contradictions()
        values = self._derived()
        shorter = self._shorten(values)
        if self._renew(values) or shorter:
            values = self._derived()
        return Profile(
            as_of=self.as_of,
            values=values,
            entered=self.entered,
            seen=self.seen,
            states=self.states,
            fading=self.fading,
            renewals=self.renewals,
        )

    def _derived(self) -> dict[str, Any]:
        if FactState.CONFLICTING in self.states.values():
            self.entered[CONFLICTS] = _CONFLICT
        values = dict(self.entered)
        observed_at = {
            name: self.seen[name].observed_at for name in self.release.observed_today if name in self.seen
        }
        self.release.derive(values, self.as_of.date(), observed_at, self.as_of)
        return values

    def _take_all(self) -> None:
        facts, lives = self.release.facts, self.release.plain_lives
        entered, fading = self.entered, self.fading
        as_of = self.as_of.astimezone(UTC)  # moments of one zone are compared quicker
        for name, observation in self.seen.items():
            value = observation.value
            if value is None:
                continue
            lasts = lives.get(name)
            if lasts is None:
                self._take(facts[name], observation)
                continue
            entered[name] = value
            ends = observation.observed_at + lasts
            if as_of > ends:
                self._run_out(facts[name], value)
            else:
                fading[name] = ends

    def _take(self, fact: Fact, observation: Observation) -> None:
        name, value = fact.name, observation.value
        if fact.expiring:
            self.entered[self.release.last_name_of[name]] = value
        self.entered[name] = value
        life = fact.expiring.get(value) if isinstance(value, str) else None
        if life is None:
            if not fact.shelf_lives:
                return
            life = fact.shelf_lives[-1]
        lasts = life.lasts
        if lasts is None:
            ends = life.ends(observation.observed_at, self.as_of.tzinfo)
        elif fact.type is not FactType.DATE:
            ends = observation.observed_at + lasts
        elif isinstance(value, date):
            ends = datetime.combine(value + lasts + _DAY, time.min, self.as_of.tzinfo)
        else:
            return
        if self.as_of > ends or (self.as_of == ends and (lasts is None or fact.type is FactType.DATE)):
            self._run_out(fact, value)
        else:
            self.fading[name] = ends

    def _run_out(self, fact: Fact, value: Any) -> None:
        """A value is too old: an adverse one stays, a reassuring one is unknown from here on."""
        name = fact.name
        certainly = fact.expires_both_ways or (isinstance(value, str) and value in fact.expiring)
        if certainly or not self._adverse(name):
            self.entered[name] = None
            self.states.setdefault(name, FactState.STALE)
            if fact.expiring and value not in fact.expiring:
                self.entered[self.release.last_name_of[name]] = None
        elif isinstance(value, frozenset):
            self.entered[name] = PartOfSet(value)
            self.states.setdefault(name, FactState.STALE)

    def _adverse(self, name: str) -> bool:
        raw = {name: observation.value for name, observation in self.seen.items()}
        return severity(self.release, name, raw, self.as_of) > 0

    def _find_contradictions(self) -> None:
        """An entered value and what it follows from disagree: the worse counts."""
        for fact in self.release.contradicted:
            entered = self.entered[fact.name]
            if entered is None:
                continue
            reading = next((case.value for case in fact.reads_as if holds(case.when, self.entered)), None)
            if reading is not None and reading != entered:
                raw = {name: observation.value for name, observation in self.seen.items()}
                worse = max(
                    (entered, reading),
                    key=lambda value: severity(
                        self.release, fact.name, {**raw, fact.name: value}, self.as_of
                    ),
                )
                self.entered[fact.name] = worse
                self.states[fact.name] = FactState.CONFLICTING

    def _shorten(self, values: Mapping[str, Any]) -> bool:
        """Apply shelf lives that hold under a condition; true if a value ran out by one."""
        changed = False
        for fact in self.release.conditionally_fading:
            observation = self.seen.get(fact.name)
            if observation is None or self.entered[fact.name] is None or fact.name not in self.fading:
                continue
            if fact.name in self.renewals:
                continue
            life = self._life(fact.shelf_lives, values)
            if life is fact.shelf_lives[-1]:
                continue
            self.fading[fact.name] = life.ends(observation.observed_at, self.as_of.tzinfo)
            if life.over(observation.observed_at, self.as_of):
                del self.fading[fact.name]
                self._run_out(fact, observation.value)
                changed = True
        return changed

    def _renew(self, values: Mapping[str, Any] | None) -> bool:
        """Let clear looks at the feet count; true if that changes what is known.

        Args:
            values: derived without or with them; None, before there are any, takes the longest lives.
        """
        table, zone = self.release.foot_looks.self_check, self.as_of.tzinfo
        months = table.most_months if values is None else table.months_at(values["iwgdf_risk"])
        changed = False
        for name, one in self.renewals.items():
            fact, was = self.release.facts[name], self.entered[name]
            ends = self._own_life(fact, one.examined, values).ends(one.examined.observed_at, zone)
            renewed = ends if months is None else one.until(table.days, months, zone)
            self.seen[name] = one.look if renewed > ends else one.examined
            self._count_until(fact, one.examined, max(ends, renewed))
            changed |= self.entered[name] != was
        return changed

    def _count_until(self, fact: Fact, observation: Observation, ends: datetime) -> None:
        """Let a value count until a moment, whatever was read of it before."""
        name, value = fact.name, observation.value
        if self.as_of > ends:
            self.fading.pop(name, None)
            self._run_out(fact, value)
            return
        self.states.pop(name, None)
        self.entered[name], self.fading[name] = value, ends
        if fact.expiring:
            self.entered[self.release.last_name_of[name]] = value

    def _own_life(self, fact: Fact, observation: Observation, values: Mapping[str, Any] | None) -> ShelfLife:
        if observation.value in fact.expiring:
            return fact.expiring[str(observation.value)]
        return fact.shelf_lives[-1] if values is None else self._life(fact.shelf_lives, values)

    @staticmethod
    def _life(lives: tuple[ShelfLife, ...], values: Mapping[str, Any]) -> ShelfLife:
        for life in lives[:-1]:
            if life.when is None or holds(life.when, values) is not False:
                return life
        return lives[-1]
