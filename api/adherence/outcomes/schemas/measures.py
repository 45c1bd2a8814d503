"""Measures on the wire."""

from api.clinical.measures import Better, JudgedBy, Occasion
from api.clinical.vocabulary import ReviewStatus
from api.web import fields, shapes

LONG = 2000


class MeasureRange(shapes.View):
    """What a value may be."""

    least = fields.Float(allow_none=True)
    most = fields.Float(allow_none=True)
    whole = fields.Boolean()
    words = fields.List(fields.Text(), description="The values of a measure that is no number, best first.")
    of = fields.List(fields.Integer(), description="Out of how many; the range goes up to that.")


class IntervalSpan(shapes.View):
    """From when to when."""

    least = fields.Integer()
    most = fields.Integer()


class IntervalByValue(shapes.View):
    """When the next one is due after this value."""

    value = fields.Integer()
    months = fields.Nested(IntervalSpan)


class MeasureInterval(shapes.View):
    """How often it is measured."""

    months = fields.Nested(IntervalSpan, allow_none=True)
    weeks = fields.Nested(IntervalSpan, allow_none=True)
    days = fields.Nested(IntervalSpan, allow_none=True)
    by_value = fields.List(fields.Nested(IntervalByValue))
    occasion = fields.Closed(Occasion, name="MeasureOccasion", allow_none=True)
    each_visit_from_risk = fields.Integer(allow_none=True, description="From this IWGDF risk on, each visit.")
    compared_after_weeks = fields.Integer(
        allow_none=True, description="Values that are closer together are not compared."
    )


class MeasureCategory(shapes.View):
    """A category, from which value on."""

    name = fields.Text()
    start = fields.Float(data_key="from", attribute="from")


class ChangeThatCounts(shapes.View):
    """Which change is more than chance; nulls where none is agreed."""

    judged_by = fields.Closed(JudgedBy)
    difference = fields.Float(allow_none=True, description="This much or more, in the unit.")
    difference_for_worse = fields.Float(allow_none=True, description="For worse, where it differs.")
    percent = fields.Integer(allow_none=True, description="Of the earlier value; either makes it count.")
    categories = fields.List(fields.Nested(MeasureCategory))


class MeasureDefinition(shapes.View):
    """A measure: what it may be, when it is due, and which change counts."""

    measure = fields.Text()
    title = fields.Text()
    says = fields.Text(most=LONG)
    unit = fields.Text(description="UCUM.")
    better = fields.Closed(Better, name="BetterDirection")
    range = fields.Nested(MeasureRange)
    sides = fields.Boolean(description="Whether each side is measured apart.")
    interval = fields.Nested(MeasureInterval)
    change_that_counts = fields.Nested(ChangeThatCounts)
    licensed = fields.Boolean(description="Items and forms belong to others; only the score is kept.")
    citations = fields.List(fields.Text())
    verification = fields.Text(most=LONG, description="How far it was read in its source.")
    review_status = fields.Closed(ReviewStatus)


class MeasureDefinitions(shapes.View):
    """Every measure of the release."""

    items = fields.List(fields.Nested(MeasureDefinition), most=1000)
    next = fields.Text(allow_none=True, description="Always null.")
    below_change = fields.Text(most=LONG)
    no_recovery = fields.Text(most=LONG)
