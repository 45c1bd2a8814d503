"""What differs between how a prescription stood and how it stands: a pure comparison, as data of an alert."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from api.clinical.contraindications import Assessment
from api.clinical.reports import ReportLevel
from api.clinical.vocabulary import EVERY_EXERCISE, STATUS_RANK, Decision, Effect, Status
from api.prescriptions.gate import Blocked, Safety

_FOUND = frozenset({Decision.OUT_OF_SCOPE, Decision.DO_NOT_EXERCISE, Decision.CLEARANCE_REQUIRED})
"""Decisions that say more than that something is not known."""


class Direction(StrEnum):
    """Where a standing went."""

    SAME = "same"
    BETTER = "better"
    OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """How safe a prescription was found.

    Attributes:
        decision: of the check; None where that was not kept.
        paused: exercises that may not be done, with status and rules.
    """

    safety: Safety
    decision: Decision | None
    paused: tuple[Blocked, ...]


def paused_from(data: Iterable[Mapping[str, Any]]) -> tuple[Blocked, ...]:
    """Paused exercises from what is kept as JSON data."""
    return tuple(Blocked(one["exercise_id"], Status(one["status"]), tuple(one["rules"])) for one in data)


def paused_as(blocked: Iterable[Blocked]) -> list[dict[str, Any]]:
    """Paused exercises as JSON data."""
    return [
        {"exercise_id": one.exercise_id, "status": one.status.value, "rules": list(one.rules)}
        for one in blocked
    ]


def direction(before: Stood, after: Stood) -> Direction:
    """Whether a standing is the same, nothing but better, or otherwise."""
    if (before.safety, before.paused) == (after.safety, after.paused) and not _stricter(before, after):
        return Direction.SAME
    order = list(Safety)
    was = {one.exercise_id: one for one in before.paused}
    better = order.index(after.safety) <= order.index(before.safety) and all(
        one.exercise_id in was and _no_worse(was[one.exercise_id], one) for one in after.paused
    )
    return Direction.BETTER if better and not _stricter(before, after) else Direction.OTHERWISE


def level(after: Stood) -> ReportLevel:
    """How soon a clinician looks: within a day where nothing may be done because of what was found.

    Source: specification, levels and actions, for what the levels mean; which one is a design decision.
    """
    if after.safety is Safety.NEEDS_REVIEW and after.decision in _FOUND:
        return ReportLevel.URGENT
    return ReportLevel.REVIEW


def title(before: Stood, after: Stood) -> str:
    """One line for a clinician."""
    if after.safety is Safety.NEEDS_REVIEW:
        return f"Prescription: nothing may be done, because the check says {after.decision}."
    new = len(newly_paused(before, after))
    paused = len(after.paused)
    changed = f", {new} of them newly or for another reason" if new != paused else ""
    return f"Prescription: {paused} exercise{'' if paused == 1 else 's'} paused{changed}."


def newly_paused(before: Stood, after: Stood) -> tuple[Blocked, ...]:
    """Exercises that were not paused, or for another reason."""
    return tuple(one for one in after.paused if one not in before.paused)


def detail(before: Stood, after: Stood) -> dict[str, Any]:
    """What differs, as JSON data."""
    now = {one.exercise_id for one in after.paused}
    return {
        "safety": {"before": before.safety, "after": after.safety},
        "decision": {"before": before.decision, "after": after.decision},
        "newly_paused": paused_as(newly_paused(before, after)),
        "still_paused": [one.exercise_id for one in after.paused if one in before.paused],
        "going_on": [one.exercise_id for one in before.paused if one.exercise_id not in now],
    }


def rules(before: Stood, after: Stood, assessment: Assessment) -> tuple[str, ...]:
    """The rules that pause what was not paused, or, where nothing may be done, those that say so."""
    found = {rule_id for one in newly_paused(before, after) for rule_id in one.rules}
    if after.safety is Safety.NEEDS_REVIEW:
        found |= {
            one.rule.id for one in assessment.findings if not one.cleared and _of_everything(one.effects)
        }
    return tuple(sorted(found))


def _of_everything(effects: Mapping[Effect, frozenset[str]]) -> bool:
    closing = (Effect.FORBID, Effect.CLEARANCE)
    return any(EVERY_EXERCISE in effects.get(effect, ()) for effect in closing)


def _stricter(before: Stood, after: Stood) -> bool:
    """Whether nothing may be done any more for a stricter reason than before."""
    if after.safety is not Safety.NEEDS_REVIEW or before.decision is None or after.decision is None:
        return False
    order = list(Decision)
    return order.index(after.decision) < order.index(before.decision)


def _no_worse(was: Blocked, now: Blocked) -> bool:
    if now.status is was.status:
        return not was.rules or set(now.rules) <= set(was.rules)
    return STATUS_RANK[now.status] < STATUS_RANK[was.status]
