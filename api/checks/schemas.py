"""Checks on the wire: what comes out."""

from api.clinical.vocabulary import (
    Basis,
    CheckKind,
    Decision,
    FactState,
    Level,
    ReviewStatus,
    Status,
)
from api.exercises.schemas import FACT_VALUE, RuleEffect
from api.web import fields, shapes

MOST = 1000
LONG = 2000
_VALUE = "In the first unit of the vocabulary; null where it is explicitly unknown."


class KnowledgeRelease(shapes.View):
    """The knowledge that answered."""

    release = fields.Text()
    sha256 = fields.Text()


class FindingFact(shapes.View):
    """A fact that a finding rests on, as it counted."""

    name = fields.Text()
    value = shapes.Documented("FactValue", FACT_VALUE, allow_none=True, description=_VALUE)
    observed_at = fields.Instant()


class Finding(shapes.View):
    """A rule that fired, why, and what to do."""

    rule_id = fields.Text()
    version = fields.Integer()
    level = fields.Closed(
        Level, description="As it fired: lower than the rule's own where data are missing or it is cleared."
    )
    basis = fields.Closed(Basis)
    cleared = fields.Boolean()
    title = fields.Text(most=LONG)
    facts = fields.List(fields.Nested(FindingFact))
    missing = fields.List(fields.Text(), description="Facts whose absence it rests on.")
    effects = fields.List(fields.Nested(RuleEffect), description="Strictest first.")
    do = fields.Text(most=LONG, description="What to change, for the person who exercises.")
    clinician = fields.Text(most=LONG, description="What the clinician does.")
    citations = fields.List(fields.Text(), description="Sources; `/v1/knowledge/citations` tells them.")
    verification = fields.Text(most=LONG, description="How far the statement was read in its source.")
    review_status = fields.Closed(ReviewStatus)


class Judgement(shapes.View):
    """What may be done with one exercise, and the rules that decide it, worst first."""

    exercise_id = fields.Text()
    status = fields.Closed(Status)
    because = fields.List(fields.Text())


class MissingFact(shapes.View):
    """A fact that is needed, what is known of it, and the rules that ask for it."""

    name = fields.Text()
    state = fields.Closed(FactState)
    rules = fields.List(fields.Text())


class CheckAnswer(shapes.View):
    """The answer to a check; it depends on the question and the knowledge release, and on nothing else."""

    decision = fields.Closed(Decision)
    kind = fields.Closed(CheckKind)
    as_of = fields.Instant()
    valid_until = fields.Instant()
    knowledge = fields.Nested(KnowledgeRelease)
    findings = fields.List(fields.Nested(Finding), most=MOST, description="Worst first, then by rule.")
    exercises = fields.List(
        fields.Nested(Judgement),
        most=MOST,
        description="In catalogue order; empty when the decision is out-of-scope or insufficient-data.",
    )
    gates = fields.List(fields.Text(), description="Facts that must be known before anything is answered.")
    missing = fields.List(fields.Nested(MissingFact), most=MOST)
