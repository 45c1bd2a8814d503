"""The JSON Schemas of what a check is asked."""

from typing import Any

from api.clinical.knowledge import library
from api.clinical.vocabulary import CheckKind
from api.patients.observations import documentation as observations
from api.web import fields

MOST_CLEARANCES = 200
LONGEST_LIMITS = 2000

_INSTANT_SCHEMA = fields.Instant().json_schema()
_ID = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 200}
_KIND = fields.Closed(CheckKind)
CLEARANCE = {
    "type": "object",
    "description": "A clinician's clearance of one rule; it counts until just before `expires_at`.",
    "additionalProperties": False,
    "required": ["rule_id", "granted_by", "granted_at", "expires_at"],
    "properties": {
        "rule_id": {
            **_ID,
            "description": "A rule that can be cleared, as findings name it; an absolute never can.",
        },
        "granted_by": {"$ref": "#/components/schemas/GrantedBy"},
        "granted_at": {**_INSTANT_SCHEMA, "description": "Not after the moment of the check."},
        "expires_at": {**_INSTANT_SCHEMA, "description": "After `granted_at`."},
        "limits": {
            **fields.Text(most=LONGEST_LIMITS, lines=True).json_schema(),
            "description": "What the clinician bound it to, in words.",
        },
    },
}
GRANTED_BY = {
    "type": "object",
    "description": "The clinician who answers for a clearance.",
    "additionalProperties": False,
    "required": ["name", "role"],
    "properties": {"name": fields.Text().json_schema(), "role": fields.Text().json_schema()},
}
NAMED = {"GivenClearance": CLEARANCE, "GrantedBy": GRANTED_BY, **_KIND.components}
"""The schemas that the questions refer to, besides those of the facts."""

_EXERCISES = {
    "type": "array",
    "description": "Judge only these; all if left out. `GET /v1/exercises` lists them.",
    "items": _ID,
    "minItems": 1,
    "maxItems": len(library.load().exercises),
    "uniqueItems": True,
}
_FACTS = {"$ref": f"#/components/schemas/{observations.FACTS}"}
_OBSERVED_AT = {
    **observations.OBSERVED_AT,
    "description": "When the facts without their own were observed.",
}


def object_of(description: str, required: list[str], properties: dict[str, Any]) -> dict[str, Any]:
    """The schema of an object that refuses what it does not know."""
    return {
        "type": "object",
        "description": description,
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }


QUESTION = object_of(
    "What is known of someone, and what is asked.",
    ["kind", "facts"],
    {
        "kind": _KIND.json_schema(),
        "as_of": {
            **_INSTANT_SCHEMA,
            "description": "The moment of the check, now if left out. Its offset tells the local day.",
        },
        "observed_at": _OBSERVED_AT,
        "facts": _FACTS,
        "clearances": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/GivenClearance"},
            "maxItems": MOST_CLEARANCES,
        },
        "exercises": _EXERCISES,
    },
)
DAY_QUESTION = object_of(
    "What is asked of a patient on file, with facts of the day that count for this check only.",
    ["kind"],
    {"kind": _KIND.json_schema(), "observed_at": _OBSERVED_AT, "facts": _FACTS},
)
