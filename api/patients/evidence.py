"""What counts of patients' facts at a moment, of one patient or of many, in one statement."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text

from api.clinical.criteria import names
from api.clinical.facts import Observation
from api.clinical.release import Release
from api.database.work import Work
from api.patients.observations.values import restored

_COUNTS = """NOT EXISTS (
    SELECT FROM fact_retractions r WHERE r.clinic_id = :clinic_id AND r.fact_id = f.id)"""
_FACT = "f.patient_id, f.id, f.name, f.value, f.observed_at, f.method, f.source, f.source_record_id"

_EVIDENCE = text(f"""
WITH RECURSIVE streams AS (
    SELECT earliest.patient_id, earliest.name, earliest.source
    FROM unnest(CAST(:patients AS uuid[])) AS asked(patient_id) CROSS JOIN LATERAL (
        SELECT f.patient_id, f.name, f.source FROM facts f
        WHERE f.clinic_id = :clinic_id AND f.patient_id = asked.patient_id
        ORDER BY f.name, f.source LIMIT 1) earliest
    UNION ALL
    SELECT following.patient_id, following.name, following.source FROM streams CROSS JOIN LATERAL (
        SELECT f.patient_id, f.name, f.source FROM facts f
        WHERE f.clinic_id = :clinic_id AND f.patient_id = streams.patient_id
          AND (f.name, f.source) > (streams.name, streams.source)
        ORDER BY f.name, f.source LIMIT 1) following
), evidence AS (
    SELECT newest.* FROM streams CROSS JOIN LATERAL (
        SELECT {_FACT} FROM facts f
        WHERE f.clinic_id = :clinic_id AND f.patient_id = streams.patient_id
          AND f.name = streams.name AND f.source = streams.source AND f.observed_at <= :as_of AND {_COUNTS}
        ORDER BY f.observed_at DESC FETCH FIRST 1 ROW WITH TIES) newest
    UNION
    (SELECT DISTINCT ON (f.patient_id, f.name, f.value) {_FACT} FROM facts f
     WHERE f.clinic_id = :clinic_id AND f.patient_id = ANY(:patients)
       AND f.name = ANY(:remembered) AND f.observed_at <= :as_of AND {_COUNTS}
     ORDER BY f.patient_id, f.name, f.value, f.observed_at DESC, f.id DESC)
    UNION
    SELECT {_FACT} FROM facts f
    WHERE f.clinic_id = :clinic_id AND f.patient_id = ANY(:patients)
      AND f.name = ANY(:recent) AND f.observed_at BETWEEN :as_of - :recently AND :as_of AND {_COUNTS}
)
SELECT p.id AS patient_id, p.time_zone, e.name, e.value, e.observed_at, e.method, e.source, e.source_record_id
FROM patients p LEFT JOIN evidence e ON e.patient_id = p.id
WHERE p.clinic_id = :clinic_id AND p.id = ANY(:patients)
ORDER BY p.id, e.name, e.observed_at, e.id
""")  # noqa: S608 put together of constants


_NONE = timedelta(0)


class OnFile(NamedTuple):
    """What counts of a patient's facts, as it is kept."""

    patient_id: UUID
    rows: Sequence[Row[*tuple[Any, ...]]]
    time_zone: ZoneInfo
    """The zone whose days are the patient's days."""

    def observations(self, release: Release) -> list[Observation]:
        """What is on file, as a release reads it; what its vocabulary does not have is left out."""
        known = release.facts
        return [
            Observation(name, restored(known[name], value), observed_at, method, source, record)
            for _, _, name, value, observed_at, method, source, record in self.rows
            if name in known
        ]


def on_file(
    work: Work, patient_ids: Collection[UUID], as_of: datetime, releases: Collection[Release]
) -> list[OnFile]:
    """What counts of these patients' facts at a moment, for all that these releases may ask.

    Of each fact: from every source the newest; every value that it ever had, where that matters; and all of
    the last hours, where those matter. What was taken back since then does not count, whenever `as_of` is.

    Returns:
        In the order of the ids; a patient that the clinic does not have is not among them.
    """
    recent = [(case.within or _NONE, names(case.when)) for one in releases for _, case in one.implications]
    rows = work.db.execute(
        _EVIDENCE,
        {
            "clinic_id": work.clinic_id,
            "patients": list(patient_ids),
            "as_of": as_of,
            "remembered": sorted(frozenset().union(*(one.remembered for one in releases))),
            "recent": sorted(frozenset().union(*(read for _, read in recent))),
            "recently": max((within for within, _ in recent), default=_NONE),
        },
    ).all()
    by_patient = [list(found) for _, found in groupby(rows, key=attrgetter("patient_id"))]
    return [OnFile(found[0].patient_id, found, ZoneInfo(found[0].time_zone)) for found in by_patient]
