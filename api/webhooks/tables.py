"""How webhook endpoints, their deliveries and the attempts at them are kept."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, Integer, Text, Uuid, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from api.database.base import MOMENT, TEXTS, Base, ClinicRow, closed, closed_set
from api.database.outbox import EventName


class EndpointState(StrEnum):
    """Whether an address is told; a failing one is, and its last call failed."""

    ENABLED = "enabled"
    FAILING = "failing"
    DISABLED = "disabled"


class End(StrEnum):
    """Why an address is not told any more: the clinic asked, it answered 410, or it failed for too long."""

    ASKED = "asked"
    GONE = "gone"
    FAILING = "failing"


class DeliveryState(StrEnum):
    """How far a delivery is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given-up"


class Fault(StrEnum):
    """Why a call did not count as received."""

    ADDRESS_REFUSED = "address-refused"
    UNKNOWN_HOST = "unknown-host"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    TIMEOUT = "timeout"
    BAD_ANSWER = "bad-answer"
    STATUS = "status"


class Endpoint(ClinicRow, Base):
    """An address that is told what happened; its secrets follow from a key that is not in the database."""

    __tablename__ = "webhook_endpoints"

    url: Mapped[str] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    event_names: Mapped[list[str] | None] = mapped_column(TEXTS)
    """The events that it is told; null for all."""
    state: Mapped[EndpointState] = mapped_column(closed(EndpointState, name="webhook_endpoints_state_known"))
    disabled_because: Mapped[End | None] = mapped_column(closed(End, name="webhook_endpoints_end_known"))
    failing_since: Mapped[datetime | None] = mapped_column(MOMENT)
    """When the first call failed since which none was received."""
    generation: Mapped[int] = mapped_column(Integer)
    """Which of its secrets signs, from 1."""
    overlap_until: Mapped[datetime | None] = mapped_column(MOMENT)
    """Until when the secret before signs as well."""
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="webhook_endpoints_clinic_fk"),
        closed_set(EventName, "event_names", name="webhook_endpoints_events_known"),
        CheckConstraint(
            "(state = 'disabled') = (disabled_because IS NOT NULL)", name="webhook_endpoints_end_said"
        ),
    )
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy reads it once


class Delivery(ClinicRow, Base):
    """An event on its way to an endpoint; place, patient and moment are the event's."""

    __tablename__ = "webhook_deliveries"

    endpoint_id: Mapped[UUID] = mapped_column(Uuid)
    event_id: Mapped[UUID] = mapped_column(Uuid)
    sequence: Mapped[int] = mapped_column(BigInteger)
    patient_id: Mapped[UUID | None] = mapped_column(Uuid)
    happened_at: Mapped[datetime] = mapped_column(MOMENT)
    state: Mapped[DeliveryState] = mapped_column(closed(DeliveryState, name="webhook_deliveries_state_known"))
    tries: Mapped[int] = mapped_column(Integer)
    """How many calls failed since it was last put in line."""
    due_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """Null while an earlier one of the patient waits."""
    leased_until: Mapped[datetime | None] = mapped_column(MOMENT)
    """Until when a worker has it in hand; it is free again afterwards."""
    finished_at: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "endpoint_id"],
            ["webhook_endpoints.clinic_id", "webhook_endpoints.id"],
            name="webhook_deliveries_endpoint_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "event_id"], ["events.clinic_id", "events.id"], name="webhook_deliveries_event_fk"
        ),
        Unique("clinic_id", "endpoint_id", "event_id", name="webhook_deliveries_once"),
        Index("webhook_deliveries_event_ix", "clinic_id", "event_id"),
        Index(
            "webhook_deliveries_due_ix",
            "clinic_id",
            "endpoint_id",
            "due_at",
            "sequence",
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "webhook_deliveries_line_ix",
            "clinic_id",
            "endpoint_id",
            "patient_id",
            "sequence",
            postgresql_where=text("state = 'waiting'"),
        ),
    )


class Attempt(ClinicRow, Base):
    """One call of an endpoint with a delivery."""

    __tablename__ = "webhook_attempts"

    delivery_id: Mapped[UUID] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(MOMENT)
    status: Mapped[int | None] = mapped_column(Integer)
    """The HTTP status, where there was an answer."""
    fault: Mapped[Fault | None] = mapped_column(closed(Fault, name="webhook_attempts_fault_known"))
    ms: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "delivery_id"],
            ["webhook_deliveries.clinic_id", "webhook_deliveries.id"],
            name="webhook_attempts_delivery_fk",
        ),
        Index("webhook_attempts_delivery_ix", "clinic_id", "delivery_id", "id"),
    )
