"""Delivery: what is due is taken in hand, called outside of any transaction, and what came of it is kept."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import SystemRandom
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, insert, or_, select, update

from api.database.base import uuid7
from api.database.outbox import Event
from api.database.work import Work
from api.database.worker import Errand
from api.webhooks import actions, lines, messages, signing
from api.webhooks.sending import Answer, Call, Sender
from api.webhooks.tables import Attempt, Delivery, DeliveryState, End, Endpoint, EndpointState

LEASE = timedelta(seconds=60)
"""How long a worker has a delivery in hand; if it dies meanwhile, another one sends it afterwards."""
DELAYS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 300, 1_800, 7_200, 18_000, 28_800, 28_800)
)  # 23.6 hours in all
"""How long to wait after each failed call; when they are used up, the delivery is given up."""
SHORTEST = 0.8
"""Of each delay at least this part is waited, at random, so that calls that failed together come apart."""
ENDPOINT_LASTS = timedelta(days=5)
"""An endpoint that received nothing for so long is disabled."""
AT_ONCE = 8
"""How many calls of an endpoint are made at once; of a failing one it is one."""

USER_AGENT = "Surefoot-Webhooks/1"
GONE = 410

_random = SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A delivery in hand: what is to be sent, and until when nobody else sends it."""

    delivery_id: UUID
    endpoint_id: UUID
    patient_id: UUID | None
    tries: int
    at: datetime
    leased_until: datetime
    call: Call


def due(jobs: Connection, moment: datetime) -> Iterable[UUID]:
    """The clinics with deliveries to be made."""
    return jobs.scalars(select(Delivery.clinic_id).where(_ready(moment)).group_by(Delivery.clinic_id)).all()


def errand(sender: Sender, key: str) -> Errand:
    """The errand that delivers.

    Args:
        sender: makes the calls.
        key: what secrets are derived from.
    """
    return Errand(name="deliver-events", due=due, run=lambda opening: deliver(opening, sender, key))


def deliver(opening: Callable[[], AbstractContextManager[Work]], sender: Sender, key: str) -> int:
    """Take in hand what is due, send it with no transaction open, and keep what came of it.

    Returns:
        How many deliveries were received.
    """
    with opening() as work:
        parcels = take(work, key)
    if not parcels:
        return 0
    answers = sender.send_all([parcel.call for parcel in parcels])
    with opening() as work:
        return keep(work, list(zip(parcels, answers, strict=True)))


def take(work: Work, key: str) -> list[Parcel]:
    """Take in hand what is due, of every endpoint so much as it takes at once."""
    mine = and_(
        Delivery.clinic_id == work.clinic_id, Delivery.endpoint_id == Endpoint.id, _ready(work.moment)
    )
    endpoints = work.db.execute(
        select(Endpoint.id, Endpoint.url, Endpoint.state, Endpoint.generation, Endpoint.overlap_until)
        .where(
            Endpoint.clinic_id == work.clinic_id,
            Endpoint.state != EndpointState.DISABLED,
            exists(select(Delivery.id).where(mine)),
        )
        .order_by(Endpoint.id)
    ).all()
    return [parcel for endpoint in endpoints for parcel in _take_of(work, endpoint, key)]


def keep(work: Work, results: Sequence[tuple[Parcel, Answer]]) -> int:
    """Keep what came of calls.

    Returns:
        How many were received.
    """
    wanted = sorted({parcel.endpoint_id for parcel, _ in results})
    endpoints = work.db.execute(
        select(Endpoint.id, Endpoint.state, Endpoint.failing_since)
        .where(Endpoint.clinic_id == work.clinic_id, Endpoint.id.in_(wanted))
        .order_by(Endpoint.id)
        .with_for_update()
    ).all()
    work.db.execute(insert(Attempt), [_attempt(work, parcel, answer) for parcel, answer in results])
    for parcel, answer in results:
        _finish(work, parcel, answer)
    for endpoint in endpoints:
        mine = [(parcel, answer) for parcel, answer in results if parcel.endpoint_id == endpoint.id]
        lines.move_on(work, endpoint.id, {parcel.patient_id for parcel, _ in mine if parcel.patient_id})
        _judge(work, endpoint, [answer for _, answer in mine])
    return sum(answer.fault is None for _, answer in results)


def delay_after(tries: int) -> timedelta | None:
    """How long to wait after so many failed calls; `None` if it is given up."""
    if tries > len(DELAYS):
        return None
    return DELAYS[tries - 1] * _random.uniform(SHORTEST, 1.0)


def _ready(moment: datetime) -> ColumnElement[bool]:
    free = or_(Delivery.leased_until.is_(None), Delivery.leased_until <= moment)
    return and_(Delivery.state == DeliveryState.WAITING, Delivery.due_at <= moment, free)


