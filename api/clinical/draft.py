"""A proposed prescription: its numbers with their reasons, its exercises, and what it needs first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from api.clinical.errors import ClinicalError
from api.clinical.fitt import Doses, FitnessClass, Part, RiskClass
from api.clinical.rules import Rule
from api.clinical.statements import Why
from api.clinical.vocabulary import Decision


class NeedKind(StrEnum):
    """What must come before a dose."""

    OUT_OF_SCOPE = "out-of-scope"
    CHANGE = "change"
    ANSWER = "answer"
    CLEARANCE = "clearance"


class Need(NamedTuple):
    """One thing that must come before a dose.

    Attributes:
        id: the fact that must be known, or the rule that stands against it.
    """

    kind: NeedKind
    id: str
    sentence: str


class DoseRefused(ClinicalError):
    """There is no dose: the class of risk is D-X.

    Attributes:
        needs: what must come first, what weighs most first.
    """

    risk = RiskClass.X

    def __init__(self, decision: Decision, why: Why, needs: tuple[Need, ...]) -> None:
        super().__init__(why.sentence)
        self.decision = decision
        self.why = why
        self.needs = needs


class Item(NamedTuple):
    """One exercise of a part.

    Attributes:
        from_week: the week of the prescription in which it begins.
        changes: rules that modify it, worst first.
        reason: why it was chosen.
    """

    part: Part
    exercise_id: str
    from_week: int
    weight_bearing: bool
    changes: tuple[str, ...]
    reason: str
    score: int


class Milestone(NamedTuple):
    """So many minutes a week, and in how many weeks at the fastest; None where no step leads there."""

    label: str
    minutes_per_week: int
    weeks: int | None


class Instruction(NamedTuple):
    """What holds for a part beside its numbers; no part is the whole session."""

    part: Part | None
    why: Why


class DayRule(NamedTuple):
    """A rule that will be read on the day of each session.

    Attributes:
        surely: it fires while nothing of the day is known; otherwise it may.
        facts: what to ask or measure on the day because of it.
    """

    rule: Rule
    surely: bool
    facts: tuple[str, ...]


class Gap(NamedTuple):
    """A part that cannot be filled, or not as its dose asks."""

    part: Part
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A complete first prescription.

    Attributes:
        valid_until: of the check that it rests on.
        alternatives: further open exercises of each part, best first.
        interval_weeks: how often a step may be earned.
        ceiling_minutes: aerobic minutes a week up to which steps lead.
        rpe_on_0_10: the upper target of the aerobic part on the scale from 0 to 10; None without that part.
        why: reasons by `part.number`, and of the classes as `classes.fitness` and `classes.risk`.
    """

    release_id: str
    as_of: datetime
    valid_until: datetime
    decision: Decision
    fitness: FitnessClass
    risk: RiskClass
    doses: Doses
    items: tuple[Item, ...]
    alternatives: Mapping[Part, tuple[str, ...]]
    interval_weeks: int
    ceiling_minutes: int
    milestones: tuple[Milestone, ...]
    talk_test: str | None
    rpe_on_0_10: int | None
    frame_steps: tuple[str, ...]
    instructions: tuple[Instruction, ...]
    day_rules: tuple[DayRule, ...]
    gaps: tuple[Gap, ...]
    why: Mapping[str, tuple[Why, ...]]
