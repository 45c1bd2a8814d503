"""The lines at an endpoint: of each patient one delivery is due at a time, the earliest that waits.

A delivery that waits behind another one has no time at which it is due. Whoever adds to lines or lets them
move on holds the endpoint, so that no line is left without a head.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select, update

from api.database.work import Work
from api.webhooks.tables import Delivery, DeliveryState


def occupied(
    work: Work, endpoint_ids: Collection[UUID], patient_ids: Collection[UUID]
) -> set[tuple[UUID, UUID | None]]:
    """The endpoints and patients, of these, with deliveries that wait."""
    found = work.db.execute(
        select(Delivery.endpoint_id, Delivery.patient_id)
        .where(
            Delivery.clinic_id == work.clinic_id,
            Delivery.endpoint_id.in_(endpoint_ids),
            Delivery.patient_id.in_(patient_ids),
            Delivery.state == DeliveryState.WAITING,
        )
        .group_by(Delivery.endpoint_id, Delivery.patient_id)
    )
    return {(row.endpoint_id, row.patient_id) for row in found}


def at_the_end(moment: datetime) -> ColumnElement[Any]:
    """When a delivery is due that is put at the end of its line; what is of no patient stands in none."""
    return case((Delivery.patient_id.is_(None), moment), else_=None)


def move_on(work: Work, endpoint_id: UUID, patient_ids: Collection[UUID] | None = None) -> None:
    """Let the earliest that waits be due, of each patient or of these."""
    waiting = (
        Delivery.clinic_id == work.clinic_id,
        Delivery.endpoint_id == endpoint_id,
        Delivery.state == DeliveryState.WAITING,
    )
    heads = select(func.min(Delivery.sequence)).where(*waiting).group_by(Delivery.patient_id)
    if patient_ids is not None:
        heads = heads.where(Delivery.patient_id.in_(patient_ids))
    work.db.execute(
        update(Delivery)
        .where(*waiting, Delivery.due_at.is_(None), Delivery.sequence.in_(work.db.scalars(heads).all()))
        .values(due_at=work.moment),
        execution_options={"synchronize_session": False},
    )
