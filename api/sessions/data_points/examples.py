"""Examples of data points, as the documentation shows them."""

from typing import Any

from api.sessions import examples as reports
from api.sessions.data_points.lists import Became, PointResult
from api.sessions.data_points.supported import SUPPORTED

_PATIENT = reports.SUMMARY["patient_id"]
_WALK = "5c1d7e2a-9b40-4c53-8d61-2e7f9a0b1c3d"
_GLUCOSE = "0f4b6c8d-1a2e-4f30-9b5c-7d8e9fa0b1c2"
_WRONG = "8e2f4a6c-3b5d-4e70-8f91-a2b3c4d5e6f7"
_AT = reports.FILED["received_at"]


def _header(point_id: str, namespace: str, name: str, version: str) -> dict[str, Any]:
    return {
        "uuid": point_id,
        "schema_id": {"namespace": namespace, "name": name, "version": version},
        "source_creation_date_time": "2025-11-20T18:05:00+01:00",
        "modality": "sensed",
        "acquisition_provenance": {"source_name": "A watch"},
    }


WALK: dict[str, Any] = {
    "header": _header(_WALK, "ieee", "physical-activity", "1.0"),
    "body": {
        "activity_name": "Walking",
        "effective_time_frame": {
            "time_interval": {
                "start_date_time": "2025-11-20T17:30:00+01:00",
                "end_date_time": "2025-11-20T17:55:00+01:00",
            }
        },
        "met_value": 3.2,
    },
}
GLUCOSE: dict[str, Any] = {
    "header": _header(_GLUCOSE, "omh", "blood-glucose", "4.0"),
    "body": {
        "blood_glucose": {"value": 6.1, "unit": "mmol/L"},
        "specimen_source": "capillary blood",
        "effective_time_frame": {"date_time": "2025-11-20T17:40:00+01:00"},
    },
}
STEPS: dict[str, Any] = {
    "header": _header(_WRONG, "omh", "step-count", "3.0"),
    "body": {
        "step_count": {"value": 900, "unit": "steps"},
        "effective_time_frame": {"date_time": "2025-11-20T17:40:00+01:00"},
    },
}
NEW: list[dict[str, Any]] = [WALK, GLUCOSE, STEPS]
_WALKED: dict[str, Any] = {
    "point_id": _WALK,
    "schema": "ieee:physical-activity:1.0",
    "became": Became.SESSION.value,
    "session_id": _WALK,
    "fields": [{"session_id": _WALK, "name": "duration_min", "value": 25, "stands": True}],
    "facts": [],
    "says": [
        "No exercise of an active plan has the name of this activity: it counts as outside of the plan.",
        "Kept as sent, and read by nothing: met_value.",
    ],
    "errors": [],
}
RECEIVED: dict[str, Any] = {
    "sent": 3,
    "accepted": 2,
    "duplicate": 0,
    "refused": 1,
    "results": [
        {"position": 0, "result": PointResult.ACCEPTED.value, **_WALKED},
        {
            "position": 1,
            "result": PointResult.ACCEPTED.value,
            "point_id": _GLUCOSE,
            "schema": "omh:blood-glucose:4.0",
            "became": Became.MEASUREMENT.value,
            "session_id": _WALK,
            "fields": [{"session_id": _WALK, "name": "glucose_min", "value": 109.8976, "stands": True}],
            "facts": [],
            "says": ["6.1 mmol/L is read as 109.9 mg/dL."],
            "errors": [],
        },
        {
            "position": 2,
            "result": PointResult.REFUSED.value,
            "point_id": _WRONG,
            "schema": None,
            "became": None,
            "session_id": None,
            "fields": [],
            "facts": [],
            "says": [],
            "errors": [
                {
                    "pointer": "/header/schema_id",
                    "detail": f"This schema is not taken; these are: {', '.join(SUPPORTED)}.",
                    "code": "unknown-schema",
                }
            ],
        },
    ],
    "sessions": [{**reports.FILED, "session_id": _WALK}],
}
KEPT: dict[str, Any] = {
    "id": "019aa10b-3d4e-7f50-9a6b-7c8d9e0f1a2b",
    "patient_id": _PATIENT,
    "received_at": _AT,
    "starts_at": "2025-11-20T16:30:00Z",
    "ends_at": "2025-11-20T16:55:00Z",
    **_WALKED,
    "document": WALK,
}
SCHEMA: dict[str, Any] = {
    "schema": "omh:physical-activity:1.2",
    "schema_id": {"namespace": "omh", "name": "physical-activity", "version": "1.2"},
    "is_deprecated": True,
    "becomes": SUPPORTED["omh:physical-activity:1.2"].becomes,
    "document": {"type": "object", "required": ["activity_name"]},
}
