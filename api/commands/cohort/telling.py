"""What is told of what happened: by whom, when, and how truly."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid5

from api.clinical.counted import EvidenceLevel, Session
from api.clinical.fitt import Part, RpeScale
from api.clinical.plan_versions import PlannedLine
from api.clinical.reports import SessionStatus
from api.clinical.session_fields import Reporter, StopReason
from api.commands.cohort import truth
from api.commands.cohort.truth import STOPS, Truth

SPACE = UUID("5f0c1d2e-0000-4000-8000-5e55104c0407")
"""Of the names of reports: the same cohort has the same ids."""
_EVIDENCE = {
    Reporter.PATIENT: EvidenceLevel.SELF_REPORT,
    Reporter.CAREGIVER: EvidenceLevel.CAREGIVER,
    Reporter.DEVICE: EvidenceLevel.DEVICE,
}
_UNTIMED_MINUTES = 10
"""A line without a planned time takes so long in the simulation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A report.

    Attributes:
        session: what it tells of; shared by reports of one session.
        began: as told, aware.
        minutes: as told, of the lines that have a time.
        duration: of all lines together; None of a session that was left out.
        received_at: aware.
        slip: the minutes of all that were told first, by mistake.
        corrected_at: when that was put right.
        names_lines: whether it says of which lines it is, although nothing was done.
    """

    id: UUID
    session: str
    began: datetime
    reporter: Reporter
    status: SessionStatus
    lines: tuple[Part, ...]
    minutes: Mapping[Part, int]
    duration: int | None
    reason: StopReason | None
    rpe: int | None
    finding: str | None
    received_at: datetime
    slip: int | None = None
    corrected_at: datetime | None = None
    names_lines: bool = False

    @property
    def counted(self) -> Session:
        """The report as adherence counts it."""
        skipped = self.status is SessionStatus.SKIPPED
        seconds = {line: 60 * self.minutes[line] if line in self.minutes else None for line in self.lines}
        received = self.received_at.astimezone(self.began.tzinfo).date()
        return Session(
            id=str(self.id),
            day=self.began.date(),
            began=self.began,
            status=self.status,
            evidence=_EVIDENCE[self.reporter],
            seconds=seconds if self.names_lines or not skipped else {},
            total_seconds=None if self.duration is None else 60 * self.duration,
            skip_reason=self.reason if skipped else None,
            rpe=self.rpe,
            rpe_scale=None if self.rpe is None else RpeScale.BORG,
            group=self.session,
            contact=received if received > self.began.date() else None,
        )


def told(known: Truth) -> tuple[Telling, ...]:
    """The reports of somebody, in the order in which they come: the same from the same truth."""
    reports = [one for number, session in enumerate(known.sessions) for one in _of(known, number, session)]
    end = truth.evening(known.person.last)
    in_time = [_ended(one, end) for one in reports if one.received_at <= end]
    return tuple(sorted(in_time, key=lambda one: (one.received_at, one.began, one.id)))


def _ended(telling: Telling, end: datetime) -> Telling:
    """A report as far as it came until the end; what is not corrected by then was no slip."""
    late = telling.corrected_at is not None and telling.corrected_at > end
    return replace(telling, slip=None, corrected_at=None) if late else telling


def _of(known: Truth, number: int, session: truth.Session) -> Iterator[Telling]:
    """What is told of one session."""
    person, habits = known.person, known.person.habits
    name = f"{person.name}/{number}"
    chance = Random(f"telling of {name}")  # noqa: S311 a simulation
    says = chance.random() < habits.tells or session.finding is not None
    if says and (session.done or person.leading in session.lines or habits.names_lines):
        own = _own(known, session, name, chance)
        yield own
        if chance.random() < habits.tells_twice:
            later = own.began + timedelta(minutes=chance.randint(1, 2))
            received = own.received_at + timedelta(days=chance.randint(0, 1))
            yield replace(
                own,
                id=uuid5(SPACE, f"{name}/again"),
                began=later,
                received_at=received,
                slip=None,
                corrected_at=None,
            )
    if session.worn and session.done and person.leading in session.lines:
        yield _recorded(known, session, name, chance)


def _own(known: Truth, session: truth.Session, name: str, chance: Random) -> Telling:
    """What the person says."""
    person, habits = known.person, known.person.habits
    plan = {line: seconds // 60 for line in session.lines if (seconds := person.lines[line].seconds)}
    better = chance.random() < habits.overstates
    status = SessionStatus.DONE if better else session.status
    minutes = dict(session.minutes)
    if better:
        minutes = (
            {line: length + length // 5 for line, length in plan.items()}
            if session.status is SessionStatus.DONE
            else plan
        )
    skipped = status is SessionStatus.SKIPPED
    duration = None if skipped else _duration(session.lines, minutes)
    received = _received(known, session, duration or 0, chance)
    slips = not skipped and chance.random() < habits.corrects
    return Telling(
        id=uuid5(SPACE, name),
        session=name,
        began=session.began,
        reporter=Reporter.PATIENT,
        status=status,
        lines=session.lines,
        minutes={} if skipped else minutes,
        duration=duration,
        reason=None if status is SessionStatus.DONE else session.reason,
        rpe=None if skipped else _rpe(person.lines, session, chance),
        finding=session.finding,
        received_at=received,
        slip=None if duration is None or not slips else 3 * duration,
        corrected_at=received + timedelta(days=chance.randint(1, 4)) if slips else None,
        names_lines=habits.names_lines,
    )


def _recorded(known: Truth, session: truth.Session, name: str, chance: Random) -> Telling:
    """What the device says: of the leading line alone, by its own clock, and what was so."""
    line = known.person.leading
    timed = {line: session.minutes[line]} if line in session.minutes else {}
    return Telling(
        id=uuid5(SPACE, f"{name}/device"),
        session=name,
        began=session.began + timedelta(minutes=chance.randint(-3, 3)),
        reporter=Reporter.DEVICE,
        status=session.status,
        lines=(line,),
        minutes=timed,
        duration=_duration((line,), timed),
        reason=session.reason,
        rpe=None,
        finding=None,
        received_at=_received(known, session, 0, chance),
    )


def _duration(lines: tuple[Part, ...], minutes: Mapping[Part, int]) -> int:
    return sum(minutes.values()) + _UNTIMED_MINUTES * sum(line not in minutes for line in lines)


def _received(known: Truth, session: truth.Session, minutes: int, chance: Random) -> datetime:
    """When it comes: when reports are sent next, now and then much later; what is grave at once."""
    person = known.person
    late = chance.random() < person.habits.tells_late
    days = chance.randint(2, 20) if late else chance.choice([0, 0, 0, 1])
    grave = session.finding in STOPS
    if grave or (session.day == person.last and not late):
        days = 0
    return _sent(
        person, session.began + timedelta(days=days, minutes=minutes + 5), 1 if grave else person.every
    )


def _sent(person: truth.Person, written: datetime, every: int) -> datetime:
    """When what was written is sent."""
    day = written.astimezone(UTC).date()
    if written > truth.evening(day):
        day += truth.DAY
    return truth.evening(day + (-day.toordinal() - person.shift) % every * truth.DAY)


def _rpe(lines: Mapping[Part, PlannedLine], session: truth.Session, chance: Random) -> int | None:
    """The exertion on the scale from 6 to 20: mostly within the target, now and then beside it."""
    band = next((band for line in session.lines if (band := lines[line].bands.get(RpeScale.BORG))), None)
    if band is None:
        return None
    low, high = int(band.low), int(band.high)
    said: int = chance.choice([low, *range(low, high + 1), high, high + chance.choice([0, 1, 2])])
    return said
