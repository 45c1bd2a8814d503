"""Plans and sessions for tests of adherence, a few words each."""

from datetime import UTC, date, datetime, time, timedelta

from api.clinical.adherence import adherence
from api.clinical.counted import EvidenceLevel, Session
from api.clinical.fitt import Part, RpeScale
from api.clinical.plan_versions import Pause, PauseKind, PlannedLine, PlanVersion
from api.clinical.reports import SessionStatus
from api.clinical.statements import Span
from api.clinical.week_counts import week_counts
from tests.clinical.builders import RELEASE

TABLES = RELEASE.counting
START = date(2026, 3, 4)
AEROBIC = PlannedLine(
    per_week=5, seconds=1200, bands={RpeScale.BORG: Span(11, 13), RpeScale.ZERO_TO_TEN: Span(4, 6)}
)
BALANCE = PlannedLine(per_week=3, seconds=600)
RESISTANCE = PlannedLine(per_week=2, bands={RpeScale.BORG: Span(12, 14)})
ALL_LINES = {Part.AEROBIC: AEROBIC, Part.BALANCE: BALANCE, Part.RESISTANCE: RESISTANCE}


def day(offset):
    return START + timedelta(days=offset)


def version(first=0, last=None, number=1, lines=None):
    return PlanVersion(
        prescription="p",
        number=number,
        first=day(first),
        last=None if last is None else day(last),
        lines={Part.AEROBIC: AEROBIC} if lines is None else lines,
    )


PLAN = (version(),)


def session(offset, minutes=20, *, at=9.0, name=None, **said):
    """A session so many days after the start, at an hour, done unless it is said otherwise."""
    given = {
        "id": name or f"{offset:03}-{at:05.2f}",
        "day": day(offset),
        "began": datetime.combine(day(offset), time(), UTC) + timedelta(hours=at),
        "status": SessionStatus.DONE,
        "evidence": EvidenceLevel.SELF_REPORT,
        "seconds": {Part.AEROBIC: 60 * minutes},
    }
    return Session(**{**given, **said})


def skipped(offset, reason="time", **said):
    return session(offset, 0, status=SessionStatus.SKIPPED, skip_reason=reason, **said)


def withheld(offset, **said):
    return skipped(offset, "glucose", withheld=True, **said)


def partly(offset, minutes, **said):
    return session(offset, minutes, status=SessionStatus.PARTIAL, **said)


def paused(first, last, kind=PauseKind.MEDICAL, *lines):
    return Pause(
        first=day(first), last=None if last is None else day(last), kind=kind, lines=frozenset(lines)
    )


def counted(sessions, last=6, *, plan=PLAN, pauses=(), first=0):
    """The rows of a window."""
    return week_counts(TABLES, plan, pauses, sessions, first=day(first), last=day(last))


def answer(sessions, last=6, *, today=None, **given):
    """The numbers of a window, on its last day unless it is said otherwise."""
    return adherence(TABLES, counted(sessions, last, **given), day(last if today is None else today))


def total(sessions, last=6, **given):
    return answer(sessions, last, **given).total
