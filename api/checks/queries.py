"""What a check reads of a patient, and what is known of checks that were made."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from api.checks.answers import Question
from api.checks.clearances import queries as clearances
from api.checks.clearances.queries import OnFile
from api.checks.clearances.standing import in_force
from api.checks.inputs import Asked
from api.checks.tables import Check
from api.clinical.contraindications import Clearance
from api.clinical.facts import Observation
from api.clinical.knowledge import library
from api.clinical.vocabulary import CheckKind
from api.database.work import Work
from api.errors import NotFound
from api.patients import queries as patients

_SUMMARY = (
    Check.id,
    Check.patient_id,
    Check.created_at,
    Check.kind,
    Check.as_of,
    Check.time_zone,
    Check.decision,
    Check.valid_until,
    Check.release,
)


class PatientFile(NamedTuple):
    """What a check reads of a patient.

    Attributes:
        as_of: the moment, in the patient's zone.
        clearances: those in date that nobody has revoked.
    """

    as_of: datetime
    time_zone: ZoneInfo
    observations: list[Observation]
    clearances: Sequence[OnFile]

    def question(self, kind: CheckKind, *, of_the_day: Iterable[Observation] = ()) -> Question:
        """The question of a check of what is on file.

        Args:
            kind: a programme, or a session on its day.
            of_the_day: what counts for this check only; it can end a clearance as a fact on file can.
        """
        told = list(of_the_day)
        return Question(
            kind=kind,
            as_of=self.as_of,
            observations=[*self.observations, *told],
            clearances=self.in_force(told),
        )

    def in_force(self, told: Sequence[Observation]) -> list[Clearance]:
        """The clearances that count."""
        return in_force(library.load(), self.clearances, self.as_of, told=told)


def on_file(work: Work, patient_id: UUID, *, as_of: datetime | None = None) -> PatientFile:
    """What a check reads of a patient.

    Args:
        work: the work.
        patient_id: whose.
        as_of: the moment of the check, if not that of the work.

    Raises:
        NotFound: there is no such patient.
    """
    moment = work.moment if as_of is None else as_of
    evidence = patients.evidence(work, patient_id, moment)
    return PatientFile(
        as_of=moment.astimezone(evidence.time_zone),
        time_zone=evidence.time_zone,
        observations=evidence.observations,
        clearances=clearances.unrevoked(work, [patient_id], moment).get(patient_id, ()),
    )


def asked(work: Work, check_id: UUID) -> Asked:
    """A check as it was asked and answered.

    Raises:
        NotFound: there is none.
    """
    found = check(work, check_id)
    return Asked(
        kind=found.kind,
        as_of=found.as_of,
        time_zone=found.time_zone,
        inputs=found.inputs,
        rules=found.rules,
        answer=found.answer,
    )


def check(work: Work, check_id: UUID) -> Row[*tuple[Any, ...]]:
    """A check, with all that was asked, read and answered.

    Raises:
        NotFound: there is none.
    """
    found = work.db.execute(
        select(*_SUMMARY, Check.release_sha256, Check.rules, Check.inputs, Check.answer).where(
            Check.clinic_id == work.clinic_id, Check.id == check_id
        )
    ).first()
    if found is None:
        raise NotFound("There is no such check.")
    return found


def checks(
    work: Work, patient_id: UUID, *, after: tuple[UUID] | None, limit: int
) -> Sequence[Row[*tuple[Any, ...]]]:
    """A patient's checks, newest first, at most `limit + 1`.

    Raises:
        NotFound: there is no such patient.
    """
    listed = (
        select(*_SUMMARY)
        .where(Check.clinic_id == work.clinic_id, Check.patient_id == patient_id)
        .order_by(Check.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        listed = listed.where(Check.id < after[0])
    found = work.db.execute(listed).all()
    if not found:
        patients.patient(work, patient_id)
    return found
