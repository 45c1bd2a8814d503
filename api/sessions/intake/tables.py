"""How reports are kept that could not be filed, and what was done with them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from api.clinical.reports import ReportLevel
from api.database.base import MOMENT, Base, ClinicRow, closed
from api.sessions.intake.lists import Outcome, QuarantineMove, QuarantineState


class QuarantinedReport(ClinicRow, Base):
    """A report that was sent among others and could not be filed; it waits for somebody to say what it is."""

    __tablename__ = "quarantined_reports"

    client_id: Mapped[UUID] = mapped_column(Uuid)
    import_id: Mapped[UUID | None] = mapped_column(Uuid)
    """The import that it came in; null for a batch."""
    line: Mapped[int] = mapped_column(Integer)
    sent: Mapped[bytes] = mapped_column(LargeBinary)
    """As it came, byte for byte."""
    sha256: Mapped[str] = mapped_column(Text)
    """Of those bytes."""
    times: Mapped[int] = mapped_column(Integer)
    """How often it was sent."""
    received_at: Mapped[datetime] = mapped_column(MOMENT)
    last_received_at: Mapped[datetime] = mapped_column(MOMENT)
    state: Mapped[QuarantineState] = mapped_column(
        closed(QuarantineState, name="quarantined_reports_state_known")
    )
    reasons: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    """Why it could not be filed, when it was tried last."""
    patient_id: Mapped[UUID | None] = mapped_column(Uuid)
    """The patient whom it names, if there is one."""
    session_id: Mapped[UUID | None] = mapped_column(Uuid)
    """The session that it names, if that can be read."""
    level: Mapped[ReportLevel | None] = mapped_column(
        closed(ReportLevel, name="quarantined_reports_level_known")
    )
    """How urgent what can be read of it is; null if nothing can."""
    alert_id: Mapped[UUID | None] = mapped_column(Uuid)
    """The alert that this raised."""
    filed_as: Mapped[UUID | None] = mapped_column(Uuid)
    """The session as which it was filed in the end."""
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="quarantined_reports_patient_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "import_id"],
            ["imports.clinic_id", "imports.id"],
            name="quarantined_reports_import_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "filed_as"],
            ["session_reports.clinic_id", "session_reports.id"],
            name="quarantined_reports_session_fk",
        ),
        CheckConstraint("(state = 'filed') = (filed_as IS NOT NULL)", name="quarantined_reports_filed"),
        Index(
            "quarantined_reports_waiting_once",
            "clinic_id",
            "client_id",
            "sha256",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "quarantined_reports_waiting_ix",
            "clinic_id",
            "id",
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("quarantined_reports_patient_ix", "clinic_id", "patient_id", "id"),
        Index("quarantined_reports_session_ix", "clinic_id", "session_id"),
        Index("quarantined_reports_import_ix", "clinic_id", "import_id", "id"),
    )


class QuarantineStep(ClinicRow, Base):
    """What was done with a report that was put aside, and what came of it; append-only."""

    __tablename__ = "quarantine_steps"

    quarantined_id: Mapped[UUID] = mapped_column(Uuid)
    move: Mapped[QuarantineMove] = mapped_column(closed(QuarantineMove, name="quarantine_steps_move_known"))
    at: Mapped[datetime] = mapped_column(MOMENT)
    client_id: Mapped[UUID] = mapped_column(Uuid)
    practitioner_id: Mapped[UUID | None] = mapped_column(Uuid)
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it was discarded."""
    report: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    """What was to be filed in its place."""
    result: Mapped[Outcome | None] = mapped_column(closed(Outcome, name="quarantine_steps_result_known"))
    """What came of it; null if it was discarded."""
    session_id: Mapped[UUID | None] = mapped_column(Uuid)
    reasons: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    """Why it could not be filed this time."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "quarantined_id"],
            ["quarantined_reports.clinic_id", "quarantined_reports.id"],
            name="quarantine_steps_report_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "practitioner_id"],
            ["staff.clinic_id", "staff.id"],
            name="quarantine_steps_practitioner_fk",
        ),
        CheckConstraint(
            "(move = 'discard') = (reason IS NOT NULL) AND (move = 'discard') = (result IS NULL)",
            name="quarantine_steps_whole",
        ),
        Index("quarantine_steps_report_ix", "clinic_id", "quarantined_id", "id"),
    )
