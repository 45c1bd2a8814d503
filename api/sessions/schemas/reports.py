"""The shape of a report, out of the medicine's own table of fields: one source for document and reader."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from api.clinical.session_fields import FIELDS, ITEM_FIELDS, FieldKind, ReportField
from api.errors import FieldError, Invalid
from api.sessions import reading
from api.sessions.lists import EvidenceLevel
from api.sessions.members import LONGEST_LABEL
from api.sessions.told import Told
from api.web import fields, shapes
from api.web.request import current

_HERE = "#/components/schemas/"
_ITEM = "DoneExercise"
_REASON = fields.Text(most=2000, lines=True)
_LABEL = fields.Text(most=LONGEST_LABEL).json_schema()


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a report says now, and why it says something else."""

    told: Told
    reason: str


def _schema_of(one: ReportField) -> dict[str, Any]:
    """What a field takes, null where it may be left out."""
    match one.kind:
        case FieldKind.UUID:
            schema: dict[str, Any] = {"type": "string", "format": "uuid"}
        case FieldKind.INSTANT:
            schema = {"type": "string", "format": "date-time"}
        case FieldKind.CHOICE:
            schema = {"$ref": _HERE + _name(one.choices)}
        case FieldKind.SET:
            schema = {"type": "array", "items": {"$ref": _HERE + _name(one.choices)}, "uniqueItems": True}
        case FieldKind.INTEGER:
            schema = {"type": "integer", "minimum": one.minimum, "maximum": one.maximum}
        case FieldKind.NUMBER:
            schema = {"type": "number", "minimum": one.minimum, "maximum": one.maximum}
        case FieldKind.ITEMS:
            schema = {"type": "array", "items": {"$ref": _HERE + _ITEM}, "maxItems": one.maximum}
        case FieldKind.TEXT if one.required:
            schema = {"type": "string", "minLength": one.minimum, "maxLength": one.maximum}
        case FieldKind.TEXT:
            schema = {"type": "string", "maxLength": one.maximum}
    unit = f" Unit: {one.unit}." if one.unit and not one.unit.startswith("{") else ""
    described = {"description": f"{one.says}{unit}"}
    return schema | described if one.required else _or_null(schema) | described


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    if isinstance(schema.get("type"), str):
        return schema | {"type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def _name(kind: type[StrEnum] | None) -> str:
    assert kind is not None
    return kind.__name__


def _object(several: Iterable[ReportField], more: Mapping[str, Any], description: str) -> dict[str, Any]:
    listed = list(several)
    return {
        "type": "object",
        "description": description,
        "additionalProperties": False,
        "required": [one.name for one in listed if one.required] + [name for name in more if name in _NEEDED],
        "properties": {**{one.name: _schema_of(one) for one in listed}, **more},
    }


_NEEDED = {"time_zone", "reason"}
_MORE: dict[str, Any] = {
    "time_zone": fields.TimeZone().json_schema()
    | {"description": "Where it was done: IANA name. The day there is the day that counts."},
    "local_date": {
        "type": ["string", "null"],
        "format": "date",
        "description": "The day, if the reporter tells it: that of the moment in the zone, or next to it.",
    },
    "prescription_revision": {
        "type": ["integer", "null"],
        "minimum": 1,
        "maximum": 2**31 - 1,
        "description": "The revision acted on; the one in effect on that day if left out.",
    },
    "evidence": _or_null({"$ref": f"{_HERE}EvidenceLevel"})
    | {"description": "How good the evidence is; what goes with the reporter if left out."},
    "source": _or_null(_LABEL) | {"description": "Which system tells it; your client if left out."},
    "source_record_id": _or_null(_LABEL)
    | {"description": "Its record there: the same record is the same session, whatever its id."},
}


def _components() -> dict[str, Mapping[str, Any]]:
    """What reports refer to: an item, and each closed list."""
    kinds: list[type[StrEnum]] = [one.choices for one in FIELDS if one.choices is not None]
    kinds.append(EvidenceLevel)
    lists = {name: schema for kind in kinds for name, schema in fields.Closed(kind).components.items()}
    return {**lists, _ITEM: _object(ITEM_FIELDS, {}, "One exercise that was done.")}


def _new(data: Any) -> Told:
    return reading.read(data, current().moment)


def _correction(data: Any) -> Correction:
    if not isinstance(data, dict):
        return Correction(told=_new(data), reason="")
    rest = {name: value for name, value in data.items() if name != "reason"}
    faults: list[FieldError] = []
    reason = told = None
    try:
        reason = shapes.load(_Reason(), {name: data[name] for name in ("reason",) if name in data})["reason"]
    except Invalid as refused:
        faults += refused.errors
    try:
        told = _new(rest)
    except Invalid as refused:
        faults += refused.errors
    if told is None or reason is None:
        count = len(faults)
        raise Invalid(f"{count} values are wrong." if count > 1 else "1 value is wrong.", errors=faults)
    return Correction(told=told, reason=reason)


class _Reason(shapes.Body):
    """Why a report is corrected."""

    reason = fields.Text(required=True, most=2000, lines=True)


NEW = shapes.Documented(
    "NewSession",
    _object(
        FIELDS,
        _MORE,
        "One session, done, cut short or left out. What is null or left out was not asked or not measured.",
    ),
    decode=_new,
    others=_components(),
)
CORRECTED = shapes.Documented(
    "CorrectedSession",
    _object(
        FIELDS,
        {**_MORE, "reason": _REASON.json_schema() | {"description": "Why it is corrected."}},
        "All that is to be said of the session now, and why it was said otherwise before.",
    ),
    decode=_correction,
    others=_components(),
)
