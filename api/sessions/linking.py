"""Which reports are of one session, told by two sources or twice by one, and which of them counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from api.sessions.lists import EvidenceLevel, LinkAct

CLOCKS_DIFFER = timedelta(minutes=5)
"""Two that begin within so much of each other began together: as far as a reporter's clock may be ahead."""
NEAR = timedelta(days=1)
"""Sessions that begin further apart never overlap."""
_PREFERENCE = {evidence: place for place, evidence in enumerate(EvidenceLevel)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """When a session was, and by whom that was told.

    Attributes:
        ends: as it starts, where it was not told how long it was.
        worked: whether anything was done.
        exercises: what was done, by id.
        group: shared by reports that are of one session.
    """

    id: UUID
    source: str
    starts: datetime
    ends: datetime
    worked: bool
    exercises: frozenset[str]
    evidence: EvidenceLevel
    received_at: datetime
    group: UUID | None = None


class Partner(NamedTuple):
    """A report of the same session, and why it is taken for one."""

    span: Span
    act: LinkAct


def relation(one: Span, other: Span) -> LinkAct | None:
    """Why two reports are taken for one session; None if they are not.

    Nobody does two sessions at once: two sources that say so speak of one. One source that says so has told
    the same twice, if the exercises are the same; if not, it has told two parts of a session.
    """
    if one.worked is not other.worked or not (_overlap(one, other) > timedelta(0) or _together(one, other)):
        return None
    if one.source != other.source:
        return LinkAct.OVERLAPPING
    return LinkAct.NEAR_MATCH if one.exercises == other.exercises else None


def partner(new: Span, others: Iterable[Span]) -> Partner | None:
    """The report of the same session, if there is one; of several the one that overlaps most.

    A group takes no second session of one source: of a device that recorded two walks, and a person who told
    one, one walk stays that only the device told.
    """
    known = [one for one in others if one.id != new.id]
    found = [(one, act) for one in known if (act := relation(new, one)) is not None]
    found.sort(key=lambda pair: (-_overlap(new, pair[0]), abs(new.starts - pair[0].starts), pair[0].id))
    for one, act in found:
        members = [other for other in known if one.group is not None and other.group == one.group]
        rivals = [other for other in members if other.source == new.source and other.id != one.id]
        if all(relation(new, other) is LinkAct.NEAR_MATCH for other in rivals):
            return Partner(one, act)
    return None


def preferred(members: Sequence[Span]) -> UUID:
    """The report that counts for a session: the best evidence, and of that the one that came first."""
    best = min(members, key=lambda one: (_PREFERENCE[one.evidence], one.received_at, one.id))
    return best.id


def _overlap(one: Span, other: Span) -> timedelta:
    return max(min(one.ends, other.ends) - max(one.starts, other.starts), timedelta(0))


def _together(one: Span, other: Span) -> bool:
    return abs(one.starts - other.starts) <= CLOCKS_DIFFER
