"""Rank what an assessment leaves open for the patient's goals, and say what was left out and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from api.clinical.catalogue import Exercise
from api.clinical.contraindications import Assessment, Finding, Judgement
from api.clinical.profile import Profile
from api.clinical.release import Release
from api.clinical.vocabulary import (
    OPEN,
    Effect,
    Goal,
    LeftOut,
    Modality,
    Posture,
    Setting,
    Status,
)

MOST_PER_MODALITY = 3
ALWAYS_OFFERED = (Modality.AEROBIC, Modality.RESISTANCE, Modality.BALANCE, Modality.FLEXIBILITY)
_FALL_WEIGHT: Mapping[str | None, int] = {"low": 0, "moderate": 1, "high": 2, None: 2}
_FOOT_WEIGHT: Mapping[str | None, int] = {"0": 0, "1": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a recommendation is asked for; an empty collection asks for nothing in particular.

    Attributes:
        equipment: what is at hand; None where it was not said.
        planned: modalities that the plan has already.
        limit: the most exercises in all.
        most_per_modality: the most of one modality.
    """

    goals: Collection[Goal] = ()
    modalities: Collection[Modality] = ()
    equipment: Collection[str] | None = None
    settings: Collection[Setting] = ()
    postures: Collection[Posture] = ()
    planned: Collection[Modality] = ()
    limit: int | None = None
    most_per_modality: int = MOST_PER_MODALITY


class Recommended(NamedTuple):
    """One exercise that is offered.

    Attributes:
        changes: findings that modify it, in the order of the assessment.
    """

    exercise: Exercise
    score: int
    status: Status
    changes: tuple[Finding, ...]


class Omitted(NamedTuple):
    """One exercise that is not offered, why, and the nearest open one for the same goal."""

    exercise: Exercise
    reason: LeftOut
    status: Status
    because: tuple[str, ...]
    instead: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """Safe exercises, best first, and what was left out.

    Attributes:
        goals: the goals that were ranked for.
        coverage: whether the open exercises can still fill each part of a programme.
    """

    goals: tuple[Goal, ...]
    offered: tuple[Recommended, ...]
    omitted: tuple[Omitted, ...]
    coverage: Mapping[Modality, int]


def recommend(release: Release, profile: Profile, assessment: Assessment, wishes: Wishes) -> Recommendation:
    """Rank the open exercises.

    Source: specification, ranking of recommendations (design decision).

    Args:
        release: the knowledge.
        profile: the patient.
        assessment: the check of that patient.
        wishes: goals, filters and limit.
    """
    goals = _goals(profile, wishes)
    judged = {judgement.exercise_id: judgement for judgement in assessment.exercises}
    changes = _changes(release, assessment)
    candidates: list[Recommended] = []
    left: list[tuple[Exercise, LeftOut]] = []
    for exercise in release.exercises:
        judgement = judged.get(exercise.id)
        reason = _left_out(exercise, judgement, wishes)
        if judgement is None or reason is not None:
            left.append((exercise, reason or LeftOut.NO_ANSWER))
            continue
        score = _score(exercise, profile, goals, wishes.planned) - len(changes[exercise.id])
        candidates.append(Recommended(exercise, score, judgement.status, changes[exercise.id]))
    candidates.sort(key=lambda one: (-one.score, one.exercise.id))
    offered = _offered(candidates, wishes)
    taken = {one.exercise.id for one in offered}
    left += [(one.exercise, LeftOut.BEYOND_LIMIT) for one in candidates if one.exercise.id not in taken]
    left.sort(key=lambda one: release.exercise_positions[one[0].id])
    return Recommendation(
        goals=goals,
        offered=offered,
        omitted=tuple(_omitted(release, exercise, reason, judged) for exercise, reason in left),
        coverage=_coverage(release, judged),
    )


def _goals(profile: Profile, wishes: Wishes) -> tuple[Goal, ...]:
    """The goals asked for, else the patient's, else all equally."""
    own = profile.values.get("goals") or frozenset()
    asked = [goal for goal in Goal if goal in wishes.goals] or [goal for goal in Goal if goal.value in own]
    return tuple(asked or Goal)


def _left_out(exercise: Exercise, judgement: Judgement | None, wishes: Wishes) -> LeftOut | None:
    """Why an exercise is no candidate; safety first."""
    if judgement is None:
        return LeftOut.NO_ANSWER
    if judgement.status not in OPEN:
        return LeftOut.CLOSED
    if not exercise.suggest:
        return LeftOut.NOT_SUGGESTED
    if wishes.modalities and exercise.modality not in wishes.modalities:
        return LeftOut.MODALITY
    if wishes.postures and exercise.posture not in wishes.postures:
        return LeftOut.POSTURE
    if wishes.settings and not set(exercise.setting) & set(wishes.settings):
        return LeftOut.SETTING
    if wishes.equipment is not None and not set(exercise.equipment) <= set(wishes.equipment):
        return LeftOut.EQUIPMENT
    return LeftOut.GOAL if wishes.goals and not set(exercise.goals) & set(wishes.goals) else None


