"""Kleene logic over conditions."""

import pytest

from api.clinical.criteria import (
    Always,
    Among,
    And,
    Compare,
    Has,
    Known,
    Not,
    Or,
    PartOfSet,
    holds,
    names,
)

TRUE, FALSE, UNSURE = Always(), Not(Always()), Compare("nothing", None, "<", 1)
TRUTHS = {True: TRUE, False: FALSE, None: UNSURE}


@pytest.mark.parametrize(
    ("first", "second", "both", "either"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (True, None, None, True),
        (False, True, False, True),
        (False, False, False, False),
        (False, None, False, None),
        (None, True, None, True),
        (None, False, False, None),
        (None, None, None, None),
    ],
)
def test_and_and_or_are_kleenes(first, second, both, either):
    parts = (TRUTHS[first], TRUTHS[second])
    assert holds(And(parts), {}) is both
    assert holds(Or(parts), {}) is either


@pytest.mark.parametrize(("truth", "opposite"), [(True, False), (False, True), (None, None)])
def test_not_unknown_is_unknown(truth, opposite):
    assert holds(Not(TRUTHS[truth]), {}) is opposite


@pytest.mark.parametrize(
    ("criterion", "values", "truth"),
    [
        (Among("stage", frozenset({"mild"})), {"stage": "mild"}, True),
        (Among("stage", frozenset({"mild"})), {"stage": "none"}, False),
        (Among("stage", frozenset({"mild"})), {"stage": None}, None),
        (Among("stage", frozenset({"mild"})), {}, None),
        (Has("listed", frozenset({"a", "b"})), {"listed": frozenset({"b", "c"})}, True),
        (Has("listed", frozenset({"a", "b"})), {"listed": frozenset({"c"})}, False),
        (Has("listed", frozenset({"a", "b"})), {"listed": None}, None),
        (Has("listed", frozenset({"a"})), {"listed": PartOfSet({"a", "c"})}, True),
        (Has("listed", frozenset({"a"})), {"listed": PartOfSet({"c"})}, None),
        (Compare("age", None, "<", 18), {"age": 17}, True),
        (Compare("age", None, "<", 18), {"age": 18}, False),
        (Compare("age", None, "<", 18), {"age": None}, None),
        (Compare("up", "down", ">=", 20), {"up": 120, "down": 100}, True),
        (Compare("up", "down", ">=", 20), {"up": 120, "down": 101}, False),
        (Compare("up", "down", ">=", 20), {"up": 120}, None),
        (Compare("up", "down", ">=", 20), {"down": 120}, None),
        (Known("age"), {"age": 0}, True),
        (Known("age"), {"age": None}, False),
        (Known("age"), {}, False),
        (Known("listed", listed=True), {"listed": frozenset({"a"})}, True),
        (Known("listed", listed=True), {"listed": PartOfSet({"a"})}, False),
    ],
)
def test_a_single_condition(criterion, values, truth):
    assert holds(criterion, values) is truth


@pytest.mark.parametrize(
    ("order", "at_limit", "below"),
    [
        ("<", False, True),
        ("<=", True, True),
        (">", False, False),
        (">=", True, False),
        ("==", True, False),
        ("!=", False, True),
    ],
)
def test_every_order_at_its_limit(order, at_limit, below):
    assert holds(Compare("x", None, order, 5), {"x": 5}) is at_limit
    assert holds(Compare("x", None, order, 5), {"x": 4.9}) is below


def test_names_are_all_that_a_condition_reads():
    criterion = Or(
        (
            And((Among("a", frozenset()), Not(Has("b", frozenset())))),
            Compare("c", "d", "<", 1),
            Known("e"),
            Always(),
        )
    )
    assert names(criterion) == {"a", "b", "c", "d", "e"}
