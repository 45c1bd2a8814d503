"""What is known of checks that were made."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from api.checks.tables import Check
from api.database.work import Work
from api.errors import NotFound
from api.patients import queries as patients

_SUMMARY = (
    Check.id,
    Check.patient_id,
    Check.created_at,
    Check.kind,
    Check.as_of,
    Check.time_zone,
    Check.decision,
    Check.valid_until,
    Check.release,
)


def check(work: Work, check_id: UUID) -> Row[*tuple[Any, ...]]:
    """A check, with all that was asked, read and answered.

    Raises:
        NotFound: there is none.
    """
    found = work.db.execute(
        select(*_SUMMARY, Check.release_sha256, Check.rules, Check.inputs, Check.answer).where(
            Check.clinic_id == work.clinic_id, Check.id == check_id
        )
    ).first()
    if found is None:
        raise NotFound("There is no such check.")
    return found


def checks(
    work: Work, patient_id: UUID, *, after: tuple[UUID] | None, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """A patient's checks, newest first, at most `limit + 1`.

    Raises:
        NotFound: there is no such patient.
    """
    listed = (
        select(*_SUMMARY)
        .where(Check.clinic_id == work.clinic_id, Check.patient_id == patient_id)
        .order_by(Check.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        listed = listed.where(Check.id < after[0])
    found = work.db.execute(listed).all()
    if not found:
        patients.patient(work, patient_id)
    return found
