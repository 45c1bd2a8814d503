"""What is known of prescriptions."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from api.clinical.lifecycle import State
from api.database.work import Work
from api.errors import NotFound
from api.patients import queries as patients
from api.prescriptions.tables import (
    Prescription,
    PrescriptionMove,
    PrescriptionOverride,
    PrescriptionRevision,
)

Found = Row[*tuple[Any, ...]]

_SUMMARY = (
    Prescription.id,
    Prescription.patient_id,
    Prescription.created_at,
    Prescription.updated_at,
    Prescription.state,
    Prescription.revision,
    Prescription.safety,
)
_PRESCRIPTION = (
    *_SUMMARY,
    Prescription.draft,
    Prescription.draft_sha256,
    Prescription.paused,
    Prescription.checked_at,
    Prescription.check_due_at,
    Prescription.version,
)
_REVISION = (
    PrescriptionRevision.id,
    PrescriptionRevision.prescription_id,
    PrescriptionRevision.number,
    PrescriptionRevision.effective_from,
    PrescriptionRevision.ends_on,
    PrescriptionRevision.document,
    PrescriptionRevision.sha256,
    PrescriptionRevision.changes,
    PrescriptionRevision.reason,
    PrescriptionRevision.signed_at,
    PrescriptionRevision.practitioner_id,
    PrescriptionRevision.within_revision.label("within"),
    PrescriptionRevision.check_id,
)
_OVERRIDE = (
    PrescriptionOverride.id,
    PrescriptionOverride.revision,
    PrescriptionOverride.rule_id,
    PrescriptionOverride.exercise_id,
    PrescriptionOverride.reason_code,
    PrescriptionOverride.reason,
    PrescriptionOverride.monitored,
    PrescriptionOverride.monitored_every,
    PrescriptionOverride.granted_at,
    PrescriptionOverride.expires_at,
    PrescriptionOverride.practitioner_id,
    PrescriptionOverride.relied_on,
    PrescriptionOverride.lapsed_at,
    PrescriptionOverride.lapsed_by,
)


def prescription(work: Work, prescription_id: UUID) -> Found:
    """A prescription, without what was signed of it.

    Raises:
        NotFound: there is none.
    """
    found = work.db.execute(
        select(*_PRESCRIPTION).where(
            Prescription.clinic_id == work.clinic_id, Prescription.id == prescription_id
        )
    ).first()
    if found is None:
        raise no_such_prescription()
    return found


def prescriptions(work: Work, patient_id: UUID, *, after: tuple[UUID] | None, limit: int) -> Sequence[Found]:
    """A patient's prescriptions, newest first, at most `limit + 1`.

    Raises:
        NotFound: there is no such patient.
    """
    listed = (
        select(*_SUMMARY)
        .where(Prescription.clinic_id == work.clinic_id, Prescription.patient_id == patient_id)
        .order_by(Prescription.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        listed = listed.where(Prescription.id < after[0])
    found = work.db.execute(listed).all()
    if not found:
        patients.patient(work, patient_id)
    return found


def active(work: Work, patient_id: UUID) -> UUID | None:
    """The patient's active prescription, of which there is at most one."""
    return work.db.scalar(
        select(Prescription.id).where(
            Prescription.clinic_id == work.clinic_id,
            Prescription.patient_id == patient_id,
            Prescription.state == State.ACTIVE,
        )
    )


def revision(work: Work, prescription_id: UUID, number: int) -> Found:
    """A signed revision.

    Raises:
        NotFound: there is none.
    """
    found = work.db.execute(
        _revisions(work, prescription_id).where(PrescriptionRevision.number == number)
    ).first()
    if found is None:
        raise NotFound("This prescription has no such revision.")
    return found


def revisions(work: Work, prescription_id: UUID, *, after: tuple[int] | None, limit: int) -> Sequence[Found]:
    """What was signed of a prescription, the newest first, at most `limit + 1`.

    Raises:
        NotFound: there is no such prescription.
    """
    listed = _revisions(work, prescription_id).limit(limit + 1)
    if after is not None:
        listed = listed.where(PrescriptionRevision.number < after[0])
    found: Sequence[Found] = work.db.execute(listed).all()
    if not found:
        prescription(work, prescription_id)
    return found


