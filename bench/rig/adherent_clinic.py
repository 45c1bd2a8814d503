"""A clinic with years of reports, made in the database itself, and counted by the service's own code.

Patients come in kinds: of one kind all have the same plan and reports on the same days. The weeks of one
patient of each kind are counted by `recount`; those of the others are copies, and a sample is counted anew.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import create_engine, text

from api.adherence.actions import recount
from api.adherence.counts import COLUMNS, Changed
from api.caller import CONSOLE, SCOPES, Caller
from api.database import embedded
from api.database.base import uuid7
from api.database.work import Work
from api.prescriptions import documents, examples
from api.settings import DATABASE_NAME
from bench.rig.place import Place

KINDS = 200
SAMPLE = 20
PER_WEEK = 5
_DOCUMENT = documents.document(uuid7(), uuid7(), 1, examples._CONTENT)

_PATIENTS = """
INSERT INTO patients (clinic_id, id, family, given, time_zone, created_at, updated_at, version)
SELECT %(clinic)s, uuidv7(), 'Patient ' || n, '{}',
    (ARRAY['Europe/Rome', 'America/New_York', 'Asia/Tokyo'])[1 + n %% %(kinds)s %% 3], now(), now(), 1
FROM generate_series(0, %(patients)s - 1) n
"""
_PRESCRIPTIONS = """
INSERT INTO prescriptions (clinic_id, id, patient_id, client_id, created_at, updated_at, state, revision,
    paused, version)
SELECT p.clinic_id, p.id, p.id, p.clinic_id, now(), now(), 'active', 1, '[]', 1
FROM patients p WHERE p.clinic_id = %(clinic)s
"""
_REVISIONS = """
INSERT INTO prescription_revisions (clinic_id, id, prescription_id, number, effective_from, document,
    sha256, changes, signed_at, practitioner_id, client_id, check_id)
SELECT p.clinic_id, uuidv7(), p.id, 1,
    %(first)s + split_part(p.family, ' ', 2)::int %% %(kinds)s %% 7, %(document)s, %(sha256)s,
    '[]', now(), %(clinic)s, p.clinic_id, p.clinic_id
FROM patients p WHERE p.clinic_id = %(clinic)s
"""
_REPORTS = """
INSERT INTO session_reports (clinic_id, id, patient_id, client_id, received_at, updated_at, source,
    performed_at, time_zone, local_date, status, skip_reason, reporter, evidence, prescription_id,
    prescription_revision, items, minutes, rpe, rpe_scale, flags, level, own_level, rules, not_asked,
    asked, linked_by_hand, counts, sha256, number, version)
SELECT p.clinic_id, uuidv7(), p.id, p.clinic_id, t.at, t.at, 'app', t.at, p.time_zone, t.day,
    CASE t.luck WHEN 0 THEN 'skipped' WHEN 1 THEN 'partial' ELSE 'done' END,
    CASE t.luck WHEN 0 THEN 'pain' END, 'patient', 'self-report', p.id, 1,
    CASE t.luck WHEN 0 THEN '[]' ELSE '[{"exercise_id": "recumbent-cycle-easy", "minutes": 8}]' END::json,
    CASE WHEN t.luck > 0 THEN 8 END, CASE WHEN t.luck > 0 THEN 9 + t.luck END,
    CASE WHEN t.luck > 0 THEN 'borg-6-20' END, '{}', 'ok', 'ok', '{}', false, true, false, true, '', 1, 1
FROM patients p CROSS JOIN generate_series(0, %(each)s - 1) n
CROSS JOIN LATERAL (SELECT split_part(p.family, ' ', 2)::int %% %(kinds)s AS kind) k
CROSS JOIN LATERAL (SELECT %(first)s + kind %% 7 + n * 7 / %(per_week)s AS day,
    (kind * 7 + n * 3) %% 10 AS luck) d
CROSS JOIN LATERAL (SELECT d.day, d.luck, (d.day + time '17:00') AT TIME ZONE p.time_zone AS at) t
WHERE p.clinic_id = %(clinic)s
"""
_OF_A_KIND = """
SELECT id FROM patients WHERE clinic_id = %(clinic)s AND split_part(family, ' ', 2)::int < %(kinds)s
"""
_COPIES = f"""
INSERT INTO adherence_weeks (clinic_id, id, patient_id, {", ".join(COLUMNS)})
SELECT w.clinic_id, uuidv7(), p.id,
    {", ".join("p.id" if name == "prescription_id" else f"w.{name}" for name in COLUMNS)}
