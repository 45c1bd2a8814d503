"""What would open an exercise, or any: minimal sets of changes as data and in words."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from api.checks.answers import Answers, Judged, Question
from api.checks.schemas import LONG, MOST
from api.clinical.counterfactuals import MOST_SETS, Change, Counterfactuals, counterfactuals
from api.clinical.questions import Question as ClinicalQuestion
from api.clinical.release import Release
from api.clinical.vocabulary import ChangeKind, CheckKind, Decision, Status
from api.exercises.schemas import FACT_VALUE
from api.patients.observations.values import plain
from api.patients.profiles import KnowledgeRelease
from api.web import fields, shapes


class ExampleValue(shapes.View):
    """A value that suffices, as it is sent; another may do as well."""

    value = shapes.Documented("FactValue", FACT_VALUE)
    unit = fields.Text(allow_none=True, description="UCUM; null where the fact has none.")


class SettlingQuestion(shapes.View):
    """What is asked or measured to know."""

    id = fields.Text()
    question = fields.Text(most=LONG)
    instrument = fields.Text(allow_none=True)
    minutes = fields.Integer(allow_none=True, description="Null where nobody has said.")


class OpeningChange(shapes.View):
    """One thing that would have to be different."""

    kind = fields.Closed(ChangeKind)
    fact = fields.Text(allow_none=True, description="The fact to measure or to change; null for a clearance.")
    example = fields.Nested(ExampleValue, allow_none=True)
    rule_id = fields.Text(allow_none=True, description="The rule to clear; null for a fact.")
    question = fields.Nested(SettlingQuestion, allow_none=True)
    words = fields.Text(most=LONG)


class OpeningSet(shapes.View):
    """Changes that suffice together, and of which none can be spared."""

    changes = fields.List(fields.Nested(OpeningChange))


class Counterfactual(shapes.View):
    """What would open an exercise; without one, what would lift whatever closes all of them."""

    exercise_id = fields.Text(allow_none=True)
    kind = fields.Closed(CheckKind)
    as_of = fields.Instant()
    knowledge = fields.Nested(KnowledgeRelease)
    decision = fields.Closed(Decision)
    status = fields.Closed(
        Status,
        name="ExerciseStatus",
        allow_none=True,
        description="Null without an exercise or a list of them.",
    )
    because = fields.List(fields.Text(), description="The rules that close it now.")
    gates = fields.List(fields.Text())
    already_open = fields.Boolean()
    sets = fields.List(
        fields.Nested(OpeningSet), most=MOST_SETS, description="Easiest first; any one of them suffices."
    )
    complete = fields.Boolean(description="False where more sets exist than are listed.")
    fixed = fields.List(
        fields.Text(),
        most=MOST,
        description="Facts that stand in the way and cannot change, if no set exists.",
    )
    summary = fields.Text(most=10 * LONG)


def answered(engine: Answers, question: Question, exercise_id: str | None) -> dict[str, Any]:
    """What would open an exercise for what is known, in the shape of `Counterfactual`."""
    judged = engine.judged(question)
    found = counterfactuals(
        engine.release, judged.known, question.kind, exercise_id, cleared=question.cleared
    )
    status, because = _judgement(judged, exercise_id)
    shown = [{"changes": [_change(engine.release, one) for one in chosen]} for chosen in found.sets]
    return {
        "exercise_id": exercise_id,
        "kind": question.kind,
        "as_of": question.as_of,
        "knowledge": engine.knowledge,
        "decision": judged.assessment.decision,
        "status": status,
        "because": because,
        "gates": judged.assessment.gates,
        "already_open": found.already_open,
        "sets": shown,
        "complete": found.complete,
        "fixed": found.fixed,
        "summary": _summary(_name(engine.release, exercise_id), found, shown),
    }


def _judgement(judged: Judged, exercise_id: str | None) -> tuple[Status | None, Sequence[str]]:
    for one in judged.assessment.exercises:
        if one.exercise_id == exercise_id:
            return one.status, one.because
    return None, ()


def _change(release: Release, change: Change) -> dict[str, Any]:
    question = None if change.fact is None else _settling(release).get(change.fact)
    return {
        "kind": change.kind,
        "fact": change.fact,
        "example": None if change.fact is None else _example(release, change.fact, change.value),
        "rule_id": change.rule_id,
        "question": None if question is None else asked(question),
        "words": _words(release, change),
    }


def _example(release: Release, name: str, value: Any) -> dict[str, Any]:
    """A value as it is sent."""
    units = release.facts[name].units
    has_unit = bool(units) and isinstance(value, int | float)
    return {"value": plain(value), "unit": units[0].code if has_unit else None}


def asked(question: ClinicalQuestion) -> dict[str, Any]:
    """A question, in the shape of `SettlingQuestion`."""
    return {
        "id": question.id,
        "question": question.question,
        "instrument": question.instrument,
        "minutes": question.minutes,
    }


@lru_cache(maxsize=8)
def _settling_of(questions: tuple[ClinicalQuestion, ...]) -> Mapping[str, ClinicalQuestion]:
    """For each fact the question that settles it and least else."""
    least = sorted(questions, key=lambda question: -len(question.facts))
    return {name: question for question in least for name in question.facts}


def _settling(release: Release) -> Mapping[str, ClinicalQuestion]:
    return _settling_of(release.questions)


def _words(release: Release, change: Change) -> str:
    """One change in words."""
    if change.rule_id is not None:
        return f"A clinician clears “{release.rules_by_id[change.rule_id].title}”"
    fact = str(change.fact)
    example = _example(release, fact, change.value)
    value = example["value"]
    said = ", ".join(value) if isinstance(value, list) else str(value)
    if example["unit"] not in {None, "1"}:
        said = f"{said} {example['unit']}"
    name = fact.replace("_", " ")
    match change.kind:
        case ChangeKind.MEASURE_NOW:
            return f"Find out now: {name}; {said} would do"
        case ChangeKind.LATER:
            return f"Later, when {name} is {said}"
        case ChangeKind.CLEARANCE:
            return f"A clinician grants: {name}, {said}"
        case _:
            return f"Change now: {name} to {said}"


def _name(release: Release, exercise_id: str | None) -> str:
    if exercise_id is None:
        return "The list of exercises"
    return release.exercises[release.exercise_positions[exercise_id]].name


def _summary(name: str, found: Counterfactuals, shown: Sequence[Mapping[str, Any]]) -> str:
    """The whole in words."""
    if found.already_open:
        return f"{name}: open already."
    if not shown:
        reasons = ", ".join(fact.replace("_", " ") for fact in found.fixed)
        return f"{name}: nothing opens it{f'; {reasons} cannot change' if reasons else ''}."
    easiest = "; ".join(change["words"] for change in shown[0]["changes"])
    count = f"{len(shown)} way{'' if len(shown) == 1 else 's'}{'' if found.complete else ' or more'}"
    return f"{name}: {count} to open it. The easiest: {easiest}."
