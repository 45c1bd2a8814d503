"""How prescriptions are kept: a draft that changes, revisions that never do, and what let them through."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from api.clinical.lifecycle import Move, State
from api.clinical.vocabulary import Decision
from api.database.base import MOMENT, TEXTS, Base, ClinicRow, closed
from api.prescriptions.gate import Safety

COUNTS = "state IN ('active', 'on-hold')"
"""Of these what is signed counts, or may count again."""
GOES_ON = "state = 'active' AND step_due_at IS NOT NULL"
"""Of these the dose goes on by itself."""


class OverrideReason(StrEnum):
    """Why a clinician prescribes what a rule says to avoid."""

    BENEFIT_OUTWEIGHS_RISK = "benefit-outweighs-risk"
    SUPERVISED = "supervised"
    SPECIALIST_ADVICE = "specialist-advice"
    ADAPTED = "adapted"
    OTHER = "other"


class Prescription(ClinicRow, Base):
    """A prescription: its state, its pending draft, and how safe it was found last.

    The documents are `json` and not `jsonb`, which would forget the order of their members.
    """

    __tablename__ = "prescriptions"

    patient_id: Mapped[UUID] = mapped_column(Uuid)
    client_id: Mapped[UUID] = mapped_column(Uuid)
    """The client that drafted it first."""
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    updated_at: Mapped[datetime] = mapped_column(MOMENT)
    state: Mapped[State] = mapped_column(closed(State, name="prescriptions_state_known"))
    revision: Mapped[int] = mapped_column(Integer)
    """The number of the last signed revision; 0 before the first."""
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The document that waits for a signature."""
    draft_sha256: Mapped[str | None] = mapped_column(Text)
    safety: Mapped[Safety | None] = mapped_column(closed(Safety, name="prescriptions_safety_known"))
    """What the last check of what is signed said; null before the first signature."""
    paused: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """The exercises that may not be done, with status and rules."""
    checked_at: Mapped[datetime | None] = mapped_column(MOMENT)
    check_due_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """Until when that check holds at the latest, if nothing happens before."""
    checked_decision: Mapped[Decision | None] = mapped_column(
        closed(Decision, name="prescriptions_decision_known")
    )
    """The decision of that check."""
    checked_release: Mapped[str | None] = mapped_column(Text)
    """The hash of the knowledge release that was checked with."""
    step_due_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """When the next dose is to be looked at, where it goes on by itself."""
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="prescriptions_patient_fk",
        ),
        CheckConstraint("(draft IS NULL) = (draft_sha256 IS NULL)", name="prescriptions_draft_hashed"),
        Index("prescriptions_patient_ix", "clinic_id", "patient_id", "id"),
        Index(
            "prescriptions_one_active",
            "clinic_id",
            "patient_id",
            unique=True,
            postgresql_where=text("state = 'active'"),
        ),
        Index("prescriptions_due_ix", "check_due_at", "clinic_id", postgresql_where=text(COUNTS)),
        Index("prescriptions_step_ix", "step_due_at", "clinic_id", postgresql_where=text(GOES_ON)),
        Index("prescriptions_release_ix", "checked_release", "clinic_id", postgresql_where=text(COUNTS)),
    )
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy reads it once


