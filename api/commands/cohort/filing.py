"""Files a simulated cohort as its clinic would have: by the rooms' own actions, each at its moment."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import groupby
from typing import Any, NamedTuple

from api.alerts import handling
from api.alerts.moves import AlertOutcome
from api.alerts.queries import WorklistOrder, worklist
from api.clinical.lifecycle import Move
from api.commands.cohort.enrolment import Cohort, Member, enrolled, staff, tell
from api.commands.cohort.telling import Telling
from api.commands.cohort.truth import DAY
from api.commands.console import Opens
from api.commands.demo_patients import SCREENS
from api.database.work import Work
from api.errors import Refusal
from api.prescriptions.actions import Change, change_state
from api.sessions import queries
from api.sessions.actions import file_reports
from api.sessions.corrections import correct
from api.sessions.locks import live_of
from api.sessions.reading import read
from api.sessions.unlocking import Unlocking, unlock

_VISITS = 28
"""Days between two visits, at which what runs out is told again."""
_ROUNDS = 7
"""Days between two times at which a clinician goes through the worklist."""
_LEFT_OPEN = timedelta(days=7)
"""So old at least is what a clinician closes then."""
_MOST = 500


Deed = tuple[datetime, Callable[[Work], None]]
"""What is done with one person, and when."""


class Act(NamedTuple):
    """What is done at a moment in one transaction; reports of one moment come together."""

    moment: datetime
    order: int
    do: Callable[[Work], None]


class Clinic:
    """Lets a cohort come, be prescribed for, train and tell, from its first day to its last."""

    def __init__(self, opens: Opens, cohort: Cohort) -> None:
        self.opens, self.cohort = opens, cohort
        self.members: list[Member] = []

    def enrol(self) -> Iterator[Member]:
        """Put the people on file, one by one.

        Raises:
            Conflict: this cohort is on file already.
        """
        signers = staff(self.opens, self.cohort)
        for number in range(self.cohort.patients):
            member = enrolled(self.opens, self.cohort, number, signers[number % len(signers)])
            self.members.append(member)
            yield member

    def acts(self) -> list[Act]:
        """All that happens after that, in its order."""
        found = list(self._reports())
        for number, member in enumerate(self.members):
            done = (*_visits(member, number), *_holds(member), *_stops(member), *_corrections(member))
            found += [Act(moment, number, do) for moment, do in done]
        found += self._rounds()
        return sorted(found, key=lambda act: (act.moment, act.order))

    def perform(self, act: Act) -> None:
        """Do it."""
        with self.opens(act.moment) as work:
            act.do(work)

    def _reports(self) -> Iterator[Act]:
        """The reports, those that come in on one evening together."""
        told = [(one.received_at, member, one) for member in self.members for one in member.tellings]
        told.sort(key=lambda each: (each[0], each[2].began, each[2].id))
        for moment, of_evening in groupby(told, key=lambda each: each[0]):
            yield Act(moment, 0, partial(_file, [(member, one) for _, member, one in of_evening]))

    def _rounds(self) -> Iterator[Act]:
        """A clinician goes through what waits, and closes what is not of these days."""
        signer = self.members[0].signer if self.members else None
        for days in range(_ROUNDS, _ROUNDS * self.cohort.weeks, _ROUNDS):
            moment = datetime.combine(self.cohort.first + days * DAY, time(13), UTC)
            yield Act(moment, 0, partial(_go_through, signer))


def _file(told: Sequence[tuple[Member, Telling]], work: Work) -> None:
    """File reports of a day, with the slips of those that are corrected later."""
    arrivals = [
        (member.patient_id, read(member.follows.document(one, slipped=one.slip is not None), work.moment))
        for member, one in told
    ]
    for outcome in file_reports(work, arrivals):
        if isinstance(outcome, Refusal):
            raise outcome


def _visits(member: Member, number: int) -> Iterator[Deed]:
    """What soon runs out is looked at again every few weeks, before going on, and shortly before the end."""
    screens = {name: told for name, told in member.person.facts.items() if name in SCREENS}
    person = member.truth.person
    days: Iterable[date] = (person.first + n * DAY for n in range(_VISITS, 7 * person.weeks - 7, _VISITS))
    again = (hold.last + DAY for hold in member.truth.holds)
    for day in (*days, *again, person.last - number % 7 * DAY):
        yield member.at(day, 7), partial(_look, member, screens)


def _look(member: Member, screens: Any, work: Work) -> None:
    tell(work, member.patient_id, screens)


def _holds(member: Member) -> Iterator[Deed]:
    for hold in member.truth.holds:
        ill, well = "Ill, with a fever.", "Well again for two days."
        yield member.at(hold.first, 12), partial(_move, member, Move.HOLD, ill)
        yield member.at(hold.last + DAY, 12), partial(_move, member, Move.RESUME, well)


def _move(member: Member, move: Move, reason: str, work: Work) -> None:
    change = Change(practitioner_id=member.signer, reason=reason)
    change_state(work, member.follows.prescription_id, move, change)


def _stops(member: Member) -> Iterator[Deed]:
    """A clinician opens what a grave finding closed; what is closed until the end stays so."""
    for stop in member.truth.stops:
        if stop.last < member.truth.person.last:
            yield member.at(stop.last, 12), partial(_open, member)


def _open(member: Member, work: Work) -> None:
    for lock in live_of(work, [member.patient_id]).get(member.patient_id, ()):
        unlock(
            work, lock.id, Unlocking(practitioner_id=member.signer, reason="Seen and examined; all is well.")
        )
    _close(
        work,
        worklist(work, order=WorklistOrder.AGE, patient_id=member.patient_id, limit=_MOST),
        member.signer,
    )


def _corrections(member: Member) -> Iterator[Deed]:
    for telling in member.tellings:
        if telling.corrected_at is not None:
            yield telling.corrected_at, partial(_correct, member, telling)


def _correct(member: Member, telling: Telling, work: Work) -> None:
    told = read(member.follows.document(telling), work.moment)
    version = queries.session(work, telling.id).version
    correct(work, telling.id, told, version=version, reason="The minutes were a slip.")


def _go_through(signer: Any, work: Work) -> None:
    waiting = worklist(work, order=WorklistOrder.AGE, limit=_MOST)
    old = [one for one in waiting if one.raised_at <= work.moment - _LEFT_OPEN]
    locked = live_of(work, {one.patient_id for one in old})
    _close(work, [one for one in old if one.patient_id not in locked], signer)


def _close(work: Work, waiting: Iterable[Any], signer: Any) -> None:
    said = handling.Resolution(
        practitioner_id=signer, outcome=AlertOutcome.NO_ACTION_NEEDED, note="Talked about on the telephone."
    )
    for alert in waiting:
        handling.resolve(work, alert.id, said, version=alert.version)
