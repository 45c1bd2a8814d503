"""The JSON Schema of facts on the wire, generated from the vocabulary: each fact typed by its name."""

from functools import cache
from typing import Any

from api.clinical.facts import Fact, ShelfLife, Unit
from api.clinical.knowledge import library
from api.clinical.vocabulary import ASKED_NONE, UNKNOWN, FactType
from api.patients.observations.members import LONGEST_TEXT
from api.patients.observations.reading import MOST_OF_ONE_FACT

FACTS = "Facts"
"""The name of the component that holds all facts by name."""

_HERE = "#/components/schemas/"
_TEXT: dict[str, Any] = {
    "type": "string",
    "minLength": 1,
    "maxLength": LONGEST_TEXT,
    "pattern": r"^[^\x00-\x1f\x7f-\x9f]*[^\x00-\x1f\x7f-\x9f\s][^\x00-\x1f\x7f-\x9f]*$",
}

OBSERVED_AT = {
    "type": "string",
    "format": "date-time",
    "description": "When: RFC 3339 with offset, not in the future; the one at the top if left out.",
}

_TOLD = {
    "observed_at": OBSERVED_AT,
    "method": {"$ref": _HERE + "ObservationMethod"},
    "source": {"$ref": _HERE + "ObservationSource"},
    "source_record_id": {"$ref": _HERE + "ObservationSourceRecordId"},
}
_SHARED: dict[str, dict[str, Any]] = {
    "ObservationMethod": {**_TEXT, "description": "How it was observed."},
    "ObservationSource": {**_TEXT, "description": "Who tells it; your client if left out."},
    "ObservationSourceRecordId": {**_TEXT, "description": "Its record there; another value corrects it."},
    "Unknown": {"type": "string", "enum": [UNKNOWN], "description": "It was asked, and is not known."},
    "AskedNone": {"type": "string", "enum": [ASKED_NONE], "description": "It was asked: it never happened."},
}
_ANSWERED = {
    FactType.CHOICE: "One of these.",
    FactType.SET: "Any of these together.",
    FactType.TERNARY: "Yes, no, or asked and not known.",
    FactType.SCREEN: "Clear, not clear, or asked and not known.",
}
_SHARED_ANSWERS = {FactType.TERNARY: "Ternary", FactType.SCREEN: "ScreenAnswer"}


@cache
def components() -> dict[str, dict[str, Any]]:
    """Every component by name: `Facts`, one for each fact, and what facts share."""
    facts = library.load().facts.values()
    return {
        **_SHARED,
        **{_answers_of(fact): _answers(fact) for fact in facts if fact.values},
        FACTS: {
            "type": "object",
            "description": "Facts by name; of each, one observation or several.",
            "additionalProperties": False,
            "properties": {fact.name: _one_or_several(fact) for fact in facts},
        },
        **{component_of(fact.name): _observation(fact) for fact in facts},
    }


def component_of(name: str) -> str:
    """The name of the component of a fact: `FootUlcerLeftFact` for `foot_ulcer_left`."""
    return "".join(part.capitalize() for part in name.split("_")) + "Fact"


def value_schema(fact: Fact) -> dict[str, Any]:
    """What the value of a fact can be, in the normalised unit."""
    match fact.type:
        case FactType.CHOICE | FactType.TERNARY | FactType.SCREEN:
            return {"$ref": _HERE + _answers_of(fact)}
        case FactType.SET:
            return {"oneOf": [_codes(fact), {"$ref": _HERE + "Unknown"}]}
        case FactType.DATE if fact.name == "birth_date":
            return {"type": "string", "format": "date"}
        case FactType.DATE:
            return {"oneOf": [{"type": "string", "format": "date"}, {"$ref": _HERE + "AskedNone"}]}
        case FactType.INTEGER:
            return {"type": "integer", **_range(fact, fact.units[0])}
        case FactType.NUMBER:
            return {"type": "number", **_range(fact, fact.units[0])}


def _answers_of(fact: Fact) -> str:
    """The name of the component that lists the codes of a fact."""
    one = "Code" if fact.type is FactType.SET else "Value"
    return _SHARED_ANSWERS.get(fact.type) or component_of(fact.name) + one


