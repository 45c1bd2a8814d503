"""The answer to a check as plain data: the same question gives the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from api.clinical.contraindications import Assessment, Clearance, Finding, Judgement, assess
from api.clinical.facts import Observation
from api.clinical.knowledge import library
from api.clinical.profile import Profile, profile
from api.clinical.release import Release
from api.clinical.vocabulary import CheckKind, Effect
from api.patients.observations.values import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a check is asked.

    Attributes:
        as_of: the moment of the check, in the patient's zone: its local day is the day of the check.
        observations: what is known, in any order.
        exercises: the exercises to be judged, by id; all where there are none.
    """

    kind: CheckKind
    as_of: datetime
    observations: Sequence[Observation]
    clearances: Sequence[Clearance] = ()
    exercises: frozenset[str] = field(default_factory=frozenset)

    @property
    def cleared(self) -> frozenset[str]:
        """The rules with a clearance in date."""
        return frozenset(
            one.rule_id for one in self.clearances if one.granted_at <= self.as_of < one.expires_at
        )


class Judged(NamedTuple):
    """What is known at the moment of a check, and what follows from it."""

    known: Profile
    assessment: Assessment


class Answers:
    """Answers of one release; what a finding always says is prepared once."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.knowledge = {"release": release.id, "sha256": release.sha256}
        self._citations = {rule.id: [one.id for one in rule.citations] for rule in release.rules}

    def answer(self, question: Question) -> dict[str, Any]:
        """The answer, whose parts orjson writes."""
        return self.written(question, self.judged(question))

    def judged(self, question: Question) -> Judged:
        """What the engine finds."""
        known = profile(self.release, question.observations, question.as_of)
        return Judged(known, assess(self.release, known, question.kind, question.clearances))

    def written(self, question: Question, judged: Judged) -> dict[str, Any]:
        """What the engine found, as the answer to the question."""
        known, assessment = judged
        judgements: Sequence[Judgement] = assessment.exercises
        if question.exercises:
            judgements = [one for one in judgements if one.exercise_id in question.exercises]
        return {
            "decision": assessment.decision,
            "kind": assessment.kind,
            "as_of": question.as_of,
            "valid_until": assessment.valid_until.astimezone(question.as_of.tzinfo),
            "knowledge": self.knowledge,
            "findings": self._findings(assessment, known),
            "exercises": [_judgement(one) for one in judgements],
            "gates": assessment.gates,
            "missing": [
                {"name": name, "state": state, "rules": rules} for name, state, rules in assessment.missing
            ],
        }

    def rule_versions(self, kind: CheckKind) -> dict[str, int]:
        """The version of every rule that a check of this kind reads."""
        return {rule.id: rule.version for rule in self.release.rules if rule.is_read_in(kind)}

    def _findings(self, assessment: Assessment, known: Profile) -> list[dict[str, Any]]:
        shown: dict[str, dict[str, Any]] = {}
        return [self._finding(finding, known, shown) for finding in assessment.findings]

    def _finding(self, finding: Finding, known: Profile, shown: dict[str, dict[str, Any]]) -> dict[str, Any]:
        rule = finding.rule
        return {
            "rule_id": rule.id,
            "version": rule.version,
            "level": finding.level,
            "basis": finding.basis,
            "cleared": finding.cleared,
            "title": rule.title,
            "facts": [_fact(name, known, shown) for name in finding.facts],
            "missing": finding.missing,
            "effects": _effects(tuple(finding.effects.items())),
            "do": rule.do,
            "clinician": rule.clinician,
            "citations": self._citations[rule.id],
            "verification": rule.verification,
            "review_status": rule.review_status,
        }


_kept: dict[str, Answers] = {}


def answers() -> Answers:
    """Answers of the release that this service was started with."""
    return answers_of(library.load())


def answers_of(release: Release) -> Answers:
    """Answers of a release, the same ones every time."""
    known = _kept.get(release.sha256)
    if known is None or known.release is not release:
        known = _kept[release.sha256] = Answers(release)
    return known


def _fact(name: str, known: Profile, shown: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if name not in shown:
        seen = known.seen[name]
        shown[name] = {"name": name, "value": plain(seen.value), "observed_at": seen.observed_at}
    return shown[name]


@lru_cache(maxsize=65_536)
def _judgement(judgement: Judgement) -> orjson.Fragment:
    exercise_id, status, because = judgement
    return orjson.Fragment(orjson.dumps({"exercise_id": exercise_id, "status": status, "because": because}))


@lru_cache(maxsize=4096)
def _effects(effects: tuple[tuple[Effect, frozenset[str]], ...]) -> orjson.Fragment:
    """What a rule does, strictest first."""
    return orjson.Fragment(
        orjson.dumps([{"effect": effect, "tags": sorted(tags)} for effect, tags in effects])
    )
