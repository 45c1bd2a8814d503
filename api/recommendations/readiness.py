"""How far the data of a patient carry, as data."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from api.checks.answers import Answers
from api.checks.openings import asked
from api.checks.queries import PatientFile
from api.clinical.readiness import Suggestion, readiness
from api.clinical.vocabulary import CheckKind
from api.recommendations.queries import Due, ending_clearances


def answered(
    engine: Answers, patient_id: UUID, file: PatientFile, kind: CheckKind, within: timedelta
) -> dict[str, Any]:
    """What to ask next of a patient on file, in the shape of `Readiness`."""
    release, question = engine.release, file.question(kind)
    known, assessment = engine.judged(question)
    found = readiness(release, known, assessment, within=within, cleared=question.cleared)
    ending = ending_clearances(release, file.clearances, file.as_of, file.as_of + within)
    return {
        "patient_id": patient_id,
        "kind": kind,
        "as_of": file.as_of,
        "knowledge": engine.knowledge,
        "decision": assessment.decision,
        "open_now": found.open_now,
        "exercises": len(release.exercises),
        "suggestions": [_suggestion(one) for one in found.suggestions],
        "soon": _fading(found.soon),
        "clearances": _ending(ending),
    }


def due(one: Due) -> dict[str, Any]:
    """What of a patient runs out, in the shape of `PatientDue`."""
    moments = [at for _, at in one.facts] + [row.expires_at for row in one.clearances]
    return {
        "patient_id": one.patient_id,
        "next_at": min(moments),
        "facts": _fading(one.facts),
        "clearances": _ending(one.clearances),
    }


def _suggestion(one: Suggestion) -> dict[str, Any]:
    return {
        "question": asked(one.question),
        "screen": one.question.screen,
        "facts": [{"name": name, "state": state} for name, state in one.missing.items()],
        "gate": one.gate,
        "opens": one.opens,
        "share": one.share,
    }


def _fading(facts: Iterable[tuple[str, datetime]]) -> list[dict[str, Any]]:
    return [{"name": name, "at": at} for name, at in facts]


def _ending(rows: Iterable[Any]) -> list[dict[str, Any]]:
    return [{"id": row.id, "rule_id": row.rule_id, "at": row.expires_at} for row in rows]
