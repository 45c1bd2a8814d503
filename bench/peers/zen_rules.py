"""The rules of a release in ZEN, the language of zen-engine.

Everything is translated: comparison, membership, difference, `has`, `known`, `and`, `or`, `not`. ZEN has no
third truth value (comparing null is an error, `null in […]` is false), so each rule is said twice, once for
"surely true" and once for "surely false", exactly as our own generated code says it; both engines then give
the same answer, which the benchmark checks before it measures. The context is flat: every fact that some
rule reads, entered or derived, null where unknown. Two things ZEN has no word for are written otherwise:
infinity (asked, and there was none) is a great number, and a list of which only a part still counts does
not occur in the profile that is measured.
"""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import zen

from api.clinical.criteria import Always, Among, And, Compare, Criterion, Has, Known, Not, Or, names
from api.clinical.rules import Rule
from api.clinical.vocabulary import UnknownPolicy

GREAT = 10**9
SURELY, NOT, UNSURE = 1, 0, -1
_NEGATED = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}

Fired = tuple[list[int], list[int]]


def context(rules: Sequence[Rule], values: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that the rules read, as JSON data."""
    read = sorted(frozenset().union(*(names(rule.when) for rule in rules)))
    return {name: _plain(values[name]) for name in read}


def decision_of_expressions(rules: Sequence[Rule]) -> zen.ZenDecision:
    """A decision with one expression node, in which every rule is one named expression."""
    expressions = [
        {"id": str(position), "key": f"r{position}", "value": _verdict(rule)}
        for position, rule in enumerate(rules)
    ]
    return _decision({"type": "expressionNode", "content": {"expressions": expressions}})


def decision_table(rules: Sequence[Rule]) -> zen.ZenDecision:
    """A decision table that collects a row for every rule that fires, surely or not."""
    rows = [
        {"_id": f"s{position}", "when": surely(rule.when), "rule": str(position), "sure": "true"}
        for position, rule in enumerate(rules)
    ]
    rows += [
        {"_id": f"u{position}", "when": _unsure(rule.when), "rule": str(position), "sure": "false"}
        for position, rule in enumerate(rules)
        if rule.unknown is not UnknownPolicy.IGNORE
    ]
    outputs = [{"id": name, "field": name, "name": name, "type": "expression"} for name in ("rule", "sure")]
    inputs = [{"id": "when", "name": "when", "type": "expression"}]
    content = {"hitPolicy": "collect", "inputs": inputs, "outputs": outputs, "rules": rows}
    return _decision({"type": "decisionTableNode", "content": content})


def one_expression(rules: Sequence[Rule]) -> zen.PyExpression:
    """All rules as one list in one expression, past the decision engine: nothing of ZEN is faster."""
    return zen.compile_expression(f"[{', '.join(_verdict(rule) for rule in rules)}]")


def fired_of_expressions(answer: Mapping[str, Any]) -> Fired:
    """What the decision of expressions says, in our form."""
    result = answer["result"]
    return fired_of_list([result[f"r{position}"] for position in range(len(result))])


def fired_of_table(answer: Mapping[str, Any]) -> Fired:
    """What the decision table says, in our form."""
    rows = answer["result"]
    return [row["rule"] for row in rows if row["sure"]], [row["rule"] for row in rows if not row["sure"]]


def fired_of_list(verdicts: Sequence[int]) -> Fired:
    """What the one expression says, in our form."""
    positions = range(len(verdicts))
    return (
        [position for position in positions if verdicts[position] == SURELY],
        [position for position in positions if verdicts[position] == UNSURE],
    )


def surely(criterion: Criterion) -> str:
    """True exactly where the condition is true."""
    match criterion:
        case Always():
            return "true"
        case Known(name):
            return f"({name} != null)"
        case Among(name, values):
            return f"({name} in {_listed(values)})"
        case Has(name, members):
            return f"({name} != null and some({name}, # in {_listed(members)}))"
        case Compare():
            return _comparison(criterion, criterion.order)
        case Not(part):
            return surely_not(part)
        case And(parts):
            return f"({' and '.join(surely(part) for part in parts)})"
        case Or(parts):
            return f"({' or '.join(surely(part) for part in parts)})"


def surely_not(criterion: Criterion) -> str:
    """True exactly where the condition is false."""
    match criterion:
        case Always():
            return "false"
        case Known(name):
            return f"({name} == null)"
        case Among(name, values):
            return f"({name} != null and {name} not in {_listed(values)})"
        case Has(name, members):
            return f"({name} != null and not some({name}, # in {_listed(members)}))"
        case Compare():
            return _comparison(criterion, _NEGATED[criterion.order])
        case Not(part):
            return surely(part)
        case And(parts):
            return f"({' or '.join(surely_not(part) for part in parts)})"
        case Or(parts):
            return f"({' and '.join(surely_not(part) for part in parts)})"


def _verdict(rule: Rule) -> str:
    otherwise = NOT
    if rule.unknown is not UnknownPolicy.IGNORE:
        otherwise = f"({surely_not(rule.when)} ? {NOT} : {UNSURE})"
    return f"{surely(rule.when)} ? {SURELY} : {otherwise}"


def _unsure(criterion: Criterion) -> str:
    return f"not {surely(criterion)} and not {surely_not(criterion)}"


def _comparison(criterion: Compare, order: str) -> str:
    left, right = criterion.name, criterion.minus
    if right is None:
        return f"({left} != null and {left} {order} {criterion.limit!r})"
    return f"({left} != null and {right} != null and {left} - {right} {order} {criterion.limit!r})"


def _listed(values: frozenset[str]) -> str:
    return "[" + ", ".join(f"'{value}'" for value in sorted(values)) + "]"


def _plain(value: Any) -> Any:
    match value:
        case frozenset():
            return sorted(value)
        case float() if math.isinf(value):
            return GREAT
    return value


def _decision(node: Mapping[str, Any]) -> zen.ZenDecision:
    place = {"position": {"x": 0, "y": 0}}
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", **place},
        {"id": "rules", "name": "rules", **node, **place},
        {"id": "out", "name": "out", "type": "outputNode", **place},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "rules", "type": "edge"},
        {"id": "2", "sourceId": "rules", "targetId": "out", "type": "edge"},
    ]
    graph = {"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges}
    return zen.ZenEngine().create_decision(json.dumps(graph))