def _answers(fact: Fact) -> dict[str, Any]:
    unknown = [] if fact.type is FactType.SET else [UNKNOWN]
    return {"type": "string", "enum": [*fact.values, *unknown], "description": _ANSWERED[fact.type]}


def lasts(life: ShelfLife) -> str:
    """How long a value counts, in words."""
    if life.lasts is None:
        return "on its day"
    days, seconds = life.lasts.days, life.lasts.seconds
    amount, unit = (
        (days, "day") if days else (seconds // 3600, "hour") if seconds >= 3600 else (seconds // 60, "minute")
    )
    return f"{amount} {unit}{'' if amount == 1 else 's'}"


def _one_or_several(fact: Fact) -> dict[str, Any]:
    reference = {"$ref": _HERE + component_of(fact.name)}
    several = {"type": "array", "items": reference, "minItems": 1, "maxItems": MOST_OF_ONE_FACT}
    return {"oneOf": [reference, several]}


def _observation(fact: Fact) -> dict[str, Any]:
    required = ["value", "unit"] if fact.unit_required else ["value"]
    properties: dict[str, Any] = {"value": value_schema(fact)}
    schema: dict[str, Any] = {
        "type": "object",
        "description": _description(fact),
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }
    if fact.units:
        properties["unit"] = {
            "type": "string",
            "enum": [unit.code for unit in fact.units],
            "description": "UCUM." if fact.unit_required else f"UCUM; {fact.units[0].code} if left out.",
        }
    if len(fact.units) > 1:
        _by_unit(fact, schema)
    properties.update(_TOLD)
    return schema


def _by_unit(fact: Fact, schema: dict[str, Any]) -> None:
    """The range depends on the unit: the widest in the value's own schema, the exact one by `if`."""
    ranges = [_range(fact, unit) for unit in fact.units]
    if all(limits == ranges[0] for limits in ranges):
        return
    schema["properties"]["value"] |= {
        "minimum": min(limits["minimum"] for limits in ranges),
        "maximum": max(limits["maximum"] for limits in ranges),
    }
    cases = []
    for unit, limits in zip(fact.units, ranges, strict=True):
        given: dict[str, Any] = {"properties": {"unit": {"const": unit.code}}}
        if fact.unit_required or unit is not fact.units[0]:
            given["required"] = ["unit"]
        cases.append({"if": given, "then": {"properties": {"value": limits}}})
    schema["allOf"] = cases


def _codes(fact: Fact) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "array",
        "items": {"$ref": _HERE + _answers_of(fact)},
        "uniqueItems": True,
    }
    if "none" in fact.values:
        schema |= {"if": {"contains": {"const": "none"}}, "then": {"maxItems": 1}}
    return schema


def _range(fact: Fact, unit: Unit) -> dict[str, float]:
    limits = {"minimum": fact.minimum, "maximum": fact.maximum}
    return {
        name: limit
        if unit.factor == 1 and unit.offset == 0
        else round((limit - unit.offset) / unit.factor, 9)
        for name, limit in limits.items()
        if limit is not None
    }


def _description(fact: Fact) -> str:
    sentences = []
    if fact.question:
        sentences.append(f"A screen, {fact.minutes} min: {fact.question}")
        sentences.append(f"`clear` stands for {', '.join(f'`{name}`' for name in fact.clear)}.")
    if fact.note:
        sentences.append(f"{fact.note[0].upper()}{fact.note[1:]}.")
    if fact.units and fact.units[0].code != "1":
        sentences.append(f"Kept in {fact.units[0].code}.")
    if fact.shelf_lives:
        what = "Counts" if fact.expires_both_ways else "A reassuring value counts"
        sentences.append(f"{what} {' or '.join(_life(life) for life in fact.shelf_lives)}.")
    if fact.unknown_means:
        sentences.append(f"If unknown: {fact.unknown_means}.")
    if fact.codes:
        sentences.append(f"Codes: {fact.codes}.")
    return " ".join(sentences)


def _life(life: ShelfLife) -> str:
    words = lasts(life) if life.lasts is None else f"for {lasts(life)}"
    return f"{words} where {life.written}" if life.written else words
