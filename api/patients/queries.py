"""What is known of patients."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, exists, func, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by

from api.clinical.facts import Observation
from api.clinical.knowledge import library
from api.database.work import Work
from api.errors import NotFound
from api.patients.evidence import on_file
from api.patients.tables import Fact, FactRetraction, Patient, PatientIdentifier

DEMOGRAPHICS = ("birth_date", "sex_for_reference")
"""Facts that the patient's record shows too."""

_PATIENT = (
    Patient.id,
    Patient.family,
    Patient.given,
    Patient.birth_date,
    Patient.sex_for_reference,
    Patient.time_zone,
    Patient.language,
    Patient.created_at,
    Patient.updated_at,
    Patient.version,
)
_FACT = (
    Fact.id,
    Fact.name,
    Fact.value,
    Fact.value_as_sent,
    Fact.unit_as_sent,
    Fact.observed_at,
    Fact.recorded_at,
    Fact.client_id,
    Fact.method,
    Fact.source,
    Fact.source_record_id,
    FactRetraction.fact_id.label("retracted"),
    FactRetraction.replaced_by,
    FactRetraction.reason,
    FactRetraction.recorded_at.label("retracted_at"),
    FactRetraction.client_id.label("retracted_by"),
)


class Evidence(NamedTuple):
    """What a check reads of a patient."""

    observations: list[Observation]
    time_zone: ZoneInfo
    """The zone whose days are the patient's days."""


def patient(work: Work, patient_id: UUID) -> Row[*tuple[Any, ...]]:
    """A patient of the clinic, with identifiers.

    Raises:
        NotFound: there is none.
    """
    found = work.db.execute(_patients(work).where(Patient.id == patient_id)).first()
    if found is None:
        raise no_such_patient()
    return found


