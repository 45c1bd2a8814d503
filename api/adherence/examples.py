"""Documented examples, worked out by the medicine from a week of five sessions of twenty minutes."""

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from api.adherence import answers, rows
from api.adherence.history import History
from api.adherence.lists import Line, Period
from api.adherence.pages import Event, Page
from api.clinical.adherence import adherence, band
from api.clinical.adherence_weeks import weeks
from api.clinical.counted import EvidenceLevel, Session
from api.clinical.fitt import Part
from api.clinical.knowledge import library
from api.clinical.opened import opened
from api.clinical.plan_versions import PlannedLine, PlanVersion
from api.clinical.reports import ReportLevel, SessionStatus
from api.clinical.week_counts import week_counts

_PATIENT = UUID("019a9c51-3c4d-7e5f-8a6b-7c8d9e0f1a2b")
_PRESCRIPTION = UUID("019a9c54-8a10-7c3e-9b21-5d6f7a8b9c0d")
_PRACTITIONER = UUID("019a9c50-1f2e-7a3b-8c4d-5e6f7a8b9c0d")
_FIRST, _LAST = date(2025, 11, 20), date(2025, 11, 26)
_SESSIONS = tuple(UUID(f"019a9c6{place}-3c4d-7e5f-8a6b-7c8d9e0f1a2b") for place in range(4))
_TABLES = library.load().counting
_PLAN = (
    PlanVersion(
        prescription=str(_PRESCRIPTION),
        number=1,
        first=_FIRST,
        last=None,
        lines={Part.AEROBIC: PlannedLine(per_week=5, seconds=1200)},
    ),
)


def _session(place: int, status: SessionStatus, **told: Any) -> Session:
    day = _FIRST + timedelta(days=place)
    return Session(
        id=str(_SESSIONS[place]),
        day=day,
        began=datetime.combine(day, time(9), UTC),
        status=status,
        evidence=EvidenceLevel.SELF_REPORT,
        **told,
    )


_TOLD = (
    _session(0, SessionStatus.DONE, seconds={Part.AEROBIC: 1200}),
    _session(1, SessionStatus.DONE, seconds={Part.AEROBIC: 1500}),
    _session(2, SessionStatus.PARTIAL, seconds={Part.AEROBIC: 600}),
    _session(3, SessionStatus.SKIPPED, skip_reason="pain"),
)


def _page() -> Page:
    window = {"first": _FIRST, "last": _LAST}
    counts = week_counts(_TABLES, _PLAN, (), _TOLD, **window)
    history = History(
        patient_id=_PATIENT,
        zone=ZoneInfo("Europe/Rome"),
        today=_LAST,
        signed=(),
        signer=_PRACTITIONER,
        spells=(),
        pauses=(),
    )
    return Page(
        patient_id=_PATIENT,
        today=_LAST,
        **window,
        absent=None,
        history=history,
        counts=counts,
        numbers=adherence(_TABLES, counts, _LAST),
        weeks=weeks(_TABLES, counts, _LAST),
        opened=opened(_TABLES, _PLAN, (), _TOLD, **window, today=_LAST),
        events=[Event(_FIRST, ReportLevel.WATCH, ["rep-rpe-over"], _SESSIONS[0])],
        last_contact=_LAST - timedelta(days=3),
    )


def _as_json(data: Any) -> Any:
    return orjson.loads(orjson.dumps(data))


def _row() -> dict[str, Any]:
    sums = _PAGE.numbers.total.sums
    found = SimpleNamespace(
        id=_PATIENT,
        family="Rossi",
        given=["Anna"],
        prescription_id=_PRESCRIPTION,
        practitioner_id=_PRACTITIONER,
        plan_first=_FIRST,
        plan_last=None,
        first=_FIRST,
        last=_LAST,
        today=_LAST + timedelta(days=1),
        last_contact=_PAGE.last_contact,
        reasons=[dict(_PAGE.numbers.total.reasons)],
        band=band(_TABLES, sums, 7),
        **sums._asdict(),
    )
    read: dict[str, Any] = _as_json(rows.row(found, Line.ALL))  # type: ignore[arg-type]  # stands for a row
    return read


_PAGE = _page()
PATIENT: dict[str, Any] = _as_json(answers.of_page(_PAGE, Period.WEEK))
_EVERY = answers.behind(_PAGE, line=Line.ALL, number=None, evidence=None, skip_reason=None)
SESSIONS: dict[str, Any] = _as_json({"patient_id": _PATIENT, "from": _FIRST, "to": _LAST, "items": _EVERY})
PANEL: dict[str, Any] = {"items": [_row()], "next": None}
