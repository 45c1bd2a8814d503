"""The parts of the OpenAPI document that every operation shares: headers, parameters, refusals."""

from typing import Any

from api.caller import Scope

RESPONSES = {
    400: "BadRequest",
    401: "Unauthenticated",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    412: "StaleVersion",
    413: "TooLarge",
    415: "UnsupportedMediaType",
    422: "Invalid",
    428: "PreconditionRequired",
    429: "TooManyRequests",
    500: "InternalError",
    503: "Unavailable",
}
"""Our own names for the responses: those of `http.HTTPStatus` differ between versions of Python."""

_TEXT: dict[str, Any] = {"type": "string"}
_FAULT = {"$ref": "#/components/schemas/Fault"}
_BLOCKED = {"$ref": "#/components/schemas/BlockedExercise"}
_NEED = {"$ref": "#/components/schemas/Need"}

HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-Id": {"description": "The id of the request: yours, or a new one.", "schema": _TEXT},
    "ETag": {"description": "The version shown; give it back as `If-Match`.", "schema": _TEXT},
    "Location": {"description": "Where the new thing is.", "schema": _TEXT},
    "Link": {"description": '`rel="next"`: the next page, if there is one.', "schema": _TEXT},
    "Idempotent-Replayed": {
        "description": "`true` if this is the stored answer to an earlier request with the same key.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Retry-After": {"description": "Try again after so many seconds.", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"description": "What kind of token is needed.", "schema": _TEXT},
}

PARAMETERS: dict[str, dict[str, Any]] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "description": "A key of your own for this request, as a UUID: sent again, it does nothing twice.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[\\x21-\\x7e]+$"},
    },
    "IfMatch": {
        "name": "If-Match",
        "description": "The `ETag` of the version that you read.",
        "required": True,
        "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,9}"$'},
        "example": '"1"',
    },
    "IfMatchOptional": {
        "name": "If-Match",
        "description": "The `ETag` of the version that you read, if the thing exists already.",
        "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,9}"$'},
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "description": "An `ETag` that you have: 304 if it is still the version.",
        "schema": _TEXT,
    },
}


PATH_ARGUMENTS = {
    "system": "Whose identifiers these are, usually a URI, percent-encoded.",
    "value": "The identifier.",
    "code": "The code that a handout shows.",
}
"""What the parts of a path mean that are not ids."""

FAULT: dict[str, Any] = {
    "type": "object",
    "description": "One thing that is wrong with a request.",
    "required": ["pointer", "detail", "code"],
    "properties": {
        "pointer": {
            "type": "string",
            "description": "JSON pointer into the body, or `/query/…` or `/path/…`.",
        },
        "detail": {"type": "string", "description": "A sentence for a person."},
        "code": {"type": "string", "description": "Stable, for programs."},
    },
}

BLOCKED: dict[str, Any] = {
    "type": "object",
    "description": "An exercise that the check does not let through.",
    "required": ["exercise_id", "status", "rules"],
    "properties": {
        "exercise_id": _TEXT,
        "status": {"type": "string", "description": "`forbid`, `clearance` or `avoid`."},
        "rules": {"type": "array", "items": _TEXT, "description": "The rules that say so."},
    },
}
NEED: dict[str, Any] = {
    "type": "object",
    "description": "What would have to be answered, cleared or changed before there is a dose.",
    "required": ["kind", "id", "sentence"],
    "properties": {
        "kind": {"type": "string", "description": "Stable, for programs."},
        "id": {"type": "string", "description": "The fact or the rule."},
        "sentence": {"type": "string", "description": "For a person."},
    },
}

SCOPES = {
    Scope.PATIENTS_READ: "See the patients of the clinic.",
    Scope.PATIENTS_WRITE: "Register and change patients.",
    Scope.FACTS_READ: "See what is known of patients, and their profiles.",
    Scope.FACTS_WRITE: "Put facts on file, correct them, take them back.",
    Scope.CHECKS_READ: "See checks that were made.",
    Scope.CHECKS_RUN: "Check facts, check patients, replay checks.",
    Scope.RECOMMENDATIONS_READ: "Get recommended exercises.",
    Scope.PRESCRIPTIONS_READ: "See prescriptions.",
    Scope.PRESCRIPTIONS_WRITE: "Draft and change prescriptions.",
    Scope.PRESCRIPTIONS_SIGN: (
        "Sign prescriptions, grant and revoke clearances, and unlock, for a practitioner."
    ),
    Scope.SESSIONS_READ: "See reports of exercise sessions.",
    Scope.SESSIONS_WRITE: "Report exercise sessions.",
    Scope.ADHERENCE_READ: "See how far patients follow their prescriptions.",
    Scope.ALERTS_READ: "See alerts.",
    Scope.ALERTS_WRITE: "Acknowledge and close alerts.",
    Scope.CLIENTS_MANAGE: "Register, change and revoke the systems that may call.",
    Scope.STAFF_READ: "See the staff of the clinic.",
    Scope.STAFF_MANAGE: "Register and change staff.",
    Scope.EVENTS_READ: "Read the log of what happened.",
    Scope.WEBHOOKS_MANAGE: "Register, change and disable the addresses that are told what happened.",
    Scope.AUDIT_READ: "See who did what.",
}
"""What each scope allows, in a sentence."""


def problem_schema() -> dict[str, Any]:
    """The shape of every refusal."""
    return {
        "type": "object",
        "description": "A refusal (RFC 9457).",
        "required": ["type", "title", "status", "detail", "instance"],
        "properties": {
            "type": {
                "type": "string",
                "format": "uri-reference",
                "description": "Resolves to a page about it.",
            },
            "title": {"type": "string", "description": "The same for every problem of the type."},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "A sentence for a person."},
            "instance": {"type": "string", "description": "The id of the request."},
            "errors": {"type": "array", "items": _FAULT, "description": "With 422, some 409: every fault."},
            "missing_scopes": {"type": "array", "items": {"type": "string"}, "description": "With 403."},
            "decision": {"type": "string", "description": "With `unsafe`: the decision of the check."},
            "blocked": {"type": "array", "items": _BLOCKED, "description": "With `unsafe`: every exercise."},
            "needs": {"type": "array", "items": _NEED, "description": "With `unsafe`: what would change it."},
        },
    }
