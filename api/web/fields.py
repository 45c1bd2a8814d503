"""Strict marshmallow fields: a value is of its type or refused, and each refusal has a code."""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from marshmallow import ValidationError, fields

from api.web.moments import Date, Instant, TimeZone
from api.web.strict import EVERYWHERE, Strict, coded

__all__ = [
    "Boolean",
    "Closed",
    "Date",
    "Float",
    "Instant",
    "Integer",
    "List",
    "Nested",
    "Text",
    "TimeZone",
    "Uuid",
]

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Integer(Strict[int]):
    """A whole number: never 3.7, "3" or true."""

    sentences: ClassVar[Mapping[str, str]] = {
        "not-an-integer": "This must be a whole number.",
        "out-of-range": "This must be {limits}.",
    }

    def __init__(self, *, least: int | None = None, most: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def read(self, value: Any) -> int:
        """The value of JSON data."""
        if type(value) is not int:
            raise self.make_error("not-an-integer")
        _in_range(self, value)
        return value

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema."""
        return {"type": "integer", **_range_schema(self.least, self.most)}

    def from_text(self, text: str) -> Any:
        """The whole number that the text says, or the text."""
        return int(text) if _INTEGER.fullmatch(text) else text


class Float(Strict[float]):
    """A number: never "1_000" or true."""

    sentences: ClassVar[Mapping[str, str]] = {
        "not-a-number": "This must be a number.",
        "out-of-range": "This must be {limits}.",
    }

    def __init__(self, *, least: float | None = None, most: float | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def read(self, value: Any) -> float:
        """The value of JSON data."""
        if type(value) is not int and type(value) is not float:
            raise self.make_error("not-a-number")
        _in_range(self, value)
        return float(value)

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema."""
        return {"type": "number", **_range_schema(self.least, self.most)}

    def from_text(self, text: str) -> Any:
        """The number that the text says, or the text."""
        return float(text) if _NUMBER.fullmatch(text) else text


class Boolean(Strict[bool]):
    """True or false: never "yes" or 1."""

    sentences: ClassVar[Mapping[str, str]] = {"not-a-boolean": "This must be true or false."}

    def read(self, value: Any) -> bool:
        """The value of JSON data."""
        if type(value) is not bool:
            raise self.make_error("not-a-boolean")
        return value

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema."""
        return {"type": "boolean"}

    def from_text(self, text: str) -> Any:
        """The truth value that the text says, or the text."""
        return {"true": True, "false": False}.get(text, text)


class Text(Strict[str]):
    """A text without control characters, trimmed, with at least one character that is not a space.

    Args:
        most: its greatest length in characters.
        pattern: what the whole trimmed text must match.
        lines: whether it may have line breaks and tabs.
    """

    sentences: ClassVar[Mapping[str, str]] = {
        "not-a-text": "This must be a text.",
        "empty": "This may not be empty.",
        "too-long": "This may have at most {most} characters.",
        "control-character": "This may not hold control characters.",
        "wrong-form": "This must have the form {pattern}.",
    }

    def __init__(self, *, most: int = 200, pattern: str = "", lines: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.most = most
        self.pattern = re.compile(pattern) if pattern else None
        self.lines = lines

    def read(self, value: Any) -> str:
        """The value of JSON data."""
        if type(value) is not str:
            raise self.make_error("not-a-text")
        text = value.strip()
        if not text:
            raise self.make_error("empty")
        if len(text) > self.most:
            raise self.make_error("too-long", most=self.most)
        if not text.isprintable() and any(
            unicodedata.category(character) == "Cc" and not (self.lines and character in "\n\r\t")
            for character in text
        ):
            raise self.make_error("control-character")
        if self.pattern is not None and not self.pattern.fullmatch(text):
            raise self.make_error("wrong-form", pattern=self.pattern.pattern)
        return text

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema."""
        control = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f" if self.lines else r"\x00-\x1f\x7f-\x9f"
        shown = rf"^[^{control}]*[^{control}\s][^{control}]*$"
        pattern = f"^(?:{self.pattern.pattern})$" if self.pattern else shown
        return {"type": "string", "minLength": 1, "maxLength": self.most, "pattern": pattern}


class Uuid(Strict[UUID]):
    """A UUID in its usual form with hyphens."""

    sentences: ClassVar[Mapping[str, str]] = {"not-a-uuid": "This must be a UUID."}

    def read(self, value: Any) -> UUID:
        """The value of JSON data."""
        if type(value) is not str or not _UUID.fullmatch(value):
            raise self.make_error("not-a-uuid")
        return UUID(value)

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema."""
        return {"type": "string", "format": "uuid"}


class Closed(Strict[StrEnum]):
    """One value of a closed list, which the document names, so that generated clients have it once.

    Args:
        kind: the list.
        name: its name in the document, if it is not that of `kind`.
    """

    sentences: ClassVar[Mapping[str, str]] = {"not-in-the-list": "This must be one of: {values}."}

    def __init__(self, kind: type[StrEnum], *, name: str = "", **options: Any) -> None:
        super().__init__(**options)
        self.kind = kind
        self.component = name or kind.__name__
        listed = {"type": "string", "enum": [member.value for member in kind]}
        if "__doc__" in vars(kind):
            listed["description"] = str(kind.__doc__).partition("\n")[0]
        self.components = {self.component: listed}
        self._members = {member.value: member for member in kind}

    def read(self, value: Any) -> StrEnum:
        """The value of JSON data."""
        member = self._members.get(value) if type(value) is str else None
        if member is None:
            raise self.make_error("not-in-the-list", values=", ".join(self._members))
        return member

    def json_schema(self) -> dict[str, Any]:
        """A reference to the list."""
        return {"$ref": f"#/components/schemas/{self.component}"}


class List(fields.List[Any]):
    """An array.

    Args:
        most: the greatest number of elements.
    """

    def __init__(self, inner: fields.Field[Any], *, least: int = 0, most: int = 200, **options: Any) -> None:
        description = options.pop("description", "")
        if description:
            options["metadata"] = {"description": description}
        super().__init__(inner, **options)
        self.least, self.most = least, most

    sentences: ClassVar[Mapping[str, str]] = {
        **EVERYWHERE,
        "invalid": "This must be an array.",
        "wrong-number": "This must have {least} to {most} elements.",
    }

    def make_error(self, key: str, **values: Any) -> ValidationError:
        """The refusal of this key; the key is the code."""
        return coded(self.sentences[key], key, values)

    def _deserialize(self, value: Any, attr: Any, data: Any, **options: Any) -> list[Any]:
        if type(value) is list and not self.least <= len(value) <= self.most:
            raise self.make_error("wrong-number", least=self.least, most=self.most)
        return super()._deserialize(value, attr, data, **options)

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema, without the elements."""
        return {"type": "array", "minItems": self.least, "maxItems": self.most}


class Nested(fields.Nested):
    """An object of another shape."""

    def __init__(self, shape: Any, *, description: str = "", **options: Any) -> None:
        if description:
            options["metadata"] = {"description": description}
        super().__init__(shape, **options)

    sentences: ClassVar[Mapping[str, str]] = {
        **EVERYWHERE,
        "type": "This must be an object.",
    }

    def make_error(self, key: str, **values: Any) -> ValidationError:
        """The refusal of this key; the key is the code."""
        return coded(self.sentences[key], key, values)


def _range_schema(least: float | None, most: float | None) -> dict[str, float]:
    limits = {"minimum": least, "maximum": most}
    return {name: limit for name, limit in limits.items() if limit is not None}


def _in_range(field: Integer | Float, value: float) -> None:
    if (field.least is not None and value < field.least) or (field.most is not None and value > field.most):
        if field.least is None:
            limits = f"at most {field.most}"
        elif field.most is None:
            limits = f"at least {field.least}"
        else:
            limits = f"from {field.least} to {field.most}"
        raise field.make_error("out-of-range", limits=limits)
