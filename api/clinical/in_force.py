"""A dose in force, with what the check of now says of its patient."""

from collections.abc import Collection
from datetime import date, datetime

from api.clinical.contraindications import Assessment
from api.clinical.fitt import Doses
from api.clinical.limits import Limits
from api.clinical.movement import Current
from api.clinical.profile import Profile
from api.clinical.release import Release
from api.clinical.risk import classes
from api.clinical.vocabulary import OPEN

_SUPERVISED = frozenset({"on-site-trained", "clinical"})


def in_force(
    release: Release,
    profile: Profile,
    assessment: Assessment,
    doses: Doses,
    *,
    since: datetime,
    started_on: date,
    ceiling_minutes: int | None = None,
    settled_at: datetime | None = None,
    feverless_since: datetime | None = None,
    withheld_days: Collection[date] = (),
) -> Current:
    """What progression works from: the check of a programme now, and what `Current` says of the rest.

    Without `ceiling_minutes`, which a clinician gives, the usual ceiling holds.
    """
    pacing = release.pacing
    left = Limits(release, profile, assessment).lowest("rpe_at_most").value
    most = pacing.intensity.rpe_at_most
    return Current(
        doses=doses,
        risk=classes(release.dosing, profile, assessment).risk,
        since=since,
        started_on=started_on,
        check_valid_until=assessment.valid_until,
        open_exercises=frozenset(one.exercise_id for one in assessment.exercises if one.status in OPEN),
        fall_risk=profile.values["fall_risk"],
        supervised=profile.values["supervision"] in _SUPERVISED,
        rpe_at_most=most if left is None else min(most, int(left)),
        ceiling_minutes=ceiling_minutes or pacing.aerobic.ceiling_minutes,
        settled_at=settled_at,
        feverless_since=feverless_since,
        withheld_days=frozenset(withheld_days),
    )
