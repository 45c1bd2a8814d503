"""How reports are written: any number of them in one statement, with their versions and triages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import insert, text

from api.clinical.knowledge import library
from api.clinical.session_context import Context
from api.database.base import uuid7
from api.database.work import Work
from api.sessions.filing import Filed, Triaged, flags
from api.sessions.kept import Kept
from api.sessions.lists import LinkAct, Telling
from api.sessions.tables import SessionLink
from api.sessions.told import NATIVE

_REPORT: Mapping[str, str] = {
    **dict.fromkeys(("patient_id", "client_id", "prescription_id", "link_group"), "uuid"),
    **dict.fromkeys(("received_at", "updated_at", "withdrawn_at", "performed_at"), "timestamptz"),
    **dict.fromkeys(("source", "source_record_id", "time_zone", "status", "skip_reason"), "text"),
    **dict.fromkeys(("reporter", "evidence", "rpe_scale", "level", "own_level", "sha256"), "text"),
    "local_date": "date",
    **dict.fromkeys(("prescription_revision", "minutes", "steps", "rpe", "hr_pre"), "integer"),
    **dict.fromkeys(("pain_pre", "pain_after_min", "fatigue_next_day", "number", "version"), "integer"),
    "items": "json",
    **dict.fromkeys(("flags", "rules"), "text[]"),
    **dict.fromkeys(("not_asked", "asked", "linked_by_hand", "counts"), "boolean"),
}
_VERSION: Mapping[str, str] = {
    "session_id": "uuid",
    "number": "integer",
    "telling": "text",
    "document": "json",
    "format": "text",
    "original": "json",
    "sha256": "text",
    "recorded_at": "timestamptz",
    "client_id": "uuid",
    "reason": "text",
}
_OF_CONTEXT = tuple(one.name for one in fields(Context))
_TRIAGE: Mapping[str, str] = {
    "session_id": "uuid",
    "number": "integer",
    "at": "timestamptz",
    "cause": "text",
    "level": "text",
    "rules": "text[]",
    "release_sha256": "text",
    "context": "json",
    "answer": "json",
}


def _insert(table: str, columns: Mapping[str, str]) -> str:
    names = ", ".join(columns)
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    values = ", ".join(f"t.{name}" for name in columns)
    return (
        f"INSERT INTO {table} (clinic_id, id, {names}) SELECT :clinic_id, t.id, {values} "  # noqa: S608 constants
        f"FROM json_to_recordset(CAST(:{table} AS json)) AS t(id uuid, {typed})"
    )


def _update(columns: Mapping[str, str]) -> str:
    set_to = ", ".join(f"{name} = t.{name}" for name in columns)
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    return (
        f"UPDATE session_reports r SET {set_to} "  # noqa: S608 constants
        f"FROM json_to_recordset(CAST(:session_reports AS json)) AS t(id uuid, {typed}) "
        "WHERE r.clinic_id = :clinic_id AND r.id = t.id"
    )


_NEW = text(
    f"WITH reports AS ({_insert('session_reports', _REPORT)}), "
    f"versions AS ({_insert('session_versions', _VERSION)}) {_insert('session_triages', _TRIAGE)}"
)
_TRIAGES = text(_insert("session_triages", _TRIAGE))
_VERSIONS = text(_insert("session_versions", _VERSION))
_CORRECTED = text(
    _update({name: kind for name, kind in _REPORT.items() if name not in {"patient_id", "client_id"}})
)
_STANDING = {
    name: _REPORT[name] for name in ("updated_at", "withdrawn_at", "level", "rules", "link_group")
} | {name: _REPORT[name] for name in ("linked_by_hand", "counts", "number", "version")}
_CHANGED = text(_update(_STANDING))


def add(work: Work, filings: Sequence[tuple[Filed, Mapping[str, Any]]]) -> None:
    """Write new reports, each with the answer of its triage."""
    if filings:
        work.db.execute(
            _NEW,
            {
                "clinic_id": work.clinic_id,
                "session_reports": _json(_report_row(work, filed) for filed, _ in filings),
                "session_versions": _json(_version_row(work, filed, None) for filed, _ in filings),
                "session_triages": _json(
                    _triage_row(work, filed.triaged, answer)
                    for filed, answer in filings
                    if filed.triaged is not None
                ),
            },
        )


def replace(work: Work, filed: Filed, answer: Mapping[str, Any], *, reason: str) -> None:
    """Write what a report says now beside what it said before."""
    assert filed.triaged is not None, filed.told.id
    work.db.execute(
        _CORRECTED, {"clinic_id": work.clinic_id, "session_reports": _json([_report_row(work, filed)])}
    )
    versions = _json([_version_row(work, filed, reason)])
    work.db.execute(_VERSIONS, {"clinic_id": work.clinic_id, "session_versions": versions})
    add_triages(work, [(filed.triaged, answer)])


def add_triages(work: Work, triages: Iterable[tuple[Triaged, Mapping[str, Any]]]) -> None:
    """Write triages of reports that are on file."""
    rows = [_triage_row(work, triaged, answer) for triaged, answer in triages]
    if rows:
        work.db.execute(_TRIAGES, {"clinic_id": work.clinic_id, "session_triages": _json(rows)})


def change(work: Work, reports: Iterable[Kept]) -> None:
    """Write of reports on file what others, or a person, changed of them; each is a new version."""
    rows = []
    for kept in {one.id: one for one in reports}.values():
        kept.version += 1
        rows.append(
            {"id": kept.id, "updated_at": work.moment}
            | {name: _plain(getattr(kept, name)) for name in _STANDING if name != "updated_at"}
        )
    if rows:
        work.db.execute(_CHANGED, {"clinic_id": work.clinic_id, "session_reports": _json(rows)})


def link(work: Work, kept: Kept, others: Iterable[UUID], act: LinkAct, *, reason: str | None = None) -> None:
    """Write that reports were taken for one session, or no longer."""
    rows = [
        {
            "clinic_id": work.clinic_id,
            "id": uuid7(),
            "patient_id": kept.patient_id,
            "session_id": kept.id,
            "other_id": other,
            "act": act,
            "at": work.moment,
            "client_id": work.caller.client_id,
            "reason": reason,
        }
        for other in others
    ]
    if rows:
        work.db.execute(insert(SessionLink), rows)


def withdraw(work: Work, kept: Kept, document: Mapping[str, Any], *, reason: str) -> None:
    """Write that a report counts no longer; what it said stays."""
    row = {
        "id": uuid7(),
        "session_id": kept.id,
        "number": kept.number,
        "telling": Telling.WITHDRAWN,
        "document": document,
        "format": NATIVE,
        "original": None,
        "sha256": kept.sha256,
        "recorded_at": work.moment,
        "client_id": work.caller.client_id,
        "reason": reason,
    }
    work.db.execute(_VERSIONS, {"clinic_id": work.clinic_id, "session_versions": _json([row])})


def _report_row(work: Work, filed: Filed) -> dict[str, Any]:
    told, kept, triaged = filed.told, filed.kept, filed.triaged
    report, revision = told.report, filed.revision
    assert triaged is not None, told.id
    own = {
        "id": kept.id,
        "client_id": work.caller.client_id,
        "updated_at": work.moment,
        "local_date": told.local_date,
        "prescription_id": report.prescription_id,
        "prescription_revision": None if revision is None else revision.number,
        "flags": flags(told, triaged.triage, kept.received_at),
    }
    of_report = {name: getattr(report, name) for name in ("skip_reason", "reporter", "rpe", "rpe_scale")}
    rest = {
        name: _plain(getattr(kept, name)) for name in _REPORT if name not in own and name not in of_report
    }
    return {**rest, **of_report, **own}


def _version_row(work: Work, filed: Filed, reason: str | None) -> dict[str, Any]:
    told = filed.told
    return {
        "id": uuid7(),
        "session_id": filed.kept.id,
        "number": filed.kept.number,
        "telling": Telling.REPORTED if reason is None else Telling.CORRECTED,
        "document": told.document,
        "format": told.format,
        "original": told.original,
        "sha256": told.sha256,
        "recorded_at": work.moment,
        "client_id": work.caller.client_id,
        "reason": reason,
    }


def _triage_row(work: Work, triaged: Triaged, answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": uuid7(),
        "session_id": triaged.kept.id,
        "number": triaged.kept.number,
        "at": work.moment,
        "cause": triaged.cause,
        "level": triaged.triage.level,
        "rules": triaged.triage.rule_ids,
        "release_sha256": library.load().sha256,
        "context": {name: getattr(triaged.context, name) for name in _OF_CONTEXT},
        "answer": answer,
    }


def _json(rows: Iterable[Mapping[str, Any]]) -> str:
    return orjson.dumps(list(rows), option=orjson.OPT_UTC_Z).decode()


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value
