"""The signature: it freezes a revision, if the check lets it through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from api.alerts.actions import CauseKind, settle
from api.checks.actions import keep
from api.checks.answers import Judged
from api.clinical.lifecycle import Actor, Condition, Move
from api.database.base import uuid7
from api.database.work import Work
from api.errors import Conflict
from api.prescriptions import conditions, documents, gate
from api.prescriptions.actions import Change, held, last_signed, note_move, transition
from api.prescriptions.handouts import codes
from api.prescriptions.rechecks import reevaluate
from api.prescriptions.standing import check_now
from api.prescriptions.tables import OverrideReason, Prescription, PrescriptionOverride, PrescriptionRevision


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Who signs, and the hash of exactly what."""

    practitioner_id: UUID
    sha256: str


def sign(work: Work, prescription_id: UUID, signature: Signature) -> None:
    """Sign the draft of a prescription: a new revision; the first makes the prescription active.

    Raises:
        NotFound: there is no such prescription.
        Conflict: there is nothing to sign, it is not what was read, it lies in the past, another prescription
            of the patient is active, or an override is of something that the check does not say.
        Unsafe: the check does not let an exercise through, or allows no dose.
        NotEntitled: who signs may not.
        Invalid: there is no such member of staff.
    """
    found = held(work, prescription_id)
    step = transition(found, Move.SIGN, Actor.PRESCRIBER)
    document = _as_read(found, signature)
    conditions.signer(work, signature.practitioner_id)
    conditions.refuse_strangers(work, document["overrides"])
    if Condition.NO_OTHER_ACTIVE in step.needs:
        conditions.refuse_second(work, found)
    conditions.refuse_overtaken(work, found.patient_id)
    made = check_now(work, found.patient_id)
    before = last_signed(work, found)
    _pass_gate(work, document, made.judged, before)
    freeze(
        work,
        found,
        document,
        sha256=signature.sha256,
        practitioner_id=signature.practitioner_id,
        effective_from=documents.begins(document, made.file.as_of.date()),
        changes=[] if before is None else documents.changes(before, document),
        check_id=keep(work, found.patient_id, made)["id"],
    )
    _grant(work, found, document, made.judged)
    found.revision = document["revision"]
    found.draft = found.draft_sha256 = None
    found.step_due_at = work.moment if documents.automatic(document) else None
    note_move(work, found, Move.SIGN, step.target, Change(practitioner_id=signature.practitioner_id))
    work.db.flush()
    reevaluate(work, found, made)
    if before is not None and documents.automatic(before):
        because = "A clinician signed what counts from now on."
        settle(work, found.patient_id, CauseKind.PROGRESSION, found.id, because=because)


def _as_read(found: Prescription, signature: Signature) -> documents.Document:
    if found.draft is None:
        raise Conflict("There is nothing to sign: the last draft was signed, or there is none.")
    if found.draft_sha256 != signature.sha256:
        raise Conflict("The draft is not the one that was read: it was changed since. Read it again.")
    return found.draft


def _pass_gate(
    work: Work, document: documents.Document, now: Judged, before: documents.Document | None
) -> None:
    """Let through what the check lets through, and nothing else."""
    conditions.refuse_late(document, now.known.as_of.date())
    in_date = [
        one for one in document["overrides"] if datetime.fromisoformat(one["expires_at"]) > work.moment
    ]
    verdict = gate.verdict(now.assessment, documents.exercise_ids(document), conditions.pairs(in_date))
    conditions.refuse_unsafe(document, verdict.decision, verdict.blocked)
    conditions.refuse_idle_overrides(document, verdict)
    errors = conditions.unexplained(document, now, signed=before)
    if errors:
        raise Conflict(" ".join(one.detail for one in errors), errors=errors)


def freeze(work: Work, found: Prescription, document: documents.Document, **about: Any) -> None:
    """Write a revision, which nobody changes any more; `about` says who answers for it, on which check."""
    work.db.execute(
        insert(PrescriptionRevision).values(
            clinic_id=work.clinic_id,
            id=uuid7(),
            prescription_id=found.id,
            number=document["revision"],
            ends_on=documents.day(document["ends_on"]),
            document=document,
            reason=document["reason"],
            signed_at=work.moment,
            client_id=work.caller.client_id,
            verify_secret=codes.new_secret(),
            **about,
        )
    )


def _grant(work: Work, found: Prescription, document: documents.Document, now: Judged) -> None:
    """Write the overrides of the revision, each with what it relies on."""
    rows = [_override(work, found.id, document["revision"], one, now) for one in document["overrides"]]
    if rows:
        work.db.execute(insert(PrescriptionOverride), rows)
    for row in rows:
        work.record("override.granted", "override", row["id"], practitioner_id=row["practitioner_id"])


def _override(
    work: Work, prescription_id: UUID, number: int, given: Mapping[str, Any], now: Judged
) -> dict[str, Any]:
    """The row of an override, with the facts that its finding rests on."""
    relied = gate.relied_on(now.assessment, now.known, given["rule_id"])
    return {
        "clinic_id": work.clinic_id,
        "id": uuid7(),
        "prescription_id": prescription_id,
        "revision": number,
        "rule_id": given["rule_id"],
        "exercise_id": given["exercise_id"],
        "reason_code": OverrideReason(given["reason_code"]),
        "reason": given["text"],
        "monitored": given["monitoring"]["what"],
        "monitored_every": given["monitoring"]["every"],
        "granted_at": work.moment,
        "expires_at": datetime.fromisoformat(given["expires_at"]),
        "practitioner_id": UUID(given["practitioner_id"]),
        "relied_on": [one._asdict() for one in relied],
    }
