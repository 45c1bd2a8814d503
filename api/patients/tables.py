"""How patients, their identifiers and what is known of them are kept."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from api.database.base import MOMENT, TEXTS, Base, ClinicRow, closed


class SexForReference(StrEnum):
    """The sex whose reference values apply; a fact of the vocabulary, kept with the person."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class Patient(ClinicRow, Base):
    """A person in the care of the clinic.

    `birth_date` and `sex_for_reference` are also facts; the row shows the newest that counts, so that the two
    never say different things.
    """

    __tablename__ = "patients"

    family: Mapped[str | None] = mapped_column(Text)
    given: Mapped[list[str]] = mapped_column(TEXTS)
    birth_date: Mapped[date | None] = mapped_column(Date)
    sex_for_reference: Mapped[SexForReference | None] = mapped_column(
        closed(SexForReference, name="patients_sex_for_reference_known")
    )
    time_zone: Mapped[str] = mapped_column(Text)
    """IANA name: the zone whose days are the patient's days."""
    language: Mapped[str | None] = mapped_column(Text)
    """BCP 47 tag."""
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    updated_at: Mapped[datetime] = mapped_column(MOMENT)
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="patients_clinic_fk"),)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy reads it once


class PatientIdentifier(ClinicRow, Base):
    """What another system calls a patient."""

    __tablename__ = "patient_identifiers"

    patient_id: Mapped[UUID] = mapped_column(Uuid)
    system: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="patient_identifiers_patient_fk",
        ),
        UniqueConstraint("clinic_id", "system", "value", name="patient_identifiers_once"),
        Index("patient_identifiers_patient_ix", "clinic_id", "patient_id"),
    )


class Fact(ClinicRow, Base):
    """One thing observed of a patient; append-only.

    Names and values are those of the vocabulary, which is data that grows without migrations; so only the
    shape of a value is checked here. Writers of one patient's facts queue at the patient's row: none is kept
    twice.
    """

    __tablename__ = "facts"

    patient_id: Mapped[UUID] = mapped_column(Uuid)
    name: Mapped[str] = mapped_column(Text)
    value: Mapped[Any] = mapped_column(JSONB(none_as_null=True), nullable=True)
    """In the normalised unit; null is explicitly unknown."""
    value_as_sent: Mapped[Any] = mapped_column(JSONB)
    unit_as_sent: Mapped[str | None] = mapped_column(Text)
    observed_at: Mapped[datetime] = mapped_column(MOMENT)
    recorded_at: Mapped[datetime] = mapped_column(MOMENT)
    client_id: Mapped[UUID] = mapped_column(Uuid)
    """The client that recorded it."""
    method: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    source_record_id: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"], name="facts_patient_fk"
        ),
        CheckConstraint("jsonb_typeof(value) IN ('string', 'number', 'array')", name="facts_value_shape"),
        Index("facts_newest_ix", "clinic_id", "patient_id", "name", "observed_at"),
        Index("facts_stream_ix", "clinic_id", "patient_id", "name", "source", "observed_at"),
        Index("facts_history_ix", "clinic_id", "patient_id", "observed_at", "id"),
        Index(
            "facts_record_ix",
            "clinic_id",
            "patient_id",
            "source_record_id",
            postgresql_where=text("source_record_id IS NOT NULL"),
        ),
    )


class FactRetraction(ClinicRow, Base):
    """A fact that counts no longer: entered in error, or corrected by its source; append-only."""

    __tablename__ = "fact_retractions"

    fact_id: Mapped[UUID] = mapped_column(Uuid)
    replaced_by: Mapped[UUID | None] = mapped_column(Uuid)
    """The fact that corrects it; null where it was entered in error."""
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(MOMENT)
    client_id: Mapped[UUID] = mapped_column(Uuid)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "fact_id"], ["facts.clinic_id", "facts.id"], name="fact_retractions_fact_fk"
        ),
        ForeignKeyConstraint(
            ["clinic_id", "replaced_by"],
            ["facts.clinic_id", "facts.id"],
            name="fact_retractions_replaced_by_fk",
        ),
        UniqueConstraint("clinic_id", "fact_id", name="fact_retractions_once"),
    )
