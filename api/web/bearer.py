"""The gate: a bearer token becomes a caller; verified tokens are remembered for at most a minute."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Any
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from api.caller import Caller, parse_wire_id
from api.database.base import uuid7
from api.database.work import Work
from api.errors import Unauthenticated

ALGORITHM = "ES256"
TOKEN_TYPE = "at+jwt"  # noqa: S105 the type of an access token (RFC 9068), no secret
TOKEN_SECONDS = 300
REMEMBERED_SECONDS = 60
REMEMBERED_TOKENS = 10_000

_BEARER = re.compile(r"[Bb]earer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)")

OpenWork = Callable[[Caller], Work]
Standing = Callable[[Work], bool]
"""Whether the client of the work exists and is not revoked; one read."""


class Gate:
    """Checks access tokens (RFC 9068) that this service issued.

    A token that was seen before costs a hash and a look-up. A revoked client is refused at the latest when
    its remembered tokens are forgotten, after a minute.
    """

    def __init__(self, keys: KeySet, *, issuer: str, standing: Standing) -> None:
        self._keys = keys
        self._issuer = issuer
        self._standing = standing
        self._remembered: dict[bytes, tuple[float, Caller]] = {}
        self._remembering = Lock()

    def admit(self, authorization: str | None, moment: datetime, open_work: OpenWork) -> Work:
        """The work of the caller that the header names.

        Raises:
            Unauthenticated: there is no token, or it does not count.
        """
        if not authorization:
            raise _unauthenticated("The request has no access token.", error=None)
        match = _BEARER.fullmatch(authorization)
        if match is None:
            raise _unauthenticated("The Authorization header is not `Bearer` and a token.")
        token = match[1].encode()
        digest = hashlib.sha256(token).digest()
        now = moment.timestamp()
        known = self._remembered.get(digest)
        if known is not None and known[0] > now:
            return open_work(known[1])
        caller, expires = self._verified(token, now)
        work = open_work(caller)
        if not self._standing(work):
            raise _unauthenticated("The client of this token is revoked.")
        self._remember(digest, min(expires, now + REMEMBERED_SECONDS), caller)
        return work

    def issue(self, caller: Caller, moment: datetime) -> str:
        """A new access token for the caller, signed with the current key; it lives `TOKEN_SECONDS`."""
        issued = int(moment.timestamp())
        claims = {
            "iss": self._issuer,
            "sub": caller.wire_id,
            "aud": self._issuer,
            "exp": issued + TOKEN_SECONDS,
            "iat": issued,
            "jti": str(uuid7()),
            "client_id": caller.wire_id,
            "scope": " ".join(sorted(caller.scopes)),
            "clinic_id": str(caller.clinic_id),
        }
        key = self._keys.keys[0]
        header = {"alg": ALGORITHM, "typ": TOKEN_TYPE, "kid": key.kid}
        return jws.serialize_compact(header, json.dumps(claims), key, algorithms=[ALGORITHM])

    def public_keys(self) -> dict[str, Any]:
        """The public parts of the current, the next and the previous key."""
        return {
            "keys": [
                {**key.as_dict(private=False), "use": "sig", "alg": ALGORITHM} for key in self._keys.keys
            ]
        }

    def _verified(self, token: bytes, now: float) -> tuple[Caller, float]:
        try:
            signed = jws.deserialize_compact(token, self._keys, algorithms=[ALGORITHM])
            claims = json.loads(signed.payload)
        except (JoseError, ValueError):
            raise _unauthenticated("The access token is not one of this service.") from None
        if (
            signed.headers().get("typ") != TOKEN_TYPE
            or claims["iss"] != self._issuer
            or claims["aud"] != self._issuer
        ):
            raise _unauthenticated("The access token is not one for this service.")
        if claims["exp"] <= now:
            raise _unauthenticated("The access token is expired; get a new one.")
        ids = parse_wire_id(claims["client_id"])
        if ids is None or ids[0] != UUID(claims["clinic_id"]):
            raise _unauthenticated("The access token names no client.")
        caller = Caller(clinic_id=ids[0], client_id=ids[1], scopes=frozenset(claims["scope"].split()))
        return caller, float(claims["exp"])

    def _remember(self, digest: bytes, until: float, caller: Caller) -> None:
        with self._remembering:
            while len(self._remembered) >= REMEMBERED_TOKENS:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[digest] = (until, caller)


def read_keys(text: str) -> KeySet:
    """The private key set of the service: the current key, the next, the previous one; the first signs.

    Raises:
        ValueError: it is not a set of ES256 keys.
    """
    keys = KeySet.import_key_set(json.loads(text))
    if not keys.keys or not all(isinstance(key, ECKey) and key.kid and key.is_private for key in keys.keys):
        raise ValueError("the signing keys are not a set of private ES256 keys with ids")
    return keys


def _unauthenticated(detail: str, *, error: str | None = "invalid_token") -> Unauthenticated:
    challenge = 'Bearer realm="surefoot"'
    if error is not None:
        challenge += f', error="{error}", error_description="{detail.rstrip(".").replace(chr(96), "")}"'
    return Unauthenticated(detail, headers={"WWW-Authenticate": challenge})
