"""The tables of adherence from their file."""

from collections.abc import Mapping
from pathlib import Path

from api.clinical import counting as tables
from api.clinical.criteria import Domain
from api.clinical.errors import KnowledgeFault
from api.clinical.fitt import RpeScale
from api.clinical.knowledge.dose_file import opened, statements
from api.clinical.knowledge.reading import unique
from api.clinical.knowledge.statement_files import Shelf
from api.clinical.rules import Source
from api.clinical.statements import Statement
from api.clinical.vocabulary import ReviewStatus

FILE = "adherence.yaml"


def read_counting(
    folder: Path, domains: Mapping[str, Domain], sources: Mapping[str, Source]
) -> tables.Counting:
    """The tables of adherence of a release.

    Raises:
        KnowledgeFault: anything that does not fit, naming file, entry and place.
    """
    file = opened(folder, FILE)
    shelf = Shelf(domains, sources, file.closed("review_status", ReviewStatus))
    counting = tables.Counting(
        review_status=shelf.review_status,
        attendance=shelf.under(file, "attendance", Statement),
        partly=shelf.under(file, "partly", tables.PartlyDone),
        merged=shelf.under(file, "merged", tables.Merged),
        pausing=shelf.under(file, "pausing", tables.Pausing),
        withheld=shelf.under(file, "withheld", Statement),
        unplanned=shelf.under(file, "unplanned", tables.Unplanned),
        rated=shelf.under(file, "rated", tables.Rated),
        excusing=shelf.under(file, "excusing", tables.Reasons),
        findings=shelf.under(file, "findings", tables.Reasons),
        bands=shelf.under(file, "bands", tables.Bands),
        projected=shelf.under(file, "projected", tables.Projected),
        over_doing=shelf.under(file, "over_doing", Statement),
    )
    file.end()
    unique(statements(counting), lambda one: str(one.id), FILE)
    _check(counting)
    return counting


def _check(counting: tables.Counting) -> None:
    bands = counting.bands
    if not 0 < bands.partial_percent < bands.met_percent <= 100:
        raise KnowledgeFault(FILE, bands.id, "partial_percent", "lies between 0 and met_percent")
    if not 1 <= bands.days <= 7:
        raise KnowledgeFault(FILE, bands.id, "days", "is from 1 to 7")
    if set(counting.rated.tolerance) != set(RpeScale):
        raise KnowledgeFault(FILE, counting.rated.id, "tolerance", "must give every scale")
    for entry, place, percent in (
        (counting.partly, "percent", counting.partly.percent),
        (counting.projected, "coverage_percent", counting.projected.coverage_percent),
    ):
        if not 0 < percent <= 100:
            raise KnowledgeFault(FILE, entry.id, place, "is a percentage above 0")
