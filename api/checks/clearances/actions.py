"""What grants and revokes clearances."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from api.access.queries import named_practitioner
from api.checks.clearances import queries
from api.checks.clearances.tables import ClearanceRevocation, ClearanceRow
from api.checks.inputs import kept_observations
from api.clinical.clearances import lasting, read_by
from api.clinical.knowledge import library
from api.database.base import uuid7
from api.database.json_columns import as_json
from api.database.work import Aspect, Work
from api.errors import Conflict, invalid
from api.patients import queries as patients
from api.patients.observations.recording import queue_at


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClearance:
    """A clearance to be granted.

    Attributes:
        rule_id: a rule that can be cleared.
        practitioner_id: who clears it.
        expires_at: the usual end of the rule's clearances if None.
    """

    rule_id: str
    practitioner_id: UUID
    expires_at: datetime | None = None
    limits: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRevocation:
    """A clearance to be taken back: by whom, and why."""

    practitioner_id: UUID
    reason: str


def grant(work: Work, patient_id: UUID, new: NewClearance) -> UUID:
    """Clear a rule for a patient, from now on, for what is known now.

    Raises:
        NotFound: there is no such patient.
        Invalid: no such member of staff, not one who may sign, or an end that is past or too far ahead.
    """
    queue_at(work, patient_id)
    release = library.load()
    on_file = patients.evidence(work, patient_id, work.moment)
    named_practitioner(work, new.practitioner_id, signs=True)
    read = read_by(release, new.rule_id)
    made: dict[str, Any] = {
        "id": uuid7(),
        "patient_id": patient_id,
        "rule_id": new.rule_id,
        "rule_version": release.rules_by_id[new.rule_id].version,
        "practitioner_id": new.practitioner_id,
        "client_id": work.caller.client_id,
        "granted_at": work.moment,
        "expires_at": _end(work.moment, new),
        "limits": new.limits,
        "evidence": new.evidence,
        "known": as_json(kept_observations([one for one in on_file.observations if one.name in read])),
    }
    work.db.execute(insert(ClearanceRow).values(clinic_id=work.clinic_id, **made))
    work.record("clearance.granted", "clearance", made["id"], practitioner_id=new.practitioner_id)
    work.affects(patient_id, Aspect.FACTS)
    return UUID(str(made["id"]))


def revoke(work: Work, patient_id: UUID, clearance_id: UUID, new: NewRevocation) -> None:
    """Take a clearance back.

    Raises:
        NotFound: the patient has no such clearance.
        Conflict: it was revoked before.
        Invalid: no such member of staff, or not one who may sign.
    """
    queue_at(work, patient_id)
    found = queries.clearance(work, patient_id, clearance_id).clearance
    if found.revoked_at is not None:
        raise Conflict("This clearance was revoked before.")
    named_practitioner(work, new.practitioner_id, signs=True)
    work.db.execute(
        insert(ClearanceRevocation).values(
            clinic_id=work.clinic_id,
            id=uuid7(),
            clearance_id=clearance_id,
            practitioner_id=new.practitioner_id,
            client_id=work.caller.client_id,
            revoked_at=work.moment,
            reason=new.reason,
        )
    )
    work.record("clearance.revoked", "clearance", clearance_id, practitioner_id=new.practitioner_id)
    work.affects(patient_id, Aspect.FACTS)


def _end(moment: datetime, new: NewClearance) -> datetime:
    """When the clearance ends."""
    usual = moment + lasting(library.load().rules_by_id[new.rule_id])
    if new.expires_at is None:
        return usual
    if new.expires_at <= moment:
        raise invalid("/expires_at", "This must lie in the future.", "in-the-past")
    if new.expires_at > usual:
        days = (usual - moment).days
        detail = f"A clearance of this rule lasts {days} day{'' if days == 1 else 's'} at the most."
        raise invalid("/expires_at", detail, "too-long")
    return new.expires_at
