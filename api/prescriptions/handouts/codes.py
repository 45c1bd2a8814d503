"""The code of a handout: the clinic that it is of, so that it is looked for there only, and a secret."""

import re
from base64 import b32decode, b32encode
from secrets import token_bytes
from typing import NamedTuple
from uuid import UUID

SECRET_BYTES = 16
_LENGTH = 52
_GROUP = 4
_CODE = re.compile(f"[A-Z2-7]{{{_LENGTH}}}")


class Code(NamedTuple):
    """What a code says."""

    clinic_id: UUID
    secret: bytes


NOBODY = Code(UUID(int=0), bytes(SECRET_BYTES))
"""What is looked for where a text is no code, so that this takes as long."""


def new_secret() -> bytes:
    """128 random bits."""
    return token_bytes(SECRET_BYTES)


def written(code: Code) -> str:
    """The code as it stands in an address: base32, which nobody misreads."""
    return b32encode(code.clinic_id.bytes + code.secret).decode().rstrip("=")


def grouped(text: str) -> str:
    """A code as it is read aloud, in groups of four."""
    return " ".join(text[place : place + _GROUP] for place in range(0, len(text), _GROUP))


def read(text: str) -> Code:
    """What a text says, with or without gaps and in either case; `NOBODY` where it is no code."""
    plain = re.sub(r"[\s-]", "", text).upper()
    if _CODE.fullmatch(plain) is None:
        return NOBODY
    raw = b32decode(plain + "=" * (-_LENGTH % 8))
    found = Code(UUID(bytes=raw[:16]), raw[16:])
    return found if written(found) == plain else NOBODY  # the last letter has bits to spare
