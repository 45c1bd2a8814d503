"""Whether a handout still counts: a pure function of how its revision and its prescription stand."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from api.clinical.lifecycle import State
from api.prescriptions.gate import Safety


class Validity(StrEnum):
    """Whether what a handout says is still to be done."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    PAUSED = "paused"
    EXPIRED = "expired"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a signed revision and its prescription stand.

    Attributes:
        check_due_at: until when the last check of the prescription holds; None where there was none.
        ends_on: the last day of the revision.
        followed_on: the first day of the first revision after it.
    """

    state: State
    safety: Safety | None
    check_due_at: datetime | None
    ends_on: date | None
    followed_on: date | None

    @property
    def is_over(self) -> bool:
        """Whether the prescription has ended for good."""
        return self.state in {State.STOPPED, State.COMPLETED}

    def is_checked(self, moment: datetime) -> bool:
        """Whether the last check still says something at a moment."""
        return self.check_due_at is not None and moment < self.check_due_at

    def is_paused_in_part(self, moment: datetime) -> bool:
        """Whether the exercises that are not paused go on."""
        return self.state is State.ACTIVE and self.safety is Safety.PAUSED and self.is_checked(moment)


def validity(standing: Standing, moment: datetime, today: date) -> Validity:
    """Whether it counts at a moment, which is a day of the patient.

    What ended for good comes first, then what was replaced, then what is interrupted. A check that has run
    out says nothing any more, and so what it let through is paused until it is made again.
    """
    if standing.is_over:
        return Validity.STOPPED
    if standing.state is State.SUPERSEDED:
        return Validity.SUPERSEDED
    if standing.followed_on is not None and standing.followed_on <= today:
        return Validity.SUPERSEDED
    if standing.ends_on is not None and standing.ends_on < today:
        return Validity.EXPIRED
    safe = standing.state is State.ACTIVE and standing.safety is Safety.SAFE
    return Validity.CURRENT if safe and standing.is_checked(moment) else Validity.PAUSED
