"""Files imports block by block, each with how far it is in one transaction: a killed worker loses nothing."""

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Row, delete, select, update
from sqlalchemy.exc import DBAPIError

from api.database.outbox import EventName
from api.database.work import Work, refusal_of
from api.database.worker import Task, Works
from api.errors import Unavailable
from api.sessions.imports import queries
from api.sessions.imports.actions import forget_lines, packed
from api.sessions.imports.queries import GZIP, KEPT_FOR, WAITING
from api.sessions.imports.tables import Import, ImportBlock, ImportState
from api.sessions.intake.actions import counts, take_in
from api.sessions.intake.items import read_document
from api.web import encoding
from api.web.lines import documents_of

FAULTS_AT_MOST = 5
"""So often in a row a block is tried that fails for a reason of our own; then the import has failed."""
BLOCKS_A_TURN = 10
"""So many, and then what else is due has its turn."""

Found = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing(Task):
    """Files what waits; a fault is counted in a work of its own, since its own work is undone."""

    rounds: ClassVar[int] = BLOCKS_A_TURN

    def step(self, works: Works, clinic_id: UUID) -> int:
        """File a block."""
        import_id: UUID | None = None
        try:
            with works(clinic_id) as work:
                job = _claimed(work)
                if job is None:
                    return 0
                import_id = job.id
                return _file(work, job)
        except Exception as fault:
            if import_id is not None and not _is_passing(fault):
                with works(clinic_id) as work:
                    _note_fault(work, import_id)
            raise


def file_block(work: Work) -> int:
    """File the next block of an import that waits and that nobody else files; how many lines that were."""
    job = _claimed(work)
    return 0 if job is None else _file(work, job)


def forget_expired(work: Work) -> int:
    """Keep no longer the results of imports that ended long ago; of how many."""
    ended = select(Import.id).where(
        Import.clinic_id == work.clinic_id, Import.ended_at < work.moment - KEPT_FOR
    )
    forgotten = work.db.scalars(
        delete(ImportBlock)
        .where(ImportBlock.clinic_id == work.clinic_id, ImportBlock.import_id.in_(ended))
        .returning(ImportBlock.import_id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(set(forgotten))


TASKS: tuple[Task, ...] = (
    Filing(name="file-imports", due=queries.due, run=file_block),
    Task(name="forget-imports", due=queries.expired, run=forget_expired),
)


def _claimed(work: Work) -> Found | None:
    """The oldest import that waits and that nobody else files, held until the end of the work.

    Its blocks are filed one after the other, since what a line corrects may be in the block before.
    """
    return work.db.execute(
        select(Import.id, Import.client_id, Import.received_at, Import.state, Import.started_at, Import.sent)
        .where(Import.clinic_id == work.clinic_id, Import.state.in_(WAITING))
        .order_by(Import.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()


def _file(work: Work, job: Found) -> int:
    block = work.db.execute(
        select(ImportBlock.id, ImportBlock.first_line, ImportBlock.lines)
        .where(
            ImportBlock.clinic_id == work.clinic_id,
            ImportBlock.import_id == job.id,
            ImportBlock.filed_at.is_(None),
        )
        .order_by(ImportBlock.number)
        .limit(1)
    ).first()
    if block is None:
        _end(work, job.id)
        return 1
    work.act_for(job.client_id)
    lines = zlib.decompress(block.lines, GZIP).split(b"\n")
    documents = documents_of(lines, first=block.first_line)
    items = [read_document(one, job.received_at) for one in documents]
    answers = take_in(work, items, import_id=job.id)
    _note(work, job, block.id, answers)
    return len(lines)


def _note(work: Work, job: Found, block_id: UUID, answers: list[dict[str, Any]]) -> None:
    """Write how far it is, beside what was filed."""
    results = b"".join(encoding.write(one) + b"\n" for one in answers)
    work.db.execute(
        update(ImportBlock)
        .where(ImportBlock.clinic_id == work.clinic_id, ImportBlock.id == block_id)
        .values(results=packed(results), filed_at=work.moment)
        .execution_options(synchronize_session=False)
    )
    counted = {name: getattr(Import, name) + count for name, count in counts(answers).items() if count}
    _set(
        work,
        job.id,
        state=ImportState.RUNNING,
        started_at=job.started_at or work.moment,
        faults=0,
        **counted,
    )


def _end(work: Work, import_id: UUID) -> None:
    _set(work, import_id, state=ImportState.DONE, ended_at=work.moment)
    forget_lines(work, import_id)
    work.record("import.finished", "import", import_id)
    work.tell(EventName.IMPORT_FINISHED, "import", import_id, patient_id=None)


def _is_passing(fault: Exception) -> bool:
    """Whether it is the database that is away or too busy, and not a fault of ours."""
    if isinstance(fault, DBAPIError):
        return isinstance(refusal_of(fault), Unavailable)
    return isinstance(fault, Unavailable)


def _note_fault(work: Work, import_id: UUID) -> None:
    faults = work.db.scalar(
        select(Import.faults)
        .where(Import.clinic_id == work.clinic_id, Import.id == import_id, Import.state.in_(WAITING))
        .with_for_update(skip_locked=True)
    )
    if faults is None:
        return
    ended: datetime | None = work.moment if faults + 1 >= FAULTS_AT_MOST else None
    failed = {"state": ImportState.FAILED, "ended_at": ended} if ended else {}
    _set(work, import_id, faults=faults + 1, **failed)
    if ended:
        work.record("import.failed", "import", import_id)
        work.tell(EventName.IMPORT_FINISHED, "import", import_id, patient_id=None)


def _set(work: Work, import_id: UUID, **values: Any) -> None:
    work.db.execute(
        update(Import)
        .where(Import.clinic_id == work.clinic_id, Import.id == import_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
