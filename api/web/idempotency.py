"""`Idempotency-Key`: the same POST again gives the same answer and does nothing twice."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from flask import Response
from sqlalchemy import (
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    Uuid,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, mapped_column

from api.database.base import MOMENT, Base, ClinicRow, uuid7
from api.database.work import Work
from api.errors import BadRequest, KeyReused
from api.web import encoding

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_KEPT_HEADERS = ("Location", "ETag", "Link")


class IdempotencyKey(ClinicRow, Base):
    """A key that a client used, what for, and what was answered."""

    __tablename__ = "idempotency_keys"

    client_id: Mapped[UUID] = mapped_column(Uuid)
    key: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of method, address and body."""
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    status: Mapped[int | None] = mapped_column(Integer)
    headers: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (
        UniqueConstraint("clinic_id", "client_id", "key", name="idempotency_keys_key_once"),
        ForeignKeyConstraint(["clinic_id"], ["clinics.id"], name="idempotency_keys_clinic_fk"),
    )


class Claim:
    """A key that this request holds; whoever comes with the same key waits for the commit."""

    def __init__(self, work: Work, key_id: UUID) -> None:
        self._work = work
        self._id = key_id

    def keep(self, response: Response, forget: Sequence[str] = ()) -> None:
        """Store the answer beside what it reports, in the same transaction.

        Args:
            response: the answer.
            forget: members of the answer that are shown once and never stored, as a secret.
        """
        body = response.get_data()
        if forget:
            body = encoding.write(orjson.loads(body) | dict.fromkeys(forget))
        headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        self._work.db.execute(
            update(IdempotencyKey)
            .where(IdempotencyKey.clinic_id == self._work.clinic_id, IdempotencyKey.id == self._id)
            .values(status=response.status_code, headers=headers, body=body)
        )


def claim(work: Work, key: str, *, method: str, address: str, body: bytes) -> Claim | Response:
    """Hold the key for this request, or give the answer that was stored under it.

    Raises:
        BadRequest: the key is not one.
        KeyReused: the key was used for another request.
    """
    if not _KEY.fullmatch(key):
        raise BadRequest(f"{HEADER} has 1 to 200 visible ASCII characters; a UUID is a good one.")
    fingerprint = hashlib.sha256(b"\n".join((method.encode(), address.encode(), body))).digest()
    key_id = uuid7()
    taken = work.db.execute(
        insert(IdempotencyKey)
        .values(
            clinic_id=work.clinic_id,
            id=key_id,
            client_id=work.caller.client_id,
            key=key,
            fingerprint=fingerprint,
            created_at=work.moment,
        )
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.id)
    ).first()
    return Claim(work, key_id) if taken is not None else _replay(work, key, fingerprint)


def _replay(work: Work, key: str, fingerprint: bytes) -> Response:
    stored: Any = work.db.execute(
        select(
            IdempotencyKey.fingerprint, IdempotencyKey.status, IdempotencyKey.headers, IdempotencyKey.body
        ).where(
            IdempotencyKey.clinic_id == work.clinic_id,
            IdempotencyKey.client_id == work.caller.client_id,
            IdempotencyKey.key == key,
        )
    ).one()
    if stored.fingerprint != fingerprint:
        raise KeyReused("This Idempotency-Key was used for a request with another address or body.")
    return encoding.ready(stored.body, stored.status, stored.headers | {REPLAYED: "true"})
