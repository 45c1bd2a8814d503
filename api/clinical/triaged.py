"""What triage answers: how urgent a report is, why, and what follows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from api.clinical.movement import Task
from api.clinical.reports import ORDER, ReportLevel
from api.clinical.triaging import NextSession, Trend, TriageRule


class Read(NamedTuple):
    """A field or a piece of context that a finding rests on; None is not told."""

    name: str
    value: str | float | tuple[str, ...] | None


class Fired(NamedTuple):
    """A finding.

    Attributes:
        level: of the rule, or what it rose to.
        raised: why it is above the rule's own level.
    """

    rule: TriageRule
    level: ReportLevel
    why: tuple[Read, ...]
    raised: tuple[str, ...] = ()


class TrendFound(NamedTuple):
    """A trend, and the reports that show it."""

    trend: Trend
    level: ReportLevel
    report_ids: tuple[str, ...]


class Lock(NamedTuple):
    """Exercises that stop from receipt until a clinician unlocks them with a reason.

    Attributes:
        tags: exercises with one of these stop, `*` is all.
        exercises: these stop too, by id.
        least_hours: not to be unlocked earlier.
        ketones_below: not to be unlocked before ketones are lower, mmol/L.
    """

    rule_id: str
    tags: frozenset[str]
    exercises: frozenset[str] = frozenset()
    least_hours: int | None = None
    ketones_below: float | None = None

    def opens_from(self, received_at: datetime) -> datetime:
        """The earliest moment at which a clinician may unlock."""
        return received_at + timedelta(hours=self.least_hours or 0)


class SetFact(NamedTuple):
    """A fact of the patient that the report sets: to a value, or by so much more."""

    rule_id: str
    name: str
    value: str | None
    add: int | None = None


class Message(NamedTuple):
    """What the person is told; `key` names it for translation."""

    key: str
    level: ReportLevel
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """How urgent a report is, and what follows.

    Attributes:
        level: the highest of all.
        own_level: the same without trends.
        fired: worst first.
        not_asked: questions that were left empty and would have mattered.
        next_session: what the next session must begin with or leave out.
        regressions: entries of the progression tables that follow.
        hold_days: for so long the findings ask that no dose rises; None where they name no days.
        asked: whether it had to answer any question; left out, that depends on the reason.
        read_note: a word in the note asks for it to be read.
    """

    level: ReportLevel
    own_level: ReportLevel
    fired: tuple[Fired, ...] = ()
    not_asked: tuple[str, ...] = ()
    trends: tuple[TrendFound, ...] = ()
    locks: tuple[Lock, ...] = ()
    facts: tuple[SetFact, ...] = ()
    next_session: tuple[NextSession, ...] = ()
    messages: tuple[Message, ...] = ()
    tasks: tuple[Task, ...] = ()
    regressions: tuple[str, ...] = ()
    hold_days: int | None = None
    asked: bool = True
    read_note: bool = False

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """The ids of all findings and trends, worst findings first."""
        return (*(one.rule.id for one in self.fired), *(one.trend.id for one in self.trends))

    @property
    def holds_progression(self) -> bool:
        """Whether it speaks against a step in this interval: two such reports stop it, one for review too."""
        return at_least(self.level, ReportLevel.WATCH)


def at_least(level: ReportLevel, other: ReportLevel) -> bool:
    """Whether a level is as urgent as another, or more."""
    return ORDER.index(level) >= ORDER.index(other)


def worst(levels: Iterable[ReportLevel]) -> ReportLevel:
    """The most urgent; `ok` of none."""
    return max(levels, key=ORDER.index, default=ReportLevel.OK)
