"""An example of a prescription: drafted, signed, overridden."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from api.checks import examples as checks
from api.checks.answers import Question, answers
from api.clinical import dose
from api.clinical.lifecycle import Move, State
from api.clinical.movement import StepKind
from api.clinical.vocabulary import CheckKind
from api.patients.observations import reading
from api.prescriptions import documents, proposals
from api.prescriptions.documents import AppliedBy
from api.prescriptions.gate import Safety
from api.prescriptions.schemas.drafts import NewPrescription
from api.prescriptions.schemas.proposals import NewProposal
from api.prescriptions.tables import OverrideReason
from api.web import encoding, shapes

_PATIENT = "019a9c51-3c4d-7e5f-8a6b-7c8d9e0f1a2b"
_PRACTITIONER = "019a9c51-0a1b-7c2d-8e3f-4a5b6c7d8e9f"
_ID = "019aa002-7d3e-7f4a-8b5c-6d7e8f9a0b1c"
_SHOWN = 2
_SIGNED_AT = "2025-11-20T09:10:00Z"

NEW: dict[str, Any] = {
    "goals": ["strength", "falls"],
    "doses": {
        "frame": {"warm_up_minutes": 5, "cool_down_minutes": 5, "sit_minutes": 2},
        "aerobic": {"days_per_week": 3, "minutes": 8, "rpe_low": 10, "rpe_high": 11},
        "balance": {"days_per_week": 2, "minutes": 10, "level": "semi-tandem"},
    },
    "items": [
        {"part": "aerobic", "exercise_id": "recumbent-cycle-easy"},
        {"part": "balance", "exercise_id": "semi-tandem", "note": "Hold on to the worktop."},
    ],
}
_CONTENT = shapes.load(NewPrescription(), NEW)
_DOCUMENT = documents.document(UUID(_ID), UUID(_PATIENT), 1, _CONTENT)
SIGNATURE = {"practitioner_id": _PRACTITIONER, "sha256": documents.sha256(_DOCUMENT)}
CHANGE = {"practitioner_id": _PRACTITIONER, "reason": "A cold with fever."}

SUMMARY: dict[str, Any] = {
    "id": _ID,
    "patient_id": _PATIENT,
    "created_at": "2025-11-20T09:00:00Z",
    "updated_at": _SIGNED_AT,
    "state": State.ACTIVE.value,
    "revision": 1,
    "safety": Safety.SAFE.value,
}
REVISION: dict[str, Any] = {
    "prescription_id": _ID,
    "number": 1,
    "effective_from": "2025-11-20",
    "ends_on": None,
    "document": _DOCUMENT,
    "sha256": SIGNATURE["sha256"],
    "changes": [],
    "reason": None,
    "signed_at": _SIGNED_AT,
    "practitioner_id": _PRACTITIONER,
    "applied_by": AppliedBy.PRACTITIONER.value,
    "within": None,
    "check_id": "019aa001-5b1c-7d2a-9a55-0b6c4f2f7a10",
}
_OVERRIDE: dict[str, Any] = {
    "id": "019aa003-8e4f-7a5b-8c6d-7e8f9a0b1c2d",
    "revision": 1,
    "rule_id": "foot-lops",
    "exercise_id": "semi-tandem",
    "reason_code": OverrideReason.SUPERVISED.value,
    "text": "With a physiotherapist beside her, between parallel bars.",
    "monitoring": {"what": "Both feet looked at after every session.", "every": "session"},
    "granted_at": _SIGNED_AT,
    "expires_at": "2026-02-20T00:00:00Z",
    "practitioner_id": _PRACTITIONER,
    "relied_on": [{"name": "lops_left", "value": "yes", "state": "known"}],
    "lapsed_at": None,
    "lapsed_by": None,
}
_MOVE = {
    "move": Move.SIGN.value,
    "state": State.ACTIVE.value,
    "at": _SIGNED_AT,
    "practitioner_id": _PRACTITIONER,
    "reason": None,
}
DRAFTED: dict[str, Any] = {
    **SUMMARY,
    "state": State.DRAFT.value,
    "revision": 0,
    "safety": None,
    "updated_at": SUMMARY["created_at"],
    "paused": [],
    "signed": None,
    "draft": {"document": _DOCUMENT, "sha256": SIGNATURE["sha256"]},
    "overrides": [],
    "history": [],
}
SIGNED: dict[str, Any] = {
    **SUMMARY,
    "paused": [],
    "signed": REVISION,
    "draft": None,
    "overrides": [_OVERRIDE],
    "history": [_MOVE],
}
OVERRIDDEN_RULE: dict[str, Any] = {
    "rule_id": _OVERRIDE["rule_id"],
    "overrides": 4,
    "patients": 3,
    "in_force": 2,
    "lapsed": 1,
    "expired": 1,
    "exercises": ["semi-tandem"],
    "reason_codes": [_OVERRIDE["reason_code"]],
    "last_granted_at": _SIGNED_AT,
}


def _proposal() -> dict[str, Any]:
    """What the engine proposes for the example of a check; of its lists the first elements."""
    engine = answers()
    moment = datetime.fromisoformat(checks.BODY["as_of"])
    known = reading.read(checks.BODY, moment).observations
    judged = engine.judged(Question(kind=CheckKind.PROGRAMME, as_of=moment, observations=known))
    proposed = dose.propose(
        engine.release, judged.known, judged.assessment, _ASKED.wishes, steps_baseline=_ASKED.steps_baseline
    )
    knowledge = checks.ANSWER["knowledge"]
    example = orjson.loads(encoding.write(proposals.shown(proposed, _ASKED, knowledge)))
    return {name: value[:_SHOWN] if isinstance(value, list) else value for name, value in example.items()}


ASKED: dict[str, Any] = {"goals": ["strength"], "equipment": None, "steps_baseline": 4200}
_ASKED = shapes.load(NewProposal(), ASKED)
PROPOSAL = _proposal()

NEXT_DOSE: dict[str, Any] = {
    "prescription_id": _ID,
    "revision": 1,
    "as_of": "2025-11-24T09:00:00+01:00",
    "reports_read": 0,
    "kind": StepKind.HOLD.value,
    "doses": _DOCUMENT["doses"],
    "changes": [],
    "reasons": [],
    "tasks": [],
    "restrictions": [],
    "easier_parts": [],
    "interval": None,
    "attendance_percent": None,
    "next_review": "2025-11-27",
    "needs_clinician": False,
    "first_session_percent": 100,
    "draft": None,
}
