"""Whether a clearance on file still stands, and what ended it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from api.checks.clearances.queries import OnFile
from api.checks.inputs import read_observations
from api.clinical.clearances import Held, Superseded, superseded
from api.clinical.contraindications import Clearance
from api.clinical.facts import Observation
from api.clinical.release import Release


class ClearanceStatus(StrEnum):
    """Whether a clearance counts, and if not, what ended it."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


def in_force(
    release: Release, on_file: Iterable[OnFile], as_of: datetime, *, told: Sequence[Observation] = ()
) -> list[Clearance]:
    """The clearances that count at a moment.

    Args:
        release: the knowledge.
        on_file: in date and not revoked.
        as_of: the moment, in the patient's zone.
        told: what is known beside what is on file; it can end a clearance as a fact on file can.
    """
    return [
        Clearance(
            rule_id=row.rule_id,
            granted_by_name=row.name,
            granted_by_role=row.role.value,
            granted_at=row.granted_at,
            expires_at=row.expires_at,
            limits=row.limits,
        )
        for row, since in on_file
        if _ended(release, OnFile(row, [*since, *told]), as_of) is None
    ]


def shown(release: Release, one: OnFile, moment: datetime) -> dict[str, Any]:
    """A clearance as JSON data, as it stands at a moment."""
    row = one.clearance
    until = min(moment, row.expires_at, *([row.revoked_at] if row.revoked_at else []))
    end = _ended(release, one, until.astimezone(ZoneInfo(row.time_zone)))
    status = ClearanceStatus.ACTIVE
    if row.revoked_at is not None:
        status, end = ClearanceStatus.REVOKED, None
    elif end is not None:
        status = ClearanceStatus.SUPERSEDED
    elif row.expires_at <= moment:
        status = ClearanceStatus.EXPIRED
    return {
        "id": row.id,
        "patient_id": row.patient_id,
        "rule_id": row.rule_id,
        "rule_version": row.rule_version,
        "status": status,
        "granted_by": {"practitioner_id": row.practitioner_id, "name": row.name, "role": row.role},
        "granted_at": row.granted_at,
        "expires_at": row.expires_at,
        "limits": row.limits,
        "evidence": row.evidence,
        "superseded": None if end is None else end._asdict(),
        "revoked": None if row.revoked_at is None else _revoked(row),
    }


def _revoked(row: Any) -> dict[str, Any]:
    by = {"practitioner_id": row.revoker_id, "name": row.revoker_name, "role": row.revoker_role}
    return {"at": row.revoked_at, "by": by, "reason": row.reason}


def _ended(release: Release, one: OnFile, as_of: datetime) -> Superseded | None:
    row, since = one
    if not since or row.rule_id not in release.rules_by_id:
        return None
    known = read_observations(release, row.known)
    held = Held(rule_id=row.rule_id, granted_at=row.granted_at, known=known)
    return superseded(release, held, since, as_of)
