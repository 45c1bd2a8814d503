"""Reconciliation: every red flag that was told has its cause in an alert, and every cause its red flag.

It reads what was written, and nothing that remembers how it came to be written: a flag that a fault of the
code, a repair by hand or a restored backup has lost is found all the same.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, or_, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from api.access.tables import Clinic
from api.database.work import Work
from api.database.worker import Task
from api.sessions.ledger.tables import LedgerCheck

EVERY = timedelta(minutes=5)
"""How often the worker checks the ledger of a clinic."""
MOST_NAMED = 100
"""How many ids of a fault are named; all are counted."""

log = logging.getLogger("surefoot.ledger")


class Fault(StrEnum):
    """How a red flag and its causes disagree."""

    NO_CAUSE = "no-cause"
    CAUSE_TOO_MILD = "cause-too-mild"
    ALERT_TOO_MILD = "alert-too-mild"
    ANOTHER_PATIENT = "another-patient"
    NO_REPORT = "no-report"
    REPORT_TOO_MILD = "report-too-mild"


STRAY = frozenset({Fault.NO_REPORT, Fault.REPORT_TOO_MILD})
"""A cause without its red flag; of the others somebody was not told, or not all."""

_STATEMENT = text("""
WITH flagged AS (
    SELECT r.id, r.patient_id, r.level FROM session_reports r
    WHERE r.clinic_id = :clinic_id AND r.level IN ('review', 'urgent', 'emergency')
    UNION ALL
    SELECT s.id, s.patient_id, t.level FROM session_triages t
    JOIN session_reports s ON s.clinic_id = :clinic_id AND s.id = t.session_id
    WHERE t.clinic_id = :clinic_id AND t.level IN ('review', 'urgent', 'emergency')
), told AS (
    SELECT 'session-report' AS about, f.id, f.patient_id,
           max(array_position(ARRAY['watch', 'review', 'urgent', 'emergency'], f.level)) AS rank
    FROM flagged f GROUP BY f.id, f.patient_id
    UNION ALL
    SELECT 'quarantined-report', q.id, NULL, CASE WHEN q.patient_id IS NOT NULL
           THEN array_position(ARRAY['watch', 'review', 'urgent', 'emergency'], q.level) END
    FROM quarantined_reports q
    WHERE q.clinic_id = :clinic_id AND (q.alert_id IS NOT NULL
       OR q.patient_id IS NOT NULL AND q.level IN ('review', 'urgent', 'emergency'))
    UNION ALL
    SELECT 'pre-session-check', p.id, p.patient_id, NULL FROM pre_session_checks p
    WHERE p.clinic_id = :clinic_id AND p.alert_id IS NOT NULL
), caused AS (
    SELECT CASE c.kind WHEN 'trend' THEN 'session-report' ELSE c.kind END AS about, c.subject_id AS id,
           max(array_position(ARRAY['watch', 'review', 'urgent', 'emergency'], c.level)) AS rank,
           array_agg(DISTINCT c.patient_id) AS patients,
           bool_or(a.patient_id <> c.patient_id) AS astray,
           bool_or(a.precedence > 5 - array_position(
               ARRAY['watch', 'review', 'urgent', 'emergency'], c.level)) AS played_down
    FROM alert_causes c JOIN alerts a ON a.clinic_id = :clinic_id AND a.id = c.alert_id
    WHERE c.clinic_id = :clinic_id AND (c.kind = 'pre-session-check'
       OR c.kind IN ('session-report', 'trend', 'quarantined-report') AND c.level <> 'watch')
    GROUP BY 1, 2
), matched AS (
    SELECT about, id, t.id IS NOT NULL AS is_told, c.id IS NOT NULL AS is_caused, CASE
        WHEN c.id IS NULL THEN 'no-cause'
        WHEN t.id IS NULL THEN 'no-report'
        WHEN t.rank > c.rank THEN 'cause-too-mild'
        WHEN about = 'session-report' AND c.rank > t.rank THEN 'report-too-mild'
        WHEN c.astray OR t.patient_id IS NOT NULL AND c.patients <> ARRAY[t.patient_id] THEN 'another-patient'
        WHEN c.played_down THEN 'alert-too-mild' END AS fault
    FROM told t FULL JOIN caused c USING (about, id)
)
SELECT about, fault, count(*) FILTER (WHERE is_told) AS reports, count(*) FILTER (WHERE is_caused) AS causes,
       count(*) AS number, (array_agg(id ORDER BY id))[1 \\: :most] AS ids
