"""How observations are written: in a queue at the patient's row, all in one statement, and never changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import insert, select, text

from api.clinical.facts import Observation
from api.database.base import uuid7
from api.database.work import Work
from api.errors import NotFound
from api.patients.observations.filing import Filed, Result, filed, on_file
from api.patients.observations.reading import Sent
from api.patients.observations.values import plain
from api.patients.tables import FactRetraction, Patient

CORRECTED = "Corrected by its source."

_INSERT = text("""
INSERT INTO facts (clinic_id, id, patient_id, name, value, value_as_sent, unit_as_sent, observed_at,
    recorded_at, client_id, method, source, source_record_id)
SELECT :clinic_id, f.id, :patient_id, f.name, nullif(f.value, 'null'), f.value_as_sent, f.unit_as_sent,
    f.observed_at, :recorded_at, :client_id, f.method, f.source, f.source_record_id
FROM jsonb_to_recordset(CAST(:facts AS jsonb)) AS f(id uuid, name text, value jsonb, value_as_sent jsonb,
    unit_as_sent text, observed_at timestamptz, method text, source text, source_record_id text)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Facts as they came: what they say, and how each was written."""

    observations: Sequence[Observation]
    sent: Sequence[Sent]


class TakenBack(NamedTuple):
    """A fact that counts no longer."""

    fact_id: UUID
    reason: str
    replaced_by: UUID | None = None


def queue_at(work: Work, patient_id: UUID) -> None:
    """Wait for other writers of this patient's facts, so that what is then read stays true.

    Raises:
        NotFound: there is no such patient.
    """
    found = work.db.execute(
        select(Patient.id)
        .where(Patient.clinic_id == work.clinic_id, Patient.id == patient_id)
        .with_for_update(key_share=True)
    ).first()
    if found is None:
        raise NotFound("There is no such patient.")


def put_on_file(work: Work, patient_id: UUID, intake: Intake) -> list[Filed]:
    """Write what is new and say what became of each, in the order sent; the caller stands in the queue."""
    default = str(work.caller.client_id)
    observations = [
        one if one.source is not None else one._replace(source=default) for one in intake.observations
    ]
    known = on_file(work, patient_id, observations)
    results = filed(observations, known, [uuid7() for _ in observations])
    new = [
        _row(one, sent)
        for one, sent in zip(results, intake.sent, strict=True)
        if one.result is not Result.DUPLICATE
    ]
    if new:
        work.db.execute(
            _INSERT,
            {
                "clinic_id": work.clinic_id,
                "patient_id": patient_id,
                "recorded_at": work.moment,
                "client_id": work.caller.client_id,
                "facts": orjson.dumps(new).decode(),
            },
        )
    take_back(work, [TakenBack(one.takes_back, CORRECTED, one.fact_id) for one in results if one.takes_back])
    return results


def tell(work: Work, patient_id: UUID, name: str, value: Any, *, method: str) -> None:
    """Put on file a fact that is told now, by the caller itself."""
    observation = Observation(name, value, work.moment, method)
    intake = Intake(observations=[observation], sent=[Sent(f"/{name}", plain(value), None)])
    put_on_file(work, patient_id, intake)


def take_back(work: Work, facts: Iterable[TakenBack]) -> None:
    """Let facts count no longer; they stay in the history."""
    rows = [
        {
            "clinic_id": work.clinic_id,
            "id": uuid7(),
            "fact_id": one.fact_id,
            "replaced_by": one.replaced_by,
            "reason": one.reason,
            "recorded_at": work.moment,
            "client_id": work.caller.client_id,
        }
        for one in facts
    ]
    if rows:
        work.db.execute(insert(FactRetraction), rows)


def _row(one: Filed, sent: Sent) -> dict[str, Any]:
    return {
        "id": one.fact_id,
        "name": one.observation.name,
        "value": one.value,
        "value_as_sent": sent.value,
        "unit_as_sent": sent.unit,
        "observed_at": one.observation.observed_at,
        "method": one.observation.method,
        "source": one.observation.source,
        "source_record_id": one.observation.source_record_id,
    }
