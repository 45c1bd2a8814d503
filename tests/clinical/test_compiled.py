"""The compiled form says what the plain tree says, and what the page on derived facts says."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from api.clinical.compiled import derivation_order
from api.clinical.criteria import PartOfSet, holds
from api.clinical.derived import measured
from api.clinical.facts import Fact
from api.clinical.vocabulary import CheckKind, FactType, UnknownPolicy
from tests.clinical.builders import DAY, NOW, RELEASE, random_value
from tests.clinical.derived_page import Page

BY_NAME = {fact.name: fact for fact in RELEASE.plain_facts} | dict(RELEASE.derived)
ORDER = derivation_order(BY_NAME)
CHANCES = st.integers(0, 2**32).map(random.Random)


def random_table(chance: random.Random):
    """Entered facts at random: unknown, known, and lists of which only a part still counts."""
    table = dict(RELEASE.blank)
    share = chance.choice([0.2, 0.5, 0.8, 1])
    for fact in RELEASE.plain_facts:
        if chance.random() < share:
            value = random_value(fact, chance)
            old = fact.type is FactType.SET and chance.random() < 0.4
            table[fact.name] = PartOfSet(value) if old else value
    for last, name in RELEASE.last_names.items():
        table[last] = table[name]
    table["conflicts"] = chance.choice([frozenset(), frozenset({"yes"})])
    pressure_at = chance.choice([None, NOW, NOW - DAY])
    return table, {} if pressure_at is None else {"resting_sys": pressure_at}


def first_case(cases, otherwise, table):
    for case in cases:
        truth = holds(case.when, table)
        if truth is not False:
            return case.value if truth else None
    return otherwise


def plain_derivation(table, observed_at):
    """Stand-ins and derived facts one after the other, by the tree."""
    table = dict(table)
    for name in ORDER:
        entry = BY_NAME[name]
        if isinstance(entry, Fact):
            for case in entry.overridden_by:
                if holds(case.when, table):
                    table[name] = case.value
            if table[name] is None and entry.reads_as:
                table[name] = first_case(entry.reads_as, None, table)
        elif entry.yes_when is not None:
            table[name] = {True: "yes", False: "no", None: None}[holds(entry.yes_when, table)]
        elif entry.cases:
            table[name] = first_case(entry.cases, entry.otherwise, table)
        else:
            table[name] = measured(entry, table, observed_at, NOW)
    return table


def derived(table, observed_at):
    table = dict(table)
    RELEASE.derive(table, NOW.date(), observed_at, NOW)
    return table


@given(CHANCES)
@settings(max_examples=400)
def test_deriving_equals_the_plain_tree(chance):
    table, observed_at = random_table(chance)
    assert derived(table, observed_at) == plain_derivation(table, observed_at)


@given(CHANCES)
@settings(max_examples=1000)
def test_deriving_equals_the_page_on_derived_facts(chance):
    table, observed_at = random_table(chance)
    answer = derived(table, observed_at)
    page = Page(table, NOW.date(), pressure_today=observed_at.get("resting_sys") == NOW).everything()
    assert {name: answer[name] for name in page} == page


def test_the_page_speaks_of_every_derived_fact_but_the_steps_in_between():
    page = Page({}, NOW.date(), pressure_today=False).everything()
    between = {
        name for name in RELEASE.derived if name.endswith(("_days", "_days_left", "_days_right", "_assumed"))
    }
    between |= {"lops_both", "oh_baseline_seated", "foot_history_any", "chair_stand_low"}
    assert set(RELEASE.derived) - set(page) == between - {"iwgdf_assumed"}


@given(CHANCES)
@settings(max_examples=400)
def test_the_compiled_rules_equal_the_plain_tree(chance):
    table = derived(*random_table(chance))
    for kind in CheckKind:
        read, fire = RELEASE.readings[kind]
        surely, unsure = fire(table)
        truths = [holds(RELEASE.rules[position].when, table) for position in read]
        assert surely == [index for index, truth in enumerate(truths) if truth]
        speaking = [RELEASE.rules[position].unknown is not UnknownPolicy.IGNORE for position in read]
        assert unsure == [index for index, truth in enumerate(truths) if truth is None and speaking[index]]


def test_a_programme_reads_all_rules_but_those_of_the_session():
    programme, session = (RELEASE.readings[kind][0] for kind in (CheckKind.PROGRAMME, CheckKind.SESSION))
    assert session == tuple(range(138))
    assert [RELEASE.rules[index].scope for index in session if index not in programme] == ["session"] * (
        138 - len(programme)
    )
