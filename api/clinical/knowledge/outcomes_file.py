"""The measures of outcomes from their file."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

from api.clinical.criteria import Domain
from api.clinical.errors import KnowledgeFault
from api.clinical.facts import Fact
from api.clinical.knowledge.dose_file import opened
from api.clinical.knowledge.reading import unique
from api.clinical.knowledge.statement_files import Shelf
from api.clinical.measures import Better, JudgedBy, OutcomeMeasure, Outcomes
from api.clinical.rules import Source
from api.clinical.statements import Statement
from api.clinical.vocabulary import ReviewStatus

FILE = "outcomes.yaml"


def read_outcomes(
    folder: Path, facts: Mapping[str, Fact], domains: Mapping[str, Domain], sources: Mapping[str, Source]
) -> Outcomes:
    """The measures of a release.

    Raises:
        KnowledgeFault: anything that does not fit, naming file, entry and place.
    """
    file = opened(folder, FILE)
    shelf = Shelf(domains, sources, file.closed("review_status", ReviewStatus))
    outcomes = Outcomes(
        review_status=shelf.review_status,
        below_change=shelf.under(file, "below_change", Statement),
        no_recovery=shelf.under(file, "no_recovery", Statement),
        measures=MappingProxyType(
            unique(shelf.listed(file, "measures", OutcomeMeasure), lambda one: str(one.id), FILE)
        ),
    )
    file.end()
    for measure in outcomes.measures.values():
        _check(measure)
    _check_facts(outcomes.measures.values(), facts)
    return outcomes


def _check(measure: OutcomeMeasure) -> None:
    """A measure can be judged by what it says, and its next one has a day or an occasion."""
    starts = list(measure.categories.values())
    rates = measure.detectable is not None or measure.detectable_percent is not None
    spans = [one for one in (measure.months, measure.weeks, measure.days, measure.occasion) if one]
    faults = {
        "detectable": rates is not (measure.judged_by is JudgedBy.DIFFERENCE),
        "better": measure.judged_by is not JudgedBy.NOTHING and measure.better is Better.NONE,
        "categories": any(later <= earlier for earlier, later in pairwise(starts))
        or (measure.judged_by is JudgedBy.CATEGORY and (len(starts) < 2 or starts[0] != measure.low)),
        "high": measure.low is not None and measure.high is not None and measure.low >= measure.high,
        "words": bool(measure.words) and (measure.judged_by is not JudgedBy.NOTHING or measure.whole),
        "of": measure.judged_by is JudgedBy.LOSS and not measure.of,
        "months_by_value": measure.months_by_value.keys() != measure.latest_months_by_value.keys(),
        "months": len(spans) + bool(measure.months_by_value) != 1,
    }
    for place, wrong in faults.items():
        if wrong:
            raise KnowledgeFault(FILE, measure.id, place, "does not fit the measure")


def _check_facts(measures: Iterable[OutcomeMeasure], facts: Mapping[str, Fact]) -> None:
    """A measure that is a fact has a unit of it, and the first of a fact the unit in which it is kept."""
    seen: set[str] = set()
    for measure in measures:
        if measure.fact is None:
            continue
        fact = facts.get(measure.fact)
        units = [] if fact is None else [one.code for one in fact.units]
        known = units if measure.fact in seen else units[:1]
        if measure.ucum not in known or measure.sides or measure.words or measure.of:
            raise KnowledgeFault(FILE, measure.id, "fact", "does not fit the measure")
        seen.add(measure.fact)
