"""Examples of recommendations and readiness: the patient of the examples of checks."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from api.checks import examples as checks
from api.checks.answers import answers
from api.clinical.recommendation import Wishes
from api.clinical.vocabulary import CheckKind, Goal, Setting
from api.recommendations import offers, readiness

_CLEARANCE = {
    "id": "019aa001-6c2d-7e3f-8a4b-5c6d7e8f9a0b",
    "rule_id": "foot-preulcer",
    "at": "2025-12-01T08:40:00Z",
}
_PATIENT = checks.CHECK["patient_id"]

BODY: dict[str, Any] = {
    **{name: checks.BODY[name] for name in ("kind", "as_of", "observed_at", "facts")},
    "goal": [Goal.FALLS.value],
    "setting": [Setting.HOME.value],
    "limit": 4,
}
RECOMMENDATIONS = checks.as_json(
    offers.answered(answers(), checks.QUESTION, Wishes(goals=[Goal.FALLS], settings=[Setting.HOME], limit=4))
)
READINESS = checks.as_json(
    readiness.answered(answers(), UUID(_PATIENT), checks.FILE, CheckKind.SESSION, timedelta(days=14))
) | {"clearances": [_CLEARANCE]}
DUE = {
    "patient_id": _PATIENT,
    "next_at": READINESS["soon"][0]["at"],
    "facts": READINESS["soon"][:2],
    "clearances": [_CLEARANCE],
}
