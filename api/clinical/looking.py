"""What a clear look at the feet at home renews, until when, and what it leaves as it is, and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from api.clinical.facts import Observation
from api.clinical.foot_looks import METHOD, SOURCE, Renewal, SelfCheck
from api.clinical.profile import Profile
from api.clinical.release import Release
from api.clinical.vocabulary import FactState


class Left(StrEnum):
    """Why a clear look leaves what is known of a fact as it is."""

    UNKNOWN = "unknown"
    ADVERSE = "adverse"
    CONFLICTING = "conflicting"
    NOT_EXAMINED = "not-examined"
    ACTIVE_PROBLEM = "active-problem"
    EXAMINED_TOO_LONG_AGO = "examined-too-long-ago"
    SEEN_THAT_DAY = "seen-that-day"
    LASTS_LONGER = "lasts-longer"
    OVER = "over"


class Renewed(NamedTuple):
    """A value that counts for longer by a look; `until` at the risk of now."""

    observation: Observation
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a clear look does."""

    renewed: tuple[Renewed, ...]
    left: dict[str, Left]


def looked(release: Release, known: Profile, at: datetime, record_id: str | None = None) -> Looked:
    """What a clear look at both feet and their soles does.

    Only what an examination found, stale or not, is renewed, and only where that is reassuring: no look makes
    anything known, or an adverse value better. Of one day one look suffices.

    Source: specification, refreshing foot state without a visit.

    Args:
        release: the knowledge.
        known: what is known now.
        at: when somebody looked.
        record_id: where that was told.
    """
    table = release.foot_looks.self_check
    renewed: list[Renewed] = []
    left: dict[str, Left] = {}
    for name in table.of_each_foot:
        found = _look(table, known, name, at, record_id)
        if isinstance(found, Left):
            left[name] = found
        else:
            renewed.append(found)
    return Looked(renewed=tuple(renewed), left=left)


def _look(table: SelfCheck, known: Profile, name: str, at: datetime, record_id: str | None) -> Renewed | Left:
    before = known.renewals.get(name)
    examined = known.seen.get(name) if before is None else before.examined
    if examined is None or examined.value is None:
        return Left.UNKNOWN
    if known.state(name) is FactState.CONFLICTING:
        return Left.CONFLICTING
    if not table.reassures(name, examined.value):
        return Left.ADVERSE
    if not table.examined(examined):
        return Left.NOT_EXAMINED
    look = Observation(name, examined.value, at, METHOD, SOURCE, record_id)
    ends = _ends(table, known, Renewal(examined, look))
    if isinstance(ends, Left):
        return ends
    if any(_same_day(one, look, known) for one in before or (examined,)):
        return Left.SEEN_THAT_DAY
    now = known.fading.get(name)
    return Left.LASTS_LONGER if now is not None and ends <= now else Renewed(look, ends)


def _ends(table: SelfCheck, known: Profile, renewal: Renewal) -> datetime | Left:
    """Until when a look counts, or why it does not."""
    months = table.months_at(known.values.get("iwgdf_risk"))
    if months is None:
        return Left.ACTIVE_PROBLEM
    at = renewal.look.observed_at
    if at <= renewal.examined.observed_at:
        return Left.LASTS_LONGER
    ends = renewal.until(table.days, months, known.as_of.tzinfo)
    if ends <= at:
        return Left.EXAMINED_TOO_LONG_AGO
    return Left.OVER if ends <= known.as_of else ends


def _same_day(one: Observation, look: Observation, known: Profile) -> bool:
    zone = known.as_of.tzinfo
    return one.observed_at.astimezone(zone).date() == look.observed_at.astimezone(zone).date()
