"""Read knowledge files strictly: no duplicate keys, no unknown keys, every fault with its place."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import yaml

from api.clinical.errors import KnowledgeFault

_Kind = TypeVar("_Kind", bound=StrEnum)
_WORDS_ONLY = "tag:yaml.org,2002:bool"


class _Loader(yaml.CSafeLoader):
    """YAML in which only `true` and `false` are booleans; `yes` and `no` are the words they look like."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _WORDS_ONLY or first in "tf"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    pairs = [
        (loader.construct_object(key, deep=True), loader.construct_object(value, deep=True))
        for key, value in node.value
    ]
    result = dict(pairs)
    if len(result) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise yaml.constructor.ConstructorError(None, None, f"key {twice!r} stands twice", node.start_mark)
    return result


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


class Entry:
    """One entry of a knowledge file; every key must be taken, so that a misspelt one is found."""

    def __init__(self, file: str, name: str, content: Mapping[str, Any]) -> None:
        self.file = file
        self.name = name
        self._left = dict(content)

    def fault(self, place: str, detail: str) -> KnowledgeFault:
        """A fault at a key of this entry."""
        return KnowledgeFault(self.file, self.name, place, detail)

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = ...) -> Any:
        """The value of a key, of the given type.

        Raises:
            KnowledgeFault: the key is missing and has no default, or has another type.
        """
        if key not in self._left:
            if default is ...:
                raise self.fault(key, "is missing")
            return default
        value = self._left.pop(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise self.fault(key, f"has the wrong type ({type(value).__name__})")
        return value

    def text(self, key: str, default: Any = ...) -> Any:
        """A text."""
        return self.take(key, str, default)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        return bool(self.take(key, bool, default))

    def listed(self, key: str, default: Any = ...) -> tuple[Any, ...]:
        """A list, as a tuple."""
        return tuple(self.take(key, list, default))

    def closed(self, key: str, kind: type[_Kind], default: Any = ...) -> _Kind:
        """A word of a closed list."""
        return self.word(key, kind, self.text(key, default))

    def word(self, key: str, kind: type[_Kind], value: str) -> _Kind:
        """A word that was already taken, as a member of a closed list."""
        try:
            return kind(value)
        except ValueError as fault:
            raise self.fault(key, f"{value!r} is not one of: {', '.join(kind)}") from fault

    def end(self) -> None:
        """Refuse keys that nobody asked for."""
        if self._left:
            raise self.fault(next(iter(self._left)), "is not a known key")


def document(folder: Path, file: str) -> Any:
    """The content of one file.

    Raises:
        KnowledgeFault: the file is missing or not YAML.
    """
    try:
        return yaml.load((folder / file).read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe loader
    except OSError as fault:
        raise KnowledgeFault(file, "file", "-", "cannot be read") from fault
    except (
        TypeError,
        ValueError,
    ) as fault:  # a key that is a list, a 30th of February, bytes that are no text
        raise KnowledgeFault(file, "file", "-", str(fault)) from fault
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "-"
        raise KnowledgeFault(file, "file", place, str(getattr(fault, "problem", fault))) from fault


def entries(folder: Path, file: str, key: str = "id") -> Iterable[Entry]:
    """The entries of a file that holds a list; `key` names them."""
    content = document(folder, file)
    if not isinstance(content, list):
        raise KnowledgeFault(file, "file", "-", "must hold a list")
    for position, item in enumerate(content):
        if not isinstance(item, dict) or not isinstance(item.get(key), str):
            raise KnowledgeFault(file, f"entry {position + 1}", key, "is missing")
        yield Entry(file, item[key], item)


def nested(entry: Entry, key: str, content: object) -> Entry:
    """A mapping inside an entry, read with the same care."""
    if not isinstance(content, dict):
        raise entry.fault(key, "must be a mapping")
    return Entry(entry.file, f"{entry.name}.{key}", content)


def unique(
    items: Iterable[Any], name: Callable[[Any], str], file: str | Callable[[Any], str]
) -> dict[str, Any]:
    """Items by name; `file` names where they stand, or tells it of an item.

    Raises:
        KnowledgeFault: two items have one name.
    """
    found: dict[str, Any] = {}
    for item in items:
        if name(item) in found:
            place = file if isinstance(file, str) else file(item)
            raise KnowledgeFault(place, name(item), "id", "stands twice")
        found[name(item)] = item
    return found
