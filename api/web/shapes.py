"""The shapes on the wire: bodies, answers and query strings, and how their faults are told."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Protocol

from marshmallow import INCLUDE, Schema, ValidationError, fields, missing, post_load
from werkzeug.datastructures import MultiDict

from api.errors import FieldError, Invalid, escaped
from api.web.strict import Coded, Strict


class Readable(Protocol):
    """Whatever turns JSON data into a value: a shape, or something documented elsewhere."""

    def load(self, data: Any) -> Any:
        """The value of the data; raises `Invalid` or marshmallow's `ValidationError`."""


class Shape(Schema):
    """An object on the wire; the document describes it by the first line of its docstring."""

    error_messages = {  # noqa: RUF012 marshmallow reads it once
        "unknown": Coded("This is not known here.", "unknown"),
        "type": Coded("This must be an object.", "type"),
    }


class Body(Shape):
    """What comes in: unknown names are refused.

    A shape with `makes` loads into that value, a frozen dataclass with the same names.
    """

    makes: ClassVar[Callable[..., Any] | None] = None

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Any:
        makes = type(self).makes
        return data if makes is None else makes(**data)


class View(Shape):
    """What goes out: every declared field is always there, or making the answer fails."""

    class Meta:
        """An answer may gain fields later, so clients must expect ones that they do not know."""

        unknown = INCLUDE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:  # noqa: ARG002 marshmallow's
        """Document every field as always there."""
        field_obj.required = True

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """The value of the attribute, which must be there."""
        value = super().get_attribute(obj, attr, default)
        if value is missing:
            raise LookupError(f"{type(obj).__name__} has no {attr!r} for {type(self).__name__}")
        return value


class Query(Shape):
    """The parameters of a query string; unknown and repeated ones are refused."""

    def read(self, parameters: MultiDict[str, str]) -> Any:
        """The value of the parameters.

        Raises:
            Invalid: with pointers below `/query`.
        """
        data: dict[str, Any] = {}
        errors: list[FieldError] = []
        for name, texts in parameters.lists():
            field = self._by_key.get(name)
            if isinstance(field, fields.List):
                data[name] = [_from_text(field.inner, text) for text in texts]
            elif len(texts) > 1:
                errors.append(
                    FieldError(
                        pointer=f"/query/{escaped(name)}", detail="This may be given once.", code="repeated"
                    )
                )
            else:
                data[name] = _from_text(field, texts[0])
        try:
            value = self.load(data)
        except ValidationError as fault:
            errors.extend(_errors(fault.messages, "/query"))
        if errors:
            raise _all_of(errors)
        return value

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._by_key = {field.data_key or name: field for name, field in self.load_fields.items()}


class Documented(Strict[Any]):
    """A value with a JSON Schema written elsewhere and a decoder of its own, where marshmallow is too slow.

    It stands as a field in a shape, or as a whole body in `Room.takes` or a whole answer in `Room.gives`.

    Args:
        name: the name of the component in the OpenAPI document.
        schema: its JSON Schema, which may refer to `others`.
        decode: from JSON data to the value; raises `Invalid` with pointers relative to the data.
        others: further components by name.
    """

    def __init__(
        self,
        name: str,
        schema: Mapping[str, Any],
        *,
        decode: Callable[[Any], Any] = lambda value: value,
        others: Mapping[str, Mapping[str, Any]] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.component = name
        self.components = {name: dict(schema), **{key: dict(value) for key, value in (others or {}).items()}}
        self.decode = decode

    def read(self, value: Any) -> Any:
        """The value of JSON data."""
        try:
            return self.decode(value)
        except Invalid as refusal:
            raise ValidationError(
                [Coded(error.detail, error.code, error.pointer) for error in refusal.errors]
            ) from None

    def json_schema(self) -> dict[str, Any]:
        """A reference to the component."""
        return {"$ref": f"#/components/schemas/{self.component}"}

    def load(self, data: Any) -> Any:
        """The value of a whole body."""
        return self.decode(data)


def load(shape: Readable, data: Any) -> Any:
    """The value of JSON data in this shape.

    Raises:
        Invalid: with every fault and a pointer to each.
    """
    try:
        return shape.load(data)
    except ValidationError as fault:
        raise _all_of(list(_errors(fault.messages, ""))) from None


def _from_text(field: fields.Field[Any] | None, text: str) -> Any:
    return field.from_text(text) if isinstance(field, Strict) else text


def _all_of(errors: list[FieldError]) -> Invalid:
    count = len(errors)
    return Invalid(f"{count} values are wrong." if count != 1 else "1 value is wrong.", errors=errors)


def _errors(messages: Any, pointer: str) -> Iterator[FieldError]:
    match messages:
        case Mapping():
            for key, inner in messages.items():
                yield from _errors(inner, pointer if key == "_schema" else f"{pointer}/{escaped(str(key))}")
        case Coded():
            yield FieldError(pointer=pointer + messages.pointer, detail=str(messages), code=messages.code)
        case str():
            yield FieldError(pointer=pointer, detail=messages, code="invalid")
        case _:
            for inner in messages:
                yield from _errors(inner, pointer)
