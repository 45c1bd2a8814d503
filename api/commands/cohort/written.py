"""The truth of a cohort as plain data, to score an answer with."""

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from api.clinical.plan_versions import PlannedLine
from api.commands.cohort.enrolment import Cohort, Member
from api.commands.cohort.people import SYSTEM
from api.commands.cohort.telling import Telling
from api.commands.cohort.truth import Days, Session

_SAYS = (
    "Simulated people: who trained when, whatever was told of it. The habits are numbers of a simulation and "
    "say nothing of medicine. Attendance is that of the formula of adherence on the truth, an exact fraction."
)


def written(cohort: Cohort, members: Iterable[Member]) -> dict[str, Any]:
    """All that is true of a cohort, and what was told of it."""
    return {
        "says": _SAYS,
        "seed": cohort.seed,
        "weeks": cohort.weeks,
        "first": cohort.first,
        "last": cohort.last,
        "people": [_person(one) for one in members],
    }


def _person(member: Member) -> dict[str, Any]:
    truth, person = member.truth, member.truth.person
    lines: Mapping[Any, PlannedLine] = person.lines
    return {
        "patient_id": member.patient_id,
        "identifier": {"system": SYSTEM, "value": member.person.key},
        "kind": member.person.kind,
        "prescription_id": member.follows.prescription_id,
        "time_zone": person.zone,
        "truthful": person.habits.truthful,
        "habits": person.habits,
        "lines": {line: {"per_week": one.per_week, "seconds": one.seconds} for line, one in lines.items()},
        "attendance": {"all": _exact(truth.attendance())}
        | {str(line): _exact(truth.attendance([line])) for line in lines},
        "holds": [_days(one) for one in truth.holds],
        "stops": [_days(one) for one in truth.stops],
        "holidays": [_days(one) for one in truth.holidays],
        "trips": [{**_days(one), "time_zone": zone} for one, zone in truth.trips],
        "sessions": [_session(one) for one in truth.sessions],
        "told": [_telling(one) for one in member.tellings],
    }


def _exact(share: Fraction | None) -> str | None:
    return None if share is None else str(share)


def _days(days: Days) -> dict[str, date]:
    return {"first": days.first, "last": days.last}


def _session(session: Session) -> dict[str, Any]:
    return {
        "began": session.began,
        "lines": session.lines,
        "status": session.status,
        "minutes": dict(session.minutes),
        "reason": session.reason,
        "extra": session.extra,
        "paused": session.paused,
        "worn": session.worn,
        "finding": session.finding,
    }


def _telling(telling: Telling) -> dict[str, Any]:
    return {
        "session_id": telling.id,
        "session": telling.session,
        "reporter": telling.reporter,
        "status": telling.status,
        "received_at": telling.received_at,
        "corrected_at": telling.corrected_at,
    }
