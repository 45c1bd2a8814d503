"""The common shape of every table: the clinic in the key, UUIDv7 ids, text enums with named checks."""

import os
import time
from datetime import datetime
from enum import StrEnum
from threading import Lock
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, DateTime, Enum, MetaData, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA_HEAD = "0017"
"""The newest migration that this code needs; `/readyz` refuses an older schema."""

LONGEST_CONSTRAINT_NAME = 50

MOMENT = DateTime(timezone=True)
"""An instant: `timestamptz`, always aware in Python."""


class Base(DeclarativeBase):
    """The one registry of tables; every constraint is named, here or in the table."""

    metadata = MetaData(
        naming_convention={"pk": "%(table_name)s_pk", "ix": "%(table_name)s_%(column_0_N_name)s_ix"}
    )


class ClinicRow:
    """A row that belongs to a clinic: key `(clinic_id, id)`.

    A table with its own arguments gives them in `__table_args__`; its foreign keys carry `clinic_id`.
    """

    clinic_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, sort_order=-20)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, sort_order=-19)


class ClosedText(Enum):
    """An enum whose column is `text`, as the migrations write it, and not a VARCHAR of some length."""

    __visit_name__ = "text"


def closed(kind: type[StrEnum], *, name: str) -> ClosedText:
    """A column type for a closed list: text in the database, the enum in Python, a named CHECK of the values.

    Args:
        kind: the closed list.
        name: the name of the CHECK constraint, at most 50 characters.
    """
    _check_name(name)
    return ClosedText(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=None,
        values_callable=lambda members: [member.value for member in members],
    )


def closed_set(kind: type[StrEnum], column: str, *, name: str) -> CheckConstraint:
    """A CHECK that a text array column holds only values of the closed list."""
    _check_name(name)
    values = ", ".join(f"'{member.value}'" for member in kind)
    return CheckConstraint(f"{column} <@ ARRAY[{values}]::text[]", name=name)


TEXTS = ARRAY(Text)
"""A text array."""

_last_moment = 0
_last_moment_lock = Lock()


def uuid7(moment: datetime | None = None) -> UUID:
    """A new id that sorts by time (RFC 9562, version 7); within one process ids never go back.

    The 12 bits behind the milliseconds hold the fraction of the millisecond, the last 62 are random.

    Args:
        moment: aware; the time that the id carries instead of now, for rows of the past.
    """
    global _last_moment  # noqa: PLW0603 the last id of the process is what keeps the next one behind it
    if moment is None:
        nanoseconds = time.time_ns()
        with _last_moment_lock:
            nanoseconds = max(nanoseconds, _last_moment + 256)
            _last_moment = nanoseconds
    else:
        nanoseconds = int(moment.timestamp() * 1_000_000) * 1_000
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    fraction = (rest << 12) // 1_000_000
    tail = int.from_bytes(os.urandom(8), "big") & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=milliseconds << 80 | 0x7000 << 64 | fraction << 64 | 0b10 << 62 | tail)


def _check_name(name: str) -> None:
    if len(name) > LONGEST_CONSTRAINT_NAME:
        raise ValueError(f"the constraint name {name!r} is longer than {LONGEST_CONSTRAINT_NAME} characters")
