"""The gate in front of a signature, and what closes it again: pure functions over a check."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from api.clinical.contraindications import Assessment
from api.clinical.profile import Profile
from api.clinical.vocabulary import Decision, FactState, Status
from api.patients.observations.values import plain

NO_DOSE = frozenset(
    {
        Decision.OUT_OF_SCOPE,
        Decision.DO_NOT_EXERCISE,
        Decision.INSUFFICIENT_DATA,
        Decision.CLEARANCE_REQUIRED,
    }
)
"""Decisions under which nothing is prescribed. Source: specification, dose-risk class D-X."""

Pair = tuple[str, str]
"""A rule and an exercise, by id: what an override names."""


class Safety(StrEnum):
    """Whether what is prescribed is still safe for what is known."""

    SAFE = "safe"
    PAUSED = "paused"
    NEEDS_REVIEW = "needs-review"


class Blocked(NamedTuple):
    """An exercise that may not be done, what the check says of it, and the rules that nobody overrode."""

    exercise_id: str
    status: Status
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a check means for what is prescribed.

    Attributes:
        decision: of the check.
        blocked: exercises that may not be done, in the order prescribed; all of them where there is no dose.
        needed: the pairs of rule and exercise that only an override lets through, overridden or not.
    """

    decision: Decision
    blocked: tuple[Blocked, ...]
    needed: frozenset[Pair]

    @property
    def safety(self) -> Safety:
        """Safe; or some exercises paused; or all of it to be reviewed, because nothing may be dosed."""
        if self.decision in NO_DOSE:
            return Safety.NEEDS_REVIEW
        return Safety.PAUSED if self.blocked else Safety.SAFE


class Relied(NamedTuple):
    """What an override rested on when it was signed: a fact, its value as JSON data, and its state."""

    name: str
    value: Any
    state: FactState


def verdict(assessment: Assessment, exercise_ids: Iterable[str], overridden: Iterable[Pair]) -> Verdict:
    """What a check lets through of the exercises of a prescription.

    Source: specification, levels and actions: forbidden never, clearance needed only with one on file (then
    the check says so no more), avoid only with an override for every rule that says so.

    Args:
        assessment: the check.
        exercise_ids: what is prescribed.
        overridden: the overrides that are in force.
    """
    judged = {one.exercise_id: one for one in assessment.exercises}
    lifted = frozenset(overridden)
    blocked: list[Blocked] = []
    needed: set[Pair] = set()
    for exercise_id in exercise_ids:
        judgement = judged.get(exercise_id)
        if judgement is None:
            blocked.append(Blocked(exercise_id, Status.FORBID, ()))
        elif judgement.status in {Status.FORBID, Status.CLEARANCE}:
            blocked.append(Blocked(exercise_id, judgement.status, judgement.because))
        elif judgement.status is Status.AVOID:
            needed |= {(rule_id, exercise_id) for rule_id in judgement.because}
            left = tuple(rule_id for rule_id in judgement.because if (rule_id, exercise_id) not in lifted)
            if left:
                blocked.append(Blocked(exercise_id, judgement.status, left))
    return Verdict(decision=assessment.decision, blocked=tuple(blocked), needed=frozenset(needed))


def relied_on(assessment: Assessment, known: Profile, rule_id: str) -> tuple[Relied, ...]:
    """The facts that the finding of a rule rests on, also those whose absence it rests on."""
    finding = next(one for one in assessment.findings if one.rule.id == rule_id)
    return tuple(_as_known(known, name) for name in sorted({*finding.facts, *finding.missing}))


def changed(relied: Sequence[Relied], known: Profile) -> tuple[str, ...]:
    """The facts that are no longer as an override relied on them, by name."""
    return tuple(one.name for one in relied if one != _as_known(known, one.name))


def relied_from(data: Iterable[Mapping[str, Any]]) -> tuple[Relied, ...]:
    """What was kept as JSON data."""
    return tuple(Relied(one["name"], one["value"], FactState(one["state"])) for one in data)


def _as_known(known: Profile, name: str) -> Relied:
    seen = known.seen.get(name)
    return Relied(name, None if seen is None else plain(seen.value), known.state(name))
