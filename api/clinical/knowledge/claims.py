"""The claims of the proof, each tried over the abstract values of facts around the base patient."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from json import dumps
from math import prod
from typing import Any

from api.clinical.knowledge.abstract import Space, Strictness, looser
from api.clinical.knowledge.witnesses import Witnesses
from api.clinical.release import Release
from api.clinical.rules import positions
from api.clinical.vocabulary import CheckKind, Effect, Goal

MOST_PER_RULE = 1200
RANDOM_PROFILES = 1500
_SEED = 20261122
_CLEARANCE, _AVOID = 1, 2
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement about the release, tried in many cases.

    Attributes:
        cases: how many cases were tried; `exhaustive` if those are all there are.
        against: names, or what happens to a patient with the check to post, for which it does not hold.
    """

    id: str
    statement: str
    cases: int
    exhaustive: bool
    against: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether no case spoke against it."""
        return not self.against


class Ground:
    """What the claims stand on: the release, its space of tables, and a repeatable chance."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.space = Space(release, release.released_on)
        self.witnesses = Witnesses(self.space)
        self.everything = (1 << len(release.exercises)) - 1
        self.chance = random.Random(_SEED)  # noqa: S311 - a repeatable search, no secret
        self._severities: dict[tuple[str, Any], bool] = {}
        joined = [entry.of for entry in release.derived.values() if len(entry.of) > 1]
        self._joined = {name for of in joined for name in of}

    def reassures(self, changes: Mapping[str, Any], name: str) -> bool:
        """Whether a fact is known and speaks against nothing."""
        value = changes.get(name, self.space.base[name])
        if value is None:
            return False
        key = (name, value)
        if name in self._joined or key not in self._severities:
            table = self.space.changed(changes)
            self._severities[key] = self.space.severity(name, table) == 0
        return self._severities[key]

    def is_adverse(self, name: str, value: Any) -> bool:
        """Whether a value alone holds back an exercise that the base patient may do."""
        return bool(looser(self.strictness({name: value}), self.strictness({})))

    def strictness(self, changes: Mapping[str, Any], kind: CheckKind = CheckKind.SESSION) -> Strictness:
        """How strictly each exercise is held back after changes of the base patient."""
        return self.space.strictness(self.space.changed(changes), kind)

    def told(self, changes: Mapping[str, Any], what: str) -> str:
        """A counterexample: what happens, and the patient as a check to post."""
        return f"{what}: {dumps(self.space.posted(changes), ensure_ascii=False)}"

    def loosens(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
        """Whether an exercise is held back less after the second changes than after the first."""
        return any(looser(self.strictness(before, kind), self.strictness(after, kind)) for kind in CheckKind)


def every_rule_can_fire(ground: Ground) -> Claim:
    """Every rule can fire."""
    rules = ground.release.rules
    silent = [rule.id for index, rule in enumerate(rules) if ground.witnesses.of_rule(index) is None]
    return _claim("every-rule-can-fire", "Every rule fires for some patient.", len(rules), silent)


def every_rule_touches(ground: Ground) -> Claim:
    """Every rule with effects touches an exercise."""
    acting = [rule for rule in ground.release.rules if rule.effects]
    idle = [
        rule.id
        for rule in acting
        if not ground.release.touched(tag for tags in rule.effects.values() for tag in tags)
    ]
    return _claim("every-rule-touches", "Every rule with effects touches an exercise.", len(acting), idle)


def every_fact_is_read(ground: Ground) -> Claim:
    """Every fact is read by a rule, or said to be shown only."""
    release = ground.release
    read = frozenset().union(*release.closing_inputs)
    facts = release.plain_facts
    idle = [fact.name for fact in facts if fact.name not in read and not fact.display_only]
    wrong = [
        f"{fact.name} is read" for fact in facts if fact.name in release.read_facts and fact.display_only
    ]
    statement = "Every fact is read by a rule or said to be for display, dose or reports only."
    return _claim("every-fact-is-read", statement, len(facts), idle + wrong)


def every_tag_is_read(ground: Ground) -> Claim:
    """Every tag is read by a rule, or said to group only."""
    release = ground.release
    read = {tag for rule in release.rules for tags in rule.effects.values() for tag in tags}
    tags = set(release.tagged)
    idle = sorted(tags - read - release.grouping_tags)
    wrong = [f"{tag} is read" for tag in sorted(release.grouping_tags & read)]
    statement = "Every tag is read by a rule or said to group only."
    return _claim("every-tag-is-read", statement, len(tags), idle + wrong)


def every_exercise_is_open(ground: Ground) -> Claim:
    """Every exercise is open to some patient."""
    favourable = {
        fact.name: fact.favourable for fact in ground.release.plain_facts if fact.favourable is not None
    }
    recent = {name: ground.space.today for name, (within, _) in ground.release.day_limits.items() if within}
    closed = ground.strictness({**favourable, **recent})[_AVOID]
    names = [ground.release.exercises[index].id for index in positions(closed)]
    statement = "Every exercise is open to some patient."
    return _claim("every-exercise-is-open", statement, len(ground.release.exercises), names)


def losing_never_loosens(ground: Ground) -> Claim:
    """For every rule, over the abstract values of its facts: losing a reassuring one never loosens."""
    against: list[str] = []
    cases = 0
    exhaustive = True
    for index in range(len(ground.release.rules)):
        facts = sorted(ground.release.rule_inputs[index])
        values = [(*ground.space.values[name], None) for name in facts]
        complete = prod(map(len, values)) <= MOST_PER_RULE
        exhaustive &= complete
        tables = product(*values) if complete else _drawn(ground, values)
        for chosen in tables:
            changes = dict(zip(facts, chosen, strict=True))
            for name in facts:
                if ground.reassures(changes, name):
                    cases += 1
                    if ground.loosens(changes, {**changes, name: None}):
                        against.append(ground.told(changes, f"losing {name}"))
    statement = "A reassuring fact that becomes unknown never makes an exercise more permitted, rule by rule."
    return _claim("losing-never-loosens", statement, cases, against, exhaustive=exhaustive)


def _drawn(ground: Ground, values: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """As many tables as a rule may have, drawn by a repeatable chance."""
    for _ in range(MOST_PER_RULE // 8):
        yield tuple(ground.chance.choice(some) for some in values)


def _patient(ground: Ground, *, forgetful: bool) -> dict[str, Any]:
    """Changes of the base patient by a repeatable chance; some facts unknown if forgetful."""
    facts = ground.chance.sample(ground.release.plain_facts, ground.chance.choice((1, 2, 4, 8, 16)))
    values = ground.space.values
    unknown = (None,) if forgetful else ()
    return {fact.name: ground.chance.choice((*values[fact.name], *unknown)) for fact in facts}


def losing_never_loosens_at_random(ground: Ground) -> Claim:
    """Over whole patients: losing a reassuring fact never loosens."""
    against: list[str] = []
    cases = 0
    for _ in range(RANDOM_PROFILES):
        changes = _patient(ground, forgetful=True)
        for name in ground.chance.sample(sorted(ground.space.values), 6):
            if ground.reassures(changes, name):
                cases += 1
                if ground.loosens(changes, {**changes, name: None}):
                    against.append(ground.told(changes, f"losing {name}"))
    statement = "The same over whole patients drawn at random."
    return _claim("losing-never-loosens-at-random", statement, cases, against, exhaustive=False)


def hazards_never_loosen(ground: Ground) -> Claim:
    """A reassuring value that becomes an adverse one never loosens."""
    against: list[str] = []
    cases = 0
    adverse = [
        (name, value)
        for name, values in ground.space.values.items()
        for value in values
        if ground.is_adverse(name, value)
    ]
    for _ in range(RANDOM_PROFILES):
        changes = _patient(ground, forgetful=False)
        for name, value in ground.chance.sample(adverse, 6):
            if ground.reassures(changes, name) and not ground.reassures({**changes, name: value}, name):
                cases += 1
                if ground.loosens(changes, {**changes, name: value}):
                    against.append(ground.told(changes, f"adding {name}"))
    statement = (
        "A reassuring value that becomes an adverse one never makes an exercise more permitted "
        "(of patients of whom nothing relevant is unknown: a known hazard may be milder than an unknown one)."
    )
    return _claim("hazards-never-loosen", statement, cases, against, exhaustive=False)


def effects_merge_to_the_strictest(ground: Ground) -> Claim:
    """For every pair of rules, the joint effect on each exercise is the stricter of the two."""
    release = ground.release
    against: list[str] = []
    acts = [release.outcome(index, surely=True, cleared=False) for index in range(len(release.rules))]
    for first, second in combinations(range(len(acts)), 2):
        for index, exercise in enumerate(release.exercises):
            worst = min(_worst(acts[first].masks, index), _worst(acts[second].masks, index))
            joint = tuple(a | b for a, b in zip(acts[first].masks, acts[second].masks, strict=True))
            if _worst(joint, index) != worst:
                against.append(f"{release.rules[first].id} with {release.rules[second].id} on {exercise.id}")
    cases = len(acts) * (len(acts) - 1) // 2
    statement = "Effects of any two rules on an exercise merge to the stricter one."
    return _claim("effects-merge-to-the-strictest", statement, cases, against)


def _worst(masks: tuple[int, ...], index: int) -> int:
    return next((worst for worst, mask in enumerate(masks) if mask >> index & 1), len(Effect))


def every_statement_has_a_source(ground: Ground) -> Claim:
    """Every rule cites a source or says that it is a design decision."""
    bare = [rule.id for rule in ground.release.rules if not rule.citations or not rule.verification]
    statement = "Every rule cites a source or says that it is a design decision, with its verification words."
    return _claim("every-statement-has-a-source", statement, len(ground.release.rules), bare)


def goals_stay_reachable(ground: Ground) -> Claim:
    """With any one or two adverse values each goal keeps an open exercise, or the answer refers."""
    of_goal = {
        goal: sum(1 << index for index, one in enumerate(ground.release.exercises) if goal in one.goals)
        for goal in Goal
    }
    adverse = [
        (name, value)
        for name, values in ground.space.values.items()
        for value in values
        if ground.is_adverse(name, value)
    ]
    pairs = [pair for pair in combinations(adverse, 2) if pair[0][0] != pair[1][0]]
    against: list[str] = []
    for chosen in (*((one,) for one in adverse), *pairs):
        changes = dict(chosen)
        strict = ground.strictness(changes)
        refers = strict[_CLEARANCE] == ground.everything
        waiting = strict[_CLEARANCE] & ~strict[0]
        lost = [goal.value for goal, mask in of_goal.items() if not mask & (~strict[_AVOID] | waiting)]
        if lost and not refers:
            against.append(ground.told(changes, f"nothing for {', '.join(lost)}"))
    statement = (
        "With any one or two adverse values, each goal keeps an exercise that is open or waits for a "
        "clearance only, or no exercise is open and the patient is referred."
    )
    return _claim("goals-stay-reachable", statement, len(adverse) + len(pairs), against)


def _claim(name: str, statement: str, cases: int, against: list[str], *, exhaustive: bool = True) -> Claim:
    return Claim(
        id=name, statement=statement, cases=cases, exhaustive=exhaustive, against=tuple(against[:_SHOWN])
    )


CLAIMS = (
    every_rule_can_fire,
    every_rule_touches,
    every_fact_is_read,
    every_tag_is_read,
    every_exercise_is_open,
    losing_never_loosens,
    losing_never_loosens_at_random,
    hazards_never_loosen,
    effects_merge_to_the_strictest,
    every_statement_has_a_source,
    goals_stay_reachable,
)
