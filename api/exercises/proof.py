"""The shape of the published proof."""

from api.exercises.schemas import FACT_VALUE
from api.web import fields, shapes

MOST = 1000
LONG = 20_000


class Claim(shapes.View):
    """One statement about the release, tried in many cases."""

    id = fields.Text()
    statement = fields.Text(most=LONG)
    holds = fields.Boolean()
    cases = fields.Integer(description="How many cases were tried.")
    exhaustive = fields.Boolean(description="Whether these are all the cases there are.")
    against = fields.List(
        fields.Text(most=LONG),
        most=MOST,
        description="Names, or what happens to a patient with the check to post, for which it does not hold.",
    )


class WitnessFact(shapes.View):
    """A fact in which the witness differs from the base patient; null is unknown."""

    name = fields.Text()
    value = shapes.Documented("FactValue", FACT_VALUE, allow_none=True)
    unit = fields.Text(allow_none=True)


class Burden(shapes.View):
    """How much one rule takes away: over-blocking is a harm, too."""

    rule_id = fields.Text()
    closes_when_fired = fields.Float(description="Share of exercises that it closes alone, 0 to 1.")
    closes_when_missing = fields.Float(description="The same, when its facts are merely missing.")
    witness = fields.List(
        fields.Nested(WitnessFact), most=MOST, description="Changes of the base patient under which it fires."
    )


class Proof(shapes.View):
    """What was proved of the release that answers, and what each rule takes away, worst first."""

    release = fields.Text()
    sha256 = fields.Text()
    holds = fields.Boolean()
    claims = fields.List(fields.Nested(Claim), most=MOST)
    burdens = fields.List(fields.Nested(Burden), most=MOST)
