"""What is known of clearances on file, and what was told since they were granted."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.orm import aliased

from api.access.tables import Practitioner
from api.checks.clearances.tables import ClearanceRevocation, ClearanceRow
from api.clinical.clearances import read_by
from api.clinical.facts import Observation
from api.clinical.knowledge import library
from api.database.work import Work
from api.errors import NotFound
from api.patients import queries as patients
from api.patients.observations.values import restored
from api.patients.tables import Patient

_REVOKER = aliased(Practitioner)
_CLEARANCE = (
    ClearanceRow.id,
    ClearanceRow.patient_id,
    ClearanceRow.rule_id,
    ClearanceRow.rule_version,
    ClearanceRow.practitioner_id,
    Practitioner.name,
    Practitioner.role,
    ClearanceRow.granted_at,
    ClearanceRow.expires_at,
    ClearanceRow.limits,
    ClearanceRow.evidence,
    ClearanceRow.known,
    ClearanceRevocation.revoked_at,
    ClearanceRevocation.practitioner_id.label("revoker_id"),
    _REVOKER.name.label("revoker_name"),
    _REVOKER.role.label("revoker_role"),
    ClearanceRevocation.reason,
    Patient.time_zone,
)

_SINCE = text("""
SELECT c.id AS clearance_id, f.name, f.value, f.observed_at, f.method, f.source, f.source_record_id
FROM clearances c JOIN facts f ON f.clinic_id = :clinic_id AND f.patient_id = c.patient_id
WHERE c.clinic_id = :clinic_id AND c.id = ANY(:clearances)
  AND f.name = ANY(:names) AND (f.observed_at > c.granted_at OR f.recorded_at > c.granted_at)
  AND NOT EXISTS (SELECT FROM fact_retractions r WHERE r.clinic_id = :clinic_id AND r.fact_id = f.id)
ORDER BY f.observed_at, f.id
""")


class OnFile(NamedTuple):
    """A clearance, and what was told of its group since it was granted."""

    clearance: Row[*tuple[Any, ...]]
    since: list[Observation]


def clearance(work: Work, patient_id: UUID, clearance_id: UUID) -> OnFile:
    """A clearance of a patient.

    Raises:
        NotFound: there is none.
    """
    found = work.db.execute(
        _clearances(work).where(ClearanceRow.patient_id == patient_id, ClearanceRow.id == clearance_id)
    ).first()
    if found is None:
        raise NotFound("This patient has no such clearance.")
    return _with_facts(work, [found])[0]


def clearances(work: Work, patient_id: UUID, *, after: tuple[UUID] | None, limit: int) -> list[OnFile]:
    """A patient's clearances, newest first, at most `limit + 1`.

    Raises:
        NotFound: there is no such patient.
    """
    listed = (
        _clearances(work)
        .where(ClearanceRow.patient_id == patient_id)
        .order_by(ClearanceRow.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        listed = listed.where(ClearanceRow.id < after[0])
    found = work.db.execute(listed).all()
    if not found:
        patients.patient(work, patient_id)
    return _with_facts(work, found)


def unrevoked(work: Work, patient_ids: Collection[UUID], moment: datetime) -> dict[UUID, list[OnFile]]:
    """For each patient that has any, the clearances in date that nobody has revoked, oldest first."""
    found = work.db.execute(
        _clearances(work)
        .where(
            ClearanceRow.patient_id.in_(patient_ids),
            ClearanceRow.granted_at <= moment,
            ClearanceRow.expires_at > moment,
            ClearanceRevocation.revoked_at.is_(None),
        )
        .order_by(ClearanceRow.id)
    ).all()
    by_patient: dict[UUID, list[OnFile]] = {}
    for one in _with_facts(work, found):
        by_patient.setdefault(one.clearance.patient_id, []).append(one)
    return by_patient


def ended_or_granted(work: Work, patient_id: UUID, since: datetime) -> list[dict[str, str]]:
    """What became of a patient's clearances after a moment, or by this very work: the rule, and what."""
    granted, revoked = ClearanceRow.granted_at, ClearanceRevocation.revoked_at
    found = work.db.execute(
        _clearances(work)
        .where(
            ClearanceRow.patient_id == patient_id,
            (granted > since)
            | (granted == work.moment)
            | (revoked > since)
            | (revoked == work.moment)
            | ((ClearanceRow.expires_at > since) & (ClearanceRow.expires_at <= work.moment)),
        )
        .order_by(ClearanceRow.id)
    ).all()
    return [{"rule_id": row.rule_id, "what": _became(row, work.moment)} for row in found]


def _became(row: Row[*tuple[Any, ...]], moment: datetime) -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if row.expires_at <= moment else "granted"


def _clearances(work: Work) -> Any:
    """The clinic's clearances, with who granted and who revoked them."""
    return (
        select(*_CLEARANCE)
        .join(
            Practitioner,
            (Practitioner.clinic_id == work.clinic_id) & (Practitioner.id == ClearanceRow.practitioner_id),
        )
        .join(Patient, (Patient.clinic_id == work.clinic_id) & (Patient.id == ClearanceRow.patient_id))
        .outerjoin(
            ClearanceRevocation,
            (ClearanceRevocation.clinic_id == work.clinic_id)
            & (ClearanceRevocation.clearance_id == ClearanceRow.id),
        )
        .outerjoin(
            _REVOKER,
            (_REVOKER.clinic_id == work.clinic_id) & (_REVOKER.id == ClearanceRevocation.practitioner_id),
        )
        .where(ClearanceRow.clinic_id == work.clinic_id)
    )


def _with_facts(work: Work, found: Sequence[Row[*tuple[Any, ...]]]) -> list[OnFile]:
    """The clearances with what was told since; one statement for all of them, none where there are none."""
    release = library.load()
    names = {
        row.id: read_by(release, row.rule_id) if row.rule_id in release.rules_by_id else frozenset()
        for row in found
    }
    since: dict[UUID, list[Observation]] = {row.id: [] for row in found}
    if found:
        told = work.db.execute(
            _SINCE,
            {
                "clinic_id": work.clinic_id,
                "clearances": list(names),
                "names": sorted(frozenset[str]().union(*names.values())),
            },
        )
        for clearance_id, name, value, observed_at, method, source, record in told:
            if name in names[clearance_id]:
                read = restored(release.facts[name], value)
                since[clearance_id].append(Observation(name, read, observed_at, method, source, record))
    return [OnFile(row, since[row.id]) for row in found]
