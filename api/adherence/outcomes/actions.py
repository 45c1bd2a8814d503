"""What records outcomes and takes them back, and what follows: facts, a re-check, an alert."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import insert

from api.adherence.outcomes import queries
from api.adherence.outcomes.courses import RISK
from api.adherence.outcomes.filing import Filed, OutcomeResult, filed
from api.adherence.outcomes.findings import Raised, causes, findings
from api.adherence.outcomes.mirroring import Mirror, mirrors
from api.adherence.outcomes.tables import Outcome, OutcomeFact, OutcomeRetraction
from api.adherence.outcomes.told import Told, checked
from api.alerts.actions import CauseKind, raise_alert, settle
from api.clinical.knowledge import library
from api.clinical.measures import Consequence
from api.clinical.profile import profile
from api.database.base import uuid7
from api.database.work import Aspect, Work
from api.errors import FieldError, Invalid
from api.patients import actions as patients
from api.patients import queries as evidence
from api.patients.observations.recording import Intake, queue_at

CORRECTED = "Corrected by its source."
"""The measure that the checks work out for themselves."""
_OF_FALLS = frozenset({"falls", "injurious-falls"})


class Recorded(NamedTuple):
    """What became of values that were sent, in their order."""

    results: list[Filed]
    consequences: list[frozenset[Consequence]]
    facts: Mapping[UUID, list[UUID]]
    """For each outcome that is new, the facts that it is or sets."""
    alert_id: UUID | None


def record(work: Work, patient_id: UUID, readings: Sequence[Told]) -> Recorded:
    """Put values on file: all of them, or none if one is refused.

    What is a fact too is put on file as one, so that what is signed is checked again with it.

    Raises:
        NotFound: there is no such patient.
        Invalid: a value does not fit its measure.
    """
    queue_at(work, patient_id)
    told, faults = checked(library.load(), readings, work.moment)
    refuse(faults)
    default = str(work.caller.client_id)
    told = [one if one.source is not None else one.by(default) for one in told]
    falls = _falls_on_file(work, patient_id) if _OF_FALLS & {one.measure for one in told} else 0
    wanted, faults = mirrors(library.load(), told, work.moment, falls)
    refuse(faults)
    measures = {one.measure for one in told}
    earlier = queries.earlier(work, patient_id, measures)
    results = filed(told, earlier, [uuid7() for _ in told])
    rows = [_row(work, patient_id, one) for one in results if one.result is OutcomeResult.ACCEPTED]
    if rows:
        work.db.execute(insert(Outcome), rows)
        work.record("outcomes.recorded", "patient", patient_id)
    facts = _tell_facts(work, patient_id, results, wanted)
    replaced = {one.takes_back: one.outcome_id for one in results if one.takes_back is not None}
    _take_back(work, patient_id, replaced, CORRECTED)
    found = _found(work, patient_id, results)
    alert_id = None
    for cause in causes(found):
        alert_id = raise_alert(work, patient_id, cause)
        work.affects(patient_id, Aspect.FACTS)
    return Recorded(results, [one.consequences for one in found], facts, alert_id)


def mark_entered_in_error(work: Work, patient_id: UUID, outcome_id: UUID, *, reason: str) -> None:
    """Take an outcome back, and the facts that it is or sets; one that counts no longer stays as it is.

    Raises:
        NotFound: the patient has no such outcome.
    """
    queue_at(work, patient_id)
    found = queries.outcome(work, patient_id, outcome_id)
    if found.retracted_at is not None:
        return
    _take_back(work, patient_id, {outcome_id: None}, reason)
    work.record("outcome.entered-in-error", "outcome", outcome_id)
    settle(work, patient_id, CauseKind.OUTCOME, outcome_id, because="It was entered in error.")


def refuse(faults: Sequence[FieldError]) -> None:
    """Refuse values that have faults.

    Raises:
        Invalid: naming each.
    """
    if faults:
        raise Invalid("The outcomes cannot be kept as they are.", errors=faults)


def _falls_on_file(work: Work, patient_id: UUID) -> int:
    counting = evidence.counting(work, patient_id, "falls_12m")
    return next((one.value for one in counting if one.value is not None), 0)


def _tell_facts(
    work: Work, patient_id: UUID, results: Sequence[Filed], wanted: Sequence[Mirror]
) -> dict[UUID, list[UUID]]:
    """Put the facts of new outcomes on file, and link them."""
    new = [one for one in wanted if any(results[at].result is OutcomeResult.ACCEPTED for at in one.places)]
    facts: dict[UUID, list[UUID]] = {}
    if not new:
        return facts
    intake = Intake(observations=[one.observation for one in new], sent=[one.sent for one in new])
    kept = patients.record_facts(work, patient_id, intake)
    rows = []
    for mirror, fact in zip(new, kept, strict=True):
        for place in mirror.places:
            one = results[place]
            if one.result is OutcomeResult.ACCEPTED and fact.fact_id not in facts.get(one.outcome_id, ()):
                facts.setdefault(one.outcome_id, []).append(fact.fact_id)
                rows.append(
                    {
                        "clinic_id": work.clinic_id,
                        "id": uuid7(),
                        "outcome_id": one.outcome_id,
                        "fact_id": fact.fact_id,
                        "relation": mirror.relation,
                    }
                )
    work.db.execute(insert(OutcomeFact), rows)
    return facts


def _take_back(work: Work, patient_id: UUID, replaced: Mapping[UUID, UUID | None], reason: str) -> None:
    """Let outcomes count no longer, and the facts that rest on nothing else."""
    if not replaced:
        return
    work.db.execute(
        insert(OutcomeRetraction),
        [
            {
                "clinic_id": work.clinic_id,
                "id": uuid7(),
                "outcome_id": outcome_id,
                "replaced_by": replaced_by,
                "reason": reason,
                "recorded_at": work.moment,
                "client_id": work.caller.client_id,
            }
            for outcome_id, replaced_by in replaced.items()
        ],
    )
    for fact_id in queries.own_facts(work, list(replaced)):
        patients.mark_entered_in_error(work, patient_id, fact_id, reason=reason)
    for outcome_id, replaced_by in replaced.items():
        if replaced_by is not None:
            settle(work, patient_id, CauseKind.OUTCOME, outcome_id, because=CORRECTED)


def _found(work: Work, patient_id: UUID, results: Sequence[Filed]) -> list[Raised]:
    """What each value asks for beside what is on file; nothing of what is no news."""
    new = [one for one in results if one.result is OutcomeResult.ACCEPTED]
    if not new:
        return [Raised.nothing(one) for one in results]
    _, on_file = queries.on_file(work, patient_id, {one.told.measure for one in new}, work.moment)
    worked_out = _worked_out(work, patient_id) if any(one.told.measure == RISK for one in new) else None
    return findings(library.load().outcomes.measures, results, on_file, worked_out)


def _worked_out(work: Work, patient_id: UUID) -> str | None:
    """The IWGDF risk that the checks work with."""
    known = evidence.evidence(work, patient_id, work.moment)
    as_of = work.moment.astimezone(known.time_zone)
    risk: str | None = profile(library.load(), known.observations, as_of).values.get("iwgdf_risk")
    return risk


def _row(work: Work, patient_id: UUID, one: Filed) -> dict[str, Any]:
    told = one.told
    worded = isinstance(told.value, str)
    return {
        "clinic_id": work.clinic_id,
        "id": one.outcome_id,
        "patient_id": patient_id,
        "measure": told.measure,
        "side": told.side,
        "value": None if worded else told.value,
        "word": told.value if worded else None,
        "out_of": told.of,
        "insensate": sorted(told.insensate),
        "target": told.target,
        "days_per_week": told.days_per_week,
        "minutes_per_day": told.minutes_per_day,
        "observed_at": told.at,
        "recorded_at": work.moment,
        "client_id": work.caller.client_id,
        "method": told.method,
        "tester": told.tester,
        "source": told.source,
        "source_record_id": told.source_record_id,
    }
