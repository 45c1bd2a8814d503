"""What comes after the dose in force: a proposal to be signed, worked out from reports of sessions."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple
from uuid import UUID

from api.checks.answers import Judged, answers
from api.clinical.fitt import Part
from api.clinical.in_force import in_force
from api.clinical.lifecycle import State
from api.clinical.movement import Current, NextDose, StepKind
from api.clinical.progression import next_dose
from api.clinical.release import Release
from api.clinical.reports import Reported
from api.database.work import Work
from api.errors import Conflict
from api.prescriptions import queries
from api.prescriptions.documents import doses_of
from api.prescriptions.proposals import reasons
from api.prescriptions.queries import Found
from api.prescriptions.standing import check_now

_OWN = frozenset({"prescription_id", "patient_id", "revision"})
_DAY = timedelta(days=1)


class Step(NamedTuple):
    """What comes after the dose in force.

    Attributes:
        draft: the content of the next revision; None where the numbers stay.
    """

    following: NextDose
    draft: dict[str, Any] | None


def step(work: Work, prescription_id: UUID, in_effect: Found, now: Judged, told: Reported) -> Step:
    """Work out what comes after the dose in force.

    Args:
        work: the work.
        prescription_id: which.
        in_effect: the revision that is in effect.
        now: what is known, and the check of a programme for it.
        told: of the sessions of the prescription.
    """
    release = answers().release
    moves = queries.moves(work, prescription_id)
    current = _current(release, now, in_effect, moves, told.settled_at)
    following = next_dose(release, current, told.reports, now.known.as_of)
    return Step(following, _draft(release, in_effect.document, following, current.open_exercises))


def proposed(work: Work, prescription_id: UUID, told: Reported) -> dict[str, Any]:
    """What comes after the dose that is in force now, as plain data; nothing of it is kept.

    Args:
        work: the work.
        prescription_id: which.
        told: of its sessions; without any report it answers as for somebody who did none.

    Raises:
        NotFound: there is no such prescription.
        Conflict: it is not active, or no revision of it is in effect yet or any more.
    """
    found = queries.prescription(work, prescription_id)
    if found.state is not State.ACTIVE:
        raise Conflict(f"A prescription that is {found.state} has no next dose.")
    now = check_now(work, found.patient_id).judged
    today = now.known.as_of.date()
    in_effect = queries.in_effect(work, prescription_id, today)
    if in_effect is None:
        raise Conflict("No revision of this prescription is in effect yet.")
    if in_effect.ends_on is not None and in_effect.ends_on < today:
        raise Conflict(f"This prescription ended on {in_effect.ends_on}.")
    following, draft = step(work, prescription_id, in_effect, now, told)
    return {
        "prescription_id": prescription_id,
        "revision": in_effect.number,
        "as_of": now.known.as_of,
        "reports_read": len(told.reports),
        **_shown(following),
        "draft": draft,
    }


def _current(
    release: Release, now: Judged, revision: Found, moves: Iterable[Found], settled_at: datetime | None
) -> Current:
    """The dose in force, and what is known of the patient now."""
    as_of = now.known.as_of
    midnight = datetime.combine(revision.effective_from, time.min, as_of.tzinfo)
    return in_force(
        release,
        now.known,
        now.assessment,
        doses_of(revision.document),
        since=max(midnight, revision.signed_at.astimezone(as_of.tzinfo)),
        started_on=revision.started_on,
        ceiling_minutes=revision.document["progression"]["ceiling_minutes"],
        settled_at=settled_at,
        withheld_days=_withheld(moves, as_of.date(), as_of.tzinfo),
    )


def _withheld(moves: Iterable[Found], today: date, zone: tzinfo | None) -> frozenset[date]:
    """The days on which the prescription was on hold, the day of going on not among them."""
    days: set[date] = set()
    since: date | None = None
    for move in moves:
        day = move.at.astimezone(zone).date()
        if move.state is State.ON_HOLD:
            since = day if since is None else since
        elif since is not None:
            days |= {since + _DAY * number for number in range((day - since).days)}
            since = None
    return frozenset(day for day in days if day <= today)


def _shown(following: NextDose) -> dict[str, Any]:
    interval = following.interval
    return {
        "kind": following.kind,
        "doses": asdict(following.doses),
        "changes": [
            {"number": one.field, "before": one.before, "after": one.after, "reasons": reasons(one.why)}
            for one in following.changes
        ],
        "reasons": [
            {"why": reasons([one.why])[0], "report_ids": one.report_ids} for one in following.reasons
        ],
        "tasks": [one._asdict() for one in following.tasks],
        "restrictions": [
            {"tags": sorted(one.tags), "until": one.until, "why": reasons([one.why])[0]}
            for one in following.restrictions
        ],
        "easier_parts": sorted(following.easier_parts),
        "interval": None if interval is None else {"first_day": interval[0], "day_after": interval[1]},
        "attendance_percent": following.attendance_percent,
        "next_review": following.next_review,
        "needs_clinician": following.needs_clinician,
        "first_session_percent": following.first_session_percent,
    }


def _draft(
    release: Release, document: Mapping[str, Any], following: NextDose, open_exercises: frozenset[str]
) -> dict[str, Any] | None:
    """The next revision, to be drafted as it is or changed; none where the numbers stay."""
    if following.kind not in {StepKind.PROGRESS, StepKind.REGRESS}:
        return None
    content = {name: value for name, value in document.items() if name not in _OWN}
    said = " ".join(dict.fromkeys(one.why.sentence for one in following.reasons))
    return {
        **content,
        "effective_from": None,
        "reason": (said or f"The next dose: {following.kind}.")[:2000],
        "doses": asdict(following.doses),
        "items": _items(release, document, following, open_exercises),
    }


def _items(
    release: Release, document: Mapping[str, Any], following: NextDose, open_exercises: frozenset[str]
) -> list[dict[str, Any]]:
    """The exercises: the level of balance that is trained now, and easier forms where the dose went back."""
    by_id = {one.id: one for one in release.exercises}
    before, after = document["doses"]["balance"], following.doses.balance
    levels = {before["level"]: after.level} if before is not None and after is not None else {}
    items: list[dict[str, Any]] = []
    for item in document["items"]:
        exercise_id = levels.get(item["exercise_id"], item["exercise_id"])
        easier = by_id[exercise_id].regress if exercise_id in by_id else None
        if Part(item["part"]) in following.easier_parts and easier in open_exercises:
            exercise_id = easier or exercise_id
        if exercise_id not in {one["exercise_id"] for one in items}:
            items.append({**item, "exercise_id": exercise_id})
    return items
