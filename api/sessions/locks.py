"""Locks: what stays closed because of a report until a clinician unlocks it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, select

from api.clinical import locks as clinical
from api.database.work import Work
from api.errors import NotFound
from api.patients import queries as patients
from api.sessions.tables import SessionLock

Found = Row[*tuple[Any, ...]]


class Live(NamedTuple):
    """Something that is locked."""

    id: UUID
    session_id: UUID
    rule_id: str
    tags: list[str]
    exercises: list[str]
    why: str
    placed_at: datetime
    opens_from: datetime
    ketones_below: float | None


_LOCK = (
    SessionLock.id,
    SessionLock.patient_id,
    SessionLock.session_id,
    SessionLock.rule_id,
    SessionLock.tags,
    SessionLock.exercises,
    SessionLock.why,
    SessionLock.placed_at,
    SessionLock.opens_from,
    SessionLock.ketones_below,
    SessionLock.unlocked_at,
    SessionLock.unlocked_by,
    SessionLock.unlock_reason,
)


def live(work: Work, patient_id: UUID) -> tuple[clinical.Lock, ...]:
    """What is locked for a patient, as plans and checks before a session read it."""
    return tuple(
        clinical.Lock(
            report_id=one.session_id,
            reason=one.rule_id,
            since=one.placed_at,
            tags=frozenset(one.tags),
            exercises=frozenset(one.exercises),
        )
        for one in live_of(work, [patient_id]).get(patient_id, ())
    )


def live_of(work: Work, patient_ids: Collection[UUID]) -> dict[UUID, list[Live]]:
    """What is locked for these patients, the oldest first."""
    found: dict[UUID, list[Live]] = {}
    rows = work.db.execute(
        select(SessionLock.patient_id, *(getattr(SessionLock, name) for name in Live._fields))
        .where(
            SessionLock.clinic_id == work.clinic_id,
            SessionLock.patient_id.in_(patient_ids),
            SessionLock.unlocked_at.is_(None),
        )
        .order_by(SessionLock.id)
    )
    for patient_id, *rest in rows:
        found.setdefault(patient_id, []).append(Live(*rest))
    return found


def of_session(work: Work, session_id: UUID) -> Sequence[Found]:
    """All that a report locked, the oldest first."""
    return work.db.execute(
        select(*_LOCK)
        .where(SessionLock.clinic_id == work.clinic_id, SessionLock.session_id == session_id)
        .order_by(SessionLock.id)
    ).all()


def locks(
    work: Work, patient_id: UUID, *, is_live: bool | None, after: tuple[UUID] | None, limit: int
) -> Sequence[Found]:
    """A patient's locks, the newest first, at most `limit + 1`.

    Raises:
        NotFound: there is no such patient.
    """
    listed = (
        select(*_LOCK)
        .where(SessionLock.clinic_id == work.clinic_id, SessionLock.patient_id == patient_id)
        .order_by(SessionLock.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        listed = listed.where(SessionLock.id < after[0])
    if is_live is not None:
        unlocked = SessionLock.unlocked_at
        listed = listed.where(unlocked.is_(None) if is_live else unlocked.is_not(None))
    found = work.db.execute(listed).all()
    if not found:
        patients.patient(work, patient_id)
    return found


def lock(work: Work, lock_id: UUID) -> Found:
    """A lock.

    Raises:
        NotFound: there is none.
    """
    found = work.db.execute(
        select(*_LOCK).where(SessionLock.clinic_id == work.clinic_id, SessionLock.id == lock_id)
    ).first()
    if found is None:
        raise NotFound("There is no such lock.")
    return found
