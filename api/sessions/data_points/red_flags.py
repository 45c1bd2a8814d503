"""Which measurements are for review or worse by themselves: triage says so, no threshold stands here.

A pressure is tried as the highest under load, a glucose as the lowest and as that after, whenever it was
taken and whatever statistic it is: an average or a percentile is at most the highest and at least the lowest
value. What fires is filed as such, which is the safer reading of a value outside of a session.
A glucose of anything but blood or interstitial fluid is no level of blood.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from api.clinical.knowledge import library
from api.clinical.reports import ReportLevel, SessionStatus
from api.clinical.session import SessionReport
from api.clinical.session_context import Context
from api.clinical.session_fields import Reporter
from api.clinical.triage import triage
from api.clinical.triaged import at_least
from api.sessions.data_points.lists import Measure
from api.sessions.data_points.points import Point

_NOBODY = UUID(int=0)
_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_TRIED: Mapping[Measure, tuple[Mapping[str, str], ...]] = {
    Measure.PRESSURE: ({"sys_peak": "sys", "dia_peak": "dia"},),
    Measure.GLUCOSE: ({"glucose_min": "glucose"}, {"glucose_post": "glucose"}),
    Measure.HEART_RATE: ({"hr_peak": "heart_rate"},),
}
"""As which fields a measurement is tried, in this order."""
_OF_BLOOD = frozenset({None, "capillary blood", "interstitial fluid"})


def is_of_blood(point: Point) -> bool:
    """Whether a glucose is a level of blood, as its specimen says."""
    return point.body.get("specimen_source") in _OF_BLOOD


def red_flag(point: Point) -> dict[str, float]:
    """The fields of a report as which a measurement alone is for review or worse; empty if it is not."""
    if not point.is_value or (point.measure is Measure.GLUCOSE and not is_of_blood(point)):
        return {}
    for fields in _TRIED.get(point.measure, ()):
        tried = {field: point.values[name] for field, name in fields.items()}
        if findings(tried):
            return tried
    return {}


def findings(fields: Mapping[str, float]) -> frozenset[str]:
    """The findings for review or worse of a report that tells these measurements and nothing else."""
    return _findings(library.load().sha256, tuple(sorted(fields.items())))


@lru_cache(maxsize=4096)
def _findings(_release: str, fields: tuple[tuple[str, float], ...]) -> frozenset[str]:
    report = SessionReport(
        session_id=_NOBODY,
        performed_at=_SOME_TIME,
        status=SessionStatus.PARTIAL,
        reporter=Reporter.DEVICE,
        **dict(fields),  # type: ignore[arg-type]  # a table of fields, each a number
    )
    fired = triage(library.load(), report, Context()).fired
    return frozenset(one.rule.id for one in fired if at_least(one.level, ReportLevel.REVIEW))
