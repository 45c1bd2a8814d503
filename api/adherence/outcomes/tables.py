"""How outcomes are kept: append-only, with what was taken back and the facts that they are."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from api.clinical.measures import Side
from api.database.base import MOMENT, TEXTS, Base, ClinicRow, closed


class Relation(StrEnum):
    """What a fact is to an outcome."""

    SAME = "same"
    FOLLOWS = "follows"


class Outcome(ClinicRow, Base):
    """One value of a measure; append-only.

    Measures are data of the release, which grow without migrations.
    """

    __tablename__ = "outcomes"

    patient_id: Mapped[UUID] = mapped_column(Uuid)
    measure: Mapped[str] = mapped_column(Text)
    side: Mapped[Side | None] = mapped_column(closed(Side, name="outcomes_side_known"))
    value: Mapped[float | None] = mapped_column(Double)
    word: Mapped[str | None] = mapped_column(Text)
    """The value of a measure that has words instead of numbers."""
    out_of: Mapped[int | None] = mapped_column(Integer)
    """Out of how many sites or questions."""
    insensate: Mapped[list[str]] = mapped_column(TEXTS)
    """The names of the sites that were not felt, where they were told."""
    target: Mapped[float | None] = mapped_column(Double)
    """The person's own target at that time."""
    days_per_week: Mapped[int | None] = mapped_column(Integer)
    minutes_per_day: Mapped[int | None] = mapped_column(Integer)
    """The parts of the exercise vital sign."""
    observed_at: Mapped[datetime] = mapped_column(MOMENT)
    recorded_at: Mapped[datetime] = mapped_column(MOMENT)
    client_id: Mapped[UUID] = mapped_column(Uuid)
    """The client that recorded it."""
    method: Mapped[str | None] = mapped_column(Text)
    tester: Mapped[str | None] = mapped_column(Text)
    """Who or which device measured it, as the source names them."""
    source: Mapped[str] = mapped_column(Text)
    source_record_id: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"], name="outcomes_patient_fk"
        ),
        CheckConstraint("(value IS NULL) <> (word IS NULL)", name="outcomes_value_or_word"),
        Index("outcomes_patient_ix", "clinic_id", "patient_id", "measure", "observed_at"),
    )


class OutcomeRetraction(ClinicRow, Base):
    """An outcome that counts no longer: entered in error, or corrected by its source; append-only."""

    __tablename__ = "outcome_retractions"

    outcome_id: Mapped[UUID] = mapped_column(Uuid)
    replaced_by: Mapped[UUID | None] = mapped_column(Uuid)
    """The outcome that corrects it; null where it was entered in error."""
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(MOMENT)
    client_id: Mapped[UUID] = mapped_column(Uuid)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "outcome_id"],
            ["outcomes.clinic_id", "outcomes.id"],
            name="outcome_retractions_outcome_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "replaced_by"],
            ["outcomes.clinic_id", "outcomes.id"],
            name="outcome_retractions_replaced_by_fk",
        ),
        UniqueConstraint("clinic_id", "outcome_id", name="outcome_retractions_once"),
    )


class OutcomeFact(ClinicRow, Base):
    """A fact that an outcome is, or that follows from it; append-only.

    An outcome that is a fact counts as long as that fact counts: there is one truth of the two.
    """

    __tablename__ = "outcome_facts"

    outcome_id: Mapped[UUID] = mapped_column(Uuid)
    fact_id: Mapped[UUID] = mapped_column(Uuid)
    relation: Mapped[Relation] = mapped_column(closed(Relation, name="outcome_facts_relation_known"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "outcome_id"],
            ["outcomes.clinic_id", "outcomes.id"],
            name="outcome_facts_outcome_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "fact_id"], ["facts.clinic_id", "facts.id"], name="outcome_facts_fact_fk"
        ),
        UniqueConstraint("clinic_id", "outcome_id", "fact_id", name="outcome_facts_once"),
        Index("outcome_facts_fact_ix", "clinic_id", "fact_id"),
    )
