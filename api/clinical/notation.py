"""Conditions and derived facts written out in the rule language."""

from api.clinical.criteria import Always, Among, And, Compare, Criterion, Has, Known, Not, Or
from api.clinical.derived import Derived

_LOOSEST = {Or: 1, And: 2, Not: 3}


def written(criterion: Criterion) -> str:
    """The condition in the rule language; parsing it gives the condition again."""
    match criterion:
        case Always():
            return "true"
        case Among(name, values) if len(values) == 1:
            return f"{name} == {_quoted(next(iter(values)))}"
        case Among(name, values):
            return f"{name} in {{{', '.join(_quoted(value) for value in sorted(values))}}}"
        case Has(name, members):
            return f"has({name}, {', '.join(_quoted(member) for member in sorted(members))})"
        case Compare(name, minus, order, limit):
            return f"{name}{f' - {minus}' if minus else ''} {order} {limit:g}"
        case Known(name):
            return f"known({name})"
        case Not(Known(name)):
            return f"unknown({name})"
        case Not(Among(name, values)) if len(values) == 1:
            return f"{name} != {_quoted(next(iter(values)))}"
        case Not(part):
            return f"not {_inside(part, criterion)}"
        case And(parts):
            return " and ".join(_inside(part, criterion) for part in parts)
        case Or(parts):
            return " or ".join(_inside(part, criterion) for part in parts)


def formula(derived: Derived) -> str:
    """How a derived fact follows from others, in one line."""
    if derived.yes_when is not None:
        return f"yes when {written(derived.yes_when)}"
    if derived.cases:
        cases = [f"{case.value} when {written(case.when)}" for case in derived.cases]
        return "; ".join([*cases, f"otherwise {derived.otherwise or 'unknown'}"])
    return f"{derived.measure}({', '.join(derived.of)})"


def _inside(part: Criterion, whole: Criterion) -> str:
    text = written(part)
    loose = _LOOSEST.get(type(part), 4) <= _LOOSEST[type(whole)]
    return f"({text})" if loose else text


def _quoted(value: str) -> str:
    return f"'{value}'"
