"""Prescriptions over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response

from api.clinical.lifecycle import Move
from api.database.work import Work
from api.prescriptions import actions, examples, next_doses, proposals, queries, signing
from api.prescriptions.documents import AppliedBy
from api.prescriptions.schemas import answers, drafts
from api.prescriptions.schemas import next_doses as steps
from api.prescriptions.schemas import proposals as asking
from api.web import encoding, paging, preconditions
from api.web.blueprint import Room
from api.web.request import building

room = Room(
    "prescriptions",
    __name__,
    description="What is prescribed: drafts, the gate before a signature, and revisions that never change.",
)
reports = Room(
    "reports",
    __name__,
    url_prefix="/v1/reports",
    description="What the clinic does, counted over its patients.",
)


@room.route("/v1/patients/<uuid:patient_id>/prescription-proposals", methods=["POST"])
@room.needs("prescriptions:write")
@room.takes(asking.NewProposal(), example=examples.ASKED)
@room.gives(200, asking.PrescriptionProposal(), example=examples.PROPOSAL)
@room.refuses(409)
def propose_prescription(work: Work, patient_id: UUID, asked: proposals.Asked) -> Response:
    """Propose a dosed prescription for what is on file, every number with its reason; nothing is stored.

    Where the check allows no dose, the refusal names what would have to be answered, cleared or changed.
    """
    return encoding.answer(proposals.propose(work, patient_id, asked))


@room.route("/v1/patients/<uuid:patient_id>/prescriptions", methods=["POST"])
@room.needs("prescriptions:write")
@room.takes(drafts.NewPrescription(), example=examples.NEW)
@room.idempotent()
@room.gives(201, answers.Prescription(), example=examples.DRAFTED, headers=("Location", "ETag"))
def draft_prescription(work: Work, patient_id: UUID, content: dict[str, Any]) -> Response:
    """Draft a prescription, by hand or from a proposal's `draft`; it counts for nothing until signed."""
    return _shown(work, actions.draft(work, patient_id, content), created=True)


@room.route("/v1/patients/<uuid:patient_id>/prescriptions", methods=["GET"])
@room.needs("prescriptions:read")
@room.asks(paging.Page())
@room.gives(
    200, answers.PRESCRIPTIONS, example={"items": [examples.SUMMARY], "next": None}, headers=("Link",)
)
def list_prescriptions(work: Work, patient_id: UUID, query: dict[str, Any]) -> Any:
    """List the prescriptions of a patient, newest first."""
    return paging.page(queries.prescriptions(work, patient_id, **query), query["limit"])


@room.route("/v1/prescriptions/<uuid:prescription_id>", methods=["GET"])
@room.needs("prescriptions:read")
@room.gives(200, answers.Prescription(), example=examples.SIGNED, headers=("ETag",))
def read_prescription(work: Work, prescription_id: UUID) -> Response:
    """Show a prescription: what is signed, what waits for a signature, its overrides and its history."""
    return _shown(work, prescription_id)


@room.route("/v1/prescriptions/<uuid:prescription_id>", methods=["PUT"])
@room.needs("prescriptions:write")
@room.if_match()
@room.takes(drafts.NewPrescription(), example=examples.NEW)
@room.gives(200, answers.Prescription(), example=examples.DRAFTED, headers=("ETag",))
@room.refuses(409)
def redraft_prescription(
    work: Work, prescription_id: UUID, version: int, content: dict[str, Any]
) -> Response:
    """Replace the draft; of a signed prescription it is that of the next revision, and needs a reason."""
    actions.redraft(work, prescription_id, content, version=version)
    return _shown(work, prescription_id)


@room.route("/v1/prescriptions/<uuid:prescription_id>/revisions", methods=["GET"])
@room.needs("prescriptions:read")
@room.asks(drafts.RevisionPage())
@room.gives(200, answers.REVISIONS, example={"items": [examples.REVISION], "next": None}, headers=("Link",))
def list_revisions(work: Work, prescription_id: UUID, query: dict[str, Any]) -> Response:
    """List what was signed of a prescription, newest first, each with what it changed."""
    found = queries.revisions(work, prescription_id, **query)
    page, headers = paging.page(found, query["limit"], key=lambda row: (row.number,))
    return encoding.answer(page | {"items": [_revision(row) for row in page["items"]]}, headers=headers)


@room.route("/v1/prescriptions/<uuid:prescription_id>/sign", methods=["POST"])
@room.needs("prescriptions:sign")
@room.takes(drafts.NewSignature(), example=examples.SIGNATURE)
@room.idempotent()
@room.gives(200, answers.Prescription(), example=examples.SIGNED, headers=("ETag",))
@room.refuses(409)
def sign_prescription(work: Work, prescription_id: UUID, signature: signing.Signature) -> Response:
    """Sign the draft, by a member of staff who may sign and who names the hash of what was read.

    The check of what is on file is made and kept. An exercise that it forbids is refused, and so is one that
    needs a clearance which is not on file, or that is to be avoided without an override of each rule.
    """
    signing.sign(work, prescription_id, signature)
    return _shown(work, prescription_id)


@room.route("/v1/prescriptions/<uuid:prescription_id>/hold", methods=["POST"])
@room.needs("prescriptions:write")
@room.takes(drafts.NewHold(), example=examples.CHANGE)
@room.idempotent()
@room.gives(200, answers.Prescription(), example=examples.SIGNED, headers=("ETag",))
@room.refuses(409)
def hold_prescription(work: Work, prescription_id: UUID, change: actions.Change) -> Response:
    """Interrupt a prescription until it is resumed; a system may do that by itself, because it is safe."""
    actions.change_state(work, prescription_id, Move.HOLD, change)
    return _shown(work, prescription_id)


