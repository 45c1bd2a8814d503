"""The dose tables from their file, and whether they hold together."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from api.clinical import dosing as tables
from api.clinical.criteria import Domain
from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge.reading import Entry, document, unique
from api.clinical.knowledge.statement_files import Shelf
from api.clinical.rules import Source
from api.clinical.statements import Statement
from api.clinical.vocabulary import ReviewStatus

FILE = "dose.yaml"


def opened(folder: Path, file: str) -> Entry:
    """A file that holds one mapping, as an entry."""
    content = document(folder, file)
    if not isinstance(content, dict):
        raise KnowledgeFault(file, "file", "-", "must hold a mapping")
    return Entry(file, file.removesuffix(".yaml"), content)


def read_dosing(folder: Path, domains: Mapping[str, Domain], sources: Mapping[str, Source]) -> tables.Dosing:
    """The dose tables of a release.

    Raises:
        KnowledgeFault: anything that does not fit, naming file, entry and place.
    """
    file = opened(folder, FILE)
    shelf = Shelf(domains, sources, file.closed("review_status", ReviewStatus))
    aerobic = shelf.under(file, "aerobic", tables.AerobicTable)
    resistance = shelf.under(file, "resistance", Statement)
    dosing = tables.Dosing(
        review_status=shelf.review_status,
        no_dose=shelf.under(file, "no_dose", tables.NoDose),
        fitness=shelf.under(file, "fitness", tables.Fitness),
        risk_classes=shelf.listed(file, "risk_classes", tables.RiskCondition),
        aerobic=aerobic,
        aerobic_starts=_starts(shelf, file, "aerobic_starts", tables.AerobicStart, aerobic),
        chores=shelf.under(file, "chores", tables.Chores),
        resistance_starts=_starts(shelf, file, "resistance_starts", tables.ResistanceStart, resistance),
        balance_starts=shelf.listed(file, "balance_starts", tables.BalanceStart),
        balance=shelf.under(file, "balance", tables.BalanceLadder),
        foot_ankle=shelf.under(file, "foot_ankle", tables.FootAnkleStart),
        flexibility=shelf.under(file, "flexibility", tables.FlexibilityStart),
        frames=shelf.listed(file, "frames", tables.FrameStart),
        session=shelf.under(file, "session", tables.SessionFrame),
        foot_caps=shelf.listed(file, "foot_caps", tables.FootCapStart),
        foot_cap_blocked=shelf.under(file, "foot_cap_blocked", tables.FootCapBlocked),
        step_plans=shelf.listed(file, "step_plans", tables.StepPlan),
        steps_baseline=shelf.under(file, "steps_baseline", Statement),
        heart_rate=shelf.under(file, "heart_rate", tables.RateTable),
        heart_rate_limits=shelf.listed(file, "heart_rate_limits", tables.RateLimit),
        exertion=shelf.under(file, "exertion", tables.Exertion),
        limits=shelf.listed(file, "limits", tables.Limit),
    )
    file.end()
    unique(statements(dosing), lambda one: str(one.id), FILE)
    return dosing


def _starts(shelf: Shelf, file: Entry, key: str, kind: Any, table: Statement) -> tuple[Any, ...]:
    """Cells of a table: their reason is the table's."""
    return shelf.listed(
        file, key, kind, says=table.says, citations=table.citations, verification=table.verification
    )


def statements(content: object) -> list[Statement]:
    """Every entry of a set of tables, in their order."""
    found: list[Statement] = []
    for name in content.__dataclass_fields__:  # type: ignore[attr-defined] # of any dataclass of tables
        value = getattr(content, name)
        members: Iterable[Any] = value if isinstance(value, tuple) else (value,)
        found += [one for one in members if isinstance(one, Statement)]
    return found
