"""How the people of a simulated cohort behave: numbers of a simulation, which say nothing of medicine."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How somebody trains, and tells of it; probabilities, where nothing else is said.

    Attributes:
        attends: that a planned session is done.
        weekend: what `attends` is multiplied by on a Saturday or Sunday.
        drift: what is added to `attends` with every week.
        cuts_short: that a session is cut short.
        does_more: that a week in which all was done gets one session more.
        trains_paused: that somebody trains on a planned day of a pause.
        tells: that a session, done or not, is told.
        overstates: that one not done is told as done, a short one as whole, a whole one as longer.
        wears: that a device records what is done.
        tells_twice: that an app tells a session twice under two ids.
        corrects: that a slip of the minutes is told first, and put right some days later.
        tells_late: that it is told days or weeks later.
        names_lines: whether a skip says of which lines of the plan it is.
        findings: that a session that was done ends with something that a clinician has to know.
        holiday: that there is a holiday, with nothing done and nothing told.
        hold: that a clinician holds the prescription for some days.
        trip: that there is a stay in another time zone.
    """

    attends: float
    weekend: float = 1.0
    drift: float = 0.0
    cuts_short: float = 0.0
    does_more: float = 0.0
    trains_paused: float = 0.0
    tells: float = 1.0
    overstates: float = 0.0
    wears: float = 0.0
    tells_twice: float = 0.0
    corrects: float = 0.0
    tells_late: float = 0.0
    names_lines: bool = False
    findings: float = 0.0
    holiday: float = 0.0
    hold: float = 0.0
    trip: float = 0.0

    @property
    def truthful(self) -> bool:
        """Whether nothing is told that was not so."""
        return self.overstates == 0


def of_somebody(chance: Random, *, overstates: bool = False) -> Habits:
    """The habits of somebody of a mixed cohort."""
    return Habits(
        attends=chance.triangular(0.3, 1.0, 0.85),
        weekend=chance.uniform(0.6, 1.1),
        drift=chance.gauss(-0.006, 0.01),
        cuts_short=chance.uniform(0.0, 0.12),
        does_more=chance.choice([0.0, 0.0, 0.2]),
        trains_paused=0.05,
        tells=chance.triangular(0.45, 1.0, 0.97),
        overstates=chance.uniform(0.4, 0.8) if overstates else 0.0,
        wears=chance.choice([0.0, 0.0, 0.85]),
        tells_twice=0.02,
        corrects=0.02,
        tells_late=chance.choice([0.02, 0.02, 0.3]),
        names_lines=True,
        findings=0.03,
        holiday=0.2,
        hold=0.2,
        trip=0.25,
    )
