"""The rule language: from the text of a condition to its tree.

A condition is one line of a closed subset of Python's expression grammar. It is parsed with the standard
library's `ast` and never evaluated by it.
"""

import ast
from collections.abc import Mapping
from math import isfinite
from types import MappingProxyType

from api.clinical.criteria import Always, Among, And, Compare, Criterion, Domain, Has, Known, Not, Or
from api.clinical.errors import CriterionFault

_OPERATORS: Mapping[type[ast.cmpop], str] = MappingProxyType(
    {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
)
_MIRRORED = MappingProxyType({"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="})


def parse(text: str, domains: Mapping[str, Domain]) -> Criterion:
    """Parse one condition.

    Args:
        text: the condition as written in a knowledge file.
        domains: every name that may be read, with what it may be compared with.

    Raises:
        CriterionFault: text outside the language, an unknown name, or a literal that the fact cannot have.
    """
    flat = " ".join(text.split())
    try:
        tree = ast.parse(flat, mode="eval")
    except (SyntaxError, ValueError, RecursionError) as fault:
        raise CriterionFault("not an expression", getattr(fault, "offset", None) or 1) from fault
    return _Reader(domains).read(tree.body)


class _Reader:
    """Turns a Python expression tree into a criterion, refusing all that is not named here."""

    def __init__(self, domains: Mapping[str, Domain]) -> None:
        self.domains = domains

    def read(self, node: ast.expr) -> Criterion:
        match node:
            case ast.BoolOp(op=ast.And(), values=parts):
                return And(tuple(self.read(part) for part in parts))
            case ast.BoolOp(op=ast.Or(), values=parts):
                return Or(tuple(self.read(part) for part in parts))
            case ast.UnaryOp(op=ast.Not(), operand=part):
                return Not(self.read(part))
            case ast.Name(id="true"):
                return Always()
            case ast.Call(func=ast.Name(id="has"), args=[ast.Name() as name, *members], keywords=[]) if (
                members
            ):
                return Has(self._name(name, "set"), self._members(name, members))
            case ast.Call(func=ast.Name(id="known"), args=[ast.Name() as name], keywords=[]):
                return self._known(name)
            case ast.Call(func=ast.Name(id="unknown"), args=[ast.Name() as name], keywords=[]):
                return Not(self._known(name))
            case ast.Compare(left=left, ops=operators, comparators=rights):
                return self._chain(left, operators, rights)
        raise _fault(node, "not part of the rule language")

    def _known(self, name: ast.Name) -> Known:
        return Known(self._name(name), listed=self.domains[name.id].kind == "set")

    def _chain(self, left: ast.expr, operators: list[ast.cmpop], rights: list[ast.expr]) -> Criterion:
        links = []
        for relation, right in zip(operators, rights, strict=True):
            links.append(self._link(left, relation, right))
            left = right
        return links[0] if len(links) == 1 else And(tuple(links))

    def _link(self, left: ast.expr, relation: ast.cmpop, right: ast.expr) -> Criterion:
        if isinstance(relation, ast.In):
            if isinstance(left, ast.Name) and isinstance(right, ast.Set):
                return Among(self._name(left, "choice"), self._members(left, right.elts))
            raise _fault(right, "`in` takes a choice and a set of its values in braces")
        order = _OPERATORS.get(type(relation))
        if order is None:
            raise _fault(right, "this comparison is not part of the rule language")
        if _is_literal(left):
            left, right, order = right, left, _MIRRORED[order]
        if not _is_literal(right):
            raise _fault(right, "a fact is compared with a value, not with another fact")
        if isinstance(left, ast.Name) and self.domains.get(left.id, Domain("number")).kind == "choice":
            return self._equality(left, order, right)
        return self._measure(left, order, right)

    def _equality(self, left: ast.Name, order: str, right: ast.expr) -> Criterion:
        among = Among(self._name(left, "choice"), self._members(left, [right]))
        match order:
            case "==":
                return among
            case "!=":
                return Not(among)
        raise _fault(right, f"{left.id} has no order, only == and !=")

    def _measure(self, left: ast.expr, order: str, right: ast.expr) -> Criterion:
        limit = _number(right)
        match left:
            case ast.Name():
                return Compare(self._name(left, "number"), None, order, limit)
            case ast.BinOp(left=ast.Name() as first, op=ast.Sub(), right=ast.Name() as second):
                return Compare(self._name(first, "number"), self._name(second, "number"), order, limit)
        raise _fault(left, "only a fact or the difference of two facts can be compared")

    def _name(self, node: ast.Name, kind: str | None = None) -> str:
        domain = self.domains.get(node.id)
        if domain is None:
            raise _fault(node, f"there is no fact {node.id!r}")
        if kind is not None and domain.kind != kind:
            raise _fault(node, f"{node.id} is a {domain.kind}, not a {kind}")
        return node.id

    def _members(self, name: ast.Name, nodes: list[ast.expr]) -> frozenset[str]:
        members = set()
        for node in nodes:
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
                raise _fault(node, f"{name.id} is compared with quoted values")
            if node.value not in self.domains[name.id].members:
                raise _fault(node, f"{name.id} is never {node.value!r}")
            members.add(node.value)
        return frozenset(members)


def _is_literal(node: ast.expr) -> bool:
    match node:
        case ast.Constant() | ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return True
    return False


def _number(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool) and isfinite(value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
    raise _fault(node, "a number is expected here")


def _fault(node: ast.expr, detail: str) -> CriterionFault:
    return CriterionFault(detail, node.col_offset + 1)
