"""Practice variation on the wire."""

from api.adherence.variation.proposed import Quantity
from api.clinical.fitt import FitnessClass, RiskClass
from api.clinical.vocabulary import Goal
from api.web import fields, shapes

MOST = 2000


class VariationWindow(shapes.Query):
    """Of which signatures."""

    first = fields.Date(data_key="from", load_default=None, description="Of UTC; a year before `to`.")
    last = fields.Date(data_key="to", load_default=None, description="Of UTC; today if left out.")


class DoseDifference(shapes.View):
    """What was prescribed less what would have been proposed."""

    lower_quartile = fields.Float()
    median = fields.Float()
    upper_quartile = fields.Float()


class DoseVariation(shapes.View):
    """One number of the dose; nulls where fewer than the least number of patients have it."""

    quantity = fields.Closed(Quantity, name="DoseQuantity")
    prescribed_median = fields.Float(allow_none=True)
    proposed_median = fields.Float(allow_none=True)
    difference = fields.Nested(DoseDifference, allow_none=True)


class VariationCell(shapes.View):
    """What was prescribed; nothing of it is shown where it is of too few, or would give away such a cell."""

    suppressed = fields.Boolean()
    prescriptions = fields.Integer(allow_none=True)
    numbers = fields.List(fields.Nested(DoseVariation))


class VariationSigner(VariationCell):
    """What one clinician signed."""

    practitioner_id = fields.Uuid()


class VariationGroup(VariationCell):
    """Prescriptions for patients alike: of one class of risk and of fitness, for the same goals."""

    risk = fields.Closed(RiskClass)
    fitness = fields.Closed(FitnessClass)
    goals = fields.List(fields.Closed(Goal), description="Empty: the patient's own.")
    signers = fields.List(fields.Nested(VariationSigner), most=MOST)


class VariationLeftOut(shapes.View):
    """How many were not compared, and why."""

    later_revisions = fields.Integer(description="They move a dose on; a proposal is a first one.")
    no_dose = fields.Integer(description="For what was known nothing would have been proposed.")
    release_not_kept = fields.Integer(description="The knowledge of that time is not with this service.")


class PracticeVariation(shapes.View):
    """Doses by clinician beside the proposal."""

    first = fields.Date(data_key="from", attribute="from")
    last = fields.Date(data_key="to", attribute="to")
    least_patients = fields.Integer(description="A cell of fewer is not shown.")
    prescriptions = fields.Integer(allow_none=True, description="That were compared.")
    items = fields.List(fields.Nested(VariationGroup), most=MOST)
    next = fields.Text(allow_none=True, description="Always null.")
    left_out = fields.Nested(VariationLeftOut)
