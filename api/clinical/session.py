"""A session as it was reported; a value that does not fit is refused."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from api.clinical.errors import ValueRefused
from api.clinical.fitt import RpeScale
from api.clinical.reports import Fall, FootFinding, SessionStatus
from api.clinical.session_fields import (
    BY_NAME,
    ITEM_NUMBERS,
    NUMBERS,
    FootBefore,
    FootSide,
    NumbOrWeak,
    PainSite,
    Reporter,
    StopReason,
    Symptom,
    TalkTest,
    Tern,
)

AHEAD_AT_MOST = timedelta(minutes=5)
"""By how much the clock of a reporter may be ahead."""
LATE_AFTER = timedelta(days=14)
_OF_SCALE = {RpeScale.BORG: (6, 20), RpeScale.ZERO_TO_TEN: (0, 10)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One exercise that was done; None is not told."""

    exercise_id: str
    minutes: int | None = None
    sets: int | None = None
    reps: int | None = None
    load_kg: float | None = None
    steps: int | None = None
    bouts: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.exercise_id) <= 100:
            raise ValueRefused("out-of-range", "exercise_id has 1 to 100 characters.")
        for field in ITEM_NUMBERS:
            field.check(getattr(self, field.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionReport:
    """One session, done, cut short or left out. None is not asked or not measured.

    What each field means, its unit and its range stand in `session_fields.FIELDS`. Source: specification,
    report fields.

    Attributes:
        performed_at: aware moment, in the zone of the patient.
        symptoms: empty is not asked.
    """

    session_id: UUID
    performed_at: datetime
    status: SessionStatus
    reporter: Reporter
    prescription_id: UUID | None = None
    skip_reason: StopReason | None = None
    stop_reason: StopReason | None = None
    items: tuple[Item, ...] = ()
    duration_min: int | None = None
    rpe: int | None = None
    rpe_scale: RpeScale | None = None
    talk_test: TalkTest | None = None
    hr_pre: int | None = None
    hr_mean: int | None = None
    hr_peak: int | None = None
    hr_post5: int | None = None
    sys_pre: int | None = None
    dia_pre: int | None = None
    sys_peak: int | None = None
    dia_peak: int | None = None
    sys_post: int | None = None
    dia_post: int | None = None
    sys_standing_post: int | None = None
    glucose_pre: float | None = None
    glucose_min: float | None = None
    glucose_post: float | None = None
    ketones_mmol_l: float | None = None
    pain_pre: int | None = None
    pain_peak: int | None = None
    pain_post: int | None = None
    pain_after_min: int | None = None
    pain_site: PainSite | None = None
    new_numb_or_weak: NumbOrWeak | None = None
    symptoms: frozenset[Symptom] | None = None
    symptoms_resolved_10min: Tern | None = None
    fall: Fall | None = None
    foot_check_after: FootFinding | None = None
    foot_side: FootSide | None = None
    foot_check_before: FootBefore | None = None
    footwear_worn: Tern | None = None
    muscle_soreness_h: int | None = None
    fatigue_next_day: int | None = None
    alone: Tern | None = None
    balance_held: Tern | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if self.performed_at.tzinfo is None:
            raise ValueRefused("no-offset", "performed_at needs an offset.")
        for field in NUMBERS:
            value = getattr(self, field.name)
            if value is not None:
                field.check(value)
        self._check_exertion()
        self._check_pressures()
        longest = max((item.minutes or 0 for item in self.items), default=0)
        if self.duration_min is not None and self.duration_min < longest:
            raise ValueRefused(
                "under-longest-item", f"duration_min is not under its longest item, {longest}."
            )
        if len(self.items) > (BY_NAME["items"].maximum or 0):
            raise ValueRefused("too-many", f"items are {BY_NAME['items'].maximum:g} at most.")
        if self.symptoms is not None and Symptom.NONE in self.symptoms and len(self.symptoms) > 1:
            raise ValueRefused("none-with-others", "symptoms says none and something else at once.")
        if self.note is not None and len(self.note) > (BY_NAME["note"].maximum or 0):
            raise ValueRefused("too-long", f"note has {BY_NAME['note'].maximum:g} characters at most.")

    def _check_exertion(self) -> None:
        if self.rpe is None:
            return
        if self.rpe_scale is None:
            raise ValueRefused("incomplete", "rpe needs rpe_scale.")
        low, high = _OF_SCALE[self.rpe_scale]
        if not low <= self.rpe <= high:
            raise ValueRefused("out-of-range", f"rpe is from {low} to {high} on the scale {self.rpe_scale}.")

    def _check_pressures(self) -> None:
        for upper, lower, name in (
            (self.sys_pre, self.dia_pre, "pre"),
            (self.sys_peak, self.dia_peak, "peak"),
            (self.sys_post, self.dia_post, "post"),
        ):
            if upper is not None and lower is not None and lower >= upper:
                raise ValueRefused("not-below-systolic", f"dia_{name} must be below sys_{name}.")

    @property
    def day(self) -> date:
        """The local day."""
        return self.performed_at.date()

    @property
    def skipped(self) -> bool:
        """Whether nothing of it was done."""
        return self.status is SessionStatus.SKIPPED

    @property
    def steps(self) -> int | None:
        """The steps of all exercises; None where none were told."""
        told = [item.steps for item in self.items if item.steps is not None]
        return sum(told) if told else None

    @property
    def lowest_glucose(self) -> float | None:
        """The lowest glucose that was measured, mg/dL; whichever field it stands in."""
        told = [one for one in (self.glucose_min, self.glucose_pre, self.glucose_post) if one is not None]
        return min(told, default=None)

    def late(self, received_at: datetime) -> bool:
        """Whether it came so long after the session that it is marked."""
        return received_at - self.performed_at > LATE_AFTER

    def check_past(self, received_at: datetime) -> None:
        """Refuse a session that lies ahead.

        Raises:
            ValueRefused: it is more than five minutes ahead.
        """
        if self.performed_at - received_at > AHEAD_AT_MOST:
            raise ValueRefused("in-future", "performed_at lies ahead.")