class PrescriptionRevision(ClinicRow, Base):
    """What was signed; append-only. Its hash is over the canonical form of the document."""

    __tablename__ = "prescription_revisions"

    prescription_id: Mapped[UUID] = mapped_column(Uuid)
    number: Mapped[int] = mapped_column(Integer)
    effective_from: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(Text)
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """What differs from the revision before."""
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it was changed; null for the first."""
    signed_at: Mapped[datetime] = mapped_column(MOMENT)
    practitioner_id: Mapped[UUID | None] = mapped_column(Uuid)
    """Who signed; null where the service applied it within bounds that somebody had signed."""
    within_revision: Mapped[int | None] = mapped_column(Integer)
    """The number of the revision that has those bounds."""
    client_id: Mapped[UUID] = mapped_column(Uuid)
    check_id: Mapped[UUID] = mapped_column(Uuid)
    """The check that let it through."""
    verify_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What its handout is verified by; null where a release before handouts signed it."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "prescription_id"],
            ["prescriptions.clinic_id", "prescriptions.id"],
            name="prescription_revisions_prescription_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "practitioner_id"],
            ["staff.clinic_id", "staff.id"],
            name="prescription_revisions_practitioner_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "check_id"],
            ["checks.clinic_id", "checks.id"],
            name="prescription_revisions_check_fk",
        ),
        UniqueConstraint("clinic_id", "prescription_id", "number", name="prescription_revisions_once"),
        CheckConstraint(
            "(practitioner_id IS NULL) = (within_revision IS NOT NULL)",
            name="prescription_revisions_answered_for",
        ),
        UniqueConstraint("clinic_id", "verify_secret", name="prescription_revisions_secret_once"),
    )


class PrescriptionMove(ClinicRow, Base):
    """A move from one state to another, and who made it and why; append-only."""

    __tablename__ = "prescription_moves"

    prescription_id: Mapped[UUID] = mapped_column(Uuid)
    move: Mapped[Move] = mapped_column(closed(Move, name="prescription_moves_move_known"))
    state: Mapped[State] = mapped_column(closed(State, name="prescription_moves_state_known"))
    """The state after it."""
    at: Mapped[datetime] = mapped_column(MOMENT)
    practitioner_id: Mapped[UUID | None] = mapped_column(Uuid)
    """Null where a system did it by itself."""
    client_id: Mapped[UUID] = mapped_column(Uuid)
    reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "prescription_id"],
            ["prescriptions.clinic_id", "prescriptions.id"],
            name="prescription_moves_prescription_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "practitioner_id"],
            ["staff.clinic_id", "staff.id"],
            name="prescription_moves_practitioner_fk",
        ),
        Index("prescription_moves_ix", "clinic_id", "prescription_id", "id"),
    )


class PrescriptionOverride(ClinicRow, Base):
    """An override of one rule for one exercise of a signed revision; only that it lapsed is added later."""

    __tablename__ = "prescription_overrides"

    prescription_id: Mapped[UUID] = mapped_column(Uuid)
    revision: Mapped[int] = mapped_column(Integer)
    rule_id: Mapped[str] = mapped_column(Text)
    exercise_id: Mapped[str] = mapped_column(Text)
    reason_code: Mapped[OverrideReason] = mapped_column(
        closed(OverrideReason, name="prescription_overrides_reason_known")
    )
    reason: Mapped[str] = mapped_column(Text)
    monitored: Mapped[str] = mapped_column(Text)
    """What is watched."""
    monitored_every: Mapped[str] = mapped_column(Text)
    granted_at: Mapped[datetime] = mapped_column(MOMENT)
    expires_at: Mapped[datetime] = mapped_column(MOMENT)
    practitioner_id: Mapped[UUID] = mapped_column(Uuid)
    relied_on: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """The facts that it rested on, as they were known."""
    lapsed_at: Mapped[datetime | None] = mapped_column(MOMENT)
    lapsed_by: Mapped[list[str] | None] = mapped_column(TEXTS)
    """The facts that changed."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "prescription_id", "revision"],
            [
                "prescription_revisions.clinic_id",
                "prescription_revisions.prescription_id",
                "prescription_revisions.number",
            ],
            name="prescription_overrides_revision_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "practitioner_id"],
            ["staff.clinic_id", "staff.id"],
            name="prescription_overrides_practitioner_fk",
        ),
        UniqueConstraint(
            "clinic_id",
            "prescription_id",
            "revision",
            "rule_id",
            "exercise_id",
            name="prescription_overrides_once",
        ),
        CheckConstraint("(lapsed_at IS NULL) = (lapsed_by IS NULL)", name="prescription_overrides_lapse"),
        Index("prescription_overrides_rule_ix", "clinic_id", "rule_id"),
    )
