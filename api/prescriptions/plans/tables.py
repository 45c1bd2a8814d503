"""How checks before a session are kept: append-only, as they were given."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKeyConstraint, Index, Integer, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from api.clinical.alarms import Withheld
from api.clinical.pre_session import Result
from api.database.base import MOMENT, Base, ClinicRow, closed


class PreSessionCheck(ClinicRow, Base):
    """What may be done of a session on its day, and what was answered.

    What was told for it is kept with its check, and counts for nothing else.
    """

    __tablename__ = "pre_session_checks"

    patient_id: Mapped[UUID] = mapped_column(Uuid)
    client_id: Mapped[UUID] = mapped_column(Uuid)
    at: Mapped[datetime] = mapped_column(MOMENT)
    local_date: Mapped[date] = mapped_column(Date)
    """The patient's day."""
    check_id: Mapped[UUID] = mapped_column(Uuid)
    """The check of the session, with all that it read."""
    prescription_id: Mapped[UUID | None] = mapped_column(Uuid)
    """Null where nothing was prescribed."""
    revision: Mapped[int | None] = mapped_column(Integer)
    """The one that was in effect."""
    result: Mapped[Result] = mapped_column(closed(Result, name="pre_session_checks_result_known"))
    withheld: Mapped[Withheld | None] = mapped_column(
        closed(Withheld, name="pre_session_checks_withheld_known")
    )
    """Why the session was medically withheld; null where it was not, or only answers are missing."""
    alert_id: Mapped[UUID | None] = mapped_column(Uuid)
    language: Mapped[str] = mapped_column(Text)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="pre_session_checks_patient_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "check_id"], ["checks.clinic_id", "checks.id"], name="pre_session_checks_check_fk"
        ),
        ForeignKeyConstraint(
            ["clinic_id", "prescription_id", "revision"],
            [
                "prescription_revisions.clinic_id",
                "prescription_revisions.prescription_id",
                "prescription_revisions.number",
            ],
            name="pre_session_checks_revision_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "alert_id"], ["alerts.clinic_id", "alerts.id"], name="pre_session_checks_alert_fk"
        ),
        CheckConstraint("withheld IS NULL OR result = 'stop'", name="pre_session_checks_withheld"),
        Index("pre_session_checks_patient_ix", "clinic_id", "patient_id", "id"),
        Index("pre_session_checks_day_ix", "clinic_id", "patient_id", "local_date"),
    )