def standing_revisions(work: Work, prescription_id: UUID, today: date) -> Sequence[Found]:
    """The revision that is in effect on a day, and those signed after it that begin later; newest first.

    A revision counts from its first day until the first day of one that was signed later.
    """
    in_effect = (
        select(func.max(PrescriptionRevision.number))
        .where(
            PrescriptionRevision.clinic_id == work.clinic_id,
            PrescriptionRevision.prescription_id == prescription_id,
            PrescriptionRevision.effective_from <= today,
        )
        .scalar_subquery()
    )
    found: Sequence[Found] = work.db.execute(
        _revisions(work, prescription_id).where(PrescriptionRevision.number >= func.coalesce(in_effect, 0))
    ).all()
    return found


def in_effect(work: Work, prescription_id: UUID, today: date) -> Found | None:
    """The revision that is in effect on a day, with the day on which the prescription began."""
    began = (
        select(func.min(PrescriptionRevision.effective_from))
        .where(
            PrescriptionRevision.clinic_id == work.clinic_id,
            PrescriptionRevision.prescription_id == prescription_id,
        )
        .scalar_subquery()
    )
    found: Found | None = work.db.execute(
        _revisions(work, prescription_id)
        .add_columns(began.label("started_on"))
        .where(PrescriptionRevision.effective_from <= today)
        .limit(1)
    ).first()
    return found


def overrides(work: Work, prescription_id: UUID, *, since: int) -> Sequence[Found]:
    """The overrides of the revisions from this number on, in the order in which they were given."""
    return work.db.execute(
        select(*_OVERRIDE)
        .where(
            PrescriptionOverride.clinic_id == work.clinic_id,
            PrescriptionOverride.prescription_id == prescription_id,
            PrescriptionOverride.revision >= since,
        )
        .order_by(PrescriptionOverride.id)
    ).all()


def moves(work: Work, prescription_id: UUID) -> Sequence[Found]:
    """How a prescription came into its state, oldest first."""
    return work.db.execute(
        select(
            PrescriptionMove.move,
            PrescriptionMove.state,
            PrescriptionMove.at,
            PrescriptionMove.practitioner_id,
            PrescriptionMove.reason,
        )
        .where(
            PrescriptionMove.clinic_id == work.clinic_id,
            PrescriptionMove.prescription_id == prescription_id,
        )
        .order_by(PrescriptionMove.id)
    ).all()


def overrides_by_rule(work: Work) -> Sequence[Found]:
    """How often each rule was overridden, and what became of it, by rule."""
    override, prescribed = PrescriptionOverride, Prescription
    in_date = override.lapsed_at.is_(None) & (override.expires_at > work.moment)
    counted = (
        select(
            override.rule_id,
            func.count().label("overrides"),
            func.count(prescribed.patient_id.distinct()).label("patients"),
            func.count().filter(override.lapsed_at.is_not(None)).label("lapsed"),
            func.count()
            .filter(override.lapsed_at.is_(None) & (override.expires_at <= work.moment))
            .label("expired"),
            func.count()
            .filter(in_date & (prescribed.state == State.ACTIVE) & (prescribed.revision == override.revision))
            .label("in_force"),
            func.array_agg(override.exercise_id.distinct()).label("exercises"),
            func.array_agg(override.reason_code.distinct()).label("reason_codes"),
            func.max(override.granted_at).label("last_granted_at"),
        )
        .join(
            prescribed,
            (prescribed.clinic_id == work.clinic_id) & (prescribed.id == override.prescription_id),
        )
        .where(override.clinic_id == work.clinic_id)
        .group_by(override.rule_id)
        .order_by(override.rule_id)
    )
    return work.db.execute(counted).all()


def no_such_prescription() -> NotFound:
    """The refusal of an id that names no prescription of the clinic."""
    return NotFound("There is no such prescription.")


def _revisions(work: Work, prescription_id: UUID) -> Any:
    return (
        select(*_REVISION)
        .where(
            PrescriptionRevision.clinic_id == work.clinic_id,
            PrescriptionRevision.prescription_id == prescription_id,
        )
        .order_by(PrescriptionRevision.number.desc())
    )
