"""Checks over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response

from api.checks import (
    actions,
    examples,
    impact,
    impact_shapes,
    openings,
    queries,
    questions,
    schemas,
    suppositions,
    what_if,
)
from api.checks.answers import Question, answers, answers_of
from api.checks.clearances import actions as clearing
from api.checks.clearances import queries as clearances
from api.checks.clearances import schemas as shown_clearances
from api.checks.clearances.standing import shown
from api.checks.inputs import asked_again
from api.clinical.knowledge import library
from api.clinical.knowledge.releases import UnknownRelease
from api.clinical.release import Release
from api.database.work import Work
from api.errors import invalid
from api.patients import queries as patients
from api.web import encoding, paging
from api.web.blueprint import Room
from api.web.request import building

room = Room(
    "checks",
    __name__,
    description="Which exercises are safe for what is known of someone, why, and what is missing to be sure.",
)


@room.route("/v1/checks", methods=["POST"])
@room.needs("checks:run")
@room.takes(questions.QUESTION, example=examples.BODY)
@room.gives(200, schemas.CheckAnswer(), example=examples.ANSWER)
def check_facts(work: Work, question: Question) -> Response:
    """Check the facts of the body; nothing of them is stored.

    The same body with an `as_of` gets the same bytes from the same knowledge release.
    """
    del work
    return encoding.answer(answers().answer(question))


@room.route("/v1/patients/<uuid:patient_id>/checks", methods=["POST"])
@room.needs("checks:run")
@room.takes(questions.DAY_QUESTION, example=examples.DAY_BODY)
@room.idempotent()
@room.gives(201, schemas.Check(), example=examples.CHECK, headers=("Location",))
def check_patient(work: Work, patient_id: UUID, question: questions.DayQuestion) -> Response:
    """Check what is on file of a patient, and keep the check; facts of the body count for this check only."""
    made = actions.check_patient(work, patient_id, question.kind, of_the_day=question.of_the_day)
    return encoding.answer(_shown(made), 201, {"Location": f"/v1/checks/{made['id']}"})


@room.route("/v1/patients/<uuid:patient_id>/checks", methods=["GET"])
@room.needs("checks:read")
@room.asks(paging.Page())
@room.gives(200, schemas.CHECKS, example={"items": [examples.SUMMARY], "next": None}, headers=("Link",))
def list_checks(work: Work, patient_id: UUID, query: dict[str, Any]) -> Any:
    """List the checks of a patient, newest first."""
    return paging.page(queries.checks(work, patient_id, **query), query["limit"])


@room.route("/v1/checks/<uuid:check_id>", methods=["GET"])
@room.needs("checks:read")
@room.gives(200, schemas.Check(), example=examples.CHECK)
def read_check(work: Work, check_id: UUID) -> Response:
    """Show a check as it was given, with all that it read."""
    return encoding.answer(_shown(queries.check(work, check_id)._mapping))


@room.route("/v1/checks/<uuid:check_id>/replay", methods=["POST"])
@room.needs("checks:run")
@room.asks(schemas.ReplayedWith())
@room.gives(200, schemas.Replay(), example=examples.REPLAY)
def replay_check(work: Work, check_id: UUID, query: dict[str, Any]) -> Response:
    """Answer a check again from what it read, with the knowledge of now, and say what differs.

    With `release` it is answered with that release; `/v1/meta` lists those that can be asked.
    """
    release = None if query["release"] is None else _release(query["release"], "/query/release")
    return encoding.answer({"check_id": check_id, **actions.replay(work, check_id, release)})


@room.route("/v1/knowledge/impact", methods=["POST"])
@room.needs("checks:run")
@room.asks(impact_shapes.ImpactPage())
@room.takes(impact_shapes.ReleaseStep(), example=impact_shapes.STEP)
@room.gives(200, impact_shapes.ReleaseImpact(), example=impact_shapes.IMPACT, headers=("Link",))
def compare_releases(work: Work, query: dict[str, Any], step: impact_shapes.Step) -> Any:
    """Say for whom another release changes the decision or the exercises, by which rule.

    The patients on file are checked now under both releases, a page of them at a time; nothing is kept.
    Whoever may run checks could learn as much by checking each patient.
    """
    before = _release(step.from_release, "/from_release")
    after = answers().release if step.to_release is None else _release(step.to_release, "/to_release")
    page, headers = paging.page(patients.ids(work, **query), query["limit"])
    found = impact.impacts(work, [one.id for one in page["items"]], step.kind, before=before, after=after)
    changed = [(patient_id, one) for patient_id, one in found if one.changes_anything]
    told = {
        "from_release": answers_of(before).knowledge,
        "to_release": answers_of(after).knowledge,
        "kind": step.kind,
        "as_of": work.moment,
        "patients_checked": len(found),
        "patients_left_without_aerobic": sum(one.left_without_aerobic for _, one in changed),
        "rules": impact.by_rule(one for _, one in changed),
        "items": [impact.shown(patient_id, one) for patient_id, one in changed],
        "next": page["next"],
    }
    return encoding.answer(told, 200, headers)


def _release(release_id: str, pointer: str) -> Release:
    try:
        return building().releases.release(release_id)
    except UnknownRelease as fault:
        raise invalid(pointer, str(fault), "unknown-release") from fault


@room.route("/v1/patients/<uuid:patient_id>/what-if", methods=["POST"])
@room.needs("checks:run")
@room.takes(suppositions.SUPPOSITION, example=examples.SUPPOSITION)
@room.gives(200, what_if.WhatIf(), example=examples.WHAT_IF)
def suppose(work: Work, patient_id: UUID, supposition: suppositions.Supposition) -> Response:
    """Check a patient as if facts were otherwise than on file, and say what that changes; nothing is kept.

    A fact of the body stands for all that is on file under its name; null supposes it unknown.
    """
    file = queries.on_file(work, patient_id)
    return encoding.answer(what_if.answered(answers(), file, supposition))


@room.route("/v1/counterfactuals", methods=["POST"])
@room.needs("checks:run")
@room.takes(suppositions.OPENING, example=examples.OPENING)
@room.gives(200, openings.Counterfactual(), example=examples.COUNTERFACTUAL)
def find_counterfactuals(work: Work, opening: suppositions.Opening) -> Response:
    """Say what would open an exercise for the facts of the body; nothing of them is stored."""
    del work
    return encoding.answer(openings.answered(answers(), opening.question, opening.exercise_id))


@room.route("/v1/checks/<uuid:check_id>/counterfactuals", methods=["GET"])
@room.needs("checks:read")
@room.asks(suppositions.OpeningQuery())
@room.gives(200, openings.Counterfactual(), example=examples.COUNTERFACTUAL)
def read_counterfactuals(work: Work, check_id: UUID, query: dict[str, Any]) -> Response:
    """Say what would open an exercise that a check closed, or what would lift what closed all of them.

    Each set of changes suffices, and none of it can be spared. It is found with the knowledge of now in what
    the check read.
    """
    engine = answers()
    question, _ = asked_again(queries.asked(work, check_id), engine.release)
    return encoding.answer(openings.answered(engine, question, query["exercise"]))


@room.route("/v1/patients/<uuid:patient_id>/clearances", methods=["POST"])
@room.needs("prescriptions:sign")
@room.takes(shown_clearances.NewClearance(), example=shown_clearances.NEW_EXAMPLE)
@room.idempotent()
@room.gives(201, shown_clearances.Clearance(), example=shown_clearances.EXAMPLE)
def grant_clearance(work: Work, patient_id: UUID, new: clearing.NewClearance) -> Any:
    """Clear a rule for a patient, by a member of staff who may sign, for what is known of the patient now.

    Checks count it until it expires, is revoked, or is superseded: by a finding of the same group of rules
    that rests on facts which were not known at the grant. It stays superseded when that has passed.
    """
    return _clearance(work, patient_id, clearing.grant(work, patient_id, new))


@room.route("/v1/patients/<uuid:patient_id>/clearances", methods=["GET"])
@room.needs("checks:read")
@room.asks(paging.Page())
@room.gives(
    200,
    shown_clearances.CLEARANCES,
    example={"items": [shown_clearances.EXAMPLE], "next": None},
    headers=("Link",),
)
def list_clearances(work: Work, patient_id: UUID, query: dict[str, Any]) -> Any:
    """List the clearances of a patient, newest first, each as it stands now."""
    found = clearances.clearances(work, patient_id, **query)
    page, headers = paging.page(found, query["limit"], key=lambda one: (one.clearance.id,))
    release = library.load()
    return page | {"items": [shown(release, one, work.moment) for one in page["items"]]}, headers


@room.route("/v1/patients/<uuid:patient_id>/clearances/<uuid:clearance_id>/revoke", methods=["POST"])
@room.needs("prescriptions:sign")
@room.takes(shown_clearances.NewRevocation(), example=shown_clearances.REVOCATION_EXAMPLE)
@room.idempotent()
@room.gives(200, shown_clearances.Clearance(), example=shown_clearances.REVOKED_EXAMPLE)
@room.refuses(409)
def revoke_clearance(work: Work, patient_id: UUID, clearance_id: UUID, new: clearing.NewRevocation) -> Any:
    """Take a clearance back, by a member of staff who may sign; checks count it no longer."""
    clearing.revoke(work, patient_id, clearance_id, new)
    return _clearance(work, patient_id, clearance_id)


def _clearance(work: Work, patient_id: UUID, clearance_id: UUID) -> dict[str, Any]:
    return shown(library.load(), clearances.clearance(work, patient_id, clearance_id), work.moment)


def _shown(check: Any) -> dict[str, Any]:
    return {
        **{name: check[name] for name in ("id", "patient_id", "created_at", "time_zone")},
        **check["answer"],
        "inputs": check["inputs"],
    }
