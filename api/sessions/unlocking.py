"""What ends a lock: a clinician, with a reason, not before it may end."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update

from api.access.queries import named_practitioner
from api.database.outbox import EventName
from api.database.work import Aspect, Work
from api.errors import Conflict, invalid
from api.patients.observations.recording import queue_at
from api.sessions import locks
from api.sessions.tables import SessionLock, SessionReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlocking:
    """Who unlocks, and why.

    Attributes:
        ketones_mmol_l: as measured since, for a lock that waits for them.
    """

    practitioner_id: UUID
    reason: str
    ketones_mmol_l: float | None = None


def unlock(work: Work, lock_id: UUID, unlocking: Unlocking) -> None:
    """End a lock.

    Raises:
        NotFound: there is no such lock.
        Conflict: it has ended, or may not end yet.
        Invalid: there is no such member of staff, or the ketones that it waits for are not told or too high.
    """
    queue_at(work, locks.lock(work, lock_id).patient_id)
    found = locks.lock(work, lock_id)
    named_practitioner(work, unlocking.practitioner_id)
    if found.unlocked_at is not None:
        raise Conflict(f"It was unlocked at {found.unlocked_at:%Y-%m-%dT%H:%M:%SZ}.")
    if work.moment < found.opens_from:
        raise Conflict(
            f"It may be unlocked from {found.opens_from:%Y-%m-%dT%H:%M:%SZ} on.",
            extra={"opens_from": found.opens_from.isoformat()},
        )
    _refuse_ketones(found, unlocking.ketones_mmol_l)
    work.db.execute(
        update(SessionLock)
        .where(SessionLock.clinic_id == work.clinic_id, SessionLock.id == lock_id)
        .values(
            unlocked_at=work.moment,
            unlocked_by=unlocking.practitioner_id,
            unlock_reason=_reason(unlocking),
        )
    )
    work.db.execute(
        update(SessionReport)
        .where(SessionReport.clinic_id == work.clinic_id, SessionReport.id == found.session_id)
        .values(version=SessionReport.version + 1, updated_at=work.moment)
    )
    work.record("lock.lifted", "lock", lock_id, practitioner_id=unlocking.practitioner_id)
    work.tell(EventName.LOCK_LIFTED, "lock", lock_id, patient_id=found.patient_id)
    work.affects(found.patient_id, Aspect.PRESCRIPTION, since=work.yesterday)


def _refuse_ketones(found: locks.Found, told: float | None) -> None:
    if found.ketones_below is None:
        return
    if told is None:
        detail = f"It ends with ketones below {found.ketones_below:g} mmol/L: tell what was measured."
        raise invalid("/ketones_mmol_l", detail, "required")
    if told >= found.ketones_below:
        detail = f"It ends with ketones below {found.ketones_below:g} mmol/L."
        raise invalid("/ketones_mmol_l", detail, "too-high")


def _reason(unlocking: Unlocking) -> str:
    if unlocking.ketones_mmol_l is None:
        return unlocking.reason
    return f"{unlocking.reason} Ketones: {unlocking.ketones_mmol_l:g} mmol/L."
