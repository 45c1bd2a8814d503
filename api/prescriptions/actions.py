"""What changes prescriptions, apart from the signature."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from api.access.queries import named_practitioner
from api.clinical.lifecycle import Actor, ActorRefused, Condition, Move, MoveRefused, State, Transition, moved
from api.database.base import uuid7
from api.database.outbox import EventName
from api.database.work import Aspect, Work
from api.errors import Conflict, NotEntitled, StaleVersion, invalid
from api.patients.observations.recording import queue_at
from api.prescriptions import conditions, documents, queries
from api.prescriptions.gate import Safety
from api.prescriptions.rechecks import CHECKED, settled
from api.prescriptions.rechecks import recheck as check_again
from api.prescriptions.standing import check_now
from api.prescriptions.tables import Prescription, PrescriptionMove

_ACTS = {
    Move.SIGN: "prescription.signed",
    Move.HOLD: "prescription.held",
    Move.RESUME: "prescription.resumed",
    Move.STOP: "prescription.stopped",
    Move.COMPLETE: "prescription.completed",
    Move.AMEND: "prescription.progressed",
    Move.SUPERSEDE: "prescription.superseded",
    Move.DISCARD: "prescription.discarded",
}
_TOLD = {
    Move.SIGN: EventName.PRESCRIPTION_SIGNED,
    Move.HOLD: EventName.PRESCRIPTION_HELD,
    Move.RESUME: EventName.PRESCRIPTION_RESUMED,
    Move.STOP: EventName.PRESCRIPTION_STOPPED,
    Move.COMPLETE: EventName.PRESCRIPTION_COMPLETED,
    Move.AMEND: EventName.PRESCRIPTION_PROGRESSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Who changes the state of a prescription, and why.

    Attributes:
        practitioner_id: None where a system does it by itself, which it may only where that is safe.
    """

    practitioner_id: UUID | None
    reason: str | None = None


def draft(work: Work, patient_id: UUID, content: Mapping[str, Any]) -> UUID:
    """Draft a prescription.

    Args:
        work: the work.
        patient_id: whose.
        content: what is to be prescribed.

    Raises:
        NotFound: there is no such patient.
        Invalid: a dose above what the patient's class allows, without a reason; an override by nobody.
    """
    prescription_id = uuid7()
    document = documents.document(prescription_id, patient_id, 1, content)
    conditions.refuse_unexplained(document, check_now(work, patient_id).judged)
    conditions.refuse_strangers(work, document["overrides"])
    work.db.add(
        Prescription(
            clinic_id=work.clinic_id,
            id=prescription_id,
            patient_id=patient_id,
            client_id=work.caller.client_id,
            created_at=work.moment,
            updated_at=work.moment,
            state=State.DRAFT,
            revision=0,
            draft=document,
            draft_sha256=documents.sha256(document),
            safety=None,
            paused=[],
        )
    )
    work.db.flush()
    work.record("prescription.drafted", "prescription", prescription_id)
    return prescription_id


def redraft(work: Work, prescription_id: UUID, content: Mapping[str, Any], *, version: int) -> None:
    """Replace the draft of a prescription; of a signed one it is the draft of its next revision.

    Args:
        work: the work.
        prescription_id: which.
        content: what is to be prescribed.
        version: the one that the caller read.

    Raises:
        NotFound: there is no such prescription.
        StaleVersion: someone else changed it first.
        Conflict: its state takes no draft.
        Invalid: a dose without a reason that needs one; a change without a reason; an override by nobody.
    """
    found = held(work, prescription_id)
    if found.version != version:
        raise StaleVersion(f"The present version is {found.version}.")
    transition(found, Move.EDIT if found.revision == 0 else Move.AMEND, Actor.SYSTEM)
    if found.revision and content["reason"] is None:
        raise invalid("/reason", "A signed prescription is changed for a reason.", "required")
    document = documents.document(prescription_id, found.patient_id, found.revision + 1, content)
    now = check_now(work, found.patient_id).judged
    conditions.refuse_unexplained(document, now, signed=last_signed(work, found))
    conditions.refuse_strangers(work, document["overrides"])
    found.draft, found.draft_sha256 = document, documents.sha256(document)
    found.updated_at = work.moment
    work.db.flush()
    work.record("prescription.redrafted", "prescription", prescription_id)


