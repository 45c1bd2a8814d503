"""How new observations go on file: what is new, repeats, corrects an earlier record, or comes too late."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import text

from api.clinical.facts import Observation
from api.database.work import Work
from api.patients.observations.values import plain


class Result(StrEnum):
    """What became of a fact that was sent."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"


class OnFile(NamedTuple):
    """A fact that is on file; `value` as JSON data."""

    id: UUID
    name: str
    value: Any
    observed_at: datetime
    source: str | None
    source_record_id: str | None
    retracted: bool
    """Whether it was taken back: entered in error, or replaced."""
    replaced: bool
    """Whether a correction replaced it."""


class Filed(NamedTuple):
    """Where an observation stands; `fact_id` is its own, or that of the fact which it repeats."""

    fact_id: UUID
    observation: Observation
    value: Any
    result: Result
    corrects: UUID | None
    """The fact of the same record that it replaces."""
    takes_back: UUID | None
    """That fact, if it counted until now."""


_ON_FILE = text("""
SELECT newest.*, false AS retracted, false AS replaced
FROM unnest(CAST(:distinct_names AS text[])) AS sent(name) CROSS JOIN LATERAL (
    SELECT f.id, f.name, f.value, f.observed_at, f.source, f.source_record_id FROM facts f
    WHERE f.clinic_id = :clinic_id AND f.patient_id = :patient_id AND f.name = sent.name AND NOT EXISTS (
        SELECT FROM fact_retractions r WHERE r.clinic_id = :clinic_id AND r.fact_id = f.id)
    ORDER BY f.observed_at DESC LIMIT 1) newest
UNION
SELECT f.id, f.name, f.value, f.observed_at, f.source, f.source_record_id,
    r.fact_id IS NOT NULL, r.replaced_by IS NOT NULL
FROM unnest(CAST(:names AS text[]), CAST(:moments AS timestamptz[]), CAST(:sources AS text[]))
    AS sent(name, observed_at, source)
JOIN facts f ON f.clinic_id = :clinic_id AND f.patient_id = :patient_id
 AND f.name = sent.name AND f.source = sent.source AND f.observed_at = sent.observed_at
LEFT JOIN fact_retractions r ON r.clinic_id = :clinic_id AND r.fact_id = f.id
UNION
SELECT f.id, f.name, f.value, f.observed_at, f.source, f.source_record_id,
    r.fact_id IS NOT NULL, r.replaced_by IS NOT NULL
FROM unnest(CAST(:records AS text[])) AS sent(record)
JOIN facts f ON f.clinic_id = :clinic_id AND f.patient_id = :patient_id AND f.source_record_id = sent.record
LEFT JOIN fact_retractions r ON r.clinic_id = :clinic_id AND r.fact_id = f.id
""")


def on_file(work: Work, patient_id: UUID, observations: Sequence[Observation]) -> list[OnFile]:
    """What is on file that observations may repeat, correct, or come too late for.

    Of each of their names the newest that counts; and, whether it counts or not, all of the same name, moment
    and source, and all of the same record.
    """
    rows = work.db.execute(
        _ON_FILE,
        {
            "clinic_id": work.clinic_id,
            "patient_id": patient_id,
            "distinct_names": list({one.name for one in observations}),
            "names": [one.name for one in observations],
            "moments": [one.observed_at for one in observations],
            "sources": [one.source for one in observations],
            "records": list({one.source_record_id for one in observations if one.source_record_id}),
        },
    )
    return [OnFile._make(row) for row in rows]


def filed(observations: Sequence[Observation], known: Iterable[OnFile], ids: Iterable[UUID]) -> list[Filed]:
    """Where each of the observations stands, in their order; those of one body may also repeat each other.

    A fact is repeated by the same value of the same moment from the same source, under the same record if it
    has one. The same record with anything else corrects it. What was taken back stays so if it is sent again.

    Args:
        observations: each with its source.
        known: what is on file.
        ids: a new id for each observation.
    """
    cabinet = _Cabinet(known)
    standing = [cabinet.put(one, new_id) for one, new_id in zip(observations, ids, strict=True)]
    return [
        one._replace(result=Result.SUPERSEDED)
        if one.result is Result.ACCEPTED
        and one.observation.observed_at < cabinet.newest[one.observation.name]
        else one
        for one in standing
    ]


class _Cabinet:
    """What is on file, as far as new observations touch it."""

    def __init__(self, known: Iterable[OnFile]) -> None:
        self.newest: dict[str, datetime] = {}
        self.records: dict[tuple[str, str | None, str], OnFile] = {}
        self.moments: dict[tuple[str, str | None, datetime], list[OnFile]] = {}
        for fact in known:
            self._keep(fact)

    def put(self, one: Observation, new_id: UUID) -> Filed:
        value = plain(one.value)
        earlier = self._earlier(one, value)
        if earlier is not None and earlier.value == value and earlier.observed_at == one.observed_at:
            return Filed(earlier.id, one, value, Result.DUPLICATE, None, None)
        self._keep(
            OnFile(new_id, one.name, value, one.observed_at, one.source, one.source_record_id, False, False)  # noqa: FBT003 a row
        )
        corrects = None if earlier is None else earlier.id
        takes_back = None if earlier is None or earlier.retracted else earlier.id
        return Filed(new_id, one, value, Result.ACCEPTED, corrects, takes_back)

    def _earlier(self, one: Observation, value: Any) -> OnFile | None:
        """The fact which an observation repeats or corrects."""
        if one.source_record_id is not None:
            return self.records.get((one.name, one.source, one.source_record_id))
        same_moment = self.moments.get((one.name, one.source, one.observed_at), ())
        return next((fact for fact in same_moment if fact.value == value), None)

    def _keep(self, fact: OnFile) -> None:
        if not fact.retracted:
            newest = self.newest.get(fact.name, fact.observed_at)
            self.newest[fact.name] = max(newest, fact.observed_at)
        if fact.source_record_id is not None and not fact.replaced:
            self.records[fact.name, fact.source, fact.source_record_id] = fact
        self.moments.setdefault((fact.name, fact.source, fact.observed_at), []).append(fact)
