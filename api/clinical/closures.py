"""Which exercises are closed, without reasons: for answers that try many patients."""

from collections.abc import Collection

from api.clinical.criteria import Values
from api.clinical.release import Release
from api.clinical.vocabulary import EVERY_EXERCISE, CheckKind, UnknownPolicy


def closed_exercises(
    release: Release,
    values: Values,
    kind: CheckKind,
    *,
    in_conflict: Collection[str] = (),
    cleared: Collection[str] = (),
) -> int:
    """The exercises that are not open, as a bit mask; all of them while a gate is unknown. Without reasons.

    Args:
        release: the knowledge.
        values: a completed table of facts.
        kind: which rules and gates are read.
        in_conflict: facts that contradict each other.
        cleared: rules with a clearance in date.
    """
    if any(values[gate.name] is None or gate.name in in_conflict for gate in release.gates[kind]):
        return release.tagged[EVERY_EXERCISE]
    read, fire = release.readings[kind]
    surely, unsure = fire(values)
    closed = 0
    for index in (*surely, *unsure):
        rule = release.rules[read[index]]
        sure = index in surely
        if sure or rule.acts_when_unknown:
            lifted = rule.id in cleared
            closed |= release.relaxed_outcome(read[index], values, surely=sure, cleared=lifted).closing
        elif rule.unknown is UnknownPolicy.GATE:
            return release.tagged[EVERY_EXERCISE]
    return closed
