"""How data points are kept: each as it was sent, and what it became."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from api.database.base import MOMENT, Base, ClinicRow, closed
from api.sessions.data_points.lists import Became


class DataPoint(ClinicRow, Base):
    """A data point; the report that it opened has the id that its header has."""

    __tablename__ = "data_points"

    patient_id: Mapped[UUID] = mapped_column(Uuid)
    client_id: Mapped[UUID] = mapped_column(Uuid)
    received_at: Mapped[datetime] = mapped_column(MOMENT)
    point_id: Mapped[UUID] = mapped_column(Uuid)
    """The `uuid` of its header."""
    schema: Mapped[str] = mapped_column(Text)
    """Namespace, name and version."""
    starts_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """Null where it tells no moment."""
    ends_at: Mapped[datetime | None] = mapped_column(MOMENT)
    session_id: Mapped[UUID | None] = mapped_column(Uuid)
    """The report that it opened, or in which it is read."""
    became: Mapped[Became] = mapped_column(closed(Became, name="data_points_became_known"))
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What was answered of it, as it is now."""
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As sent."""
    sha256: Mapped[str] = mapped_column(Text)
    """Of the document; the same whatever the order of its members."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="data_points_patient_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "session_id"],
            ["session_reports.clinic_id", "session_reports.id"],
            name="data_points_session_fk",
        ),
        UniqueConstraint("clinic_id", "point_id", name="data_points_once"),
        CheckConstraint(
            "(session_id IS NOT NULL) = (became IN ('session', 'measurement', 'red-flag'))",
            name="data_points_session_named",
        ),
        Index("data_points_patient_ix", "clinic_id", "patient_id", "id"),
        Index("data_points_time_ix", "clinic_id", "patient_id", "starts_at"),
        Index("data_points_session_ix", "clinic_id", "session_id"),
    )
