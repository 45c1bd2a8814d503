"""A report on file, as filing reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from api.clinical.reports import ReportLevel, SessionStatus
from api.clinical.trends import Past
from api.sessions.linking import Span
from api.sessions.lists import EvidenceLevel


@dataclass(slots=True, kw_only=True)
class Kept:
    """A report on file, as filing others reads it; what filing changes of it is written back."""

    id: UUID
    patient_id: UUID
    received_at: datetime
    withdrawn_at: datetime | None
    source: str
    source_record_id: str | None
    performed_at: datetime
    time_zone: str
    status: SessionStatus
    evidence: EvidenceLevel
    items: Sequence[Mapping[str, Any]]
    minutes: int | None
    steps: int | None
    hr_pre: int | None
    pain_pre: int | None
    pain_after_min: int | None
    fatigue_next_day: int | None
    level: ReportLevel
    own_level: ReportLevel
    rules: frozenset[str]
    not_asked: bool
    asked: bool
    link_group: UUID | None
    linked_by_hand: bool
    counts: bool
    sha256: str
    number: int
    version: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Kept":
        """A report as its row says it."""
        return cls(
            **{
                **row,
                "status": SessionStatus(row["status"]),
                "evidence": EvidenceLevel(row["evidence"]),
                "level": ReportLevel(row["level"]),
                "own_level": ReportLevel(row["own_level"]),
                "rules": frozenset(row["rules"]),
            }
        )

    @property
    def past(self) -> Past:
        """As triage of later reports reads it."""
        return Past(
            id=str(self.id),
            at=self.performed_at.astimezone(ZoneInfo(self.time_zone)),
            level=self.own_level,
            rules=self.rules,
            not_asked=self.not_asked,
            asked=self.asked,
            worked=self.status is not SessionStatus.SKIPPED,
            hr_pre=self.hr_pre,
            pain_pre=self.pain_pre,
            pain_after_min=self.pain_after_min,
            fatigue_next_day=self.fatigue_next_day,
            steps=self.steps,
        )

    @property
    def span(self) -> Span:
        """As linking reads it."""
        return Span(
            id=self.id,
            source=self.source,
            starts=self.performed_at,
            ends=self.performed_at + timedelta(minutes=self.minutes or 0),
            worked=self.status is not SessionStatus.SKIPPED,
            exercises=frozenset(item["exercise_id"] for item in self.items),
            evidence=self.evidence,
            received_at=self.received_at,
            group=self.link_group,
        )
