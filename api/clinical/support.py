"""What a condition rests on: the facts that carry it, and the facts that are missing.

One function is generated for every rule and derived fact, over the dual rail expressions that decide it.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from api.clinical.compiled import dependencies
from api.clinical.criteria import Always, Among, And, Compare, Criterion, Has, Known, Not, Or, Truth, names
from api.clinical.derived import Derived
from api.clinical.dual_rail import Rails, built
from api.clinical.facts import Fact, ReadsAs
from api.clinical.rules import Rule
from api.clinical.vocabulary import FactType


class Support(NamedTuple):
    """Entered facts that an answer rests on, and entered facts whose absence it rests on."""

    facts: frozenset[str]
    missing: frozenset[str]


NOTHING = Support(frozenset(), frozenset())
Lookup = Callable[[str], Support]
Why = Callable[[Mapping[str, Any], Lookup], Support]


def union(first: Support = NOTHING, *others: Support) -> Support:
    """All of these together."""
    if not others:
        return first
    facts, missing = first
    for more, lacking in others:
        facts |= more
        if lacking:
            missing |= lacking
    return Support(facts, missing)


def surest(*supports: Support | None) -> Support:
    """Of parts that each suffice, those that rest on nothing missing, else all."""
    deciding = [support for support in supports if support is not None]
    if len(deciding) == 1:
        return deciding[0]
    certain = [support for support in deciding if not support[1]]
    return union(*(certain or deciding))


class _Writer:
    """Writes the support of a condition as an expression, for a truth that is known when it is written.

    Facts that nothing stands in for have a constant support once the truth is known: a comparison that is
    true or false rests on the fact, one that is unknown on its absence. Constants are joined while writing.
    """

    def __init__(self, alone: Collection[str]) -> None:
        self.alone = alone
        self.rails = Rails()
        self.rails.constants |= {"union": union, "surest": surest}
        self.fixed: dict[str, Support] = {}

    def constant(self, support: Support) -> str:
        name = self.rails.constant(support)
        self.fixed[name] = support
        return name

    def support(self, criterion: Criterion, *, truth: Truth) -> str:
        match criterion:
            case Always():
                return self.constant(NOTHING)
            case Known(name):
                return self._leaf(name, present=truth is True)
            case Among(name) | Has(name) | Compare(name, None):
                return self._leaf(name, present=truth is not None)
            case Compare(name, minus) if minus is not None and truth is not None:
                return self.union([self._leaf(name, present=True), self._leaf(minus, present=True)])
            case Compare(name, minus):
                return f"union(at({name!r}), at({minus!r}))"
            case Not(part):
                return self.support(part, truth=None if truth is None else not truth)
            case And(parts):
                return self._parts(parts, truth, every=truth is not False)
            case Or(parts):
                return self._parts(parts, truth, every=truth is False)

    def _leaf(self, name: str, *, present: bool) -> str:
        if name not in self.alone:
            return f"at({name!r})"
        own, none = frozenset({name}), frozenset[str]()
        return self.constant(Support(own, none) if present else Support(none, own))

    def _parts(self, parts: tuple[Criterion, ...], truth: Truth, *, every: bool) -> str:
        """All parts where every one is needed, else the parts that decide alone, surest first."""
        if not every:
            return f"surest({', '.join(self._if_deciding(part, truth) for part in parts)})"
        if truth is None:
            return f"union({', '.join(self._true_or_unknown(part) for part in parts)})"
        return self.union([self.support(part, truth=truth) for part in parts])

    def _if_deciding(self, part: Criterion, truth: Truth) -> str:
        return f"{self.support(part, truth=truth)} if {self._is(part, truth)} else None"

    def _true_or_unknown(self, part: Criterion) -> str:
        true, unknown = self.support(part, truth=True), self.support(part, truth=None)
        return true if true == unknown else f"{true} if {self.rails.surely(part)} else {unknown}"

    def union(self, expressions: Iterable[str]) -> str:
        """Expressions joined, constants among them while writing."""
        open_parts = []
        fixed = NOTHING
        for expression in expressions:
            if expression in self.fixed:
                fixed = union(fixed, self.fixed[expression])
            elif expression not in open_parts:
                open_parts.append(expression)
        if fixed != NOTHING or not open_parts:
            open_parts.append(self.constant(fixed))
        return open_parts[0] if len(open_parts) == 1 else f"union({', '.join(open_parts)})"

    def _is(self, part: Criterion, truth: Truth) -> str:
        if truth is None:
            return f"not {self.rails.surely(part)} and not {self.rails.surely_not(part)}"
        return self.rails.surely(part) if truth else self.rails.surely_not(part)

    def decided(self, criterion: Criterion) -> list[str]:
        """Lines that return the support of a condition, whatever its truth."""
        true, false, unknown = (self.support(criterion, truth=truth) for truth in (True, False, None))
        if true == false == unknown:
            return [f" return {unknown}"]
        return [
            f" if {self.rails.surely(criterion)}: return {true}",
            f" if {self.rails.surely_not(criterion)}: return {false}",
            f" return {unknown}",
        ]

    def cases(self, cases: tuple[ReadsAs, ...]) -> list[str]:
        """Lines that return the support of the first case that is not false, else of all that are."""
        lines = []
        for case in cases:
            surely, surely_not = self.rails.surely(case.when), self.rails.surely_not(case.when)
            lines.append(f" if {surely}: return {self.support(case.when, truth=True)}")
            lines.append(f" if not {surely_not}: return {self.support(case.when, truth=None)}")
        return [*lines, f" return {self.union([self.support(case.when, truth=False) for case in cases])}"]

    def function(self, read: frozenset[str], body: list[str]) -> Why:
        lines = ["def why(values, at):", *(f" f_{name} = values[{name!r}]" for name in sorted(read)), *body]
        why: Why = built(lines, self.rails.constants)["why"]
        return why


def explain_rule(rule: Rule, alone: Collection[str]) -> Why:
    """The support of a rule that fired.

    Args:
        rule: the rule.
        alone: entered facts that nothing stands in for.
    """
    writer = _Writer(alone)
    return writer.function(names(rule.when), writer.decided(rule.when))


def explain_fact(entry: Fact | Derived, alone: Collection[str]) -> Why | None:
    """The support of a derived fact or of a stand-in; None where an entered fact stands for itself."""
    writer = _Writer(alone)
    if isinstance(entry, Fact):
        return writer.function(dependencies(entry), writer.cases(entry.reads_as)) if entry.reads_as else None
    if entry.yes_when is not None:
        return writer.function(dependencies(entry), writer.decided(entry.yes_when))
    if entry.cases:
        return writer.function(dependencies(entry), writer.cases(entry.cases))
    return writer.function(frozenset(), [f" return union({', '.join(f'at({name!r})' for name in entry.of)})"])


class Whys:
    """What the rules and facts of a release rest on, prepared once.

    Attributes:
        alone: for each fact that nothing stands in for, its support where present and where absent.
        facts: for each derived fact and each stand-in, its support.
        rules: for each rule, its support when it fires.
    """

    def __init__(self, facts: Iterable[Fact], derived: Iterable[Derived], rules: Iterable[Rule]) -> None:
        facts = tuple(facts)
        self.alone: dict[str, tuple[Support, Support]] = {}
        for fact in facts:
            if fact.type is not FactType.SET and not fact.reads_as and not fact.overridden_by:
                own = frozenset({fact.name})
                self.alone[fact.name] = (Support(own, frozenset()), Support(frozenset(), own))
        entries: tuple[Fact | Derived, ...] = (*facts, *derived)
        whys = {entry.name: explain_fact(entry, self.alone) for entry in entries}
        self.facts = {name: why for name, why in whys.items() if why is not None}
        self.rules = tuple(explain_rule(rule, self.alone) for rule in rules)
