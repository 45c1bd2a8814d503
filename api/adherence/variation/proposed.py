"""What would have been proposed at a signature: worked out again from what its check read."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from api.checks.answers import answers_of
from api.checks.inputs import Asked, asked_again
from api.clinical import dose
from api.clinical.draft import DoseRefused
from api.clinical.fitt import Doses, FitnessClass, RiskClass
from api.clinical.recommendation import Wishes
from api.clinical.release import Release
from api.clinical.vocabulary import Goal


class LeftOut(StrEnum):
    """Why a prescription is not counted."""

    RELEASE_NOT_KEPT = "release-not-kept"
    NO_DOSE = "no-dose"


class Quantity(StrEnum):
    """What of a dose is compared."""

    WEEKLY_AEROBIC_MINUTES = "weekly-aerobic-minutes"
    AEROBIC_DAYS = "aerobic-days"
    RPE_UPPER = "rpe-upper"
    RESISTANCE_DAYS = "resistance-days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The classes of a patient at a signature, and what would have been proposed."""

    risk: RiskClass
    fitness: FitnessClass
    numbers: Mapping[Quantity, int | None]


class Memory:
    """What was worked out; a check is never changed, so neither is what follows from it under one release."""

    def __init__(self, most: int = 50_000) -> None:
        self._known: dict[Any, Proposed | LeftOut] = {}
        self._most = most

    def get(self, check_id: UUID, goals: tuple[str, ...], sha256: str) -> Proposed | LeftOut | None:
        """What is known; None where it must be worked out."""
        return self._known.get((check_id, goals, sha256))

    def put(self, check_id: UUID, goals: tuple[str, ...], sha256: str, found: Proposed | LeftOut) -> None:
        """Keep it; when there is no room, begin anew."""
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[check_id, goals, sha256] = found


def proposed(asked: Asked, goals: tuple[str, ...], release: Release) -> Proposed | LeftOut:
    """What the release proposes for what a check read, and these goals; whatever is needed is at hand."""
    question, _ = asked_again(asked, release)
    known, assessment = answers_of(release).judged(question)
    wishes = Wishes(goals=tuple(Goal(one) for one in goals))
    try:
        draft = dose.propose(release, known, assessment, wishes)
    except DoseRefused:
        return LeftOut.NO_DOSE
    return Proposed(risk=draft.risk, fitness=draft.fitness, numbers=numbers(draft.doses))


def numbers(doses: Doses) -> Mapping[Quantity, int | None]:
    """What is compared of a dose; a part that is not there has no days and no effort."""
    aerobic, resistance = doses.aerobic, doses.resistance
    return MappingProxyType(
        {
            Quantity.WEEKLY_AEROBIC_MINUTES: 0 if aerobic is None else aerobic.weekly_minutes,
            Quantity.AEROBIC_DAYS: 0 if aerobic is None else aerobic.days_per_week,
            Quantity.RPE_UPPER: None if aerobic is None else aerobic.rpe_high,
            Quantity.RESISTANCE_DAYS: 0 if resistance is None else resistance.days_per_week,
        }
    )
