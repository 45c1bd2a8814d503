"""What changes patients and what is known of them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_or

from api.clinical.knowledge import library
from api.database.base import uuid7
from api.database.work import Aspect, Work
from api.errors import PreconditionRequired, StaleVersion
from api.patients import identifying, queries
from api.patients.identifying import Identifier
from api.patients.observations.filing import Filed, Result
from api.patients.observations.recording import Intake, TakenBack, put_on_file, queue_at, take_back, tell
from api.patients.observations.values import restored
from api.patients.queries import DEMOGRAPHICS
from api.patients.tables import Patient, PatientIdentifier

DEFAULT_TIME_ZONE = "Etc/UTC"
RECORD = "patient-record"
"""The method of a fact that was told with the person, and not by its name."""

_READ_BY_CHECKS = frozenset({*DEMOGRAPHICS, "time_zone"})
"""Columns of the record that a check reads; a day begins where the patient's zone says."""


def register(work: Work, details: Mapping[str, Any], identifiers: Sequence[Identifier]) -> UUID:
    """Register a patient.

    Args:
        work: the work.
        details: columns of the row; what is left out is unknown.
        identifiers: none of which another patient has.

    Raises:
        Conflict: another patient has one of the identifiers.
    """
    identifying.refuse_taken(work, identifiers, None)
    patient_id = _insert(work, details, identifiers)
    _tell_demographics(work, patient_id, details)
    work.record("patient.registered", "patient", patient_id)
    return patient_id


def register_or_change(
    work: Work,
    identifier: Identifier,
    details: Mapping[str, Any],
    *,
    identifiers: Sequence[Identifier],
    version: int | None,
) -> tuple[UUID, bool]:
    """Bring the patient with this identifier up to date, or register one; what is left out stays.

    Args:
        work: the work.
        identifier: the one in the address.
        details: columns of the row.
        identifiers: further ones, which are added.
        version: the one that the caller read, if any.

    Returns:
        The patient's id, and whether it is new.

    Raises:
        PreconditionRequired: it would change a patient, of which the caller names no version.
    """
    wanted = list(dict.fromkeys([identifier, *identifiers]))
    owner = queries.owners(work, [identifier]).get(identifier)
    if owner is None:
        patient_id = _claim(work, identifier, details, identifiers=wanted, version=version)
        if patient_id is not None:
            return patient_id, True
        owner = queries.owners(work, [identifier])[identifier]
    _bring_up_to_date(work, owner, details, identifiers=wanted, version=version)
    return owner, False


def change(
    work: Work,
    patient_id: UUID,
    details: Mapping[str, Any],
    *,
    identifiers: Sequence[Identifier] | None,
    version: int,
) -> None:
    """Change what is kept of a patient; what is left out stays.

    Args:
        work: the work.
        patient_id: whose.
        details: columns of the row.
        identifiers: all that the patient has from now on; `None` leaves them.
        version: the one that the caller read.

    Raises:
        StaleVersion: someone else changed it first.
    """
    found = _locked(work, patient_id, version)
    differing = _differing(found, details)
    replaced = identifiers is not None and identifying.replace(work, patient_id, identifiers)
    if differing or replaced:
        _change(work, found, differing)


def record_facts(work: Work, patient_id: UUID, intake: Intake) -> list[Filed]:
    """Put facts on file and say what became of each, in the order sent.

    Raises:
        NotFound: there is no such patient.
    """
    queue_at(work, patient_id)
    results = put_on_file(work, patient_id, intake)
    new = {one.observation.name for one in results if one.result is not Result.DUPLICATE}
    if new:
        work.record("facts.recorded", "patient", patient_id)
        work.affects(patient_id, Aspect.FACTS)
        _follow(work, patient_id, new)
    return results


def mark_entered_in_error(work: Work, patient_id: UUID, fact_id: UUID, *, reason: str) -> None:
    """Take a fact back; one that counts no longer anyway stays as it is.

    Raises:
        NotFound: the patient has no such fact.
    """
    queue_at(work, patient_id)
    found = queries.fact(work, patient_id, fact_id)
    if found.retracted_at is not None:
        return
    take_back(work, [TakenBack(fact_id, reason)])
    work.record("fact.entered-in-error", "fact", fact_id)
    work.affects(patient_id, Aspect.FACTS)
    _follow(work, patient_id, {found.name})


