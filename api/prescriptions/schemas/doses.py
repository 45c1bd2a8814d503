"""Doses on the wire, part by part: frequency, intensity, time, volume and progression are numbers here.

What comes in is made into the values of the medicine, whose constructors refuse what no part can have.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from marshmallow import ValidationError

from api.clinical import fitt
from api.clinical.errors import ValueRefused
from api.clinical.knowledge import library
from api.web import fields, shapes
from api.web.strict import Coded, Strict

LONG = 2000
V = TypeVar("V")


def refusing(makes: Callable[..., V]) -> Callable[..., V]:
    """The constructor of a value, which tells its refusals as faults of the body."""

    def make(**members: Any) -> V:
        try:
            return makes(**members)
        except ValueRefused as refused:
            raise ValidationError([Coded(str(refused), refused.code)]) from None

    return make


class ExerciseId(Strict[str]):
    """An exercise of the catalogue."""

    sentences: ClassVar[Mapping[str, str]] = {
        "unknown-exercise": "There is no such exercise; GET /v1/exercises lists them."
    }

    def read(self, value: Any) -> str:
        """The value of JSON data."""
        if type(value) is not str or value not in library.load().exercise_positions:
            raise self.make_error("unknown-exercise")
        return value

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema; the catalogue is not part of the contract."""
        return {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 200}


def words(description: str) -> fields.Text:
    """Words that may be left out."""
    return fields.Text(most=LONG, lines=True, allow_none=True, load_default=None, description=description)


def number(least: int, most: int, description: str = "", **options: Any) -> fields.Integer:
    """A whole number that must be there, unless it has a default."""
    options.setdefault("required", "load_default" not in options)
    return fields.Integer(least=least, most=most, description=description, **options)


def _days() -> fields.Integer:
    return number(1, 7, "Frequency.")


def _rpe(description: str) -> fields.Integer:
    return number(6, 20, description)


class NewAerobicDose(shapes.Body):
    """Aerobic training; its volume a week is days times minutes."""

    makes = staticmethod(refusing(fitt.Aerobic))
    days_per_week = _days()
    minutes = number(5, 300, "Time, of one session without warm-up and cool-down.")
    rpe_low = _rpe("Intensity, Borg 6-20.")
    rpe_high = _rpe("Not below `rpe_low`.")
    bouts = number(
        1, 60, "Into how many bouts a session is split, none shorter than 5 minutes.", load_default=1
    )
    met_at_most = fields.Float(
        least=1,
        most=20,
        allow_none=True,
        load_default=None,
        description="No exercise above these metabolic equivalents.",
    )


class NewResistanceDose(shapes.Body):
    """Strength training on days that do not follow each other."""

    makes = staticmethod(refusing(fitt.Resistance))
    days_per_week = number(1, 4, "Frequency.")
    exercises = number(1, 20, "How many exercises make a session.")
    sets = number(1, 6, "Of each exercise, now.")
    sets_at_most = number(1, 6, "Up to where sets may rise.")
    reps_low = number(1, 50, "Of each set.")
    reps_high = number(1, 50, "Not below `reps_low`.")
    reps_in_reserve = number(0, 10, "Repetitions that could still be done at the end of a set, at least.")
    rpe_low = _rpe("Intensity, Borg 6-20.")
    rpe_high = _rpe("Not below `rpe_low`.")
    rest_seconds = number(0, 600, "Between sets.")
    load_percent = number(
        1,
        100,
        "Of the one-repetition maximum, at most; null is the lightest band or the own limb.",
        allow_none=True,
        load_default=None,
    )
    leg_load_percent = fields.Float(
        least=1, most=1000, load_default=100.0, description="Of the load with which it began."
    )
    arm_load_percent = fields.Float(
        least=1, most=1000, load_default=100.0, description="Of the load with which it began."
    )


class NewBalanceDose(shapes.Body):
    """Balance training."""

    makes = staticmethod(refusing(fitt.Balance))
    days_per_week = _days()
    minutes = number(1, 60, "Time, of one session.")
    level = ExerciseId(required=True, description="The exercise that is trained.")
    holds = number(1, 10, "How often it is held.", load_default=3)
    hold_seconds = number(1, 120, "For how long.", load_default=30)
    bouts = number(1, 4, "Into how many bouts a session is split.", load_default=1)


class NewFlexibilityDose(shapes.Body):
    """Stretches."""

    makes = staticmethod(refusing(fitt.Flexibility))
    days_per_week = _days()
    holds = number(1, 10, "How often each is held.")
    hold_seconds = number(1, 120, "For how long.")
    ankle_circles_daily = fields.Boolean(load_default=False)


class NewFootAnkleDose(shapes.Body):
    """The foot-ankle programme."""

    makes = staticmethod(refusing(fitt.FootAnkle))
    days_per_week = _days()
    minutes = number(1, 60, "Time, of one session.")
    weeks = number(1, 52, "For how long it goes.")


class NewFootCap(shapes.Body):
    """The share of the aerobic minutes that the feet may carry, for the first weeks and after."""

    makes = staticmethod(refusing(fitt.FootCap))
    weight_bearing_percent = number(0, 100, "In the first weeks.")
    weeks = number(0, 52, "How many weeks these are.")
    percent_after = number(0, 100, "Then.")


class NewSteps(shapes.Body):
    """Steps a day above the person's own baseline."""

    makes = staticmethod(refusing(fitt.Steps))
    rise = number(0, 20_000, "Above the baseline, now.")
    ceiling = number(0, 20_000, "The rise in total that is never passed.")
    raise_by = number(0, 5_000, "By how much it goes up.")
    every_weeks = number(1, 52, "How often it goes up.")
    baseline = number(
        0, 60_000, "Mean of 7 days; null must be measured first.", allow_none=True, load_default=None
    )
    needs_sign_off = fields.Boolean(load_default=False, description="Whether a clinician signs each rise.")
    raised_on = fields.Date(allow_none=True, load_default=None, description="When it last rose.")


class NewHeartRate(shapes.Body):
    """Heart rate in beats a minute: a range beside perceived exertion, never instead of it."""

    makes = staticmethod(refusing(fitt.HeartRate))
    basis = fields.Closed(
        fitt.RateBasis, allow_none=True, load_default=None, description="Null: there is no target."
    )
    lower = number(25, 250, allow_none=True, load_default=None)
    upper = number(25, 250, allow_none=True, load_default=None)
    never_above = number(25, 250, "A limit that always wins.", allow_none=True, load_default=None)


class NewFrame(shapes.Body):
    """What surrounds the main part of every session."""

    makes = staticmethod(refusing(fitt.Frame))
    warm_up_minutes = number(0, 60)
    cool_down_minutes = number(0, 60)
    sit_minutes = number(0, 60)


def _part(shape: type[shapes.Body]) -> fields.Nested:
    return fields.Nested(shape, allow_none=True, load_default=None)


class NewDoses(shapes.Body):
    """All numbers of a prescription; null is a part that it does not have."""

    makes = fitt.Doses
    frame = fields.Nested(NewFrame, required=True)
    aerobic = _part(NewAerobicDose)
    resistance = _part(NewResistanceDose)
    balance = _part(NewBalanceDose)
    flexibility = _part(NewFlexibilityDose)
    foot_ankle = _part(NewFootAnkleDose)
    foot_cap = _part(NewFootCap)
    steps = _part(NewSteps)
    heart_rate = _part(NewHeartRate)
