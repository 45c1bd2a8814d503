"""An example of a plan, and of a check before a session."""

from typing import Any

from api.checks.answers import answers
from api.clinical.alarms import Withheld
from api.clinical.day_questions import DayQuestion
from api.clinical.pre_session import ItemState as StateToday
from api.clinical.pre_session import Result
from api.clinical.reports import ReportLevel
from api.clinical.vocabulary import Basis, Decision
from api.prescriptions import examples
from api.prescriptions.documents import doses_of
from api.prescriptions.plain import item_in_words
from api.prescriptions.plans import spoken
from api.prescriptions.plans.items import ItemState, PauseKind
from api.prescriptions.plans.plan import PlanStatus
from api.prescriptions.wording import Language, wording

_WORDS = wording(Language.EN)
_RELEASE = answers().release
_SIGNED = examples.REVISION
_DOCUMENT = _SIGNED["document"]
_ULCER = _RELEASE.rules_by_id["foot-ulcer-active-plantar"]
_LOW = _RELEASE.rules_by_id["glucose-below-70"]
_NEXT = "2025-11-27T00:00:00+01:00"


def _asked(name: str, *rules: str, screen: str | None = None) -> dict[str, Any]:
    asked = DayQuestion(name, needed=True, rules=rules, screen=screen)
    shown = spoken.question(_WORDS, _RELEASE, asked)
    return {**shown, "type": shown["type"].value, "rules": list(rules)}


def _item(place: int) -> dict[str, Any]:
    item = _DOCUMENT["items"][place]
    said = _WORDS.exercise(item["exercise_id"])
    return {
        "part": item["part"],
        "exercise_id": item["exercise_id"],
        "name": said.name,
        "how": said.how,
        "stop": said.stop,
        "dose": item_in_words(Language.EN, item, doses_of(_DOCUMENT)),
        "note": item["note"],
        "from_week": item["from_week"],
        "starts_on": None,
        "state": ItemState.OPEN.value,
        "paused": [],
        "advice": [],
        "monitoring": [],
    }


_DOSES = spoken.doses(_WORDS, _DOCUMENT, 1)
_PAUSED = {
    "kind": PauseKind.RULE.value,
    "reason": _ULCER.id,
    "text": _WORDS.because((_ULCER.id,))[0],
    "since": "2025-11-23T08:00:00Z",
    "until": None,
    "report_id": None,
}
PLAN: dict[str, Any] = {
    "patient_id": _DOCUMENT["patient_id"],
    "as_of_local_date": "2025-11-24",
    "time_zone": "Europe/Rome",
    "language": Language.EN.value,
    "words_review_status": _WORDS.review_status.value,
    "knowledge": answers().knowledge,
    "status": PlanStatus.PAUSED.value,
    "reason": _WORDS.say("plan", "paused"),
    "prescription_id": _DOCUMENT["prescription_id"],
    "version": {
        "revision": _SIGNED["number"],
        "sha256": _SIGNED["sha256"],
        "signed_at": _SIGNED["signed_at"],
        "effective_from": _SIGNED["effective_from"],
    },
    "started_on": _SIGNED["effective_from"],
    "ends_on": None,
    "week": 1,
    "valid_until": "2025-11-25T00:00:00+01:00",
    "next_change_at": _NEXT,
    "items": [_item(0), _item(1) | {"state": ItemState.PAUSED.value, "paused": [_PAUSED]}],
    **_DOSES,
    "parts": [{**one, "part": one["part"].value} for one in _DOSES["parts"]],
    "stop_signs": spoken.stop_signs(_WORDS)[:2],
    "questions": [
        _asked("acute_illness_today", "acute-illness", screen="screen_today"),
        _asked("symptoms_today", "symptoms-today-emergency", "symptoms-today", screen="screen_today"),
    ],
    "advice": [
        {
            "rule_id": _ULCER.id,
            "level": _ULCER.level.value,
            "title": _ULCER.title,
            "text": _PAUSED["text"],
            "do": _ULCER.do,
        }
    ],
}

NEW_CHECK: dict[str, Any] = {
    "observed_at": "2025-11-24T08:20:00+01:00",
    "facts": {
        "screen_today": {"value": "clear"},
        "foot_check_today": {"value": "done-clear"},
        "glucose_mg_dl": {"value": 3.6, "unit": "mmol/L"},
    },
}
SUMMARY: dict[str, Any] = {
    "id": "019aa004-1c2d-7e3f-8a4b-5c6d7e8f9a0b",
    "patient_id": PLAN["patient_id"],
    "at": "2025-11-24T07:21:00Z",
    "local_date": PLAN["as_of_local_date"],
    "check_id": "019aa004-0b1c-7d2e-8f3a-4b5c6d7e8f9a",
    "prescription_id": PLAN["prescription_id"],
    "revision": 1,
    "result": Result.STOP.value,
    "withheld": Withheld.GLUCOSE.value,
    "alert_id": "019aa004-2d3e-7f4a-8b5c-6d7e8f9a0b1c",
}
CHECK: dict[str, Any] = {
    **SUMMARY,
    "language": Language.EN.value,
    "text": [_WORDS.say("session", Result.STOP.value)],
    "decision": Decision.DO_NOT_EXERCISE.value,
    "valid_until": "2025-11-24T08:21:00+01:00",
    "alarm": ReportLevel.REVIEW.value,
    "items": [
        {
            "exercise_id": one["exercise_id"],
            "name": one["name"],
            "planned": True,
            "state": StateToday.NOT_TODAY.value,
            "rules": [_LOW.id],
            "locks": [],
        }
        for one in PLAN["items"]
    ],
    "reasons": [
        {
            "rule_id": _LOW.id,
            "level": _LOW.level.value,
            "basis": Basis.OBSERVED.value,
            "stops": True,
            "title": _LOW.title,
            "text": _WORDS.because((_LOW.id,))[0],
            "do": _LOW.do,
            "missing": [],
        }
    ],
    "missing": [],
    "not_on_file": [],
    "facts": [
        {
            "name": "glucose_mg_dl",
            "value": 64.864728,
            "observed_at": "2025-11-24T07:20:00Z",
            "method": None,
            "source": None,
            "source_record_id": None,
        }
    ],
}
