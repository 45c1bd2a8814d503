"""Reports as they go over the wire."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

ZONE = "Europe/Rome"

BASE = {
    "status": "done",
    "reporter": "patient",
    "duration_min": 20,
    "symptoms": ["none"],
    "symptoms_resolved_10min": "yes",
    "new_numb_or_weak": "none",
    "sys_pre": 130,
    "sys_peak": 160,
    "dia_peak": 85,
    "sys_post": 128,
    "sys_standing_post": 122,
    "fall": "none",
    "glucose_pre": 140,
    "foot_check_after": "clear",
    "pain_after_min": 30,
    "pain_peak": 4,
    "pain_pre": 3,
    "muscle_soreness_h": 12,
    "footwear_worn": "yes",
    "rpe": 5,
    "rpe_scale": "0-10",
    "talk_test": "can-talk-not-sing",
    "fatigue_next_day": 3,
}
"""The base report of the specification: nothing to report."""


def ago(**how_long):
    return (datetime.now(UTC) - timedelta(**how_long)).isoformat()


def report(**changed):
    """The body of a report of an hour ago; None leaves a field out."""
    body = {"session_id": str(uuid4()), "performed_at": ago(hours=1), "time_zone": ZONE} | BASE | changed
    return {name: value for name, value in body.items() if value is not None}


def sent(caller, patient, status=201, **changed):
    """The answer to a report."""
    answer = caller.post(f"{patient}/sessions", json=report(**changed))
    assert answer.status_code == status, answer.text
    return answer.json


def rules(answer):
    return {one["rule_id"] for one in answer["triage"]["findings"]}
