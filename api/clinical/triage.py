"""Triage: how urgent one report of a session is, with every reason and all that follows."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from api.clinical.criteria import holds, names
from api.clinical.movement import Task
from api.clinical.release import Release
from api.clinical.reports import ORDER, ReportLevel
from api.clinical.session import SessionReport
from api.clinical.session_context import Context, readings
from api.clinical.session_fields import ASKED, BY_NAME, FootSide
from api.clinical.trends import Look, Past, repeated, trends, unanswered_before
from api.clinical.triaged import (
    Fired,
    Lock,
    Message,
    Read,
    SetFact,
    TrendFound,
    Triage,
    at_least,
    worst,
)
from api.clinical.triaging import TriageRule, questions_of

_SIDES = {FootSide.LEFT: ("left",), FootSide.RIGHT: ("right",)}


def triage(release: Release, report: SessionReport, known: Context, earlier: Sequence[Past] = ()) -> Triage:
    """How urgent a report is, with every reason and all that follows.

    Source: specification, session report and triage.

    Args:
        release: the knowledge.
        report: the report.
        known: the patient and the plan at the time of the session.
        earlier: reports of this patient performed before (`trends.before`), oldest first: all of them, or at
            least those of the first 14 and the last 57 days and those with a finding that repeats.
    """
    return _Judge(release, report, known, earlier).answer()


class _Judge:
    """Weighs one report."""

    def __init__(
        self, release: Release, report: SessionReport, known: Context, earlier: Sequence[Past]
    ) -> None:
        self.release, self.tables = release, release.triaging
        self.report, self.known, self.earlier = report, known, earlier
        self.values = readings(release, report, known, earlier)
        self.missing: set[str] = set()

    def answer(self) -> Triage:
        surely, unsure = self.tables.fire(self.values)
        asked = self._asked()
        for place in unsure:
            self.missing |= self.tables.questions[place] & asked
        fired = self._findings(surely)
        not_asked = self._not_asked()
        again = bool(not_asked) and unanswered_before(self.earlier)
        own = worst([*(one.level for one in fired), *self._of_unanswered(not_asked, again=again)])
        found = trends(self.tables, self._look(own, fired))
        level = worst([own, *(one.level for one in found)])
        messages = tuple(self._messages(level, fired, found, not_asked))
        if not (fired or not_asked or found):
            return Triage(
                level=level, own_level=own, messages=messages, asked=bool(asked), read_note=self._read_note()
            )
        rules = [one.rule for one in fired]
        return Triage(
            level=level,
            own_level=own,
            fired=tuple(fired),
            not_asked=not_asked,
            trends=found,
            locks=tuple(lock for one in fired for lock in self._locks(one)),
            facts=tuple(fact for rule in rules for fact in self._facts(rule)),
            next_session=tuple(dict.fromkeys(ask for rule in rules for ask in rule.next_session)),
            messages=messages,
            tasks=tuple(self._tasks(fired, found, not_asked if again else ())),
            regressions=tuple(dict.fromkeys(rule.regression for rule in rules if rule.regression)),
            hold_days=max((rule.hold_days for rule in rules if rule.hold_days), default=None),
            asked=bool(asked),
            read_note=self._read_note(),
        )

    def _findings(self, surely: Sequence[int]) -> list[Fired]:
        """What fired, worst first."""
        rules = [self.tables.rules[place] for place in surely]
        fired = [self._fired(one) for one in rules if not (one.only_when_done and self.report.skipped)]
        return sorted(fired, key=lambda one: -ORDER.index(one.level))

    def _asked(self) -> frozenset[str]:
        """The questions that this report had to answer."""
        if not self.report.skipped:
            return ASKED
        table, reason = self.tables.not_asked, self.report.skip_reason
        return frozenset(table.unsaid if reason is None else table.of_skipped.get(reason, ()))

    def _not_asked(self) -> tuple[str, ...]:
        if not self.missing:
            return ()
        return tuple(name for name in BY_NAME if name in self.missing and self.values[name] is None)

    def _of_unanswered(self, not_asked: Sequence[str], *, again: bool) -> Iterable[ReportLevel]:
        table = self.tables.not_asked
        return [table.again if again else table.level] if not_asked else []

    def _fired(self, rule: TriageRule) -> Fired:
        levels, raised = [rule.level], []
        for rise in rule.rises:
            if rise.when is None:
                risen: bool | None = repeated(rise, rule.id, self.earlier, self._settled(rule.id))
            else:
                risen = holds(rise.when, self.values)
                if risen is None and at_least(rise.to, ReportLevel.REVIEW):
                    self.missing |= questions_of(rise.when)
            if risen:
                levels.append(rise.to)
                raised.append(rise.says)
        why = tuple(Read(name, _plain(self.values[name])) for name in sorted(names(rule.when)))
        return Fired(rule, worst(levels), why, tuple(raised))

    def _settled(self, name: str) -> datetime | None:
        closed = self.known.settled.get(name)
        return closed if closed is not None and closed <= self.report.performed_at else None

    def _look(self, own: ReportLevel, fired: Sequence[Fired]) -> Look:
        return Look(
            report=self.report,
            level=own,
            rules=frozenset(one.rule.id for one in fired),
            earlier=self.earlier,
            steps_at_most=self.known.steps_at_most,
            iwgdf_1=self.known.iwgdf_1 != "no",
            settled=self.known.settled,
        )

    def _locks(self, one: Fired) -> Iterable[Lock]:
        rule, done = one.rule, (item.exercise_id for item in self.report.items)
        if rule.lock:
            exercises = frozenset(done) if rule.lock_done else frozenset()
            yield Lock(rule.id, rule.lock, exercises, rule.lock_hours, rule.lock_until_ketones_below)
        for rise in rule.rises:
            if rise.lock and rise.says in one.raised:
                yield Lock(rule.id, rise.lock)

    def _facts(self, rule: TriageRule) -> Iterable[SetFact]:
        for name, value in (rule.sets or {}).items():
            for sided in self._sided(name):
                yield SetFact(rule.id, sided, value)
        for name, number in (rule.adds or {}).items():
            yield SetFact(rule.id, name, None, number)

    def _sided(self, name: str) -> Sequence[str]:
        """The facts of a name; of a foot that was not said, those of both."""
        if name in self.release.facts:
            return (name,)
        sides = _SIDES.get(self.report.foot_side or FootSide.UNKNOWN, ("left", "right"))
        return tuple(f"{name}_{side}" for side in sides)

    def _messages(
        self,
        level: ReportLevel,
        fired: Sequence[Fired],
        found: Sequence[TrendFound],
        not_asked: Sequence[str],
    ) -> Iterable[Message]:
        said = [(level.value, level), *((one.rule.id, one.level) for one in fired)]
        said += [(one.trend.id, one.level) for one in found]
        if not_asked:
            said.append((self.tables.not_asked.id, self.tables.not_asked.level))
        return [Message(key, urgency, self.tables.wording[key]) for key, urgency in said]

    def _tasks(
        self, fired: Sequence[Fired], found: Sequence[TrendFound], open_questions: Sequence[str]
    ) -> Iterable[Task]:
        for one in fired:
            rule = one.rule
            also = rule.also_when is not None and holds(rule.also_when, self.values) is not False
            said = [rule.clinician, rule.also if also else None, *one.raised]
            sentence = " ".join(part for part in said if part)
            if sentence:
                yield Task(rule.id, sentence)
        yield from (Task(one.trend.id, one.trend.clinician) for one in found)
        if open_questions:
            yield Task(
                self.tables.not_asked.id, f"Ask what was left open twice: {', '.join(open_questions)}."
            )

    def _read_note(self) -> bool:
        note = self.report.note
        if not note:
            return False
        folded = note.casefold()
        return any(word in folded for word in self.tables.note_words.words)


def _plain(value: Any) -> str | float | tuple[str, ...] | None:
    """A value as data: the members of a set in order, closed lists as their words."""
    if isinstance(value, frozenset):
        return tuple(sorted(str(one) for one in value))
    if isinstance(value, str):
        return str(value)
    return value  # type: ignore[no-any-return]  # numbers and None
