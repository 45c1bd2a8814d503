"""How imports are kept: the job, and its lines and results in packed blocks."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from api.database.base import MOMENT, Base, ClinicRow, closed


class ImportState(StrEnum):
    """Where an import stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Import(ClinicRow, Base):
    """A file of reports that was taken in, and how far it is filed."""

    __tablename__ = "imports"

    client_id: Mapped[UUID] = mapped_column(Uuid)
    received_at: Mapped[datetime] = mapped_column(MOMENT)
    state: Mapped[ImportState] = mapped_column(closed(ImportState, name="imports_state_known"))
    sha256: Mapped[str] = mapped_column(Text)
    """Of the file, unpacked."""
    size: Mapped[int] = mapped_column(BigInteger)
    """In bytes, unpacked."""
    sent: Mapped[int] = mapped_column(Integer)
    """How many reports the file has."""
    accepted: Mapped[int] = mapped_column(Integer)
    duplicate: Mapped[int] = mapped_column(Integer)
    corrected: Mapped[int] = mapped_column(Integer)
    quarantined: Mapped[int] = mapped_column(Integer)
    faults: Mapped[int] = mapped_column(Integer)
    """How often in a row the next block could not be filed for a reason of our own."""
    started_at: Mapped[datetime | None] = mapped_column(MOMENT)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="imports_clinic_fk"),
        CheckConstraint(
            "(state IN ('queued', 'running')) = (ended_at IS NULL) "
            "AND accepted + duplicate + corrected + quarantined <= sent "
            "AND (state <> 'done' OR accepted + duplicate + corrected + quarantined = sent)",
            name="imports_counted",
        ),
        Index(
            "imports_waiting_ix",
            "clinic_id",
            "id",
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
        Index("imports_ended_ix", "clinic_id", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    )


class ImportBlock(ClinicRow, Base):
    """Some lines of an import, in gzip; what became of them beside them, in gzip as well."""

    __tablename__ = "import_blocks"

    import_id: Mapped[UUID] = mapped_column(Uuid)
    number: Mapped[int] = mapped_column(Integer)
    """From 1."""
    first_line: Mapped[int] = mapped_column(Integer)
    lines: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Null once the whole import has ended."""
    results: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Null until it is filed."""
    filed_at: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "import_id"], ["imports.clinic_id", "imports.id"], name="import_blocks_import_fk"
        ),
        UniqueConstraint("clinic_id", "import_id", "number", name="import_blocks_once"),
        CheckConstraint("(results IS NULL) = (filed_at IS NULL)", name="import_blocks_filed"),
    )
