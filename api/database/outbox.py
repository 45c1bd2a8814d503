"""The outbox: what other systems must hear, written with what happened; ids, never health data."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from api.database.base import MOMENT, Base, ClinicRow


class Event(ClinicRow, Base):
    """Something that happened.

    Its place in the clinic's log is given after the commit, by one process at a time, so that nobody who has
    read up to a place ever misses an event that was committed late.
    """

    __tablename__ = "events"

    at: Mapped[datetime] = mapped_column(MOMENT)
    name: Mapped[str] = mapped_column(Text)
    """What happened, as `alert.raised`."""
    subject: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID] = mapped_column(Uuid)
    patient_id: Mapped[UUID | None] = mapped_column(Uuid)
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    """The place in the clinic's log, from 1; null until it is given."""

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="events_clinic_fk"),
        UniqueConstraint("clinic_id", "sequence", name="events_once"),
        Index("events_waiting_ix", "clinic_id", "id", postgresql_where=text("sequence IS NULL")),
    )
