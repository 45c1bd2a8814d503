"""The catalogue of exercises from its files."""

from pathlib import Path
from typing import Any

from api.clinical.catalogue import CompendiumCode, Demand, Exercise, computed_tags
from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge.reading import Entry, entries, nested, unique
from api.clinical.vocabulary import Goal, Impact, Modality, Posture, Setting, WeightBearing


def read_exercises(folder: Path) -> tuple[Exercise, ...]:
    """The catalogue, in the order of modalities and files."""
    exercises = [
        _exercise(entry, modality)
        for modality in Modality
        for entry in entries(folder, f"exercises/{modality}.yaml")
    ]
    by_id = unique(
        exercises,
        lambda exercise: str(exercise.id),
        lambda exercise: f"exercises/{exercise.modality}.yaml",
    )
    for exercise in exercises:
        for key in ("regress", "progress"):
            neighbour = getattr(exercise, key)
            if neighbour is not None and neighbour not in by_id:
                file = f"exercises/{exercise.modality}.yaml"
                raise KnowledgeFault(file, exercise.id, key, f"there is no exercise {neighbour!r}")
    return tuple(exercises)


def _exercise(entry: Entry, modality: Modality) -> Exercise:
    demand = nested(entry, "demand", entry.take("demand", dict))
    code = nested(entry, "compendium", entry.take("compendium", dict))
    attributes: dict[str, Any] = {
        "modality": modality,
        "posture": entry.closed("posture", Posture),
        "weight_bearing": entry.closed("weight_bearing", WeightBearing),
        "impact": entry.closed("impact", Impact),
        "met": entry.take("met", (int, float)),
        "demand": Demand(**{key: _grade(demand, key) for key in ("fall", "foot", "upper_limb", "grip")}),
    }
    exercise = Exercise(
        id=entry.text("id"),
        name=entry.text("name"),
        **attributes,
        compendium=CompendiumCode(
            code=code.text("code"), edition=code.take("edition", int), nearest=code.flag("nearest")
        ),
        equipment=entry.listed("equipment"),
        setting=tuple(entry.word("setting", Setting, place) for place in entry.listed("setting")),
        goals=tuple(entry.word("goals", Goal, goal) for goal in entry.listed("goals")),
        regress=entry.text("regress", None),
        progress=entry.text("progress", None),
        cue=entry.text("cue", None),
        stop=entry.text("stop", None),
        suggest=entry.flag("suggest"),
        tags=computed_tags(**attributes) | frozenset(entry.listed("tags")),
    )
    for part in (demand, code, entry):
        part.end()
    return exercise


def _grade(demand: Entry, key: str) -> int:
    grade = int(demand.take(key, int))
    if not 0 <= grade <= 3:
        raise demand.fault(key, "is from 0 to 3")
    return grade
