"""The next dose from reports: one step on, the same, a step back, or a stop, with reasons."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from fractions import Fraction
from statistics import median

from api.clinical.attendance import attendance, planned_days
from api.clinical.backwards import taken_back
from api.clinical.fitt import Doses, Part, RiskClass
from api.clinical.forwards import stepped_on
from api.clinical.ladder import interval_weeks
from api.clinical.movement import Change, Current, NextDose, Reason, Restriction, StepKind, Task
from api.clinical.regression import Regressions, Setback
from api.clinical.release import Release
from api.clinical.reports import ORDER, Report, ReportLevel, in_order
from api.clinical.statements import Statement, Why
from api.clinical.vocabulary import EVERY_EXERCISE

_EVERYTHING = frozenset({EVERY_EXERCISE})


def next_dose(release: Release, current: Current, reports: Iterable[Report], as_of: datetime) -> NextDose:
    """What comes after the dose in force.

    Source: specification, progression algorithm, regression and stop (design decisions).

    Args:
        release: the knowledge.
        current: the dose in force.
        reports: all of the prescription, in any order; what was done after `as_of` is not read.
        as_of: aware moment in the patient's zone.
    """
    return _Pace(release, current, in_order(reports, as_of), as_of).answer()


class _Pace:
    """Weighs the reports of one prescription."""

    def __init__(
        self, release: Release, current: Current, reports: Sequence[Report], as_of: datetime
    ) -> None:
        self.release, self.pacing, self.current = release, release.pacing, current
        self.reports, self.as_of, self.today = reports, as_of, as_of.date()
        self.read = Regressions(self.pacing, release.dosing.exertion, current, reports, as_of)
        self.began = current.since.astimezone(as_of.tzinfo).date()
        self.per_week = planned_days(current.doses)
        self.weeks = interval_weeks(self.pacing, current.risk, self._weekly_minutes())
        self.interval = self._interval()
        self.attended = self._attended(self.interval)
        self.reasons: list[Reason] = []
        self.tasks: list[Task] = []
        self.restrictions: list[Restriction] = []

    def answer(self) -> NextDose:
        locking = self.read.locking()
        if locking:
            self._because(self.pacing.lock, locking)
            self.restrictions.append(Restriction(_EVERYTHING, None, self.pacing.lock.why))
            self.tasks.append(Task("unlock", "A clinician looks at the report and unlocks with a reason."))
            return self._same(StepKind.LOCKED)
        if self._idle(self.today) > self.pacing.long_break.over_days:
            self._because(self.pacing.long_break, ())
            self.tasks.append(Task("new-check", "A new programme check and a new start dose."))
            return self._same(StepKind.NEW_CHECK)
        setbacks = [*self.read.setbacks(), *self._break(), *self._low_attendance()]
        for setback in setbacks:
            self._take(setback)
        levels = self.release.dosing.balance.levels
        back = taken_back(self.current.doses, setbacks, levels, self.current.open_exercises)
        if back.doses != self.current.doses:
            return self._moved(StepKind.REGRESS, back.doses, back.why, setbacks)
        if any(self._at_work(one) for one in setbacks) or not self._earned():
            return self._same(StepKind.HOLD, setbacks)
        on = stepped_on(
            self.release, self.current, self.read, self.today, long_at_ceiling=self._long_at_ceiling()
        )
        self._because(self.pacing.earned, ())
        kind = StepKind.HOLD if on.doses == self.current.doses else StepKind.PROGRESS
        return self._moved(kind, on.doses, on.why, (), needs_clinician=on.needs_clinician)

    def _at_work(self, setback: Setback) -> bool:
        """Whether a setback still holds the dose: for its time, while it restricts, in its own interval."""
        if setback.until is not None or setback.restriction is not None or not setback.reports:
            return True
        start = self.began if self.interval is None else self.interval[0]
        return any(one.day(self.as_of.tzinfo) >= start for one in setback.reports)

    def _weekly_minutes(self) -> int:
        aerobic = self.current.doses.aerobic
        return 0 if aerobic is None else aerobic.weekly_minutes

    def _interval(self, back: int = 0) -> tuple[date, date] | None:
        """The last complete interval of this dose, or one so many before."""
        length = timedelta(weeks=self.weeks)
        complete = (self.today - self.began) // length - back
        if complete < 1:
            return None
        return self.began + (complete - 1) * length, self.began + complete * length

    def _attended(self, span: tuple[date, date] | None) -> Fraction | None:
        if span is None:
            return None
        aerobic = self.current.doses.aerobic is not None
        days = [
            one.day(self.as_of.tzinfo)
            for one in self.read.new
            if one.attended and (not aerobic or one.includes(Part.AEROBIC))
        ]
        return attendance(days, self.per_week, *span, self.current.withheld_days)

    def _since(self, day: date) -> list[Report]:
        return [one for one in self.read.new if one.day(self.as_of.tzinfo) >= day]

    def _idle(self, day: date) -> int:
        """Days up to a day since the last session, or since the prescription or a new start began."""
        done = [one.day(self.as_of.tzinfo) for one in self.read.worked]
        last = max(done, default=self.current.started_on)
        if (self.began - last).days > self.pacing.long_break.over_days:
            last = self.began
        return max((day - last).days, 0)

    def _break(self) -> Iterable[Setback]:
        """What a break of a week or more leaves, beside what it had left when this dose began."""
        for table in self.pacing.breaks[::-1]:
            if table.from_days <= self._idle(self.today):
                left = Fraction(table.minutes_percent) / self._left(self._idle(self.began))
                if left < 1:
                    yield Setback(because=table, reports=(), minutes=left)
                return

    def _left(self, days: int) -> Fraction:
        """Percent of the minutes that a break of so many days leaves."""
        found = [one.minutes_percent for one in self.pacing.breaks if one.from_days <= days]
        return Fraction(min(found, default=100))

    def _low_attendance(self) -> Iterable[Setback]:
        table = self.pacing.attendance
        shares = [self._attended(self._interval(back)) for back in range(table.intervals)]
        low = [one for one in shares if one is not None and 100 * one < table.hold_percent]
        if len(low) == table.intervals:
            task = Task("contact", "Contact the person and ask what stands in the way.")
            left = Fraction(table.minutes_percent, 100)
            yield Setback(
                because=table, reports=(), parts=frozenset({Part.AEROBIC}), minutes=left, tasks=(task,)
            )

    def _earned(self) -> bool:
        """Whether the last interval earned a step; says why not."""
        pacing, current = self.pacing, self.current
        if current.risk is RiskClass.X:
            return self._not_earned(self.release.dosing.no_dose)
        if current.check_valid_until <= self.as_of:
            self.tasks.append(Task("new-check", "Renew the programme check."))
            return self._not_earned(pacing.check_over)
        if self.interval is None or self.attended is None:
            return self._not_earned(pacing.too_early)
        within = self._since(self.interval[0])
        levels = {one.id: ORDER.index(self.read.severity(one)) for one in self.read.new}
        review = [one for one in within if levels[one.id] >= ORDER.index(ReportLevel.REVIEW)]
        if review:
            return self._not_earned(pacing.review, review)
        watches = [one for one in within if levels[one.id] == ORDER.index(ReportLevel.WATCH)]
        percent = 100 * self.attended
        if percent < pacing.earned.attendance_percent or len(watches) > pacing.earned.watches:
            self.tasks.append(Task("barriers", "Ask what stands in the way."))
            return self._not_earned(pacing.attendance, watches)
        worked = [one for one in within if one.worked]
        if len(worked) < pacing.earned.sessions_reported or not self._light_enough(worked):
            return self._not_earned(pacing.earned, worked)
        return True

    def _light_enough(self, reports: Sequence[Report]) -> bool:
        """Whether the median exertion was within the target; not told is not within."""
        aerobic = self.current.doses.aerobic
        if aerobic is None:
            return True
        told = [self.read.excess(one, aerobic.rpe_high) for one in reports]
        known = [excess for excess in told if excess is not None]
        return bool(known) and median(known) <= 0

    def _long_at_ceiling(self) -> bool:
        length = timedelta(weeks=self.pacing.intensity.weeks)
        whole = (self.today - self.began) // timedelta(weeks=1)
        end = self.began + timedelta(weeks=whole)
        start = end - length
        share = self._attended((start, end)) if start >= self.began else None
        return share is not None and 100 * share >= self.pacing.earned.attendance_percent

    def _not_earned(self, why: Statement, reports: Sequence[Report] = ()) -> bool:
        self._because(why, reports)
        return False

    def _because(self, why: Statement, reports: Sequence[Report]) -> None:
        self.reasons.append(Reason(why.why, tuple(one.id for one in reports)))

    def _take(self, setback: Setback) -> None:
        self._because(setback.because, setback.reports)
        self.tasks += [task for task in setback.tasks if task not in self.tasks]
        if setback.restriction is not None:
            self.restrictions.append(setback.restriction)

    def _same(self, kind: StepKind, setbacks: Sequence[Setback] = ()) -> NextDose:
        return self._moved(kind, self.current.doses, {}, setbacks)

    def _moved(
        self,
        kind: StepKind,
        doses: Doses,
        why: Mapping[str, tuple[Why, ...]],
        setbacks: Sequence[Setback],
        *,
        needs_clinician: bool = False,
    ) -> NextDose:
        fever = self.pacing.fever
        feverish = any(one.because is fever for one in setbacks)
        return NextDose(
            kind=kind,
            doses=doses,
            changes=tuple(_changes(self.current.doses, doses, why)),
            reasons=tuple(self.reasons),
            tasks=tuple(self.tasks),
            restrictions=tuple(self.restrictions),
            easier_parts=frozenset().union(*(one.parts for one in setbacks if one.easier)),
            interval=self.interval,
            attendance_percent=None if self.attended is None else round(float(100 * self.attended), 1),
            next_review=self._next_review(setbacks),
            needs_clinician=needs_clinician or kind in {StepKind.LOCKED, StepKind.NEW_CHECK},
            first_session_percent=fever.first_session_percent if feverish else 100,
        )

    def _next_review(self, setbacks: Sequence[Setback]) -> date:
        """The end of the running interval, or of the longest hold."""
        length = timedelta(weeks=self.weeks)
        ends = self.began + ((self.today - self.began) // length + 1) * length
        return max([ends, *(one.until for one in setbacks if one.until is not None)])


def _changes(before: Doses, after: Doses, why: Mapping[str, tuple[Why, ...]]) -> Iterable[Change]:
    """Every number that differs, with its reasons."""
    for part in fields(before):
        old, new = getattr(before, part.name), getattr(after, part.name)
        if old == new or old is None or new is None:
            continue
        for number in fields(old):
            was, becomes = getattr(old, number.name), getattr(new, number.name)
            name = f"{part.name}.{number.name}"
            if was != becomes and name != "steps.raised_on":
                yield Change(name, was, becomes, why[name])
