"""What a handout says of a prescription, and what its code finds."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from api.access.tables import Clinic, Practitioner
from api.database.work import Work
from api.errors import Conflict
from api.patients import queries as patients
from api.patients.tables import Patient
from api.prescriptions import queries
from api.prescriptions.handouts.codes import Code
from api.prescriptions.handouts.validity import Standing, Validity, validity
from api.prescriptions.queries import Found
from api.prescriptions.tables import Prescription, PrescriptionRevision


class Signed(NamedTuple):
    """A signed prescription, and whom and what its handout names.

    Attributes:
        revision: the one in effect today; before the first begins, the one that begins first.
        code: what it is verified by; None where it was signed before there were codes.
        today: the patient's day.
    """

    prescription: Found
    revision: Found
    patient: Found
    signer: str
    clinic: str
    code: Code | None
    standing: Standing
    moment: datetime
    today: date

    @property
    def validity(self) -> Validity:
        """Whether it counts."""
        return validity(self.standing, self.moment, self.today)


def signed(work: Work, prescription_id: UUID) -> Signed:
    """What the handout of a prescription is made of.

    Raises:
        NotFound: there is no such prescription.
        Conflict: nothing of it is signed.
    """
    prescription = queries.prescription(work, prescription_id)
    if not prescription.revision:
        raise Conflict("There is no handout: nothing of this prescription is signed.")
    patient = patients.patient(work, prescription.patient_id)
    today = work.moment.astimezone(ZoneInfo(patient.time_zone)).date()
    revision = queries.standing_revisions(work, prescription_id, today)[-1]
    standing = Standing(
        state=prescription.state,
        safety=prescription.safety,
        check_due_at=prescription.check_due_at,
        ends_on=revision.ends_on,
        followed_on=None,
    )
    signer, clinic, secret = _named(work, revision.id)
    return Signed(
        prescription=prescription,
        revision=revision,
        patient=patient,
        signer=signer,
        clinic=clinic,
        code=None if secret is None else Code(work.clinic_id, secret),
        standing=standing,
        moment=work.moment,
        today=today,
    )


def verified(work: Work, secret: bytes) -> Validity | None:
    """Whether the handout with this secret counts; None where the clinic has none such.

    One statement, whether there is one or not.
    """
    revision, later = PrescriptionRevision, aliased(PrescriptionRevision)
    followed_on = (
        select(func.min(later.effective_from))
        .where(
            later.clinic_id == work.clinic_id,
            later.prescription_id == revision.prescription_id,
            later.number > revision.number,
        )
        .scalar_subquery()
    )
    found = work.db.execute(
        select(
            Prescription.state,
            Prescription.safety,
            Prescription.check_due_at,
            revision.ends_on,
            followed_on.label("followed_on"),
            Patient.time_zone,
        )
        .join(
            Prescription,
            (Prescription.clinic_id == work.clinic_id) & (Prescription.id == revision.prescription_id),
        )
        .join(Patient, (Patient.clinic_id == work.clinic_id) & (Patient.id == Prescription.patient_id))
        .where(revision.clinic_id == work.clinic_id, revision.verify_secret == secret)
    ).first()
    if found is None:
        return None
    standing = Standing(
        state=found.state,
        safety=found.safety,
        check_due_at=found.check_due_at,
        ends_on=found.ends_on,
        followed_on=found.followed_on,
    )
    today = work.moment.astimezone(ZoneInfo(found.time_zone)).date()
    return validity(standing, work.moment, today)


def _named(work: Work, revision_id: UUID) -> tuple[str, str, bytes | None]:
    """Who signed a revision or the bounds that it keeps, at which clinic, and its secret."""
    bounds = aliased(PrescriptionRevision)
    signer, clinic, secret = work.db.execute(
        select(Practitioner.name, Clinic.name, PrescriptionRevision.verify_secret)
        .select_from(PrescriptionRevision)
        .outerjoin(
            bounds,
            (bounds.clinic_id == work.clinic_id)
            & (bounds.prescription_id == PrescriptionRevision.prescription_id)
            & (bounds.number == PrescriptionRevision.within_revision),
        )
        .join(
            Practitioner,
            (Practitioner.clinic_id == work.clinic_id)
            & (
                Practitioner.id == func.coalesce(PrescriptionRevision.practitioner_id, bounds.practitioner_id)
            ),
        )
        .join(Clinic, Clinic.id == PrescriptionRevision.clinic_id)
        .where(PrescriptionRevision.clinic_id == work.clinic_id, PrescriptionRevision.id == revision_id)
    ).one()
    return signer, clinic, secret
