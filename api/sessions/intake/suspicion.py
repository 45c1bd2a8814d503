"""How urgent a report may be that could not be filed: what can be read of it is triaged all the same."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from api.clinical.knowledge import library
from api.clinical.reports import ReportLevel, SessionStatus
from api.clinical.session_context import Context, context
from api.clinical.session_fields import BY_NAME, Reporter, Symptom
from api.clinical.trends import before
from api.clinical.triage import triage
from api.clinical.triaged import at_least, worst
from api.errors import Invalid
from api.sessions.files import PatientFile
from api.sessions.intake.items import Item
from api.sessions.reading import restored
from api.sessions.told import Told

_ANY_ID = "00000000-0000-4000-8000-000000000000"
_TRIES = 10
"""So often what is wrong is left out; each time leaves out something."""
_CIRCUMSTANCES = frozenset(
    {"session_id", "performed_at", "status", "reporter", "prescription_id", "items", "duration_min"}
)
"""What is no red flag, whatever it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """What a report would be, if what can be read of it is true.

    Attributes:
        level: at least `review` where an answer or a measurement is there that cannot be read.
        rules: what fires.
        says: the first thing to know, for a clinician.
        unreadable: answers and measurements that cannot be read.
    """

    level: ReportLevel
    rules: tuple[str, ...]
    says: str
    unreadable: tuple[str, ...]

    @property
    def may_be_a_red_flag(self) -> bool:
        """Whether a clinician has to look at it."""
        return at_least(self.level, ReportLevel.REVIEW)


def suspicion(item: Item, file: PatientFile | None, moment: datetime) -> Suspicion | None:
    """How urgent what can be read is; None if nothing can be.

    Args:
        item: what could not be filed.
        file: of its patient, if that is known; if not, nothing is known, which reads as adverse.
        moment: when it came.
    """
    if item.told is not None:
        told, left_out = item.told, frozenset[str]()
    elif type(item.data) is dict:
        found = _readable(item.data, file, moment)
        if found is None:
            return _unread(item.data)
        told, left_out = found
    else:
        return None
    release = library.load()
    known = Context() if file is None else context(release, file.known.values, None, settled=file.settled)
    pasts = [] if file is None else [one.past for one in file.counting() if one.id != told.id]
    triaged = triage(release, told.report, known, before(told.report, pasts))
    unreadable = _answers(left_out)
    says = [one.rule.says for one in triaged.fired] + [one.trend.says for one in triaged.trends]
    return Suspicion(
        level=worst([triaged.level, ReportLevel.REVIEW]) if unreadable else triaged.level,
        rules=triaged.rule_ids,
        says=says[0] if says else _cannot_read(unreadable),
        unreadable=unreadable,
    )


def _readable(
    data: dict[str, Any], file: PatientFile | None, moment: datetime
) -> tuple[Told, frozenset[str]] | None:
    """What can be read of a report, and the members that had to be left out."""
    instead: dict[str, Any] = {
        "session_id": _ANY_ID,
        "performed_at": moment.isoformat(timespec="seconds"),
        "time_zone": "UTC" if file is None else file.zone.key,
        "status": SessionStatus.PARTIAL.value,
        "reporter": Reporter.PATIENT.value,
    }
    left_out: set[str] = set()
    candidate = {name: value for name, value in data.items() if name in BY_NAME or name in instead}
    for _ in range(_TRIES):
        try:
            return restored(candidate, moment), frozenset(left_out)
        except Invalid as refused:
            names = {one.pointer.split("/")[1] for one in refused.errors if one.pointer}
        if not names:
            return None
        for name in names:
            left_out |= {name} & candidate.keys()
            given = candidate.pop(name, None)
            if name in instead:
                candidate[name] = instead[name]
            elif name == "symptoms" and (known := list(_known_symptoms(given))):
                candidate[name] = known
    return None


def _known_symptoms(given: Any) -> Iterator[str]:
    """The symptoms among these that are known, each once."""
    known = {one.value for one in Symptom} - {Symptom.NONE.value}
    several = given if type(given) is list else [given]
    return iter(dict.fromkeys(one for one in several if type(one) is str and one in known))


def _unread(data: dict[str, Any]) -> Suspicion | None:
    """What cannot be taken apart, but holds answers."""
    unreadable = _answers(data)
    if not unreadable:
        return None
    says = _cannot_read(unreadable)
    return Suspicion(level=ReportLevel.REVIEW, rules=(), says=says, unreadable=unreadable)


def _answers(names: Iterable[str]) -> tuple[str, ...]:
    """Those of these members that may hold a red flag."""
    return tuple(sorted(name for name in names if name in BY_NAME and name not in _CIRCUMSTANCES))


def _cannot_read(unreadable: tuple[str, ...]) -> str:
    return f"What it says of these cannot be read: {', '.join(unreadable)}." if unreadable else ""
