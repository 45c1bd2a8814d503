"""Rules and derived facts as generated Python functions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from api.clinical import derived as measures
from api.clinical.criteria import Criterion, names
from api.clinical.derived import Derived, Measure
from api.clinical.dual_rail import Rails, built
from api.clinical.facts import Fact, ReadsAs
from api.clinical.vocabulary import UnknownPolicy


class Derive(Protocol):
    """Completes a table of facts in place: stand-ins and derived facts."""

    def __call__(
        self, values: dict[str, Any], today: date, observed_at: Mapping[str, datetime], as_of: datetime
    ) -> None:
        """Fill in what follows from the entered values."""


Fire = Callable[[Mapping[str, Any]], tuple[list[int], list[int]]]
"""From a completed table of facts to the positions of rules that are surely true, and that are unknown."""


class Conditional(Protocol):
    """Something with a condition, and with what happens while that is unknown."""

    @property
    def when(self) -> Criterion:
        """The condition."""

    @property
    def unknown(self) -> UnknownPolicy:
        """What happens while the condition is unknown."""


def compile_rules(rules: Sequence[Conditional]) -> Fire:
    """One function that evaluates all these rules over a completed table of facts."""
    source = Rails()
    read = sorted(frozenset().union(*(names(rule.when) for rule in rules)))
    lines = [
        "def fire(values):",
        *(f" f_{name} = values[{name!r}]" for name in read),
        " surely = []; unsure = []",
    ]
    for index, rule in enumerate(rules):
        lines.append(f" if {source.surely(rule.when)}: surely.append({index})")
        if rule.unknown is not UnknownPolicy.IGNORE:
            lines.append(f" elif not {source.surely_not(rule.when)}: unsure.append({index})")
    lines.append(" return surely, unsure")
    fire: Fire = built(lines, source.constants)["fire"]
    return fire


def compile_derivation(facts: Iterable[Fact], derived: Iterable[Derived]) -> Derive:
    """One function that completes a table of facts; each of its lines reads what stands above it."""
    source = Rails()
    source.constants |= {
        "years_since": measures.years_since,
        "days_since": measures.days_since,
        "observed_today": measures.observed_today,
        "rise_per_drop": measures.rise_per_drop,
        "below_norm": measures.below_norm,
    }
    by_name: dict[str, Fact | Derived] = {fact.name: fact for fact in facts} | {
        entry.name: entry for entry in derived
    }
    lines = ["def derive(values, today, observed_at, as_of):"]
    inputs = sorted(_inputs(by_name))
    lines += [f" f_{name} = values[{name!r}]" for name in inputs]
    for name in derivation_order(by_name):
        entry = by_name[name]
        body = _stand_in(entry, source) if isinstance(entry, Fact) else _computed(entry, source)
        if body:
            lines += [f" {line}" for line in body]
            lines.append(f" values[{name!r}] = f_{name}")
    derive: Derive = built(lines, source.constants)["derive"]
    return derive


def _inputs(by_name: Mapping[str, Fact | Derived]) -> set[str]:
    """Every entered name that the derivation reads or stands in for."""
    read = {name for entry in by_name.values() for name in dependencies(entry)}
    assumed = {
        name
        for name, entry in by_name.items()
        if isinstance(entry, Fact) and (entry.reads_as or entry.overridden_by)
    }
    return {name for name in read | assumed if not isinstance(by_name.get(name), Derived)}


def dependencies(entry: Fact | Derived) -> frozenset[str]:
    """The names that a stand-in or a derived fact reads."""
    if isinstance(entry, Fact):
        return frozenset().union(*(names(case.when) for case in (*entry.reads_as, *entry.overridden_by)))
    read = frozenset(entry.of).union(*(names(case.when) for case in entry.cases))
    return read if entry.yes_when is None else read | names(entry.yes_when)


def derivation_order(by_name: Mapping[str, Fact | Derived]) -> tuple[str, ...]:
    """Names so that each stands after all that it reads.

    Raises:
        ValueError: facts derive from each other in a circle.
    """
    order: dict[str, None] = {}
    open_names: set[str] = set()

    def visit(name: str) -> None:
        if name in order or name not in by_name:
            return
        if name in open_names:
            raise ValueError(f"{name} is derived from itself")
        open_names.add(name)
        for needed in sorted(dependencies(by_name[name]) - {name}):
            visit(needed)
        order[name] = None

    for name in by_name:
        visit(name)
    return tuple(order)


def _stand_in(fact: Fact, source: Rails) -> list[str]:
    lines = [f"if {source.surely(case.when)}: f_{fact.name} = {case.value!r}" for case in fact.overridden_by]
    if fact.reads_as:
        lines += [f"if f_{fact.name} is None:", *_cases(fact.name, fact.reads_as, None, source)]
    return lines


def _computed(entry: Derived, source: Rails) -> list[str]:
    target = f"f_{entry.name}"
    if entry.yes_when is not None:
        surely, surely_not = source.surely(entry.yes_when), source.surely_not(entry.yes_when)
        return [f"{target} = 'yes' if {surely} else 'no' if {surely_not} else None"]
    if entry.cases:
        return [line.removeprefix(" ") for line in _cases(entry.name, entry.cases, entry.otherwise, source)]
    return [f"{target} = {_measured(entry, source)}"]


def _cases(name: str, cases: Sequence[ReadsAs], otherwise: str | None, source: Rails) -> list[str]:
    lines = []
    for position, case in enumerate(cases):
        lines.append(f" {'elif' if position else 'if'} {source.surely(case.when)}: f_{name} = {case.value!r}")
        lines.append(f" elif not {source.surely_not(case.when)}: f_{name} = None")
    lines.append(f" else: f_{name} = {otherwise!r}")
    return lines


def _measured(entry: Derived, source: Rails) -> str:
    operands = [f"f_{name}" for name in entry.of]
    match entry.measure:
        case Measure.YEARS_SINCE | Measure.DAYS_SINCE:
            return f"{entry.measure}({operands[0]}, today) if {operands[0]} is not None else None"
        case Measure.OBSERVED_TODAY:
            return f"observed_today(observed_at.get({entry.of[0]!r}), as_of)"
        case Measure.RISE_PER_DROP:
            return f"rise_per_drop({', '.join(operands)})"
        case Measure.BELOW_NORM:
            return f"below_norm({source.constant(entry)}, {', '.join(operands)})"
    sign = "-" if entry.measure is Measure.DIFFERENCE else "*"
    known = " and ".join(f"{operand} is not None" for operand in operands)
    return f"{f' {sign} '.join(operands)} if {known} else None"
