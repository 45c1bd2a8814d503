"""A knowledge release: everything that the medicine reads, frozen, with what is prepared from it once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any

from api.clinical.alarms import Alarms
from api.clinical.catalogue import Exercise, exercises_by_tag
from api.clinical.compiled import Derive, Fire, compile_derivation, compile_rules, dependencies
from api.clinical.counting import Counting
from api.clinical.criteria import Criterion, Values, comparisons_in, holds, names
from api.clinical.derived import Derived, Measure
from api.clinical.dosing import Dosing
from api.clinical.facts import Fact, FactValue, ReadsAs
from api.clinical.foot_looks import FootLooks
from api.clinical.measures import Outcomes
from api.clinical.pacing import Pacing
from api.clinical.questions import Question
from api.clinical.rules import Outcome, Relaxation, Rule, Source, outcome
from api.clinical.support import Whys
from api.clinical.triaging import Triaging
from api.clinical.vocabulary import ASKED_NONE, CheckKind, FactType, ReviewStatus
from api.clinical.wording import Wording

CONFLICTS = "conflicts"
"""The one fact that the engine makes itself: holds `yes` while facts on file contradict each other."""


@dataclass(frozen=True, kw_only=True)
class Release:
    """A checked and frozen knowledge release.

    Attributes:
        id: name of the release, its date first.
        sha256: over the content of all its files.
        facts: entered facts and screens by name, in the order of the files.
        base: a complete, reassuring patient as flat facts, for examples.
    """

    id: str
    released_on: date
    sha256: str
    review_status: ReviewStatus
    facts: Mapping[str, Fact]
    derived: Mapping[str, Derived]
    rules: tuple[Rule, ...]
    exercises: tuple[Exercise, ...]
    citations: Mapping[str, Source]
    dosing: Dosing
    pacing: Pacing
    triaging: Triaging
    counting: Counting
    outcomes: Outcomes
    foot_looks: FootLooks
    questions: tuple[Question, ...] = ()
    grouping_tags: frozenset[str] = frozenset()
    base: Mapping[str, Any] = field(default_factory=dict)
    vignettes: tuple[Mapping[str, Any], ...] = ()
    examples: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    wording: Wording = field(default_factory=Wording)
    alarms: Alarms = field(default_factory=Alarms)

    @cached_property
    def rules_by_id(self) -> Mapping[str, Rule]:
        """Rules by id."""
        return MappingProxyType({rule.id: rule for rule in self.rules})

    @cached_property
    def exercise_positions(self) -> Mapping[str, int]:
        """Position of each exercise in the catalogue, by id."""
        return MappingProxyType({exercise.id: index for index, exercise in enumerate(self.exercises)})

    @cached_property
    def tagged(self) -> Mapping[str, int]:
        """For each tag, the exercises that carry it as a bit mask."""
        return MappingProxyType(exercises_by_tag(self.exercises))

    @cached_property
    def screens(self) -> tuple[Fact, ...]:
        """The screens."""
        return tuple(fact for fact in self.facts.values() if fact.type is FactType.SCREEN)

    @cached_property
    def plain_facts(self) -> tuple[Fact, ...]:
        """Entered facts that are not screens."""
        return tuple(fact for fact in self.facts.values() if fact.type is not FactType.SCREEN)

    @cached_property
    def last_names(self) -> Mapping[str, str]:
        """For `…_last_…` names, the fact whose last value on file they hold."""
        return MappingProxyType({fact.last_name: fact.name for fact in self.plain_facts if fact.last_name})

    @cached_property
    def last_name_of(self) -> Mapping[str, str]:
        """For facts whose history matters, the name of their last value on file."""
        return MappingProxyType({name: last for last, name in self.last_names.items()})

    @cached_property
    def remembered(self) -> frozenset[str]:
        """Facts of which every value that they ever had matters."""
        return frozenset(fact.name for fact in self.plain_facts if fact.history or fact.expiring)

    @cached_property
    def implications(self) -> tuple[tuple[Fact, ReadsAs], ...]:
        """Values that follow from any observation within some hours."""
        return tuple((fact, case) for fact in self.plain_facts for case in fact.overridden_by if case.within)

    @cached_property
    def contradicted(self) -> tuple[Fact, ...]:
        """Facts that can be entered and can follow from others, so that the two may disagree."""
        return tuple(fact for fact in self.plain_facts if fact.contradicted_by_reading)

    @cached_property
    def plain_lives(self) -> Mapping[str, timedelta]:
        """For each fact of which every value counts from its observation for the same time, that time."""
        lives = ((fact.name, fact.plain_life) for fact in self.plain_facts)
        return MappingProxyType({name: lasts for name, lasts in lives if lasts is not None})

    @cached_property
    def conditionally_fading(self) -> tuple[Fact, ...]:
        """Facts whose shelf life depends on other facts."""
        return tuple(fact for fact in self.plain_facts if len(fact.shelf_lives) > 1)

    @cached_property
    def observed_today(self) -> tuple[str, ...]:
        """Entered facts of which it matters whether they were observed today."""
        entries = (entry for entry in self.derived.values() if entry.measure is Measure.OBSERVED_TODAY)
        return tuple(name for entry in entries for name in entry.of)

    @cached_property
    def blank(self) -> MappingProxyType[str, Any]:
        """A table of facts in which nothing is known."""
        table: dict[str, Any] = dict.fromkeys(
            (*(fact.name for fact in self.plain_facts), *self.last_names, *self.derived)
        )
        table[CONFLICTS] = frozenset()
        return MappingProxyType(table)

    @cached_property
    def derive(self) -> Derive:
        """Completes a table of facts."""
        return compile_derivation(self.plain_facts, self.derived.values())

    @cached_property
    def readings(self) -> Mapping[CheckKind, tuple[tuple[int, ...], Fire]]:
        """For each kind of check, the positions of the rules that it reads and the compiled rules."""
        readings = {}
        for kind in CheckKind:
            read = tuple(index for index, rule in enumerate(self.rules) if rule.is_read_in(kind))
            readings[kind] = (read, compile_rules([self.rules[index] for index in read]))
        return MappingProxyType(readings)

    @cached_property
    def gates(self) -> Mapping[CheckKind, tuple[Fact, ...]]:
        """For each kind of check, the facts that must be known."""
        programme = tuple(fact for fact in self.plain_facts if fact.gate is CheckKind.PROGRAMME)
        session = tuple(fact for fact in self.plain_facts if fact.gate is CheckKind.SESSION)
        return MappingProxyType({CheckKind.PROGRAMME: programme, CheckKind.SESSION: programme + session})

    @cached_property
    def inputs(self) -> Mapping[str, frozenset[str]]:
        """For every name, the entered facts that it rests on, itself included if entered."""
        found: dict[str, frozenset[str]] = {}

        def visit(name: str) -> frozenset[str]:
            if name in found:
                return found[name]
            if name in self.last_names:
                found[name] = frozenset({self.last_names[name]})
                return found[name]
            entry = self.facts.get(name) or self.derived.get(name)
            if entry is None:
                return frozenset()
            own = frozenset({name}) if name in self.facts else frozenset()
            found[name] = own.union(*(visit(needed) for needed in dependencies(entry)))
            return found[name]

        for name in (*self.facts, *self.last_names, *self.derived):
            visit(name)
        return MappingProxyType(found)

    @cached_property
    def rule_inputs(self) -> tuple[frozenset[str], ...]:
        """For each rule, the entered facts that its condition rests on."""
        return tuple(
            frozenset().union(*(self.inputs.get(name, frozenset()) for name in names(rule.when)))
            for rule in self.rules
        )

    @cached_property
    def rule_names(self) -> tuple[frozenset[str], ...]:
        """For each rule, the names that its condition reads."""
        return tuple(names(rule.when) for rule in self.rules)

    @cached_property
    def closing_inputs(self) -> tuple[frozenset[str], ...]:
        """For each rule, the entered facts that its condition and its relaxations rest on."""
        return tuple(
            read.union(*(self.inputs[name] for part in rule.relaxations for name in names(part.when)))
            for rule, read in zip(self.rules, self.rule_inputs, strict=True)
        )

    @cached_property
    def base_values(self) -> Mapping[str, FactValue]:
        """The facts of the base patient, read."""
        values = {}
        for name, value in self.base.items():
            entry = self.derived.get(name)
            fact = self.facts.get(entry.of[0] if entry is not None else name)
            if fact is not None and (entry is None or value == ASKED_NONE):
                read = fact.read(value, fact.units[0].code if fact.units else None)
                if read is not None:
                    values[fact.name] = read
        return MappingProxyType(values)

    @cached_property
    def day_limits(self) -> Mapping[str, tuple[bool, int]]:
        """For dates: whether a recent one is wanted, and the most days a condition asks to have passed."""
        limits: dict[str, tuple[bool, int]] = {}
        comparisons = [part for criterion in self.conditions for part in comparisons_in(criterion)]
        for entry in self.derived.values():
            if entry.measure is not Measure.DAYS_SINCE:
                continue
            found = [part for part in comparisons if part.name == entry.name]
            if found:
                days = max(int(part.limit) for part in found)
                limits[entry.of[0]] = (all(part.order == "<=" for part in found), days)
        return MappingProxyType(limits)

    @cached_property
    def conditions(self) -> tuple[Criterion, ...]:
        """Every condition of rules and derived facts."""
        derived = [entry.yes_when for entry in self.derived.values() if entry.yes_when is not None]
        cases = [case.when for entry in self.derived.values() for case in entry.cases]
        return (*(rule.when for rule in self.rules), *derived, *cases)

    @cached_property
    def read_facts(self) -> frozenset[str]:
        """Entered facts that some rule rests on."""
        return frozenset().union(*self.rule_inputs)

    @cached_property
    def lasting_facts(self) -> frozenset[str]:
        """Entered facts that a programme rests on and that count for more than a day."""
        read: frozenset[str] = frozenset()
        for index in self.readings[CheckKind.PROGRAMME][0]:
            read |= self.rule_inputs[index]
        return frozenset(name for name in read if self.facts[name].lasts_over_a_day)

    @cached_property
    def reading_rules(self) -> Mapping[str, tuple[Rule, ...]]:
        """For each entered fact, the rules whose condition rests on it."""
        return MappingProxyType(
            {
                name: tuple(
                    rule for rule, read in zip(self.rules, self.rule_inputs, strict=True) if name in read
                )
                for name in self.facts
            }
        )

    @cached_property
    def whys(self) -> Whys:
        """What rules and facts rest on."""
        return Whys(self.plain_facts, self.derived.values(), self.rules)

    @cached_property
    def _outcomes(self) -> dict[tuple[int, bool, bool, tuple[Relaxation, ...]], Outcome]:
        return {}

    def relaxed_outcome(
        self, position: int, values: Values, *, surely: bool, cleared: bool = False
    ) -> Outcome:
        """What a rule does for a table of facts, with the relaxations that hold in it."""
        relaxed = [part for part in self.rules[position].relaxations if holds(part.when, values)]
        return self.outcome(position, surely=surely, cleared=cleared, relaxed=relaxed)

    def touched(self, tags: Iterable[str]) -> int:
        """The exercises that carry one of these tags, as a bit mask."""
        mask = 0
        for tag in tags:
            mask |= self.tagged[tag]
        return mask

    def outcome(
        self, position: int, *, surely: bool, cleared: bool, relaxed: Sequence[Relaxation] = ()
    ) -> Outcome:
        """What the rule at a position does, prepared once for each way it can act."""
        key = (position, surely, cleared, tuple(relaxed))
        known = self._outcomes.get(key)
        if known is None:
            known = outcome(
                self.rules[position], self.tagged, surely=surely, relaxed=relaxed, cleared=cleared
            )
            self._outcomes[key] = known
        return known
