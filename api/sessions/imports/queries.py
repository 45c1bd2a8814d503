"""What is known of imports."""

import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from api.database.work import Work
from api.errors import NotFound
from api.sessions.imports.tables import Import, ImportBlock, ImportState

KEPT_FOR = timedelta(days=30)
"""So long after its end the results of an import can be read."""
WAITING = (ImportState.QUEUED, ImportState.RUNNING)
GZIP = 31  # for zlib: the gzip format, and only that

Found = Row[*tuple[Any, ...]]

_SUMMARY = (
    Import.id,
    Import.client_id,
    Import.received_at,
    Import.state,
    Import.sha256,
    Import.size,
    Import.sent,
    Import.accepted,
    Import.duplicate,
    Import.corrected,
    Import.quarantined,
    Import.started_at,
    Import.ended_at,
)


def one(work: Work, import_id: UUID) -> Found:
    """An import.

    Raises:
        NotFound: there is none.
    """
    found = work.db.execute(
        select(*_SUMMARY).where(Import.clinic_id == work.clinic_id, Import.id == import_id)
    ).first()
    if found is None:
        raise no_such_import()
    return found


def imports(work: Work, *, after: tuple[UUID] | None, limit: int) -> Sequence[Found]:
    """The clinic's imports, the newest first, at most `limit + 1`."""
    listed = (
        select(*_SUMMARY)
        .where(Import.clinic_id == work.clinic_id)
        .order_by(Import.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        listed = listed.where(Import.id < after[0])
    found: Sequence[Found] = work.db.execute(listed).all()
    return found


def results(work: Work, import_id: UUID) -> list[bytes]:
    """What became of the lines that are filed, a line each, in blocks of gzip, in order."""
    return list(
        work.db.scalars(
            select(ImportBlock.results)
            .where(
                ImportBlock.clinic_id == work.clinic_id,
                ImportBlock.import_id == import_id,
                ImportBlock.results.is_not(None),
            )
            .order_by(ImportBlock.number)
        )
    )


def unpacked(blocks: Sequence[bytes]) -> Iterator[bytes]:
    """Blocks of gzip, unpacked one after the other."""
    return (zlib.decompress(block, GZIP) for block in blocks)


def due(jobs: Connection, _moment: datetime) -> list[UUID]:
    """The clinics with imports that wait."""
    waiting = select(Import.clinic_id).where(Import.state.in_(WAITING)).group_by(Import.clinic_id)
    return list(jobs.scalars(waiting))


def expired(jobs: Connection, moment: datetime) -> list[UUID]:
    """The clinics with results that are no longer kept."""
    return list(
        jobs.scalars(
            select(Import.clinic_id)
            .join(
                ImportBlock,
                (ImportBlock.clinic_id == Import.clinic_id) & (ImportBlock.import_id == Import.id),
            )
            .where(Import.ended_at < moment - KEPT_FOR)
            .group_by(Import.clinic_id)
        )
    )


def no_such_import() -> NotFound:
    """The refusal of an id that names no import."""
    return NotFound("There is no such import.")
