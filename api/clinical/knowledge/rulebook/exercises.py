"""The exercises of the rule book, with the attributes and tags by which rules touch them."""

from collections.abc import Iterable, Iterator

from api.clinical.catalogue import COMMON_STOP_SIGNS, Exercise
from api.clinical.knowledge.rulebook.markdown import code, codes, item, link, paragraph, text
from api.clinical.knowledge.rulebook.rules import title
from api.clinical.release import Release


def exercises(release: Release) -> Iterator[str]:
    """Every exercise, in catalogue order."""
    yield from ("## Exercises", "")
    yield from paragraph(
        "Demand is from 0 (nothing) to 3 (much). Tags follow from the attributes or were given by hand; "
        "rules name exercises by them. METs are absolute, of the Compendium of Physical Activities."
    )
    yield from paragraph("Every exercise is stopped at:")
    for sign in COMMON_STOP_SIGNS:
        yield from item(text(sign))
    yield ""
    modality = None
    for exercise in release.exercises:
        if exercise.modality != modality:
            modality = exercise.modality
            yield from (f"### Exercises: {title(modality)}", "")
        yield from _exercise(exercise)


def _exercise(exercise: Exercise) -> Iterator[str]:
    demand, compendium = exercise.demand, exercise.compendium
    yield from (f"#### {code(exercise.id)}", "")
    yield from paragraph(f"**{text(exercise.name)}**")
    yield from item(
        f"Posture {exercise.posture}; weight bearing {exercise.weight_bearing}; impact {exercise.impact}"
    )
    nearest = ", nearest entry" if compendium.nearest else ""
    yield from item(f"{exercise.met:g} MET ({compendium.edition} edition, {compendium.code}{nearest})")
    yield from item(
        f"Demand: fall {demand.fall}, foot {demand.foot}, upper limb {demand.upper_limb}, grip {demand.grip}"
    )
    yield from item(f"Equipment: {_listed(exercise.equipment)}; places: {_listed(exercise.setting)}")
    yield from item(f"Goals: {_listed(exercise.goals)}")
    if exercise.regress:
        yield from item(f"Easier: {link(exercise.regress)}")
    if exercise.progress:
        yield from item(f"Harder: {link(exercise.progress)}")
    if exercise.cue:
        yield from item(f"Cue: {text(exercise.cue)}")
    if exercise.stop:
        yield from item(f"Stopped also at: {text(exercise.stop)}")
    if not exercise.suggest:
        yield from item("Never recommended; it can be checked and reported")
    yield from item(f"Tags: {codes(sorted(exercise.tags)) or 'none'}")
    yield ""


def _listed(words: Iterable[str]) -> str:
    return ", ".join(text(word) for word in words) or "none"
