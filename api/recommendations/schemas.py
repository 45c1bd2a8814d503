"""Recommendations and readiness on the wire."""

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, ClassVar

from api.checks.openings import SettlingQuestion
from api.checks.schemas import LONG, MOST, MissingFact
from api.clinical.vocabulary import (
    Basis,
    CheckKind,
    Decision,
    FactState,
    Goal,
    LeftOut,
    Level,
    Modality,
    ReviewStatus,
    Status,
    WhyOpen,
)
from api.patients.profiles import KnowledgeRelease
from api.recommendations.wishes import KIND
from api.web import fields, paging, shapes
from api.web.strict import Strict


class ProgrammePart(StrEnum):
    """A part that a programme should have."""

    AEROBIC_MINUTES = "aerobic-minutes"
    STRENGTH_DAYS = "strength-days"
    BALANCE = "balance"


class RecheckCause(StrEnum):
    """What makes an answer hold no longer."""

    FACT_RUNS_OUT = "fact-runs-out"
    CLEARANCE_ENDS = "clearance-ends"
    ANSWER_AGES = "answer-ages"
    NEW_FACT = "new-fact"


class Explanation(shapes.View):
    """What one rule says, in three registers: its id, words for the clinician, words for the patient."""

    rule_id = fields.Text()
    title = fields.Text(most=LONG, description="For the clinician.")
    do = fields.Text(most=LONG, description="What to change, in the clinician's words.")
    clinician = fields.Text(most=LONG, description="What the clinician does.")
    patient = fields.Text(most=LONG, description="One plain sentence for the person who exercises.")


class Reason(shapes.View):
    """Why an exercise is open, in three registers."""

    code = fields.Closed(WhyOpen)
    cleared = fields.List(fields.Text(), description="Rules that touch it and are cleared.")
    clinician = fields.Text(most=LONG)
    patient = fields.Text(most=LONG)


class RecommendedExercise(shapes.View):
    """An exercise that is offered."""

    exercise_id = fields.Text()
    name = fields.Text()
    modality = fields.Closed(Modality)
    score = fields.Integer(description="By the ranking of the specification; higher is better.")
    status = fields.Closed(Status, name="ExerciseStatus")
    goals = fields.List(fields.Closed(Goal), description="The ranked goals that it serves.")
    why = fields.Nested(Reason)
    changes = fields.List(fields.Nested(Explanation), description="How it is to be done, worst rule first.")
    cue = fields.Text(most=LONG, allow_none=True)
    stop_signs = fields.List(
        fields.Text(most=LONG), description="Its own first, then those of every exercise."
    )


class OmittedExercise(shapes.View):
    """An exercise that is not offered."""

    exercise_id = fields.Text()
    name = fields.Text()
    reason = fields.Closed(LeftOut)
    status = fields.Closed(
        Status, name="ExerciseStatus", allow_none=True, description="Null where the decision lists none."
    )
    rules = fields.List(fields.Text(), description="The rules that left it out; `explanations` tells them.")
    instead = fields.Text(
        allow_none=True, description="For a closed exercise the nearest open one for the same goal."
    )


class Coverage(shapes.View):
    """Whether what is open can still fill a part of a programme."""

    part = fields.Closed(ProgrammePart)
    reachable = fields.Boolean()
    open = fields.Integer(description="How many exercises for it are open, offered or not.")


class Recheck(shapes.View):
    """What makes the answer hold no longer; then a new check is needed."""

    cause = fields.Closed(RecheckCause)
    fact = fields.Text(allow_none=True)
    rule_id = fields.Text(allow_none=True, description="The cleared rule.")
    at = fields.Instant(allow_none=True, description="Null where nobody knows.")
    words = fields.Text(most=LONG)


class FindingReference(shapes.View):
    """A rule that fired; a check tells the rest of it."""

    rule_id = fields.Text()
    version = fields.Integer()
    level = fields.Closed(Level)
    basis = fields.Closed(Basis)
    cleared = fields.Boolean()


