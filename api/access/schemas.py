"""Clients, staff and tokens on the wire."""

from enum import StrEnum
from typing import Any

from marshmallow import ValidationError, validates_schema

from api.access.actions import NewClient as NewClientValue
from api.access.actions import NewPractitioner as NewPractitionerValue
from api.access.tables import Role
from api.access.tokens import ASSERTION_TYPE, MOST_KEYS, read_public_keys
from api.caller import Scope
from api.errors import invalid
from api.web import fields, paging, shapes
from api.web.strict import Coded


class Authentication(StrEnum):
    """How a client proves itself."""

    CLIENT_SECRET = "client-secret"  # noqa: S105 a name, not a secret
    PRIVATE_KEY_JWT = "private-key-jwt"


class GrantType(StrEnum):
    """The one grant that there is."""

    CLIENT_CREDENTIALS = "client_credentials"


class AssertionType(StrEnum):
    """The one kind of client assertion that there is."""

    JWT_BEARER = ASSERTION_TYPE


class TokenRequest(shapes.Body):
    """A form, as RFC 6749 has it; a client may instead show id and secret by HTTP Basic."""

    grant_type = fields.Closed(GrantType, required=True)
    scope = fields.Text(
        most=2000, description="Scopes with spaces between; all that are registered if left out."
    )
    client_id = fields.Text(most=73)
    client_secret = fields.Text(most=200)
    client_assertion_type = fields.Closed(AssertionType)
    client_assertion = fields.Text(most=8000, description="A JWT signed by one of the client's keys.")


class Token(shapes.View):
    """An access token (RFC 9068)."""

    access_token = fields.Text(most=4000)
    token_type = fields.Text(description="`Bearer`.")
    expires_in = fields.Integer(description="Seconds.")
    scope = fields.Text(most=2000)


class TokenError(shapes.View):
    """A refusal of the token endpoint, in the form of RFC 6749."""

    error = fields.Text()
    error_description = fields.Text()


KEY = {
    "type": "object",
    "description": "A JWK (RFC 7517).",
    "required": ["kty"],
    "properties": {"kty": {"type": "string", "description": "`EC` or `RSA`.", "pattern": "^(EC|RSA)$"}},
}
KEY_SET = {
    "type": "object",
    "description": "A JWK set (RFC 7517) of public keys: EC on P-256 or P-384, or RSA of at least 2048 bits.",
    "required": ["keys"],
    "properties": {
        "keys": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST_KEYS,
            "items": {"$ref": "#/components/schemas/PublicKey"},
        }
    },
}


def _decode_keys(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise invalid("", "This must be a JWK set.", "not-a-key-set")
    try:
        read_public_keys(data)
    except ValueError as fault:
        raise invalid("", f"This cannot be used: {fault}.", "not-a-key-set") from None
    return {"keys": data["keys"]}


class NewClient(shapes.Body):
    """A client to be registered."""

    name = fields.Text(required=True)
    scopes = fields.List(fields.Closed(Scope), required=True, least=1, most=len(Scope))
    authentication = fields.Closed(Authentication, load_default=Authentication.CLIENT_SECRET)
    keys = shapes.Documented(
        "PublicKeySet", KEY_SET, decode=_decode_keys, others={"PublicKey": KEY}, load_default=None
    )

    @validates_schema
    def _keys_go_with_authentication(self, data: dict[str, Any], **_: Any) -> None:
        by_keys = data["authentication"] is Authentication.PRIVATE_KEY_JWT
        if by_keys != (data["keys"] is not None):
            sentence = "This is needed for private-key-jwt, and for nothing else."
            raise ValidationError({"keys": [Coded(sentence, "required" if by_keys else "not-for-secret")]})

    @staticmethod
    def makes(name: str, scopes: list[Scope], authentication: Authentication, keys: Any) -> NewClientValue:
        """The value."""
        del authentication
        return NewClientValue(name=name, scopes=frozenset(scope.value for scope in scopes), keys=keys)


class Client(shapes.View):
    """A client."""

    id = fields.Uuid()
    client_id = fields.Text(
        most=73, description="What the client calls itself: the clinic's id, a dot, its id."
    )
    name = fields.Text()
    scopes = fields.List(fields.Closed(Scope))
    authentication = fields.Closed(Authentication)
    created_at = fields.Instant()
    revoked_at = fields.Instant(allow_none=True)


class ClientWithSecret(Client):
    """A client with its secret, which is shown this once."""

    client_secret = fields.Text(
        allow_none=True,
        description="Shown once; null for a client with keys, and when the answer is replayed.",
    )


class NewPractitioner(shapes.Body):
    """A member of staff to be registered."""

    name = fields.Text(required=True)
    role = fields.Closed(Role, required=True)
    may_sign = fields.Boolean(load_default=False, description="Whether prescriptions may bear this name.")

    makes = NewPractitionerValue


class PractitionerChange(shapes.Body):
    """What is to be changed of a member of staff; what is left out stays."""

    name = fields.Text()
    role = fields.Closed(Role)
    may_sign = fields.Boolean()
    active = fields.Boolean(description="False for one who has left.")


class Practitioner(shapes.View):
    """A member of staff."""

    id = fields.Uuid()
    name = fields.Text()
    role = fields.Closed(Role)
    may_sign = fields.Boolean()
    active = fields.Boolean()
    created_at = fields.Instant()


CLIENTS = paging.page_of(Client)
STAFF = paging.page_of(Practitioner)
