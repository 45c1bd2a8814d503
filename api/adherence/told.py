"""What was told of sessions, as adherence counts it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text

from api.adherence.plans import Signed
from api.clinical.counted import EvidenceLevel, Session
from api.clinical.fitt import Part, RpeScale
from api.clinical.knowledge import library
from api.clinical.release import Release
from api.clinical.reports import SessionStatus
from api.clinical.vocabulary import Modality
from api.database.work import Work

CHECK = "check:"
"""Before the id of a check that withheld a session; other ids are those of reports."""
_OVER_DOSE = frozenset({"rep-rpe-over", "trend-steps"})
"""Findings that say that more was done than planned: exertion above the target, steps above the ceiling."""
_PART_OF = {
    Modality.AEROBIC: Part.AEROBIC,
    Modality.RESISTANCE: Part.RESISTANCE,
    Modality.BALANCE: Part.BALANCE,
    Modality.FLEXIBILITY: Part.FLEXIBILITY,
    Modality.FUNCTIONAL: Part.AEROBIC,
}
_MINUTE = 60

_COLUMNS = """r.patient_id, r.id, r.received_at, r.performed_at, r.local_date, r.status, r.skip_reason,
    r.evidence, r.prescription_id, r.items, r.minutes, r.rpe, r.rpe_scale, r.rules, r.level, r.link_group"""
_TOLD = text(f"""
WITH asked AS (
    SELECT * FROM unnest(CAST(:patients AS uuid[]), CAST(:firsts AS date[]), CAST(:lasts AS date[]))
        AS a(patient_id, first, last))
SELECT false AS is_check, {_COLUMNS}
FROM asked
JOIN session_reports r ON r.clinic_id = :clinic_id AND r.patient_id = asked.patient_id
    AND r.local_date BETWEEN asked.first AND asked.last
WHERE r.withdrawn_at IS NULL
UNION ALL
SELECT true, c.patient_id, c.id, c.at, c.at, c.local_date, 'skipped', c.withheld,
    'self-report', NULL, '[]', NULL, NULL, NULL, '{{}}', 'ok', NULL
FROM (
    SELECT DISTINCT ON (k.patient_id, k.local_date) k.patient_id, k.id, k.at, k.local_date, k.withheld
    FROM asked
    JOIN pre_session_checks k ON k.clinic_id = :clinic_id AND k.patient_id = asked.patient_id
        AND k.local_date BETWEEN asked.first AND asked.last
    ORDER BY k.patient_id, k.local_date, k.id DESC) AS c
WHERE c.withheld IS NOT NULL
""")  # noqa: S608 put together of constants
_MEMBERS = text(f"""
SELECT false AS is_check, {_COLUMNS}
FROM unnest(CAST(:patients AS uuid[]), CAST(:groups AS uuid[])) AS asked(patient_id, link_group)
JOIN session_reports r ON r.clinic_id = :clinic_id AND r.patient_id = asked.patient_id
    AND r.link_group = asked.link_group
