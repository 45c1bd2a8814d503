"""Secrets and signatures by Standard Webhooks; secrets follow from a key in a file and are kept nowhere."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from standardwebhooks import Webhook

from api.errors import Unavailable

SECRET_PREFIX = "whsec_"  # noqa: S105 the prefix by which leaked secrets are found


def secret(key: str, clinic_id: UUID, endpoint_id: UUID, *, generation: int) -> str:
    """The secret of an endpoint: HKDF-Expand (RFC 5869) of the key, with its ids and the generation.

    Args:
        key: 256 random bits in base64.
        clinic_id: whose endpoint it is.
        endpoint_id: which one.
        generation: from 1; each rotation makes the next.

    Raises:
        Unavailable: the service was started without the key.
    """
    if not key:
        raise Unavailable("This server was started without the key that webhooks are signed by.")
    info = b"surefoot webhook" + clinic_id.bytes + endpoint_id.bytes + generation.to_bytes(4, "big")
    derived = hmac.digest(b64decode(key), info + b"\x01", "sha256")
    return SECRET_PREFIX + b64encode(derived).decode()


def headers(secrets: Sequence[str], message_id: UUID, moment: datetime, body: bytes) -> dict[str, str]:
    """The headers that prove who sent this body, and when.

    Args:
        secrets: the present one and, while a rotation is under way, the one before.
        message_id: the event's id, by which the receiver knows a repetition.
        moment: of this call.
        body: as it is sent.
    """
    signed = [
        Webhook(one).sign(msg_id=str(message_id), timestamp=moment, data=body.decode()) for one in secrets
    ]
    return {
        "webhook-id": str(message_id),
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signed),
    }