def _take_of(work: Work, endpoint: Row[*tuple[Any, ...]], key: str) -> list[Parcel]:
    rows = work.db.execute(
        select(
            Delivery.id,
            Delivery.event_id,
            Delivery.sequence,
            Delivery.patient_id,
            Delivery.happened_at,
            Delivery.tries,
            Event.name,
            Event.subject,
            Event.subject_id,
        )
        .join(Event, and_(Event.clinic_id == work.clinic_id, Event.id == Delivery.event_id))
        .where(
            Delivery.clinic_id == work.clinic_id,
            Delivery.endpoint_id == endpoint.id,
            _ready(work.moment),
        )
        .order_by(Delivery.due_at, Delivery.sequence)
        .limit(1 if endpoint.state is EndpointState.FAILING else AT_ONCE)
        .with_for_update(skip_locked=True, of=Delivery)
    ).all()
    leased_until = work.moment + LEASE
    work.db.execute(
        update(Delivery)
        .where(Delivery.clinic_id == work.clinic_id, Delivery.id.in_([row.id for row in rows]))
        .values(leased_until=leased_until),
        execution_options={"synchronize_session": False},
    )
    secrets = _secrets(work, endpoint, key)
    return [
        Parcel(
            delivery_id=row.id,
            endpoint_id=endpoint.id,
            patient_id=row.patient_id,
            tries=row.tries,
            at=work.moment,
            leased_until=leased_until,
            call=_call(work, endpoint.url, row, secrets=secrets),
        )
        for row in rows
    ]


def _secrets(work: Work, endpoint: Row[*tuple[Any, ...]], key: str) -> list[str]:
    generations = [endpoint.generation]
    if endpoint.overlap_until is not None and work.moment < endpoint.overlap_until:
        generations.append(endpoint.generation - 1)
    return [signing.secret(key, work.clinic_id, endpoint.id, generation=one) for one in generations]


def _call(work: Work, url: str, event: Row[*tuple[Any, ...]], *, secrets: Sequence[str]) -> Call:
    body = messages.body(work.clinic_id, event)
    signed = signing.headers(secrets, event.event_id, work.moment, body)
    return Call(
        url=url,
        headers={"Content-Type": "application/json", "User-Agent": USER_AGENT, **signed},
        body=body,
    )


def _attempt(work: Work, parcel: Parcel, answer: Answer) -> dict[str, Any]:
    return {
        "clinic_id": work.clinic_id,
        "id": uuid7(),
        "delivery_id": parcel.delivery_id,
        "at": parcel.at,
        "status": answer.status,
        "fault": answer.fault,
        "ms": answer.ms,
    }


def _finish(work: Work, parcel: Parcel, answer: Answer) -> None:
    """Set the delivery to what came of it, unless its lease ran out and somebody else has it in hand."""
    tries = parcel.tries + (answer.fault is not None)
    delay = delay_after(tries) if answer.fault is not None else None
    if answer.fault is None:
        values: dict[str, Any] = {"state": DeliveryState.DELIVERED, "finished_at": work.moment}
    elif delay is None or answer.status == GONE:
        values = {"state": DeliveryState.GIVEN_UP, "finished_at": work.moment}
    else:
        values = {"due_at": work.moment + delay}
    work.db.execute(
        update(Delivery)
        .where(
            Delivery.clinic_id == work.clinic_id,
            Delivery.id == parcel.delivery_id,
            Delivery.leased_until == parcel.leased_until,
        )
        .values(tries=tries, leased_until=None, **values),
        execution_options={"synchronize_session": False},
    )


def _judge(work: Work, endpoint: Row[*tuple[Any, ...]], answers: Sequence[Answer]) -> None:
    """Say how an endpoint stands after these calls; whoever has disabled it meanwhile is right."""
    if endpoint.state is EndpointState.DISABLED:
        return
    since = endpoint.failing_since or work.moment
    if any(answer.status == GONE for answer in answers):
        actions.disable(work, endpoint.id, End.GONE)
    elif any(answer.fault is None for answer in answers):
        if endpoint.failing_since is not None:
            _set_state(work, endpoint.id, EndpointState.ENABLED, failing_since=None)
    elif work.moment - since >= ENDPOINT_LASTS:
        actions.disable(work, endpoint.id, End.FAILING)
    elif endpoint.failing_since is None:
        _set_state(work, endpoint.id, EndpointState.FAILING, failing_since=since)


def _set_state(
    work: Work, endpoint_id: UUID, state: EndpointState, *, failing_since: datetime | None
) -> None:
    work.db.execute(
        update(Endpoint)
        .where(Endpoint.clinic_id == work.clinic_id, Endpoint.id == endpoint_id)
        .values(state=state, failing_since=failing_since, version=Endpoint.version + 1),
        execution_options={"synchronize_session": False},
    )