def _score(exercise: Exercise, profile: Profile, goals: Sequence[Goal], planned: Collection[Modality]) -> int:
    """Points before the findings that modify the exercise are taken off."""
    steady = exercise.modality is Modality.BALANCE and exercise.demand.fall <= 1
    fall = 0 if steady else _FALL_WEIGHT[profile.values.get("fall_risk")]
    foot = _FOOT_WEIGHT.get(profile.values.get("iwgdf_risk"), 2)
    served = len(set(exercise.goals) & set(goals))
    new = 0 if exercise.modality in planned else 1
    return 10 * served + 5 * new - 3 * exercise.demand.fall * fall - 2 * exercise.demand.foot * foot


def _changes(release: Release, assessment: Assessment) -> Mapping[str, tuple[Finding, ...]]:
    """For each exercise the findings that modify it."""
    touching = [
        (finding, release.touched(finding.effects[Effect.MODIFY]))
        for finding in assessment.findings
        if Effect.MODIFY in finding.effects
    ]
    return {
        exercise.id: tuple(finding for finding, mask in touching if mask >> index & 1)
        for index, exercise in enumerate(release.exercises)
    }


def _offered(candidates: Sequence[Recommended], wishes: Wishes) -> tuple[Recommended, ...]:
    """So many of each modality and the limit in all, but one of each kind that a programme needs."""
    limit = wishes.limit
    kept: list[Recommended] = []
    for one in candidates:
        alike = sum(other.exercise.modality is one.exercise.modality for other in kept)
        if alike < wishes.most_per_modality:
            kept.append(one)
    if limit is None or len(kept) <= limit:
        return tuple(kept)
    first: dict[Modality, Recommended] = {}
    for one in kept:
        if one.exercise.modality in ALWAYS_OFFERED:
            first.setdefault(one.exercise.modality, one)
    needed = {one.exercise.id for one in first.values()}
    spare = max(limit - len(needed), 0)
    rest = [one for one in kept if one.exercise.id not in needed][:spare]
    chosen = needed | {one.exercise.id for one in rest}
    return tuple(one for one in kept if one.exercise.id in chosen)


def _omitted(
    release: Release, exercise: Exercise, reason: LeftOut, judged: Mapping[str, Judgement]
) -> Omitted:
    judgement = judged.get(exercise.id)
    if judgement is None:
        return Omitted(exercise, reason, Status.FORBID, (), None)
    closed = reason is LeftOut.CLOSED
    instead = nearest_open(release, exercise, judged) if closed else None
    return Omitted(exercise, reason, judgement.status, judgement.because if closed else (), instead)


def nearest_open(release: Release, exercise: Exercise, judged: Mapping[str, Judgement]) -> str | None:
    """The open exercise nearest to a closed one: its own easier form, else one for the same goal."""
    by_id = {one.id: one for one in release.exercises}
    goals = set(exercise.goals)
    fitting = {
        one.id: one
        for one in release.exercises
        if one.suggest and judged[one.id].status in OPEN and goals & set(one.goals)
    }
    for easier in easier_forms(by_id, exercise):
        if easier.id in fitting and easier.modality is exercise.modality:
            return easier.id
    near = sorted(
        fitting.values(),
        key=lambda one: (
            one.modality is not exercise.modality,
            -len(goals & set(one.goals)),
            abs(one.met - exercise.met),
            one.id,
        ),
    )
    return near[0].id if near else None


def easier_forms(by_id: Mapping[str, Exercise], exercise: Exercise) -> list[Exercise]:
    """The easier forms of an exercise, nearest first."""
    found: list[Exercise] = []
    following = exercise.regress
    while following is not None and by_id[following] not in found:
        found.append(by_id[following])
        following = by_id[following].regress
    return found


def _coverage(release: Release, judged: Mapping[str, Judgement]) -> Mapping[Modality, int]:
    """How many exercises that may be suggested are open in each modality."""
    counts = dict.fromkeys(Modality, 0)
    for exercise in release.exercises:
        judgement = judged.get(exercise.id)
        if exercise.suggest and judgement is not None and judgement.status in OPEN:
            counts[exercise.modality] += 1
    return counts
