"""Which exercises fill the parts of a prescription."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from api.clinical.contraindications import Assessment
from api.clinical.draft import Item
from api.clinical.fitt import Part
from api.clinical.limits import Limits
from api.clinical.profile import Profile
from api.clinical.recommendation import Recommended, Wishes, easier_forms, recommend
from api.clinical.release import Release
from api.clinical.vocabulary import Modality, Posture

_SEATED = frozenset({Posture.SEATED, Posture.RECUMBENT})
_ON_FEET = frozenset({"weight-bearing", "partial-weight-bearing"})


def candidates(
    release: Release, profile: Profile, assessment: Assessment, wishes: Wishes, limits: Limits
) -> tuple[Recommended, ...]:
    """All exercises that may be prescribed, best first.

    Those for the goals that were asked for come first; the others follow, because a part without an exercise
    for these goals is filled all the same.
    """
    wanted = replace(wishes, limit=None, modalities=(), planned=(), most_per_modality=len(release.exercises))
    served = recommend(release, profile, assessment, wanted).offered
    names = {one.exercise.id for one in served}
    others = (
        recommend(release, profile, assessment, replace(wanted, goals=())).offered if wishes.goals else ()
    )
    further = (one for one in others if one.exercise.id not in names)
    left_out, met_at_most = limits.left_out, limits.lowest("met_at_most").value
    return tuple(
        one
        for one in (*sorted(served, key=_gentler_first), *sorted(further, key=_gentler_first))
        if not one.exercise.tags & left_out and (met_at_most is None or one.exercise.met <= met_at_most)
    )


def _gentler_first(one: Recommended) -> tuple[int, float, str]:
    """The order of the recommendation, but of those that rank alike the gentler one first."""
    return -one.score, one.exercise.met, one.exercise.id


def of(ranked: Iterable[Recommended], modality: Modality) -> list[Recommended]:
    """The exercises of a modality, best first."""
    return [one for one in ranked if one.exercise.modality is modality]


def chosen(release: Release, ranked: Sequence[Recommended], count: int) -> list[Recommended]:
    """So many of the best, not two forms of one exercise while there are others."""
    by_id = {one.id: one for one in release.exercises}
    easier = {one.exercise.id: {form.id for form in easier_forms(by_id, one.exercise)} for one in ranked}
    kept: list[str] = []
    spare: list[str] = []
    for one in ranked:
        name = one.exercise.id
        alike = any(other in easier[name] or name in easier[other] for other in kept)
        (spare if alike else kept).append(name)
    taken = {*[*kept, *spare][:count]}
    return [one for one in ranked if one.exercise.id in taken]


def with_enough(
    picked: Sequence[Recommended], ranked: Sequence[Recommended], least: int, wanted: Collection[str]
) -> list[Recommended]:
    """The same number of exercises, of which at least so many are of the wanted ones where there are so many.

    Args:
        picked: the exercises so far.
        ranked: what they were chosen from.
        least: how many must be wanted ones.
        wanted: ids.
    """
    missing = least - sum(one.exercise.id in wanted for one in picked)
    names = {one.exercise.id for one in picked}
    further = [one for one in ranked if one.exercise.id in wanted and one.exercise.id not in names]
    further = further[: max(missing, 0)]
    out = [one for one in reversed(picked) if one.exercise.id not in wanted][: len(further)]
    dropped = {one.exercise.id for one in out}
    return [*(one for one in picked if one.exercise.id not in dropped), *further]


def seated(ranked: Iterable[Recommended]) -> set[str]:
    """Ids of those done seated or recumbent."""
    return {one.exercise.id for one in ranked if one.exercise.posture in _SEATED}


def off_feet(ranked: Iterable[Recommended]) -> set[str]:
    """Ids of those in which the feet carry nothing."""
    return {one.exercise.id for one in ranked if not one.exercise.tags & _ON_FEET}


def item(part: Part, one: Recommended, *, from_week: int = 1) -> Item:
    """A chosen exercise as an item of a part."""
    goals = ", ".join(one.exercise.goals)
    changes = tuple(finding.rule.id for finding in one.changes)
    reason = f"Open, serves {goals or 'no goal of its own'}, and ranks with {one.score} points"
    reason += f"; modified by {len(changes)} rule{'s' * (len(changes) > 1)}." if changes else "."
    return Item(
        part=part,
        exercise_id=one.exercise.id,
        from_week=from_week,
        weight_bearing=bool(one.exercise.tags & _ON_FEET),
        changes=changes,
        reason=reason,
        score=one.score,
    )


def rest(
    ranked: Iterable[Recommended], items: Iterable[Item], modalities: Mapping[Modality, Part]
) -> dict[Part, tuple[str, ...]]:
    """What could be chosen instead, by part, best first."""
    taken = {one.exercise_id for one in items}
    found: dict[Part, list[str]] = {part: [] for part in modalities.values()}
    for one in ranked:
        if one.exercise.id not in taken:
            found[modalities[one.exercise.modality]].append(one.exercise.id)
    return {part: tuple(names) for part, names in found.items()}
