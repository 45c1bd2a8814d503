"""Locks: what a report of a session has closed until a clinician, or time, opens it again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.clinical.errors import ValueRefused
from api.clinical.release import Release
from api.clinical.vocabulary import EVERY_EXERCISE


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Exercises that stay closed.

    Attributes:
        report_id: the report that closed them.
        reason: what it found, by id, as `rep-blister`.
        since: when the report came.
        until: when the lock ends by itself; None where a clinician ends it.
        tags: exercises with one of these tags; `*` is every exercise.
        exercises: exercises by id.
    """

    report_id: UUID
    reason: str
    since: datetime
    until: datetime | None = None
    tags: frozenset[str] = frozenset()
    exercises: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.tags and not self.exercises:
            raise ValueRefused("incomplete", "A lock closes something.")

    @property
    def everything(self) -> bool:
        """Whether it closes every exercise, also one that no catalogue knows."""
        return EVERY_EXERCISE in self.tags

    def counts(self, moment: datetime) -> bool:
        """Whether it still closes anything."""
        return self.until is None or moment < self.until

    def closes(self, release: Release, exercise_id: str) -> bool:
        """Whether it closes an exercise; one that the catalogue does not know is closed by any tag."""
        if self.everything or exercise_id in self.exercises:
            return True
        position = release.exercise_positions.get(exercise_id)
        if position is None:
            return bool(self.tags)
        return bool(self.tags & release.exercises[position].tags)


def closing(release: Release, locks: Iterable[Lock], exercise_id: str, moment: datetime) -> tuple[Lock, ...]:
    """The locks that close an exercise at a moment, the oldest first."""
    found = (one for one in locks if one.counts(moment) and one.closes(release, exercise_id))
    return tuple(sorted(found, key=lambda one: (one.since, one.reason)))
