"""What a plan is made of, and what is known of checks before a session."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import and_, case, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH

from api.checks.tables import Check
from api.clinical.alarms import Withheld
from api.clinical.lifecycle import State
from api.database.work import Work
from api.errors import NotFound
from api.patients import queries as patients
from api.patients.queries import no_such_patient
from api.patients.tables import Patient
from api.prescriptions.plans.tables import PreSessionCheck
from api.prescriptions.queries import Found
from api.prescriptions.tables import Prescription, PrescriptionMove, PrescriptionRevision

_RULES = "$.findings[*].rule_id"
_SHOWN = (State.ACTIVE, State.ON_HOLD, State.COMPLETED, State.STOPPED)
_SUMMARY = (
    PreSessionCheck.id,
    PreSessionCheck.patient_id,
    PreSessionCheck.at,
    PreSessionCheck.local_date,
    PreSessionCheck.check_id,
    PreSessionCheck.prescription_id,
    PreSessionCheck.revision,
    PreSessionCheck.result,
    PreSessionCheck.withheld,
    PreSessionCheck.alert_id,
)


def prescribed(work: Work, patient_id: UUID) -> Found:
    """The patient's zone and language, with the prescription that a plan is of.

    That is the active one, else the one on hold, else the last that ended; nulls where there is none. `since`
    is when it came into its state.

    Raises:
        NotFound: there is no such patient.
    """
    since = (
        select(func.max(PrescriptionMove.at))
        .where(
            PrescriptionMove.clinic_id == work.clinic_id,
            PrescriptionMove.prescription_id == Prescription.id,
            PrescriptionMove.state == Prescription.state,
        )
        .correlate(Prescription)
        .scalar_subquery()
    )
    rank = case(
        {state.value: place for place, state in enumerate(_SHOWN[:2])}, value=Prescription.state, else_=2
    )
    found = work.db.execute(
        select(Patient.time_zone, Patient.language, Prescription.id, Prescription.state, since.label("since"))
        .outerjoin(
            Prescription,
            and_(
                Prescription.clinic_id == work.clinic_id,
                Prescription.patient_id == Patient.id,
                Prescription.state.in_(_SHOWN),
            ),
        )
        .where(Patient.clinic_id == work.clinic_id, Patient.id == patient_id)
        .order_by(rank, Prescription.id.desc())
        .limit(1)
    ).first()
    if found is None:
        raise no_such_patient()
    return found


def revisions(work: Work, prescription_id: UUID, today: date) -> Sequence[Found]:
    """The revision in effect on a day, if any, and those that begin later, newest first.

    Each with the day on which the prescription began.
    """
    of_it = (
        PrescriptionRevision.clinic_id == work.clinic_id,
        PrescriptionRevision.prescription_id == prescription_id,
    )
    in_effect = (
        select(func.max(PrescriptionRevision.number))
        .where(*of_it, PrescriptionRevision.effective_from <= today)
        .scalar_subquery()
    )
    began = select(func.min(PrescriptionRevision.effective_from)).where(*of_it).scalar_subquery()
    return work.db.execute(
        select(
            PrescriptionRevision.number,
            PrescriptionRevision.effective_from,
            PrescriptionRevision.ends_on,
            PrescriptionRevision.document,
            PrescriptionRevision.sha256,
            PrescriptionRevision.signed_at,
            PrescriptionRevision.check_id,
            began.label("started_on"),
        )
        .where(*of_it, PrescriptionRevision.number >= func.coalesce(in_effect, 0))
        .order_by(PrescriptionRevision.number.desc())
    ).all()


def fired(work: Work, check_id: UUID) -> frozenset[str]:
    """The rules that had fired in a check, by id."""
    found = work.db.scalar(
        select(func.jsonb_path_query_array(cast(Check.answer, JSONB), cast(_RULES, JSONPATH))).where(
            Check.clinic_id == work.clinic_id, Check.id == check_id
        )
    )
    return frozenset(found or ())


def pre_session_check(work: Work, pre_session_check_id: UUID) -> Found:
    """A check before a session, with what was answered.

    Raises:
        NotFound: there is none.
    """
    found = work.db.execute(
        select(*_SUMMARY, PreSessionCheck.language, PreSessionCheck.answer).where(
            PreSessionCheck.clinic_id == work.clinic_id, PreSessionCheck.id == pre_session_check_id
        )
    ).first()
    if found is None:
        raise NotFound("There is no such check before a session.")
    return found


def pre_session_checks(
    work: Work, patient_id: UUID, *, after: tuple[UUID] | None, limit: int
) -> Sequence[Found]:
    """A patient's checks before sessions, newest first, at most `limit + 1`.

    Raises:
        NotFound: there is no such patient.
    """
    listed = (
        select(*_SUMMARY)
        .where(PreSessionCheck.clinic_id == work.clinic_id, PreSessionCheck.patient_id == patient_id)
        .order_by(PreSessionCheck.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        listed = listed.where(PreSessionCheck.id < after[0])
    found = work.db.execute(listed).all()
    if not found:
        patients.patient(work, patient_id)
    return found


def withheld_days(work: Work, patient_id: UUID, *, since: date) -> dict[date, Withheld]:
    """The days from one on whose last check withheld the session, and why."""
    found = work.db.execute(
        select(PreSessionCheck.local_date, PreSessionCheck.withheld)
        .where(
            PreSessionCheck.clinic_id == work.clinic_id,
            PreSessionCheck.patient_id == patient_id,
            PreSessionCheck.local_date >= since,
        )
        .order_by(PreSessionCheck.id)
    )
    last = {row.local_date: row.withheld for row in found}
    return {day: withheld for day, withheld in last.items() if withheld is not None}
