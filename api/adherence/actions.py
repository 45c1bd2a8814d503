"""What keeps the counts of weeks true: it counts anew what may have changed, and writes what differs."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import orjson
from sqlalchemy import text

from api.adherence.counts import COLUMNS, KEY, Changed, reaches, rows, window
from api.adherence.history import History, plans, read_told
from api.adherence.told import Window
from api.clinical.knowledge import library
from api.clinical.week_sums import Sums
from api.database.base import uuid7
from api.database.work import Work
from api.patients import queries as patients

_TYPES = {
    "line": "text",
    "starts": "date",
    "prescription_id": "uuid",
    "number": "integer",
    "ends": "date",
    "due_days": "smallint",
    "contact": "date",
    "reasons": "jsonb",
    **dict.fromkeys(Sums._fields, "integer"),
}
_ALL = ", ".join(COLUMNS)
_CHANGING = [name for name in COLUMNS if name not in KEY]
_KEPT, _NEW = (", ".join(f"{of}.{name}" for name in _CHANGING) for of in ("w", "excluded"))
_WRITE = text(f"""
WITH asked AS (
    SELECT * FROM unnest(CAST(:patients AS uuid[]), CAST(:firsts AS date[]), CAST(:lasts AS date[]),
        CAST(:contacts AS date[])) AS a(patient_id, first, last, contact)),
given AS (
    SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS g(patient_id uuid, id uuid, {", ".join(f"{name} {_TYPES[name]}" for name in COLUMNS)})),
gone AS (
    DELETE FROM adherence_weeks w USING asked
    WHERE w.clinic_id = :clinic_id AND w.patient_id = asked.patient_id
        AND w.starts BETWEEN asked.first AND asked.last
        AND NOT EXISTS (SELECT FROM given WHERE given.patient_id = w.patient_id
            AND {" AND ".join(f"given.{name} = w.{name}" for name in KEY)})
    RETURNING w.id),
put AS (
    INSERT INTO adherence_weeks AS w (clinic_id, patient_id, id, {_ALL})
    SELECT :clinic_id, given.patient_id, given.id, {", ".join(f"given.{name}" for name in COLUMNS)} FROM given
    ON CONFLICT (clinic_id, patient_id, {", ".join(KEY)}) DO UPDATE
        SET {", ".join(f"{name} = excluded.{name}" for name in _CHANGING)}
        WHERE ({_KEPT}) IS DISTINCT FROM ({_NEW})
    RETURNING w.id),
heard AS (
    UPDATE adherence_patients n SET last_contact = greatest(asked.contact, (
        SELECT max(w.contact) FROM adherence_weeks w
        WHERE w.clinic_id = :clinic_id AND w.patient_id = n.id AND w.line = 'all'
            AND w.starts NOT BETWEEN asked.first AND asked.last))
    FROM asked WHERE n.clinic_id = :clinic_id AND n.id = asked.patient_id)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM put)
""")  # noqa: S608 put together of constants
_NOTE = text("""
INSERT INTO adherence_patients AS a (clinic_id, id, counted_until, counted_release, prescription_id,
    practitioner_id, plan_first, plan_last, last_contact)
SELECT :clinic_id, t.id, t.counted_until, :release, t.prescription_id, t.practitioner_id, t.plan_first,
    t.plan_last, (SELECT max(w.contact) FROM adherence_weeks w
        WHERE w.clinic_id = :clinic_id AND w.patient_id = t.id AND w.line = 'all')
FROM unnest(CAST(:patients AS uuid[]), CAST(:untils AS date[]), CAST(:prescriptions AS uuid[]),
    CAST(:practitioners AS uuid[]), CAST(:firsts AS date[]), CAST(:lasts AS date[]))
    AS t(id, counted_until, prescription_id, practitioner_id, plan_first, plan_last)
ON CONFLICT (clinic_id, id) DO UPDATE SET last_contact = excluded.last_contact,
    counted_until = excluded.counted_until, counted_release = CASE WHEN :whole THEN excluded.counted_release
        ELSE a.counted_release END,
    prescription_id = excluded.prescription_id, practitioner_id = excluded.practitioner_id,
    plan_first = excluded.plan_first, plan_last = excluded.plan_last
""")


def recount(work: Work, changed: Mapping[UUID, Changed]) -> int:
    """Count anew the weeks of these patients that may have changed; how many rows differed.

    Args:
        work: the work; whoever else changes one of the patients waits for it.
        changed: by patient.
    """
    histories = plans(work, patients.held(work, changed))
    counted = {patient_id: one for patient_id, one in histories.items() if one.signed}
    windows = {patient_id: window(one, changed[patient_id]) for patient_id, one in counted.items()}
    if not counted:
        return 0
    read_told(work, counted, windows)
    differing = _write(work, counted, windows)
    for whole in (True, False):
        noted = [
            one
            for patient_id, one in counted.items()
            if changed[patient_id].ahead and (changed[patient_id].since is None) is whole
        ]
        if noted:
            _note(work, noted, whole=whole)
    return differing


def _write(work: Work, histories: Mapping[UUID, History], windows: Mapping[UUID, Window]) -> int:
    """Bring the rows of these days to what they are now."""
    written, contacts = [], []
    for patient_id, asked in windows.items():
        found = [dict(zip(COLUMNS, values, strict=True)) for values in rows(histories[patient_id], asked)]
        written += [{"patient_id": patient_id, "id": uuid7(), **one} for one in found]
        contacts.append(max((one["contact"] for one in found if one["contact"]), default=None))
    differing = work.db.execute(
        _WRITE,
        {
            "clinic_id": work.clinic_id,
            "patients": list(windows),
            "firsts": [first for first, _ in windows.values()],
            "lasts": [last for _, last in windows.values()],
            "contacts": contacts,
            "rows": orjson.dumps(written).decode(),
        },
    )
    return int(differing.scalar_one())


def _note(work: Work, histories: Sequence[History], *, whole: bool) -> None:
    """Note how far these patients are counted, and what was signed last; the release if all was counted."""
    work.db.execute(
        _NOTE,
        {
            "clinic_id": work.clinic_id,
            "release": library.load().sha256,
            "whole": whole,
            "patients": [one.patient_id for one in histories],
            "untils": [reaches(one) for one in histories],
            "prescriptions": [one.signed[-1].prescription_id for one in histories],
            "practitioners": [one.signer for one in histories],
            "firsts": [min((each.first for each in one.spells), default=None) for one in histories],
            "lasts": [_last_day(one) for one in histories],
        },
    )


def _last_day(history: History) -> date | None:
    """The last day on which anything is in force; None where nothing ends, or nothing ever was."""
    ends = [one.last for one in history.spells]
    return max((end for end in ends if end is not None), default=None) if None not in ends else None
