"""How adherence is kept: the counts of every week of every line, and how far a patient is counted."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, ForeignKeyConstraint, Index, Integer, SmallInteger, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from api.adherence.lists import Line
from api.database.base import Base, ClinicRow, closed


class AdherenceWeek(ClinicRow, Base):
    """The counts of one week of one line, as `api.clinical.week_sums` defines them; whole numbers only.

    A week stands whole, also while it runs or lies ahead: what it says of a day does not depend on today.
    """

    __tablename__ = "adherence_weeks"

    patient_id: Mapped[UUID] = mapped_column(Uuid)
    prescription_id: Mapped[UUID] = mapped_column(Uuid)
    number: Mapped[int] = mapped_column(Integer)
    """Of the revision that was in force."""
    starts: Mapped[date] = mapped_column(Date)
    ends: Mapped[date] = mapped_column(Date)
    """Its last day on which the revision was in force."""
    line: Mapped[Line] = mapped_column(closed(Line, name="adherence_weeks_line_known"))
    due_days: Mapped[int] = mapped_column(SmallInteger)
    """In force and not paused; of all lines the most."""
    contact: Mapped[date | None] = mapped_column(Date)
    """The last day on which somebody was in touch about this week."""
    reasons: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Of sessions that were skipped, each with its number."""
    due7: Mapped[int] = mapped_column(SmallInteger)
    withheld7: Mapped[int] = mapped_column(SmallInteger)
    done7: Mapped[int] = mapped_column(SmallInteger)
    partly7: Mapped[int] = mapped_column(SmallInteger)
    short7: Mapped[int] = mapped_column(SmallInteger)
    missed7: Mapped[int] = mapped_column(SmallInteger)
    excused7: Mapped[int] = mapped_column(SmallInteger)
    away7: Mapped[int] = mapped_column(SmallInteger)
    unreported7: Mapped[int] = mapped_column(SmallInteger)
    expected7: Mapped[int] = mapped_column(SmallInteger)
    attended7: Mapped[int] = mapped_column(SmallInteger)
    possible7: Mapped[int] = mapped_column(SmallInteger)
    paused7: Mapped[int] = mapped_column(SmallInteger)
    reported: Mapped[int] = mapped_column(SmallInteger)
    done: Mapped[int] = mapped_column(SmallInteger)
    partly: Mapped[int] = mapped_column(SmallInteger)
    partly_short: Mapped[int] = mapped_column(SmallInteger)
    missed: Mapped[int] = mapped_column(SmallInteger)
    excused: Mapped[int] = mapped_column(SmallInteger)
    withheld: Mapped[int] = mapped_column(SmallInteger)
    extra: Mapped[int] = mapped_column(SmallInteger)
    during_pause: Mapped[int] = mapped_column(SmallInteger)
    unplanned: Mapped[int] = mapped_column(SmallInteger)
    over_dose: Mapped[int] = mapped_column(SmallInteger)
    seconds: Mapped[int] = mapped_column(Integer)
    timed_seconds: Mapped[int] = mapped_column(Integer)
    expected_seconds7: Mapped[int] = mapped_column(Integer)
    completed7: Mapped[int] = mapped_column(Integer)
    timed: Mapped[int] = mapped_column(SmallInteger)
    untold: Mapped[int] = mapped_column(SmallInteger)
    rated: Mapped[int] = mapped_column(SmallInteger)
    in_band: Mapped[int] = mapped_column(SmallInteger)
    above_band: Mapped[int] = mapped_column(SmallInteger)
    in_clinic: Mapped[int] = mapped_column(SmallInteger)
    device: Mapped[int] = mapped_column(SmallInteger)
    caregiver: Mapped[int] = mapped_column(SmallInteger)
    self_report: Mapped[int] = mapped_column(SmallInteger)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="adherence_weeks_patient_fk",
        ),
        Index(
            "adherence_weeks_once",
            "clinic_id",
            "patient_id",
            "line",
            "starts",
            "prescription_id",
            "number",
            unique=True,
        ),
        Index(
            "adherence_weeks_panel_ix",
            "clinic_id",
            "line",
            "starts",
            postgresql_include=[
                "patient_id",
                "due_days",
                "expected7",
                "attended7",
                "possible7",
                "short7",
                "missed7",
                "excused7",
                "paused7",
                "reported",
            ],
        ),
    )


class AdherencePatient(ClinicRow, Base):
    """How far the weeks of a patient are counted, and by what; its id is the patient's."""

    __tablename__ = "adherence_patients"

    counted_until: Mapped[date | None] = mapped_column(Date)
    """Weeks that begin up to this day are counted; null where no more will come."""
    counted_release: Mapped[str] = mapped_column(Text)
    """The hash of the knowledge release that they were counted with."""
    prescription_id: Mapped[UUID | None] = mapped_column(Uuid)
    """The one that was signed last; null before the first."""
    practitioner_id: Mapped[UUID | None] = mapped_column(Uuid)
    """Who signed last."""
    plan_first: Mapped[date | None] = mapped_column(Date)
    """The first day on which anything was in force."""
    plan_last: Mapped[date | None] = mapped_column(Date)
    """The last such day, where there is one."""
    last_contact: Mapped[date | None] = mapped_column(Date)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "id"], ["patients.clinic_id", "patients.id"], name="adherence_patients_patient_fk"
        ),
        Index("adherence_patients_until_ix", "counted_until", "clinic_id"),
        Index("adherence_patients_release_ix", "counted_release", "clinic_id"),
    )
