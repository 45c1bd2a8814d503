"""Conditions as generated Python in dual rail form.

Every condition becomes two boolean expressions, "surely true" and "surely false", so that no third value
exists at run time. The code is built from checked trees, never from text that somebody wrote.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from api.clinical.criteria import Always, Among, And, Compare, Criterion, Has, Known, Not, Or

_NEGATED = MappingProxyType({"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="})


class Rails:
    """Expressions over local variables, and the constants that they need."""

    def __init__(self) -> None:
        self.constants: dict[str, object] = {"frozenset": frozenset}

    def constant(self, value: object) -> str:
        """The name under which a value is known to the code."""
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name

    def surely(self, criterion: Criterion) -> str:
        """An expression that is true exactly where the condition is true."""
        match criterion:
            case Always():
                return "True"
            case Known(name, listed):
                return f"(f_{name}.__class__ is frozenset)" if listed else f"(f_{name} is not None)"
            case Among(name, values):
                return f"(f_{name} in {_literal(values)})"
            case Has(name, members):
                return f"(f_{name} is not None and not f_{name}.isdisjoint({self.constant(members)}))"
            case Compare():
                return _comparison(criterion, criterion.order)
            case Not(part):
                return self.surely_not(part)
            case And(parts):
                return "(" + " and ".join(self.surely(part) for part in parts) + ")"
            case Or(parts):
                return "(" + " or ".join(self.surely(part) for part in parts) + ")"

    def surely_not(self, criterion: Criterion) -> str:
        """An expression that is true exactly where the condition is false."""
        match criterion:
            case Always():
                return "False"
            case Known(name, listed):
                return f"(f_{name}.__class__ is not frozenset)" if listed else f"(f_{name} is None)"
            case Among(name, values):
                return f"(f_{name} is not None and f_{name} not in {_literal(values)})"
            case Has(name, members):
                return f"(f_{name}.__class__ is frozenset and f_{name}.isdisjoint({self.constant(members)}))"
            case Compare():
                return _comparison(criterion, _NEGATED[criterion.order])
            case Not(part):
                return self.surely(part)
            case And(parts):
                return "(" + " or ".join(self.surely_not(part) for part in parts) + ")"
            case Or(parts):
                return "(" + " and ".join(self.surely_not(part) for part in parts) + ")"


def _literal(values: frozenset[str]) -> str:
    return "(" + "".join(f"{value!r}, " for value in sorted(values)) + ")"


def _comparison(criterion: Compare, order: str) -> str:
    left = f"f_{criterion.name}"
    if criterion.minus is None:
        return f"({left} is not None and {left} {order} {criterion.limit!r})"
    right = f"f_{criterion.minus}"
    return f"({left} is not None and {right} is not None and {left} - {right} {order} {criterion.limit!r})"


def built(lines: Sequence[str], constants: Mapping[str, object]) -> dict[str, Any]:
    """The functions that these lines define, over the constants that they need."""
    namespace: dict[str, Any] = dict(constants)
    exec(compile("\n".join(lines), "<knowledge>", "exec"), namespace)  # noqa: S102 - built from checked trees only
    return namespace
