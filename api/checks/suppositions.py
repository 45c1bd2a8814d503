"""What is supposed of a patient, and what is asked about openings, on the wire."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from api.checks import documentation
from api.checks.answers import Question
from api.checks.questions import BodyReader, fault
from api.clinical.contraindications import Clearance
from api.clinical.facts import Observation
from api.clinical.knowledge import library
from api.clinical.vocabulary import CheckKind
from api.errors import Invalid, escaped
from api.patients.observations import documentation as facts_documentation
from api.web import shapes
from api.web.request import current
from api.web.strict import Strict

SUPPOSED = "SupposedFacts"
_GONE = {
    "type": "object",
    "description": "As if it were not known; null alone says the same.",
    "additionalProperties": False,
    "required": ["value"],
    "properties": {"value": {"type": "null"}},
}
_EXERCISE_ID = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 200}
_WHICH = "The exercise that is to open; if left out, whatever closes all of them is to be lifted."


class Supposition(NamedTuple):
    """What may be otherwise than it is on file.

    Attributes:
        observations: they stand for all that is known of their facts; the value None is unknown.
        clearances: beside those on file.
        exercises: the exercises to be judged; all where there are none.
    """

    kind: CheckKind
    observations: list[Observation]
    clearances: list[Clearance]
    exercises: frozenset[str]


class Opening(NamedTuple):
    """What is known, and the exercise that is to open; None for any."""

    question: Question
    exercise_id: str | None


class NamedExercise(Strict[str]):
    """An exercise of the catalogue, by id."""

    sentences: ClassVar[Mapping[str, str]] = {
        "unknown-exercise": "There is no such exercise; GET /v1/exercises lists them."
    }

    def read(self, value: Any) -> str:
        """The value of JSON data."""
        if not isinstance(value, str) or value not in library.load().exercise_positions:
            raise self.make_error("unknown-exercise")
        return value

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema."""
        return dict(_EXERCISE_ID)


class OpeningQuery(shapes.Query):
    """Which exercise is to open."""

    exercise = NamedExercise(load_default=None, description=_WHICH)


class OpeningExercise(shapes.Body):
    """The same in a body."""

    exercise = NamedExercise(load_default=None, allow_none=False)


def read_supposition(data: Any) -> Supposition:
    """What is supposed of a patient on file.

    Raises:
        Invalid: with every fault and a pointer to each.
    """
    moment = current().moment
    body = BodyReader(data, _SUPPOSITION_MEMBERS)
    kind = body.kind()
    gone = _gone(body, moment)
    observations = body.observations(moment)
    supposition = Supposition(kind, observations + gone, body.clearances(moment), body.exercises())
    body.refuse_faults()
    return supposition


def read_opening(data: Any) -> Opening:
    """What is known, and which exercise is to open.

    Raises:
        Invalid: with every fault and a pointer to each.
    """
    body = BodyReader(data, _OPENING_MEMBERS)
    question = body.question()
    exercise_id = None
    try:
        named = {name: body.data[name] for name in body.data if name == "exercise"}
        exercise_id = shapes.load(_OPENING_EXERCISE, named)["exercise"]
    except Invalid as refusal:
        body.faults.extend(refusal.errors)
    body.refuse_faults()
    return Opening(question, exercise_id)


def _gone(body: BodyReader, moment: datetime) -> list[Observation]:
    """Facts that are supposed to be unknown, taken out of the body; what has no time there is of now."""
    body.data = {"observed_at": moment.isoformat(), "facts": {}, **body.data}
    given = body.data["facts"]
    if not isinstance(given, Mapping):
        return []
    names = [name for name, one in given.items() if one is None or one == {"value": None}]
    body.data["facts"] = {name: one for name, one in given.items() if name not in names}
    known = library.load().facts
    for name in names:
        if name not in known:
            detail = "There is no such fact; GET /v1/knowledge/facts lists them."
            body.faults.append(fault(f"/facts/{escaped(name)}", detail, "unknown-fact"))
    return [Observation(name, None, moment) for name in names]


def _supposed_facts() -> dict[str, Any]:
    facts = _FACTS[facts_documentation.FACTS]
    gone = [{"$ref": "#/components/schemas/UnknownFact"}, {"type": "null"}]
    properties = {name: {"oneOf": [*one["oneOf"], *gone]} for name, one in facts["properties"].items()}
    return {
        **facts,
        "description": "Facts by name: what each is supposed to be, or null to suppose it unknown.",
        "properties": properties,
    }


_OPENING_EXERCISE = OpeningExercise()
_FACTS = facts_documentation.components()
_OF_CHECK = documentation.QUESTION["properties"]
_SUPPOSITION = documentation.object_of(
    "What is supposed of a patient on file; the rest is as it is on file.",
    ["kind"],
    {
        "kind": _OF_CHECK["kind"],
        "observed_at": {
            **_OF_CHECK["observed_at"],
            "description": "When the facts without their own were observed; now if left out.",
        },
        "facts": {"$ref": f"#/components/schemas/{SUPPOSED}"},
        "clearances": {**_OF_CHECK["clearances"], "description": "Beside those on file."},
        "exercises": _OF_CHECK["exercises"],
    },
)
_OPENING = documentation.object_of(
    "What is known of someone, and the exercise that is to open.",
    ["kind", "facts"],
    {
        **{name: _OF_CHECK[name] for name in ("kind", "as_of", "observed_at", "facts", "clearances")},
        "exercise": {**_EXERCISE_ID, "description": _WHICH},
    },
)
_SUPPOSITION_MEMBERS = frozenset(_SUPPOSITION["properties"])
_OPENING_MEMBERS = frozenset(_OPENING["properties"])

SUPPOSITION = shapes.Documented(
    "NewWhatIf",
    _SUPPOSITION,
    decode=read_supposition,
    others={SUPPOSED: _supposed_facts(), "UnknownFact": _GONE, **documentation.NAMED, **_FACTS},
)
OPENING = shapes.Documented(
    "NewCounterfactuals", _OPENING, decode=read_opening, others={**documentation.NAMED, **_FACTS}
)
