"""A recommendation as data: what is offered and why, what was left out and why, and how long it holds."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from api.checks.answers import Answers, Judged, Question
from api.clinical.catalogue import COMMON_STOP_SIGNS
from api.clinical.contraindications import Assessment, Finding, ages_at
from api.clinical.recommendation import Omitted, Recommendation, Recommended, Wishes, recommend
from api.clinical.release import Release
from api.clinical.rules import Rule
from api.clinical.vocabulary import (
    EVERY_EXERCISE,
    CheckKind,
    Effect,
    LeftOut,
    Modality,
    WhyOpen,
)
from api.recommendations.schemas import ProgrammePart, RecheckCause

_PARTS = {
    ProgrammePart.AEROBIC_MINUTES: Modality.AEROBIC,
    ProgrammePart.STRENGTH_DAYS: Modality.RESISTANCE,
    ProgrammePart.BALANCE: Modality.BALANCE,
}


def answered(engine: Answers, question: Question, wishes: Wishes) -> dict[str, Any]:
    """What to recommend for what is known, in the shape of `Recommendations`."""
    release, judged = engine.release, engine.judged(question)
    assessment = judged.assessment
    found = recommend(release, judged.known, assessment, wishes)
    everywhere = _forbidding_all(assessment)
    omitted = [_omitted(one, everywhere) for one in found.omitted]
    named = {rule_id for one in omitted for rule_id in one["rules"]}
    return {
        "decision": assessment.decision,
        "kind": assessment.kind,
        "as_of": question.as_of,
        "valid_until": assessment.valid_until.astimezone(question.as_of.tzinfo),
        "knowledge": engine.knowledge,
        "goals": found.goals,
        "exercises": [_offered(release, assessment, found, one) for one in found.offered],
        "omitted": omitted,
        "coverage": [
            {"part": part, "reachable": found.coverage[kind] > 0, "open": found.coverage[kind]}
            for part, kind in _PARTS.items()
        ],
        "recheck": _recheck(release, question, judged),
        "findings": [_reference(one) for one in assessment.findings],
        "gates": assessment.gates,
        "missing": [
            {"name": name, "state": state, "rules": rules} for name, state, rules in assessment.missing
        ],
        "explanations": explained(release, (one.rule for one in assessment.findings if one.rule.id in named)),
        "patient_words": release.wording.review_status,
    }


def _reference(finding: Finding) -> dict[str, Any]:
    return {
        "rule_id": finding.rule.id,
        "version": finding.rule.version,
        "level": finding.level,
        "basis": finding.basis,
        "cleared": finding.cleared,
    }


def explained(release: Release, rules: Iterable[Rule]) -> list[dict[str, Any]]:
    """What rules say, in the three registers."""
    return [
        {
            "rule_id": rule.id,
            "title": rule.title,
            "do": rule.do,
            "clinician": rule.clinician,
            "patient": release.wording.patient[rule.id],
        }
        for rule in rules
    ]


def _offered(
    release: Release, assessment: Assessment, found: Recommendation, one: Recommended
) -> dict[str, Any]:
    exercise = one.exercise
    own = [] if exercise.stop is None else [exercise.stop]
    return {
        "exercise_id": exercise.id,
        "name": exercise.name,
        "modality": exercise.modality,
        "score": one.score,
        "status": one.status,
        "goals": [goal for goal in found.goals if goal in exercise.goals],
        "why": _why(release, assessment, one),
        "changes": explained(release, (finding.rule for finding in one.changes)),
        "cue": exercise.cue,
        "stop_signs": [*own, *COMMON_STOP_SIGNS],
    }


def _why(release: Release, assessment: Assessment, one: Recommended) -> dict[str, Any]:
    """Why an exercise is open, in the three registers."""
    bit = 1 << release.exercise_positions[one.exercise.id]
    cleared = [
        finding.rule
        for finding in assessment.findings
        if finding.cleared and release.touched(finding.rule.effects[Effect.CLEARANCE]) & bit
    ]
    if cleared:
        code = WhyOpen.BY_CLEARANCE
        words = f"Open by clearance of: {'; '.join(rule.title for rule in cleared)}."
    elif one.changes:
        code, count = WhyOpen.WITH_CHANGES, len(one.changes)
        words = f"{count} finding{'' if count == 1 else 's'} change how it is done; none closes it."
    else:
        code, words = WhyOpen.UNTOUCHED, "No rule that fires touches it."
    return {
        "code": code,
        "cleared": [rule.id for rule in cleared],
        "clinician": words,
        "patient": release.wording.open[code],
    }


def _omitted(one: Omitted, everywhere: Sequence[str]) -> dict[str, Any]:
    unanswered = one.reason is LeftOut.NO_ANSWER
    return {
        "exercise_id": one.exercise.id,
        "name": one.exercise.name,
        "reason": one.reason,
        "status": None if unanswered else one.status,
        "rules": everywhere if unanswered else one.because,
        "instead": one.instead,
    }


def _forbidding_all(assessment: Assessment) -> list[str]:
    """The rules that forbid every exercise."""
    return [one.rule.id for one in assessment.findings if _forbids_all(one)]


def _forbids_all(finding: Finding) -> bool:
    return EVERY_EXERCISE in finding.effects.get(Effect.FORBID, ())


def _recheck(release: Release, question: Question, judged: Judged) -> list[dict[str, Any]]:
    """What makes the answer hold no longer, soonest first; a new fact may come at any time."""
    read = release.lasting_facts if question.kind is CheckKind.PROGRAMME else release.read_facts
    ages = ages_at(question.as_of, question.kind)
    cleared = {one.rule.id for one in judged.assessment.findings if one.cleared}
    due = {(RecheckCause.ANSWER_AGES, ""): ages}
    for name, at in judged.known.fading.items():
        if name in read and at < ages:
            due[RecheckCause.FACT_RUNS_OUT, name] = at
    for one in question.clearances:
        if one.rule_id in cleared and question.as_of < one.expires_at < ages:
            due[RecheckCause.CLEARANCE_ENDS, one.rule_id] = one.expires_at
    soonest = sorted(due.items(), key=lambda entry: (entry[1], entry[0]))
    zone = question.as_of.tzinfo
    listed = [_cause(release, cause, of, at.astimezone(zone)) for (cause, of), at in soonest]
    return [*listed, _cause(release, RecheckCause.NEW_FACT, "", None)]


def _cause(release: Release, cause: RecheckCause, of: str, at: datetime | None) -> dict[str, Any]:
    """One of the causes, of a fact or of a rule."""
    match cause:
        case RecheckCause.FACT_RUNS_OUT:
            words = f"Too old from then on: {of.replace('_', ' ')}."
        case RecheckCause.CLEARANCE_ENDS:
            words = f"The clearance ends of “{release.rules_by_id[of].title}”."
        case RecheckCause.ANSWER_AGES:
            words = "The answer itself is too old from then on."
        case RecheckCause.NEW_FACT:
            words = "Any new fact, and any change of a clearance."
    return {
        "cause": cause,
        "fact": of if cause is RecheckCause.FACT_RUNS_OUT else None,
        "rule_id": of if cause is RecheckCause.CLEARANCE_ENDS else None,
        "at": at,
        "words": words,
    }