FROM matched GROUP BY about, fault ORDER BY about, fault
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Discrepancy:
    """Red flags and causes that disagree in one way.

    Attributes:
        about: what they are of, by the kind of the cause.
        number: how many.
        ids: of the sessions, checks or reports in quarantine; the first `MOST_NAMED`.
    """

    about: str
    fault: Fault
    number: int
    ids: Sequence[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What the ledger of a clinic comes to.

    Attributes:
        reports: how many red flags were told, by the kind of their cause.
        causes: how many were put before a clinician.
    """

    reports: Mapping[str, int]
    causes: Mapping[str, int]
    discrepancies: Sequence[Discrepancy]

    @property
    def missing(self) -> int:
        """Of how many red flags nobody was told, or not all."""
        return sum(one.number for one in self.discrepancies if one.fault not in STRAY)

    @property
    def stray(self) -> int:
        """How many causes nobody told, or not so."""
        return sum(one.number for one in self.discrepancies if one.fault in STRAY)

    @property
    def holds(self) -> bool:
        """Whether every red flag has its cause, and every cause its red flag."""
        return not self.discrepancies


def reconcile(work: Work) -> Balance:
    """Set the red flags of a clinic against the causes of its alerts, in one statement."""
    rows = work.db.execute(_STATEMENT, {"clinic_id": work.clinic_id, "most": MOST_NAMED}).all()
    return Balance(
        reports=_sums(rows, "reports"),
        causes=_sums(rows, "causes"),
        discrepancies=[
            Discrepancy(about=row.about, fault=Fault(row.fault), number=row.number, ids=row.ids)
            for row in rows
            if row.fault is not None
        ],
    )


def due(jobs: Connection, moment: datetime) -> Iterable[UUID]:
    """The clinics whose ledger was not checked for a while."""
    return jobs.scalars(
        select(Clinic.id)
        .outerjoin(LedgerCheck, LedgerCheck.clinic_id == Clinic.id)
        .where(or_(LedgerCheck.checked_at.is_(None), LedgerCheck.checked_at <= moment - EVERY))
        .order_by(LedgerCheck.checked_at.nulls_first())
    ).all()


def check(work: Work) -> int:
    """Check the ledger of a clinic, keep what it came to, and say loudly if it does not hold.

    Returns:
        1, or 0 if another worker has just done it.
    """
    before = work.db.execute(
        select(LedgerCheck.checked_at, LedgerCheck.broken_since)
        .where(LedgerCheck.clinic_id == work.clinic_id)
        .with_for_update()
    ).first()
    if before is not None and before.checked_at > work.moment - EVERY:
        return 0
    found = reconcile(work)
    since = None if before is None else before.broken_since
    _keep(work, found, None if found.holds else since or work.moment)
    for one in found.discrepancies:
        log.error("ledger-broken", extra=_said(work, one))
    return 1


def _keep(work: Work, found: Balance, broken_since: datetime | None) -> None:
    values = {
        "checked_at": work.moment,
        "reports": sum(found.reports.values()),
        "causes": sum(found.causes.values()),
        "missing": found.missing,
        "stray": found.stray,
        "broken_since": broken_since,
    }
    new = upsert(LedgerCheck).values(clinic_id=work.clinic_id, id=work.clinic_id, **values)
    work.db.execute(
        new.on_conflict_do_update(
            index_elements=["clinic_id", "id"], set_={name: new.excluded[name] for name in values}
        )
    )


def _sums(rows: Iterable[Any], name: str) -> dict[str, int]:
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.about] = sums.get(row.about, 0) + getattr(row, name)
    return sums


def _said(work: Work, found: Discrepancy) -> dict[str, Any]:
    return {
        "clinic_id": str(work.clinic_id),
        "about": found.about,
        "fault": found.fault,
        "number": found.number,
        "ids": [str(one) for one in found.ids],
    }


TASK = Task(name="check-ledger", due=due, run=check)
