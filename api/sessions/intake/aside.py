"""Puts aside what cannot be filed, byte for byte; what may be a red flag is put before a clinician."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text, update

from api.alerts.actions import Cause, CauseKind, raise_alert
from api.database.base import uuid7
from api.database.work import Work
from api.sessions.files import PatientFile, load
from api.sessions.intake.items import Item
from api.sessions.intake.suspicion import Suspicion, suspicion
from api.sessions.intake.tables import QuarantinedReport
from api.sessions.intake.taking import Verdict

SUBJECT = "quarantined-report"
_PUT_ASIDE = text("""
INSERT INTO quarantined_reports AS q (clinic_id, id, client_id, import_id, line, sent, sha256, times,
    received_at, last_received_at, state, reasons, patient_id, session_id, level, alert_id, filed_as, version)
VALUES (:clinic_id, :id, :client_id, :import_id, :line, :sent, :sha256, 1, :moment, :moment, 'waiting',
    CAST(:reasons AS json), :patient_id, :session_id, :level, NULL, NULL, 1)
ON CONFLICT (clinic_id, client_id, sha256) WHERE state = 'waiting' DO UPDATE SET
    times = q.times + excluded.times, last_received_at = excluded.last_received_at,
    reasons = excluded.reasons, patient_id = excluded.patient_id, level = excluded.level,
    version = q.version + excluded.version
RETURNING q.id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What a report that cannot be filed may be.

    Attributes:
        reasons: why it cannot be filed.
        may_be: None if nothing of it can be read.
    """

    patient_id: UUID | None
    reasons: list[dict[str, str]]
    may_be: Suspicion | None


def put_aside(work: Work, verdicts: Sequence[Verdict], *, import_id: UUID | None = None) -> list[UUID]:
    """Keep what could not be filed until somebody says what it is; the ids, in the order given.

    What was sent before and still waits is not kept twice. Nothing is only kept: whatever can be read is
    triaged, and what may be a red flag of a known patient is put before the clinicians at once.
    """
    doubts = doubts_of(work, verdicts)
    ids: dict[str, UUID] = {}
    hashes = [hashlib.sha256(one.item.document.sent).hexdigest() for one in verdicts]
    for sha256, place in sorted({sha256: place for place, sha256 in enumerate(hashes)}.items()):
        ids[sha256] = _kept(work, verdicts[place].item, doubts[place], sha256, import_id)
        raise_doubt(work, ids[sha256], doubts[place], reported_at=work.moment)
    return [ids[sha256] for sha256 in hashes]


def doubts_of(work: Work, verdicts: Sequence[Verdict]) -> list[Doubt]:
    """What each of these may be; their patients are held."""
    known = {one.patient_id for one in verdicts} - {None}
    told: dict[UUID, list[Any]] = {one: [] for one in known if one is not None}
    files: Mapping[UUID, PatientFile] = load(work, told) if told else {}
    return [
        Doubt(
            patient_id=one.patient_id,
            reasons=[asdict(reason) for reason in one.reasons],
            may_be=suspicion(one.item, files.get(one.patient_id) if one.patient_id else None, work.moment),
        )
        for one in verdicts
    ]


def raise_doubt(work: Work, quarantine_id: UUID, doubt: Doubt, *, reported_at: datetime) -> UUID | None:
    """Put what may be a red flag before the clinicians of its patient; the alert, if there is one."""
    found = doubt.may_be
    if doubt.patient_id is None or found is None or not found.may_be_a_red_flag:
        return None
    alert_id = raise_alert(
        work,
        doubt.patient_id,
        Cause(
            kind=CauseKind.QUARANTINED_REPORT,
            level=found.level,
            subject=SUBJECT,
            subject_id=quarantine_id,
            title=f"A report that could not be filed may hold a red flag. {found.says}",
            rules=found.rules,
            detail={"reasons": doubt.reasons, "unreadable": list(found.unreadable)},
            reported_at=reported_at,
        ),
    )
    work.db.execute(
        update(QuarantinedReport)
        .where(QuarantinedReport.clinic_id == work.clinic_id, QuarantinedReport.id == quarantine_id)
        .values(alert_id=alert_id)
        .execution_options(synchronize_session=False)
    )
    return alert_id


def _kept(work: Work, item: Item, doubt: Doubt, sha256: str, import_id: UUID | None) -> UUID:
    quarantine_id: UUID = work.db.execute(
        _PUT_ASIDE,
        {
            "clinic_id": work.clinic_id,
            "id": uuid7(),
            "client_id": work.caller.client_id,
            "import_id": import_id,
            "line": item.document.line,
            "sent": item.document.sent,
            "sha256": sha256,
            "moment": work.moment,
            "reasons": orjson.dumps(doubt.reasons).decode(),
            "patient_id": doubt.patient_id,
            "session_id": item.session_id,
            "level": None if doubt.may_be is None else doubt.may_be.level,
        },
    ).scalar_one()
    work.record("report.quarantined", "quarantined-report", quarantine_id)
    return quarantine_id
