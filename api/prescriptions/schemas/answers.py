"""Prescriptions on the wire: what comes out."""

from api.checks.schemas import MOST
from api.clinical.lifecycle import Move, State
from api.clinical.vocabulary import FactState, Status
from api.exercises.schemas import FACT_VALUE
from api.prescriptions.documents import AppliedBy
from api.prescriptions.gate import Safety
from api.prescriptions.schemas.doses import LONG
from api.prescriptions.schemas.drafts import NewMonitoring, NewPrescription
from api.prescriptions.schemas.shown import shown
from api.prescriptions.tables import OverrideReason
from api.web import fields, paging, shapes

CONTENT = shown(NewPrescription, name="PrescriptionContent")
ANY = shapes.Documented(
    "AnyValue", {"description": "Any JSON value, as it stands in the document."}, allow_none=True
)


class PrescriptionDocument(CONTENT):  # type: ignore[misc, valid-type]  # made of the body that comes in
    """The whole of what is signed; its hash is SHA-256 over its canonical JSON (RFC 8785)."""

    prescription_id = fields.Uuid()
    patient_id = fields.Uuid()
    revision = fields.Integer()


class PrescriptionDraft(shapes.View):
    """What waits for a signature."""

    document = fields.Nested(PrescriptionDocument)
    sha256 = fields.Text(description="What a signature of it names.")


class DocumentChange(shapes.View):
    """What differs from the revision before, at a JSON pointer; null where there is nothing."""

    pointer = fields.Text(most=LONG)
    before = ANY
    after = ANY


class PrescriptionRevision(shapes.View):
    """What was signed; it never changes."""

    prescription_id = fields.Uuid()
    number = fields.Integer()
    effective_from = fields.Date(description="It counts from this day until one signed later begins.")
    ends_on = fields.Date(allow_none=True)
    document = fields.Nested(PrescriptionDocument)
    sha256 = fields.Text()
    changes = fields.List(fields.Nested(DocumentChange), most=MOST)
    reason = fields.Text(most=LONG, allow_none=True)
    signed_at = fields.Instant()
    practitioner_id = fields.Uuid(
        allow_none=True, description="Who signed; null where the service applied it within signed bounds."
    )
    applied_by = fields.Closed(AppliedBy)
    within = fields.Integer(
        allow_none=True, description="The revision whose signed bounds it keeps; null where it was signed."
    )
    check_id = fields.Uuid(description="The check that let it through.")


class ReliedOn(shapes.View):
    """A fact that an override rests on, as it was known when it was signed."""

    name = fields.Text()
    value = shapes.Documented("FactValue", FACT_VALUE, allow_none=True)
    state = fields.Closed(FactState)


class SignedOverride(shapes.View):
    """An override of one rule for one exercise, and whether it lapsed since it was signed."""

    id = fields.Uuid()
    revision = fields.Integer()
    rule_id = fields.Text()
    exercise_id = fields.Text()
    reason_code = fields.Closed(OverrideReason)
    text = fields.Text(most=LONG)
    monitoring = fields.Nested(shown(NewMonitoring))
    granted_at = fields.Instant()
    expires_at = fields.Instant(description="It counts until just before.")
    practitioner_id = fields.Uuid()
    relied_on = fields.List(fields.Nested(ReliedOn))
    lapsed_at = fields.Instant(allow_none=True)
    lapsed_by = fields.List(
        fields.Text(), allow_none=True, description="The facts that changed, so that it counts no longer."
    )


class PausedExercise(shapes.View):
    """An exercise that may not be done now, what the check says of it, and the rules that say so."""

    exercise_id = fields.Text()
    status = fields.Closed(Status, name="ExerciseStatus")
    rules = fields.List(fields.Text())


class StateMove(shapes.View):
    """How a prescription came from one state into another."""

    move = fields.Closed(Move, name="PrescriptionMove")
    state = fields.Closed(State, name="PrescriptionState", description="After it.")
    at = fields.Instant()
    practitioner_id = fields.Uuid(allow_none=True, description="Null where a system did it by itself.")
    reason = fields.Text(most=LONG, allow_none=True)


class PrescriptionSummary(shapes.View):
    """A prescription, without what it says."""

    id = fields.Uuid()
    patient_id = fields.Uuid()
    created_at = fields.Instant()
    updated_at = fields.Instant()
    state = fields.Closed(State, name="PrescriptionState")
    revision = fields.Integer(description="The number of the last signed revision; 0 before the first.")
    safety = fields.Closed(
        Safety,
        name="PrescriptionSafety",
        allow_none=True,
        description="What the last check of what is signed said; null before the first signature. It is made "
        "again by itself: with every fact and clearance at once, and within a minute of whatever runs out.",
    )


class Prescription(PrescriptionSummary):
    """A prescription: what is signed, what waits for a signature, and how it stands."""

    paused = fields.List(fields.Nested(PausedExercise))
    signed = fields.Nested(PrescriptionRevision, allow_none=True, description="The last signed revision.")
    draft = fields.Nested(PrescriptionDraft, allow_none=True)
    overrides = fields.List(fields.Nested(SignedOverride), description="Those of the last signed revision.")
    history = fields.List(fields.Nested(StateMove), most=MOST, description="Oldest first.")


class OverriddenRule(shapes.View):
    """How often a rule was overridden, and what became of it."""

    rule_id = fields.Text()
    overrides = fields.Integer()
    patients = fields.Integer()
    in_force = fields.Integer(description="In the last revision of an active prescription, in date.")
    lapsed = fields.Integer(description="Because a fact changed.")
    expired = fields.Integer()
    exercises = fields.List(fields.Text())
    reason_codes = fields.List(fields.Closed(OverrideReason))
    last_granted_at = fields.Instant()


class OverriddenRules(shapes.View):
    """The rules that were overridden, by id."""

    items = fields.List(fields.Nested(OverriddenRule), most=MOST)
    next = fields.Text(allow_none=True, description="Always null: the list is whole.")


PRESCRIPTIONS = paging.page_of(PrescriptionSummary)
REVISIONS = paging.page_of(PrescriptionRevision)
