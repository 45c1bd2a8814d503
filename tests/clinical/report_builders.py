"""Reports for tests of triage: the base report with some fields changed, and what is known beside it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from api.clinical.knowledge import library
from api.clinical.session import SessionReport
from api.clinical.session_context import Context
from api.clinical.session_fields import BY_NAME
from api.clinical.trends import past
from api.clinical.triage import triage

RELEASE = library.load()
TABLES = RELEASE.triaging
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
_SPACE = UUID("7a1e0000-0000-4000-8000-000000000000")
TARGET = 12
"""The upper target of exertion on the scale 6-20; that is 5 on the scale from 0 to 10."""

BASE = {
    "status": "done",
    "reporter": "patient",
    "symptoms": ["none"],
    "symptoms_resolved_10min": "yes",
    "new_numb_or_weak": "none",
    "sys_pre": 130,
    "sys_peak": 160,
    "dia_peak": 85,
    "sys_post": 128,
    "sys_standing_post": 122,
    "fall": "none",
    "glucose_pre": 140,
    "foot_check_after": "clear",
    "pain_after_min": 30,
    "pain_peak": 4,
    "pain_pre": 3,
    "muscle_soreness_h": 12,
    "footwear_worn": "yes",
    "rpe": 5,
    "rpe_scale": "0-10",
    "talk_test": "can-talk-not-sing",
    "fatigue_next_day": 3,
}
KNOWN = {
    "on_anticoagulant": "no",
    "insulin_or_secretagogue": "no",
    "autonomic": "no",
    "foot_at_risk": "yes",
    "diabetes_10_years": "no",
    "lops_and_pad": "no",
    "iwgdf_1": "yes",
    "intensity_planned": "moderate",
    "rpe_high": TARGET,
}


def reported(at=NOON, *, name=None, **changes):
    """The base report at a time, with some fields changed; a list of words is a set."""
    values = {**BASE, **changes}
    for field, told in values.items():
        closed = BY_NAME[field].choices
        if closed is not None and told is not None:
            values[field] = frozenset(map(closed, told)) if field == "symptoms" else closed(told)
    return SessionReport(session_id=uuid5(_SPACE, name or at.isoformat()), performed_at=at, **values)


def known(**changes):
    """What is known of the base patient, with some of it changed; None is unknown."""
    return Context(**{**KNOWN, **changes})


def judged(earlier=(), *, context=None, **changes):
    """The triage of the base report with some fields changed."""
    return triage(RELEASE, reported(**changes), context or known(), earlier)


def found(answer):
    """The findings, by rule."""
    return {one.rule.id: one for one in answer.fired}


def in_turn(release, reports):
    """All reports of one patient triaged by the time of the sessions, in whatever order they came."""
    earlier, answers = [], {}
    for report, about in sorted(reports, key=lambda one: (one[0].performed_at, str(one[0].session_id))):
        answer = triage(release, report, about, earlier)
        earlier.append(past(report, answer))
        answers[str(report.session_id)] = (report, answer)
    return answers
