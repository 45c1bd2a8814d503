"""Reports of sessions with nothing to say, as most are, for as many patients as wanted."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from api.caller import CONSOLE, SCOPES, Caller, parse_wire_id
from api.database.base import uuid7
from api.database.work import Work, open_engine
from api.patients import actions
from bench.rig.place import Place

QUIET: dict[str, Any] = {
    "time_zone": "Europe/Rome",
    "status": "done",
    "reporter": "patient",
    "items": [{"exercise_id": "recumbent-cycle-easy", "minutes": 12}],
    "duration_min": 20,
    "rpe": 11,
    "rpe_scale": "borg-6-20",
    "talk_test": "comfortable",
    "glucose_pre": 140,
    "sys_pre": 130,
    "sys_peak": 160,
    "dia_peak": 85,
    "sys_post": 128,
    "sys_standing_post": 122,
    "pain_pre": 2,
    "pain_peak": 2,
    "pain_post": 2,
    "pain_after_min": 0,
    "new_numb_or_weak": "none",
    "symptoms": ["none"],
    "symptoms_resolved_10min": "yes",
    "fall": "none",
    "foot_check_before": "clear",
    "foot_check_after": "clear",
    "footwear_worn": "yes",
    "muscle_soreness_h": 0,
    "fatigue_next_day": 2,
}
HALF_A_DAY = timedelta(hours=12)


def registered(here: Place, count: int) -> list[UUID]:
    """New patients of the clinic of the place, as from its console."""
    ids = parse_wire_id(here.client_id)
    assert ids is not None
    engine = open_engine(here.settings.database_url, here.settings)
    caller = Caller(clinic_id=ids[0], client_id=CONSOLE, scopes=SCOPES)
    work = Work(engine, caller, moment=datetime.now(UTC), request_id="bench", followers=())
    made = [actions.register(work, {"time_zone": "Europe/Rome"}, ()) for _ in range(count)]
    work.commit()
    engine.dispose()
    return made


def quiet(patients: Sequence[UUID], *, first: datetime, each: int) -> Iterator[tuple[UUID, dict[str, Any]]]:
    """Patient and report, the patients in turn, each patient's sessions half a day apart.

    Args:
        patients: whose.
        first: when the first session was.
        each: how many a patient has.
    """
    for number in range(each):
        performed_at = (first + number * HALF_A_DAY).isoformat()
        for patient_id in patients:
            yield patient_id, {"session_id": str(uuid7()), "performed_at": performed_at, **QUIET}
