"""The next dose on the wire."""

from api.clinical import fitt
from api.clinical.movement import StepKind
from api.prescriptions.schemas.answers import ANY, CONTENT
from api.prescriptions.schemas.doses import LONG, NewDoses
from api.prescriptions.schemas.proposals import DoseReason
from api.prescriptions.schemas.shown import shown
from api.web import fields, shapes


class DoseChange(shapes.View):
    """A number that becomes another."""

    number = fields.Text(description="As `aerobic.minutes`.")
    before = ANY
    after = ANY
    reasons = fields.List(fields.Nested(DoseReason))


class StepReason(shapes.View):
    """Why the dose goes where it goes, and the reports that it rests on."""

    why = fields.Nested(DoseReason)
    report_ids = fields.List(fields.Text())


class StepTask(shapes.View):
    """Something that somebody does."""

    id = fields.Text()
    sentence = fields.Text(most=LONG)


class StepRestriction(shapes.View):
    """Exercises with these tags stop; until a day, or until a clinician settles it."""

    tags = fields.List(fields.Text())
    until = fields.Date(allow_none=True)
    why = fields.Nested(DoseReason)


class StepInterval(shapes.View):
    """The last complete interval."""

    first_day = fields.Date()
    day_after = fields.Date()


class NextDose(shapes.View):
    """What comes after the dose in force; a proposal, of which nothing is kept."""

    prescription_id = fields.Uuid()
    revision = fields.Integer(description="The one in effect.")
    as_of = fields.Instant()
    reports_read = fields.Integer(description="How many reports of sessions it was worked out from.")
    kind = fields.Closed(StepKind)
    doses = fields.Nested(shown(NewDoses), description="The same on hold, while locked, before a new check.")
    changes = fields.List(fields.Nested(DoseChange))
    reasons = fields.List(fields.Nested(StepReason))
    tasks = fields.List(fields.Nested(StepTask))
    restrictions = fields.List(fields.Nested(StepRestriction))
    easier_parts = fields.List(
        fields.Closed(fitt.Part, name="PrescriptionPart"),
        description="Parts whose exercises give way to their easier forms.",
    )
    interval = fields.Nested(StepInterval, allow_none=True, description="Null before one is over.")
    attendance_percent = fields.Float(allow_none=True)
    next_review = fields.Date(description="The day on which it is worth asking again.")
    needs_clinician = fields.Boolean(description="It is never applied without a signature of its own.")
    first_session_percent = fields.Integer(
        description="What is left of the minutes of the next session alone."
    )
    draft = fields.Nested(
        CONTENT, allow_none=True, description="The next revision; null where the numbers stay."
    )
