"""What a check would say if facts were otherwise than they are on file; nothing of it is kept."""

from typing import Any

from api.checks.answers import Answers, Judged, Question
from api.checks.queries import PatientFile
from api.checks.schemas import MOST, CheckAnswer
from api.checks.suppositions import Supposition
from api.clinical.changes import replaced
from api.clinical.vocabulary import OPEN, Decision
from api.web import fields, shapes


class WhatIfDecision(shapes.View):
    """The decision on what is on file, and on what is supposed."""

    on_file = fields.Closed(Decision)
    supposed = fields.Closed(Decision)


class WhatIfExercises(shapes.View):
    """Exercises that are open in only one of the two."""

    opened = fields.List(fields.Text(), most=MOST, description="Open only on what is supposed.")
    closed = fields.List(fields.Text(), most=MOST, description="Open only on what is on file.")


class WhatIfFindings(shapes.View):
    """Rules that fire in only one of the two."""

    appeared = fields.List(fields.Text(), most=MOST)
    disappeared = fields.List(fields.Text(), most=MOST)


class WhatIfChange(shapes.View):
    """What differs from a check of what is on file, of the same kind at the same moment."""

    decision = fields.Nested(WhatIfDecision)
    exercises = fields.Nested(WhatIfExercises)
    findings = fields.Nested(WhatIfFindings)


class WhatIf(CheckAnswer):
    """The answer to a check of what is supposed; it is kept nowhere."""

    hypothetical = fields.Boolean(description="Always true.")
    changed = fields.Nested(WhatIfChange)


def answered(engine: Answers, file: PatientFile, supposition: Supposition) -> dict[str, Any]:
    """The answer on what is supposed, and what differs from the answer on what is on file."""
    on_file = file.question(supposition.kind)
    told = [one for one in supposition.observations if one.value is not None]
    supposed = Question(
        kind=supposition.kind,
        as_of=file.as_of,
        observations=replaced(engine.release, file.observations, supposition.observations, file.as_of),
        clearances=[*file.in_force(told), *supposition.clearances],
        exercises=supposition.exercises,
    )
    before, after = engine.judged(on_file), engine.judged(supposed)
    was_open, is_open = _open(before, supposed), _open(after, supposed)
    fired, fires = _fired(before), _fired(after)
    return {
        **engine.written(supposed, after),
        "hypothetical": True,
        "changed": {
            "decision": {"on_file": before.assessment.decision, "supposed": after.assessment.decision},
            "exercises": {
                "opened": [one for one in is_open if one not in was_open],
                "closed": [one for one in was_open if one not in is_open],
            },
            "findings": {
                "appeared": [one for one in fires if one not in fired],
                "disappeared": [one for one in fired if one not in fires],
            },
        },
    }


def _open(judged: Judged, question: Question) -> list[str]:
    return [
        one.exercise_id
        for one in judged.assessment.exercises
        if one.status in OPEN and (not question.exercises or one.exercise_id in question.exercises)
    ]


def _fired(judged: Judged) -> list[str]:
    return [finding.rule.id for finding in judged.assessment.findings]
