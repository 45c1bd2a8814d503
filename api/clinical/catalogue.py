"""The exercises, and the tags that their attributes give them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from api.clinical.vocabulary import (
    EVERY_EXERCISE,
    Goal,
    Impact,
    Modality,
    Posture,
    Setting,
    WeightBearing,
)

_UPRIGHT = frozenset({Posture.STANDING, Posture.INVERTED})
_SEATED = frozenset({Posture.SEATED, Posture.RECUMBENT})
_LYING = frozenset({Posture.SUPINE, Posture.PRONE})
_BEARING = {
    WeightBearing.FULL: "weight-bearing",
    WeightBearing.PARTIAL: "partial-weight-bearing",
    WeightBearing.NONE: "non-weight-bearing",
}

COMMON_STOP_SIGNS = (
    "chest, arm or jaw discomfort",
    "unusual breathlessness",
    "dizziness or faintness",
    "palpitations",
    "confusion",
    "glucose below 70 mg/dL or hypoglycaemia symptoms",
    "sudden vision change",
    "new weakness",
    "a new wound, blister, hot or discoloured foot",
    "fall",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What an exercise asks of the body, each 0 (nothing) to 3 (much)."""

    fall: int
    foot: int
    upper_limb: int
    grip: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CompendiumCode:
    """A code of the Compendium of Physical Activities; `nearest` where no exact entry exists."""

    code: str
    edition: int
    nearest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One exercise of the catalogue.

    Attributes:
        met: metabolic equivalents, absolute; they only tag the catalogue.
        regress, progress: the easier and the harder exercise, by id.
        suggest: whether recommendations may offer it; others exist so that a check or a report can name them.
        tags: all tags, computed from the attributes and added by hand.
    """

    id: str
    name: str
    modality: Modality
    posture: Posture
    weight_bearing: WeightBearing
    impact: Impact
    met: float
    compendium: CompendiumCode
    equipment: tuple[str, ...]
    setting: tuple[Setting, ...]
    demand: Demand
    goals: tuple[Goal, ...]
    regress: str | None
    progress: str | None
    cue: str | None
    stop: str | None
    suggest: bool
    tags: frozenset[str]


def computed_tags(
    *,
    modality: Modality,
    posture: Posture,
    weight_bearing: WeightBearing,
    impact: Impact,
    met: float,
    demand: Demand,
) -> frozenset[str]:
    """The tags that attributes give an exercise.

    Source: specification, attributes and tags (design decision).
    """
    conditions = {
        _BEARING[weight_bearing]: True,
        "upright": posture in _UPRIGHT,
        "seated": posture in _SEATED,
        posture.value: posture in _LYING,
        "high-impact": impact is Impact.HIGH,
        "light": met < 3,
        "moderate": 3 <= met < 6,
        "vigorous": met >= 6,
        "above-brisk-walk": met > 5,
        "balance-challenging": demand.fall >= 2,
        "balance-high": demand.fall == 3,
        "foot-load": demand.foot >= 1,
        "foot-load-high": demand.foot == 3,
        "grip": demand.grip >= 2,
        "upper-limb": demand.upper_limb >= 2,
        "resistance": modality is Modality.RESISTANCE,
    }
    seated = {"seated"} if posture in _SEATED else set()
    return frozenset(tag for tag, given in conditions.items() if given) | seated


def exercises_by_tag(exercises: Iterable[Exercise]) -> Mapping[str, int]:
    """For each tag the exercises that carry it, one bit each in catalogue order; `*` is all of them."""
    masks: dict[str, int] = {EVERY_EXERCISE: 0}
    for index, exercise in enumerate(exercises):
        for tag in (*exercise.tags, EVERY_EXERCISE):
            masks[tag] = masks.get(tag, 0) | 1 << index
    return masks
