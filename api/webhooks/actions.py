"""What changes webhook endpoints, and what is sent to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, func, or_, select, update

from api.database.base import uuid7
from api.database.outbox import EventName
from api.database.work import Work
from api.errors import Conflict, NotFound, StaleVersion
from api.webhooks import lines
from api.webhooks.tables import Delivery, DeliveryState, End, Endpoint, EndpointState

MOST_ENDPOINTS = 20
OVERLAP = timedelta(hours=24)
"""How long the secret before signs as well after a rotation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEndpoint:
    """An endpoint to be registered; without events it is told all."""

    url: str
    description: str | None
    events: frozenset[EventName] | None


def register(work: Work, new: NewEndpoint) -> UUID:
    """Register an endpoint.

    Raises:
        Conflict: the clinic has as many as it may.
    """
    _must_have_room(work)
    endpoint = Endpoint(
        clinic_id=work.clinic_id,
        id=uuid7(),
        url=new.url,
        description=new.description,
        event_names=_texts(new.events),
        state=EndpointState.ENABLED,
        disabled_because=None,
        failing_since=None,
        generation=1,
        overlap_until=None,
        created_at=work.moment,
    )
    work.db.add(endpoint)
    work.db.flush()
    work.record("webhook.registered", "webhook", endpoint.id)
    return endpoint.id


def change(work: Work, endpoint_id: UUID, changes: Mapping[str, Any], *, version: int) -> None:
    """Change an endpoint; one that is enabled again counts as if it had never failed.

    Raises:
        StaleVersion: someone else changed it first.
        Conflict: it is to be enabled, and the clinic has as many as it may.
    """
    endpoint = _endpoint(work, endpoint_id)
    if endpoint.version != version:
        raise StaleVersion(f"The present version is {endpoint.version}.")
    values = dict(changes)
    if "events" in values:
        values["event_names"] = _texts(values.pop("events"))
    wished = values.pop("state", None)
    for name, value in values.items():
        setattr(endpoint, name, value)
    if wished is EndpointState.ENABLED:
        if endpoint.state is EndpointState.DISABLED:
            _must_have_room(work)
        endpoint.state, endpoint.disabled_because, endpoint.failing_since = wished, None, None
    work.db.flush()
    work.record("webhook.changed", "webhook", endpoint_id)
    if wished is EndpointState.DISABLED:
        disable(work, endpoint_id, End.ASKED)


def disable(work: Work, endpoint_id: UUID, end: End) -> None:
    """Tell an endpoint nothing more, and give up what waits for it.

    Raises:
        NotFound: there is none.
    """
    endpoint = _endpoint(work, endpoint_id)
    if endpoint.state is EndpointState.DISABLED:
        return
    endpoint.state, endpoint.disabled_because = EndpointState.DISABLED, end
    work.db.flush()
    work.db.execute(
        update(Delivery)
        .where(
            Delivery.clinic_id == work.clinic_id,
            Delivery.endpoint_id == endpoint_id,
            Delivery.state == DeliveryState.WAITING,
        )
        .values(state=DeliveryState.GIVEN_UP, finished_at=work.moment, leased_until=None),
        execution_options={"synchronize_session": False},
    )
    work.record("webhook.disabled", "webhook", endpoint_id)


def rotate_secret(work: Work, endpoint_id: UUID) -> None:
    """Give an endpoint its next secret; for a day the one before signs as well."""
    endpoint = _endpoint(work, endpoint_id)
    endpoint.generation += 1
    endpoint.overlap_until = work.moment + OVERLAP
    work.db.flush()
    work.record("webhook.secret-rotated", "webhook", endpoint_id)


def test(work: Work, endpoint_id: UUID) -> UUID:
    """Tell an endpoint of a test, on the way of every other event.

    Returns:
        The id of the event.

    Raises:
        Conflict: the endpoint is disabled.
    """
    _open_endpoint(work, endpoint_id)
    return work.tell(EventName.WEBHOOK_TEST, "webhook", endpoint_id, patient_id=None)


def redeliver(work: Work, endpoint_id: UUID, delivery_id: UUID) -> None:
    """Put a delivery in line again, or send one at once that waits for its next try.

    Raises:
        NotFound: there is none.
        Conflict: the endpoint is disabled.
    """
    _open_endpoint(work, endpoint_id)
    asked = (
        Delivery.clinic_id == work.clinic_id,
        Delivery.endpoint_id == endpoint_id,
        Delivery.id == delivery_id,
    )
    if work.db.scalar(select(Delivery.id).where(*asked)) is None:
        raise NotFound("There is no such delivery.")
    _put_in_line(work, endpoint_id, *asked, Delivery.state != DeliveryState.WAITING)
    free = or_(Delivery.leased_until.is_(None), Delivery.leased_until <= work.moment)
    work.db.execute(
        update(Delivery).where(*asked, Delivery.due_at > work.moment, free).values(due_at=work.moment),
        execution_options={"synchronize_session": False},
    )
    work.record("webhook.redelivered", "webhook", endpoint_id)


def redeliver_since(work: Work, endpoint_id: UUID, since: datetime) -> int:
    """Put everything in line again that was delivered or given up, of events since then.

    Returns:
        How many deliveries that are.

    Raises:
        Conflict: the endpoint is disabled.
    """
    _open_endpoint(work, endpoint_id)
    count = _put_in_line(
        work,
        endpoint_id,
        Delivery.clinic_id == work.clinic_id,
        Delivery.endpoint_id == endpoint_id,
        Delivery.happened_at >= since,
        Delivery.state != DeliveryState.WAITING,
    )
    work.record("webhook.redelivered", "webhook", endpoint_id)
    return count


def _put_in_line(work: Work, endpoint_id: UUID, *which: ColumnElement[bool]) -> int:
    done = work.db.execute(
        update(Delivery)
        .where(*which)
        .values(
            state=DeliveryState.WAITING,
            tries=0,
            due_at=lines.at_the_end(work.moment),
            leased_until=None,
            finished_at=None,
        ),
        execution_options={"synchronize_session": False},
    )
    assert isinstance(done, CursorResult)
    lines.move_on(work, endpoint_id)
    return done.rowcount


def _open_endpoint(work: Work, endpoint_id: UUID) -> None:
    if _endpoint(work, endpoint_id).state is EndpointState.DISABLED:
        raise Conflict("The webhook is disabled; enable it first.")


def _endpoint(work: Work, endpoint_id: UUID) -> Endpoint:
    found = work.db.scalar(
        select(Endpoint)
        .where(Endpoint.clinic_id == work.clinic_id, Endpoint.id == endpoint_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound("There is no such webhook.")
    return found


def _must_have_room(work: Work) -> None:
    count = work.db.scalar(
        select(func.count())
        .select_from(Endpoint)
        .where(Endpoint.clinic_id == work.clinic_id, Endpoint.state != EndpointState.DISABLED)
    )
    if (count or 0) >= MOST_ENDPOINTS:
        raise Conflict(f"A clinic has at most {MOST_ENDPOINTS} webhooks that are not disabled.")


def _texts(events: frozenset[EventName] | None) -> list[str] | None:
    return None if events is None else sorted(events)
