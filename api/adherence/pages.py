"""The adherence of one patient in a window, counted from what was told, with all that stands behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from api.adherence.history import History, plans, read_told
from api.adherence.plans import Spell
from api.adherence.tables import AdherencePatient
from api.clinical.adherence import Adherence, NoNumber, absence, adherence
from api.clinical.adherence_weeks import Week, weeks
from api.clinical.knowledge import library
from api.clinical.opened import Opened, opened
from api.clinical.plan_versions import Pause
from api.clinical.reports import ReportLevel
from api.clinical.week_counts import WeekCount, week_counts
from api.database.work import Work
from api.errors import invalid
from api.patients.queries import no_such_patient

MOST_DAYS = 366


class Event(NamedTuple):
    """A report that triage found worth a look."""

    date: date
    level: ReportLevel
    rules: Sequence[str]
    session_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A patient's adherence in a window.

    Attributes:
        first, last: both ends included.
        absent: why there is no number at all; None where there may be some.
        counts: of the days of the window alone; a week that it cuts is counted in part.
        events: what triage found, the oldest first.
        last_contact: the last day on which somebody was in touch, also before the window.
    """

    patient_id: UUID
    today: date
    first: date
    last: date
    absent: NoNumber | None
    history: History
    counts: Sequence[WeekCount]
    numbers: Adherence
    weeks: Sequence[Week]
    opened: Sequence[Opened]
    events: Sequence[Event]
    last_contact: date | None

    @property
    def pauses(self) -> list[Pause]:
        """The pauses that reach into the window."""
        return [one for one in self.history.pauses if self._is_reached_by(one)]

    @property
    def spells(self) -> list[Spell]:
        """What was in force in the window."""
        return [one for one in self.history.spells if self._is_reached_by(one)]

    def _is_reached_by(self, days: Pause | Spell) -> bool:
        return days.first <= self.last and (days.last is None or days.last >= self.first)

    @property
    def days_silent(self) -> int | None:
        """Days since then."""
        return None if self.last_contact is None else max((self.today - self.last_contact).days, 0)


def page(work: Work, patient_id: UUID, first: date | None, last: date | None) -> Page:
    """The adherence of a patient in a window; by default of the weeks that the release shows, up to today.

    Raises:
        NotFound: there is no such patient.
        Invalid: the window ends before it begins, lies ahead, or is longer than `MOST_DAYS`.
    """
    history = plans(work, [patient_id]).get(patient_id)
    if history is None:
        raise no_such_patient()
    tables, today = library.load().counting, history.today
    last = last or today
    shown = 7 * tables.bands.weeks_shown
    first = first or date.fromordinal(max(last.toordinal() - shown + 1, date.min.toordinal()))
    _refuse_window(first, last, today)
    read_told(work, {patient_id: history}, {patient_id: (first, last)})
    given = (tables, history.plan, history.pauses, history.sessions)
    counts = week_counts(*given, first=first, last=last)
    absent = None if counts else absence(history.plan, last)
    return Page(
        patient_id=patient_id,
        today=today,
        first=first,
        last=last,
        absent=absent,
        history=history,
        counts=counts,
        numbers=adherence(tables, counts, today, absent=absent or NoNumber.NO_PRESCRIPTION),
        weeks=weeks(tables, counts, today),
        opened=opened(*given, first=first, last=last, today=today),
        events=_events(history, first, last),
        last_contact=work.db.scalar(
            select(AdherencePatient.last_contact).where(
                AdherencePatient.clinic_id == work.clinic_id, AdherencePatient.id == patient_id
            )
        ),
    )


def _refuse_window(first: date, last: date, today: date) -> None:
    for name, day in (("from", first), ("to", last)):
        if day > today:
            raise invalid(f"/query/{name}", f"This is after today, {today}, the patient's day.", "in-future")
    if first > last:
        raise invalid("/query/to", "The window ends before it begins.", "reversed")
    if (last - first).days >= MOST_DAYS:
        raise invalid("/query/from", f"A window has {MOST_DAYS} days at most.", "too-long")


def _events(history: History, first: date, last: date) -> list[Event]:
    return [
        Event(one.local_date, ReportLevel(one.level), sorted(one.rules), one.id)
        for one in history.told
        if not one.is_check and one.level != ReportLevel.OK and first <= one.local_date <= last
    ]
