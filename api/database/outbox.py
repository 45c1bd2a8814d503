"""The outbox: what other systems must hear, written with what happened; ids, never health data."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from api.database.base import MOMENT, Base, ClinicRow, closed


class EventName(StrEnum):
    """What can have happened that other systems hear of."""

    ALERT_RAISED = "alert.raised"
    ALERT_CHANGED = "alert.changed"
    ALERT_ACKNOWLEDGED = "alert.acknowledged"
    ALERT_SNOOZED = "alert.snoozed"
    ALERT_RESOLVED = "alert.resolved"
    PRESCRIPTION_SIGNED = "prescription.signed"
    PRESCRIPTION_HELD = "prescription.held"
    PRESCRIPTION_RESUMED = "prescription.resumed"
    PRESCRIPTION_STOPPED = "prescription.stopped"
    PRESCRIPTION_COMPLETED = "prescription.completed"
    PRESCRIPTION_PROGRESSED = "prescription.progressed"
    PRESCRIPTION_RECHECKED = "prescription.rechecked"
    SESSION_REPORTED = "session.reported"
    SESSION_CORRECTED = "session.corrected"
    SESSION_WITHDRAWN = "session.withdrawn"
    LOCK_PLACED = "lock.placed"
    LOCK_LIFTED = "lock.lifted"
    PRE_SESSION_CHECK_MADE = "pre-session-check.made"
    IMPORT_FINISHED = "import.finished"
    WEBHOOK_TEST = "webhook.test"


class Event(ClinicRow, Base):
    """Something that happened.

    Its place in the clinic's log is given after the commit, by one process at a time, so that nobody who has
    read up to a place ever misses an event that was committed late.
    """

    __tablename__ = "events"

    at: Mapped[datetime] = mapped_column(MOMENT)
    name: Mapped[EventName] = mapped_column(closed(EventName, name="events_name_known"))
    subject: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID] = mapped_column(Uuid)
    patient_id: Mapped[UUID | None] = mapped_column(Uuid)
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    """The place in the clinic's log, from 1; null until it is given."""

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="events_clinic_fk"),
        UniqueConstraint("clinic_id", "sequence", name="events_once"),
        Index("events_waiting_ix", "clinic_id", "id", postgresql_where=text("sequence IS NULL")),
        Index("events_alerts_ix", "clinic_id", "subject_id", postgresql_where=text("subject = 'alert'")),
    )


class EventLog(ClinicRow, Base):
    """How far a clinic's log goes; whoever gives places in it holds this row, whose id is the clinic's."""

    __tablename__ = "event_logs"

    sequence: Mapped[int] = mapped_column(BigInteger)
    """The last place that was given."""

    __table_args__ = (ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="event_logs_clinic_fk"),)
