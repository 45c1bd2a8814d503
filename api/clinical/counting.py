"""The tables by which adherence is counted, each entry with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.clinical.fitt import RpeScale
from api.clinical.plan_versions import PauseKind
from api.clinical.statements import Statement
from api.clinical.vocabulary import ReviewStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PartlyDone(Statement):
    """From which share of its minutes a session that was cut short counts as attended."""

    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged(Statement):
    """Reports less far apart are one session."""

    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pausing(Statement):
    """Which pauses take days out of what is expected; the others only say why."""

    removing: frozenset[PauseKind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplanned(Statement):
    """From how hard on activity outside the plan counts for minutes; metabolic equivalents."""

    met_from: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated(Statement):
    """How far outside its band an exertion may lie."""

    tolerance: Mapping[RpeScale, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons(Statement):
    """Reasons of skips that mean more than that a session was missed."""

    reasons: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands(Statement):
    """How a week is called, from its attendance; one with fewer days is not."""

    met_percent: int
    partial_percent: int
    days: int
    weeks_shown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Projected(Statement):
    """From which coverage on attendance is told from the reported sessions alone."""

    coverage_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """All tables of adherence."""

    review_status: ReviewStatus
    attendance: Statement
    partly: PartlyDone
    merged: Merged
    pausing: Pausing
    withheld: Statement
    unplanned: Unplanned
    rated: Rated
    excusing: Reasons
    findings: Reasons
    bands: Bands
    projected: Projected
    over_doing: Statement
