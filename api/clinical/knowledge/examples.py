"""Examples: flat facts, turned into observations and checked against the rules."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from api.clinical.contraindications import Assessment, Clearance, assess
from api.clinical.derived import Measure
from api.clinical.errors import KnowledgeFault, ValueRefused
from api.clinical.facts import Observation
from api.clinical.profile import Profile, profile
from api.clinical.release import Release
from api.clinical.vocabulary import OPEN, CheckKind, Status

EXAMPLE_MOMENT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

# Which keys there are, and which must be there.
_PATIENT = {"facts": False, "only": False, "kind": False, "clearances": False}
_CASE = {**_PATIENT, "fires": True, "decision": False}
_EXAMPLES = {"fires": False, "silent": False, "cases": False}
_VIGNETTE = {
    **_PATIENT,
    **dict.fromkeys(("id", "title", "decision"), True),
    **dict.fromkeys(("fires", "silent", "open", "closed", "why"), False),
}


def observations(release: Release, flat: Mapping[str, Any], as_of: datetime) -> list[Observation]:
    """Observations made at `as_of` from flat facts.

    Args:
        release: the knowledge.
        flat: values by fact name; None is not observed. `age_years` and `…_days` stand for dates, `bp_today`
            for a blood pressure of today or yesterday.
        as_of: the moment of observation.

    Raises:
        ValueRefused: a value does not fit its fact.
    """
    seen = []
    for word, given in flat.items():
        if given is None or word == "bp_today":
            continue
        name, value = word, given
        derived = release.derived.get(word)
        if derived is not None and derived.measure in {Measure.YEARS_SINCE, Measure.DAYS_SINCE}:
            name = derived.of[0]
            value = given if isinstance(given, str) else _day(as_of.date(), derived.measure, given)
        if name not in release.facts:
            raise ValueRefused("unknown-fact", f"there is no fact {name!r}")
        fact = release.facts[name]
        unit = fact.units[0].code if fact.units else None
        observed_at = as_of
        if flat.get("bp_today") == "no" and name in release.observed_today:
            observed_at = as_of - timedelta(days=1)
        seen.append(Observation(name=name, value=fact.read(value, unit), observed_at=observed_at))
    return seen


def _day(today: date, measure: Measure, ago: int) -> str:
    if measure is Measure.DAYS_SINCE:
        return (today - timedelta(days=ago)).isoformat()
    return today.replace(year=today.year - ago).isoformat()


def example_profile(release: Release, facts: Mapping[str, Any], *, alone: bool = False) -> Profile:
    """The base patient with some facts changed, or a patient of whom these facts alone are known."""
    flat = facts if alone else {**release.base, **facts}
    return profile(release, observations(release, flat, EXAMPLE_MOMENT), EXAMPLE_MOMENT)


def example_assessment(release: Release, example: Mapping[str, Any]) -> Assessment:
    """The answer to an example: keys `facts` or `only`, `kind`, `clearances`."""
    alone = "only" in example
    patient = example_profile(release, example["only"] if alone else example.get("facts", {}), alone=alone)
    clearances = [
        Clearance(
            rule_id=rule_id,
            granted_by_name="Example",
            granted_by_role="podiatrist",
            granted_at=EXAMPLE_MOMENT - timedelta(days=1),
            expires_at=EXAMPLE_MOMENT + timedelta(days=30),
        )
        for rule_id in example.get("clearances", ())
    ]
    return assess(release, patient, CheckKind(example.get("kind", "programme")), clearances)


def check_examples(release: Release) -> None:
    """Every vignette and every example of a rule holds.

    Raises:
        KnowledgeFault: naming the example and what it should have been.
    """
    answers: dict[str, Assessment] = {}
    for position, vignette in enumerate(release.vignettes):
        name = vignette.get("id", f"vignette {position + 1}")
        _check_keys("vignettes.yaml", name, "vignette", vignette, _VIGNETTE)
        if name in answers:
            raise KnowledgeFault("vignettes.yaml", name, "id", "stands twice")
        answers[name] = _checked_vignette(release, vignette)
    for rule_id, examples in release.examples.items():
        file = f"rules/{release.rules_by_id[rule_id].group}.yaml"
        _check_keys(file, rule_id, "examples", examples, _EXAMPLES)
        for key, expected in (("fires", True), ("silent", False)):
            for vignette_id in examples.get(key, ()):
                if vignette_id not in answers:
                    raise KnowledgeFault(
                        file, rule_id, f"examples.{key}", f"there is no vignette {vignette_id!r}"
                    )
                _expect_fired(file, rule_id, vignette_id, answers[vignette_id], expected=expected)
        for position, case in enumerate(examples.get("cases", ())):
            place = f"case {position + 1}"
            _check_keys(file, rule_id, place, case, _CASE)
            answer = _answer(release, file, rule_id, case)
            _expect_fired(file, rule_id, place, answer, expected=case["fires"])
            if case.get("decision", answer.decision) != answer.decision:
                raise KnowledgeFault(
                    file, rule_id, place, f"the decision is {answer.decision}, not {case['decision']}"
                )


def _check_keys(
    file: str, entry: str, place: str, written: Mapping[str, Any], allowed: Mapping[str, bool]
) -> None:
    """Only known keys, and all that are needed."""
    for key in written:
        if key not in allowed:
            raise KnowledgeFault(file, entry, place, f"{key} is not a known key")
    for key, needed in allowed.items():
        if needed and key not in written:
            raise KnowledgeFault(file, entry, place, f"{key} is missing")


def _answer(release: Release, file: str, entry: str, example: Mapping[str, Any]) -> Assessment:
    try:
        return example_assessment(release, example)
    except ValueRefused as fault:
        raise KnowledgeFault(file, entry, "facts", fault.detail) from fault


def _checked_vignette(release: Release, vignette: Mapping[str, Any]) -> Assessment:
    file, name = "vignettes.yaml", vignette["id"]
    for rule_id in (*vignette.get("fires", ()), *vignette.get("silent", ()), *vignette.get("clearances", ())):
        if rule_id not in release.rules_by_id:
            raise KnowledgeFault(file, name, "fires", f"there is no rule {rule_id!r}")
    answer = _answer(release, file, name, vignette)
    if answer.decision != vignette["decision"]:
        raise KnowledgeFault(file, name, "decision", f"is {answer.decision}, not {vignette['decision']}")
    for rule_id in vignette.get("fires", ()):
        _expect_fired(file, rule_id, name, answer, expected=True)
    for rule_id in vignette.get("silent", ()):
        _expect_fired(file, rule_id, name, answer, expected=False)
    statuses = {judgement.exercise_id: judgement.status for judgement in answer.exercises}
    if statuses:
        _expect_open(file, name, vignette.get("open", ()), statuses, expected=True)
        _expect_open(file, name, vignette.get("closed", ()), statuses, expected=False)
    return answer


def _expect_fired(file: str, rule_id: str, place: str, answer: Assessment, *, expected: bool) -> None:
    fired = any(finding.rule.id == rule_id for finding in answer.findings)
    if fired is not expected:
        raise KnowledgeFault(
            file, rule_id, place, "should fire and does not" if expected else "should not fire and does"
        )


def _expect_open(
    file: str, name: str, exercises: Iterable[str], statuses: Mapping[str, Status], *, expected: bool
) -> None:
    for exercise_id in exercises:
        if exercise_id not in statuses:
            raise KnowledgeFault(file, name, "open", f"there is no exercise {exercise_id!r}")
        if (statuses[exercise_id] in OPEN) is not expected:
            raise KnowledgeFault(file, name, exercise_id, f"is {statuses[exercise_id]}")
