"""What must come before a dose: an answer, a clearance, a change, or another service."""

from api.clinical.contraindications import Assessment, Finding
from api.clinical.draft import Need, NeedKind
from api.clinical.release import Release
from api.clinical.vocabulary import EVERY_EXERCISE, Decision, Effect

_ORDER = tuple(NeedKind)


def needs(release: Release, assessment: Assessment) -> tuple[Need, ...]:
    """Everything that stands against a dose, what weighs most first.

    Args:
        release: the knowledge.
        assessment: a check under which there is no dose.
    """
    found = [need for finding in assessment.findings for need in _of(finding)]
    found += [Need(NeedKind.ANSWER, name, _question(release, name)) for name in assessment.gates]
    return tuple(sorted(found, key=lambda need: _ORDER.index(need.kind)))


def _of(finding: Finding) -> list[Need]:
    rule = finding.rule
    sentence = rule.clinician if rule.clinician != "-" else rule.title
    if rule.decision is Decision.OUT_OF_SCOPE:
        return [Need(NeedKind.OUT_OF_SCOPE, rule.id, sentence)]
    if EVERY_EXERCISE in finding.effects.get(Effect.FORBID, ()):
        return [Need(NeedKind.CHANGE, rule.id, sentence)]
    if EVERY_EXERCISE in finding.effects.get(Effect.CLEARANCE, ()):
        return [Need(NeedKind.CLEARANCE, rule.id, sentence)]
    return []


def _question(release: Release, name: str) -> str:
    asking = (question for question in release.questions if name in question.facts)
    narrowest = min(asking, key=lambda question: (len(question.facts), question.id), default=None)
    return f"{name} must be known." if narrowest is None else narrowest.question
