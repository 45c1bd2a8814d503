"""The tables of progression from their file."""

from collections.abc import Mapping
from pathlib import Path

from api.clinical import pacing as tables
from api.clinical.criteria import Domain
from api.clinical.knowledge.dose_file import opened, statements
from api.clinical.knowledge.reading import nested, unique
from api.clinical.knowledge.statement_files import Shelf
from api.clinical.rules import Source
from api.clinical.statements import Statement
from api.clinical.vocabulary import ReviewStatus

FILE = "progression.yaml"
_REGRESSIONS = ("pain", "pain_again", "exertion", "dizziness", "feet", "weakness", "fall", "glucose")


def read_pacing(folder: Path, domains: Mapping[str, Domain], sources: Mapping[str, Source]) -> tables.Pacing:
    """The tables of progression of a release.

    Raises:
        KnowledgeFault: anything that does not fit, naming file, entry and place.
    """
    file = opened(folder, FILE)
    shelf = Shelf(domains, sources, file.closed("review_status", ReviewStatus))
    backwards = nested(file, "regressions", file.take("regressions", dict))
    pacing = tables.Pacing(
        review_status=shelf.review_status,
        aerobic=shelf.under(file, "aerobic", tables.AerobicStep),
        interval=shelf.under(file, "interval", tables.Interval),
        earned=shelf.under(file, "earned", tables.Earned),
        attendance=shelf.under(file, "attendance", tables.Attendance),
        intensity=shelf.under(file, "intensity", tables.IntensityStep),
        resistance=shelf.under(file, "resistance", tables.ResistanceStep),
        balance=shelf.under(file, "balance", tables.BalanceStep),
        steps=shelf.under(file, "steps", Statement),
        check_over=shelf.under(file, "check_over", Statement),
        too_early=shelf.under(file, "too_early", Statement),
        lock=shelf.under(file, "lock", Statement),
        review=shelf.under(file, "review", Statement),
        breaks=shelf.listed(file, "breaks", tables.Break),
        long_break=shelf.under(file, "long_break", tables.LongBreak),
        fever=shelf.under(file, "fever", tables.Fever),
        **{name: shelf.under(backwards, name, tables.Regression) for name in _REGRESSIONS},
    )
    backwards.end()
    file.end()
    unique(statements(pacing), lambda one: str(one.id), FILE)
    return pacing
