"""The medicine on the wire."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from api.clinical.vocabulary import (
    CheckKind,
    Decision,
    Effect,
    FactType,
    Goal,
    Impact,
    Level,
    Modality,
    Posture,
    ReviewStatus,
    RuleScope,
    Setting,
    UnknownPolicy,
    WeightBearing,
)
from api.exercises.queries import NOTHING, Wanted, readable
from api.web import fields, shapes
from api.web.strict import Strict

MOST = 1000
LONG = 2000


class Equipment(Strict[str]):
    """A thing that some exercise of the catalogue needs."""

    sentences: ClassVar[Mapping[str, str]] = {"not-in-the-list": "No exercise needs this; see the catalogue."}

    def read(self, value: Any) -> str:
        """The value of JSON data."""
        if value != NOTHING and value not in readable().equipment:
            raise self.make_error("not-in-the-list")
        return str(value)

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema; the list of things is not part of the contract."""
        return {"type": "string", "examples": [NOTHING, *readable().equipment]}


class WantedExercises(shapes.Query):
    """Which exercises: each parameter may be given several times, and any of its values will do."""

    modality = fields.List(fields.Closed(Modality), description="What kind of training.")
    goal = fields.List(fields.Closed(Goal), description="What it is used for.")
    setting = fields.List(fields.Closed(Setting), description="Where it can be done.")
    equipment = fields.List(
        Equipment(),
        description="What is at hand: exercises that need nothing else. `nothing` stands for nothing at all.",
    )
    posture = fields.List(fields.Closed(Posture), description="In which position it is done.")

    def read(self, parameters: Any) -> Wanted:
        """The value of the parameters."""
        return Wanted(**{name: frozenset(values) for name, values in super().read(parameters).items()})


class Compendium(shapes.View):
    """A code of the Compendium of Physical Activities."""

    code = fields.Text()
    edition = fields.Integer()
    nearest = fields.Boolean(description="Whether it is only the nearest entry.")


class Demand(shapes.View):
    """What an exercise asks of the body, each 0 (nothing) to 3 (much)."""

    fall = fields.Integer(least=0, most=3)
    foot = fields.Integer(least=0, most=3)
    upper_limb = fields.Integer(least=0, most=3)
    grip = fields.Integer(least=0, most=3)


class Exercise(shapes.View):
    """An exercise of the catalogue."""

    id = fields.Text()
    name = fields.Text()
    modality = fields.Closed(Modality)
    posture = fields.Closed(Posture)
    weight_bearing = fields.Closed(WeightBearing)
    impact = fields.Closed(Impact)
    mets = fields.Float(description="Metabolic equivalents, absolute.")
    compendium = fields.Nested(Compendium)
    equipment = fields.List(fields.Text())
    settings = fields.List(fields.Closed(Setting))
    demand = fields.Nested(Demand)
    goals = fields.List(fields.Closed(Goal))
    regress = fields.Text(allow_none=True, description="The easier exercise, by id.")
    progress = fields.Text(allow_none=True, description="The harder exercise, by id.")
    cue = fields.Text(most=LONG, allow_none=True)
    stop_signs = fields.List(
        fields.Text(most=LONG), description="Its own first, then those of every exercise."
    )
    suggested = fields.Boolean(
        description="Whether recommendations may offer it; others can only be checked or reported."
    )
    tags = fields.List(fields.Text(), description="What rules name it by.")


class Unit(shapes.View):
    """A UCUM unit; the value is kept as `value * factor + offset` in the first unit of the fact."""

    code = fields.Text()
    factor = fields.Float()
    offset = fields.Float()


class ShelfLife(shapes.View):
    """How long a reassuring value counts."""

    seconds = fields.Integer(allow_none=True, description="Null: on the local day of the observation only.")
    when = fields.Text(most=LONG, allow_none=True, description="It applies where this holds or is unknown.")


class ExpiringValue(ShelfLife):
    """An adverse value that runs out all the same."""

    value = fields.Text()


class StandIn(shapes.View):
    """A value that stands in for a fact under a condition; the first that holds counts."""

    value = fields.Text()
    when = fields.Text(most=LONG)
    within_seconds = fields.Integer(
        allow_none=True,
        description="It counts for any observation of this last time, not for the newest alone.",
    )


