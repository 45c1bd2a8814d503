"""What may be done of a session today: go, go lighter, or stop, and what that means for each exercise."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from api.clinical.adversity import severity
from api.clinical.alarms import Withheld
from api.clinical.contraindications import Assessment, Finding
from api.clinical.day_rules import facts_of_the_day
from api.clinical.locks import Lock, closing
from api.clinical.profile import Profile
from api.clinical.release import Release
from api.clinical.reports import ORDER, ReportLevel
from api.clinical.vocabulary import EVERY_EXERCISE, OPEN, Decision, Effect, RuleScope, Status

STOPPED = frozenset(
    {
        Decision.OUT_OF_SCOPE,
        Decision.DO_NOT_EXERCISE,
        Decision.INSUFFICIENT_DATA,
        Decision.CLEARANCE_REQUIRED,
    }
)
"""Decisions under which no session is begun."""
_CLOSING = (Effect.FORBID, Effect.CLEARANCE, Effect.AVOID)


class Result(StrEnum):
    """What may be done of a session, the most first."""

    GO = "go"
    GO_LIGHTER = "go-lighter"
    STOP = "stop"


class ItemState(StrEnum):
    """What may be done of an exercise today, the most first."""

    OPEN = "open"
    LIGHTER = "lighter"
    NOT_TODAY = "not-today"


class Planned(NamedTuple):
    """An exercise of a session.

    Attributes:
        overridden: the rules that a clinician overrode for it.
        signed: the rules that had fired when it was signed: its dose knows what they ask for.
    """

    exercise_id: str
    overridden: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()


class ItemToday(NamedTuple):
    """What may be done of an exercise today.

    Attributes:
        rules: those that close it, or that ask for less than was signed; worst first.
        locks: those that close it.
    """

    exercise_id: str
    state: ItemState
    rules: tuple[str, ...]
    locks: tuple[Lock, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of a session is asked.

    Attributes:
        planned: its exercises.
        locks: what reports have closed.
        on_hold: the prescription is interrupted.
    """

    planned: Sequence[Planned] = ()
    locks: Sequence[Lock] = ()
    on_hold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What may be done of a session today.

    Attributes:
        reasons: findings that stop it, close something of it or make it lighter, worst first.
        withheld: why it was withheld, where it was stopped for something that was seen; None where answers
            are missing.
        alarm: how urgent it is for a clinician, with the findings that say so; None alarms nobody.
    """

    result: Result
    items: tuple[ItemToday, ...]
    reasons: tuple[Finding, ...]
    withheld: Withheld | None
    alarm: ReportLevel | None
    alarming: tuple[Finding, ...]


def today(
    release: Release, known: Profile, assessment: Assessment, asked: Asked, told: Collection[str]
) -> Today:
    """What may be done of a session.

    It is stopped where the decision allows no exercise, the prescription is on hold, everything is locked, or
    no exercise of it is left. It is lighter where an exercise is left out, or a rule that had not fired at
    the signature modifies one. Otherwise it goes on as signed.

    Source: specification, order of the decision and two kinds of check; the words are a design decision.

    Args:
        release: the knowledge.
        known: what is known at the moment of the session.
        assessment: the check of the session.
        asked: what of it is asked.
        told: the facts that were told with this check.
    """
    items = _items(release, assessment, asked)
    everything = any(one.everything and one.counts(assessment.as_of) for one in asked.locks)
    locked = everything or (bool(items) and all(one.locks for one in items))
    result = Result.STOP if asked.on_hold or everything else _result(assessment, items)
    reasons = _reasons(assessment, asked, items)
    open_today = facts_of_the_day(release)
    seen = [one for one in assessment.findings if open_today.isdisjoint(one.missing)]
    adverse = frozenset(name for name in told if _speaks_against(release, known, name))
    alarming = [(level, one) for one in seen if (level := _alarm(release, known, one, adverse))]
    withheld = _withheld(release, asked, [one for one in reasons if one in seen], locked=locked)
    return Today(
        result=result,
        items=items,
        reasons=reasons,
        withheld=withheld if result is Result.STOP else None,
        alarm=max((level for level, _ in alarming), key=ORDER.index, default=None),
        alarming=tuple(one for _, one in alarming),
    )


def _result(assessment: Assessment, items: Sequence[ItemToday]) -> Result:
    """What the check leaves of the exercises; without any, what it says of all."""
    if assessment.decision in STOPPED:
        return Result.STOP
    if not items:
        return Result.GO if assessment.decision is Decision.STANDARD else Result.GO_LIGHTER
    states = {one.state for one in items}
    if states == {ItemState.NOT_TODAY}:
        return Result.STOP
    return Result.GO if states == {ItemState.OPEN} else Result.GO_LIGHTER


def _items(release: Release, assessment: Assessment, asked: Asked) -> tuple[ItemToday, ...]:
    judged = {one.exercise_id: one for one in assessment.exercises}
    modifying = [
        (release.touched(finding.effects[Effect.MODIFY]), finding.rule.id)
        for finding in assessment.findings
        if Effect.MODIFY in finding.effects
    ]
    found = []
    for one in asked.planned:
        locks = closing(release, asked.locks, one.exercise_id, assessment.as_of)
        judgement = judged.get(one.exercise_id)
        status = Status.FORBID if judgement is None else judgement.status
        because = () if judgement is None else judgement.because
        left = tuple(rule for rule in because if status is not Status.AVOID or rule not in one.overridden)
        place = release.exercise_positions.get(one.exercise_id)
        modified = tuple(
            rule
            for mask, rule in modifying
            if rule not in one.signed and place is not None and mask >> place & 1
        )
        if asked.on_hold or locks or judgement is None or (status not in OPEN and left):
            rules = left if status not in OPEN else ()
            found.append(ItemToday(one.exercise_id, ItemState.NOT_TODAY, rules, locks))
        else:
            state = ItemState.LIGHTER if modified else ItemState.OPEN
            found.append(ItemToday(one.exercise_id, state, modified, ()))
    return tuple(found)


def _reasons(assessment: Assessment, asked: Asked, items: Iterable[ItemToday]) -> tuple[Finding, ...]:
    """The findings that matter today: for the whole of it, or for one of its exercises."""
    named = {rule for one in items for rule in one.rules}
    whole = not asked.planned

    def matters(finding: Finding) -> bool:
        if finding.rule.id in named or stops_all(finding):
            return True
        return whole and bool(finding.effects)

    return tuple(one for one in assessment.findings if matters(one))


def stops_all(finding: Finding) -> bool:
    """Whether a finding closes every exercise."""
    closing_all = (Effect.FORBID, Effect.CLEARANCE)
    return any(EVERY_EXERCISE in finding.effects.get(effect, ()) for effect in closing_all)


def _withheld(release: Release, asked: Asked, seen: Iterable[Finding], *, locked: bool) -> Withheld | None:
    """Why it was withheld: for the worst that was seen; never for an answer alone that is missing."""
    closing_ones = [one for one in seen if any(effect in one.effects for effect in _CLOSING)]
    worst = min(closing_ones, key=lambda one: not stops_all(one), default=None)
    if worst is not None:
        return release.alarms.withheld(worst.rule)
    if asked.on_hold:
        return Withheld.ON_HOLD
    return Withheld.LOCKED if locked else None


def _alarm(release: Release, known: Profile, finding: Finding, adverse: frozenset[str]) -> ReportLevel | None:
    """How urgent a finding is that was seen now; what lies on file is for the re-check to tell."""
    now = finding.rule.scope is RuleScope.SESSION or not adverse.isdisjoint(finding.facts)
    return release.alarms.level(finding.rule.id, known.values) if now and not finding.cleared else None


def _speaks_against(release: Release, known: Profile, name: str) -> bool:
    raw = {one.name: one.value for one in known.seen.values()}
    if raw.get(name) is None or name not in release.reading_rules:
        return False
    return severity(release, name, raw, known.as_of) > 0
