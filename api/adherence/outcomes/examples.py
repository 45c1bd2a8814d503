"""Examples of the documentation; tests execute them."""

from typing import Any

from api.adherence.outcomes.definitions import all_of, shown
from api.clinical.knowledge import library

_SAMPLE = "019d2c5e-7a10-7cc3-9f00-000000000000"
_AT = "2026-11-20T08:00:00Z"

NEW_OUTCOMES: dict[str, Any] = {
    "observed_at": "2026-11-20T09:00:00+01:00",
    "readings": [
        {"measure": "six-minute-walk", "value": 412, "unit": "m", "tester": "G. Conti"},
        {"measure": "monofilament-10g", "side": "left", "value": 8, "of": 10},
        {"measure": "hba1c", "value": 7.4, "target": 7.0},
        {"measure": "pain-nrs", "value": 4.3},
        {"measure": "evs", "days_per_week": 3, "minutes_per_day": 30},
    ],
}
_RECORDED: dict[str, Any] = {
    "pointer": "/readings/0",
    "measure": "six-minute-walk",
    "result": "accepted",
    "outcome_id": _SAMPLE,
    "corrects": None,
    "fact_ids": [_SAMPLE],
    "consequences": [],
}
RECORDED: dict[str, Any] = {"results": [_RECORDED], "alert_id": None}

OUTCOME_IN_ERROR: dict[str, Any] = {
    "id": _SAMPLE,
    "measure": "six-minute-walk",
    "value": 412,
    "word": None,
    "of": None,
    "side": None,
    "observed_at": _AT,
    "recorded_at": _AT,
    "recorded_by": _SAMPLE,
    "source": _SAMPLE,
    "source_record_id": None,
    "taken_back": {
        "reason": "The walk of another patient.",
        "recorded_at": _AT,
        "recorded_by": _SAMPLE,
        "replaced_by": None,
    },
}

_VALUE: dict[str, Any] = {
    "id": _SAMPLE,
    "kept_as": "outcome",
    "value": 412,
    "word": None,
    "category": None,
    "of": None,
    "insensate": [],
    "target": None,
    "on": "2026-11-20",
    "observed_at": _AT,
    "recorded_at": _AT,
    "recorded_by": _SAMPLE,
    "method": None,
    "tester": "G. Conti",
    "source": _SAMPLE,
    "source_record_id": None,
}
_BETTER: dict[str, Any] = {
    "word": "better",
    "reason": "detectable",
    "sentence": "The change is as large as what can be told from chance, or larger.",
    "difference": 32,
    "from_category": None,
    "to_category": None,
}
_EARLIER = _VALUE | {"value": 380, "on": "2026-08-28", "observed_at": "2026-08-28T08:00:00Z"}


def outcomes() -> dict[str, Any]:
    """The outcomes of a patient."""
    release = library.load().outcomes
    walk = shown(release.measures["six-minute-walk"])
    return {
        "patient_id": _SAMPLE,
        "from": "2025-11-22",
        "to": "2026-11-22",
        "items": [
            walk
            | {
                "side": None,
                "baseline": _EARLIER,
                "previous": _EARLIER,
                "latest": _VALUE,
                "since_baseline": _BETTER,
                "since_previous": _BETTER,
                "consequences": [],
                "due": {"first": "2027-02-12", "last": "2027-02-12", "occasion": None, "overdue": False},
                "note": None,
                "series": [_EARLIER, _VALUE],
            }
        ],
        "left_out": 0,
        "foot_risk": {"worked_out": "1", "assumed": False},
        "below_change": release.below_change.says,
        "attendance": {
            "expected": 61.4,
            "lower": {"percent": 58.5, "reason": None},
            "upper": {"percent": 81.2, "reason": None},
            "projected": {"percent": 75.7, "reason": None},
            "coverage": {"percent": 77.3, "reason": None},
            "href": f"/v1/patients/{_SAMPLE}/adherence?from=2025-11-22&to=2026-11-22",
        },
    }


def definitions() -> dict[str, Any]:
    """The measures, the first of them."""
    every = all_of(library.load())
    return every | {"items": every["items"][:1]}
