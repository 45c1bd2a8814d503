"""What recommendations are asked for, in a query string or beside the facts of a body."""

from typing import Any, NamedTuple

from api.checks import documentation
from api.checks.answers import Question
from api.checks.questions import BodyReader
from api.clinical.recommendation import Wishes
from api.clinical.vocabulary import CheckKind, Goal, Modality, Posture, Setting
from api.errors import Invalid
from api.exercises.schemas import Equipment
from api.patients.observations import documentation as facts_documentation
from api.web import fields, shapes

MOST_EXERCISES = 100
KIND = "For a programme over weeks, or for one session on its day; a programme if left out."
_GOAL = "Only exercises that serve one of these, ranked for them; the patient's own goals if left out."
_MODALITY = "Only exercises of these kinds."
_SETTING = "Only exercises that can be done in one of these."
_POSTURE = "Only exercises in one of these positions."
_EQUIPMENT = "What is at hand: only exercises that need nothing else. `nothing` stands for nothing at all."
_PLANNED = "Kinds of training that the plan has already; a new kind ranks higher."
_LIMIT = "How many at most; one of each kind that a programme needs is offered all the same."


class _Wished:
    """What may be wished for."""

    goal = fields.List(fields.Closed(Goal), description=_GOAL)
    modality = fields.List(fields.Closed(Modality), description=_MODALITY)
    equipment = fields.List(Equipment(), description=_EQUIPMENT)
    setting = fields.List(fields.Closed(Setting), description=_SETTING)
    posture = fields.List(fields.Closed(Posture), description=_POSTURE)
    planned = fields.List(fields.Closed(Modality), description=_PLANNED)
    limit = fields.Integer(least=1, most=MOST_EXERCISES, description=_LIMIT)


class WishedExercises(_Wished, shapes.Query):
    """Which exercises are to be recommended, and for what."""

    kind = fields.Closed(CheckKind, load_default=CheckKind.PROGRAMME, description=KIND)


class WishesOfBody(_Wished, shapes.Body):
    """Wishes in a body."""


class Asked(NamedTuple):
    """What is known, and what is wished for."""

    question: Question
    wishes: Wishes


def wishes_of(given: dict[str, Any]) -> Wishes:
    """The wishes, by the names that they have on the wire."""
    equipment = given.get("equipment")
    return Wishes(
        goals=given.get("goal", ()),
        modalities=given.get("modality", ()),
        equipment=frozenset(equipment) if equipment else None,
        settings=given.get("setting", ()),
        postures=given.get("posture", ()),
        planned=given.get("planned", ()),
        limit=given.get("limit"),
    )


def read_asked(data: Any) -> Asked:
    """What is known and what is wished for, in one body.

    Raises:
        Invalid: with every fault and a pointer to each.
    """
    body = BodyReader(data, _MEMBERS)
    question = body.question()
    given: dict[str, Any] = {}
    try:
        given = shapes.load(
            _WISHES, {name: body.data[name] for name in body.data if name in _WISHES.load_fields}
        )
    except Invalid as refusal:
        body.faults.extend(refusal.errors)
    body.refuse_faults()
    return Asked(question, wishes_of(given))


def _listed(field: Any, description: str = "") -> dict[str, Any]:
    listed = {"type": "array", "items": field.json_schema(), "maxItems": 200}
    return {**listed, "description": description} if description else listed


_CLOSED = [fields.Closed(kind) for kind in (Goal, Modality, Setting, Posture)]
_OF_GOAL, _OF_MODALITY, _OF_SETTING, _OF_POSTURE = _CLOSED
_WISHES = WishesOfBody()
_OF_CHECK = documentation.QUESTION["properties"]
_ASKED = documentation.object_of(
    "What is known of someone, and what is wished for.",
    ["kind", "facts"],
    {
        **{name: _OF_CHECK[name] for name in ("kind", "as_of", "observed_at", "facts", "clearances")},
        "goal": _listed(_OF_GOAL, _GOAL),
        "modality": _listed(_OF_MODALITY, _MODALITY),
        "equipment": _listed(Equipment(), _EQUIPMENT),
        "setting": _listed(_OF_SETTING, _SETTING),
        "posture": _listed(_OF_POSTURE, _POSTURE),
        "planned": _listed(_OF_MODALITY, _PLANNED),
        "limit": {"type": "integer", "minimum": 1, "maximum": MOST_EXERCISES, "description": _LIMIT},
    },
)
_MEMBERS = frozenset(_ASKED["properties"])

ASKED = shapes.Documented(
    "NewRecommendations",
    _ASKED,
    decode=read_asked,
    others={
        **documentation.NAMED,
        **facts_documentation.components(),
        **{name: one for field in _CLOSED for name, one in field.components.items()},
    },
)
