"""What another release changes for a patient: the decision, what closes or opens, and by which rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from api.clinical.contraindications import Assessment, Finding, Judgement
from api.clinical.release import Release
from api.clinical.vocabulary import OPEN, Decision, Modality, Status


class Answered(NamedTuple):
    """The answer of one release."""

    release: Release
    assessment: Assessment


class Turned(NamedTuple):
    """An exercise that is open under one release only.

    Attributes:
        before, after: its status; None where it is not in the catalogue or nothing is judged.
        because: the rules that close it under the release that does.
    """

    exercise_id: str
    before: Status | None
    after: Status | None
    because: tuple[str, ...]


class Firing(NamedTuple):
    """Rules that fire under one release only, or act otherwise."""

    appeared: tuple[str, ...]
    disappeared: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """How the answer to a patient differs between two releases.

    Attributes:
        closed: open before and not after; where nothing is judged any more, all of them.
        opened: not open before.
        aerobic_before, aerobic_after: open aerobic exercises that may be recommended.
    """

    decision_before: Decision
    decision_after: Decision
    closed: tuple[Turned, ...]
    opened: tuple[Turned, ...]
    rules: Firing
    aerobic_before: int
    aerobic_after: int

    @property
    def changes_anything(self) -> bool:
        """Whether the decision or an open exercise differs."""
        return bool(self.decision_before != self.decision_after or self.closed or self.opened)

    @property
    def left_without_aerobic(self) -> bool:
        """Whether the last open aerobic exercise is lost."""
        return self.aerobic_before > 0 and self.aerobic_after == 0

    @property
    def causes(self) -> Mapping[str, tuple[int, int]]:
        """For each rule concerned, how many exercises it closes and how many it no longer closes."""
        fired = {*self.rules.appeared, *self.rules.disappeared, *self.rules.changed}
        closing = [name for one in self.closed for name in one.because]
        opening = [name for one in self.opened for name in one.because]
        return {
            name: (closing.count(name), opening.count(name)) for name in sorted(fired.union(closing, opening))
        }


def impact(before: Answered, after: Answered) -> Impact:
    """What changes for a patient from one release to another.

    Args:
        before: the answer of the one.
        after: the answer of the other, to the same question at the same moment.
    """
    was, now = _judged(before), _judged(after)
    return Impact(
        decision_before=before.assessment.decision,
        decision_after=after.assessment.decision,
        closed=tuple(
            Turned(name, one.status, _status(now.get(name)), _closing(name, now, after))
            for name, one in was.items()
            if one.status in OPEN and _status(now.get(name)) not in OPEN
        ),
        opened=tuple(
            Turned(name, _status(was.get(name)), one.status, _closing(name, was, before))
            for name, one in now.items()
            if one.status in OPEN and _status(was.get(name)) not in OPEN
        ),
        rules=_firing(before.assessment, after.assessment),
        aerobic_before=_aerobic(before.release, was),
        aerobic_after=_aerobic(after.release, now),
    )


def _judged(answered: Answered) -> dict[str, Judgement]:
    return {one.exercise_id: one for one in answered.assessment.exercises}


def _status(judgement: Judgement | None) -> Status | None:
    return None if judgement is None else judgement.status


def _closing(exercise_id: str, judged: Mapping[str, Judgement], answered: Answered) -> tuple[str, ...]:
    """The rules that keep an exercise closed; none where it is not in the catalogue."""
    if exercise_id in judged:
        return judged[exercise_id].because
    if exercise_id not in answered.release.exercise_positions:
        return ()
    return _stopping(answered.assessment)


def _stopping(assessment: Assessment) -> tuple[str, ...]:
    """The rules for which no exercise is judged at all."""
    if assessment.decision is Decision.OUT_OF_SCOPE:
        return tuple(one.rule.id for one in assessment.findings if one.rule.decision is assessment.decision)
    asking = (one.rules for one in assessment.missing if one.name in assessment.gates)
    return tuple(sorted({name for rules in asking for name in rules}))


def _firing(before: Assessment, after: Assessment) -> Firing:
    was, now = ({one.rule.id: _act(one) for one in found.findings} for found in (before, after))
    return Firing(
        appeared=tuple(name for name in now if name not in was),
        disappeared=tuple(name for name in was if name not in now),
        changed=tuple(name for name in now if name in was and was[name] != now[name]),
    )


def _act(finding: Finding) -> tuple[object, ...]:
    """How a rule acts, apart from its words."""
    return finding.level, finding.cleared, finding.rule.decision, dict(finding.effects)


def _aerobic(release: Release, judged: Mapping[str, Judgement]) -> int:
    return sum(
        one.suggest and one.modality is Modality.AEROBIC and _status(judged.get(one.id)) in OPEN
        for one in release.exercises
    )
