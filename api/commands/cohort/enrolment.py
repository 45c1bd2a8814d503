"""Puts the people of a simulated cohort on file, and prescribes for each what is proposed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from api.access.actions import NewPractitioner, register_practitioner
from api.access.tables import Role
from api.clinical.fitt import Part
from api.clinical.knowledge import library
from api.clinical.plan_versions import planned_lines
from api.clinical.recommendation import Wishes
from api.commands.cohort import people
from api.commands.cohort.documents import Prescribed
from api.commands.cohort.habits import of_somebody
from api.commands.cohort.life import lived
from api.commands.cohort.telling import Telling, told
from api.commands.cohort.truth import Person, Truth
from api.commands.console import Opens
from api.database.work import Work
from api.patients.actions import record_facts, register
from api.patients.observations.reading import as_sent, read
from api.patients.observations.recording import Intake
from api.prescriptions.actions import draft
from api.prescriptions.documents import doses_of
from api.prescriptions.proposals import Asked, propose
from api.prescriptions.queries import prescription
from api.prescriptions.signing import Signature, sign

_MINUTES = timedelta(minutes=10)
_STAFF = (
    NewPractitioner(name="Giulia Conti", role=Role.PHYSIOTHERAPIST, may_sign=True),
    NewPractitioner(name="Martin Weiss", role=Role.PHYSICIAN, may_sign=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Which people, and until when.

    Attributes:
        last: the last day of their weeks; it is over.
        overstate: one of so many tells more than was so; None is nobody.
        every: days from one sending of reports to the next; what is grave is sent at once.
    """

    seed: int
    patients: int
    weeks: int
    last: date
    overstate: int | None = 6
    every: int = 7

    @property
    def first(self) -> date:
        """The first day of all."""
        return self.last - timedelta(days=7 * self.weeks - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody on file, with the truth and what is told of it."""

    patient_id: UUID
    signer: UUID
    person: people.Patient
    truth: Truth
    tellings: tuple[Telling, ...]
    follows: Prescribed

    def at(self, day: date, hour: int) -> datetime:
        """An hour of a day at home."""
        return _at(day, hour, self.truth.person.zone)


def staff(opens: Opens, cohort: Cohort) -> list[UUID]:
    """The members of staff who sign."""
    with opens(_at(cohort.first, 0, "Etc/UTC")) as work:
        return [register_practitioner(work, one) for one in _STAFF]


def enrolled(opens: Opens, cohort: Cohort, number: int, signer: UUID) -> Member:
    """Register somebody, tell what is known, and sign what is proposed: each in its own transaction.

    Raises:
        Conflict: this cohort is on file already.
    """
    person = people.somebody(cohort.seed, number, cohort.first)
    moment = _at(cohort.first, 6, person.details["time_zone"])
    with opens(moment) as work:
        patient_id = register(work, person.details, [(people.SYSTEM, person.key)])
        tell(work, patient_id, person.facts)
    with opens(moment + _MINUTES) as work:
        proposal = propose(work, patient_id, Asked(wishes=Wishes()))
        prescription_id = draft(work, patient_id, proposal["draft"])
    with opens(moment + 2 * _MINUTES) as work:
        found = prescription(work, prescription_id)
        sign(work, prescription_id, Signature(practitioner_id=signer, sha256=found.draft_sha256))
    overstates = cohort.overstate is not None and number % cohort.overstate == cohort.overstate - 1
    name = f"{cohort.seed}/{number}"
    known = lived(
        Person(
            name=name,
            habits=of_somebody(Random(f"habits of {name}"), overstates=overstates),  # noqa: S311 a simulation
            lines=planned_lines(doses_of(found.draft), library.load().dosing.exertion),
            zone=person.details["time_zone"],
            first=cohort.first,
            weeks=cohort.weeks,
            every=cohort.every,
            shift=number,
        )
    )
    follows = Prescribed(prescription_id=prescription_id, exercises=_exercises(found.draft["items"]))
    return Member(
        patient_id=patient_id,
        signer=signer,
        person=person,
        truth=known,
        tellings=told(known),
        follows=follows,
    )


def tell(work: Work, patient_id: UUID, facts: Mapping[str, Any]) -> None:
    """Put facts on file, seen just now."""
    observations, faults = read({"observed_at": work.moment.isoformat(), "facts": facts}, work.moment)
    assert not faults, faults
    record_facts(work, patient_id, Intake(observations=observations, sent=list(as_sent(facts))))


def _exercises(items: Iterable[Mapping[str, Any]]) -> dict[Part, str]:
    """An exercise for each line: the first that is done from the first week on."""
    found: dict[Part, str] = {}
    for item in sorted(items, key=lambda item: int(item["from_week"])):
        found.setdefault(Part(item["part"]), item["exercise_id"])
    return found


def _at(day: date, hour: int, zone: str) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo(zone))