def change_state(work: Work, prescription_id: UUID, move: Move, change: Change) -> None:
    """Hold, resume, stop, complete or discard a prescription.

    Raises:
        NotFound: there is no such prescription.
        Conflict: its state does not allow the move, or, to resume, the check does not.
        NotEntitled: the move is not for who makes it.
        Invalid: there is no such member of staff, or a reason is missing.
    """
    found = held(work, prescription_id)
    step = transition(found, move, _actor(work, change))
    if Condition.REASON in step.needs and change.reason is None:
        raise invalid("/reason", "This needs a reason.", "required")
    if Condition.NO_OTHER_ACTIVE in step.needs:
        conditions.refuse_second(work, found)
    note_move(work, found, move, step.target, change)
    work.db.flush()
    if step.target in {State.STOPPED, State.COMPLETED} and found.safety is not Safety.SAFE:
        settled(work, found, f"The prescription is {step.target}.")
    if Condition.CURRENT_CHECK in step.needs:
        _refuse_unsafe(work, found)


def recheck(work: Work, prescription_id: UUID) -> None:
    """Check what is signed of a prescription against what is on file now, and keep what that means.

    Raises:
        NotFound: there is no such prescription.
        Conflict: nothing of it is signed, or it has ended.
    """
    found = held(work, prescription_id)
    if found.state not in CHECKED:
        raise Conflict(f"A prescription that is {found.state} is not checked.")
    check_again(work, found)


def held(work: Work, prescription_id: UUID) -> Prescription:
    """A prescription that nobody else changes until the end of the work.

    The queue of the patient's facts comes first, everywhere: then no fact comes between check and signature,
    and two works never wait for each other.

    Raises:
        NotFound: there is none.
    """
    patient_id = work.db.scalar(
        select(Prescription.patient_id).where(
            Prescription.clinic_id == work.clinic_id, Prescription.id == prescription_id
        )
    )
    if patient_id is None:
        raise queries.no_such_prescription()
    queue_at(work, patient_id)
    return work.db.scalars(
        select(Prescription)
        .where(Prescription.clinic_id == work.clinic_id, Prescription.id == prescription_id)
        .with_for_update()
    ).one()


def last_signed(work: Work, found: Prescription) -> documents.Document | None:
    """The document of the last signed revision; none before the first."""
    if not found.revision:
        return None
    document: documents.Document = queries.revision(work, found.id, found.revision).document
    return document


def transition(found: Prescription, move: Move, actor: Actor) -> Transition:
    """The step that a move is from the state of a prescription.

    Raises:
        Conflict: there is none.
        NotEntitled: another has to make it.
    """
    try:
        return moved(found.state, move, actor)
    except MoveRefused as refused:
        raise Conflict(str(refused)) from None
    except ActorRefused as refused:
        raise NotEntitled(str(refused)) from None


def _actor(work: Work, change: Change) -> Actor:
    if change.practitioner_id is None:
        return Actor.SYSTEM
    practitioner = named_practitioner(work, change.practitioner_id)
    return Actor.PRESCRIBER if practitioner.may_sign else Actor.PRACTITIONER


def _refuse_unsafe(work: Work, found: Prescription) -> None:
    """Refuse to go on with what the check of now does not let through."""
    (standing,) = check_again(work, found)
    document = queries.revision(work, found.id, found.revision).document
    conditions.refuse_unsafe(document, standing.decision, standing.blocked)


def note_move(work: Work, found: Prescription, move: Move, state: State, change: Change) -> None:
    """Bring a prescription into a state, and keep who did it and why."""
    found.state = state
    found.updated_at = work.moment
    work.db.execute(
        insert(PrescriptionMove).values(
            clinic_id=work.clinic_id,
            id=uuid7(),
            prescription_id=found.id,
            move=move,
            state=state,
            at=work.moment,
            practitioner_id=change.practitioner_id,
            client_id=work.caller.client_id,
            reason=change.reason,
        )
    )
    work.record(_ACTS[move], "prescription", found.id, practitioner_id=change.practitioner_id)
    if move in _TOLD:
        work.tell(_TOLD[move], "prescription", found.id, patient_id=found.patient_id)
        work.affects(found.patient_id, Aspect.PRESCRIPTION, since=work.yesterday)
