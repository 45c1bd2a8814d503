"""Checking again what is signed, keeping what that means, and telling who has to know."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from api.alerts.actions import Cause, CauseKind, raise_alert, settle
from api.checks.actions import Made
from api.checks.answers import answers
from api.clinical.lifecycle import State
from api.database.outbox import EventName
from api.database.work import Work
from api.prescriptions import causes, differences
from api.prescriptions.differences import Direction, Stood
from api.prescriptions.gate import Safety
from api.prescriptions.standing import Standing, check_now, looked_at
from api.prescriptions.tables import Prescription, PrescriptionOverride

CHECKED = (State.ACTIVE, State.ON_HOLD)
"""States in which what is signed counts, or may count again."""


def recheck_all(work: Work, patient_id: UUID) -> int:
    """Check again all that is signed of a patient and counts; the caller stands in the patient's queue.

    Returns:
        How many prescriptions.
    """
    found = work.db.scalars(
        select(Prescription)
        .where(
            Prescription.clinic_id == work.clinic_id,
            Prescription.patient_id == patient_id,
            Prescription.state.in_(CHECKED),
        )
        .order_by(Prescription.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    recheck(work, *found)
    return len(found)


def recheck(work: Work, *found: Prescription) -> list[Standing]:
    """Check again what is signed of prescriptions of one patient; how each stands.

    The moment is that of the work, or of the last check if that was later: a work that waited in the queue
    behind a later one must not forget what that one put on file.
    """
    if not found:
        return []
    as_of = max(work.moment, *(one.checked_at for one in found if one.checked_at is not None))
    made = check_now(work, found[0].patient_id, as_of=as_of)
    return [reevaluate(work, one, made) for one in found]


def reevaluate(work: Work, prescription: Prescription, made: Made) -> Standing:
    """Look with a check at what is signed of a prescription, and keep what that means.

    Overrides that relied on a fact that has changed lapse for good. What differs is told; what is not only
    better raises one alert, and what is safe again settles it. The caller holds the patient's queue and the
    prescription's row, so that what is kept is what a fresh look would find.

    Args:
        work: the work.
        prescription: one that was signed.
        made: what is known, and the check of a programme for it.
    """
    standing = looked_at(work, prescription.id, made)
    _let_lapse(work, standing.lapsing)
    before, after = _stood(prescription), _stands(standing)
    if before is not None and (turn := differences.direction(before, after)) is not Direction.SAME:
        work.tell(
            EventName.PRESCRIPTION_RECHECKED,
            "prescription",
            prescription.id,
            patient_id=prescription.patient_id,
        )
        if turn is Direction.OTHERWISE:
            _alert(work, prescription, made, before=before, standing=standing)
        elif after.safety is Safety.SAFE:
            settled(work, prescription, "What is prescribed was checked again and found safe.")
    _keep(work, prescription, standing)
    return standing


def settled(work: Work, prescription: Prescription, because: str) -> None:
    """Note on the alert of a prescription that what raised it no longer stands."""
    settle(work, prescription.patient_id, CauseKind.PRESCRIPTION_RECHECK, prescription.id, because=because)


def _stood(prescription: Prescription) -> Stood | None:
    """How a prescription was found last; None before the first signature."""
    if prescription.safety is None:
        return None
    return Stood(
        safety=prescription.safety,
        decision=prescription.checked_decision,
        paused=differences.paused_from(prescription.paused),
    )


def _stands(standing: Standing) -> Stood:
    return Stood(safety=standing.safety, decision=standing.decision, paused=standing.blocked)


def _alert(work: Work, prescription: Prescription, made: Made, *, before: Stood, standing: Standing) -> None:
    """Put what differs before a clinician, all of it as one cause."""
    after = _stands(standing)
    cause = Cause(
        kind=CauseKind.PRESCRIPTION_RECHECK,
        level=differences.level(after),
        subject="prescription",
        subject_id=prescription.id,
        title=differences.title(before, after),
        rules=differences.rules(before, after, made.judged.assessment),
        detail={
            **differences.detail(before, after),
            "missing": list(made.judged.assessment.gates),
            **causes.since_last_check(work, prescription, made, standing),
        },
    )
    raise_alert(work, prescription.patient_id, cause)


def _let_lapse(work: Work, lapsing: Mapping[UUID, tuple[str, ...]]) -> None:
    for override_id, facts in lapsing.items():
        work.db.execute(
            update(PrescriptionOverride)
            .where(PrescriptionOverride.clinic_id == work.clinic_id, PrescriptionOverride.id == override_id)
            .values(lapsed_at=work.moment, lapsed_by=list(facts))
        )
        work.record("override.lapsed", "override", override_id)


def _keep(work: Work, prescription: Prescription, standing: Standing) -> None:
    """Keep a standing: a new one is a new version of the prescription, a new moment of the same is not."""
    paused = differences.paused_as(standing.blocked)
    if (prescription.safety, prescription.paused) != (standing.safety, paused):
        prescription.safety, prescription.paused = standing.safety, paused
        prescription.updated_at = work.moment
        work.db.flush()
        work.record("prescription.rechecked", "prescription", prescription.id)
    checked: dict[str, Any] = {
        "checked_at": max(work.moment, prescription.checked_at or work.moment),
        "check_due_at": standing.due_at,
        "checked_decision": standing.decision,
        "checked_release": answers().release.sha256,
    }
    work.db.execute(
        update(Prescription)
        .where(Prescription.clinic_id == work.clinic_id, Prescription.id == prescription.id)
        .values(checked)
        .execution_options(synchronize_session=False)
    )
