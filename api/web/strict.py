"""What every strict field shares: coded refusals, a JSON Schema of its own, reading from a query string."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar

from marshmallow import ValidationError, fields

T = TypeVar("T")


class Coded(str):
    """A sentence about a fault, with the fault's code, and a pointer below the field where it has one."""

    __slots__ = ("code", "pointer")
    code: str
    pointer: str

    def __new__(cls, sentence: str, code: str, pointer: str = "") -> "Coded":
        """Make the sentence with its code."""
        made = super().__new__(cls, sentence)
        made.code = code
        made.pointer = pointer
        return made

    def __getnewargs__(self) -> tuple[str, str, str]:  # type: ignore[override]  # it is made of three
        """What a copy is made of."""
        return str(self), self.code, self.pointer


EVERYWHERE: Mapping[str, str] = {
    "required": "This is needed.",
    "null": "This may not be null.",
}


def coded(sentence: str, code: str, values: Mapping[str, Any]) -> ValidationError:
    """A refusal whose sentence is filled with the values."""
    return ValidationError([Coded(sentence.format(**values), code)])


class Strict(fields.Field[T], ABC):
    """What all our fields share: coded refusals, a JSON Schema of their own, and reading from a query string.

    Args:
        description: a sentence for the documentation.
        required, allow_none, load_default, data_key …: as in marshmallow.
    """

    sentences: ClassVar[Mapping[str, str]] = {}
    components: Mapping[str, dict[str, Any]] = MappingProxyType({})
    """The named schemas that the JSON Schema of the field refers to."""

    def __init__(self, *, description: str = "", **options: Any) -> None:
        if description:
            options["metadata"] = {"description": description, **options.get("metadata", {})}
        super().__init__(**options)

    def make_error(self, key: str, **values: Any) -> ValidationError:
        """The refusal of this key; the key is the code."""
        return coded(self.sentences.get(key, EVERYWHERE.get(key, key)), key, values)

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> T:  # noqa: ARG002 marshmallow's signature
        return self.read(value)

    @abstractmethod
    def read(self, value: Any) -> T:
        """The value of JSON data; refuses what is not of the type."""

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema of a value that is not null."""
        return {}

    def from_text(self, text: str) -> Any:
        """The JSON value that a text in a query string stands for."""
        return text
