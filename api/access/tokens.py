"""How a client proves itself: by its secret, or by an assertion that it signed (RFC 7523)."""

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from sqlalchemy.dialects.postgresql import insert

from api.access import queries
from api.access.tables import ClientAssertion
from api.caller import implied
from api.database.base import uuid7
from api.database.work import Work

SECRET_PREFIX = "sfs_"  # noqa: S105 the prefix by which leaked secrets are found
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_ALGORITHMS = ("ES256", "ES384", "RS384")
LONGEST_ASSERTION_SECONDS = 300
LONGEST_JTI = 255
CURVES = ("P-256", "P-384")
SMALLEST_RSA_BITS = 2048
MOST_KEYS = 5

_NO_HASH = bytes(32)


class TokenRefused(Exception):
    """The token endpoint declines, in the words of RFC 6749."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a client showed: a secret, or an assertion."""

    wire_id: str
    secret: str | None = None
    assertion: str | None = None


def new_secret() -> tuple[str, bytes]:
    """A secret of 256 random bits, to be shown once, and the hash that is kept."""
    secret = SECRET_PREFIX + token_urlsafe(32)
    return secret, sha256(secret.encode()).digest()


def read_public_keys(keys: Mapping[str, Any]) -> KeySet:
    """A client's key set.

    Raises:
        ValueError: a key is private, too weak, or of a kind that signs by no algorithm that is accepted.
    """
    members = keys.get("keys")
    if not isinstance(members, list) or not 1 <= len(members) <= MOST_KEYS:
        raise ValueError(f"a key set has 1 to {MOST_KEYS} keys")
    for member in members:
        if not isinstance(member, dict) or {"d", "p", "q", "k"} & member.keys():
            raise ValueError("a key set holds public keys only; a private key has left its owner")
    try:
        found = KeySet.import_key_set({"keys": members})
    except (JoseError, ValueError, TypeError, KeyError):
        raise ValueError("this is not a JWK set (RFC 7517)") from None
    for key in found.keys:
        _check_strength(key)
    return found


def asserted_client(assertion: str) -> str:
    """The client that an assertion speaks for, not verified yet.

    Raises:
        TokenRefused: the assertion cannot be read.
    """
    try:
        claims = json.loads(jws.extract_compact(assertion.encode()).payload)
        subject = claims["sub"]
    except (JoseError, ValueError, KeyError, TypeError):
        raise _unknown_client() from None
    if not isinstance(subject, str):
        raise _unknown_client()
    return subject


def authenticate(work: Work, credential: Credential, *, token_url: str) -> frozenset[str]:
    """The scopes of the client of this work, which proved itself by the credential.

    Raises:
        TokenRefused: `invalid_client`.
    """
    known = queries.credentials(work)
    if credential.secret is not None:
        shown = sha256(credential.secret.encode()).digest()
        kept = known.secret_hash if known is not None and known.secret_hash is not None else _NO_HASH
        if not hmac.compare_digest(shown, kept) or known is None:
            raise _unknown_client()
    else:
        if known is None or known.keys is None:
            raise _unknown_client()
        _spend(work, _verified(credential, known.keys, token_url, work.moment))
    return frozenset(known.scopes)


def granted(registered: frozenset[str], requested: Iterable[str]) -> frozenset[str]:
    """The scopes of the token: those requested, or all that are registered.

    Raises:
        TokenRefused: `invalid_scope`.
    """
    wanted = frozenset(requested)
    refused = sorted(scope for scope in wanted if scope not in implied(registered))
    if refused:
        raise TokenRefused("invalid_scope", "The client is not registered for a scope that it asks for.")
    return wanted or registered


def _verified(
    credential: Credential, keys: Mapping[str, Any], token_url: str, moment: datetime
) -> Mapping[str, Any]:
    claims = _signed_claims(str(credential.assertion), read_public_keys(keys))
    now = moment.timestamp()
    audience = claims.get("aud")
    expires = claims.get("exp")
    jti = claims.get("jti")
    problems = {
        "iss and sub must both be the client_id": (
            claims.get("iss") != credential.wire_id or claims.get("sub") != credential.wire_id
        ),
        "aud must be the token URL": audience not in (token_url, [token_url]),
        "exp must be a time": type(expires) not in (int, float),
        "jti must be a text of 1 to 255 characters": (
            not isinstance(jti, str) or not 1 <= len(jti) <= LONGEST_JTI or not jti.isprintable()
        ),
    }
    for sentence, holds in problems.items():
        if holds:
            raise TokenRefused("invalid_client", f"In the assertion {sentence}.")
    if not now < float(expires or 0) <= now + LONGEST_ASSERTION_SECONDS:
        raise TokenRefused("invalid_client", "The assertion is expired, or lives longer than 5 minutes.")
    not_before = claims.get("nbf")
    if isinstance(not_before, int | float) and not_before > now:
        raise TokenRefused("invalid_client", "The assertion is not valid yet.")
    return claims


def _signed_claims(assertion: str, keys: KeySet) -> Mapping[str, Any]:
    try:
        kid = jws.extract_compact(assertion.encode()).headers().get("kid")
    except (JoseError, ValueError):
        raise _unknown_client() from None
    for key in keys.keys:
        if kid is not None and key.kid is not None and key.kid != kid:
            continue
        try:
            signed = jws.deserialize_compact(assertion, key, algorithms=list(ASSERTION_ALGORITHMS))
            claims = json.loads(signed.payload)
        except (JoseError, ValueError):
            continue
        if isinstance(claims, dict):
            return claims
    raise _unknown_client()


def _spend(work: Work, claims: Mapping[str, Any]) -> None:
    spent = work.db.execute(
        insert(ClientAssertion)
        .values(
            clinic_id=work.clinic_id,
            id=uuid7(),
            client_id=work.caller.client_id,
            jti=claims["jti"],
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        )
        .on_conflict_do_nothing()
        .returning(ClientAssertion.id)
    ).first()
    if spent is None:
        raise TokenRefused("invalid_client", "The assertion was used before.")


def _check_strength(key: Key) -> None:
    if isinstance(key, ECKey) and key.curve_name in CURVES:
        return
    if isinstance(key, RSAKey) and key.raw_value.key_size >= SMALLEST_RSA_BITS:
        return
    raise ValueError(f"a key is EC on {' or '.join(CURVES)}, or RSA of at least {SMALLEST_RSA_BITS} bits")


def _unknown_client() -> TokenRefused:
    return TokenRefused("invalid_client", "The client is unknown, revoked, or did not prove itself.")
