"""The table of looks at the feet from its file."""

from collections.abc import Mapping
from pathlib import Path

from api.clinical.criteria import Domain
from api.clinical.errors import KnowledgeFault
from api.clinical.facts import Fact
from api.clinical.foot_looks import FootLooks, SelfCheck
from api.clinical.knowledge.dose_file import opened
from api.clinical.knowledge.statement_files import Shelf
from api.clinical.rules import Source
from api.clinical.vocabulary import ReviewStatus

FILE = "foot_looks.yaml"
_RISK = "iwgdf_risk"
_ACTIVE = "active-foot-problem"


def read_foot_looks(
    folder: Path, facts: Mapping[str, Fact], domains: Mapping[str, Domain], sources: Mapping[str, Source]
) -> FootLooks:
    """The table of looks at the feet of a release.

    Raises:
        KnowledgeFault: anything that does not fit, naming file, entry and place.
    """
    file = opened(folder, FILE)
    shelf = Shelf(domains, sources, file.closed("review_status", ReviewStatus))
    looks = FootLooks(
        review_status=shelf.review_status, self_check=shelf.under(file, "self_check", SelfCheck)
    )
    file.end()
    _check(looks.self_check, facts, domains)
    return looks


def _check(table: SelfCheck, facts: Mapping[str, Fact], domains: Mapping[str, Domain]) -> None:
    """The values are those of facts of each foot that count for a time; every risk is one that there is."""
    risks = set(domains[_RISK].members) - {_ACTIVE}
    months = [table.months.get(one, 0) for one in sorted(risks)]
    faults = {
        "days": table.days < 1,
        "months": table.months.keys() != risks or min(months) < 1 or months != sorted(months, reverse=True),
        "unknown_risk": table.unknown_risk not in table.months,
        "values": any(not _fits(facts.get(name), values) for name, values in table.of_each_foot.items()),
    }
    for place, wrong in faults.items():
        if wrong:
            raise KnowledgeFault(FILE, table.id, place, "does not fit the facts of the feet")


def _fits(fact: Fact | None, values: frozenset[str]) -> bool:
    if fact is None or not fact.shelf_lives or not values <= set(fact.values):
        return False
    return all(life.lasts is not None for life in (*fact.shelf_lives, *fact.expiring.values()))
