"""The panel: all patients of a clinic with their numbers, a page in one statement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import Row, text

from api.adherence.lists import Line, PanelOrder
from api.clinical.adherence import Band, NoNumber, Numbers, numbers_of
from api.clinical.knowledge import library
from api.clinical.week_sums import Sums
from api.database.work import Work

Found = Row[*tuple[Any, ...]]
_MILLIONTHS = 1_000_000
_LAST = 10 * _MILLIONTHS
"""Sorts behind every share."""
_NEVER = 1_000_000
"""Days of silence of whom nobody ever heard."""

_TOLD7 = "c.attended7 + c.short7 + c.missed7 + c.excused7"
_COVERED = "least(7 * c.reported, c.expected7)"
_KEYS = {
    PanelOrder.LOWER: f"coalesce(c.attended7 * {_MILLIONTHS} / nullif(c.expected7, 0), {_LAST})",
    PanelOrder.UPPER: f"coalesce(c.possible7 * {_MILLIONTHS} / nullif(c.expected7, 0), {_LAST})",
    PanelOrder.PROJECTED: f"""CASE WHEN 100 * {_COVERED} >= :covered * c.expected7
        THEN coalesce(c.attended7 * {_MILLIONTHS} / nullif({_TOLD7}, 0), {_LAST}) ELSE {_LAST} END""",
    PanelOrder.COVERAGE: f"coalesce({_COVERED} * {_MILLIONTHS} / nullif(c.expected7, 0), {_LAST})",
    PanelOrder.DAYS_SILENT: f"-coalesce(greatest(d.today - d.last_contact, 0), {_NEVER})",
    PanelOrder.NAME: "lower(coalesce(d.family, '') || ' ' || array_to_string(d.given, ' '))",
}
_BAND = """CASE
    WHEN coalesce(c.due_days, 0) = 0 THEN CASE WHEN c.paused7 > 0 THEN 'paused' ELSE 'not-classified' END
    WHEN c.due_days < :classified OR c.expected7 = 0 THEN 'not-classified'
    WHEN 100 * c.attended7 >= :met * c.expected7 THEN 'met'
    WHEN 100 * c.attended7 >= :partial * c.expected7 THEN 'partial'
    WHEN 100 * c.possible7 < :partial * c.expected7 THEN 'low'
    ELSE 'not-reported' END"""
_COUNTED = (
    *("due_days", "expected7", "attended7", "possible7"),
    *("short7", "missed7", "excused7", "paused7", "reported"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which patients of the clinic, and in which order.

    Attributes:
        weeks: how many, of those that are over.
        after: order, key and patient of the last row of the page before.
    """

    weeks: int
    order: PanelOrder = PanelOrder.LOWER
    line: Line = Line.ALL
    band: Band | None = None
    days_silent: int | None = None
    practitioner_id: UUID | None = None
    prescribed: bool = True
    after: tuple[str, str, UUID] | None = None


def panel(work: Work, asked: Asked, limit: int) -> Sequence[Found]:
    """A page of the panel, at most `limit + 1`; the sums of each patient, with `band` and the sort `key`.

    A week counts when the patient's day is behind it, so that no number is of a week that still runs.
    """
    return work.db.execute(text(_statement(asked)), _values(work, asked, limit)).all()


def place(asked: Asked, row: Found) -> tuple[str, str, UUID]:
    """The place behind a row."""
    return asked.order.value, str(row.key), row.id


def numbers(row: Found) -> Numbers:
    """The numbers of a row."""
    tables = library.load().counting
    reasons: dict[str, int] = {}
    for told in row.reasons or ():
        for reason, times in told.items():
            reasons[reason] = reasons.get(reason, 0) + times
    if row.first is None:
        absent = NoNumber.NOT_STARTED if _comes(row) else NoNumber.NO_PRESCRIPTION
        return numbers_of(tables, Sums(), {}, None, today=row.today, absent=absent)
    sums = Sums(**{name: int(getattr(row, name)) for name in Sums._fields})
    return numbers_of(tables, sums, reasons, row.last_contact, today=row.today)


def _comes(row: Found) -> bool:
    """Whether something is in force of which no week is over, or begins later."""
    return row.plan_first is not None and (row.plan_last is None or row.plan_last >= row.today)