class Recommendations(shapes.View):
    """Safe exercises, best first, and what was left out and why."""

    decision = fields.Closed(Decision)
    kind = fields.Closed(CheckKind)
    as_of = fields.Instant()
    valid_until = fields.Instant()
    knowledge = fields.Nested(KnowledgeRelease)
    goals = fields.List(fields.Closed(Goal), description="The goals that were ranked for.")
    exercises = fields.List(fields.Nested(RecommendedExercise), description="Best first.")
    omitted = fields.List(fields.Nested(OmittedExercise), most=MOST, description="In catalogue order.")
    coverage = fields.List(fields.Nested(Coverage))
    recheck = fields.List(fields.Nested(Recheck), most=MOST, description="Soonest first.")
    findings = fields.List(fields.Nested(FindingReference), most=MOST)
    gates = fields.List(fields.Text(), description="Facts that must be known before anything is answered.")
    missing = fields.List(fields.Nested(MissingFact), most=MOST)
    explanations = fields.List(
        fields.Nested(Explanation), most=MOST, description="Of the rules in `omitted`."
    )
    patient_words = fields.Closed(
        ReviewStatus, description="Whether a clinician has signed the sentences for patients."
    )


class WantedFact(shapes.View):
    """A fact that is needed, and what is known of it."""

    name = fields.Text()
    state = fields.Closed(FactState)


class Suggestion(shapes.View):
    """A question worth asking, and what its answer would settle."""

    question = fields.Nested(SettlingQuestion)
    screen = fields.Text(allow_none=True, description="The screen that a clear answer records.")
    facts = fields.List(fields.Nested(WantedFact), description="The facts that it would settle.")
    gate = fields.Boolean(description="Whether nothing is answered before it is.")
    opens = fields.Integer(
        description="Exercises that open if the answer is reassuring and nothing else changes."
    )
    share = fields.Float(description="Its part in all that is closed for want of data, 0 to 1.")


class FadingFact(shapes.View):
    """A fact that counts now and runs out."""

    name = fields.Text()
    at = fields.Instant()


class EndingClearance(shapes.View):
    """A clearance that counts now and ends."""

    id = fields.Uuid()
    rule_id = fields.Text()
    at = fields.Instant()


class Readiness(shapes.View):
    """How far the data of a patient carry, and which question settles most."""

    patient_id = fields.Uuid()
    kind = fields.Closed(CheckKind)
    as_of = fields.Instant()
    knowledge = fields.Nested(KnowledgeRelease)
    decision = fields.Closed(Decision)
    open_now = fields.Integer(description="Exercises that are open with what is known.")
    exercises = fields.Integer(description="All exercises of the catalogue.")
    suggestions = fields.List(
        fields.Nested(Suggestion),
        most=MOST,
        description="What must be known before anything is answered, then screens, then by `share`.",
    )
    soon = fields.List(fields.Nested(FadingFact), most=MOST, description="Soonest first.")
    clearances = fields.List(fields.Nested(EndingClearance), description="Soonest first.")


class PatientDue(shapes.View):
    """A patient of whom something runs out."""

    patient_id = fields.Uuid()
    next_at = fields.Instant(description="When the first of it does.")
    facts = fields.List(fields.Nested(FadingFact), most=MOST, description="Soonest first.")
    clearances = fields.List(fields.Nested(EndingClearance), description="Soonest first.")


PATIENTS_DUE = paging.page_of(PatientDue)


class Days(Strict[timedelta]):
    """A number of days, as `30d`."""

    sentences: ClassVar[Mapping[str, str]] = {"not-days": "This must be a number of days, 1d to 365d."}
    _FORM = re.compile(r"([1-9][0-9]{0,2})d")

    def read(self, value: Any) -> timedelta:
        """The value of JSON data."""
        found = self._FORM.fullmatch(value) if isinstance(value, str) else None
        if found is None or int(found[1]) > 365:
            raise self.make_error("not-days")
        return timedelta(days=int(found[1]))

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema."""
        return {"type": "string", "pattern": "^([1-9][0-9]?|[12][0-9]{2}|3[0-5][0-9]|36[0-5])d$"}


class ReadinessQuery(shapes.Query):
    """For what, and how far ahead."""

    kind = fields.Closed(CheckKind, load_default=CheckKind.PROGRAMME, description=KIND)
    within = Days(load_default=None, description="How far ahead; 14d if left out.")


class DuePage(paging.Page):
    """How far ahead, and which page."""

    within = Days(load_default=None, description="How far ahead; 30d if left out.")
