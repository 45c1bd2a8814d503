"""How measures went, on the wire."""

from api.adherence.outcomes.lists import ChangeReason, ChangeShown, KeptAs
from api.adherence.outcomes.schemas.measures import MeasureDefinition
from api.adherence.schemas.numbers import AdherenceShare
from api.clinical.measures import Consequence, Occasion, Side
from api.web import fields, shapes

LONG = 2000


class OutcomeOnFile(shapes.View):
    """A value that counts."""

    id = fields.Uuid(description="Of the outcome, or of the fact.")
    kept_as = fields.Closed(KeptAs)
    value = fields.Float(allow_none=True)
    word = fields.Text(allow_none=True)
    category = fields.Text(allow_none=True)
    of = fields.Integer(allow_none=True)
    insensate = fields.List(fields.Text())
    target = fields.Float(allow_none=True)
    on = fields.Date(description="The patient's day.")
    observed_at = fields.Instant()
    recorded_at = fields.Instant()
    recorded_by = fields.Uuid()
    method = fields.Text(allow_none=True)
    tester = fields.Text(allow_none=True)
    source = fields.Text()
    source_record_id = fields.Text(allow_none=True)


class OutcomeChange(shapes.View):
    """What a change is called, and why."""

    word = fields.Closed(ChangeShown, name="OutcomeChangeWord")
    reason = fields.Closed(ChangeReason, name="OutcomeChangeReason")
    sentence = fields.Text(most=LONG)
    difference = fields.Float(allow_none=True, description="Latest less earlier.")
    from_category = fields.Text(allow_none=True)
    to_category = fields.Text(allow_none=True)


class OutcomeDue(shapes.View):
    """When the next value is due."""

    first = fields.Date(allow_none=True)
    last = fields.Date(allow_none=True)
    occasion = fields.Closed(Occasion, name="MeasureOccasion", allow_none=True)
    overdue = fields.Boolean()


class OutcomeCourse(MeasureDefinition):
    """How a measure went."""

    side = fields.Closed(Side, allow_none=True)
    baseline = fields.Nested(OutcomeOnFile)
    previous = fields.Nested(OutcomeOnFile, allow_none=True)
    latest = fields.Nested(OutcomeOnFile)
    since_baseline = fields.Nested(OutcomeChange, allow_none=True)
    since_previous = fields.Nested(OutcomeChange, allow_none=True)
    consequences = fields.List(fields.Closed(Consequence, name="OutcomeConsequence"))
    due = fields.Nested(OutcomeDue)
    note = fields.Text(most=LONG, allow_none=True, description="What such scores cannot say.")
    series = fields.List(fields.Nested(OutcomeOnFile), most=100000, description="Of the days, oldest first.")


class FootRisk(shapes.View):
    """The IWGDF risk that the checks work out of the facts on file."""

    worked_out = fields.Text(allow_none=True, description="0 to 3, or `active-foot-problem`.")
    assumed = fields.Boolean(description="Whether something is unknown that was taken for adverse.")


class OutcomeAttendance(shapes.View):
    """How much of the plan was done in the same days, all parts together."""

    expected = fields.Float(description="Sessions.")
    lower = fields.Nested(AdherenceShare, description="What was not reported counted as missed.")
    upper = fields.Nested(AdherenceShare, description="What was not reported counted as done.")
    projected = fields.Nested(AdherenceShare, description="Done, of what was reported.")
    coverage = fields.Nested(AdherenceShare, description="Reported, of what was expected.")
    href = fields.Text(description="Adherence in the same days, with all that stands behind it.")


class PatientOutcomes(shapes.View):
    """How each measure of a patient went."""

    patient_id = fields.Uuid()
    first = fields.Date(data_key="from", attribute="from")
    last = fields.Date(data_key="to", attribute="to")
    items = fields.List(fields.Nested(OutcomeCourse), most=1000, description="In the order of the release.")
    left_out = fields.Integer(description="Values on file that do not fit their measure.")
    foot_risk = fields.Nested(FootRisk)
    below_change = fields.Text(most=LONG)
    attendance = fields.Nested(OutcomeAttendance)
