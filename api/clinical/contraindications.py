"""Which exercises are safe for a profile, which are not, and why: assess once, then judge every exercise."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

from api.clinical.explanation import Explainer
from api.clinical.profile import Profile
from api.clinical.release import Release
from api.clinical.rules import Effects, Outcome, Rule, positions
from api.clinical.support import Support
from api.clinical.vocabulary import (
    Basis,
    CheckKind,
    Decision,
    Effect,
    FactState,
    Level,
    Status,
    UnknownPolicy,
)

PROGRAMME_VALID_FOR = timedelta(days=30)
SESSION_VALID_FOR = timedelta(minutes=60)
"""How long the two kinds of check hold at the most. Source: specification, two kinds of check."""
_WORST_FIRST = tuple(Status(effect.value) for effect in Effect)
_NO_EXERCISES = frozenset({Decision.OUT_OF_SCOPE, Decision.INSUFFICIENT_DATA})
_NEVER_CLEARED: Mapping[str, datetime] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """A clinician's clearance of one rule.

    Attributes:
        granted_at, expires_at: aware moments; it counts from the first to just before the second.
        limits: what the clinician bound it to, in words.
    """

    rule_id: str
    granted_by_name: str
    granted_by_role: str
    granted_at: datetime
    expires_at: datetime
    limits: str | None = None


class Finding(NamedTuple):
    """A rule that fired.

    Attributes:
        level: the level at which it fired, lower than the rule's where the data are missing or it is cleared.
        facts: entered facts that it rests on.
        missing: entered facts whose absence it rests on.
        effects: what it does, by tag.
    """

    rule: Rule
    level: Level
    basis: Basis
    cleared: bool
    facts: tuple[str, ...]
    missing: tuple[str, ...]
    effects: Effects


class Judgement(NamedTuple):
    """What may be done with one exercise, and the rules that decide it, worst first."""

    exercise_id: str
    status: Status
    because: tuple[str, ...]


_JUDGEMENT = partial(tuple.__new__, Judgement)  # eighty of them a check, without the detour over keywords


class Missing(NamedTuple):
    """A fact that is needed, what is known of it, and the rules that ask for it."""

    name: str
    state: FactState
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """The answer to a check.

    Attributes:
        exercises: in catalogue order; empty when the decision allows no list.
        gates: facts that must be known before anything is answered.
    """

    decision: Decision
    kind: CheckKind
    as_of: datetime
    valid_until: datetime
    findings: tuple[Finding, ...]
    exercises: tuple[Judgement, ...]
    gates: tuple[str, ...]
    missing: tuple[Missing, ...]


def assess(
    release: Release, profile: Profile, kind: CheckKind, clearances: Iterable[Clearance] = ()
) -> Assessment:
    """Check one profile against all rules.

    Args:
        release: the knowledge.
        profile: the patient at the moment of the check.
        kind: a programme, or a session on its day.
        clearances: those on file; one that is not in date does not count.
    """
    in_date = _in_date(clearances, profile.as_of)
    read, fire = release.readings[kind]
    surely, unsure = fire(profile.values)
    explainer = Explainer(release, profile)
    fired = [_finding(release, explainer, read[index], in_date, surely=True) for index in surely]
    gate_rules: list[tuple[Rule, Support]] = []
    for index in unsure:
        rule = release.rules[read[index]]
        if rule.unknown is UnknownPolicy.GATE:
            gate_rules.append((rule, explainer.why(read[index])))
        else:
            fired.append(_finding(release, explainer, read[index], in_date, surely=False))
    fired.sort(key=lambda pair: pair[1].order)
    findings = tuple(finding for finding, _ in fired)
    gates = _gates(release, profile, kind, gate_rules)
    decision = _decision(fired, gates)
    return Assessment(
        decision=decision,
        kind=kind,
        as_of=profile.as_of,
        valid_until=_valid_until(release, profile, kind, findings, in_date),
        findings=findings,
        exercises=() if decision in _NO_EXERCISES else _judgements(release, fired),
        gates=gates,
        missing=_missing(profile, findings, gates, gate_rules),
    )


def _in_date(clearances: Iterable[Clearance], as_of: datetime) -> Mapping[str, datetime]:
    """For each rule that is cleared at the moment, until when."""
    in_date: dict[str, datetime] = {}
    for clearance in clearances:
        if clearance.granted_at <= as_of < clearance.expires_at:
            in_date[clearance.rule_id] = max(
                clearance.expires_at, in_date.get(clearance.rule_id, clearance.expires_at)
            )
    return in_date or _NEVER_CLEARED


def _finding(
    release: Release, explainer: Explainer, position: int, in_date: Mapping[str, datetime], *, surely: bool
) -> tuple[Finding, Outcome]:
    rule = release.rules[position]
    acts = release.relaxed_outcome(position, explainer.values, surely=surely, cleared=rule.id in in_date)
    support = explainer.why(position)
    facts, missing = tuple(sorted(support.facts)), tuple(sorted(support.missing))
    basis = _basis(explainer.profile.states, facts, missing)
    return Finding(rule, acts.level, basis, acts.cleared, facts, missing, acts.effects), acts


def _basis(states: Mapping[str, FactState], facts: Sequence[str], missing: Sequence[str]) -> Basis:
    if not missing and not states:
        return Basis.OBSERVED
    seen = {states.get(name) for name in missing}
    if FactState.CONFLICTING in seen or any(states.get(name) is FactState.CONFLICTING for name in facts):
        return Basis.CONFLICTING_DATA
    if FactState.STALE in seen:
        return Basis.STALE_DATA
    return Basis.MISSING_DATA if missing else Basis.OBSERVED


def _gates(
    release: Release, profile: Profile, kind: CheckKind, gate_rules: Sequence[tuple[Rule, Support]]
) -> tuple[str, ...]:
    """Facts that must be known and are not, or contradict each other."""
    asked = {name for _, support in gate_rules for name in support.missing}
    return tuple(
        fact.name
        for fact in release.gates[kind]
        if fact.name in asked
        or profile.values[fact.name] is None
        or profile.states.get(fact.name) is FactState.CONFLICTING
    )


def _decision(fired: Sequence[tuple[Finding, Outcome]], gates: Sequence[str]) -> Decision:
    everywhere = {effect for _, acts in fired for effect in acts.on_every_exercise}
    forced = {finding.rule.decision for finding, acts in fired if Effect.FORBID in acts.on_every_exercise}
    if Decision.OUT_OF_SCOPE in forced:
        return Decision.OUT_OF_SCOPE
    if Effect.FORBID in everywhere:
        return Decision.DO_NOT_EXERCISE
    if gates:
        return Decision.INSUFFICIENT_DATA
    if Effect.CLEARANCE in everywhere:
        return Decision.CLEARANCE_REQUIRED
    if any(acts.effects for _, acts in fired):
        return Decision.MODIFIED
    return Decision.STANDARD


def _judgements(release: Release, fired: Sequence[tuple[Finding, Outcome]]) -> tuple[Judgement, ...]:
    """Every exercise with its worst effect and the rules that have it."""
    count = len(release.exercises)
    statuses = [Status.ALLOWED] * count
    because: list[tuple[str, ...]] = [()] * count
    free = (1 << count) - 1
    for worst, status in enumerate(_WORST_FIRST):
        alike: dict[tuple[str, ...], int] = {(): free}
        for finding, acts in fired:
            mask = acts.masks[worst]
            if mask:
                _split(alike, finding.rule.id, mask)
        free = alike.pop(())
        for rules, mask in alike.items():
            for index in positions(mask):
                statuses[index] = status
                because[index] = rules
    return tuple(map(_JUDGEMENT, zip(release.exercise_positions, statuses, because, strict=True)))


def _split(alike: dict[tuple[str, ...], int], rule_id: str, mask: int) -> None:
    """Divide exercises that had the same rules so far by whether the rule touches them."""
    for rules, exercises in tuple(alike.items()):
        touched = exercises & mask
        if touched:
            alike[rules] = exercises & ~mask
            alike[*rules, rule_id] = touched


def _missing(
    profile: Profile,
    findings: Sequence[Finding],
    gates: Sequence[str],
    gate_rules: Sequence[tuple[Rule, Support]],
) -> tuple[Missing, ...]:
    """Every fact that is asked for, with the rules that ask."""
    asked: dict[str, list[str]] = {name: [] for name in gates}
    for rule, support in gate_rules:
        for name in support.missing:
            asked.setdefault(name, []).append(rule.id)
    for finding in findings:
        for name in finding.missing:
            asked.setdefault(name, []).append(finding.rule.id)
    states = profile.states
    return tuple(
        Missing(name, states.get(name, FactState.UNKNOWN), tuple(sorted(set(rules))))
        for name, rules in sorted(asked.items())
    )


def ages_at(as_of: datetime, kind: CheckKind) -> datetime:
    """When an answer grows too old, in UTC, because moments of one zone are compared quicker."""
    return as_of.astimezone(UTC) + (SESSION_VALID_FOR if kind is CheckKind.SESSION else PROGRAMME_VALID_FOR)


def _valid_until(
    release: Release,
    profile: Profile,
    kind: CheckKind,
    findings: Sequence[Finding],
    in_date: Mapping[str, datetime],
) -> datetime:
    """Until when the answer holds: its own limit, a fact that runs out, or a clearance that ends.

    What counts for a day or less belongs to a session; it does not end a programme.
    """
    limit = ages_at(profile.as_of, kind)
    read = release.lasting_facts if kind is CheckKind.PROGRAMME else release.read_facts
    soon = [name for name, moment in profile.fading.items() if moment < limit]
    ends = [profile.fading[name] for name in soon if name in read]
    ends += [in_date[finding.rule.id] for finding in findings if finding.cleared]
    return min([limit, *ends]).astimezone(profile.as_of.tzinfo)
