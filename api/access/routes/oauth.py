"""The OAuth dialect: the token endpoint and what clients discover about it."""

import binascii
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_plus

from flask import Response
from werkzeug.datastructures import MultiDict

from api.access import schemas
from api.access.tokens import (
    ASSERTION_ALGORITHMS,
    ASSERTION_TYPE,
    Credential,
    TokenRefused,
    asserted_client,
    authenticate,
    granted,
)
from api.caller import Caller, Scope, parse_wire_id
from api.web import encoding, shapes
from api.web.bearer import ALGORITHM, TOKEN_SECONDS
from api.web.blueprint import Room
from api.web.request import building, current

FORM = "application/x-www-form-urlencoded"

tokens = Room("tokens", __name__, description="Access tokens by OAuth 2.0 client credentials.")

_TOKEN = {
    "access_token": "eyJhbGciOi…",
    "token_type": "Bearer",
    "expires_in": 300,
    "scope": "checks:run facts:write",
}
_KEY_SET = {
    "keys": [
        {"kty": "EC", "crv": "P-256", "x": "…", "y": "…", "use": "sig", "alg": "ES256", "kid": "2026-11"}
    ]
}
_SERVER = {
    "issuer": "http://127.0.0.1:8000",
    "token_endpoint": "http://127.0.0.1:8000/oauth/token",
    "jwks_uri": "http://127.0.0.1:8000/.well-known/jwks.json",
    "grant_types_supported": ["client_credentials"],
}
_NO_STORE = {"Cache-Control": "no-store"}
_KEYS = shapes.Documented(
    "SigningKeySet",
    {
        "type": "object",
        "description": "A JWK set (RFC 7517).",
        "required": ["keys"],
        "properties": {"keys": {"type": "array", "items": {"$ref": "#/components/schemas/PublicKey"}}},
    },
    others={"PublicKey": schemas.KEY},
)
_METADATA = shapes.Documented(
    "AuthorizationServer",
    {
        "type": "object",
        "description": "Metadata (RFC 8414), with more members than these.",
        "required": ["issuer", "token_endpoint", "jwks_uri"],
        "properties": {name: {"type": "string"} for name in ("issuer", "token_endpoint", "jwks_uri")},
    },
)


@tokens.route("/oauth/token", methods=["POST"])
@tokens.open_to_all("this is where a client proves itself")
@tokens.takes(
    schemas.TokenRequest(),
    example={"grant_type": "client_credentials", "scope": "facts:write checks:run"},
    content_type=FORM,
)
@tokens.gives(200, schemas.Token(), example=_TOKEN)
@tokens.gives(400, schemas.TokenError(), example={"error": "invalid_scope", "error_description": "…"})
@tokens.gives(401, schemas.TokenError(), example={"error": "invalid_client", "error_description": "…"})
@tokens.refuses(413, 503)
def issue_token(form: MultiDict[str, str]) -> Response:
    """Give an access token to a client that proves itself by its secret or by a signed assertion.

    The secret comes by HTTP Basic or in the form. The assertion (`private_key_jwt`) is signed by RS384, ES384
    or ES256; its `iss` and `sub` are the `client_id`, its `aud` is the token URL, it lives 5 minutes at most,
    and its `jti` counts once.
    """
    try:
        caller = _authenticated(form)
    except TokenRefused as refusal:
        return _refused(refusal)
    token = {
        "access_token": building().gate.issue(caller, current().moment),
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
        "scope": " ".join(sorted(caller.scopes)),
    }
    return encoding.answer(token, 200, _NO_STORE)


@tokens.route("/.well-known/jwks.json", methods=["GET"])
@tokens.open_to_all("public keys are public")
@tokens.gives(200, _KEYS, example=_KEY_SET)
def read_signing_keys() -> Response:
    """Give the public keys that access tokens are signed with: the current, the next and the previous one."""
    return encoding.answer(building().gate.public_keys(), 200, {"Cache-Control": "public, max-age=300"})


