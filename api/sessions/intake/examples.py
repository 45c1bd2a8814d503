"""Examples of reports in bulk, as the documentation shows them."""

from typing import Any

from api.sessions import examples
from api.sessions.intake.lists import Holding, Outcome, QuarantineMove, QuarantineState

_PATIENT = "019a9c51-3c4d-7e5f-8a6b-7c8d9e0f1a2b"
_CLIENT = "019a9c51-0a1b-7c2d-8e3f-4a5b6c7d8e90"
_QUARANTINE = "019aa10b-5e6f-7a8b-9c0d-1e2f3a4b5c6d"
_AT = "2025-11-20T17:05:00Z"
_SECOND = "1c2d3e4f-5061-4b72-8c83-9dad04be15cf"

SENT: dict[str, Any] = {"patient_id": _PATIENT, **examples.NEW}
BATCH: list[dict[str, Any]] = [
    SENT,
    {
        "identifier": {"system": "https://clinic.example/mrn", "value": "4711"},
        "session_id": _SECOND,
        "performed_at": "2025-11-19T17:30:00+01:00",
        "time_zone": "Europe/Rome",
        "status": "skipped",
        "skip_reason": "weather",
        "reporter": "patient",
    },
]
REASON = {"pointer": "/identifier", "detail": "There is no such patient.", "code": "unknown-patient"}
TAKEN: dict[str, Any] = {
    "line": 1,
    "result": Outcome.ACCEPTED.value,
    "patient_id": _PATIENT,
    "session_id": examples.NEW["session_id"],
    "version": 1,
    "level": examples.FILED["level"],
    "rules": [one["rule_id"] for one in examples.FILED["triage"]["findings"]],
    "messages": examples.FILED["triage"]["messages"],
    "alert_id": examples.FILED["triage"]["alert_id"],
    "quarantine_id": None,
    "reasons": [],
}
PUT_ASIDE: dict[str, Any] = {
    "line": 2,
    "result": Outcome.QUARANTINED.value,
    "patient_id": None,
    "session_id": _SECOND,
    "version": None,
    "level": None,
    "rules": [],
    "messages": [],
    "alert_id": None,
    "quarantine_id": _QUARANTINE,
    "reasons": [REASON],
}
BATCH_TAKEN = {
    "sent": 2,
    "accepted": 1,
    "duplicate": 0,
    "corrected": 0,
    "quarantined": 1,
    "results": [TAKEN, PUT_ASIDE],
}
SUMMARY: dict[str, Any] = {
    "id": _QUARANTINE,
    "client_id": _CLIENT,
    "import_id": None,
    "line": 2,
    "times": 1,
    "received_at": _AT,
    "last_received_at": _AT,
    "state": QuarantineState.WAITING.value,
    "reasons": [REASON],
    "patient_id": None,
    "session_id": _SECOND,
    "level": "ok",
    "alert_id": None,
    "filed_as": None,
    "version": 1,
}
QUARANTINED: dict[str, Any] = {
    **SUMMARY,
    "sent": '{"identifier":{"system":"https://clinic.example/mrn","value":"4711"},"status":"skipped"}',
    "history": [
        {
            "move": QuarantineMove.RERUN.value,
            "at": "2025-11-20T18:00:00Z",
            "client_id": _CLIENT,
            "practitioner_id": None,
            "reason": None,
            "report": None,
            "result": Outcome.QUARANTINED.value,
            "session_id": None,
            "reasons": [REASON],
        }
    ],
}
FIX = {"report": SENT}
DISCARD = {"reason": "A test of the app; nobody exercised."}
RECEIPTS = {
    "items": [
        {
            "session_id": examples.NEW["session_id"],
            "state": Holding.HELD.value,
            "received_at": _AT,
            "patient_id": _PATIENT,
            "version": 1,
            "withdrawn_at": None,
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "quarantine_id": None,
        }
    ]
}
