"""How long a clearance of a rule lasts, and what ends it before its time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from api.clinical.adversity import severity
from api.clinical.explanation import Explainer
from api.clinical.facts import FactValue, Observation
from api.clinical.profile import Profile, profile
from api.clinical.release import Release
from api.clinical.rules import Rule
from api.clinical.vocabulary import CheckKind, Effect, RuleScope

USUAL = timedelta(days=180)
FOR_VIGOROUS_WORK = timedelta(days=365)
FOR_ONE_SESSION = timedelta(days=1)
_VIGOROUS = frozenset({"vigorous"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A clearance that was granted, and what was known then.

    Attributes:
        granted_at: aware moment.
        known: the observations that counted then; those that `read_by` names suffice.
    """

    rule_id: str
    granted_at: datetime
    known: Sequence[Observation]


class Superseded(NamedTuple):
    """What ended a clearance: a finding of the same group that rests on newer facts.

    Attributes:
        at: when the newer fact was observed; the moment of the grant for one that was told only later.
    """

    rule_id: str
    facts: tuple[str, ...]
    at: datetime


def lasting(rule: Rule) -> timedelta:
    """For how long a rule is cleared unless less was said, and at the most.

    Source: specification, clearance record (design decision).
    """
    if rule.scope is RuleScope.SESSION:
        return FOR_ONE_SESSION
    return FOR_VIGOROUS_WORK if rule.effects.get(Effect.CLEARANCE) == _VIGOROUS else USUAL


def read_by(release: Release, rule_id: str) -> frozenset[str]:
    """The facts, and the screens that stand for them, that can end a clearance of a rule."""
    inputs = [release.rule_inputs[position] for position in _group(release, rule_id)]
    facts = frozenset().union(*inputs)
    return facts | {screen.name for screen in release.screens if facts & screen.clear.keys()}


def superseded(
    release: Release, held: Held, since: Iterable[Observation], as_of: datetime
) -> Superseded | None:
    """What has ended a clearance up to a moment; it stays ended, whatever comes after.

    A finding ends it that has effects, is of the same group, did not fire on what was known at the grant, and
    rests on an adverse fact that was not known then. So does one that fired then, where it rests on more:
    another symptom, the other foot, a later date. A number that was measured again ends nothing by itself.

    Source: specification, clearance record.

    Args:
        release: the knowledge.
        held: the clearance.
        since: all that was told after the grant, in any order, of those that `read_by` names.
        as_of: aware moment in the patient's zone.
    """
    return _Watch(release, held, as_of).first([one for one in since if one.observed_at <= as_of])


def _group(release: Release, rule_id: str) -> list[int]:
    """The positions of the rules of the same group that have effects."""
    group = release.rules_by_id[rule_id].group
    return [index for index, rule in enumerate(release.rules) if rule.group == group and rule.effects]


class _Watch:
    """Compares what fires in one group at later moments with what fired at the grant."""

    def __init__(self, release: Release, held: Held, as_of: datetime) -> None:
        self.release = release
        self.held = held
        self.zone = as_of.tzinfo
        self.group = frozenset(_group(release, held.rule_id))
        self.then = profile(release, held.known, self._local(held.granted_at))
        self.fired = self._firing(self.then)

    def first(self, since: Sequence[Observation]) -> Superseded | None:
        """The first finding that ends the clearance."""
        told = [*self.held.known, *since]
        moments = {
            max(one.observed_at, self.held.granted_at)
            for one in since
            if self._worse(one.name, one.value, self.then)
        }
        for moment in sorted(moments):
            now = profile(self.release, told, self._local(moment))
            for position, rests_on in self._firing(now).items():
                newer = [
                    name
                    for name in rests_on
                    if self._worse(name, now.seen[name].value, now, again=position in self.fired)
                ]
                if newer:
                    return Superseded(self.release.rules[position].id, tuple(sorted(newer)), moment)
        return None

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def _firing(self, known: Profile) -> Mapping[int, frozenset[str]]:
        """The rules of the group that fire, with the facts that they rest on."""
        read, fire = self.release.readings[CheckKind.SESSION]
        surely, unsure = fire(known.values)
        explainer = Explainer(self.release, known)
        fired = [read[index] for index in surely]
        fired += [read[index] for index in unsure if self.release.rules[read[index]].acts_when_unknown]
        return {position: explainer.why(position).facts for position in fired if position in self.group}

    def _worse(self, name: str, value: FactValue | None, now: Profile, *, again: bool = False) -> bool:
        """Whether a value speaks against exercise and was not known at the grant.

        Args:
            name: the fact.
            value: its value.
            now: what is known when it counts.
            again: what rests on it fired at the grant already.
        """
        seen = self.then.seen.get(name)
        before = None if seen is None else seen.value
        if value is None or value == before or name not in self.release.reading_rules:
            return False
        if isinstance(value, frozenset) and isinstance(before, frozenset):
            value = value - before
        if not value or not self._adverse(name, value, now):
            return False
        if before is None or not again or isinstance(value, frozenset):
            return True
        if isinstance(value, date):
            return not isinstance(before, date) or value > before
        return isinstance(value, str) and not self._adverse(name, before, now)

    def _adverse(self, name: str, value: FactValue, now: Profile) -> bool:
        raw = {known: one.value for known, one in now.seen.items()}
        return severity(self.release, name, {**raw, name: value}, now.as_of) > 0
