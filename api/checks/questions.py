"""What a check is asked, on the wire: every fault of a body is told at once.

The body is read past marshmallow, because this is on the way of every check; clearances are rare.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from api.checks import documentation
from api.checks.answers import Question
from api.clinical.contraindications import Clearance as ClearanceValue
from api.clinical.facts import Observation
from api.clinical.knowledge import library
from api.clinical.vocabulary import CheckKind
from api.errors import FieldError, Invalid, escaped
from api.patients.observations import documentation as facts_documentation
from api.patients.observations import members, reading
from api.web import fields, shapes
from api.web.request import current

_KINDS = {kind.value: kind for kind in CheckKind}


class DayQuestion(NamedTuple):
    """What a check of a patient on file is asked, beside what is on file."""

    kind: CheckKind
    of_the_day: list[Observation]


class GrantedBy(shapes.Body):
    """Who cleared a rule."""

    name = fields.Text(required=True)
    role = fields.Text(required=True)


class GivenClearance(shapes.Body):
    """A clinician's clearance of one rule."""

    rule_id = fields.Text(required=True)
    granted_by = fields.Nested(GrantedBy, required=True)
    granted_at = fields.Instant(required=True)
    expires_at = fields.Instant(required=True)
    limits = fields.Text(most=documentation.LONGEST_LIMITS, load_default=None, lines=True)

    @staticmethod
    def makes(granted_by: Mapping[str, Any], **others: Any) -> ClearanceValue:
        """The value."""
        return ClearanceValue(
            granted_by_name=granted_by["name"], granted_by_role=granted_by["role"], **others
        )


class GivenClearances(shapes.Body):
    """The clearances of a check."""

    clearances = fields.List(fields.Nested(GivenClearance), most=documentation.MOST_CLEARANCES)


_CLEARANCES = GivenClearances()


class BodyReader:
    """A body being read, and what is wrong with it."""

    def __init__(self, data: Any, known: frozenset[str]) -> None:
        if type(data) is not dict:
            raise Invalid("1 value is wrong.", errors=[fault("", "This must be an object.", "type")])
        self.data = data
        self.faults = [
            fault(f"/{escaped(name)}", "This is not known here.", "unknown")
            for name in data
            if name not in known
        ]

    def kind(self) -> CheckKind:
        """The kind of check."""
        value = self.data.get("kind")
        kind = _KINDS.get(value) if type(value) is str else None
        if kind is None:
            code = "not-in-the-list" if "kind" in self.data else "required"
            self.faults.append(fault("/kind", f"This must be one of: {', '.join(_KINDS)}.", code))
        return kind or CheckKind.PROGRAMME

    def as_of(self, moment: datetime) -> datetime:
        """The moment of the check, in the offset in which it was sent: that tells its local day."""
        if "as_of" not in self.data:
            return self._local(moment)
        text = self.data["as_of"]
        try:
            members.instant(text, moment)
        except members.Refused as refused:
            self.faults.append(fault("/as_of", refused.detail, refused.code))
            return moment
        return datetime.fromisoformat(text)

    def _local(self, moment: datetime) -> datetime:
        """Now, in the offset of the observations: the local day of whoever made them."""
        try:
            observed_at = datetime.fromisoformat(self.data.get("observed_at") or "")
        except (TypeError, ValueError):
            return moment
        return moment if observed_at.tzinfo is None else moment.astimezone(observed_at.tzinfo)

    def observations(self, moment: datetime) -> list[Observation]:
        """The facts, none of them observed after the moment."""
        read = reading.read(self.data, moment)
        self.faults.extend(read.faults)
        return read.observations

    def exercises(self) -> frozenset[str]:
        """The exercises to be judged; none for all."""
        if "exercises" not in self.data:
            return frozenset()
        named = self.data["exercises"]
        catalogue = library.load().exercise_positions
        if type(named) is not list or not 0 < len(named) <= len(catalogue):
            detail = f"This must be an array of 1 to {len(catalogue)} exercises."
            self.faults.append(fault("/exercises", detail, "wrong-number"))
            return frozenset()
        for position, name in enumerate(named):
            if type(name) is not str or name not in catalogue:
                detail = "There is no such exercise; GET /v1/exercises lists them."
                self.faults.append(fault(f"/exercises/{position}", detail, "unknown-exercise"))
            elif name in named[:position]:
                self.faults.append(fault(f"/exercises/{position}", "This was named before.", "repeated"))
        return frozenset(name for name in named if type(name) is str)

    def clearances(self, as_of: datetime) -> list[ClearanceValue]:
        """The clearances as they are given."""
        if "clearances" not in self.data:
            return []
        try:
            given = shapes.load(_CLEARANCES, {"clearances": self.data["clearances"]})["clearances"]
        except Invalid as refusal:
            self.faults.extend(refusal.errors)
            return []
        for position, clearance in enumerate(given):
            self.faults.extend(_faults_of(clearance, f"/clearances/{position}", as_of))
        return list(given)

    def question(self) -> Question:
        """The question of a stateless check; what is wrong with it is among the faults."""
        moment = current().moment
        kind, as_of = self.kind(), self.as_of(moment)
        observations = self.observations(max(moment, as_of))
        return Question(
            kind=kind,
            as_of=as_of,
            observations=observations,
            clearances=self.clearances(as_of),
            exercises=self.exercises(),
        )

    def refuse_faults(self) -> None:
        """Refuse the body if anything is wrong with it.

        Raises:
            Invalid: with every fault and a pointer to each.
        """
        if self.faults:
            count = len(self.faults)
            raise Invalid(
                f"{count} values are wrong." if count > 1 else "1 value is wrong.", errors=self.faults
            )


