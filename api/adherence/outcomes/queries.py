"""What is on file of outcomes, in one statement with the facts that are outcomes too."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select, text

from api.adherence.outcomes.mirrors import FactRow, fact_names, told_by
from api.adherence.outcomes.tables import Outcome, OutcomeFact, OutcomeRetraction
from api.adherence.outcomes.told import Told
from api.clinical.knowledge import library
from api.clinical.measures import Side
from api.database.work import Work
from api.errors import NotFound
from api.patients.queries import no_such_patient

Found = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnFile:
    """A value that counts.

    Attributes:
        id: of the outcome, or of the fact where it was told as one.
        on: the patient's day.
        recorded_by: the client.
        is_fact: whether it was told as a fact only.
    """

    id: UUID
    told: Told
    on: date
    recorded_at: datetime
    recorded_by: UUID
    is_fact: bool


_ON_FILE = text("""
SELECT p.time_zone, r.* FROM patients p LEFT JOIN (
    SELECT o.id, false AS is_fact, o.measure AS name, NULL::jsonb AS value,
        NULL::jsonb AS value_as_sent, NULL::text AS unit_as_sent, o.side, o.out_of,
        o.insensate, o.target, o.value AS number, o.word, o.observed_at, o.recorded_at, o.client_id,
        o.method, o.tester, o.source, o.source_record_id
    FROM outcomes o
    WHERE o.clinic_id = :clinic_id AND o.patient_id = :patient_id AND o.measure = ANY(:measures)
      AND o.observed_at <= :until AND NOT EXISTS (
        SELECT FROM outcome_retractions t WHERE t.clinic_id = :clinic_id AND t.outcome_id = o.id)
      AND NOT EXISTS (
        SELECT FROM outcome_facts l
        JOIN fact_retractions g ON g.clinic_id = :clinic_id AND g.fact_id = l.fact_id
        WHERE l.clinic_id = :clinic_id AND l.outcome_id = o.id AND l.relation = 'same')
    UNION ALL
    SELECT f.id, true, f.name, f.value, f.value_as_sent, f.unit_as_sent, NULL, NULL, NULL, NULL, NULL,
        NULL, f.observed_at, f.recorded_at, f.client_id, f.method, NULL, f.source, f.source_record_id
    FROM facts f
    WHERE f.clinic_id = :clinic_id AND f.patient_id = :patient_id AND f.name = ANY(:facts)
      AND f.value IS NOT NULL AND f.observed_at <= :until AND NOT EXISTS (
        SELECT FROM fact_retractions g WHERE g.clinic_id = :clinic_id AND g.fact_id = f.id)
      AND NOT EXISTS (
        SELECT FROM outcome_facts l
        WHERE l.clinic_id = :clinic_id AND l.fact_id = f.id AND l.relation = 'same')
) r ON true
WHERE p.clinic_id = :clinic_id AND p.id = :patient_id
""")


def on_file(
    work: Work, patient_id: UUID, measures: Collection[str], until: datetime
) -> tuple[ZoneInfo, list[OnFile]]:
    """The patient's zone, and what counts of these measures up to a moment.

    By the patient's day, and of one day by entry, so that of several values of a day the last is the one that
    was given last.

    Raises:
        NotFound: there is no such patient.
    """
    rows = work.db.execute(
        _ON_FILE,
        {
            "clinic_id": work.clinic_id,
            "patient_id": patient_id,
            "measures": list(measures),
            "facts": fact_names(library.load().outcomes.measures, measures),
            "until": until,
        },
    ).all()
    if not rows:
        raise no_such_patient()
    zone = ZoneInfo(rows[0].time_zone)
    entered = [_outcome(row, zone) for row in rows if row.id is not None and not row.is_fact]
    facts = {
        row.id: FactRow._make(getattr(row, name) for name in FactRow._fields) for row in rows if row.is_fact
    }
    read = [
        _fact(fact, told, zone) for fact, told in told_by(library.load().outcomes.measures, facts.values())
    ]
    found = [*entered, *(one for one in read if one.told.measure in measures)]
    return zone, sorted(found, key=lambda one: (one.on, one.id))


def earlier(work: Work, patient_id: UUID, measures: Collection[str]) -> Sequence[Found]:
    """Every outcome of these measures that was ever told, also what was taken back, oldest entry first."""
    return work.db.execute(
        select(
            *_COLUMNS,
            OutcomeRetraction.outcome_id.label("retracted"),
            OutcomeRetraction.replaced_by,
        )
        .outerjoin(
            OutcomeRetraction,
            (OutcomeRetraction.clinic_id == work.clinic_id) & (OutcomeRetraction.outcome_id == Outcome.id),
        )
        .where(
            Outcome.clinic_id == work.clinic_id,
            Outcome.patient_id == patient_id,
            Outcome.measure.in_(measures),
        )
        .order_by(Outcome.id)
    ).all()


_COLUMNS = (
    Outcome.id,
    Outcome.measure,
    Outcome.side,
    Outcome.value,
    Outcome.word,
    Outcome.out_of,
    Outcome.insensate,
    Outcome.target,
    Outcome.days_per_week,
    Outcome.minutes_per_day,
    Outcome.observed_at,
    Outcome.source,
    Outcome.source_record_id,
)


def outcome(work: Work, patient_id: UUID, outcome_id: UUID) -> Found:
    """An outcome of a patient, with what was taken back of it.

    Raises:
        NotFound: there is none.
    """
    found = work.db.execute(
        select(
            *_COLUMNS,
            Outcome.recorded_at,
            Outcome.client_id,
            Outcome.method,
            Outcome.tester,
            OutcomeRetraction.replaced_by,
            OutcomeRetraction.reason,
            OutcomeRetraction.recorded_at.label("retracted_at"),
            OutcomeRetraction.client_id.label("retracted_by"),
        )
        .outerjoin(
            OutcomeRetraction,
            (OutcomeRetraction.clinic_id == work.clinic_id) & (OutcomeRetraction.outcome_id == Outcome.id),
        )
        .where(
            Outcome.clinic_id == work.clinic_id, Outcome.patient_id == patient_id, Outcome.id == outcome_id
        )
    ).first()
    if found is None:
        raise NotFound("This patient has no such outcome.")
    return found


def own_facts(work: Work, outcome_ids: Collection[UUID]) -> list[UUID]:
    """The facts of these outcomes that are of no other outcome which still counts."""
    other = OutcomeFact.__table__.alias("other")
    taken_back = (
        select(OutcomeRetraction.id)
        .where(
            OutcomeRetraction.clinic_id == work.clinic_id,
            OutcomeRetraction.outcome_id == other.c.outcome_id,
        )
        .exists()
    )
    shared = (
        select(other.c.id)
        .where(
            other.c.clinic_id == work.clinic_id,
            other.c.fact_id == OutcomeFact.fact_id,
            other.c.outcome_id.not_in(outcome_ids),
            ~taken_back,
        )
        .exists()
    )
    return list(
        work.db.scalars(
            select(OutcomeFact.fact_id)
            .where(
                OutcomeFact.clinic_id == work.clinic_id,
                OutcomeFact.outcome_id.in_(outcome_ids),
                ~shared,
            )
            .distinct()
        )
    )


def told_of(row: Found) -> Told:
    """An outcome on file as it was told."""
    return Told(
        measure=row.measure,
        value=row.value if row.word is None else row.word,
        of=row.out_of,
        side=row.side,
        insensate=tuple(row.insensate),
        target=row.target,
        days_per_week=row.days_per_week,
        minutes_per_day=row.minutes_per_day,
        at=row.observed_at,
        source=row.source,
        source_record_id=row.source_record_id,
    )


def _outcome(row: Found, zone: ZoneInfo) -> OnFile:
    told = Told(
        measure=row.name,
        value=row.number if row.word is None else row.word,
        of=row.out_of,
        side=None if row.side is None else Side(row.side),
        insensate=tuple(row.insensate),
        target=row.target,
        at=row.observed_at,
        method=row.method,
        tester=row.tester,
        source=row.source,
        source_record_id=row.source_record_id,
    )
    return _kept(row, told, zone, is_fact=False)


def _fact(row: FactRow, told: Told, zone: ZoneInfo) -> OnFile:
    return _kept(row, told, zone, is_fact=True)


def _kept(row: Any, told: Told, zone: ZoneInfo, *, is_fact: bool) -> OnFile:
    return OnFile(
        id=row.id,
        told=told,
        on=told.at.astimezone(zone).date(),
        recorded_at=row.recorded_at,
        recorded_by=row.client_id,
        is_fact=is_fact,
    )
