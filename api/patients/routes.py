"""Patients and what is known of them over HTTP."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import Row

from api.clinical.knowledge import library
from api.database.work import Work
from api.errors import Invalid, invalid
from api.patients import actions, examples, profiles, queries, schemas
from api.patients.observations.filing import Filed
from api.patients.observations.members import OLDEST_YEAR
from api.patients.observations.recording import Intake
from api.web import encoding, paging, preconditions, shapes
from api.web.blueprint import Room

LAST_YEAR = 2200
"""A profile can be asked ahead of time, to see what will have run out by then."""

patients = Room(
    "patients",
    __name__,
    url_prefix="/v1/patients",
    description="People, and what is known of them since when and from whom.",
)


@patients.route("", methods=["POST"])
@patients.needs("patients:write")
@patients.takes(schemas.NewPatient(), example=examples.NEW_PATIENT)
@patients.idempotent()
@patients.gives(201, schemas.Patient(), example=examples.PATIENT, headers=("Location", "ETag"))
@patients.refuses(409)
def register_patient(work: Work, new: schemas.Details) -> Any:
    """Register a patient; what is left out is unknown, and nothing is assumed of it."""
    details, identifiers = new
    patient_id = actions.register(work, details, identifiers or [])
    return _shown(queries.patient(work, patient_id), created=True)


@patients.route("/by-identifier/<path:system>/<value>", methods=["PUT"])
@patients.needs("patients:write")
@patients.if_match(required=False)
@patients.takes(schemas.PatientChange(), example=examples.NEW_PATIENT)
@patients.gives(
    200,
    schemas.Patient(),
    example=examples.PATIENT,
    headers=("ETag",),
    description="The patient was there, and is now as the body says.",
)
@patients.gives(
    201,
    schemas.Patient(),
    example=examples.PATIENT,
    headers=("Location", "ETag"),
    description="There was no patient with this identifier; now there is.",
)
@patients.refuses(409)
def register_or_change_patient(
    work: Work, system: str, value: str, version: int | None, body: schemas.Details
) -> Any:
    """Register the patient with this identifier, or bring it up to date; what is left out stays.

    The system may be a URI, percent-encoded; the value has no slash. Identifiers in the body are added
    to those that the patient has. Sent again it changes nothing. A change of a patient who is there needs
    `If-Match`.
    """
    identifier = _identifier(system, value)
    details, identifiers = body
    patient_id, is_new = actions.register_or_change(
        work, identifier, details, identifiers=identifiers or [], version=version
    )
    return _shown(queries.patient(work, patient_id), created=is_new)


@patients.route("", methods=["GET"])
@patients.needs("patients:read")
@patients.asks(schemas.PatientPage())
@patients.gives(200, schemas.PATIENTS, example={"items": [examples.PATIENT], "next": None}, headers=("Link",))
def list_patients(work: Work, query: dict[str, Any]) -> Any:
    """List the patients of your clinic, or find the one with an identifier."""
    system, _, value = (query["identifier"] or "").partition("|")
    found = queries.patients(
        work,
        identifier=(system, value) if query["identifier"] else None,
        after=query["after"],
        limit=query["limit"],
    )
    page, headers = paging.page(found, query["limit"])
    return page | {"items": [_details(row) for row in page["items"]]}, headers


@patients.route("/<uuid:patient_id>", methods=["GET"])
@patients.needs("patients:read")
@patients.gives(200, schemas.Patient(), example=examples.PATIENT, headers=("ETag",))
def read_patient(work: Work, patient_id: UUID) -> Any:
    """Show a patient."""
    return _shown(queries.patient(work, patient_id))


@patients.route("/<uuid:patient_id>", methods=["PATCH"])
@patients.needs("patients:write")
@patients.if_match()
@patients.takes(schemas.PatientChange(), example={"language": "it", "time_zone": "Europe/Rome"})
@patients.gives(200, schemas.Patient(), example=examples.PATIENT, headers=("ETag",))
@patients.refuses(409)
def change_patient(work: Work, patient_id: UUID, version: int, change: schemas.Details) -> Any:
    """Change what is kept of a patient; what is left out stays, and null takes out.

    A birth date that is taken out or replaced counts no longer from then on; the history keeps it.
    """
    details, identifiers = change
    actions.change(work, patient_id, details, identifiers=identifiers, version=version)
    return _shown(queries.patient(work, patient_id))


@patients.route("/<uuid:patient_id>/facts", methods=["POST"])
@patients.needs("facts:write")
@patients.takes(schemas.FACTS, example=examples.NEW_FACTS)
@patients.idempotent()
@patients.gives(200, schemas.RecordedFacts(), example=examples.RECORDED)
def record_facts(work: Work, patient_id: UUID, intake: Intake) -> Response:
    """Put facts on file: all of them, or none if one is refused.

    The same value of the same moment from the same source is a duplicate, and a fact that is older than the
    newest on file is superseded: it goes into the history. A `source_record_id` that is on file with another
    value corrects that record. What was marked as entered in error stays so when it is sent again.
    """
    filed = actions.record_facts(work, patient_id, intake)
    results = [_result(one, sent.pointer) for one, sent in zip(filed, intake.sent, strict=True)]
    return encoding.answer({"results": results})


@patients.route("/<uuid:patient_id>/facts", methods=["GET"])
@patients.needs("facts:read")
@patients.asks(schemas.FactPage())
@patients.gives(200, schemas.HISTORY, example={"items": [examples.FACT], "next": None}, headers=("Link",))
def list_patient_facts(work: Work, patient_id: UUID, query: dict[str, Any]) -> Any:
    """List everything that was ever told of a patient, the newest observation first, with its source."""
    if query["name"] is not None and query["name"] not in library.load().facts:
        raise invalid(
            "/query/name", "There is no such fact; GET /v1/knowledge/facts lists them.", "unknown-fact"
        )
    page, headers = paging.page(
        queries.facts(work, patient_id, **query), query["limit"], key=lambda row: (row.observed_at, row.id)
    )
    return page | {"items": [_fact(row) for row in page["items"]]}, headers


@patients.route("/<uuid:patient_id>/facts/<uuid:fact_id>/entered-in-error", methods=["POST"])
@patients.needs("facts:write")
@patients.takes(schemas.EnteredInError(), example={"reason": "The record of another patient."})
@patients.gives(200, schemas.FactOnFile(), example=examples.FACT_IN_ERROR)
def mark_fact_entered_in_error(work: Work, patient_id: UUID, fact_id: UUID, body: dict[str, Any]) -> Any:
    """Say that a fact should never have been on file, so that it counts no longer.

    That holds for the past too; the history keeps it. A fact that counts no longer anyway stays as it is.
    """
    actions.mark_entered_in_error(work, patient_id, fact_id, reason=body["reason"])
    return _fact(queries.fact(work, patient_id, fact_id))


@patients.route("/<uuid:patient_id>/profile", methods=["GET"])
@patients.needs("facts:read")
@patients.asks(profiles.ProfileMoment())
@patients.gives(200, profiles.Profile(), example=examples.PROFILE)
def read_profile(work: Work, patient_id: UUID, query: dict[str, Any]) -> Response:
    """Show what is known of a patient, what is unknown, stale or in conflict, and what follows from it.

    For a moment in the past it is what we know today of that moment: facts observed later are not read, and
    what was taken back since then does not count.
    """
    as_of = query["as_of"] or work.moment
    if not OLDEST_YEAR <= as_of.year <= LAST_YEAR:
        detail = f"This must lie between {OLDEST_YEAR} and {LAST_YEAR}."
        raise invalid("/query/as_of", detail, "out-of-range")
    return encoding.answer(profiles.shown(patient_id, queries.evidence(work, patient_id, as_of), as_of))


def _identifier(system: str, value: str) -> tuple[str, str]:
    try:
        identifier: tuple[str, str] = shapes.load(schemas.NewIdentifier(), {"system": system, "value": value})
    except Invalid as refusal:
        errors = [
            type(error)(pointer=f"/path{error.pointer}", detail=error.detail, code=error.code)
            for error in refusal.errors
        ]
        raise Invalid(refusal.detail, errors=errors) from None
    return identifier


def _shown(row: Row[Any], *, created: bool = False) -> Any:
    headers = preconditions.etag(row.version)
    if created:
        return _details(row), 201, {"Location": f"/v1/patients/{row.id}", **headers}
    return _details(row), 200, headers


def _details(row: Row[Any]) -> dict[str, Any]:
    nameless = row.family is None and not row.given
    return {
        **row._mapping,
        "name": None if nameless else {"family": row.family, "given": row.given},
    }


def _result(one: Filed, pointer: str) -> dict[str, Any]:
    return {
        "pointer": pointer,
        "name": one.observation.name,
        "observed_at": one.observation.observed_at,
        "result": one.result,
        "fact_id": one.fact_id,
        "corrects": one.corrects,
    }


def _fact(row: Row[Any]) -> dict[str, Any]:
    fact = library.load().facts.get(row.name)
    shown = dict(row._mapping) | {
        "unit": fact.units[0].code if fact is not None and fact.units else None,
        "recorded_by": row.client_id,
        "status": schemas.FactStatus.ON_FILE,
        "taken_back": None,
    }
    if row.retracted_at is not None:
        corrected = row.replaced_by is not None
        shown["status"] = schemas.FactStatus.CORRECTED if corrected else schemas.FactStatus.ENTERED_IN_ERROR
        shown["taken_back"] = {
            "reason": row.reason,
            "recorded_at": row.retracted_at,
            "recorded_by": row.retracted_by,
            "replaced_by": row.replaced_by,
        }
    return shown
