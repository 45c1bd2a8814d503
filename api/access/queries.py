"""What is known of clients and staff."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from api.access.tables import Client, Practitioner
from api.database.work import Work
from api.errors import NotFound, invalid

_CLIENT = (
    Client.id,
    Client.clinic_id,
    Client.name,
    Client.scopes,
    Client.keys,
    Client.created_at,
    Client.revoked_at,
    Client.version,
)
_PRACTITIONER = (
    Practitioner.id,
    Practitioner.name,
    Practitioner.role,
    Practitioner.may_sign,
    Practitioner.active,
    Practitioner.created_at,
    Practitioner.version,
)


def standing(work: Work) -> bool:
    """Whether the caller's client exists and is not revoked."""
    found = work.db.execute(
        select(Client.id).where(
            Client.clinic_id == work.clinic_id,
            Client.id == work.caller.client_id,
            Client.revoked_at.is_(None),
        )
    ).first()
    return found is not None


def credentials(work: Work) -> Row[*tuple[Any, ...]] | None:
    """What the caller's client proves itself by, and its scopes; `None` if there is no such client."""
    return work.db.execute(
        select(Client.secret_hash, Client.keys, Client.scopes).where(
            Client.clinic_id == work.clinic_id,
            Client.id == work.caller.client_id,
            Client.revoked_at.is_(None),
        )
    ).first()


def client(work: Work, client_id: UUID) -> Row[*tuple[Any, ...]]:
    """A client of the clinic.

    Raises:
        NotFound: there is none.
    """
    found = work.db.execute(
        select(*_CLIENT).where(Client.clinic_id == work.clinic_id, Client.id == client_id)
    ).first()
    if found is None:
        raise NotFound("There is no such client.")
    return found


def clients(work: Work, *, after: tuple[UUID] | None, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The clinic's clients by id, at most `limit + 1`."""
    listed = select(*_CLIENT).where(Client.clinic_id == work.clinic_id).order_by(Client.id).limit(limit + 1)
    if after is not None:
        listed = listed.where(Client.id > after[0])
    return work.db.execute(listed).all()


def practitioner(work: Work, practitioner_id: UUID) -> Row[*tuple[Any, ...]]:
    """A member of the clinic's staff.

    Raises:
        NotFound: there is none.
    """
    found = _practitioner(work, practitioner_id)
    if found is None:
        raise NotFound("There is no such member of staff.")
    return found


def named_practitioner(
    work: Work, practitioner_id: UUID, *, pointer: str = "/practitioner_id", signs: bool = False
) -> Row[*tuple[Any, ...]]:
    """The active member of staff whom an act names.

    Args:
        work: the work.
        practitioner_id: as the body names it.
        pointer: where the body names it.
        signs: whether the act needs one who may sign.

    Raises:
        Invalid: there is none, or not one who may.
    """
    found = _practitioner(work, practitioner_id)
    if found is None or not found.active:
        raise invalid(pointer, "This names no active member of the clinic's staff.", "unknown-practitioner")
    if signs and not found.may_sign:
        raise invalid(pointer, "This member of staff may not sign.", "may-not-sign")
    return found


def staff(work: Work, *, after: tuple[UUID] | None, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The clinic's staff by id, at most `limit + 1`."""
    listed = (
        select(*_PRACTITIONER)
        .where(Practitioner.clinic_id == work.clinic_id)
        .order_by(Practitioner.id)
        .limit(limit + 1)
    )
    if after is not None:
        listed = listed.where(Practitioner.id > after[0])
    return work.db.execute(listed).all()


def _practitioner(work: Work, practitioner_id: UUID) -> Row[*tuple[Any, ...]] | None:
    return work.db.execute(
        select(*_PRACTITIONER).where(
            Practitioner.clinic_id == work.clinic_id, Practitioner.id == practitioner_id
        )
    ).first()