def _conditions(asked: Asked) -> list[str]:
    """Which patients are listed."""
    in_force = "d.plan_first <= d.today AND coalesce(d.plan_last >= d.today - 7 * :weeks - 6, true)"
    conditions = [in_force if asked.prescribed else f"({in_force}) IS NOT TRUE"]
    if asked.line is not Line.ALL:
        conditions.append("c.first IS NOT NULL")
    if asked.band is not None:
        conditions.append(f"{_BAND} = :band")
    if asked.days_silent is not None:
        conditions.append("coalesce(d.today - d.last_contact >= :days_silent, true)")
    if asked.practitioner_id is not None:
        conditions.append("d.practitioner_id = :practitioner_id")
    return conditions


def _statement(asked: Asked) -> str:
    """The statement, put together of constants; every value is bound."""
    window = "BETWEEN d.today - 7 * :weeks - 6 AND d.today - 7"
    conditions = _conditions(asked)
    kind = "text" if asked.order is PanelOrder.NAME else "bigint"
    key = f"CAST({_KEYS[asked.order]} AS {kind})"
    if asked.after is not None:
        conditions.append(f"({key}, d.id) > (CAST(:after_key AS {kind}), :after_id)")
    return f"""
WITH d AS (
    SELECT p.id, p.family, p.given, a.prescription_id, a.practitioner_id, a.plan_first, a.plan_last,
        a.last_contact, CAST(:day AS date) + CASE WHEN p.time_zone = ANY(:ahead) THEN 1
            WHEN p.time_zone = ANY(:behind) THEN -1 ELSE 0 END AS today
    FROM patients p LEFT JOIN adherence_patients a ON a.clinic_id = :clinic_id AND a.id = p.id
    WHERE p.clinic_id = :clinic_id),
c AS (
    SELECT w.patient_id, min(w.starts) AS first, {_summed(_COUNTED)}
    FROM adherence_weeks w JOIN d ON d.id = w.patient_id
    WHERE w.clinic_id = :clinic_id AND w.line = :line AND w.starts {window}
        AND w.starts BETWEEN CAST(:day AS date) - 7 * :weeks - 7 AND CAST(:day AS date) - 6
    GROUP BY w.patient_id),
listed AS (
    SELECT d.*, {_BAND} AS band, {key} AS key
    FROM d LEFT JOIN c ON c.patient_id = d.id
    WHERE {" AND ".join(conditions)}
    ORDER BY key, d.id LIMIT :limit)
SELECT d.*, s.*
FROM listed d LEFT JOIN LATERAL (
    SELECT min(w.starts) AS first, max(w.ends) AS last, json_agg(w.reasons) AS reasons,
        {_summed(Sums._fields)}
    FROM adherence_weeks w
    WHERE w.clinic_id = :clinic_id AND w.patient_id = d.id AND w.line = :line AND w.starts {window}) s ON true
ORDER BY d.key, d.id
"""  # noqa: S608 put together of constants


def _summed(names: Iterable[str]) -> str:
    return ", ".join(f"sum(w.{name}) AS {name}" for name in names)


def _values(work: Work, asked: Asked, limit: int) -> Mapping[str, Any]:
    tables = library.load().counting
    quarter = work.moment.minute // 15 * 15
    day, ahead, behind = _zones(work.moment.astimezone(UTC).replace(minute=quarter, second=0, microsecond=0))
    values = {
        "clinic_id": work.clinic_id,
        "day": day,
        "ahead": ahead,
        "behind": behind,
        "weeks": asked.weeks,
        "line": asked.line.value,
        "limit": limit + 1,
        "met": tables.bands.met_percent,
        "partial": tables.bands.partial_percent,
        "classified": tables.bands.days,
    }
    if asked.order is PanelOrder.PROJECTED:
        values["covered"] = tables.projected.coverage_percent
    if asked.band is not None:
        values["band"] = asked.band.value
    if asked.days_silent is not None:
        values["days_silent"] = asked.days_silent
    if asked.practitioner_id is not None:
        values["practitioner_id"] = asked.practitioner_id
    if asked.after is not None:
        _, key, patient_id = asked.after
        values["after_key"] = key if asked.order is PanelOrder.NAME else int(key)
        values["after_id"] = patient_id
    return values


@lru_cache(maxsize=8)
def _zones(moment: datetime) -> tuple[date, list[str], list[str]]:
    """The day in UTC, and the zones in which it is the day after, or the day before.

    The database is not asked for the day of a zone: it may not know each that Python knows.
    """
    day = moment.date()
    days = {name: moment.astimezone(ZoneInfo(name)).date() for name in available_timezones()}
    ahead = [name for name, local in days.items() if local == day + timedelta(days=1)]
    return day, ahead, [name for name, local in days.items() if local == day - timedelta(days=1)]