FROM patients p
JOIN patients k ON k.clinic_id = p.clinic_id
    AND k.family = 'Patient ' || split_part(p.family, ' ', 2)::int %% %(kinds)s
JOIN adherence_weeks w ON w.clinic_id = k.clinic_id AND w.patient_id = k.id
WHERE p.clinic_id = %(clinic)s AND split_part(p.family, ' ', 2)::int >= %(kinds)s
"""
_NOTED = """
INSERT INTO adherence_patients (clinic_id, id, counted_until, counted_release, prescription_id,
    practitioner_id, plan_first, plan_last, last_contact)
SELECT a.clinic_id, p.id, a.counted_until, a.counted_release, p.id, a.practitioner_id, a.plan_first,
    a.plan_last, a.last_contact
FROM patients p
JOIN patients k ON k.clinic_id = p.clinic_id
    AND k.family = 'Patient ' || split_part(p.family, ' ', 2)::int %% %(kinds)s
JOIN adherence_patients a ON a.clinic_id = k.clinic_id AND a.id = k.id
WHERE p.clinic_id = %(clinic)s AND split_part(p.family, ' ', 2)::int >= %(kinds)s
"""


def fill(here: Place, clinic_id: UUID, *, patients: int, reports: int) -> None:
    """Give a clinic patients, each with a plan and reports up to now, and count their weeks.

    Raises:
        RuntimeError: what was copied is not what a recount finds.
    """
    each = reports // patients
    weeks = -(-each // PER_WEEK)
    moment = datetime.now(UTC)
    first = (moment - timedelta(weeks=max(weeks, 12) + 1)).date()
    last_weeks = first + timedelta(weeks=max(weeks, 12) - weeks)
    values: dict[str, Any] = {
        "clinic": clinic_id,
        "patients": patients,
        "kinds": KINDS,
        "each": each,
        "per_week": PER_WEEK,
        "document": orjson.dumps(_DOCUMENT).decode(),
        "sha256": documents.sha256(_DOCUMENT),
    }
    with embedded.superuser_connection(here.folder / "postgres", DATABASE_NAME) as connection:
        # the rows are made to fit: only looking that up five million times is left out
        connection.execute("SET session_replication_role = replica")
        for statement in (_PATIENTS, _PRESCRIPTIONS):
            connection.execute(statement, values)
        connection.execute(_REVISIONS, {**values, "first": first})
        connection.execute(_REPORTS, {**values, "first": last_weeks})
        for table in ("patients", "prescriptions", "prescription_revisions", "session_reports"):
            connection.execute(f"ANALYZE {table}")
        alike = [row[0] for row in connection.execute(_OF_A_KIND, values).fetchall()]
        _count(here, clinic_id, alike, moment)
        for statement in (_COPIES, _NOTED):
            connection.execute(statement, values)
    _check(here, clinic_id, moment)


def tidy(here: Place) -> None:
    """What autovacuum would have done by then."""
    with embedded.superuser_connection(here.folder / "postgres", DATABASE_NAME) as connection:
        for table in ("patients", "adherence_patients", "adherence_weeks", "session_reports"):
            connection.execute(f"VACUUM ANALYZE {table}")
        connection.execute("CHECKPOINT")


def _count(here: Place, clinic_id: UUID, patients: Sequence[UUID], moment: datetime) -> int:
    """Count all weeks of these patients with the service's own code; how many rows differed."""
    engine = create_engine(here.settings.database_url)
    caller = Caller(clinic_id=clinic_id, client_id=CONSOLE, scopes=SCOPES)
    differing = 0
    for start in range(0, len(patients), 20):
        work = Work(engine, caller, moment=moment, request_id="bench", followers=())
        some = patients[start : start + 20]
        differing += recount(work, dict.fromkeys(some, Changed(None, ahead=True)))
        work.commit()
    engine.dispose()
    return differing


def _check(here: Place, clinic_id: UUID, moment: datetime) -> None:
    engine = create_engine(here.settings.owner_database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL app.clinic_id = '{clinic_id}'")
        sample = connection.scalars(
            text("SELECT id FROM patients WHERE clinic_id = :clinic ORDER BY id LIMIT :sample"),
            {"clinic": clinic_id, "sample": SAMPLE},
        ).all()
    engine.dispose()
    differing = _count(here, clinic_id, sample, moment)
    if differing:
        raise RuntimeError(f"{differing} weeks of {SAMPLE} patients are not what a recount finds")