def read_question(data: Any) -> Question:
    """The question of a stateless check.

    Raises:
        Invalid: with every fault and a pointer to each.
    """
    body = BodyReader(data, _MEMBERS)
    question = body.question()
    body.refuse_faults()
    return question


def read_day_question(data: Any) -> DayQuestion:
    """What a check of a patient on file is asked.

    Raises:
        Invalid: with every fault and a pointer to each.
    """
    body = BodyReader(data, _DAY_MEMBERS)
    kind = body.kind()
    given = "facts" in body.data or "observed_at" in body.data
    observations = body.observations(current().moment) if given else []
    body.refuse_faults()
    return DayQuestion(kind, observations)


def _faults_of(clearance: ClearanceValue, pointer: str, as_of: datetime) -> Iterator[FieldError]:
    rule = library.load().rules_by_id.get(clearance.rule_id)
    if rule is None:
        yield fault(f"{pointer}/rule_id", "There is no such rule.", "unknown-rule")
    elif not rule.clearable:
        detail = f"This rule is {rule.level} and asks for no clearance: nobody can clear it."
        yield fault(f"{pointer}/rule_id", detail, "not-clearable")
    if clearance.granted_at > as_of:
        yield fault(f"{pointer}/granted_at", "This lies after the moment of the check.", "after-the-check")
    if clearance.expires_at <= clearance.granted_at:
        yield fault(f"{pointer}/expires_at", "This must lie after granted_at.", "not-after-granted")


def fault(pointer: str, detail: str, code: str) -> FieldError:
    """A fault of the body."""
    return FieldError(pointer=pointer, detail=detail, code=code)


_MEMBERS = frozenset(documentation.QUESTION["properties"])
_DAY_MEMBERS = frozenset(documentation.DAY_QUESTION["properties"])
_FACTS = facts_documentation.components()

QUESTION = shapes.Documented(
    "NewStatelessCheck",
    documentation.QUESTION,
    decode=read_question,
    others={**documentation.NAMED, **_FACTS},
)
DAY_QUESTION = shapes.Documented(
    "NewCheck", documentation.DAY_QUESTION, decode=read_day_question, others={**documentation.NAMED, **_FACTS}
)
