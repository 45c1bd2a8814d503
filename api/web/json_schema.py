"""What shapes and strict fields say of themselves, as JSON Schema in the OpenAPI document."""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from marshmallow import fields as stock

from api.web import fields, shapes
from api.web.strict import Strict

_LIMITS = {"minLength", "maxLength", "pattern", "minItems", "maxItems", "minimum", "maximum"}


class Converter(OpenAPIConverter):
    """Shapes as JSON Schema, each described by its docstring."""

    def schema2jsonschema(self, schema: Any) -> dict[str, Any]:
        """The JSON Schema of a shape."""
        own = vars(type(schema) if isinstance(schema, shapes.Shape) else schema).get("__doc__")
        described: dict[str, Any] = super().schema2jsonschema(schema)  # type: ignore[no-untyped-call]
        return {"description": str(own).partition("\n")[0], **described} if own else described


class Shapes(MarshmallowPlugin):
    """What writes shapes into the document."""

    Converter = Converter


def add_named(spec: APISpec, field: Strict[Any]) -> None:
    """Write the schemas that a field names into the document.

    Raises:
        ValueError: another schema has the name.
    """
    for name, schema in field.components.items():
        if name not in spec.components.schemas:
            spec.components.schema(name, schema)
        elif spec.components.schemas[name] != schema:
            raise ValueError(f"two different schemas are called {name}")


def strict_properties(self: Any, field: stock.Field[Any], **_: Any) -> dict[str, Any]:
    """What a strict field says of itself; apispec binds this to its converter."""
    if not isinstance(field, Strict | fields.List):
        return {}
    own = field.json_schema()
    if isinstance(field, Strict):
        add_named(self.spec, field)
    if isinstance(
        field.root, shapes.View
    ):  # clients rely on what an answer has, not on what it will never have
        own = {name: value for name, value in own.items() if name not in _LIMITS}
    if not field.allow_none:
        return own
    if "$ref" in own:
        return own if _takes_null(self.spec, own["$ref"]) else {"anyOf": [own, {"type": "null"}]}
    if "type" in own:
        own["type"] = [own["type"], "null"]
        if "enum" in own:
            own["enum"] = [*own["enum"], None]
    return own


def _takes_null(spec: APISpec, reference: str) -> bool:
    named = spec.components.schemas[reference.rpartition("/")[2]]
    return "null" in named.get("type", ())
