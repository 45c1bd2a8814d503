"""An example of a check: someone with intact feet, and the answer that the engine gives."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from api.checks import inputs, openings, what_if
from api.checks.answers import Question, answers
from api.checks.queries import PatientFile
from api.checks.suppositions import Supposition
from api.clinical.facts import Observation
from api.clinical.knowledge import library
from api.clinical.vocabulary import CheckKind
from api.patients.observations import reading
from api.web import encoding

_SEEN = "2025-11-20T09:00:00+01:00"
_AS_OF = "2025-11-20T09:30:00+01:00"
_SHA256 = "0" * 64  # the true one would change this document with every comment in a file of the knowledge

_KNOWN = {
    "birth_date": "1964-03-09",
    "sex_for_reference": "female",
    "neuropathy_types": ["distal-symmetric"],
    "neuropathy_cause": "diabetes",
    "neuropathy_course": "stable",
    "diabetes_type": "type2",
    "medications": ["metformin"],
    "resting_sys": 130,
    "resting_dia": 78,
    "resting_hr": 70,
    "evs_days_per_week": 2,
    "evs_minutes_per_day": 20,
    "monofilament_insensate_left": 0,
    "monofilament_insensate_right": 0,
    "orthostatic_method": "supine-stand",
    "bp_supine_sys": 132,
    "bp_supine_dia": 78,
    "hr_supine": 70,
    "bp_standing_sys": 128,
    "bp_standing_dia": 76,
    "hr_standing": 80,
    "can_status": "none",
    "tug_s": 9,
    "tandem_s": 10,
    "egfr": 85,
}
_DAY = {"acute_illness_today": "no", "symptoms_today": ["none"]}
_EXERCISES = [exercise.id for exercise in library.load().exercises if exercise.suggest][:3]


def _facts(values: dict[str, Any]) -> dict[str, Any]:
    return {name: {"value": value} for name, value in values.items()}


def _screens() -> Iterable[str]:
    return (fact.name for fact in library.load().screens if fact.group == "screens")


FACTS = _facts({**_KNOWN, **dict.fromkeys(_screens(), "clear")})
BODY: dict[str, Any] = {
    "kind": CheckKind.PROGRAMME.value,
    "as_of": _AS_OF,
    "observed_at": _SEEN,
    "facts": FACTS,
    "exercises": _EXERCISES,
}
DAY_BODY: dict[str, Any] = {"kind": CheckKind.SESSION.value, "observed_at": _SEEN, "facts": _facts(_DAY)}


QUESTION = Question(
    kind=CheckKind(BODY["kind"]),
    as_of=datetime.fromisoformat(_AS_OF),
    observations=reading.read(BODY, datetime.fromisoformat(_AS_OF)).observations,
    exercises=frozenset(_EXERCISES),
)


def as_json(answered: dict[str, Any]) -> dict[str, Any]:
    """An answer as its reader has it, without the hash of the release."""
    answer: dict[str, Any] = orjson.loads(encoding.write(answered))
    answer["knowledge"]["sha256"] = _SHA256
    return answer


ANSWER = as_json(answers().answer(QUESTION))
_MADE = {
    "id": "019aa001-5b1c-7d2a-9a55-0b6c4f2f7a10",
    "patient_id": "019a9c51-3c4d-7e5f-8a6b-7c8d9e0f1a2b",
    "created_at": "2025-11-20T08:30:00Z",
    "time_zone": "Europe/Rome",
}
CHECK = {
    **_MADE,
    **ANSWER,
    "inputs": orjson.loads(encoding.write(inputs.kept(QUESTION))),
}
SUMMARY = {
    **_MADE,
    **{name: ANSWER[name] for name in ("kind", "as_of", "decision", "valid_until")},
    "release": ANSWER["knowledge"]["release"],
}
REPLAY = {
    "check_id": _MADE["id"],
    "same": True,
    "release": {"changed": False, "then": ANSWER["knowledge"], "now": ANSWER["knowledge"]},
    "rules": {"added": [], "removed": [], "superseded": []},
    "facts_not_read": [],
    "decision": {"then": ANSWER["decision"], "now": ANSWER["decision"]},
    "members": [],
    "findings": {"appeared": [], "disappeared": [], "changed": []},
    "exercises": [],
    "answer": ANSWER,
}

_SUPPOSED = {"foot_ulcer_left": "active", "ulcer_site_left": "plantar"}
SUPPOSITION: dict[str, Any] = {
    "kind": BODY["kind"],
    "facts": {**_facts(_SUPPOSED), "egfr": None},
    "exercises": _EXERCISES,
}
_SUPPOSITION = Supposition(
    QUESTION.kind,
    [Observation(name, value, QUESTION.as_of) for name, value in {**_SUPPOSED, "egfr": None}.items()],
    [],
    QUESTION.exercises,
)
FILE = PatientFile(QUESTION.as_of, ZoneInfo("Europe/Rome"), [*QUESTION.observations], ())
WHAT_IF = as_json(what_if.answered(answers(), FILE, _SUPPOSITION))

_CLOSED = next(exercise.id for exercise in library.load().exercises if "vigorous" in exercise.tags)
OPENING: dict[str, Any] = {
    **{name: BODY[name] for name in ("kind", "as_of", "observed_at", "facts")},
    "exercise": _CLOSED,
}
COUNTERFACTUAL = as_json(openings.answered(answers(), QUESTION, _CLOSED))
