"""What follows for adherence when sessions or prescriptions of patients change, in the same transaction."""

from uuid import UUID

from api.adherence.actions import recount
from api.adherence.counts import Changed
from api.database.work import Affected, Aspect, Work

_COUNTED = (Aspect.SESSIONS, Aspect.PRESCRIPTION)


def follow(work: Work, affected: Affected) -> None:
    """Count anew the weeks that may have changed, of all these patients together."""
    changed: dict[UUID, Changed] = {}
    for patient_id, aspects in affected.items():
        days = [aspects[aspect] for aspect in _COUNTED if aspect in aspects]
        if days:
            known = [day for day in days if day is not None]
            since = min(known) if len(known) == len(days) else None
            changed[patient_id] = Changed(since, ahead=since is None or Aspect.PRESCRIPTION in aspects)
    if changed:
        recount(work, changed)
