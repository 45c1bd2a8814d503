"""What clear looks at the feet at home put on file, and how that is taken back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, exists, select

from api.clinical.foot_looks import SOURCE
from api.clinical.looking import Looked
from api.database.work import Aspect, Work
from api.patients.actions import record_facts
from api.patients.observations.reading import Sent
from api.patients.observations.recording import Intake, TakenBack, queue_at, take_back
from api.patients.tables import Fact, FactRetraction


def record(work: Work, patient_id: UUID, looked: Looked) -> None:
    """Put on file what a look renews, under the record that told of it."""
    observations = [one.observation for one in looked.renewed]
    if observations:
        sent = [Sent(f"/{one.name}", one.value, None) for one in observations]
        record_facts(work, patient_id, Intake(observations=observations, sent=sent))


def on_file(work: Work, patient_id: UUID, record_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """What a look put on file that still counts: `id`, `observed_at`."""
    taken_back = exists().where(FactRetraction.clinic_id == work.clinic_id, FactRetraction.fact_id == Fact.id)
    return work.db.execute(
        select(Fact.id, Fact.observed_at).where(
            Fact.clinic_id == work.clinic_id,
            Fact.patient_id == patient_id,
            Fact.source_record_id == record_id,
            Fact.source == SOURCE,
            ~taken_back,
        )
    ).all()


def withdraw(
    work: Work, patient_id: UUID, record_id: str, *, reason: str, but: datetime | None = None
) -> None:
    """Take back what a look put on file, because it was told in error.

    Args:
        work: the work.
        patient_id: whose.
        record_id: the record that told of it.
        reason: why.
        but: when somebody looked, if that still stands.
    """
    gone = [one for one in on_file(work, patient_id, record_id) if one.observed_at != but]
    if not gone:
        return
    queue_at(work, patient_id)
    take_back(work, [TakenBack(one.id, reason) for one in gone])
    for one in gone:
        work.record("fact.entered-in-error", "fact", one.id)
    work.affects(patient_id, Aspect.FACTS)
