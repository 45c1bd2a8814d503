"""The plan of a patient today: what counts, what is paused and why, what to ask, and when it changes."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from api.checks.actions import Made
from api.checks.answers import Judged, answers
from api.clinical.ageing import next_change
from api.clinical.day_questions import day_questions
from api.clinical.lifecycle import State
from api.clinical.locks import Lock
from api.database.work import Work
from api.prescriptions import gate
from api.prescriptions.plans import queries, spoken
from api.prescriptions.plans.basis import RUNNING, Basis, Locks, basis
from api.prescriptions.plans.items import Items, ItemState, items
from api.prescriptions.queries import Found
from api.prescriptions.standing import check_now
from api.prescriptions.wording import Language, Words, language_of, wording

_DAY = timedelta(days=1)


class PlanStatus(StrEnum):
    """Whether a plan counts today."""

    NONE = "none"
    NOT_STARTED = "not-started"
    IN_FORCE = "in-force"
    PAUSED = "paused"
    NEEDS_REVIEW = "needs-review"
    ON_HOLD = "on-hold"
    ENDED = "ended"


def plan(work: Work, patient_id: UUID, language: Language | None, locks: Locks) -> dict[str, Any]:
    """What a patient may do today, as plain data; it writes nothing.

    The check is made anew, because what was stored of the last one may be overdue: what nobody has looked at
    again never reads as safe.

    Args:
        work: the work.
        patient_id: whose.
        language: of the sentences; None for that of the patient.
        locks: finds what reports of sessions have closed.

    Raises:
        NotFound: there is no such patient.
    """
    prescribed = queries.prescribed(work, patient_id)
    words = wording(language or language_of(prescribed.language))
    if prescribed.id is None or prescribed.state not in RUNNING:
        return _without_plan(work, patient_id, prescribed, words)
    made = check_now(work, patient_id)
    rests_on = basis(work, prescribed, made.judged.known)
    closed = [one for one in locks(work, patient_id) if one.counts(work.moment)]
    told = _told(words, rests_on, made, closed)
    return {**_head(patient_id, rests_on.as_of, words), **told}


def _told(words: Words, rests_on: Basis, made: Made, closed: Sequence[Lock]) -> dict[str, Any]:
    """The plan of a prescription that runs, or that is on hold."""
    now = made.judged
    document = rests_on.shown.document
    shown = items(words, document, rests_on, now, closed)
    status = _status(rests_on, now, shown)
    if status is PlanStatus.ENDED:
        shown = Items(entries=(), rules=())
    return {
        "status": status,
        "reason": _reason(words, status, rests_on, shown),
        **_version(rests_on),
        "week": None if rests_on.over else rests_on.week,
        **_times(rests_on.as_of, _changes_at(rests_on, made, closed)),
        "items": [one.shown for one in shown.entries],
        **(spoken.doses(words, document, rests_on.week) if shown.entries else spoken.NO_DOSES),
        "stop_signs": spoken.stop_signs(words),
        "questions": _questions(words, now, shown, status),
        "advice": spoken.advice(words, now, shown.rules),
    }


def _without_plan(work: Work, patient_id: UUID, prescribed: Found, words: Words) -> dict[str, Any]:
    """The answer where nothing signed counts any more, or yet."""
    as_of = work.moment.astimezone(ZoneInfo(prescribed.time_zone))
    status = PlanStatus.NONE if prescribed.id is None else PlanStatus.ENDED
    return {
        **_head(patient_id, as_of, words),
        "status": status,
        "reason": words.say("plan", status.value),
        "prescription_id": prescribed.id,
        "version": None,
        "started_on": None,
        "ends_on": None,
        "week": None,
        **_times(as_of, None),
        "items": [],
        **spoken.NO_DOSES,
        "stop_signs": spoken.stop_signs(words),
        "questions": [],
        "advice": [],
    }


def _head(patient_id: UUID, as_of: datetime, words: Words) -> dict[str, Any]:
    return {
        "patient_id": patient_id,
        "as_of_local_date": as_of.date(),
        "time_zone": str(as_of.tzinfo),
        "language": words.language,
        "words_review_status": words.review_status,
        "knowledge": answers().knowledge,
    }


def _version(rests_on: Basis) -> dict[str, Any]:
    revision = rests_on.shown
    return {
        "prescription_id": rests_on.prescription_id,
        "version": {
            "revision": revision.number,
            "sha256": revision.sha256,
            "signed_at": revision.signed_at,
            "effective_from": revision.effective_from,
        },
        "started_on": revision.started_on,
        "ends_on": revision.ends_on,
    }


def _status(rests_on: Basis, now: Judged, shown: Items) -> PlanStatus:
    """What stands against the plan, the widest first."""
    if rests_on.over:
        return PlanStatus.ENDED
    if rests_on.state is State.ON_HOLD:
        return PlanStatus.ON_HOLD
    if now.assessment.decision in gate.NO_DOSE:
        return PlanStatus.NEEDS_REVIEW
    if rests_on.revision is None:
        return PlanStatus.NOT_STARTED
    return PlanStatus.PAUSED if shown.closed else PlanStatus.IN_FORCE


def _reason(words: Words, status: PlanStatus, rests_on: Basis, shown: Items) -> str:
    if status is PlanStatus.NOT_STARTED:
        return words.say("plan", status.value, day=words.day(rests_on.coming[0].effective_from))
    if status is PlanStatus.PAUSED and not any(one.state is ItemState.OPEN for one in shown.entries):
        return words.say("plan", "all-paused")
    return words.say("plan", status.value)


def _questions(words: Words, now: Judged, shown: Items, status: PlanStatus) -> list[dict[str, Any]]:
    """What to ask before a session of what is open today; nothing where no session may be begun."""
    if status not in {PlanStatus.IN_FORCE, PlanStatus.PAUSED}:
        return []
    release = answers().release
    open_today = [one.exercise_id for one in shown.entries if one.state is ItemState.OPEN]
    return [spoken.question(words, release, one) for one in day_questions(release, now.known, open_today)]


def _changes_at(rests_on: Basis, made: Made, locks: Iterable[Lock]) -> datetime | None:
    """The next moment at which the plan may change by itself; None where nothing is due."""
    ends = [rests_on.midnight(one.effective_from) for one in rests_on.coming]
    if not rests_on.over:
        change = next_change(answers().release, made.judged.known, made.question.observations)
        ends += [change] if change is not None else []
        ends += [one.expires_at for one in made.question.clearances]
        ends += [one.expires_at for one in rests_on.overrides]
        ends += [one.until for one in locks if one.until is not None]
        if rests_on.week is not None:
            ends.append(rests_on.midnight(rests_on.begins(rests_on.week + 1)))
        if rests_on.revision is not None and rests_on.revision.ends_on is not None:
            ends.append(rests_on.midnight(rests_on.revision.ends_on + _DAY))
    return min((one for one in ends if one > rests_on.as_of), default=None)


def _times(as_of: datetime, changes_at: datetime | None) -> dict[str, Any]:
    """Until when the answer holds: its day at the longest."""
    midnight = datetime.combine(as_of.date() + _DAY, time.min, as_of.tzinfo)
    until = midnight if changes_at is None else min(midnight, changes_at.astimezone(as_of.tzinfo))
    return {
        "valid_until": until,
        "next_change_at": None if changes_at is None else changes_at.astimezone(as_of.tzinfo),
    }
