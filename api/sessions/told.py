"""A report as it came."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from api.clinical.session import Item, SessionReport
from api.sessions.lists import EvidenceLevel, Flag

NATIVE = "native"
"""The form of the API's own documents."""
_OF_ITEM = tuple(one.name for one in fields(Item))


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A report as it came.

    Attributes:
        report: what the medicine reads of it.
        local_date: the patient's day, as told, or that of the moment in the zone.
        prescription_revision: None is the one that was in effect on that day.
        source: None is the client itself.
        flags: what is to be known of its times.
        document: as sent, in the native form.
        sha256: of the content, whatever its id; two documents that say the same have the same.
        format: the form in which it came.
        original: what came, where that was in another form.
    """

    report: SessionReport
    zone: ZoneInfo
    local_date: date
    evidence: EvidenceLevel
    prescription_revision: int | None
    source: str | None
    source_record_id: str | None
    flags: tuple[Flag, ...]
    document: Mapping[str, Any]
    sha256: str
    format: str = NATIVE
    original: Any = None

    @property
    def id(self) -> UUID:
        """The session, as its reporter named it."""
        return self.report.session_id

    @property
    def minutes(self) -> int | None:
        """Of the whole session, or of its items together; None where neither was told."""
        if self.report.duration_min is not None:
            return self.report.duration_min
        told = [item.minutes for item in self.report.items if item.minutes is not None]
        return sum(told) if told else None


def told_of(item: Item) -> dict[str, Any]:
    """An exercise that was done, without what was not told of it."""
    told = {name: getattr(item, name) for name in _OF_ITEM}
    return {name: value for name, value in told.items() if value is not None}
