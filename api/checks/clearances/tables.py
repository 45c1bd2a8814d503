"""How clearances are kept: append-only, what was known with them; a revocation is a row of its own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from api.database.base import MOMENT, Base, ClinicRow


class ClearanceRow(ClinicRow, Base):
    """A clinician's clearance of one rule for one patient.

    Rules are data that grows without migrations, so their ids are not checked here.
    """

    __tablename__ = "clearances"

    patient_id: Mapped[UUID] = mapped_column(Uuid)
    rule_id: Mapped[str] = mapped_column(Text)
    rule_version: Mapped[int] = mapped_column(Integer)
    """The version that the clinician read."""
    practitioner_id: Mapped[UUID] = mapped_column(Uuid)
    client_id: Mapped[UUID] = mapped_column(Uuid)
    granted_at: Mapped[datetime] = mapped_column(MOMENT)
    expires_at: Mapped[datetime] = mapped_column(MOMENT)
    limits: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[str | None] = mapped_column(Text)
    known: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """The observations of the rule's group that counted at the grant."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"], name="clearances_patient_fk"
        ),
        ForeignKeyConstraint(
            ["clinic_id", "practitioner_id"], ["staff.clinic_id", "staff.id"], name="clearances_staff_fk"
        ),
        CheckConstraint("expires_at > granted_at", name="clearances_end_after_grant"),
        Index("clearances_patient_ix", "clinic_id", "patient_id", "id"),
    )


class ClearanceRevocation(ClinicRow, Base):
    """A clearance that was taken back."""

    __tablename__ = "clearance_revocations"

    clearance_id: Mapped[UUID] = mapped_column(Uuid)
    practitioner_id: Mapped[UUID] = mapped_column(Uuid)
    client_id: Mapped[UUID] = mapped_column(Uuid)
    revoked_at: Mapped[datetime] = mapped_column(MOMENT)
    reason: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "clearance_id"],
            ["clearances.clinic_id", "clearances.id"],
            name="clearance_revocations_clearance_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "practitioner_id"],
            ["staff.clinic_id", "staff.id"],
            name="clearance_revocations_staff_fk",
        ),
        UniqueConstraint("clinic_id", "clearance_id", name="clearance_revocations_once"),
    )
