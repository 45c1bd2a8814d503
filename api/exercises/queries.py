"""The medicine as it is read: the catalogue, the vocabulary, the rules and their sources, as plain data."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

from api.clinical.catalogue import COMMON_STOP_SIGNS, Exercise
from api.clinical.facts import FactValue
from api.clinical.knowledge import library, published
from api.clinical.release import Release
from api.clinical.rules import Effects, Relaxation, Rule
from api.clinical.vocabulary import Goal, Modality, Posture, ReviewStatus, Setting
from api.errors import NotFound
from api.exercises.wording import followed, given

NOTHING = "nothing"
"""What stands for no equipment at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which exercises are asked for: any of the values of each attribute, all where there are none.

    Attributes:
        equipment: what is at hand; an exercise fits if it needs nothing else.
    """

    modality: frozenset[Modality] = frozenset()
    goal: frozenset[Goal] = frozenset()
    setting: frozenset[Setting] = frozenset()
    equipment: frozenset[str] = frozenset()
    posture: frozenset[Posture] = frozenset()

    def fits(self, exercise: Exercise) -> bool:
        """Whether the exercise is among those asked for."""
        return (
            (not self.modality or exercise.modality in self.modality)
            and (not self.goal or not self.goal.isdisjoint(exercise.goals))
            and (not self.setting or not self.setting.isdisjoint(exercise.setting))
            and (not self.equipment or self.equipment.issuperset(exercise.equipment))
            and (not self.posture or exercise.posture in self.posture)
        )


class Readable:
    """A release as plain data, made once when it is first asked for."""

    def __init__(self, release: Release) -> None:
        self.release = release

    @cached_property
    def proof(self) -> dict[str, Any]:
        """The proof that was published with the release."""
        return published.proof(library.HERE, library.fingerprint(library.HERE, published.PROVED))

    def exercises(self, wanted: Wanted) -> list[dict[str, Any]]:
        """The exercises that are asked for, in catalogue order."""
        return [self._exercises[one.id] for one in self.release.exercises if wanted.fits(one)]

    def exercise(self, exercise_id: str) -> dict[str, Any]:
        """An exercise.

        Raises:
            NotFound: there is none.
        """
        return _one(self._exercises, exercise_id, "exercise")

    def rule(self, rule_id: str) -> dict[str, Any]:
        """A rule.

        Raises:
            NotFound: there is none.
        """
        return _one(self._rules, rule_id, "rule")

    @cached_property
    def equipment(self) -> list[str]:
        """Everything that some exercise needs."""
        return sorted({thing for one in self.release.exercises for thing in one.equipment})

    @cached_property
    def facts(self) -> list[dict[str, Any]]:
        """The vocabulary: entered facts in the order of the files, then what follows from them."""
        entered = [given(self.release, fact) for fact in self.release.plain_facts]
        return entered + [followed(self.release, derived) for derived in self.release.derived.values()]

    @cached_property
    def screens(self) -> list[dict[str, Any]]:
        """The screens: one honest answer for many facts."""
        return [
            {
                "name": fact.name,
                "question": fact.question,
                "minutes": fact.minutes,
                "values": list(fact.values),
                "clear": [{"name": name, "value": plain(value)} for name, value in fact.clear.items()],
                "unknown_means": fact.unknown_means,
            }
            for fact in self.release.screens
        ]

    @property
    def rules(self) -> list[dict[str, Any]]:
        """Every rule, in the order of the files."""
        return list(self._rules.values())

    @cached_property
    def citations(self) -> list[dict[str, Any]]:
        """Every source, how much of it was really read, and the rules that rest on it."""
        resting: dict[str, list[str]] = {source: [] for source in self.release.citations}
        for rule in self.release.rules:
            for citation in rule.citations:
                resting[citation.id].append(rule.id)
        return [asdict(source) | {"rules": resting[source.id]} for source in self.release.citations.values()]

    @cached_property
    def standing(self) -> dict[str, Any]:
        """What the release is, and how far it was reviewed."""
        release = self.release
        return {
            "release": release.id,
            "released_on": release.released_on,
            "sha256": release.sha256,
            "review_status": release.review_status,
            "facts": len(release.plain_facts),
            "screens": len(release.screens),
            "exercises": len(release.exercises),
            "rules": len(release.rules),
            "rules_awaiting_review": sum(
                rule.review_status is ReviewStatus.AWAITING for rule in release.rules
            ),
        }

    @cached_property
    def _exercises(self) -> dict[str, dict[str, Any]]:
        return {exercise.id: _exercise(exercise) for exercise in self.release.exercises}

    @cached_property
    def _rules(self) -> dict[str, dict[str, Any]]:
        read = zip(self.release.rules, self.release.rule_inputs, strict=True)
        return {rule.id: _rule(self.release, rule, sorted(inputs)) for rule, inputs in read}


@cache
def readable() -> Readable:
    """The release of this service."""
    return Readable(library.load())


def plain(value: FactValue | None) -> str | int | float | list[str] | None:
    """A fact's value as JSON says it: sets as sorted lists, dates in ISO form."""
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, date) else value


def effects(effects: Effects) -> list[dict[str, Any]]:
    """What a rule does, strictest first."""
    return [{"effect": effect, "tags": sorted(tags)} for effect, tags in effects.items()]


def _one(found: Mapping[str, dict[str, Any]], name: str, kind: str) -> dict[str, Any]:
    if name not in found:
        raise NotFound(f"There is no such {kind} in this release.")
    return found[name]


def _exercise(exercise: Exercise) -> dict[str, Any]:
    own = [] if exercise.stop is None else [exercise.stop]
    return {
        "id": exercise.id,
        "name": exercise.name,
        "modality": exercise.modality,
        "posture": exercise.posture,
        "weight_bearing": exercise.weight_bearing,
        "impact": exercise.impact,
        "mets": exercise.met,
        "compendium": asdict(exercise.compendium),
        "equipment": list(exercise.equipment),
        "settings": list(exercise.setting),
        "demand": asdict(exercise.demand),
        "goals": list(exercise.goals),
        "regress": exercise.regress,
        "progress": exercise.progress,
        "cue": exercise.cue,
        "stop_signs": [*own, *COMMON_STOP_SIGNS],
        "suggested": exercise.suggest,
        "tags": sorted(exercise.tags),
    }


def _rule(release: Release, rule: Rule, facts: list[str]) -> dict[str, Any]:
    return {
        "id": rule.id,
        "version": rule.version,
        "title": rule.title,
        "group": rule.group,
        "level": rule.level,
        "scope": rule.scope,
        "when": " ".join(rule.written.split()),
        "facts": facts,
        "when_unknown": rule.unknown,
        "effects": effects(rule.effects),
        "relaxations": [_relaxation(relaxation) for relaxation in rule.relaxations],
        "decision": rule.decision,
        "clearable": rule.clearable,
        "do": rule.do,
        "clinician": rule.clinician,
        "citations": [
            asdict(release.citations[citation.id]) | {"note": citation.note} for citation in rule.citations
        ],
        "verification": rule.verification,
        "review_status": rule.review_status,
        "effective_from": rule.effective_from,
        "sha256": rule.sha256,
    }


def _relaxation(relaxation: Relaxation) -> dict[str, Any]:
    return {
        "when": " ".join(relaxation.written.split()),
        "tags": sorted(relaxation.tags),
        "milder_from": relaxation.milder_from,
        "milder_to": relaxation.milder_to,
    }
