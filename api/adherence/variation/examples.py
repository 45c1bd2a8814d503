"""Examples of the documentation."""

from typing import Any

_NUMBER: dict[str, Any] = {
    "quantity": "weekly-aerobic-minutes",
    "prescribed_median": 75,
    "proposed_median": 60,
    "difference": {"lower_quartile": 0, "median": 15, "upper_quartile": 20},
}
_HIDDEN: dict[str, Any] = {"suppressed": True, "prescriptions": None, "numbers": []}

VARIATION: dict[str, Any] = {
    "from": "2026-01-01",
    "to": "2026-11-22",
    "least_patients": 5,
    "prescriptions": 19,
    "items": [
        {
            "risk": "d-a",
            "fitness": "f1",
            "goals": ["falls"],
            "suppressed": False,
            "prescriptions": 19,
            "numbers": [_NUMBER],
            "signers": [
                {
                    "practitioner_id": "019d2c5e-7a10-7cc3-9f00-000000000000",
                    "suppressed": False,
                    "prescriptions": 12,
                    "numbers": [_NUMBER],
                },
                {"practitioner_id": "019d2c5e-7a10-7cc3-9f00-000000000001", **_HIDDEN},
                {"practitioner_id": "019d2c5e-7a10-7cc3-9f00-000000000002", **_HIDDEN},
            ],
        }
    ],
    "next": None,
    "left_out": {"later_revisions": 4, "no_dose": 0, "release_not_kept": 1},
}