@room.route("/v1/prescriptions/<uuid:prescription_id>/resume", methods=["POST"])
@room.needs("prescriptions:write")
@room.takes(drafts.NewResumption(), example=examples.CHANGE)
@room.idempotent()
@room.gives(200, answers.Prescription(), example=examples.SIGNED, headers=("ETag",))
@room.refuses(409)
def resume_prescription(work: Work, prescription_id: UUID, change: actions.Change) -> Response:
    """Go on with a prescription that was on hold, if the check of what is on file now lets it through."""
    actions.change_state(work, prescription_id, Move.RESUME, change)
    return _shown(work, prescription_id)


@room.route("/v1/prescriptions/<uuid:prescription_id>/stop", methods=["POST"])
@room.needs("prescriptions:write")
@room.takes(drafts.NewStop(), example=examples.CHANGE)
@room.idempotent()
@room.gives(200, answers.Prescription(), example=examples.SIGNED, headers=("ETag",))
@room.refuses(409)
def stop_prescription(work: Work, prescription_id: UUID, change: actions.Change) -> Response:
    """End a prescription before its goal."""
    actions.change_state(work, prescription_id, Move.STOP, change)
    return _shown(work, prescription_id)


@room.route("/v1/prescriptions/<uuid:prescription_id>/complete", methods=["POST"])
@room.needs("prescriptions:write")
@room.takes(drafts.NewCompletion(), example=examples.CHANGE)
@room.idempotent()
@room.gives(200, answers.Prescription(), example=examples.SIGNED, headers=("ETag",))
@room.refuses(409)
def complete_prescription(work: Work, prescription_id: UUID, change: actions.Change) -> Response:
    """End a prescription that has done what it was for."""
    actions.change_state(work, prescription_id, Move.COMPLETE, change)
    return _shown(work, prescription_id)


@room.route("/v1/prescriptions/<uuid:prescription_id>/discard", methods=["POST"])
@room.needs("prescriptions:write")
@room.takes(drafts.NewDisposal(), example=examples.CHANGE)
@room.idempotent()
@room.gives(200, answers.Prescription(), example=examples.DRAFTED, headers=("ETag",))
@room.refuses(409)
def discard_prescription(work: Work, prescription_id: UUID, change: actions.Change) -> Response:
    """Throw away a draft of which nothing was ever signed."""
    actions.change_state(work, prescription_id, Move.DISCARD, change)
    return _shown(work, prescription_id)


@room.route("/v1/prescriptions/<uuid:prescription_id>/recheck", methods=["POST"])
@room.needs("prescriptions:write")
@room.gives(200, answers.Prescription(), example=examples.SIGNED, headers=("ETag",))
@room.refuses(409)
def recheck_prescription(work: Work, prescription_id: UUID) -> Response:
    """Check what is signed against what is on file: exercises are paused or go on, overrides may lapse."""
    actions.recheck(work, prescription_id)
    return _shown(work, prescription_id)


@room.route("/v1/prescriptions/<uuid:prescription_id>/next-dose", methods=["GET"])
@room.needs("prescriptions:read")
@room.gives(200, steps.NextDose(), example=examples.NEXT_DOSE)
@room.refuses(409)
def read_next_dose(work: Work, prescription_id: UUID) -> Response:
    """Show what comes after the dose in force: a step on, the same, a step back or a stop, with reasons.

    It is a proposal; to put it into effect, redraft the prescription with its `draft` and sign that. Where
    the prescription says `automatic`, the service does so by itself at the end of each interval, within what
    is signed; what needs a clinician stays a proposal.
    """
    told = building().reports(work, prescription_id)
    return encoding.answer(next_doses.proposed(work, prescription_id, told))


@reports.route("/overrides", methods=["GET"])
@reports.needs("prescriptions:read")
@reports.asks(drafts.OverrideReport())
@reports.gives(200, answers.OverriddenRules(), example={"items": [examples.OVERRIDDEN_RULE], "next": None})
def report_overrides(work: Work, query: dict[str, Any]) -> Response:
    """Count the overrides of the clinic by rule: a rule that is often overridden is worth looking at."""
    del query
    counted = [dict(one._mapping) for one in queries.overrides_by_rule(work)]
    return encoding.answer({"items": counted, "next": None})


def _shown(work: Work, prescription_id: UUID, *, created: bool = False) -> Response:
    row = queries.prescription(work, prescription_id)
    signed = queries.revision(work, prescription_id, row.revision) if row.revision else None
    overrides = queries.overrides(work, prescription_id, since=row.revision) if row.revision else ()
    summary = {name: getattr(row, name) for name in examples.SUMMARY}
    data = {
        **summary,
        "paused": row.paused,
        "signed": None if signed is None else _revision(signed),
        "draft": None if row.draft is None else {"document": row.draft, "sha256": row.draft_sha256},
        "overrides": [_override(one) for one in overrides],
        "history": [dict(one._mapping) for one in queries.moves(work, prescription_id)],
    }
    headers = preconditions.etag(row.version)
    if created:
        return encoding.answer(data, 201, {"Location": f"/v1/prescriptions/{row.id}", **headers})
    return encoding.answer(data, headers=headers)


def _revision(row: Any) -> dict[str, Any]:
    applied_by = AppliedBy.PRACTITIONER if row.within is None else AppliedBy.ENGINE
    return {name: value for name, value in row._mapping.items() if name != "id"} | {"applied_by": applied_by}


def _override(row: Any) -> dict[str, Any]:
    shown = dict(row._mapping)
    monitoring = {"what": shown.pop("monitored"), "every": shown.pop("monitored_every")}
    return shown | {"text": shown.pop("reason"), "monitoring": monitoring}