@tokens.route("/.well-known/oauth-authorization-server", methods=["GET"])
@tokens.open_to_all("clients discover the token endpoint here")
@tokens.gives(200, _METADATA, example=_SERVER)
def read_authorization_server() -> dict[str, Any]:
    """Say where tokens are given and how clients prove themselves (RFC 8414)."""
    issuer = building().settings.issuer
    return {
        "issuer": issuer,
        "token_endpoint": _token_url(),
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "service_documentation": f"{issuer}/docs",
        "scopes_supported": [scope.value for scope in Scope],
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": [
            "private_key_jwt",
            "client_secret_basic",
            "client_secret_post",
        ],
        "token_endpoint_auth_signing_alg_values_supported": list(ASSERTION_ALGORITHMS),
        "access_token_signing_alg_values_supported": [ALGORITHM],
    }


def _authenticated(form: MultiDict[str, str]) -> Caller:
    fields = _once(form)
    match fields.get("grant_type"):
        case None:
            raise TokenRefused("invalid_request", f"There is no grant_type; the body is a form, {FORM}.")
        case "client_credentials":
            pass
        case _:
            raise TokenRefused("unsupported_grant_type", "The grant is client_credentials.")
    credential = _credential(fields)
    ids = parse_wire_id(credential.wire_id)
    if ids is None:
        raise TokenRefused("invalid_client", "The client is unknown, revoked, or did not prove itself.")
    work = current().enter(*ids)
    registered = authenticate(work, credential, token_url=_token_url())
    scopes = granted(registered, fields.get("scope", "").split())
    return Caller(clinic_id=ids[0], client_id=ids[1], scopes=scopes)


def _once(form: MultiDict[str, str]) -> Mapping[str, str]:
    if any(len(values) > 1 for _, values in form.lists()):
        raise TokenRefused("invalid_request", "A member of the form is given more than once.")
    return {name: value for name, value in form.items() if value}


def _credential(fields: Mapping[str, str]) -> Credential:
    basic = current().headers.get("Authorization")
    shown = [name for name in ("client_secret", "client_assertion") if name in fields] + (
        ["basic"] if basic else []
    )
    if len(shown) > 1:
        raise TokenRefused("invalid_request", "The client proves itself in more than one way.")
    match shown:
        case ["basic"]:
            wire_id, secret = _basic(str(basic))
            credential = Credential(wire_id=wire_id, secret=secret)
        case ["client_secret"]:
            credential = Credential(wire_id=fields.get("client_id", ""), secret=fields["client_secret"])
        case ["client_assertion"]:
            if fields.get("client_assertion_type") != ASSERTION_TYPE:
                raise TokenRefused("invalid_request", f"client_assertion_type must be {ASSERTION_TYPE}.")
            assertion = fields["client_assertion"]
            credential = Credential(wire_id=asserted_client(assertion), assertion=assertion)
        case _:
            raise TokenRefused("invalid_client", "The client did not prove itself.")
    if fields.get("client_id", credential.wire_id) != credential.wire_id:
        raise TokenRefused("invalid_request", "client_id is not the client that proves itself.")
    return credential


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    try:
        if scheme.lower() != "basic":
            raise ValueError
        wire_id, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
        if not colon:
            raise ValueError
    except (ValueError, binascii.Error):
        raise TokenRefused("invalid_client", "The Authorization header is not HTTP Basic.") from None
    return unquote_plus(wire_id), unquote_plus(secret)


def _refused(refusal: TokenRefused) -> Response:
    status, headers = 400, dict(_NO_STORE)
    if refusal.error == "invalid_client":
        status = 401
        headers["WWW-Authenticate"] = 'Basic realm="surefoot"'
    data = {"error": refusal.error, "error_description": refusal.description}
    return encoding.answer(data, status, headers)


def _token_url() -> str:
    return f"{building().settings.issuer}/oauth/token"
