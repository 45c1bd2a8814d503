"""Proposals on the wire."""

from api.checks.schemas import MOST
from api.clinical import fitt
from api.clinical.recommendation import Wishes
from api.clinical.vocabulary import Decision, Goal, Posture, ReviewStatus, Setting
from api.exercises.schemas import Equipment
from api.patients.profiles import KnowledgeRelease
from api.prescriptions.proposals import Asked
from api.prescriptions.schemas.answers import CONTENT
from api.prescriptions.schemas.doses import LONG, number
from api.web import fields, shapes


class NewProposal(shapes.Body):
    """What a proposal is asked for; an empty object asks for nothing in particular."""

    goals = fields.List(
        fields.Closed(Goal),
        most=len(Goal),
        load_default=list,
        description="The patient's own goals if none is given.",
    )
    equipment = fields.List(
        Equipment(),
        allow_none=True,
        load_default=None,
        description="What is at hand; null where it was not asked.",
    )
    settings = fields.List(fields.Closed(Setting), most=len(Setting), load_default=list)
    postures = fields.List(fields.Closed(Posture), most=len(Posture), load_default=list)
    steps_baseline = number(
        0,
        60_000,
        "Steps a day, the mean of 7 days; null must be measured first.",
        allow_none=True,
        load_default=None,
    )

    @staticmethod
    def makes(steps_baseline: int | None, **wishes: object) -> Asked:
        """The value."""
        return Asked(wishes=Wishes(**wishes), steps_baseline=steps_baseline)  # type: ignore[arg-type]  # as above


class DoseReason(shapes.View):
    """Why a number is what it is."""

    kind = fields.Text(description="`table`: an entry of the dose tables; `rule`: a rule that fired.")
    id = fields.Text()
    sentence = fields.Text(most=LONG)
    citations = fields.List(fields.Text())
    verification = fields.Text(most=LONG)
    review_status = fields.Closed(ReviewStatus)


class DoseNumber(shapes.View):
    """A number of the proposal with its reasons."""

    number = fields.Text(description="As `aerobic.minutes`; `classes.risk` and `classes.fitness` too.")
    reasons = fields.List(fields.Nested(DoseReason))


class ProposedExercise(shapes.View):
    """An exercise of the proposal, and why it was chosen."""

    part = fields.Closed(fitt.Part, name="PrescriptionPart")
    exercise_id = fields.Text()
    from_week = fields.Integer()
    weight_bearing = fields.Boolean()
    changes = fields.List(fields.Text(), description="The rules that modify it.")
    reason = fields.Text(most=LONG)
    score = fields.Integer()


class Alternatives(shapes.View):
    """Further open exercises of a part, best first."""

    part = fields.Closed(fitt.Part, name="PrescriptionPart")
    exercises = fields.List(fields.Text(), most=MOST)


class Milestone(shapes.View):
    """So many minutes a week, in so many weeks at the fastest."""

    label = fields.Text()
    minutes_per_week = fields.Integer()
    weeks = fields.Integer(allow_none=True, description="Null where no step leads there.")


class DoseInstruction(shapes.View):
    """What holds beside the numbers, of a part or of the whole session."""

    part = fields.Closed(fitt.Part, name="PrescriptionPart", allow_none=True)
    why = fields.Nested(DoseReason)


class DayRule(shapes.View):
    """A rule that is read on the day of each session, and what to ask or measure for it."""

    rule_id = fields.Text()
    title = fields.Text(most=LONG)
    do = fields.Text(most=LONG)
    surely = fields.Boolean(description="It fires while nothing of the day is known; otherwise it may.")
    facts = fields.List(fields.Text())


class Gap(shapes.View):
    """A part that cannot be filled, or not as its dose asks."""

    part = fields.Closed(fitt.Part, name="PrescriptionPart")
    sentence = fields.Text(most=LONG)


class DoseClasses(shapes.View):
    """How fit the patient is, and how careful the dose must be."""

    fitness = fields.Closed(fitt.FitnessClass)
    risk = fields.Closed(fitt.RiskClass)


class PrescriptionProposal(shapes.View):
    """A complete first prescription, every number with its reason; nothing of it is kept."""

    as_of = fields.Instant()
    valid_until = fields.Instant()
    decision = fields.Closed(Decision)
    knowledge = fields.Nested(KnowledgeRelease)
    classes = fields.Nested(DoseClasses)
    draft = fields.Nested(CONTENT, description="To be drafted as it is, or changed.")
    items = fields.List(fields.Nested(ProposedExercise))
    alternatives = fields.List(fields.Nested(Alternatives))
    interval_weeks = fields.Integer(description="How often a step may be earned.")
    milestones = fields.List(fields.Nested(Milestone))
    talk_test = fields.Text(most=LONG, allow_none=True)
    rpe_on_0_10 = fields.Integer(allow_none=True, description="The upper target on the other scale.")
    frame_steps = fields.List(fields.Text(most=LONG))
    instructions = fields.List(fields.Nested(DoseInstruction))
    day_rules = fields.List(fields.Nested(DayRule))
    gaps = fields.List(fields.Nested(Gap))
    why = fields.List(fields.Nested(DoseNumber), most=MOST)
