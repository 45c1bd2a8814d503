from itertools import chain

import pytest

from api.clinical.knowledge import library
from api.clinical.knowledge.fact_files import read_facts
from api.clinical.language import parse
from api.clinical.notation import formula, written

RELEASE = library.load()
GROUPS = tuple(sorted(path.stem for path in (library.HERE / "facts").glob("*.yaml")))
_, _, DOMAINS = read_facts(library.HERE, GROUPS)


def conditions():
    for rule in RELEASE.rules:
        yield rule.when
        yield from (relaxation.when for relaxation in rule.relaxations)
    for fact in RELEASE.plain_facts:
        yield from (case.when for case in chain(fact.reads_as, fact.overridden_by))
        yield from (life.when for life in fact.shelf_lives if life.when is not None)
    for derived in RELEASE.derived.values():
        yield from (case.when for case in derived.cases)
        if derived.yes_when is not None:
            yield derived.yes_when


@pytest.mark.parametrize("condition", [*conditions()], ids=written)
def test_a_written_condition_reads_back_as_itself(condition):
    assert parse(written(condition), DOMAINS) == condition


@pytest.mark.parametrize("derived", [*RELEASE.derived.values()], ids=lambda derived: derived.name)
def test_every_derived_fact_says_what_it_follows_from(derived):
    assert formula(derived).isprintable()
