"""Doses that go on by themselves: the next one is applied where it keeps what a practitioner signed."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from api.alerts.actions import Cause, CauseKind, raise_alert, settle
from api.checks.actions import Made, keep
from api.checks.answers import answers
from api.clinical.lifecycle import Actor, Move, State
from api.clinical.movement import StepKind
from api.clinical.reports import Reported, ReportLevel
from api.database.work import Work
from api.database.worker import Task
from api.prescriptions import bounds, conditions, documents, gate, queries
from api.prescriptions.actions import Change, note_move, transition
from api.prescriptions.due import task as due_task
from api.prescriptions.gate import Safety
from api.prescriptions.next_doses import Step, step
from api.prescriptions.queries import Found
from api.prescriptions.rechecks import reevaluate
from api.prescriptions.signing import freeze
from api.prescriptions.standing import check_now
from api.prescriptions.tables import Prescription

Reports = Callable[[Work, UUID], Reported]
"""What was told of the sessions of a prescription."""
_TOMORROW = timedelta(days=1)


def task(reports: Reports) -> Task:
    """What the worker does with prescriptions whose dose goes on by itself.

    Args:
        reports: what was told of their sessions.
    """
    return due_task(
        "prescriptions-going-on", going_on, lambda work, patient_id: go_on(work, patient_id, reports)
    )


def going_on(moment: datetime) -> ColumnElement[bool]:
    """Prescriptions of which an interval is over; after the last check, so that none is made before it."""
    return (
        (Prescription.state == State.ACTIVE)
        & (Prescription.step_due_at <= moment)
        & (Prescription.checked_at <= moment)
    )


def go_on(work: Work, patient_id: UUID, reports: Reports) -> int:
    """Apply the next dose of what a patient is prescribed, once; the caller stands in the patient's queue.

    What was missed is not made up for: however late it is, there is one step, from what was done last.

    Returns:
        How many prescriptions were looked at.
    """
    found = work.db.scalars(
        select(Prescription)
        .where(
            Prescription.clinic_id == work.clinic_id,
            Prescription.patient_id == patient_id,
            going_on(work.moment),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for one in found:
        made = check_now(work, patient_id)
        next_look = _look(work, one, made, reports)
        work.db.execute(
            update(Prescription)
            .where(Prescription.clinic_id == work.clinic_id, Prescription.id == one.id)
            .values(step_due_at=next_look)
            .execution_options(synchronize_session=False)
        )
    return len(found)


class _Next(NamedTuple):
    """A step, and the documents before it, of its bounds and after it."""

    step: Step
    in_effect: Found
    bounds: Found
    document: documents.Document | None


def _look(work: Work, found: Prescription, made: Made, reports: Reports) -> datetime | None:
    """Do what the reports say of a prescription; when to look again, None if never."""
    as_of = made.judged.known.as_of
    in_effect = queries.in_effect(work, found.id, as_of.date())
    tomorrow = as_of.date() + _TOMORROW
    if in_effect is None or in_effect.number != found.revision:
        return datetime.combine(tomorrow, time.min, as_of.tzinfo)  # what was signed last has not begun
    if in_effect.ends_on is not None and in_effect.ends_on < as_of.date():
        return None
    number = in_effect.within or in_effect.number
    signed = in_effect if number == in_effect.number else queries.revision(work, found.id, number)
    following = step(work, found.id, in_effect, made.judged, reports(work, found.id))
    new = _Next(following, in_effect, signed, _document(found, following))
    if following.following.kind is not StepKind.HOLD:
        refusals = _refusals(found, new, made)
        if refusals:
            _propose(work, found, new, refusals)
        else:
            _apply(work, found, new, made)
    review = max(following.following.next_review, tomorrow)
    return datetime.combine(review, time.min, as_of.tzinfo)


def _document(found: Prescription, following: Step) -> documents.Document | None:
    """The next revision; an override is a clinician's alone, so none comes with it."""
    if following.draft is None:
        return None
    content = {**following.draft, "overrides": []}
    return documents.document(found.id, found.patient_id, found.revision + 1, content)


def _refusals(found: Prescription, new: _Next, made: Made) -> list[str]:
    """Why a step is not for the service to make, a sentence each."""
    if new.document is None or new.step.following.needs_clinician:
        return [f"It says {new.step.following.kind}, which is for a clinician."]
    refusals = bounds.beyond_bounds(answers().release, new.bounds.document, new.document)
    if found.draft is not None:
        refusals.append("Another draft waits for a signature.")
    verdict = gate.verdict(made.judged.assessment, documents.exercise_ids(new.document), ())
    if verdict.safety is not Safety.SAFE:
        refusals.append(f"The check says {verdict.decision}.")
    refusals += [f"{one.exercise_id}: the check says {one.status}." for one in verdict.blocked]
    already = new.in_effect.document
    refusals += [one.detail for one in conditions.unexplained(new.document, made.judged, signed=already)]
    return refusals


def _apply(work: Work, found: Prescription, new: _Next, made: Made) -> None:
    """Let the next dose count from today on."""
    transition(found, Move.AMEND, Actor.ENGINE)
    document = new.document or {}
    freeze(
        work,
        found,
        document,
        sha256=documents.sha256(document),
        practitioner_id=None,
        within_revision=new.bounds.number,
        effective_from=made.file.as_of.date(),
        changes=documents.changes(new.in_effect.document, document),
        check_id=keep(work, found.patient_id, made)["id"],
    )
    found.revision = document["revision"]
    note_move(work, found, Move.AMEND, State.ACTIVE, Change(practitioner_id=None, reason=document["reason"]))
    work.db.flush()
    reevaluate(work, found, made)
    because = "A later dose was applied within what is signed."
    settle(work, found.patient_id, CauseKind.PROGRESSION, found.id, because=because)


def _propose(work: Work, found: Prescription, new: _Next, refusals: list[str]) -> None:
    """Leave a step as a proposal, and put it before a clinician."""
    following = new.step.following
    onwards = following.kind is StepKind.PROGRESS
    detail: dict[str, Any] = {
        "kind": following.kind,
        "revision": new.in_effect.number,
        "not_applied_because": refusals,
        "changes": [
            {"number": one.field, "before": one.before, "after": one.after} for one in following.changes
        ],
        "reasons": [one.why.sentence for one in following.reasons],
        "tasks": [one._asdict() for one in following.tasks],
    }
    cause = Cause(
        kind=CauseKind.PROGRESSION,
        level=ReportLevel.WATCH if onwards else ReportLevel.REVIEW,
        subject="prescription",
        subject_id=found.id,
        title=f"Prescription: the next dose ({following.kind}) waits for a clinician.",
        detail=detail,
    )
    raise_alert(work, found.patient_id, cause)
