"""How it is kept whether a clinic's ledger holds: one row for each clinic, of the newest check."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Integer
from sqlalchemy.orm import Mapped, mapped_column

from api.database.base import MOMENT, Base, ClinicRow


class LedgerCheck(ClinicRow, Base):
    """What the newest check of a clinic's ledger found; its id is the clinic's."""

    __tablename__ = "ledger_checks"

    checked_at: Mapped[datetime] = mapped_column(MOMENT)
    reports: Mapped[int] = mapped_column(Integer)
    """How many red flags were told."""
    causes: Mapped[int] = mapped_column(Integer)
    """How many were put before a clinician."""
    missing: Mapped[int] = mapped_column(Integer)
    """Of how many nobody was told, or not all."""
    stray: Mapped[int] = mapped_column(Integer)
    """How many causes nobody told, or not so."""
    broken_since: Mapped[datetime | None] = mapped_column(MOMENT)
    """Null while the ledger holds."""

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="ledger_checks_clinic_fk"),
        CheckConstraint(
            "(broken_since IS NULL) = (missing = 0 AND stray = 0)", name="ledger_checks_broken_since"
        ),
    )