WHERE r.withdrawn_at IS NULL
""")  # noqa: S608 put together of constants

Window = tuple[date, date]
Found = Row[*tuple[Any, ...]]
Parts = Mapping[tuple[UUID | None, str], Part]
"""Of which line an exercise is in a prescription."""


def told(work: Work, windows: Mapping[UUID, Window]) -> dict[UUID, list[Found]]:
    """What was told of these days of these patients, with all that is of one session, the oldest first.

    That are the reports that nobody withdrew, and the last check of each day if it withheld the session.
    """
    asked = {
        "clinic_id": work.clinic_id,
        "patients": list(windows),
        "firsts": [first for first, _ in windows.values()],
        "lasts": [last for _, last in windows.values()],
    }
    found = {one.id: one for one in work.db.execute(_TOLD, asked)}
    groups = {(one.patient_id, one.link_group) for one in found.values() if one.link_group is not None}
    if groups:
        patients, named = zip(*sorted(groups), strict=True)
        asked = {"clinic_id": work.clinic_id, "patients": list(patients), "groups": list(named)}
        found |= {one.id: one for one in work.db.execute(_MEMBERS, asked)}
    by_patient: dict[UUID, list[Found]] = {}
    for one in sorted(found.values(), key=lambda one: (one.performed_at, one.id)):
        by_patient.setdefault(one.patient_id, []).append(one)
    return by_patient


def sessions(told: Iterable[Found], signed: Iterable[Signed], zone: ZoneInfo) -> list[Session]:
    """Reports and checks of a patient as the medicine counts them.

    Args:
        told: reports that count, and checks that withheld a session.
        signed: all that was ever signed for the patient: it says of which line an exercise is.
        zone: the zone of the patient.
    """
    parts = parts_of(signed)
    release = library.load()
    return [_refused(one) if one.is_check else _session(release, one, parts, zone) for one in told]


def parts_of(signed: Iterable[Signed]) -> Parts:
    """Of which line an exercise is, by all that was ever signed for the patient."""
    return {
        (one.prescription_id, item["exercise_id"]): Part(item["part"]) for one in signed for item in one.items
    }


def _session(release: Release, told: Found, parts: Parts, zone: ZoneInfo) -> Session:
    lines = [(line_of(release, told, parts, item["exercise_id"]), item.get("minutes")) for item in told.items]
    heard = told.received_at.astimezone(zone).date()
    planned = told.prescription_id is not None
    return Session(
        id=str(told.id),
        day=told.local_date,
        began=told.performed_at,
        status=SessionStatus(told.status),
        evidence=EvidenceLevel(told.evidence),
        seconds=_seconds(lines, told.minutes),
        total_seconds=None if told.minutes is None else _MINUTE * told.minutes,
        skip_reason=told.skip_reason,
        rpe=told.rpe,
        rpe_scale=None if told.rpe is None else RpeScale(told.rpe_scale),
        planned=planned,
        mets=None if planned else _mets(release, told.items),
        over_dose=not _OVER_DOSE.isdisjoint(told.rules),
        group=None if told.link_group is None else str(told.link_group),
        contact=heard if heard > told.local_date else None,
    )


def _refused(check: Found) -> Session:
    """A check names no line: what it withheld is of the leading one."""
    return Session(
        id=f"{CHECK}{check.id}",
        day=check.local_date,
        began=check.performed_at,
        status=SessionStatus.SKIPPED,
        evidence=EvidenceLevel.SELF_REPORT,
        skip_reason=check.skip_reason,
        withheld=True,
    )


def line_of(release: Release, told: Found, parts: Parts, exercise_id: str) -> Part:
    """The line of an exercise: that in the prescription acted on, else of its kind; chores are aerobic."""
    part = parts.get((told.prescription_id, exercise_id))
    if part is not None:
        return Part.AEROBIC if part is Part.FUNCTIONAL else part
    place = release.exercise_positions.get(exercise_id)
    return Part.AEROBIC if place is None else _PART_OF[release.exercises[place].modality]


def _seconds(lines: Sequence[tuple[Part, int | None]], minutes: int | None) -> dict[Part, int | None]:
    """The time of each line: that of its exercises; all of the session where it was of one line alone."""
    found: dict[Part, int | None] = {}
    for line in dict.fromkeys(line for line, _ in lines):
        told = [length for other, length in lines if other is line]
        known = [length for length in told if length is not None]
        alone = len(told) == len(lines)
        if alone and len(known) < len(told) and minutes is not None:
            found[line] = _MINUTE * minutes
        else:
            found[line] = _MINUTE * sum(known) if known else None
    return found


def _mets(release: Release, items: Iterable[Mapping[str, Any]]) -> float | None:
    """How hard activity outside the plan was at its least; None where an exercise is not known."""
    places = [release.exercise_positions.get(item["exercise_id"]) for item in items]
    if not places or None in places:
        return None
    return min(release.exercises[place].met for place in places if place is not None)
