"""Where a dose goes: the answer of progression, and what it is worked out from."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from api.clinical.errors import ValueRefused
from api.clinical.fitt import Doses, Part, RiskClass
from api.clinical.statements import Why


class StepKind(StrEnum):
    """What happens to a dose."""

    PROGRESS = "progress"
    HOLD = "hold"
    REGRESS = "regress"
    LOCKED = "locked"
    NEW_CHECK = "new-check"


class Reason(NamedTuple):
    """Why, and the reports that it rests on."""

    why: Why
    report_ids: tuple[str, ...]


class Change(NamedTuple):
    """A number that becomes another, as `part.number`."""

    field: str
    before: float | str | None
    after: float | str | None
    why: tuple[Why, ...]


class Task(NamedTuple):
    """Something that somebody does."""

    id: str
    sentence: str


class Restriction(NamedTuple):
    """Exercises with these tags stop; until a day, or until a clinician settles it."""

    tags: frozenset[str]
    until: date | None
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Current:
    """A dose in force, and what is known of the patient now.

    Attributes:
        risk: by the check of now; D-X holds everything.
        since: aware moment at which this revision took effect.
        started_on: the first day of the prescription.
        check_valid_until: aware moment.
        open_exercises: ids that the check of now allows, as they are or modified.
        fall_risk: None where it is unknown.
        rpe_at_most: upper limit of exertion that the rules leave now, Borg 6-20.
        ceiling_minutes: a week; more than 150 only by a clinician.
        settled_at: up to when a clinician has settled, with a reason, what reports had locked or restricted.
        feverless_since: since when fever is gone, where there was one.
        withheld_days: days on which sessions were not to be done; they leave the attendance.
    """

    doses: Doses
    risk: RiskClass
    since: datetime
    started_on: date
    check_valid_until: datetime
    open_exercises: frozenset[str]
    fall_risk: str | None
    supervised: bool = False
    rpe_at_most: int = 13
    ceiling_minutes: int = 150
    settled_at: datetime | None = None
    feverless_since: datetime | None = None
    withheld_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.since.tzinfo is None or self.check_valid_until.tzinfo is None:
            raise ValueRefused("no-offset", "since and check_valid_until need an offset.")
        if not 5 <= self.ceiling_minutes <= 300:
            raise ValueRefused("out-of-range", "ceiling_minutes is from 5 to 300.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NextDose:
    """What comes next.

    Attributes:
        doses: the numbers from now on; the same on hold, while locked and before a new check.
        easier_parts: parts whose exercises give way to their easier forms.
        interval: first day of the last complete interval and the day after it; None before one is over.
        next_review: the day on which it is worth asking again.
        needs_clinician: the new numbers, or going on at all, need a signature of their own.
        first_session_percent: what is left of the minutes of the next session alone.
    """

    kind: StepKind
    doses: Doses
    changes: tuple[Change, ...]
    reasons: tuple[Reason, ...]
    tasks: tuple[Task, ...]
    restrictions: tuple[Restriction, ...]
    easier_parts: frozenset[Part]
    interval: tuple[date, date] | None
    attendance_percent: float | None
    next_review: date
    needs_clinician: bool
    first_session_percent: int = 100
