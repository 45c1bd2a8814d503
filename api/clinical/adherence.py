"""How much of a plan was done, as numbers that say how sure they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from api.clinical.counted import EvidenceLevel
from api.clinical.counting import Counting
from api.clinical.fitt import Part
from api.clinical.plan_versions import PlanVersion
from api.clinical.week_counts import WeekCount
from api.clinical.week_sums import Sums, has_begun, summed, week_sums


class NoNumber(StrEnum):
    """Why there is no number; never 0 % and never 100 %."""

    NO_PRESCRIPTION = "no-prescription"
    NOT_STARTED = "not-started"
    PAUSED = "paused"
    WITHHELD = "withheld"
    NOTHING_REPORTED = "nothing-reported"
    LOW_COVERAGE = "low-coverage"
    NO_TIME_PLANNED = "no-time-planned"
    NOT_RATED = "not-rated"


class Band(StrEnum):
    """How a week is called; `not-reported`: missing reports leave open whether it was low."""

    MET = "met"
    PARTIAL = "partial"
    LOW = "low"
    NOT_REPORTED = "not-reported"
    PAUSED = "paused"
    NOT_CLASSIFIED = "not-classified"


@dataclass(frozen=True, slots=True)
class Share:
    """An exact share, 1 is all; None with the reason why there is none."""

    value: Fraction | None
    reason: NoNumber | None = None

    @property
    def percent(self) -> float | None:
        """In percent with one decimal, half a tenth up."""
        return None if self.value is None else tenths(100 * self.value)


def tenths(value: Fraction) -> float:
    """A number with one decimal, half a tenth up; keeps the order of what it rounds."""
    return int(10 * value + Fraction(1, 2)) / 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What became of the sessions that were due; a part of a session where a week has fewer days.

    due = done + partly + declared_missed + excused + withheld + unreported, exactly. Sessions beyond what is
    due are in `sums.extra` and nowhere here; `paused` was not due.
    """

    due: Fraction
    done: Fraction
    partly: Fraction
    declared_missed: Fraction
    excused: Fraction
    withheld: Fraction
    unreported: Fraction
    paused: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The numbers of one line, or of all together; each line counts its own sessions.

    Attributes:
        expected, attended: sessions; expected is what was due and not withheld.
        lower: attendance; sessions without a report count as missed.
        upper: the same with every planned session of which nothing is known as done.
        projected: what was done of the reported sessions alone.
        coverage: how much of what was expected was reported at all.
        minutes, minutes_expected: on days that were due; of the lines that have a time the second one.
        sums: the whole counts; sessions there are reports, not parts of sessions.
    """

    expected: Fraction
    attended: Fraction
    words: Words
    lower: Share
    upper: Share
    projected: Share
    completion: Share
    dose_ratio: Share
    intensity: Share
    coverage: Share
    minutes: Fraction
    minutes_expected: Fraction
    by_evidence: Mapping[EvidenceLevel, int]
    reasons: Mapping[str, int]
    findings: int
    last_contact: date | None
    days_silent: int | None
    sums: Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class Adherence:
    """The numbers of a window, in total and line by line."""

    total: Numbers
    lines: Mapping[Part, Numbers]


def adherence(
    tables: Counting,
    counts: Iterable[WeekCount],
    today: date,
    *,
    absent: NoNumber = NoNumber.NO_PRESCRIPTION,
) -> Adherence:
    """The numbers of some weeks, from their counts alone.

    Source: specification, adherence.

    Args:
        tables: the knowledge.
        counts: in any order.
        today: local day of the patient; days after it are not due yet.
        absent: why there is no number where there are no counts.
    """
    rows = list(counts)
    by_line: dict[Part, list[WeekCount]] = {line: [] for line in Part}
    for row in rows:
        if has_begun(row, today):
            by_line[row.line].append(row)
    return Adherence(
        total=numbers(tables, rows, today, absent=absent),
        lines={line: numbers(tables, of_line, today) for line, of_line in by_line.items() if of_line},
    )


def absence(plan: Iterable[PlanVersion], last: date) -> NoNumber:
    """Why a window that ends on a day has no counts."""
    later = any(version.first > last for version in plan)
    return NoNumber.NOT_STARTED if later else NoNumber.NO_PRESCRIPTION


def numbers(
    tables: Counting,
    counts: Iterable[WeekCount],
    today: date,
    *,
    absent: NoNumber = NoNumber.NO_PRESCRIPTION,
) -> Numbers:
    """The numbers of some weeks as one, from their counts alone."""
    given = list(counts)
    rows = [row for row in given if has_begun(row, today)]
    none = None if rows else NoNumber.NOT_STARTED if given else absent
    reasons: dict[str, int] = {}
    for row in rows:
        for reason, times in row.reasons:
            reasons[reason] = reasons.get(reason, 0) + times
    contact = max((row.contact for row in rows if row.contact is not None), default=None)
    sums = summed(week_sums(row, today) for row in rows)
    return numbers_of(tables, sums, reasons, contact, today=today, absent=none)


def numbers_of(
    tables: Counting,
    sums: Sums,
    reasons: Mapping[str, int],
    contact: date | None,
    *,
    today: date,
    absent: NoNumber | None = None,
) -> Numbers:
    """The numbers from sums, wherever they were added up."""
    none = absent or _why_none(sums)
    coverage = _share(min(7 * sums.reported, sums.expected7), sums.expected7, none)
    timed = none if sums.due7 == 0 or sums.timed else NoNumber.NO_TIME_PLANNED
    return Numbers(
        expected=Fraction(sums.expected7, 7),
        attended=Fraction(sums.attended7, 7),
        words=_words(sums),
        lower=_share(sums.attended7, sums.expected7, none),
        upper=_share(sums.possible7, sums.expected7, none),
        projected=_projected(tables, sums, coverage),
        completion=_share(sums.completed7, sums.expected_seconds7, timed),
        dose_ratio=_share(7 * sums.timed_seconds, sums.expected_seconds7, timed),
        intensity=_share(sums.in_band, sums.rated, NoNumber.NOT_RATED),
        coverage=coverage,
        minutes=Fraction(sums.seconds, 60),
        minutes_expected=Fraction(sums.expected_seconds7, 420),
        by_evidence={level: getattr(sums, level.replace("-", "_")) for level in EvidenceLevel},
        reasons=dict(sorted(reasons.items())),
        findings=sum(times for reason, times in reasons.items() if reason in tables.findings.reasons),
        last_contact=contact,
        days_silent=None if contact is None else max((today - contact).days, 0),
        sums=sums,
    )


def band(tables: Counting, sums: Sums, days: int) -> Band:
    """How one week is called.

    Args:
        tables: the knowledge.
        sums: of that week.
        days: on which the plan was in force and not paused.
    """
    if days == 0:
        return Band.PAUSED if sums.paused7 else Band.NOT_CLASSIFIED
    if days < tables.bands.days or sums.expected7 == 0:
        return Band.NOT_CLASSIFIED
    if 100 * sums.attended7 >= tables.bands.met_percent * sums.expected7:
        return Band.MET
    partial = tables.bands.partial_percent * sums.expected7
    if 100 * sums.attended7 >= partial:
        return Band.PARTIAL
    return Band.LOW if 100 * sums.possible7 < partial else Band.NOT_REPORTED


def _words(sums: Sums) -> Words:
    return Words(
        due=Fraction(sums.due7, 7),
        done=Fraction(sums.done7, 7),
        partly=Fraction(sums.partly7 + sums.short7, 7),
        declared_missed=Fraction(sums.missed7, 7),
        excused=Fraction(sums.excused7 + sums.away7, 7),
        withheld=Fraction(sums.withheld7, 7),
        unreported=Fraction(sums.unreported7, 7),
        paused=Fraction(sums.paused7, 7),
    )


def _why_none(sums: Sums) -> NoNumber:
    if sums.due7:
        return NoNumber.WITHHELD
    return NoNumber.PAUSED if sums.paused7 else NoNumber.NOT_STARTED


def _share(part: int, whole: int, none: NoNumber) -> Share:
    return Share(Fraction(part, whole)) if whole else Share(None, none)


def _projected(tables: Counting, sums: Sums, coverage: Share) -> Share:
    """Done of reported, both capped week by week, which keeps it between lower and upper."""
    if coverage.value is None:
        return coverage
    told7 = sums.attended7 + sums.short7 + sums.missed7 + sums.excused7
    if told7 == 0:
        return Share(None, NoNumber.NOTHING_REPORTED)
    if 100 * coverage.value < tables.projected.coverage_percent:
        return Share(None, NoNumber.LOW_COVERAGE)
    return Share(Fraction(sums.attended7, told7))
