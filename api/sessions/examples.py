"""Examples of reports, as the documentation shows them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from api.clinical.knowledge import library
from api.clinical.session_context import Context
from api.clinical.triage import triage
from api.clinical.triaged import Triage
from api.database.json_columns import as_json
from api.sessions import answers
from api.sessions.effects import SOURCE
from api.sessions.lists import EvidenceLevel, Result, Telling, TriageCause
from api.sessions.reading import read
from api.sessions.told import NATIVE, Told

_ID = "7b1d2c3e-4f50-4a61-8b72-9c83ad94be05"
_PATIENT = "019a9c51-3c4d-7e5f-8a6b-7c8d9e0f1a2b"
_PRACTITIONER = "019a9c51-0a1b-7c2d-8e3f-4a5b6c7d8e9f"
_ALERT = "019aa10b-2c3d-7e4f-9a5b-6c7d8e9f0a1b"
_LOCK = "019aa10b-1a2b-7c3d-8e4f-5a6b7c8d9e0f"
_AT = "2025-11-20T17:05:00Z"

NEW: dict[str, Any] = {
    "session_id": _ID,
    "performed_at": "2025-11-20T17:30:00+01:00",
    "time_zone": "Europe/Rome",
    "status": "done",
    "reporter": "patient",
    "items": [{"exercise_id": "recumbent-cycle-easy", "minutes": 12}],
    "duration_min": 22,
    "rpe": 11,
    "rpe_scale": "borg-6-20",
    "talk_test": "comfortable",
    "pain_pre": 2,
    "pain_peak": 3,
    "pain_post": 2,
    "pain_after_min": 20,
    "new_numb_or_weak": "none",
    "symptoms": ["none"],
    "fall": "none",
    "foot_check_before": "clear",
    "foot_check_after": "blister",
    "foot_side": "left",
    "footwear_worn": "yes",
    "muscle_soreness_h": 0,
    "fatigue_next_day": 2,
    "note": "A small blister under the big toe.",
}
CORRECTION: dict[str, Any] = {**NEW, "foot_side": "right", "reason": "It was the other foot."}
WITHDRAWAL = {"reason": "Sent for somebody else."}
SEPARATION = {"reason": "She walked twice that morning."}
MERGER = {"with": "2c3d4e5f-6071-4b82-9c93-ad04be15cf26", "reason": "The watch and the app told one walk."}
UNLOCK = {"practitioner_id": _PRACTITIONER, "reason": "Seen in the foot clinic; the blister is dry."}


def _told() -> Told:
    return read(NEW, datetime(2025, 11, 20, 17, 5, tzinfo=UTC))


def _triage() -> Triage:
    return triage(library.load(), _told().report, Context())


_FOUND = _triage()
_FACTS = [
    {
        "name": one.name,
        "value": one.value,
        "observed_at": "2025-11-20T16:30:00Z",
        "source": SOURCE,
        "fact_id": "019aa10b-0a1b-7c2d-8e3f-4a5b6c7d8e9f",
        "result": "accepted",
        "rule_id": one.rule_id,
    }
    for one in _FOUND.facts
]
TRIAGE: dict[str, Any] = as_json(answers.of_triage(_FOUND, _FACTS, UUID(_ALERT)))
LIVE: dict[str, Any] = as_json(
    {
        "id": _LOCK,
        "session_id": _ID,
        "rule_id": _FOUND.locks[0].rule_id,
        "why": _FOUND.fired[0].rule.says,
        "tags": sorted(_FOUND.locks[0].tags),
        "exercises": sorted(_FOUND.locks[0].exercises),
        "placed_at": _AT,
        "opens_from": _AT,
        "ketones_below": _FOUND.locks[0].ketones_below,
    }
)
LOCK: dict[str, Any] = {
    **LIVE,
    "patient_id": _PATIENT,
    "unlocked_at": "2025-11-24T09:00:00Z",
    "unlocked_by": _PRACTITIONER,
    "unlock_reason": UNLOCK["reason"],
}
FILED: dict[str, Any] = {
    "session_id": _ID,
    "patient_id": _PATIENT,
    "result": Result.ACCEPTED.value,
    "version": 1,
    "received_at": _AT,
    "level": _FOUND.level.value,
    "flags": [],
    "prescription_revision": None,
    "triage": TRIAGE,
    "locks": [LIVE],
    "links": {"counts": True, "session_ids": []},
    "raised": [],
    "stands": [],
}
CORRECTED: dict[str, Any] = {
    **FILED,
    "result": Result.CORRECTED.value,
    "version": 2,
    "stands": ["Facts that it put on file before stay there: preulcer_lesion_left."],
}
DUPLICATE: dict[str, Any] = {**FILED, "result": Result.DUPLICATE.value}
SUMMARY: dict[str, Any] = {
    "id": _ID,
    "patient_id": _PATIENT,
    "received_at": _AT,
    "updated_at": _AT,
    "withdrawn_at": None,
    "source": "019a9c51-9a0b-7c1d-8e2f-3a4b5c6d7e8f",
    "source_record_id": None,
    "performed_at": "2025-11-20T16:30:00Z",
    "time_zone": "Europe/Rome",
    "local_date": "2025-11-20",
    "status": "done",
    "reporter": "patient",
    "evidence": EvidenceLevel.SELF_REPORT.value,
    "prescription_id": None,
    "prescription_revision": None,
    "minutes": 22,
    "flags": [],
    "level": _FOUND.level.value,
    "rules": sorted(_FOUND.rule_ids),
    "link_group": None,
    "counts": True,
}
SESSION: dict[str, Any] = {
    **SUMMARY,
    "report": NEW,
    "triage": TRIAGE,
    "links": FILED["links"],
    "locks": [LOCK],
    "versions": [
        {
            "number": 1,
            "telling": Telling.REPORTED.value,
            "document": NEW,
            "format": NATIVE,
            "recorded_at": _AT,
            "recorded_by": SUMMARY["source"],
            "reason": None,
        }
    ],
    "triages": [
        {
            **TRIAGE,
            "at": _AT,
            "cause": TriageCause.RECEIVED.value,
            "number": 1,
            "release_sha256": library.load().sha256,
        }
    ],
    "link_history": [],
}
