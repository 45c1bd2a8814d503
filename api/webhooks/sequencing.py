"""The order of a clinic's log: committed events get their places, and go to the endpoints that want them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from api.database.base import uuid7
from api.database.outbox import Event, EventLog, EventName
from api.database.work import Work
from api.database.worker import Task
from api.webhooks import lines
from api.webhooks.tables import Delivery, DeliveryState, Endpoint, EndpointState

AT_ONCE = 500

_PLACE = text(
    "UPDATE events SET sequence = placed.place"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:places AS bigint[])) AS placed (id, place)"
    " WHERE events.clinic_id = :clinic_id AND events.id = placed.id"
)


def waiting(jobs: Connection, moment: datetime) -> Iterable[UUID]:
    """The clinics with events that have no place yet."""
    del moment  # an event waits for its place from its commit on
    return jobs.scalars(
        select(Event.clinic_id).where(Event.sequence.is_(None)).group_by(Event.clinic_id)
    ).all()


def give_places(work: Work) -> int:
    """Give the oldest events without a place the next ones, and queue them where they are wanted.

    Whoever does this holds the clinic's log until the commit. So places become visible in their order and
    without a gap, whatever the order in which events were committed.

    Returns:
        How many events got a place.
    """
    last = _hold(work)
    events = work.db.execute(
        select(Event.id, Event.at, Event.name, Event.subject_id, Event.patient_id)
        .where(Event.clinic_id == work.clinic_id, Event.sequence.is_(None))
        .order_by(Event.id)
        .limit(AT_ONCE)
    ).all()
    if not events:
        return 0
    places = range(last + 1, last + 1 + len(events))
    bound = {"clinic_id": work.clinic_id, "ids": [event.id for event in events], "places": list(places)}
    work.db.execute(_PLACE, bound)
    work.db.execute(update(EventLog).where(EventLog.clinic_id == work.clinic_id).values(sequence=places[-1]))
    _queue(work, list(zip(places, events, strict=True)))
    return len(events)


TASK = Task(name="place-events", due=waiting, run=give_places)


def _hold(work: Work) -> int:
    """The last place given, with the log held."""
    work.db.execute(
        upsert(EventLog)
        .values(clinic_id=work.clinic_id, id=work.clinic_id, sequence=0)
        .on_conflict_do_nothing()
    )
    held = select(EventLog.sequence).where(EventLog.clinic_id == work.clinic_id).with_for_update()
    return work.db.scalars(held).one()


def _queue(work: Work, placed: Sequence[tuple[int, Row[*tuple[Any, ...]]]]) -> None:
    # Shared locks: whoever disables an endpoint, or lets its lines move on, waits and finds what was added.
    endpoints = work.db.execute(
        select(Endpoint.id, Endpoint.event_names)
        .where(Endpoint.clinic_id == work.clinic_id, Endpoint.state != EndpointState.DISABLED)
        .order_by(Endpoint.id)
        .with_for_update(read=True)
    ).all()
    patient_ids = {event.patient_id for _, event in placed if event.patient_id is not None}
    taken = lines.occupied(work, [endpoint.id for endpoint in endpoints], patient_ids)
    rows = []
    for place, event in placed:
        for endpoint in endpoints:
            if _wants(endpoint, event):
                line = (endpoint.id, event.patient_id)
                rows.append(_waiting(work, endpoint.id, place, event=event, behind=line in taken))
                if event.patient_id is not None:
                    taken.add(line)
    if rows:
        work.db.execute(insert(Delivery), rows)


def _waiting(
    work: Work, endpoint_id: UUID, place: int, *, event: Row[*tuple[Any, ...]], behind: bool
) -> dict[str, Any]:
    return {
        "clinic_id": work.clinic_id,
        "id": uuid7(),
        "endpoint_id": endpoint_id,
        "event_id": event.id,
        "sequence": place,
        "patient_id": event.patient_id,
        "happened_at": event.at,
        "state": DeliveryState.WAITING,
        "tries": 0,
        "due_at": None if behind else work.moment,
    }


def _wants(endpoint: Row[*tuple[Any, ...]], event: Row[*tuple[Any, ...]]) -> bool:
    if event.name is EventName.WEBHOOK_TEST:
        return bool(event.subject_id == endpoint.id)
    return endpoint.event_names is None or event.name in endpoint.event_names
