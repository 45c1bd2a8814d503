"""What plans and checks before a session rest on: the revision in effect, and its overrides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from api.clinical.lifecycle import State
from api.clinical.locks import Lock
from api.clinical.profile import Profile
from api.database.work import Work
from api.prescriptions import gate
from api.prescriptions import queries as prescriptions
from api.prescriptions.plans import queries
from api.prescriptions.queries import Found

_WEEK = 7
Locks = Callable[[Work, UUID], Sequence[Lock]]
"""Finds what reports of sessions have closed for a patient; it comes from a room above."""
RUNNING = frozenset({State.ACTIVE, State.ON_HOLD})


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """A signed prescription on a day of its patient.

    Attributes:
        as_of: the moment, in the patient's zone.
        state: of the prescription, since when it has it.
        revision: the one in effect; None before the first day.
        coming: those that take effect later, the next one first.
        overrides: those of the revision that count.
    """

    as_of: datetime
    prescription_id: UUID
    state: State
    since: datetime | None
    revision: Found | None
    coming: Sequence[Found]
    overrides: Sequence[Found]

    @property
    def today(self) -> date:
        """The day of the patient."""
        return self.as_of.date()

    @property
    def shown(self) -> Found:
        """The revision that is told: the one in effect, before the first day the one that begins next."""
        return self.revision if self.revision is not None else self.coming[0]

    @property
    def over(self) -> bool:
        """Whether the last day of the revision has passed."""
        ends_on = None if self.revision is None else self.revision.ends_on
        return ends_on is not None and ends_on < self.today

    @property
    def week(self) -> int | None:
        """The week of the prescription, counted from 1; None before it begins."""
        if self.revision is None:
            return None
        began: date = self.revision.started_on
        return (self.today - began).days // _WEEK + 1

    def begins(self, week: int) -> date:
        """The first day of a week of the prescription."""
        began: date = self.shown.started_on
        return began + timedelta(days=_WEEK * (week - 1))

    def midnight(self, day: date) -> datetime:
        """The first moment of a day of the patient."""
        return datetime.combine(day, time.min, self.as_of.tzinfo)

    @property
    def begun(self) -> list[str]:
        """The exercises that the plan has today, paused or not; none before it begins or after it ends."""
        if self.revision is None or self.week is None or self.over:
            return []
        items = self.revision.document["items"]
        return [one["exercise_id"] for one in items if one["from_week"] <= self.week]

    def pairs(self) -> set[gate.Pair]:
        """The rules and exercises that a clinician lets through."""
        return {(one.rule_id, one.exercise_id) for one in self.overrides}


def basis(work: Work, prescribed: Found, known: Profile) -> Basis:
    """What a plan rests on, in two statements.

    Args:
        work: the work.
        prescribed: a prescription that is active or on hold.
        known: what is known of its patient now; an override that relied on something else does not count.
    """
    today = known.as_of.date()
    found = queries.revisions(work, prescribed.id, today)
    in_effect = found[-1] if found[-1].effective_from <= today else None
    coming = sorted(
        (one for one in found if one is not in_effect), key=lambda one: (one.effective_from, -one.number)
    )
    granted: Sequence[Any] = ()
    if in_effect is not None:
        granted = prescriptions.overrides(work, prescribed.id, since=in_effect.number)
    return Basis(
        as_of=known.as_of,
        prescription_id=prescribed.id,
        state=prescribed.state,
        since=prescribed.since,
        revision=in_effect,
        coming=coming,
        overrides=[
            one
            for one in granted
            if in_effect is not None and one.revision == in_effect.number and _counts(one, work.moment, known)
        ],
    )


def _counts(override: Found, moment: datetime, known: Profile) -> bool:
    if override.lapsed_at is not None or override.expires_at <= moment:
        return False
    return not gate.changed(gate.relied_from(override.relied_on), known)
