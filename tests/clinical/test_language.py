"""The rule language: what it takes, and what it refuses at which column."""

import pytest

from api.clinical.criteria import Always, Among, And, Compare, Domain, Has, Known, Not, Or
from api.clinical.errors import CriterionFault
from api.clinical.language import parse

DOMAINS = {
    "age": Domain("number"),
    "drop": Domain("number"),
    "stage": Domain("choice", frozenset({"none", "mild", "severe"})),
    "listed": Domain("set", frozenset({"cad", "af", "none"})),
    "birth": Domain("date"),
}


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("true", Always()),
        ("age < 18", Compare("age", None, "<", 18)),
        ("age <= 18", Compare("age", None, "<=", 18)),
        ("age > 1.5", Compare("age", None, ">", 1.5)),
        ("age >= -3", Compare("age", None, ">=", -3)),
        ("age == 0", Compare("age", None, "==", 0)),
        ("age != 0", Compare("age", None, "!=", 0)),
        ("18 > age", Compare("age", None, "<", 18)),
        ("age - drop >= 20", Compare("age", "drop", ">=", 20)),
        ("10 <= age < 20", And((Compare("age", None, ">=", 10), Compare("age", None, "<", 20)))),
        ("stage == 'mild'", Among("stage", frozenset({"mild"}))),
        ("'mild' == stage", Among("stage", frozenset({"mild"}))),
        ("stage != 'mild'", Not(Among("stage", frozenset({"mild"})))),
        ("stage in {'mild', 'severe'}", Among("stage", frozenset({"mild", "severe"}))),
        ("has(listed, 'cad')", Has("listed", frozenset({"cad"}))),
        ("has(listed, 'cad', 'af')", Has("listed", frozenset({"cad", "af"}))),
        ("known(birth)", Known("birth")),
        ("unknown(age)", Not(Known("age"))),
        ("unknown(listed)", Not(Known("listed", listed=True))),
        ("not age < 1", Not(Compare("age", None, "<", 1))),
        (
            "age < 1 or (age > 2 and known(age))",
            Or((Compare("age", None, "<", 1), And((Compare("age", None, ">", 2), Known("age"))))),
        ),
        ("age < 1\n   or\n true", Or((Compare("age", None, "<", 1), Always()))),
    ],
)
def test_a_condition_is_read(text, tree):
    assert parse(text, DOMAINS) == tree


@pytest.mark.parametrize(
    ("text", "column", "detail"),
    [
        ("", 1, "not an expression"),
        ("age <", 1, "not an expression"),
        ("age < 1; age > 2", 8, "not an expression"),
        ("age", 1, "not part of the rule language"),
        ("True", 1, "not part of the rule language"),
        ("1", 1, "not part of the rule language"),
        ("known(age) and weight < 3", 16, "there is no fact 'weight'"),
        ("stage == 'moderate'", 10, "stage is never 'moderate'"),
        ("stage in {'mild', 'worse'}", 19, "stage is never 'worse'"),
        ("stage == 3", 10, "quoted values"),
        ("stage < 'mild'", 9, "has no order"),
        ("stage == stage", 10, "compared with a value"),
        ("stage in ('mild', 'severe')", 10, "in braces"),
        ("stage in ['mild']", 10, "in braces"),
        ("stage not in {'mild'}", 14, "not part of the rule language"),
        ("stage is 'mild'", 10, "not part of the rule language"),
        ("stage in {*'mild'}", 11, "quoted values"),
        ("'mild' in stage", 11, "in braces"),
        ("age in {'mild'}", 1, "is a number, not a choice"),
        ("age == 'mild'", 8, "a number is expected"),
        ("age < True", 7, "a number is expected"),
        ("age < 2j", 7, "a number is expected"),
        ("age < 1e999", 7, "a number is expected"),
        ("age < drop", 7, "compared with a value"),
        ("age + drop < 3", 1, "difference of two"),
        ("age - 3 < 3", 1, "difference of two"),
        ("age - stage < 3", 7, "is a choice, not a number"),
        ("listed == 'cad'", 11, "a number is expected"),
        ("birth < 3", 1, "is a date, not a number"),
        ("has(listed)", 1, "not part of the rule language"),
        ("has(stage, 'mild')", 5, "is a choice, not a set"),
        ("has(listed, 'cod')", 13, "listed is never 'cod'"),
        ("has(listed, *'cad')", 13, "quoted values"),
        ("has(listed, m='cad')", 1, "not part of the rule language"),
        ("known(age, drop)", 1, "not part of the rule language"),
        ("known(years)", 7, "there is no fact 'years'"),
        ("unknown('age')", 1, "not part of the rule language"),
        ("len(listed) > 1", 1, "difference of two"),
        ("__import__('os')", 1, "not part of the rule language"),
        ("age if age else drop", 1, "not part of the rule language"),
        ("(lambda: 1)()", 1, "not part of the rule language"),
        ("-age < 3", 1, "difference of two"),
        ("~age", 1, "not part of the rule language"),
        ("age.real < 3", 1, "difference of two"),
    ],
)
def test_everything_else_is_refused_at_its_column(text, column, detail):
    with pytest.raises(CriterionFault) as refused:
        parse(text, DOMAINS)
    assert detail in refused.value.detail
    assert refused.value.column == column
    assert str(refused.value).startswith(f"column {column}: ")


def test_a_null_byte_is_not_an_expression():
    with pytest.raises(CriterionFault, match="not an expression"):
        parse("age < 1\0", DOMAINS)
