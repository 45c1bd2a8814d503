"""What stands behind a number: the sessions that it counts, by their ids."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from api.clinical.counted import ATTENDED, WORKED, EvidenceLevel, Session, Word
from api.clinical.counting import Counting
from api.clinical.fitt import Part
from api.clinical.plan_versions import Pause, PlanVersion, day_mask
from api.clinical.week_counts import PlacedWeek, beside_band, placed_weeks


class Behind(StrEnum):
    """A number that can be opened."""

    ATTENDED = "attended"
    DONE = "done"
    PARTLY = "partly"
    DECLARED_MISSED = "declared-missed"
    EXCUSED = "excused"
    WITHHELD = "withheld"
    REPORTED = "reported"
    MINUTES = "minutes"
    RATED = "rated"
    IN_BAND = "in-band"
    EXTRA = "extra"
    DURING_PAUSE = "during-pause"
    UNPLANNED = "unplanned"
    OVER_DOSE = "over-dose"


_REPORTED = WORKED | {Word.DECLARED_MISSED, Word.EXCUSED}
_WORDS = {
    Behind.ATTENDED: ATTENDED,
    Behind.DONE: frozenset({Word.DONE}),
    Behind.PARTLY: frozenset({Word.PARTLY, Word.PARTLY_SHORT}),
    Behind.DECLARED_MISSED: frozenset({Word.DECLARED_MISSED}),
    Behind.EXCUSED: frozenset({Word.EXCUSED}),
    Behind.WITHHELD: frozenset({Word.WITHHELD}),
    Behind.REPORTED: _REPORTED,
    Behind.MINUTES: WORKED | {Word.UNPLANNED},
    Behind.UNPLANNED: frozenset({Word.UNPLANNED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One session of one line, as it was counted.

    Attributes:
        ids: of all reports of it, that of the one that counts first.
        seconds: None where no report tells.
        paused: whether its day was paused for medical reasons.
        extra: beyond what was due in its week, or done on a paused day.
        beside: exertion below (-1), within (0) or above (1) its band; None cannot be told.
    """

    ids: tuple[str, ...]
    prescription: str
    number: int
    week: int
    line: Part
    day: date
    word: Word
    seconds: int | None
    evidence: EvidenceLevel
    skip_reason: str | None
    paused: bool
    extra: bool
    over_dose: bool
    beside: int | None

    def stands_behind(self, number: Behind) -> bool:
        """Whether a number counts it."""
        match number:
            case Behind.EXTRA:
                return self.extra
            case Behind.OVER_DOSE:
                return self.over_dose
            case Behind.DURING_PAUSE:
                return self.paused and self.word in _WORDS[Behind.MINUTES]
            case Behind.RATED:
                return not self.paused and self.beside is not None
            case Behind.IN_BAND:
                return not self.paused and self.beside == 0
        return not self.paused and self.word in _WORDS[number]


def opened(
    tables: Counting,
    plan: Iterable[PlanVersion],
    pauses: Sequence[Pause],
    sessions: Iterable[Session],
    *,
    first: date,
    last: date,
    today: date,
) -> tuple[Opened, ...]:
    """Every session of a window as it was counted, oldest first; the last ones of a week are extra."""
    found: list[Opened] = []
    for week in placed_weeks(tables, plan, pauses, sessions, first=first, last=last):
        found += _of_week(tables, week, today)
    return tuple(sorted(found, key=lambda one: (one.day, one.ids, one.line)))


def _of_week(tables: Counting, week: PlacedWeek, today: date) -> Iterable[Opened]:
    planned = week.version.lines[week.line]
    due = week.days & ~week.paused & day_mask(week.starts, week.starts, today)
    withheld = sum(one.word is Word.WITHHELD for bit, one in week.sessions if not week.paused & bit)
    left = -(-max(planned.per_week * due.bit_count() - 7 * withheld, 0) // 7)
    for bit, one in sorted(week.sessions, key=lambda pair: (pair[0], pair[1].session.began, pair[1].ids)):
        paused = bool(week.paused & bit)
        beyond = False
        if not paused and one.word in ATTENDED:
            beyond, left = left <= 0, left - 1
        yield Opened(
            ids=one.ids,
            prescription=week.version.prescription,
            number=week.version.number,
            week=week.number,
            line=week.line,
            day=week.starts + timedelta(days=bit.bit_length() - 1),
            word=one.word,
            seconds=one.seconds,
            evidence=one.session.evidence,
            skip_reason=one.session.skip_reason,
            paused=paused,
            extra=beyond or (paused and one.word in _WORDS[Behind.MINUTES]),
            over_dose=one.over_dose,
            beside=beside_band(tables, planned, one),
        )
