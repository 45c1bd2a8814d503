"""What reports ask to be taken back, stopped or held, each with its reason."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction

from api.clinical.dosing import Exertion
from api.clinical.fitt import Part, RpeScale
from api.clinical.movement import Current, Restriction, Task
from api.clinical.pacing import Pacing
from api.clinical.reports import FALLEN, ORDER, Report, ReportLevel
from api.clinical.statements import Statement
from api.clinical.vocabulary import EVERY_EXERCISE

ALL = frozenset(Part)
_AFTER_REVIEW = ORDER.index(ReportLevel.REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """One thing that takes a dose back or keeps it where it is.

    Attributes:
        minutes: what is left of the minutes of some parts.
        load: what is left of the loads.
        until: the day up to which nothing rises; None where it only counts now.
        restriction: exercises that stop.
    """

    because: Statement
    reports: tuple[Report, ...]
    parts: frozenset[Part] = ALL
    minutes: Fraction = Fraction(1)
    load: Fraction = Fraction(1)
    rpe_less: int = 0
    balance_down: bool = False
    more_bouts: bool = False
    easier: bool = False
    until: date | None = None
    restriction: Restriction | None = None
    tasks: tuple[Task, ...] = field(default=())


class Regressions:
    """Reads the reports of a prescription against the tables."""

    def __init__(
        self, pacing: Pacing, exertion: Exertion, current: Current, reports: Sequence[Report], as_of: datetime
    ) -> None:
        self.pacing, self.exertion, self.current = pacing, exertion, current
        self.as_of, self.today, self.zone = as_of, as_of.date(), as_of.tzinfo
        self.reports = reports
        self.worked = [report for report in reports if report.worked]
        self.new = [report for report in reports if report.performed_at >= current.since]

    def severity(self, report: Report) -> ReportLevel:
        """The level of a report, with what its findings ask for."""
        pacing = self.pacing
        level = report.severity(
            pain_over=pacing.pain.over_minutes,
            review_pain_over=pacing.pain_again.over_minutes,
            glucose_below=pacing.glucose.below_mg_dl,
            urgent_below=pacing.glucose.urgent_below_mg_dl,
        )
        return max(level, ReportLevel.WATCH if self._far_above(report) else ReportLevel.OK, key=ORDER.index)

    def locking(self) -> tuple[Report, ...]:
        """Urgent and emergency reports that no clinician has settled."""
        return tuple(
            report
            for report in self.reports
            if ORDER.index(self.severity(report)) > _AFTER_REVIEW and not self.settled(report)
        )

    def settled(self, report: Report) -> bool:
        """Whether a clinician has settled what a report asks for."""
        return self.current.settled_at is not None and report.known_from <= self.current.settled_at

    def excess(self, report: Report, rpe_high: int) -> int | None:
        """By how much exertion was above its upper target, on the scale of the report."""
        if report.rpe is None:
            return None
        target = rpe_high if report.rpe_scale is RpeScale.BORG else self.exertion.on_0_10(rpe_high)
        return report.rpe - target

    def setbacks(self) -> tuple[Setback, ...]:
        """All that the reports ask for."""
        found: list[Callable[[], Iterator[Setback]]] = [
            self._pain,
            self._exertion,
            self._dizziness,
            self._feet,
            self._weakness,
            self._falls,
            self._glucose,
            self._fever,
        ]
        return tuple(setback for read in found for setback in read())

    def _far_above(self, report: Report) -> bool:
        aerobic, table = self.current.doses.aerobic, self.pacing.exertion
        if aerobic is None:
            return False
        excess = self.excess(report, aerobic.rpe_high)
        limit = table.over_borg if report.rpe_scale is RpeScale.BORG else table.over_0_10
        return excess is not None and excess >= limit

    def _pain(self) -> Iterator[Setback]:
        first, again = self.pacing.pain, self.pacing.pain_again
        hurt = [one for one in self.new if (one.pain_after_min or 0) > first.over_minutes]
        if not hurt:
            return
        parts = frozenset().union(*(one.pain_parts or ALL for one in hurt))
        last = self.worked[-again.of_last :]
        often = [one for one in last if (one.pain_after_min or 0) > first.over_minutes]
        long = [one for one in hurt if (one.pain_after_min or 0) > again.over_minutes]
        table = again if long or len(often) >= again.times else first
        yield Setback(
            because=table,
            reports=tuple(hurt),
            parts=parts,
            minutes=Fraction(table.minutes_percent, 100),
            load=Fraction(table.minutes_percent, 100),
            rpe_less=table.rpe_less,
            easier=table is again,
            tasks=(Task("pain-review", "Review pain that lasted more than 24 hours."),) if long else (),
        )

    def _exertion(self) -> Iterator[Setback]:
        table = self.pacing.exertion
        over = [one for one in self.new if self._far_above(one)]
        if len(over) >= table.times:
            yield Setback(
                because=table,
                reports=tuple(over),
                parts=frozenset({Part.AEROBIC}),
                minutes=Fraction(table.minutes_percent, 100),
                tasks=(Task("coach", "Coach: do not push harder than feels right."),),
            )

    def _dizziness(self) -> Iterator[Setback]:
        table = self.pacing.dizziness
        for report in self.reports:
            until = report.day(self.zone) + timedelta(days=table.days)
            if report.dizziness and (self.today < until or not self.settled(report)):
                lifted = until if self.settled(report) else None
                yield Setback(
                    because=table,
                    reports=(report,),
                    until=max(until, self.today),
                    restriction=Restriction(table.closes, lifted, table.why),
                    tasks=(
                        Task(
                            "orthostatic-test", "Test blood pressure lying and standing before standing work."
                        ),
                    ),
                )

    def _feet(self) -> Iterator[Setback]:
        table = self.pacing.feet
        for report in self.reports:
            if report.foot_needs_review and not self.settled(report):
                yield Setback(
                    because=table,
                    reports=(report,),
                    until=self.today,
                    restriction=Restriction(table.closes, None, table.why),
                    tasks=(Task("foot-review", "Look at the foot before weight-bearing goes on."),),
                )

    def _weakness(self) -> Iterator[Setback]:
        table = self.pacing.weakness
        for report in self.reports:
            until = report.day(self.zone) + timedelta(days=table.days)
            fresh = report in self.new
            if report.weak_over_48h and (fresh or self.today < until):
                yield Setback(
                    because=table,
                    reports=(report,),
                    load=Fraction(table.load_percent, 100) if fresh else Fraction(1),
                    until=until if self.today < until else None,
                    tasks=(Task("weakness-review", "Review weakness for more than 48 hours."),),
                )

    def _falls(self) -> Iterator[Setback]:
        table = self.pacing.fall
        fallen = [report for report in self.new if report.fall in FALLEN]
        if fallen:
            yield Setback(
                because=table,
                reports=tuple(fallen),
                balance_down=True,
                tasks=(Task("falls-review", "Review the fall; balance work is supported."),),
            )

    def _glucose(self) -> Iterator[Setback]:
        table = self.pacing.glucose
        for report in self.reports:
            until = report.day(self.zone) + timedelta(days=table.days)
            low = report.glucose_min_mg_dl is not None and report.glucose_min_mg_dl < table.below_mg_dl
            fresh = report in self.new
            if low and (fresh or self.today < until):
                yield Setback(
                    because=table,
                    reports=(report,),
                    more_bouts=fresh,
                    until=until if self.today < until else None,
                    tasks=(Task("insulin-review", "Review insulin; carbohydrate before the next session."),),
                )

    def _fever(self) -> Iterator[Setback]:
        table, since = self.pacing.fever, self.current.feverless_since
        if since is None or any(report.performed_at >= since for report in self.worked):
            return
        over = since + timedelta(hours=table.hours)
        everything = Restriction(frozenset({EVERY_EXERCISE}), over.astimezone(self.zone).date(), table.why)
        yield Setback(
            because=table,
            reports=(),
            until=self.today,
            restriction=everything if self.as_of < over else None,
        )
