"""Which alerts have reached a system of the clinic."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from api.alerts.tables import AlertCause
from api.database.work import Work


def mark_delivered(
    work: Work,
    alert_ids: Iterable[UUID],
    *,
    raised_by: datetime | None = None,
    at: datetime | None = None,
) -> int:
    """Note that a system of the clinic has these alerts, for every cause of which that was not so yet.

    Nobody is waited for: a cause that another work has in hand is passed over.

    Args:
        work: the work.
        alert_ids: which.
        raised_by: leave out what was raised after this moment, as after the event that was delivered.
        at: when it had them, if not just now.

    Returns:
        Of how many causes.
    """
    waiting = (
        select(AlertCause.id)
        .where(
            AlertCause.clinic_id == work.clinic_id,
            AlertCause.alert_id.in_(list(alert_ids)),
            AlertCause.delivered_at.is_(None),
            AlertCause.raised_at <= (raised_by or work.moment),
        )
        .order_by(AlertCause.id)
        .with_for_update(skip_locked=True)
    )
    marked = work.db.execute(
        update(AlertCause)
        .where(AlertCause.clinic_id == work.clinic_id, AlertCause.id.in_(waiting))
        .values(delivered_at=at or work.moment)
        .returning(AlertCause.id)
        .execution_options(synchronize_session=False)
    )
    return len(marked.all())
