"""What of prescriptions falls due: checks that no longer hold, and checks by another release."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, exists, select

from api.checks.answers import answers
from api.database.work import Work
from api.database.worker import Task
from api.patients.tables import Patient
from api.prescriptions.rechecks import CHECKED, recheck_all
from api.prescriptions.tables import Prescription

SETTLING = timedelta(seconds=30)
"""How old a check by another release is before it is made anew.

While a release is rolled out, servers of both answer; then they take turns at most this often.
"""
LONGEST_ASIDE = timedelta(hours=1)

Condition = Callable[[datetime], ColumnElement[bool]]
"""What is due at a moment."""


class Tries:
    """Patients whose turn failed, left aside for a while that doubles, so that they stop no other.

    It is kept by the process and not in the database: a failure undoes all that its work wrote.
    """

    def __init__(self) -> None:
        self._failed: dict[UUID, tuple[int, datetime]] = {}

    def begin(self, patient_id: UUID, moment: datetime) -> None:
        """Expect the worst of a turn until it is over."""
        times = self._failed.get(patient_id, (0, moment))[0] + 1
        wait = min(timedelta(seconds=2 ** min(times, 12)), LONGEST_ASIDE)
        self._failed[patient_id] = (times, moment + wait)

    def succeed(self, patient_id: UUID) -> None:
        """Forget what failed."""
        del self._failed[patient_id]

    def aside(self, moment: datetime) -> list[UUID]:
        """Whose turn it is not yet."""
        return [patient_id for patient_id, (_, until) in self._failed.items() if until > moment]


class Turns:
    """Does what a condition finds of prescriptions, one patient a work.

    Workers take turns at the patients and not at the prescriptions, because that is the order in which
    everybody else waits; who is busy with another work is passed over.
    """

    def __init__(self, condition: Condition, act: Callable[[Work, UUID], int]) -> None:
        self._condition = condition
        self._act = act
        self._tries = Tries()

    def due(self, jobs: Connection, moment: datetime) -> Iterable[UUID]:
        """The clinics that have any."""
        return jobs.scalars(
            select(Prescription.clinic_id).where(self._condition(moment)).group_by(Prescription.clinic_id)
        )

    def run(self, work: Work) -> int:
        """Do what is due of one patient; how many prescriptions."""
        passed: list[UUID] = []
        while (patient_id := self._claim(work, passed)) is not None:
            if self._still_due(work, patient_id):
                self._tries.begin(patient_id, work.moment)
                done = self._act(work, patient_id)
                work.db.flush()
                self._tries.succeed(patient_id)
                return done
            passed.append(patient_id)
        return 0

    def _claim(self, work: Work, passed: list[UUID]) -> UUID | None:
        """A patient of whom something is due, longest due first, and of whom nobody else has the queue."""
        return work.db.scalar(
            select(Patient.id)
            .join(
                Prescription,
                (Prescription.clinic_id == work.clinic_id) & (Prescription.patient_id == Patient.id),
            )
            .where(
                Patient.clinic_id == work.clinic_id,
                self._condition(work.moment),
                Patient.id.not_in([*passed, *self._tries.aside(work.moment)]),
            )
            .order_by(Prescription.check_due_at)
            .limit(1)
            .with_for_update(of=Patient, key_share=True, skip_locked=True)
        )

    def _still_due(self, work: Work, patient_id: UUID) -> bool:
        """Whether the one who had the queue before has not done it."""
        due = exists().where(
            Prescription.clinic_id == work.clinic_id,
            Prescription.patient_id == patient_id,
            self._condition(work.moment),
        )
        return bool(work.db.scalar(select(due)))


def expired(moment: datetime) -> ColumnElement[bool]:
    """Prescriptions whose check no longer holds: something expired, or another revision takes effect."""
    return Prescription.state.in_(CHECKED) & (Prescription.check_due_at <= moment)


def of_another_release(moment: datetime) -> ColumnElement[bool]:
    """Prescriptions that another release than the one in force was asked about."""
    present = answers().release.sha256
    another = (Prescription.checked_release < present) | (Prescription.checked_release > present)
    return Prescription.state.in_(CHECKED) & another & (Prescription.checked_at <= moment - SETTLING)


def task(name: str, condition: Condition, act: Callable[[Work, UUID], int]) -> Task:
    """What the worker does with prescriptions that a condition finds."""
    turns = Turns(condition, act)
    return Task(name=name, due=turns.due, run=turns.run)


TASKS = (
    task("prescriptions-expired", expired, recheck_all),
    task("prescriptions-of-another-release", of_another_release, recheck_all),
)
