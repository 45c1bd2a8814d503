"""The audit trail: who did what to which thing, append-only, in the transaction of the act itself."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from api.database.base import MOMENT, Base, ClinicRow


class AuditEvent(ClinicRow, Base):
    """One act. It points at its client and practitioner without foreign keys, so that it outlives them."""

    __tablename__ = "audit_events"

    at: Mapped[datetime] = mapped_column(MOMENT)
    client_id: Mapped[UUID | None] = mapped_column(Uuid)
    """The client that acted; null for an act at the console."""
    practitioner_id: Mapped[UUID | None] = mapped_column(Uuid)
    """The member of staff that the act names, where it needs a person."""
    action: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID] = mapped_column(Uuid)
    request_id: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="audit_events_clinic_fk"),
        Index("audit_events_subject_ix", "clinic_id", "subject_id", "id"),
    )