class FactDefinition(shapes.View):
    """One thing that can be known of a patient: what it may be, and for how long it counts."""

    name = fields.Text()
    group = fields.Text()
    entered = fields.Boolean(description="False for a fact that only follows from others, by its `formula`.")
    type = fields.Closed(FactType)
    values = fields.List(fields.Text())
    minimum = fields.Float(allow_none=True, description="Of the plausible range, in the first unit.")
    maximum = fields.Float(allow_none=True)
    units = fields.List(fields.Nested(Unit), description="The first is the one that values are kept in.")
    unit_required = fields.Boolean()
    shelf_lives = fields.List(
        fields.Nested(ShelfLife),
        description="The first whose condition holds counts; a value without any does not age.",
    )
    adverse_value_expires = fields.Boolean(
        description="Otherwise only a reassuring value runs out, and an adverse one stays until replaced."
    )
    expiring_values = fields.List(fields.Nested(ExpiringValue))
    gate = fields.Closed(CheckKind, allow_none=True, description="The check in which it must be known.")
    unknown_reads_as = fields.List(fields.Nested(StandIn))
    overridden_by = fields.List(fields.Nested(StandIn), description="Values that hold whatever was entered.")
    formula = fields.Text(most=LONG, allow_none=True)
    screens = fields.List(fields.Text(), description="The screens that stand for it.")
    rules = fields.List(fields.Text(), description="The rules that rest on it.")
    note = fields.Text(most=LONG, allow_none=True)
    codes = fields.Text(most=LONG, allow_none=True)
    unknown_means = fields.Text(most=LONG, allow_none=True)


FACT_VALUE = {
    "description": "A number, a code, an ISO date, or a list of codes.",
    "type": ["string", "number", "array"],
    "items": {"type": "string"},
}


class StoodFor(shapes.View):
    """A fact that a screen stands for, with the value that `clear` gives it."""

    name = fields.Text()
    value = shapes.Documented("FactValue", FACT_VALUE)


class Screen(shapes.View):
    """One honest answer of a clinician that stands for several facts."""

    name = fields.Text()
    question = fields.Text(most=LONG)
    minutes = fields.Integer()
    values = fields.List(fields.Text())
    clear = fields.List(fields.Nested(StoodFor), description="What the answer `clear` means.")
    unknown_means = fields.Text()


class RuleEffect(shapes.View):
    """What a rule does to the exercises that carry any of the tags; `*` is every exercise."""

    effect = fields.Closed(Effect)
    tags = fields.List(fields.Text())


class Relaxation(shapes.View):
    """Under a condition, an effect of the rule on some tags becomes milder."""

    when = fields.Text(most=LONG)
    tags = fields.List(fields.Text())
    milder_from = fields.Closed(Effect)
    milder_to = fields.Closed(Effect)


class Source(shapes.View):
    """A source, and how much of it was really read."""

    id = fields.Text()
    kind = fields.Text()
    source = fields.Text(most=LONG)
    read = fields.Text(most=LONG)


class Citation(Source):
    """A source that a rule rests on."""

    note = fields.Text(most=LONG, allow_none=True)


class SourceWithRules(Source):
    """A source, and the rules that rest on it."""

    rules = fields.List(fields.Text())


class Rule(shapes.View):
    """A contraindication, precaution or remark."""

    id = fields.Text()
    version = fields.Integer()
    title = fields.Text(most=LONG)
    group = fields.Text(description="The body system.")
    level = fields.Closed(Level)
    scope = fields.Closed(RuleScope)
    when = fields.Text(most=LONG, description="The condition, in the rule language.")
    facts = fields.List(fields.Text(), description="The entered facts that the condition rests on.")
    when_unknown = fields.Closed(UnknownPolicy, description="What happens when the condition is unknown.")
    effects = fields.List(fields.Nested(RuleEffect), description="Strictest first.")
    relaxations = fields.List(fields.Nested(Relaxation))
    decision = fields.Closed(Decision, allow_none=True, description="The decision that it forces.")
    clearable = fields.Boolean(description="Whether a clinician may clear it; an absolute never.")
    do = fields.Text(most=LONG, description="What to change, for the person who exercises.")
    clinician = fields.Text(most=LONG, description="What the clinician does.")
    citations = fields.List(fields.Nested(Citation))
    verification = fields.Text(most=LONG, description="How far the statement was read in its source.")
    review_status = fields.Closed(ReviewStatus)
    effective_from = fields.Date()
    sha256 = fields.Text()


def whole(view: type[shapes.View]) -> shapes.View:
    """The shape of a list that is always given whole."""
    shape = shapes.View.from_dict(
        {
            "items": fields.List(fields.Nested(view), most=MOST),
            "next": fields.Text(allow_none=True, description="Always null: the list is whole."),
        },
        name=f"{view.__name__}List",
    )
    shape.__doc__ = "The whole list."
    return cast(shapes.View, shape())
