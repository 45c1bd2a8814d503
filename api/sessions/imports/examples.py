"""Examples of imports, as the documentation shows them."""

from typing import Any

from api.sessions.imports.tables import ImportState
from api.sessions.intake import examples
from api.web import encoding

LINES = b"".join(encoding.write(one) + b"\n" for one in examples.BATCH).decode()
_IMPORT: dict[str, Any] = {
    "id": "019aa10b-7a8b-7c9d-8e0f-1a2b3c4d5e6f",
    "client_id": "019a9c51-0a1b-7c2d-8e3f-4a5b6c7d8e90",
    "received_at": "2025-11-20T17:05:00Z",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "size": len(LINES),
    "sent": 2,
}
QUEUED: dict[str, Any] = {
    **_IMPORT,
    "state": ImportState.QUEUED.value,
    "filed": 0,
    "accepted": 0,
    "duplicate": 0,
    "corrected": 0,
    "quarantined": 0,
    "started_at": None,
    "ended_at": None,
    "result_until": None,
}
DONE: dict[str, Any] = {
    **_IMPORT,
    "state": ImportState.DONE.value,
    "filed": 2,
    "accepted": 1,
    "duplicate": 0,
    "corrected": 0,
    "quarantined": 1,
    "started_at": "2025-11-20T17:05:01Z",
    "ended_at": "2025-11-20T17:05:02Z",
    "result_until": "2025-12-20T17:05:02Z",
}
CANCELLED: dict[str, Any] = {
    **QUEUED,
    "state": ImportState.CANCELLED.value,
    "ended_at": "2025-11-20T17:05:02Z",
    "result_until": "2025-12-20T17:05:02Z",
}
RESULT = b"".join(encoding.write(one) + b"\n" for one in (examples.TAKEN, examples.PUT_ASIDE)).decode()
