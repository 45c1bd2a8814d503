"""Rules, the exercises they touch, and what they do when known, unknown or cleared."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from types import MappingProxyType

from api.clinical.criteria import Criterion
from api.clinical.vocabulary import (
    EVERY_EXERCISE,
    LEVEL_RANK,
    CheckKind,
    Decision,
    Effect,
    Level,
    ReviewStatus,
    RuleScope,
    UnknownPolicy,
)

Effects = Mapping[Effect, frozenset[str]]

CLOSING = (Effect.FORBID, Effect.CLEARANCE, Effect.AVOID)
_CAPPED: Mapping[UnknownPolicy, Mapping[Effect, Effect | None]] = MappingProxyType(
    {
        UnknownPolicy.RELATIVE: {Effect.FORBID: Effect.CLEARANCE},
        UnknownPolicy.PRECAUTION: {Effect.FORBID: Effect.AVOID, Effect.CLEARANCE: Effect.AVOID},
        UnknownPolicy.INFORMATION: dict.fromkeys(Effect),
    }
)
_PLACES = tuple(tuple(place for place in range(8) if octet >> place & 1) for octet in range(256))
_POLICY_LEVEL = MappingProxyType(
    {
        UnknownPolicy.RELATIVE: Level.RELATIVE,
        UnknownPolicy.PRECAUTION: Level.PRECAUTION,
        UnknownPolicy.INFORMATION: Level.INFORMATION,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A source that a statement rests on, with what it is taken for."""

    id: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source of the medicine, and how much of it was really read."""

    id: str
    kind: str
    source: str
    read: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """Under a condition, an effect of the rule on some tags becomes milder."""

    when: Criterion
    written: str
    tags: frozenset[str]
    milder_from: Effect
    milder_to: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One contraindication, precaution or remark.

    Attributes:
        group: the body system, the name of the rule's file.
        when: the condition; `written` is its text.
        unknown: what happens when the condition is unknown.
        decision: the decision that this rule forces when it fires, beside its effects.
        do: what to change, for the person who exercises.
        clinician: what the clinician does.
        verification: how far the statement was read in its source, in words.
    """

    id: str
    version: int
    title: str
    group: str
    level: Level
    scope: RuleScope
    when: Criterion
    written: str
    unknown: UnknownPolicy
    effects: Effects
    decision: Decision | None = None
    relaxations: tuple[Relaxation, ...] = ()
    do: str
    clinician: str
    citations: tuple[Citation, ...]
    verification: str
    review_status: ReviewStatus
    effective_from: date
    sha256: str = field(compare=False)

    def is_read_in(self, kind: CheckKind) -> bool:
        """Whether a check of this kind reads the rule."""
        return kind is CheckKind.SESSION or self.scope is not RuleScope.SESSION

    @property
    def acts_when_unknown(self) -> bool:
        """Whether the rule has effects when its condition is unknown."""
        return self.unknown not in {UnknownPolicy.GATE, UnknownPolicy.IGNORE, UnknownPolicy.INFORMATION}

    @property
    def clearable(self) -> bool:
        """Whether a clinician may clear it; an absolute never."""
        return self.level is Level.RELATIVE and Effect.CLEARANCE in self.effects


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A fired rule as it acts: its level, and its effects on tags and on exercises.

    Attributes:
        masks: the exercises touched, one bit each in catalogue order; one mask for each effect, worst first.
        closing: the exercises that are not open while this acts.
        order: worst first, then by rule id.
        on_every_exercise: effects that touch all exercises.
    """

    level: Level
    cleared: bool
    effects: Effects
    masks: tuple[int, ...]
    closing: int
    order: tuple[int, str]
    on_every_exercise: frozenset[Effect]


def outcome(
    rule: Rule,
    tagged: Mapping[str, int],
    *,
    surely: bool,
    relaxed: Iterable[Relaxation] = (),
    cleared: bool = False,
) -> Outcome:
    """What a rule does.

    Args:
        rule: the rule.
        tagged: for each tag the exercises that carry it, as a bit mask.
        surely: its condition is true; otherwise unknown, and its policy speaks.
        relaxed: relaxations whose condition is true.
        cleared: a clearance is on file and in date.
    """
    effects = dict(rule.effects)
    level = rule.level
    for relaxation in relaxed:
        effects = _moved(effects, relaxation.milder_from, relaxation.milder_to, relaxation.tags)
    if not surely and rule.unknown in _CAPPED:
        level = _POLICY_LEVEL[rule.unknown]
        for effect, capped in _CAPPED[rule.unknown].items():
            effects = _moved(effects, effect, capped, effects.get(effect, frozenset()))
    lifted = cleared and rule.clearable and Effect.CLEARANCE in effects
    if lifted:
        level = Level.PRECAUTION
        effects = _moved(effects, Effect.CLEARANCE, Effect.MODIFY, effects.get(Effect.CLEARANCE, frozenset()))
    return Outcome(
        level=level,
        cleared=lifted,
        effects=MappingProxyType({effect: effects[effect] for effect in Effect if effect in effects}),
        masks=tuple(_mask(effects.get(effect, frozenset()), tagged) for effect in Effect),
        closing=_mask(frozenset().union(*(effects.get(effect, ()) for effect in CLOSING)), tagged),
        order=(-LEVEL_RANK[level], rule.id),
        on_every_exercise=frozenset(effect for effect, tags in effects.items() if EVERY_EXERCISE in tags),
    )


def _moved(
    effects: Effects, source: Effect, target: Effect | None, tags: frozenset[str]
) -> dict[Effect, frozenset[str]]:
    """Effects with some tags taken from one effect and given to a milder one (or to none)."""
    moved = effects.get(source, frozenset()) & tags
    result = {effect: kept for effect, kept in effects.items() if effect is not source}
    kept = effects.get(source, frozenset()) - moved
    if kept:
        result[source] = kept
    if target is not None and moved:
        result[target] = result.get(target, frozenset()) | moved
    return result


def _mask(tags: frozenset[str], tagged: Mapping[str, int]) -> int:
    mask = 0
    for tag in tags:
        mask |= tagged[tag]
    return mask


def positions(mask: int) -> list[int]:
    """The positions of the bits that are set, lowest first."""
    octets = mask.to_bytes((mask.bit_length() + 7) // 8, "little")
    return [
        start + place for start, octet in zip(count(0, 8), octets, strict=False) for place in _PLACES[octet]
    ]