def patients(
    work: Work, *, identifier: tuple[str, str] | None, after: tuple[UUID] | None, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The clinic's patients by id, at most `limit + 1`.

    Args:
        work: the work.
        identifier: system and value, to find the one patient that has it.
        after: the last id of the previous page.
        limit: how many are shown.
    """
    listed = _patients(work).order_by(Patient.id).limit(limit + 1)
    if after is not None:
        listed = listed.where(Patient.id > after[0])
    if identifier is not None:
        listed = listed.where(
            exists().where(
                PatientIdentifier.clinic_id == work.clinic_id,
                PatientIdentifier.patient_id == Patient.id,
                PatientIdentifier.system == identifier[0],
                PatientIdentifier.value == identifier[1],
            )
        )
    found: Sequence[Row[*tuple[Any, ...]]] = work.db.execute(listed).all()
    return found


def ids(work: Work, *, after: tuple[UUID] | None, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The clinic's patients by id, nothing but their ids, at most `limit + 1`."""
    listed = select(Patient.id).where(Patient.clinic_id == work.clinic_id).order_by(Patient.id)
    if after is not None:
        listed = listed.where(Patient.id > after[0])
    return work.db.execute(listed.limit(limit + 1)).all()


def _patients(work: Work) -> Any:
    """The clinic's patients, each with its identifiers in the order in which they were given."""
    one = func.jsonb_build_object("system", PatientIdentifier.system, "value", PatientIdentifier.value)
    identifiers = (
        select(
            func.coalesce(func.jsonb_agg(aggregate_order_by(one, PatientIdentifier.id)), text("'[]'::jsonb"))
        )
        .where(PatientIdentifier.clinic_id == work.clinic_id, PatientIdentifier.patient_id == Patient.id)
        .correlate(Patient)
        .scalar_subquery()
    )
    return select(*_PATIENT, identifiers.label("identifiers")).where(Patient.clinic_id == work.clinic_id)


def owners(work: Work, identifiers: Iterable[tuple[str, str]]) -> dict[tuple[str, str], UUID]:
    """The patients that have these identifiers, given as system and value."""
    wanted = list(identifiers)
    if not wanted:
        return {}
    found = work.db.execute(
        select(PatientIdentifier.system, PatientIdentifier.value, PatientIdentifier.patient_id).where(
            PatientIdentifier.clinic_id == work.clinic_id,
            PatientIdentifier.system.in_({system for system, _ in wanted}),
            PatientIdentifier.value.in_({value for _, value in wanted}),
        )
    )
    return {(row.system, row.value): row.patient_id for row in found}


def fact(work: Work, patient_id: UUID, fact_id: UUID) -> Row[*tuple[Any, ...]]:
    """A fact of a patient, with what was taken back of it.

    Raises:
        NotFound: there is none.
    """
    found = work.db.execute(_facts_of(work, patient_id).where(Fact.id == fact_id)).first()
    if found is None:
        raise NotFound("This patient has no such fact.")
    return found


def facts(
    work: Work,
    patient_id: UUID,
    *,
    name: str | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int,
) -> Sequence[Row[*tuple[Any, ...]]]:
    """What was ever told of a patient, newest observation first, at most `limit + 1`.

    Raises:
        NotFound: there is no such patient.
    """
    listed = _facts_of(work, patient_id).order_by(Fact.observed_at.desc(), Fact.id.desc()).limit(limit + 1)
    if name is not None:
        listed = listed.where(Fact.name == name)
    if after is not None:
        listed = listed.where(
            (Fact.observed_at < after[0]) | ((Fact.observed_at == after[0]) & (Fact.id < after[1]))
        )
    found = work.db.execute(listed).all()
    if not found:
        patient(work, patient_id)
    return found


def _facts_of(work: Work, patient_id: UUID) -> Any:
    return (
        select(*_FACT)
        .outerjoin(
            FactRetraction,
            (FactRetraction.clinic_id == work.clinic_id) & (FactRetraction.fact_id == Fact.id),
        )
        .where(Fact.clinic_id == work.clinic_id, Fact.patient_id == patient_id)
    )


def held(work: Work, patient_ids: Collection[UUID]) -> Sequence[UUID]:
    """Those of these patients that there are, each held until the end of the work, always in one order."""
    return work.db.scalars(
        select(Patient.id)
        .where(Patient.clinic_id == work.clinic_id, Patient.id.in_(patient_ids))
        .order_by(Patient.id)
        .with_for_update(key_share=True)
    ).all()


def no_such_patient() -> NotFound:
    """The refusal of an id that names no patient of the clinic."""
    return NotFound("There is no such patient.")


def evidence(work: Work, patient_id: UUID, as_of: datetime) -> Evidence:
    """What counts of a patient's facts at a moment, in one statement.

    Raises:
        NotFound: there is no such patient.
    """
    release = library.load()
    found = next(iter(on_file(work, [patient_id], as_of, [release])), None)
    if found is None:
        raise no_such_patient()
    return Evidence(found.observations(release), found.time_zone)


def observed_since(work: Work, patient_id: UUID, moment: datetime) -> bool:
    """Whether something is on file of a patient that was observed after a moment."""
    later = exists().where(
        Fact.clinic_id == work.clinic_id, Fact.patient_id == patient_id, Fact.observed_at > moment
    )
    return bool(work.db.scalar(select(later)))


def told_since(work: Work, patient_id: UUID, moment: datetime) -> list[str]:
    """The names of the facts that were put on file or taken back after a moment, or by this very work."""
    told = select(Fact.name).where(
        Fact.clinic_id == work.clinic_id,
        Fact.patient_id == patient_id,
        (Fact.recorded_at > moment) | (Fact.recorded_at == work.moment),
    )
    taken_back = (
        select(Fact.name)
        .join(
            FactRetraction,
            (FactRetraction.clinic_id == work.clinic_id) & (FactRetraction.fact_id == Fact.id),
        )
        .where(
            Fact.clinic_id == work.clinic_id,
            Fact.patient_id == patient_id,
            (FactRetraction.recorded_at > moment) | (FactRetraction.recorded_at == work.moment),
        )
    )
    return sorted(work.db.scalars(told.union(taken_back)))


def counting(work: Work, patient_id: UUID, name: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """The facts of this name that count, newest first: `id`, `value`, `observed_at`."""
    taken_back = exists().where(FactRetraction.clinic_id == work.clinic_id, FactRetraction.fact_id == Fact.id)
    return work.db.execute(
        select(Fact.id, Fact.value, Fact.observed_at)
        .where(
            Fact.clinic_id == work.clinic_id,
            Fact.patient_id == patient_id,
            Fact.name == name,
            ~taken_back,
        )
        .order_by(Fact.observed_at.desc(), Fact.id.desc())
    ).all()
