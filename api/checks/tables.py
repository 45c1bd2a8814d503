"""How checks are kept: append-only, as they were given."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKeyConstraint, Index, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from api.clinical.vocabulary import CheckKind, Decision
from api.database.base import MOMENT, Base, ClinicRow, closed


class Check(ClinicRow, Base):
    """A check of a patient on file: what was asked, what was read, what was answered.

    The documents are `json` and not `jsonb`, which would forget the order of their members.
    """

    __tablename__ = "checks"

    patient_id: Mapped[UUID] = mapped_column(Uuid)
    client_id: Mapped[UUID] = mapped_column(Uuid)
    """The client that asked."""
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    kind: Mapped[CheckKind] = mapped_column(closed(CheckKind, name="checks_kind_known"))
    as_of: Mapped[datetime] = mapped_column(MOMENT)
    time_zone: Mapped[str] = mapped_column(Text)
    """The patient's zone at that time: its day is the day of the check."""
    decision: Mapped[Decision] = mapped_column(closed(Decision, name="checks_decision_known"))
    valid_until: Mapped[datetime] = mapped_column(MOMENT)
    release: Mapped[str] = mapped_column(Text)
    release_sha256: Mapped[str] = mapped_column(Text)
    rules: Mapped[dict[str, int]] = mapped_column(JSON)
    """The version of every rule that was read."""
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The observations that were read, normalised, and the clearances."""
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"], name="checks_patient_fk"
        ),
        Index("checks_patient_ix", "clinic_id", "patient_id", "id"),
    )
