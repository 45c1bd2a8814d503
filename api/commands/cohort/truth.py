"""What truly happened: the sessions of a simulated person, day by day, whatever is told of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from api.clinical.fitt import Part
from api.clinical.plan_versions import PlannedLine
from api.clinical.reports import SessionStatus
from api.clinical.session_fields import StopReason
from api.commands.cohort.habits import Habits

DAY = timedelta(days=1)
WEEK = 7
_SENDS = time(21, 30, tzinfo=UTC)
STOPS = ("calf-swelling", "chest-pain")
"""Findings after which nothing may be done until a clinician says so."""
MENTIONS = ("low-glucose", "long-pain", "numbness", "fatigue", "near-fall")
"""Findings after which training goes on."""


@dataclass(frozen=True, slots=True)
class Days:
    """Days from one to another, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of a cohort, with the plan.

    Attributes:
        name: tells people of one cohort apart; all chance comes from it.
        zone: the home.
        first: local day from which the weeks of the plan are counted.
        every: days from one sending of reports to the next; what is grave is sent at once.
        shift: tells those apart who send on other days.
    """

    name: str
    habits: Habits
    lines: Mapping[Part, PlannedLine]
    zone: str
    first: date
    weeks: int
    every: int = 1
    shift: int = 0

    @property
    def last(self) -> date:
        """The last day of the last week."""
        return self.first + timedelta(days=WEEK * self.weeks - 1)

    @property
    def leading(self) -> Part:
        """The line of which a session is when nobody says more."""
        if Part.AEROBIC in self.lines:
            return Part.AEROBIC
        return max(self.lines, key=lambda line: self.lines[line].per_week)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What truly became of the training of one day.

    Attributes:
        began: aware; the person's day is that of this place.
        lines: what was to be done.
        minutes: truly done, of the lines that have a time.
        extra: beyond the plan of the week.
        paused: on a day that a pause takes out.
        worn: a device recorded it.
        finding: what is to be told of it.
    """

    began: datetime
    lines: tuple[Part, ...]
    status: SessionStatus
    minutes: Mapping[Part, int]
    reason: StopReason | None = None
    extra: bool = False
    paused: bool = False
    worn: bool = False
    finding: str | None = None

    @property
    def day(self) -> date:
        """The local day."""
        return self.began.date()

    @property
    def done(self) -> bool:
        """Whether anything was done."""
        return self.status is not SessionStatus.SKIPPED


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What truly happened to somebody.

    Attributes:
        holds: days for which a clinician held the prescription.
        stops: days that were closed after a finding; the last one may be closed until the end.
        holidays: without training, and without telling; the plan went on.
        trips: days in another zone.
    """

    person: Person
    sessions: tuple[Session, ...]
    holds: tuple[Days, ...]
    stops: tuple[Days, ...]
    holidays: tuple[Days, ...]
    trips: tuple[tuple[Days, str], ...]

    def paused(self, day: date) -> bool:
        """Whether a day is taken out of what is expected."""
        return any(day in one for one in (*self.holds, *self.stops))

    def attended(self, line: Part, session: Session) -> bool:
        """Whether a session counts: it was done, or cut short after half of its minutes."""
        if line not in session.lines or not session.done:
            return False
        planned = self.person.lines[line].seconds
        short = session.status is SessionStatus.PARTIAL
        return not short or (planned is not None and 2 * 60 * session.minutes[line] >= planned)

    def sums(self, line: Part) -> tuple[Fraction, Fraction]:
        """Sessions attended and expected of a line, week by week by the formula of attendance."""
        attended = expected = Fraction(0)
        for week in range(self.person.weeks):
            first = self.person.first + timedelta(days=WEEK * week)
            open_days = {first + DAY * n for n in range(WEEK) if not self.paused(first + DAY * n)}
            due = Fraction(self.person.lines[line].per_week * len(open_days), WEEK)
            done = sum(one.day in open_days and self.attended(line, one) for one in self.sessions)
            attended, expected = attended + min(Fraction(done), due), expected + due
        return attended, expected

    def attendance(self, lines: Sequence[Part] = ()) -> Fraction | None:
        """The true attendance of some lines together, or of all; None where nothing was expected."""
        attended, expected = map(
            sum, zip(*(self.sums(line) for line in lines or self.person.lines), strict=True)
        )
        return Fraction(attended) / expected if expected else None


def evening(day: date) -> datetime:
    """When reports are sent: at the end of a day, which is still that day at the homes of all."""
    return datetime.combine(day, _SENDS)
