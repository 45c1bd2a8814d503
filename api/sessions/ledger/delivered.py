"""Notes for the ledger which alerts a system of the clinic has received: by a webhook that answered 2xx.

Alerts and webhooks know nothing of each other. What was received is found by what is still to be noted, and
not by a hook in the delivery: so nothing is missed, whatever was in hand elsewhere or failed in between.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, func, literal_column, select

from api.alerts.delivery import mark_delivered
from api.alerts.tables import AlertCause
from api.database.outbox import Event
from api.database.work import Work
from api.database.worker import Task
from api.webhooks.tables import Delivery, DeliveryState

LOOKS_BACK = timedelta(days=90)
"""How old a cause may be: deliveries are kept for so long."""
AT_ONCE = 200


def due(jobs: Connection, moment: datetime) -> Iterable[UUID]:
    """The clinics with alerts that were received and of which that is not noted."""
    return jobs.scalars(
        select(AlertCause.clinic_id)
        .join(Event, and_(Event.clinic_id == AlertCause.clinic_id, *_of_the_alert()))
        .join(Delivery, and_(Delivery.clinic_id == AlertCause.clinic_id, *_received()))
        .where(*_waiting(moment))
        .group_by(AlertCause.clinic_id)
    ).all()


def note(work: Work) -> int:
    """Note when alerts were received, the earliest first; how many causes were in them."""
    received: Any = work.db.execute(
        select(Event.subject_id, Event.at, func.min(Delivery.finished_at))
        .select_from(AlertCause)
        .join(Event, and_(Event.clinic_id == work.clinic_id, *_of_the_alert()))
        .join(Delivery, and_(Delivery.clinic_id == work.clinic_id, *_received()))
        .where(AlertCause.clinic_id == work.clinic_id, *_waiting(work.moment))
        .group_by(Event.subject_id, Event.at)
        .order_by(func.min(Delivery.finished_at), Event.at)
        .limit(AT_ONCE)
    ).all()
    return sum(mark_delivered(work, [alert_id], raised_by=told, at=at) for alert_id, told, at in received)


def _waiting(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    return AlertCause.delivered_at.is_(None), AlertCause.raised_at > moment - LOOKS_BACK


def _of_the_alert() -> tuple[ColumnElement[bool], ...]:
    """Events of the alert that came with the cause or after it."""
    return (
        Event.subject == literal_column("'alert'"),
        Event.subject_id == AlertCause.alert_id,
        Event.at >= AlertCause.raised_at,
    )


def _received() -> tuple[ColumnElement[bool], ...]:
    return Delivery.event_id == Event.id, Delivery.state == DeliveryState.DELIVERED


TASK = Task(name="note-delivered-alerts", due=due, run=note)
