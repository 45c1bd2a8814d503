"""The bounds that a practitioner signed, within which a dose goes on by itself: a pure comparison."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from api.clinical import fitt
from api.clinical.release import Release
from api.prescriptions.documents import doses_of, exercise_ids


def beyond_bounds(release: Release, signed: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """What of a document no practitioner has signed, a sentence each; nothing if it keeps the bounds.

    The aerobic minutes of a week stay below the signed ceiling, no exertion goes above the signed one, no
    part is added, and every exercise is a signed one or the next easier or harder form of one.

    Args:
        release: the knowledge.
        signed: the document that a practitioner signed last.
        wanted: the document that would count from now on.
    """
    return [
        *_parts(doses_of(signed), doses_of(wanted)),
        *_minutes(signed, doses_of(signed), doses_of(wanted)),
        *_exercises(release, signed, wanted),
    ]


def _parts(signed: fitt.Doses, wanted: fitt.Doses) -> Iterator[str]:
    for part in fields(signed):
        before, after = getattr(signed, part.name), getattr(wanted, part.name)
        if after is None:
            continue
        if before is None:
            yield f"{part.name} was not signed."
        elif getattr(after, "rpe_high", 0) > getattr(before, "rpe_high", 0):
            yield f"{part.name}: an exertion of {after.rpe_high} is above the signed {before.rpe_high}."


def _minutes(document: Mapping[str, Any], signed: fitt.Doses, wanted: fitt.Doses) -> Iterator[str]:
    ceiling = document["progression"]["ceiling_minutes"]
    if wanted.aerobic is None or signed.aerobic is None:
        return
    weekly = wanted.aerobic.weekly_minutes
    if weekly > max(ceiling, signed.aerobic.weekly_minutes):
        yield f"{weekly} aerobic minutes a week are above the signed ceiling of {ceiling}."


def _exercises(release: Release, signed: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    by_id = {one.id: one for one in release.exercises}
    named = exercise_ids(signed)
    near = {
        neighbour
        for exercise_id in named
        if exercise_id in by_id
        for neighbour in (by_id[exercise_id].regress, by_id[exercise_id].progress)
    }
    for exercise_id in exercise_ids(wanted):
        if exercise_id not in near | set(named):
            yield f"{exercise_id} was not signed, and is no next form of what was."
