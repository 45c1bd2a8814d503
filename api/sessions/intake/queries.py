"""What is known of reports that came in bulk, and of those that were put aside."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, select, text

from api.clinical.reports import ReportLevel
from api.database.work import Work
from api.errors import NotFound
from api.sessions.intake.lists import QuarantineState
from api.sessions.intake.tables import QuarantinedReport, QuarantineStep
from api.sessions.tables import SessionVersion

Found = Row[*tuple[Any, ...]]

_STANDING = text("""
SELECT r.id, r.version, r.level, r.rules, newest.answer
FROM session_reports r CROSS JOIN LATERAL (
    SELECT t.answer FROM session_triages t
    WHERE t.clinic_id = :clinic_id AND t.session_id = r.id ORDER BY t.id DESC LIMIT 1) newest
WHERE r.clinic_id = :clinic_id AND r.id = ANY(:ids)
""")
_RECEIPTS = text("""
SELECT asked.id AS session_id, r.patient_id, r.received_at, r.withdrawn_at, r.version, r.sha256,
       q.id AS quarantine_id, q.received_at AS quarantined_at
FROM unnest(CAST(:ids AS uuid[])) WITH ORDINALITY AS asked(id, place)
LEFT JOIN session_reports r ON r.clinic_id = :clinic_id AND r.id = asked.id
LEFT JOIN LATERAL (
    SELECT w.id, w.received_at FROM quarantined_reports w
    WHERE w.clinic_id = :clinic_id AND w.session_id = asked.id AND w.state = 'waiting'
    ORDER BY w.id DESC LIMIT 1) q ON true
ORDER BY asked.place
""")
_SUMMARY = (
    QuarantinedReport.id,
    QuarantinedReport.client_id,
    QuarantinedReport.import_id,
    QuarantinedReport.line,
    QuarantinedReport.times,
    QuarantinedReport.received_at,
    QuarantinedReport.last_received_at,
    QuarantinedReport.state,
    QuarantinedReport.reasons,
    QuarantinedReport.patient_id,
    QuarantinedReport.session_id,
    QuarantinedReport.level,
    QuarantinedReport.alert_id,
    QuarantinedReport.filed_as,
    QuarantinedReport.version,
)


class OnFile(NamedTuple):
    """How a report stands, and what was found of it last."""

    version: int
    level: ReportLevel
    rules: Sequence[str]
    answer: Mapping[str, Any]


def standing(work: Work, session_ids: Collection[UUID]) -> dict[UUID, OnFile]:
    """How these reports stand, by id."""
    if not session_ids:
        return {}
    rows: Any = work.db.execute(_STANDING, {"clinic_id": work.clinic_id, "ids": list(session_ids)})
    return {
        row.id: OnFile(row.version, ReportLevel(row.level), sorted(row.rules), row.answer) for row in rows
    }


def told_before(work: Work, session_ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """The hashes of all that was ever told of these sessions, by id."""
    known: dict[UUID, set[str]] = {}
    if session_ids:
        rows: Any = work.db.execute(
            select(SessionVersion.session_id, SessionVersion.sha256).where(
                SessionVersion.clinic_id == work.clinic_id, SessionVersion.session_id.in_(session_ids)
            )
        )
        for session_id, sha256 in rows:
            known.setdefault(session_id, set()).add(sha256)
    return known


def receipts(work: Work, session_ids: Collection[UUID]) -> Sequence[Found]:
    """Which of these reports are on file, or were put aside, in the order asked."""
    found: Sequence[Found] = work.db.execute(
        _RECEIPTS, {"clinic_id": work.clinic_id, "ids": list(session_ids)}
    ).all()
    return found


def quarantined(work: Work, quarantine_id: UUID) -> Found:
    """A report that was put aside, with what was sent.

    Raises:
        NotFound: there is none.
    """
    found = work.db.execute(
        select(*_SUMMARY, QuarantinedReport.sent).where(
            QuarantinedReport.clinic_id == work.clinic_id, QuarantinedReport.id == quarantine_id
        )
    ).first()
    if found is None:
        raise no_such_report()
    return found


def quarantine(
    work: Work,
    *,
    state: QuarantineState | None,
    level: ReportLevel | None,
    patient_id: UUID | None,
    import_id: UUID | None,
    after: tuple[UUID] | None,
    limit: int,
) -> Sequence[Found]:
    """Reports that were put aside, the newest first, at most `limit + 1`."""
    listed = (
        select(*_SUMMARY)
        .where(QuarantinedReport.clinic_id == work.clinic_id)
        .order_by(QuarantinedReport.id.desc())
        .limit(limit + 1)
    )
    for column, wanted in (
        (QuarantinedReport.state, state),
        (QuarantinedReport.level, level),
        (QuarantinedReport.patient_id, patient_id),
        (QuarantinedReport.import_id, import_id),
    ):
        if wanted is not None:
            listed = listed.where(column == wanted)
    if after is not None:
        listed = listed.where(QuarantinedReport.id < after[0])
    found: Sequence[Found] = work.db.execute(listed).all()
    return found


def steps(work: Work, quarantine_id: UUID) -> Sequence[Found]:
    """What was done with a report that was put aside, the oldest first."""
    found: Sequence[Found] = work.db.execute(
        select(
            QuarantineStep.move,
            QuarantineStep.at,
            QuarantineStep.client_id,
            QuarantineStep.practitioner_id,
            QuarantineStep.reason,
            QuarantineStep.report,
            QuarantineStep.result,
            QuarantineStep.session_id,
            QuarantineStep.reasons,
        )
        .where(QuarantineStep.clinic_id == work.clinic_id, QuarantineStep.quarantined_id == quarantine_id)
        .order_by(QuarantineStep.id)
    ).all()
    return found


def no_such_report() -> NotFound:
    """The refusal of an id that names nothing that was put aside."""
    return NotFound("There is no such report in quarantine.")
