"""What is known of reports."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from api.clinical.reports import ReportLevel, SessionStatus
from api.database.work import Work
from api.errors import NotFound
from api.patients import queries as patients
from api.sessions.locks import Found
from api.sessions.tables import SessionLink, SessionReport, SessionTriage, SessionVersion

SUMMARY = (
    SessionReport.id,
    SessionReport.patient_id,
    SessionReport.received_at,
    SessionReport.updated_at,
    SessionReport.withdrawn_at,
    SessionReport.source,
    SessionReport.source_record_id,
    SessionReport.performed_at,
    SessionReport.time_zone,
    SessionReport.local_date,
    SessionReport.status,
    SessionReport.reporter,
    SessionReport.evidence,
    SessionReport.prescription_id,
    SessionReport.prescription_revision,
    SessionReport.minutes,
    SessionReport.flags,
    SessionReport.level,
    SessionReport.rules,
    SessionReport.link_group,
    SessionReport.counts,
)


def session(work: Work, session_id: UUID) -> Found:
    """A report, as it is known now.

    Raises:
        NotFound: there is none.
    """
    found = session_if_any(work, session_id)
    if found is None:
        raise NotFound("There is no such session.")
    return found


def session_if_any(work: Work, session_id: UUID) -> Found | None:
    """A report, as it is known now, if there is one."""
    return work.db.execute(
        select(*SUMMARY, SessionReport.number, SessionReport.version).where(
            SessionReport.clinic_id == work.clinic_id, SessionReport.id == session_id
        )
    ).first()


def sessions(
    work: Work,
    patient_id: UUID,
    *,
    since: date | None,
    until: date | None,
    level: ReportLevel | None,
    status: SessionStatus | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Found]:
    """A patient's reports, the newest session first, at most `limit + 1`.

    Raises:
        NotFound: there is no such patient.
    """
    listed = (
        select(*SUMMARY)
        .where(SessionReport.clinic_id == work.clinic_id, SessionReport.patient_id == patient_id)
        .order_by(SessionReport.performed_at.desc(), SessionReport.id.desc())
        .limit(limit + 1)
    )
    if since is not None:
        listed = listed.where(SessionReport.local_date >= since)
    if until is not None:
        listed = listed.where(SessionReport.local_date <= until)
    if level is not None:
        listed = listed.where(SessionReport.level == level)
    if status is not None:
        listed = listed.where(SessionReport.status == status)
    if after is not None:
        at, session_id = after
        same_moment = (SessionReport.performed_at == at) & (SessionReport.id < session_id)
        listed = listed.where((SessionReport.performed_at < at) | same_moment)
    found = work.db.execute(listed).all()
    if not found:
        patients.patient(work, patient_id)
    return found


def versions(work: Work, session_id: UUID) -> Sequence[Found]:
    """What was told of a session, the oldest first."""
    return work.db.execute(
        select(
            SessionVersion.number,
            SessionVersion.telling,
            SessionVersion.document,
            SessionVersion.format,
            SessionVersion.recorded_at,
            SessionVersion.client_id.label("recorded_by"),
            SessionVersion.reason,
        )
        .where(SessionVersion.clinic_id == work.clinic_id, SessionVersion.session_id == session_id)
        .order_by(SessionVersion.number)
    ).all()


def triages(work: Work, session_id: UUID) -> Sequence[Found]:
    """How urgent a report was found, the first time first."""
    return work.db.execute(
        select(
            SessionTriage.at,
            SessionTriage.cause,
            SessionTriage.number,
            SessionTriage.release_sha256,
            SessionTriage.answer,
        )
        .where(SessionTriage.clinic_id == work.clinic_id, SessionTriage.session_id == session_id)
        .order_by(SessionTriage.id)
    ).all()


def last_triage(work: Work, session_id: UUID) -> dict[str, Any]:
    """How urgent a report was found last, as it was answered."""
    answer: dict[str, Any] = work.db.scalars(
        select(SessionTriage.answer)
        .where(SessionTriage.clinic_id == work.clinic_id, SessionTriage.session_id == session_id)
        .order_by(SessionTriage.id.desc())
        .limit(1)
    ).one()
    return answer


def links(work: Work, session_id: UUID) -> Sequence[Found]:
    """When a report was linked with others, and parted from them, the oldest first."""
    return work.db.execute(
        select(
            SessionLink.session_id, SessionLink.other_id, SessionLink.act, SessionLink.at, SessionLink.reason
        )
        .where(
            SessionLink.clinic_id == work.clinic_id,
            or_(SessionLink.session_id == session_id, SessionLink.other_id == session_id),
        )
        .order_by(SessionLink.id)
    ).all()


def others(work: Work, found: Found) -> list[UUID]:
    """The other reports of the same session."""
    if found.link_group is None:
        return []
    return list(
        work.db.scalars(
            select(SessionReport.id)
            .where(
                SessionReport.clinic_id == work.clinic_id,
                SessionReport.patient_id == found.patient_id,
                SessionReport.link_group == found.link_group,
                SessionReport.id != found.id,
            )
            .order_by(SessionReport.performed_at, SessionReport.id)
        )
    )
