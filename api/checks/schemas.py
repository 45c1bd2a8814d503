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
from api.patients.profiles import KnowledgeRelease
from api.web import fields, paging, shapes

MOST = 1000
LONG = 2000
_VALUE = "In the first unit of the vocabulary; null where it is explicitly unknown."


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
    status = fields.Closed(Status, name="ExerciseStatus")
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


class ReadObservation(shapes.View):
    """An observation that a check read, in the first unit of the vocabulary."""

    name = fields.Text()
    value = shapes.Documented("FactValue", FACT_VALUE, allow_none=True, description=_VALUE)
    observed_at = fields.Instant()
    method = fields.Text(allow_none=True)
    source = fields.Text(allow_none=True)
    source_record_id = fields.Text(allow_none=True)


class ReadGrantedBy(shapes.View):
    """Who cleared a rule."""

    name = fields.Text()
    role = fields.Text()


class ReadClearance(shapes.View):
    """A clearance that a check read."""

    rule_id = fields.Text()
    granted_by = fields.Nested(ReadGrantedBy)
    granted_at = fields.Instant()
    expires_at = fields.Instant()
    limits = fields.Text(most=LONG, allow_none=True)


class CheckInputs(shapes.View):
    """All that a check read."""

    observations = fields.List(fields.Nested(ReadObservation), most=100_000)
    clearances = fields.List(fields.Nested(ReadClearance))


class Check(CheckAnswer):
    """A check of a patient on file, as it was given."""

    id = fields.Uuid()
    patient_id = fields.Uuid()
    created_at = fields.Instant()
    time_zone = fields.TimeZone(description="The patient's zone: its day was the day of the check.")
    inputs = fields.Nested(CheckInputs)


class CheckSummary(shapes.View):
    """A check of a patient on file, without what was found."""

    id = fields.Uuid()
    patient_id = fields.Uuid()
    created_at = fields.Instant()
    kind = fields.Closed(CheckKind)
    as_of = fields.Instant()
    time_zone = fields.TimeZone()
    decision = fields.Closed(Decision)
    valid_until = fields.Instant()
    release = fields.Text()


class ReplayedWith(shapes.Query):
    """With which knowledge a check is answered again."""

    release = fields.Text(load_default=None, description="Id of a release; the one of now if left out.")


class ReplayRelease(shapes.View):
    """The knowledge that answered then, and the one that answers now."""

    changed = fields.Boolean()
    then = fields.Nested(KnowledgeRelease)
    now = fields.Nested(KnowledgeRelease)


class SupersededRule(shapes.View):
    """A rule of which another version is read now."""

    rule_id = fields.Text()
    then = fields.Integer()
    now = fields.Integer()


class ReplayRules(shapes.View):
    """How the rules that are read have changed."""

    added = fields.List(fields.Text(), most=MOST)
    removed = fields.List(fields.Text(), most=MOST)
    superseded = fields.List(fields.Nested(SupersededRule), most=MOST)


class ReplayDecision(shapes.View):
    """The decision then and now."""

    then = fields.Closed(Decision)
    now = fields.Closed(Decision)


class ChangedFinding(shapes.View):
    """A rule that fires now as then, but not with the same finding."""

    rule_id = fields.Text()
    members = fields.List(fields.Text(), description="The members of the finding that differ.")


class ReplayFindings(shapes.View):
    """Which rules fire now, fire no longer, or fire otherwise."""

    appeared = fields.List(fields.Text(), most=MOST)
    disappeared = fields.List(fields.Text(), most=MOST)
    changed = fields.List(fields.Nested(ChangedFinding), most=MOST)


class ReplayJudgement(shapes.View):
    """The judgement of an exercise at one of the two times."""

    status = fields.Closed(Status, name="ExerciseStatus")
    because = fields.List(fields.Text())


class ReplayExercise(shapes.View):
    """An exercise that is judged otherwise; null where it is not judged."""

    exercise_id = fields.Text()
    then = fields.Nested(ReplayJudgement, allow_none=True)
    now = fields.Nested(ReplayJudgement, allow_none=True)


class Replay(shapes.View):
    """A check answered again from what it read, and what differs."""

    check_id = fields.Uuid()
    same = fields.Boolean(description="Whether the answer is the same, apart from the release that gave it.")
    release = fields.Nested(ReplayRelease)
    rules = fields.Nested(ReplayRules)
    facts_not_read = fields.List(fields.Text(), description="Facts that the vocabulary no longer has.")
    decision = fields.Nested(ReplayDecision)
    members = fields.List(
        fields.Text(),
        description="Other members of the answer that differ: `valid_until`, `gates`, `missing`.",
    )
    findings = fields.Nested(ReplayFindings)
    exercises = fields.List(fields.Nested(ReplayExercise), most=MOST)
    answer = fields.Nested(CheckAnswer, description="The answer of now.")


CHECKS = paging.page_of(CheckSummary)
