"""The identifiers of patients: each is of one patient alone."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert

from api.database.base import uuid7
from api.database.work import Work
from api.errors import Conflict
from api.patients import queries
from api.patients.tables import PatientIdentifier

Identifier = tuple[str, str]
"""System and value."""


def add(work: Work, patient_id: UUID, identifiers: Sequence[Identifier]) -> None:
    """Give the patient further identifiers."""
    if identifiers:
        rows = [row_of(work, patient_id, one) for one in identifiers]
        work.db.execute(insert(PatientIdentifier), rows)


def replace(work: Work, patient_id: UUID, identifiers: Sequence[Identifier]) -> bool:
    """Give the patient these identifiers and no others; whether that changes anything."""
    wanted = list(dict.fromkeys(identifiers))
    present = [(one["system"], one["value"]) for one in queries.patient(work, patient_id).identifiers]
    if wanted == present:
        return False
    refuse_taken(work, wanted, patient_id)
    work.db.execute(
        delete(PatientIdentifier).where(
            PatientIdentifier.clinic_id == work.clinic_id, PatientIdentifier.patient_id == patient_id
        )
    )
    add(work, patient_id, wanted)
    return True


def row_of(work: Work, patient_id: UUID, identifier: Identifier) -> dict[str, Any]:
    """The row of an identifier."""
    system, value = identifier
    return {
        "clinic_id": work.clinic_id,
        "id": uuid7(),
        "patient_id": patient_id,
        "system": system,
        "value": value,
    }


def refuse_taken(work: Work, identifiers: Sequence[Identifier], owner: UUID | None) -> None:
    """Refuse identifiers that a patient has.

    Raises:
        Conflict: another patient than the owner has one of them.
    """
    for (system, value), patient_id in queries.owners(work, identifiers).items():
        if patient_id != owner and (system, value) in identifiers:
            raise Conflict(
                "Another patient has one of the identifiers.",
                extra={"identifier": {"system": system, "value": value}},
            )
