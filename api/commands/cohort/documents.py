"""Reports of a simulated cohort in the form of the wire, with an answer to every question."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from api.clinical.fitt import Part, RpeScale
from api.clinical.reports import SessionStatus
from api.clinical.session_fields import Reporter
from api.commands.cohort.telling import Telling

_SOURCES = {Reporter.PATIENT: "cohort-app", Reporter.DEVICE: "cohort-watch"}
_ALWAYS: Mapping[str, Any] = MappingProxyType(
    {
        "symptoms": ["none"],
        "new_numb_or_weak": "none",
        "fall": "none",
        "foot_check_after": "clear",
        "pain_pre": 2,
    }
)
_AFTER_WORK: Mapping[str, Any] = MappingProxyType(
    {
        "symptoms_resolved_10min": "yes",
        "talk_test": "can-talk-not-sing",
        "foot_check_before": "clear",
        "footwear_worn": "yes",
        "pain_peak": 3,
        "pain_post": 2,
        "pain_after_min": 20,
        "muscle_soreness_h": 8,
        "fatigue_next_day": 2,
        "glucose_pre": 140,
        "sys_pre": 130,
        "sys_peak": 152,
        "dia_peak": 82,
        "sys_post": 126,
        "sys_standing_post": 121,
    }
)
_TOLD_OF: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "calf-swelling": {
            "symptoms": ["calf-swelling"],
            "note": "The left calf is thick since this morning.",
        },
        "chest-pain": {
            "symptoms": ["chest-pain"],
            "note": "A pressure behind the breastbone; it went after ten minutes.",
        },
        "low-glucose": {"glucose_min": 62},
        "long-pain": {"pain_after_min": 1500},
        "numbness": {"new_numb_or_weak": "numb-lasting-over-1h"},
        "fatigue": {"fatigue_next_day": 8},
        "near-fall": {"fall": "near-fall"},
    }
)
"""What a report says of each finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescribed:
    """What somebody follows: the prescription, and an exercise for each of its lines."""

    prescription_id: UUID
    exercises: Mapping[Part, str]

    def document(self, telling: Telling, *, slipped: bool = False) -> dict[str, Any]:
        """A report; with the slip that was told first, where that is asked for."""
        skipped = telling.status is SessionStatus.SKIPPED
        duration = telling.slip if slipped else telling.duration
        written = {
            "session_id": str(telling.id),
            "prescription_id": str(self.prescription_id),
            "performed_at": telling.began.isoformat(),
            "time_zone": str(telling.began.tzinfo),
            "status": telling.status.value,
            "reporter": telling.reporter.value,
            "source": _SOURCES[telling.reporter],
            "skip_reason" if skipped else "stop_reason": None
            if telling.reason is None
            else telling.reason.value,
            "items": [self._item(line, telling) for line in telling.lines]
            if telling.names_lines or not skipped
            else [],
            "duration_min": duration,
            "rpe": telling.rpe,
            "rpe_scale": None if telling.rpe is None else RpeScale.BORG.value,
            **_ALWAYS,
            **({} if skipped else _AFTER_WORK),
            **({} if telling.finding is None else _TOLD_OF[telling.finding]),
        }
        return {name: value for name, value in written.items() if value is not None}

    def _item(self, line: Part, telling: Telling) -> dict[str, Any]:
        minutes = telling.minutes.get(line)
        return {"exercise_id": self.exercises[line], **({} if minutes is None else {"minutes": minutes})}
