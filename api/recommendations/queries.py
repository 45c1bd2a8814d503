"""Of whom something runs out soon."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from api.checks.clearances import queries as clearances
from api.checks.clearances.queries import OnFile
from api.checks.clearances.standing import in_force
from api.clinical.profile import profile
from api.clinical.release import Release
from api.database.work import Work
from api.patients import evidence


class Due(NamedTuple):
    """What of a patient runs out, soonest first.

    Attributes:
        facts: names, with the moment when each does.
        clearances: rows of clearances that count now.
    """

    patient_id: UUID
    facts: Sequence[tuple[str, datetime]]
    clearances: Sequence[Any]


def due(work: Work, patient_ids: Sequence[UUID], release: Release, within: timedelta) -> list[Due]:
    """What runs out within a time, for each of these patients of whom something does, in order of id.

    Of facts, only those that a programme rests on and that count for more than a day.
    """
    limit = work.moment + within
    cleared = clearances.unrevoked(work, patient_ids, work.moment)
    found = []
    for one in evidence.on_file(work, patient_ids, work.moment, [release]):
        as_of = work.moment.astimezone(one.time_zone)
        fading = profile(release, one.observations(release), as_of).fading
        facts = sorted(
            ((name, at) for name, at in fading.items() if name in release.lasting_facts and at <= limit),
            key=lambda fact: (fact[1], fact[0]),
        )
        ending = ending_clearances(release, cleared.get(one.patient_id, ()), as_of, limit)
        if facts or ending:
            found.append(Due(one.patient_id, facts, ending))
    return found


def ending_clearances(
    release: Release, on_file: Sequence[OnFile], as_of: datetime, limit: datetime
) -> list[Any]:
    """The rows of clearances that count at a moment and end by the limit, soonest first."""
    ending = [
        one.clearance
        for one in on_file
        if one.clearance.expires_at <= limit and in_force(release, [one], as_of)
    ]
    return sorted(ending, key=lambda row: (row.expires_at, row.id))
