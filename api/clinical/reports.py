"""What progression needs to know of a session that was done, cut short or left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum
from typing import NamedTuple

from api.clinical.errors import ValueRefused
from api.clinical.fitt import Part, RpeScale


class SessionStatus(StrEnum):
    """Whether a session was done."""

    DONE = "done"
    PARTIAL = "partial"
    SKIPPED = "skipped"


class ReportLevel(StrEnum):
    """How urgent a report is, mildest first."""

    OK = "ok"
    WATCH = "watch"
    REVIEW = "review"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class Fall(StrEnum):
    """Whether somebody fell."""

    NONE = "none"
    NEAR_FALL = "near-fall"
    NO_INJURY = "fall-no-injury"
    INJURY = "fall-injury"
    HEAD_STRIKE = "fall-head-strike"


class FootFinding(StrEnum):
    """What the look at the feet after a session found."""

    CLEAR = "clear"
    REDNESS_SHORT = "redness-under-30min"
    REDNESS_LONG = "redness-over-30min"
    BLISTER = "blister"
    OPEN = "bleeding-or-open"
    HOT = "hot-swollen"
    COLD = "cold-blue-or-white"
    NOT_DONE = "not-done"


ORDER = tuple(ReportLevel)
FALLEN = frozenset({Fall.NO_INJURY, Fall.INJURY, Fall.HEAD_STRIKE})
_OF_FALLS = {
    Fall.NEAR_FALL: ReportLevel.WATCH,
    Fall.NO_INJURY: ReportLevel.REVIEW,
    Fall.INJURY: ReportLevel.URGENT,
    Fall.HEAD_STRIKE: ReportLevel.URGENT,
}
_OF_FEET = {
    FootFinding.REDNESS_SHORT: ReportLevel.WATCH,
    FootFinding.REDNESS_LONG: ReportLevel.REVIEW,
    FootFinding.BLISTER: ReportLevel.REVIEW,
    FootFinding.OPEN: ReportLevel.URGENT,
    FootFinding.HOT: ReportLevel.URGENT,
    FootFinding.COLD: ReportLevel.URGENT,
}


class Reported(NamedTuple):
    """What was told of the sessions of a prescription.

    Attributes:
        reports: all of them, in any order.
        settled_at: up to when a clinician has settled, with a reason, what reports had locked or restricted.
    """

    reports: Sequence["Report"] = ()
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One session, as progression reads it; None is not asked.

    Attributes:
        performed_at: aware moment.
        received_at: when it came, where that was later; a lock counts from then.
        parts: what was done; empty where that was not said.
        minutes, planned_minutes: of aerobic work.
        level: how urgent triage found it; the findings below may raise it and never lower it.
        pain_after_min: how long pain stayed above baseline after the session.
        pain_parts: the parts that hurt; empty where that was not said, which counts as all.
        balance_held: whether the level was held as long and as often as it asks, without touching.
        spare_reps: repetitions above the range in the last set of strength work.
    """

    id: str
    performed_at: datetime
    status: SessionStatus
    received_at: datetime | None = None
    parts: frozenset[Part] = frozenset()
    minutes: int = 0
    planned_minutes: int | None = None
    rpe: int | None = None
    rpe_scale: RpeScale | None = None
    level: ReportLevel = ReportLevel.OK
    pain_after_min: int | None = None
    pain_parts: frozenset[Part] = frozenset()
    dizziness: bool | None = None
    fall: Fall | None = None
    foot: FootFinding | None = None
    weak_over_48h: bool | None = None
    glucose_min_mg_dl: float | None = None
    balance_held: bool | None = None
    spare_reps: int | None = None

    def __post_init__(self) -> None:
        if self.performed_at.tzinfo is None:
            raise ValueRefused("no-offset", "performed_at needs an offset.")
        if (self.rpe is None) is not (self.rpe_scale is None):
            raise ValueRefused("incomplete", "rpe and rpe_scale stand together.")
        if self.rpe is not None and self.rpe_scale is not None:
            low, high = (6, 20) if self.rpe_scale is RpeScale.BORG else (0, 10)
            if not low <= self.rpe <= high:
                raise ValueRefused(
                    "out-of-range", f"rpe is from {low} to {high} on the scale {self.rpe_scale}."
                )
        for name in ("minutes", "planned_minutes", "pain_after_min", "glucose_min_mg_dl", "spare_reps"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 20000:
                raise ValueRefused("out-of-range", f"{name} is far from plausible.")

    @property
    def known_from(self) -> datetime:
        """When the report was there to be acted on."""
        return self.performed_at if self.received_at is None else max(self.performed_at, self.received_at)

    @property
    def attended(self) -> bool:
        """Whether it counts as a session: done, or cut short with half of the minutes or more."""
        if self.status is SessionStatus.DONE:
            return True
        planned = self.planned_minutes
        return self.status is SessionStatus.PARTIAL and planned is not None and 2 * self.minutes >= planned

    @property
    def worked(self) -> bool:
        """Whether anything was done."""
        return self.status is not SessionStatus.SKIPPED

    def includes(self, part: Part) -> bool:
        """Whether a part was done, as far as it was said."""
        return self.worked and (not self.parts or part in self.parts)

    @property
    def foot_needs_review(self) -> bool:
        """Whether a foot must be looked at by somebody who knows."""
        level = _OF_FEET.get(self.foot or FootFinding.CLEAR)
        return level in {ReportLevel.REVIEW, ReportLevel.URGENT}

    def day(self, zone: tzinfo | None) -> date:
        """The local day."""
        return self.performed_at.astimezone(zone).date()

    def severity(
        self, *, pain_over: int, review_pain_over: int, glucose_below: float, urgent_below: float
    ) -> ReportLevel:
        """The level of triage, raised to what the findings alone ask for.

        Source: specification, session report and triage.
        """
        levels = [
            self.level,
            _OF_FALLS.get(self.fall or Fall.NONE),
            _OF_FEET.get(self.foot or FootFinding.CLEAR),
        ]
        if self.dizziness or self.weak_over_48h:
            levels.append(ReportLevel.REVIEW)
        if self.pain_after_min is not None and self.pain_after_min > pain_over:
            long = self.pain_after_min > review_pain_over
            levels.append(ReportLevel.REVIEW if long else ReportLevel.WATCH)
        if self.glucose_min_mg_dl is not None and self.glucose_min_mg_dl < glucose_below:
            urgent = self.glucose_min_mg_dl < urgent_below
            levels.append(ReportLevel.URGENT if urgent else ReportLevel.REVIEW)
        return max((level for level in levels if level is not None), key=ORDER.index)


def in_order(reports: Iterable[Report], until: datetime) -> tuple[Report, ...]:
    """What was done up to a moment, oldest first, each report once."""
    once = {report.id: report for report in sorted(reports, key=lambda one: (one.known_from, one.id))}
    past = (report for report in once.values() if report.performed_at <= until)
    return tuple(sorted(past, key=lambda one: (one.performed_at, one.id)))
