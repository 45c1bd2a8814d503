"""How clinics, clients, staff and spent assertions are kept."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from api.caller import Scope
from api.database.base import MOMENT, TEXTS, Base, ClinicRow, closed, closed_set


class Role(StrEnum):
    """What a member of staff is."""

    PHYSICIAN = "physician"
    PHYSIOTHERAPIST = "physiotherapist"
    EXERCISE_PHYSIOLOGIST = "exercise-physiologist"
    OCCUPATIONAL_THERAPIST = "occupational-therapist"
    PODIATRIST = "podiatrist"
    NURSE = "nurse"
    OTHER = "other"


class Clinic(Base):
    """A clinic; a reference table, so its key is its id alone."""

    __tablename__ = "clinics"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(MOMENT)


class Client(ClinicRow, Base):
    """A system that calls; it proves itself by a secret, kept as a hash, or by keys of its own."""

    __tablename__ = "clients"

    name: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(TEXTS)
    secret_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    """SHA-256 of the secret, which is 256 random bits."""
    keys: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The public JWK set."""
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    revoked_at: Mapped[datetime | None] = mapped_column(MOMENT)
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="clients_clinic_fk"),
        closed_set(Scope, "scopes", name="clients_scopes_known"),
        CheckConstraint("(secret_hash IS NULL) <> (keys IS NULL)", name="clients_one_authentication"),
    )
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy reads it once


class ClientAssertion(ClinicRow, Base):
    """A client assertion that was accepted; its `jti` counts once."""

    __tablename__ = "client_assertions"

    client_id: Mapped[UUID] = mapped_column(Uuid)
    jti: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(MOMENT)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "client_id"],
            ["clients.clinic_id", "clients.id"],
            name="client_assertions_client_fk",
        ),
        UniqueConstraint("clinic_id", "client_id", "jti", name="client_assertions_jti_once"),
    )


class Practitioner(ClinicRow, Base):
    """A member of staff, who may be named by an act that needs a person."""

    __tablename__ = "staff"

    name: Mapped[str] = mapped_column(Text)
    role: Mapped[Role] = mapped_column(closed(Role, name="staff_role_known"))
    may_sign: Mapped[bool] = mapped_column(Boolean)
    active: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="staff_clinic_fk"),)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy reads it once
