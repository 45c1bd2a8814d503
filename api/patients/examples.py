"""The examples of the documentation."""

from typing import Any

_PATIENT_ID = "019a9c51-3c4d-7e5f-8a6b-7c8d9e0f1a2b"
_FACT_ID = "019a9c52-4d5e-7f60-9b7c-8d9e0f1a2b3c"
_CLIENT_ID = "019a9c4e-8c1f-7d2a-9a55-0b6c4f2f7a10"

NEW_PATIENT: dict[str, Any] = {
    "identifiers": [{"system": "https://hospital.example/patients", "value": "12345"}],
    "name": {"family": "Rossi", "given": ["Maria"]},
    "birth_date": "1958-03-09",
    "sex_for_reference": "female",
    "time_zone": "Europe/Rome",
    "language": "it",
}

PATIENT: dict[str, Any] = {
    "id": _PATIENT_ID,
    **NEW_PATIENT,
    "created_at": "2026-11-20T09:00:00Z",
    "updated_at": "2026-11-20T09:00:00Z",
}

NEW_FACTS: dict[str, Any] = {
    "observed_at": "2025-11-20T09:00:00+01:00",
    "facts": {
        "screen_feet_today": {"value": "clear"},
        "monofilament_insensate_left": {"value": 3},
        "hba1c_percent": {
            "value": 53,
            "unit": "mmol/mol",
            "source": "laboratory",
            "source_record_id": "L-881",
        },
        "medications": {"value": ["metformin", "insulin"]},
    },
}

RECORDED: dict[str, Any] = {
    "results": [
        {
            "pointer": "/facts/monofilament_insensate_left",
            "name": "monofilament_insensate_left",
            "observed_at": "2025-11-20T08:00:00Z",
            "result": "accepted",
            "fact_id": _FACT_ID,
            "corrects": None,
        }
    ]
}

FACT: dict[str, Any] = {
    "id": _FACT_ID,
    "name": "hba1c_percent",
    "value": 6.999483,
    "unit": "%",
    "value_as_sent": 53,
    "unit_as_sent": "mmol/mol",
    "observed_at": "2025-11-20T08:00:00Z",
    "recorded_at": "2025-11-20T08:01:12Z",
    "recorded_by": _CLIENT_ID,
    "method": None,
    "source": "laboratory",
    "source_record_id": "L-881",
    "status": "on-file",
    "taken_back": None,
}

FACT_IN_ERROR: dict[str, Any] = FACT | {
    "status": "entered-in-error",
    "taken_back": {
        "reason": "The record of another patient.",
        "recorded_at": "2025-11-21T10:00:00Z",
        "recorded_by": _CLIENT_ID,
        "replaced_by": None,
    },
}

PROFILE: dict[str, Any] = {
    "patient_id": _PATIENT_ID,
    "as_of": "2025-11-20T12:00:00Z",
    "time_zone": "Europe/Rome",
    "knowledge": {
        "release": "2026-11-22",
        "sha256": "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c",
    },
    "facts": [
        {
            "name": "monofilament_insensate_left",
            "state": "known",
            "value": 3,
            "unit": "1",
            "observed": {
                "value": 3,
                "observed_at": "2025-11-20T08:00:00Z",
                "source": _CLIENT_ID,
                "source_record_id": None,
                "method": None,
                "screen": None,
            },
            "counts_until": "2026-11-20T08:00:00Z",
            "others": [],
        }
    ],
    "derived": [{"name": "age_years", "state": "known", "value": 67}],
}
