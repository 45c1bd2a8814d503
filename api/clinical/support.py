"""What a condition rests on: the facts that carry it, and the facts that are missing.

One function is generated for every rule and derived fact, over the dual rail expressions that decide it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from api.clinical.compiled import dependencies
from api.clinical.criteria import Always, Among, And, Compare, Criterion, Has, Known, Not, Or, Truth, names
from api.clinical.derived import Derived
from api.clinical.dual_rail import Rails, built
from api.clinical.facts import Fact, ReadsAs
from api.clinical.rules import Rule


class Support(NamedTuple):
    """Entered facts that an answer rests on, and entered facts whose absence it rests on."""

    facts: frozenset[str]
    missing: frozenset[str]


NOTHING = Support(frozenset(), frozenset())
Lookup = Callable[[str], Support]
Why = Callable[[Mapping[str, Any], Lookup], Support]


def union(*supports: Support) -> Support:
    """All of these together."""
    facts, missing = NOTHING
    for support in supports:
        facts |= support.facts
        missing |= support.missing
    return Support(facts, missing)


def surest(*supports: Support | None) -> Support:
    """Of parts that each suffice, those that rest on nothing missing, else all."""
    deciding = [support for support in supports if support is not None]
    certain = [support for support in deciding if not support.missing]
    return union(*(certain or deciding))


class _Writer:
    """Writes the support of a condition as an expression, for a truth that is known when it is written."""

    def __init__(self) -> None:
        self.rails = Rails()
        self.rails.constants |= {"union": union, "surest": surest, "NOTHING": NOTHING}

    def support(self, criterion: Criterion, *, truth: Truth) -> str:
        match criterion:
            case Always():
                return "NOTHING"
            case Among(name) | Has(name) | Known(name) | Compare(name, None):
                return f"at({name!r})"
            case Compare(name, minus):
                return f"union(at({name!r}), at({minus!r}))"
            case Not(part):
                return self.support(part, truth=None if truth is None else not truth)
            case And(parts):
                return self._parts(parts, truth, every=truth is not False)
            case Or(parts):
                return self._parts(parts, truth, every=truth is False)

    def _parts(self, parts: tuple[Criterion, ...], truth: Truth, *, every: bool) -> str:
        """All parts where every one is needed, else the parts that decide alone, surest first."""
        if not every:
            return self._call("surest", (self._if_deciding(part, truth) for part in parts))
        if truth is None:
            return self._call("union", (self._true_or_unknown(part) for part in parts))
        return self._call("union", (self.support(part, truth=truth) for part in parts))

    def _if_deciding(self, part: Criterion, truth: Truth) -> str:
        return f"{self.support(part, truth=truth)} if {self._is(part, truth)} else None"

    def _true_or_unknown(self, part: Criterion) -> str:
        unknown = self.support(part, truth=None)
        return f"{self.support(part, truth=True)} if {self.rails.surely(part)} else {unknown}"

    @staticmethod
    def _call(function: str, arguments: Iterable[str]) -> str:
        return f"{function}({', '.join(arguments)})"

    def _is(self, part: Criterion, truth: Truth) -> str:
        if truth is None:
            return f"not {self.rails.surely(part)} and not {self.rails.surely_not(part)}"
        return self.rails.surely(part) if truth else self.rails.surely_not(part)

    def decided(self, criterion: Criterion) -> list[str]:
        """Lines that return the support of a condition, whatever its truth."""
        return [
            f" if {self.rails.surely(criterion)}: return {self.support(criterion, truth=True)}",
            f" if {self.rails.surely_not(criterion)}: return {self.support(criterion, truth=False)}",
            f" return {self.support(criterion, truth=None)}",
        ]

    def cases(self, cases: tuple[ReadsAs, ...]) -> list[str]:
        """Lines that return the support of the first case that is not false, else of all that are."""
        lines = []
        for case in cases:
            lines.append(f" if {self.rails.surely(case.when)}: return {self.support(case.when, truth=True)}")
            lines.append(
                f" if not {self.rails.surely_not(case.when)}: return {self.support(case.when, truth=None)}"
            )
        passed = ", ".join(self.support(case.when, truth=False) for case in cases)
        return [*lines, f" return union({passed})"]

    def function(self, read: frozenset[str], body: list[str]) -> Why:
        lines = ["def why(values, at):", *(f" f_{name} = values[{name!r}]" for name in sorted(read)), *body]
        why: Why = built(lines, self.rails.constants)["why"]
        return why


def explain_rule(rule: Rule) -> Why:
    """The support of a rule that fired."""
    writer = _Writer()
    return writer.function(names(rule.when), writer.decided(rule.when))


def explain_fact(entry: Fact | Derived) -> Why | None:
    """The support of a derived fact or of a stand-in; None where an entered fact stands for itself."""
    writer = _Writer()
    if isinstance(entry, Fact):
        return writer.function(dependencies(entry), writer.cases(entry.reads_as)) if entry.reads_as else None
    if entry.yes_when is not None:
        return writer.function(dependencies(entry), writer.decided(entry.yes_when))
    if entry.cases:
        return writer.function(dependencies(entry), writer.cases(entry.cases))
    return writer.function(frozenset(), [f" return union({', '.join(f'at({name!r})' for name in entry.of)})"])
