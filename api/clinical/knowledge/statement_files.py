"""Entries of the dose tables from their files, read field by field as their types ask."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from enum import StrEnum
from types import MappingProxyType, UnionType
from typing import Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

from api.clinical.criteria import Criterion, Domain
from api.clinical.knowledge.fact_files import condition
from api.clinical.knowledge.reading import Entry, nested
from api.clinical.knowledge.rule_files import citation
from api.clinical.rules import Source
from api.clinical.statements import Span, Statement
from api.clinical.vocabulary import ReviewStatus

_Kind = TypeVar("_Kind", bound=Statement)

_SAID = frozenset(field.name for field in fields(Statement))


class Shelf(NamedTuple):
    """What every entry of a file needs: what conditions may name, the sources, and the review status."""

    domains: Mapping[str, Domain]
    sources: Mapping[str, Source]
    review_status: ReviewStatus

    def statement(self, kind: type[_Kind], entry: Entry, **given: Any) -> _Kind:
        """One entry as its type.

        Args:
            kind: the type.
            entry: the entry.
            given: fields that are not read from it.

        Raises:
            KnowledgeFault: a key is missing, unknown or of the wrong kind, with its place.
        """
        content = self._said(entry, given)
        hints = get_type_hints(kind)
        for field in fields(kind):
            if field.name not in _SAID and field.name not in given:
                content[field.name] = self._field(entry, field, hints[field.name])
        entry.end()
        return kind(**{**content, **given})

    def under(self, parent: Entry, key: str, kind: type[_Kind], **given: Any) -> _Kind:
        """The entry under a key."""
        return self.statement(kind, nested(parent, key, parent.take(key, dict)), **given)

    def listed(self, parent: Entry, key: str, kind: type[_Kind], **given: Any) -> tuple[_Kind, ...]:
        """The entries of the list under a key; each has an id."""
        found: list[_Kind] = []
        for position, content in enumerate(parent.listed(key)):
            if not isinstance(content, dict) or not isinstance(content.get("id"), str):
                raise parent.fault(f"{key}, entry {position + 1}", "has no id")
            found.append(self.statement(kind, Entry(parent.file, content["id"], content), **given))
        if not found:
            raise parent.fault(key, "is empty")
        return tuple(found)

    def _said(self, entry: Entry, given: Mapping[str, Any]) -> dict[str, Any]:
        content: dict[str, Any] = {"id": entry.text("id"), "review_status": self.review_status}
        if "says" not in given:
            content["says"] = entry.text("says").strip()
            if not content["says"].endswith("."):
                raise entry.fault("says", "must be a sentence")
        if "citations" not in given:
            written = entry.listed("citations")
            content["citations"] = tuple(citation(entry, one, self.sources) for one in written)
            content["verification"] = entry.text("verification")
            if not written:
                raise entry.fault(
                    "citations", "a statement needs a source or says that it is a design decision"
                )
        return content

    def _field(self, entry: Entry, field: Field[Any], hint: Any) -> Any:
        if hint is bool:
            return entry.take(field.name, bool, ... if field.default is MISSING else field.default)
        default = field.default if field.default_factory is MISSING else field.default_factory()
        optional = default is not MISSING or type(None) in get_args(hint)
        value = entry.take(field.name, object, None if optional else ...)
        if value is None:
            if not optional:
                raise entry.fault(field.name, "is empty")
            return None if default is MISSING else default
        if hint in {Criterion, Criterion | None}:
            return self._condition(entry, field.name, value)
        return _value(entry, field.name, value, _without_none(hint))

    def _condition(self, entry: Entry, place: str, value: Any) -> Criterion:
        if not isinstance(value, str):
            raise entry.fault(place, "must be a condition")
        return condition(entry, place, value, self.domains)


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in {UnionType, Union}:
        return next(part for part in get_args(hint) if part is not type(None))
    return hint


def _value(entry: Entry, place: str, value: Any, hint: Any) -> Any:
    """A value as its type asks."""
    origin, parts = get_origin(hint), get_args(hint)
    if hint is Span:
        return _span(entry, place, value)
    if origin in {tuple, frozenset}:
        if not isinstance(value, list) or not value:
            raise entry.fault(place, "must be a list")
        members = [_value(entry, place, member, parts[0]) for member in value]
        if len(set(members)) != len(members) and origin is frozenset:
            raise entry.fault(place, "names one twice")
        return origin(members)
    if origin is not None:
        if not isinstance(value, dict) or not value:
            raise entry.fault(place, "must be a mapping")
        pairs = {
            _value(entry, place, key, parts[0]): _value(entry, f"{place}.{key}", member, parts[1])
            for key, member in value.items()
        }
        return MappingProxyType(pairs)
    if issubclass(hint, StrEnum):
        return entry.word(place, hint, value)
    fits = isinstance(value, (int, float) if hint is float else hint)
    if not fits or isinstance(value, bool):
        raise entry.fault(place, f"has the wrong type ({type(value).__name__})")
    return value


def _span(entry: Entry, place: str, value: Any) -> Span:
    ends = value if isinstance(value, list) else []
    if len(ends) != 2 or any(type(end) is not int for end in ends) or ends[0] > ends[1]:
        raise entry.fault(place, "must be two whole numbers, the lower first")
    return Span(*ends)