def _locked(work: Work, patient_id: UUID, version: int | None) -> Patient:
    found = work.db.scalar(
        select(Patient)
        .where(Patient.clinic_id == work.clinic_id, Patient.id == patient_id)
        .with_for_update(key_share=True)
    )
    if found is None:
        raise queries.no_such_patient()
    if version is not None and found.version != version:
        raise StaleVersion(f"The present version is {found.version}.")
    return found


def _change(work: Work, found: Patient, details: Mapping[str, Any]) -> None:
    for name, value in details.items():
        setattr(found, name, value)
    found.updated_at = work.moment
    work.db.flush()
    _tell_demographics(work, found.id, details)
    work.record("patient.changed", "patient", found.id)
    if _READ_BY_CHECKS.intersection(details):
        work.affects(found.id, Aspect.FACTS)
    if "time_zone" in details:
        work.affects(found.id, Aspect.SESSIONS)


def _differing(found: Patient, details: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in details.items() if getattr(found, name) != value}


def _tell_demographics(work: Work, patient_id: UUID, details: Mapping[str, Any]) -> None:
    """Put on file as facts what the record says; what is taken out of the record counts no longer."""
    for name in DEMOGRAPHICS:
        if details.get(name) is not None:
            tell(work, patient_id, name, details[name], method=RECORD)
        elif name in details:
            counting = queries.counting(work, patient_id, name)
            take_back(work, [TakenBack(fact.id, "Taken out of the patient's record.") for fact in counting])


def _follow(work: Work, patient_id: UUID, names: set[str]) -> None:
    """Let the record show what now counts of the facts that it shows; of a conflict it shows neither side."""
    for name in names.intersection(DEMOGRAPHICS):
        counting = queries.counting(work, patient_id, name)
        newest = {fact.value for fact in counting if fact.observed_at == counting[0].observed_at}
        found = _locked(work, patient_id, None)
        data = newest.pop() if len(newest) == 1 else None
        value = restored(library.load().facts[name], data)
        if getattr(found, name) != value:
            setattr(found, name, value)
            found.updated_at = work.moment
            work.db.flush()
            work.record("patient.changed", "patient", patient_id)


def _insert(work: Work, details: Mapping[str, Any], identifiers: Sequence[Identifier]) -> UUID:
    patient = Patient(
        **{
            "family": None,
            "given": [],
            "birth_date": None,
            "sex_for_reference": None,
            "time_zone": DEFAULT_TIME_ZONE,
            "language": None,
            **details,
        },
        clinic_id=work.clinic_id,
        id=uuid7(),
        created_at=work.moment,
        updated_at=work.moment,
    )
    work.db.add(patient)
    work.db.flush()
    identifying.add(work, patient.id, list(dict.fromkeys(identifiers)))
    return patient.id


def _claim(
    work: Work,
    identifier: Identifier,
    details: Mapping[str, Any],
    *,
    identifiers: Sequence[Identifier],
    version: int | None,
) -> UUID | None:
    """A new patient with this identifier; `None` if another request was first."""
    if version is not None:
        raise StaleVersion("There is no patient with this identifier, so no version of it.")
    undo = work.db.begin_nested()
    patient_id = _insert(work, details, [])
    row = identifying.row_of(work, patient_id, identifier)
    claim = insert_or(PatientIdentifier).values(row).on_conflict_do_nothing().returning(PatientIdentifier.id)
    if work.db.execute(claim).first() is None:
        undo.rollback()
        return None
    undo.commit()
    others = [one for one in identifiers if one != identifier]
    identifying.refuse_taken(work, others, patient_id)
    identifying.add(work, patient_id, others)
    _tell_demographics(work, patient_id, details)
    work.record("patient.registered", "patient", patient_id)
    return patient_id


def _bring_up_to_date(
    work: Work,
    patient_id: UUID,
    details: Mapping[str, Any],
    *,
    identifiers: Sequence[Identifier],
    version: int | None,
) -> None:
    found = _locked(work, patient_id, version)
    identifying.refuse_taken(work, identifiers, patient_id)
    present = queries.owners(work, identifiers)
    added = [one for one in identifiers if one not in present]
    differing = _differing(found, details)
    if not added and not differing:
        return
    if version is None:
        raise PreconditionRequired("This would change a patient: send If-Match with the ETag that you read.")
    identifying.add(work, patient_id, added)
    _change(work, found, differing)
