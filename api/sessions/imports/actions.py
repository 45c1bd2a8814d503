"""What takes in a file of reports, stops its filing and takes it up again."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from sqlalchemy import insert, select, update

from api.database.base import uuid7
from api.database.work import Work
from api.errors import Conflict
from api.sessions.imports import queries
from api.sessions.imports.queries import GZIP, WAITING
from api.sessions.imports.tables import Import, ImportBlock, ImportState

BLOCK_LINES = 500
"""So many lines are filed in one transaction."""
BLOCK_BYTES = 1 << 20
"""A block ends earlier if its lines are long."""
_LEVEL = 1  # of packing: lines are alike, and packing them better costs more than it saves


@dataclass(frozen=True, slots=True, kw_only=True)
class NewImport:
    """A file of reports.

    Attributes:
        lines: all of them, empty ones too, without their ends.
        count: of the lines that are not empty.
        size: in bytes.
        sha256: of all bytes.
    """

    lines: Iterable[bytes]
    count: int
    size: int
    sha256: str


def start(work: Work, file: NewImport) -> UUID:
    """Keep a file until it is filed; the id of the import."""
    import_id = uuid7()
    work.db.execute(
        insert(Import).values(
            clinic_id=work.clinic_id,
            id=import_id,
            client_id=work.caller.client_id,
            received_at=work.moment,
            state=ImportState.QUEUED,
            sha256=file.sha256,
            size=file.size,
            sent=file.count,
            accepted=0,
            duplicate=0,
            corrected=0,
            quarantined=0,
            faults=0,
        )
    )
    for number, (first, lines) in enumerate(_blocks(file.lines), 1):
        work.db.execute(
            insert(ImportBlock).values(
                clinic_id=work.clinic_id,
                id=uuid7(),
                import_id=import_id,
                number=number,
                first_line=first,
                lines=packed(b"\n".join(lines)),
            )
        )
    work.record("import.started", "import", import_id)
    return import_id


def cancel(work: Work, import_id: UUID) -> None:
    """File no more of it; what is filed stays.

    Raises:
        NotFound: there is no such import.
        Conflict: it has ended.
    """
    if held(work, import_id) not in WAITING:
        raise Conflict("It has ended.")
    work.db.execute(
        update(Import)
        .where(Import.clinic_id == work.clinic_id, Import.id == import_id)
        .values(state=ImportState.CANCELLED, ended_at=work.moment)
        .execution_options(synchronize_session=False)
    )
    forget_lines(work, import_id)
    work.record("import.cancelled", "import", import_id)


def resume(work: Work, import_id: UUID) -> None:
    """Go on with one that failed, from where it stopped.

    Raises:
        NotFound: there is no such import.
        Conflict: it has not failed.
    """
    if held(work, import_id) is not ImportState.FAILED:
        raise Conflict("Only an import that failed is taken up again.")
    work.db.execute(
        update(Import)
        .where(Import.clinic_id == work.clinic_id, Import.id == import_id)
        .values(state=ImportState.QUEUED, ended_at=None, faults=0)
        .execution_options(synchronize_session=False)
    )
    work.record("import.resumed", "import", import_id)


def held(work: Work, import_id: UUID) -> ImportState:
    """The state of an import, which is held until the end of the work; whoever files a block waits, too.

    Raises:
        NotFound: there is no such import.
    """
    state = work.db.scalar(
        select(Import.state)
        .where(Import.clinic_id == work.clinic_id, Import.id == import_id)
        .with_for_update()
    )
    if state is None:
        raise queries.no_such_import()
    return state


def forget_lines(work: Work, import_id: UUID) -> None:
    """Keep no longer what was sent; what became of it stays."""
    work.db.execute(
        update(ImportBlock)
        .where(ImportBlock.clinic_id == work.clinic_id, ImportBlock.import_id == import_id)
        .values(lines=None)
        .execution_options(synchronize_session=False)
    )


def packed(data: bytes) -> bytes:
    """As one member of gzip; several members behind each other are gzip as well."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, GZIP)
    return packer.compress(data) + packer.flush()


def _blocks(lines: Iterable[bytes]) -> Iterator[tuple[int, list[bytes]]]:
    """Lines in blocks, each with the number of its first."""
    remaining, first = iter(lines), 1
    while block := list(_some(remaining)):
        yield first, block
        first += len(block)


def _some(lines: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for line in islice(lines, BLOCK_LINES):
        yield line
        size += len(line)
        if size >= BLOCK_BYTES:
            return
