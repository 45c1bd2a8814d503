"""What is known of events, endpoints and deliveries."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, select

from api.database.outbox import Event, EventName
from api.database.work import Work
from api.errors import NotFound
from api.webhooks.tables import Attempt, Delivery, DeliveryState, Endpoint

_ENDPOINT = (
    Endpoint.id,
    Endpoint.url,
    Endpoint.description,
    Endpoint.event_names,
    Endpoint.state,
    Endpoint.disabled_because,
    Endpoint.failing_since,
    Endpoint.generation,
    Endpoint.overlap_until,
    Endpoint.created_at,
    Endpoint.version,
)


def events(
    work: Work,
    *,
    after: int,
    limit: int,
    name: EventName | None = None,
    patient_id: UUID | None = None,
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The clinic's log behind a place, at most `limit + 1`; an event has no place before its commit."""
    listed = (
        select(
            Event.id,
            Event.sequence,
            Event.at,
            Event.name,
            Event.subject,
            Event.subject_id,
            Event.patient_id,
        )
        .where(Event.clinic_id == work.clinic_id, Event.sequence > after)
        .order_by(Event.sequence)
        .limit(limit + 1)
    )
    if name is not None:
        listed = listed.where(Event.name == name)
    if patient_id is not None:
        listed = listed.where(Event.patient_id == patient_id)
    return work.db.execute(listed).all()


def endpoint(work: Work, endpoint_id: UUID) -> Row[*tuple[Any, ...]]:
    """An endpoint of the clinic.

    Raises:
        NotFound: there is none.
    """
    found = work.db.execute(
        select(*_ENDPOINT).where(Endpoint.clinic_id == work.clinic_id, Endpoint.id == endpoint_id)
    ).first()
    if found is None:
        raise NotFound("There is no such webhook.")
    return found


def endpoints(work: Work, *, after: tuple[UUID] | None, limit: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The clinic's endpoints by id, at most `limit + 1`, disabled ones too."""
    listed = (
        select(*_ENDPOINT).where(Endpoint.clinic_id == work.clinic_id).order_by(Endpoint.id).limit(limit + 1)
    )
    if after is not None:
        listed = listed.where(Endpoint.id > after[0])
    return work.db.execute(listed).all()


def delivery(work: Work, endpoint_id: UUID, delivery_id: UUID) -> dict[str, Any]:
    """A delivery with its attempts.

    Raises:
        NotFound: there is none.
    """
    found = work.db.execute(_deliveries(work, endpoint_id).where(Delivery.id == delivery_id)).all()
    if not found:
        raise NotFound("There is no such delivery.")
    return with_attempts(work, found)[0]


def deliveries(
    work: Work,
    endpoint_id: UUID,
    *,
    after: tuple[UUID] | None,
    limit: int,
    state: DeliveryState | None = None,
) -> Sequence[Row[*tuple[Any, ...]]]:
    """The deliveries to an endpoint, newest first, at most `limit + 1`, without their attempts."""
    listed = _deliveries(work, endpoint_id).order_by(Delivery.id.desc()).limit(limit + 1)
    if after is not None:
        listed = listed.where(Delivery.id < after[0])
    if state is not None:
        listed = listed.where(Delivery.state == state)
    return work.db.execute(listed).all()


def with_attempts(work: Work, found: Sequence[Row[*tuple[Any, ...]]]) -> list[dict[str, Any]]:
    """The deliveries, each with its attempts in their order."""
    made: dict[UUID, list[Row[*tuple[Any, ...]]]] = {row.id: [] for row in found}
    attempts = work.db.execute(
        select(Attempt.delivery_id, Attempt.at, Attempt.status, Attempt.fault, Attempt.ms)
        .where(Attempt.clinic_id == work.clinic_id, Attempt.delivery_id.in_(made))
        .order_by(Attempt.id)
    ).all()
    for attempt in attempts:
        made[attempt.delivery_id].append(attempt)
    return [{**row._mapping, "attempts": made[row.id]} for row in found]


def _deliveries(work: Work, endpoint_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Delivery.id,
            Delivery.event_id,
            Event.name,
            Delivery.sequence,
            Delivery.patient_id,
            Delivery.happened_at,
            Delivery.state,
            Delivery.due_at,
            Delivery.finished_at,
        )
        .join(Event, and_(Event.clinic_id == work.clinic_id, Event.id == Delivery.event_id))
        .where(Delivery.clinic_id == work.clinic_id, Delivery.endpoint_id == endpoint_id)
    )
