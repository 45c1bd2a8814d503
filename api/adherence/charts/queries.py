"""What charts and tables read beside what adherence is counted from."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, select

from api.access.tables import Clinic, Practitioner
from api.database.work import Work
from api.sessions.tables import SessionReport

Found = Row[*tuple[Any, ...]]


class Named(NamedTuple):
    """Whom the report names beside the patient; None where nobody has signed."""

    clinic: str
    signer: str | None


def reported(work: Work, patient_id: UUID, first: date, last: date) -> Sequence[Found]:
    """Reports of these days that count, the oldest first: pain before it, and where it came from."""
    one = SessionReport
    return work.db.execute(
        select(one.id, one.local_date, one.pain_pre, one.source, one.source_record_id)
        .where(
            one.clinic_id == work.clinic_id,
            one.patient_id == patient_id,
            one.local_date.between(first, last),
            one.withdrawn_at.is_(None),
        )
        .order_by(one.performed_at, one.id)
    ).all()


def named(work: Work, signer: UUID | None) -> Named:
    """The clinic, and who signed last."""
    clinic, name = work.db.execute(
        select(Clinic.name, Practitioner.name)
        .outerjoin(Practitioner, (Practitioner.clinic_id == work.clinic_id) & (Practitioner.id == signer))
        .where(Clinic.id == work.clinic_id)
    ).one()
    return Named(clinic, name)
