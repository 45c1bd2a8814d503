"""What of adherence falls due: weeks in which nobody tells anything, and counts by another release."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, or_, select

from api.adherence.actions import recount
from api.adherence.counts import AHEAD, Changed
from api.adherence.tables import AdherencePatient
from api.clinical.knowledge import library
from api.database.work import Work
from api.database.worker import Task

LEFT = AHEAD / 2
"""How far ahead weeks are counted at least: so long the worker may stand still."""
AT_ONCE = 50


def due(jobs: Connection, moment: datetime) -> Iterable[UUID]:
    """The clinics with patients whose weeks ahead run out, or whom another release has counted."""
    return jobs.scalars(
        select(AdherencePatient.clinic_id).where(_is_due(moment)).group_by(AdherencePatient.clinic_id)
    )


def run(work: Work) -> int:
    """Count some of them; how many patients."""
    found = work.db.execute(
        select(AdherencePatient.id, AdherencePatient.counted_release)
        .where(AdherencePatient.clinic_id == work.clinic_id, _is_due(work.moment))
        .order_by(AdherencePatient.id)
        .limit(AT_ONCE)
    ).all()
    if not found:
        return 0
    present = library.load().sha256
    recount(
        work,
        {
            one.id: Changed(work.yesterday if one.counted_release == present else None, ahead=True)
            for one in found
        },
    )
    return len(found)


def _is_due(moment: datetime) -> ColumnElement[bool]:
    day = (moment + timedelta(days=1)).date()
    present = library.load().sha256
    return or_(
        AdherencePatient.counted_until < day + LEFT,
        AdherencePatient.counted_release < present,
        AdherencePatient.counted_release > present,
    )


TASK = Task(name="adherence-ahead", due=due, run=run)
