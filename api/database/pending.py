"""How acts and events are written: any number of both in one statement."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from api.database.audit import AuditEvent
from api.database.outbox import Event

_ACT: Mapping[str, str] = {
    "id": "uuid",
    "at": "timestamptz",
    "client_id": "uuid",
    "practitioner_id": "uuid",
    "action": "text",
    "subject": "text",
    "subject_id": "uuid",
    "request_id": "text",
}
_EVENT: Mapping[str, str] = {
    "id": "uuid",
    "at": "timestamptz",
    "name": "text",
    "subject": "text",
    "subject_id": "uuid",
    "patient_id": "uuid",
}


def _insert(table: str, columns: Mapping[str, str], given: str) -> str:
    names = ", ".join(columns)
    values = ", ".join(f"t.{name}" for name in columns)
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    return (
        f"INSERT INTO {table} (clinic_id, {names}) SELECT :clinic_id, {values} "  # noqa: S608 constants
        f"FROM json_to_recordset(CAST(:{given} AS json)) AS t({typed})"
    )


_ACTS = _insert(AuditEvent.__tablename__, _ACT, "acts")
_EVENTS = _insert(Event.__tablename__, _EVENT, "events")
_STATEMENTS = {
    (True, False): text(_ACTS),
    (False, True): text(_EVENTS),
    (True, True): text(f"WITH acts AS ({_ACTS}) {_EVENTS}"),
}


def write(
    db: Session, clinic_id: UUID, *, acts: Sequence[Mapping[str, Any]], events: Sequence[Mapping[str, Any]]
) -> None:
    """Write acts and events of a clinic, if there are any."""
    statement = _STATEMENTS.get((bool(acts), bool(events)))
    if statement is None:
        return
    parameters: dict[str, Any] = {"clinic_id": clinic_id}
    for name, rows in (("acts", acts), ("events", events)):
        if rows:
            parameters[name] = orjson.dumps(rows, option=orjson.OPT_UTC_Z).decode()
    db.execute(statement, parameters)
