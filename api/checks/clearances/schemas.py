"""Clearances on the wire."""

from collections.abc import Mapping
from typing import Any, ClassVar

from api.access.tables import Role
from api.checks.clearances import actions
from api.checks.clearances.standing import ClearanceStatus
from api.clinical.knowledge import library
from api.web import fields, paging, shapes
from api.web.strict import Strict

LONG = 2000
_ID = "^[a-z0-9]+(-[a-z0-9]+)*$"


class ClearableRule(Strict[str]):
    """A rule that a clinician can clear."""

    sentences: ClassVar[Mapping[str, str]] = {
        "unknown-rule": "There is no such rule; GET /v1/knowledge/rules lists them.",
        "not-clearable": "Nobody can clear this rule: it is absolute, or asks for no clearance.",
    }

    def read(self, value: Any) -> str:
        """The value of JSON data."""
        rule = library.load().rules_by_id.get(value) if isinstance(value, str) else None
        if rule is None:
            raise self.make_error("unknown-rule")
        if not rule.clearable:
            raise self.make_error("not-clearable")
        return rule.id

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema."""
        return {"type": "string", "pattern": _ID, "maxLength": 200}


class NewClearance(shapes.Body):
    """A clearance to be granted, from now on, for what is known of the patient now."""

    rule_id = ClearableRule(required=True, description="A rule that can be cleared; an absolute never can.")
    practitioner_id = fields.Uuid(
        required=True, description="The member of staff who clears; one who may sign."
    )
    expires_at = fields.Instant(
        load_default=None,
        description="If left out, and at the latest: after 180 days; after 365 where the rule is about "
        "vigorous work alone; after 1 where it is about the day.",
    )
    limits = fields.Text(
        most=LONG, lines=True, load_default=None, description="What it is bound to, in words."
    )
    evidence = fields.Text(
        most=LONG, lines=True, load_default=None, description="What it rests on, in words."
    )

    makes = actions.NewClearance


class NewRevocation(shapes.Body):
    """A clearance to be taken back, from now on."""

    practitioner_id = fields.Uuid(
        required=True, description="The member of staff who revokes; one who may sign."
    )
    reason = fields.Text(required=True, most=LONG, lines=True)

    makes = actions.NewRevocation


class Clinician(shapes.View):
    """A member of staff who answers for an act."""

    practitioner_id = fields.Uuid()
    name = fields.Text()
    role = fields.Closed(Role)


class ClearanceEnd(shapes.View):
    """The finding that ended a clearance: of the same group, and resting on newer facts."""

    rule_id = fields.Text()
    facts = fields.List(fields.Text(), description="The facts that were not known at the grant.")
    at = fields.Instant()


class Revocation(shapes.View):
    """Who took a clearance back, and why."""

    at = fields.Instant()
    by = fields.Nested(Clinician)
    reason = fields.Text(most=LONG, lines=True)


class Clearance(shapes.View):
    """A clinician's clearance of one rule for one patient, as it stands now."""

    id = fields.Uuid()
    patient_id = fields.Uuid()
    rule_id = fields.Text()
    rule_version = fields.Integer(description="The version that the clinician read.")
    status = fields.Closed(ClearanceStatus)
    granted_by = fields.Nested(Clinician)
    granted_at = fields.Instant()
    expires_at = fields.Instant(description="It counts until just before.")
    limits = fields.Text(most=LONG, lines=True, allow_none=True)
    evidence = fields.Text(most=LONG, lines=True, allow_none=True)
    superseded = fields.Nested(ClearanceEnd, allow_none=True)
    revoked = fields.Nested(Revocation, allow_none=True)


CLEARANCES = paging.page_of(Clearance)

_CLINICIAN = {
    "practitioner_id": "019a9c51-0a1b-7c2d-8e3f-4a5b6c7d8e9f",
    "name": "Giulia Conti",
    "role": Role.PODIATRIST.value,
}
NEW_EXAMPLE: dict[str, Any] = {
    "rule_id": "foot-ulcer-healed-under-90d",
    "practitioner_id": _CLINICIAN["practitioner_id"],
    "limits": "Daily-life walking in therapeutic footwear only.",
    "evidence": "Scar inspected: closed, dry, no callus.",
}
REVOCATION_EXAMPLE = {
    "practitioner_id": _CLINICIAN["practitioner_id"],
    "reason": "Footwear was not worn.",
}
EXAMPLE: dict[str, Any] = {
    "id": "019aa001-6c2d-7e3f-8a4b-5c6d7e8f9a0b",
    "patient_id": "019a9c51-3c4d-7e5f-8a6b-7c8d9e0f1a2b",
    "rule_id": NEW_EXAMPLE["rule_id"],
    "rule_version": 1,
    "status": ClearanceStatus.ACTIVE.value,
    "granted_by": _CLINICIAN,
    "granted_at": "2025-11-20T08:40:00Z",
    "expires_at": "2026-05-19T08:40:00Z",
    "limits": NEW_EXAMPLE["limits"],
    "evidence": NEW_EXAMPLE["evidence"],
    "superseded": None,
    "revoked": None,
}
REVOKED_EXAMPLE: dict[str, Any] = EXAMPLE | {
    "status": ClearanceStatus.REVOKED.value,
    "revoked": {
        "at": "2025-12-01T09:00:00Z",
        "by": _CLINICIAN,
        "reason": REVOCATION_EXAMPLE["reason"],
    },
}
