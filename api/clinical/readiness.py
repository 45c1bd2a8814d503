"""What is missing to be sure, and which question would settle most."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from api.clinical.changes import Alternatives
from api.clinical.closures import closed_exercises
from api.clinical.contraindications import Assessment
from api.clinical.facts import FactValue
from api.clinical.profile import Profile, runs_out
from api.clinical.questions import Question
from api.clinical.release import Release
from api.clinical.rules import Rule
from api.clinical.vocabulary import CheckKind, FactState

SOON = timedelta(days=14)
"""How far ahead is looked where nobody says; a choice of the display, not of the medicine."""


class Suggestion(NamedTuple):
    """A question worth asking.

    Attributes:
        missing: the facts that it would settle, with what is known of each now.
        gate: nothing is answered before it is.
        opens: exercises that open if the answer is reassuring and nothing else changes.
        share: how much of all that keeps exercises closed for want of data it would settle, 0 to 1.
    """

    question: Question
    missing: Mapping[str, FactState]
    gate: bool
    opens: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """How far the data of a patient carry.

    Attributes:
        open_now: exercises that are open with what is known.
        suggestions: questions, the one that settles most first; screens before single facts.
        soon: facts that count now and run out within the time asked for, soonest first.
    """

    open_now: int
    suggestions: tuple[Suggestion, ...]
    soon: tuple[tuple[str, datetime], ...]


def readiness(
    release: Release,
    profile: Profile,
    assessment: Assessment,
    *,
    within: timedelta = SOON,
    cleared: Collection[str] = (),
) -> Readiness:
    """What to ask next.

    Args:
        release: the knowledge.
        profile: the patient.
        assessment: the check of that patient.
        within: how far ahead facts that run out are listed.
        cleared: rules with a clearance in date.
    """
    return _Reader(release, profile, assessment, cleared).answer(within)


def reassuring(release: Release, profile: Profile, question: Question) -> Mapping[str, FactValue]:
    """The facts that a reassuring answer to a question records, by name."""
    if question.screen is not None:
        return {question.screen: "clear"}
    alternatives = Alternatives(release, profile)
    answers = {name: alternatives.of(name)[1] for name in question.facts}
    return {name: value for name, value in answers.items() if value is not None}


class _Reader:
    """Weighs questions over one assessment."""

    def __init__(
        self, release: Release, profile: Profile, assessment: Assessment, cleared: Collection[str]
    ) -> None:
        self.release = release
        self.profile = profile
        self.assessment = assessment
        self.cleared = cleared
        self.alternatives = Alternatives(release, profile)
        self.wanted = {missing.name: missing.state for missing in assessment.missing}

    def answer(self, within: timedelta) -> Readiness:
        open_now = self._open({})
        burden = self._burden()
        suggestions = [
            suggestion
            for question in self._questions()
            if (suggestion := self._suggestion(question, open_now, burden)) is not None
        ]
        suggestions.sort(key=_first)
        limit = self.profile.as_of + within
        soon = sorted(
            (moment, name)
            for name, moment in self.profile.fading.items()
            if moment <= limit and runs_out(self.release, self.profile, name)
        )
        return Readiness(
            open_now=open_now,
            suggestions=tuple(suggestions),
            soon=tuple((name, moment) for moment, name in soon),
        )

    def _questions(self) -> Iterable[Question]:
        """Every question of the kind of check; a fact that none of them settles is a question of its own."""
        session = self.assessment.kind is CheckKind.SESSION
        asked = [question for question in self.release.questions if session or not question.session]
        covered = {name for question in asked for name in question.facts}
        return [*asked, *(self._single(name) for name in sorted(self.wanted) if name not in covered)]

    def _single(self, name: str) -> Question:
        fact = self.release.facts[name]
        words = name.replace("_", " ")
        return Question(
            id=name,
            question=fact.note or f"{words}?",
            instrument=None,
            minutes=None,
            screen=None,
            facts=(name,),
        )

    def _suggestion(
        self, question: Question, open_now: int, burden: Mapping[str, float]
    ) -> Suggestion | None:
        settles = {name: self.wanted[name] for name in question.facts if name in self.wanted}
        if not settles:
            return None
        answers = {name: self._value(question, name) for name in settles}
        known = {name: value for name, value in answers.items() if value is not None}
        return Suggestion(
            question=question,
            missing=settles,
            gate=any(name in self.assessment.gates for name in settles),
            opens=self._open(known) - open_now,
            share=round(sum(burden.get(name, 0.0) for name in settles), 4),
        )

    def _value(self, question: Question, name: str) -> FactValue | None:
        if question.screen is not None:
            return self.release.facts[question.screen].clear[name]
        return self.alternatives.of(name)[1]

    def _open(self, changes: Mapping[str, FactValue]) -> int:
        """How many exercises are open after some changes; none while a gate is unknown."""
        table = self.alternatives.table(changes)
        in_conflict = self.alternatives.conflicts - changes.keys()
        closed = closed_exercises(
            self.release, table, self.assessment.kind, in_conflict=in_conflict, cleared=self.cleared
        )
        return len(self.release.exercises) - closed.bit_count()

    def _burden(self) -> Mapping[str, float]:
        """For each missing fact its part in what keeps exercises closed, all parts adding up to 1."""
        weights: dict[str, float] = {}
        gated = {missing.name: missing.rules for missing in self.assessment.missing}
        for name in self.assessment.gates:
            weights[name] = weights.get(name, 0.0) + len(self.release.exercises)
            gated.pop(name, None)
        for finding in self.assessment.findings:
            closed = self._closed_by(finding.rule)
            for name in finding.missing:
                weights[name] = weights.get(name, 0.0) + closed / len(finding.missing)
        total = sum(weights.values())
        return {name: weight / total for name, weight in weights.items()} if total else {}

    def _closed_by(self, rule: Rule) -> int:
        return self.release.touched(tag for tags in rule.effects.values() for tag in tags).bit_count()


def _first(suggestion: Suggestion) -> tuple[bool, bool, float, str]:
    """Gates before all, then screens, then by what the question settles."""
    screen = suggestion.question.screen is not None
    return not suggestion.gate, not screen, -suggestion.share, suggestion.question.id
