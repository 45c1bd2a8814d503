"""A session report as progression reads it."""

from collections.abc import Mapping
from datetime import datetime

from api.clinical.fitt import Part
from api.clinical.release import Release
from api.clinical.reports import Report
from api.clinical.session import Item, SessionReport
from api.clinical.session_fields import NumbOrWeak, Symptom, Tern
from api.clinical.triaged import Triage
from api.clinical.vocabulary import Modality

_OF_MODALITY = {
    Modality.AEROBIC: Part.AEROBIC,
    Modality.RESISTANCE: Part.RESISTANCE,
    Modality.BALANCE: Part.BALANCE,
    Modality.FLEXIBILITY: Part.FLEXIBILITY,
    Modality.FUNCTIONAL: Part.FUNCTIONAL,
}
_AEROBIC = frozenset({Part.AEROBIC, Part.FUNCTIONAL})
"""Chores have no dose of their own; their minutes are aerobic."""


def to_progression(
    release: Release,
    report: SessionReport,
    triage: Triage,
    *,
    planned: Mapping[str, Part],
    planned_minutes: int | None = None,
    reps_high: int | None = None,
    received_at: datetime | None = None,
) -> Report:
    """A triaged report as `progression.next_dose` reads it.

    Args:
        release: the knowledge.
        report: the report.
        triage: its triage.
        planned: the part of each exercise of the plan, by exercise; others count by their modality.
        planned_minutes: of aerobic work in one session of the plan.
        reps_high: the upper end of the repetitions of the plan.
        received_at: when it came.
    """
    parts = {item.exercise_id: _part(release, item, planned) for item in report.items}
    done = frozenset(part for part in parts.values() if part is not None)
    strength = [item for item in report.items if parts[item.exercise_id] is Part.RESISTANCE]
    return Report(
        id=str(report.session_id),
        performed_at=report.performed_at,
        status=report.status,
        received_at=received_at,
        parts=done | ({Part.AEROBIC} if done & _AEROBIC else frozenset()),
        minutes=_minutes(report, parts),
        planned_minutes=planned_minutes,
        rpe=report.rpe,
        rpe_scale=None if report.rpe is None else report.rpe_scale,
        level=triage.level,
        pain_after_min=report.pain_after_min,
        pain_parts=done if len(done) == 1 else frozenset(),
        dizziness=Symptom.DIZZINESS in report.symptoms if report.symptoms else None,
        fall=report.fall,
        foot=report.foot_check_after,
        weak_over_48h=_weak(report, triage),
        glucose_min_mg_dl=report.lowest_glucose,
        balance_held=_held(report.balance_held),
        spare_reps=_spare(strength, reps_high),
    )


def _part(release: Release, item: Item, planned: Mapping[str, Part]) -> Part | None:
    if item.exercise_id in planned:
        return planned[item.exercise_id]
    place = release.exercise_positions.get(item.exercise_id)
    return None if place is None else _OF_MODALITY[release.exercises[place].modality]


def _minutes(report: SessionReport, parts: Mapping[str, Part | None]) -> int:
    """Aerobic minutes; all of a session that was nothing else where its exercises name none."""
    aerobic = [item.minutes for item in report.items if parts[item.exercise_id] in _AEROBIC]
    told = [minutes for minutes in aerobic if minutes is not None]
    if told or len(aerobic) < len(report.items):
        return sum(told)
    return 0 if report.skipped else report.duration_min or 0


def _weak(report: SessionReport, triage: Triage) -> bool | None:
    if "weakness" in triage.regressions:
        return True
    told = report.new_numb_or_weak
    return None if told is None else told is NumbOrWeak.WEAK_OVER_48H


def _held(told: Tern | None) -> bool | None:
    return None if told is None or told is Tern.UNKNOWN else told is Tern.YES


def _spare(strength: list[Item], reps_high: int | None) -> int | None:
    """Repetitions above the range in every strength exercise; not told of one is not told."""
    told = [item.reps for item in strength if item.reps is not None]
    if reps_high is None or not told or len(told) < len(strength):
        return None
    return max(min(told) - reps_high, 0)
