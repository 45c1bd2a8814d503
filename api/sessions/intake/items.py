"""A report among others: whose it is, what it says, whether it corrects; or why it says nothing usable."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from api.errors import BadRequest, FieldError, Invalid
from api.sessions import members
from api.sessions.members import Refused
from api.sessions.reading import read
from api.sessions.told import Told
from api.web import encoding
from api.web.lines import Document

Identifier = tuple[str, str]
"""System and value."""

_ADDRESS = ("patient_id", "identifier")
_BESIDE = frozenset({*_ADDRESS, "correction"})
_LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Why a report says otherwise than before.

    Attributes:
        version: the one that it was made from; None takes the place of whatever is on file.
    """

    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A report among others, as far as it can be read.

    Attributes:
        data: what the JSON says; None if it is none.
        told: the report, if it can be used.
        session_id: of the report, also of one that cannot be used.
        faults: why it cannot be used.
    """

    document: Document
    data: Any
    told: Told | None
    patient_id: UUID | None
    identifier: Identifier | None
    session_id: UUID | None
    correction: Correction | None
    faults: tuple[FieldError, ...]

    @property
    def chains(self) -> list[tuple[Any, ...]]:
        """What it shares with other tellings of the same session."""
        if self.told is None:
            return []
        named: list[tuple[Any, ...]] = [("session", self.told.id)]
        if self.told.source_record_id is not None:
            whose = self.patient_id or self.identifier
            named.append(("record", whose, self.told.source, self.told.source_record_id))
        return named

    def of_source(self, source: str) -> "Item":
        """The same, told by this source where it does not say by which."""
        if self.told is None or self.told.source is not None:
            return self
        return replace(self, told=replace(self.told, source=source))


def read_document(document: Document, received_at: datetime) -> Item:
    """A document of a body as an item."""
    try:
        data = encoding.read(document.sent)
    except BadRequest as refused:
        return _unread(document, None, [FieldError(pointer="", detail=refused.detail, code="not-json")])
    return read_item(document, data, received_at)


def read_again(line: int, sent: bytes, received_at: datetime) -> Item:
    """What was sent once, as an item."""
    return read_document(Document(line=line, sent=sent), received_at)


def read_instead(line: int, sent: bytes, data: Any, received_at: datetime) -> Item:
    """JSON data as the item in place of what was sent."""
    return read_item(Document(line=line, sent=sent), data, received_at)


def read_item(document: Document, data: Any, received_at: datetime) -> Item:
    """JSON data as an item, with all that is wrong with it."""
    if type(data) is not dict:
        fault = FieldError(pointer="", detail="This must be an object.", code="type")
        return _unread(document, data, [fault])
    faults: list[FieldError] = []
    patient_id = _member(data, "patient_id", members.uuid, faults)
    identifier = _member(data, "identifier", _identifier, faults)
    correction = _member(data, "correction", _correction, faults)
    if sum(data.get(name) is not None for name in _ADDRESS) != 1:
        detail = "Name the patient by patient_id or by identifier, one of the two."
        faults.append(FieldError(pointer="/patient_id", detail=detail, code="required"))
    told = None
    try:
        told = read({name: value for name, value in data.items() if name not in _BESIDE}, received_at)
    except Invalid as refused:
        faults += refused.errors
    return Item(
        document=document,
        data=data,
        told=told,
        patient_id=patient_id,
        identifier=identifier,
        session_id=told.id if told is not None else _member(data, "session_id", members.uuid, []),
        correction=correction,
        faults=tuple(faults),
    )


def _unread(document: Document, data: Any, faults: list[FieldError]) -> Item:
    return Item(
        document=document,
        data=data,
        told=None,
        patient_id=None,
        identifier=None,
        session_id=None,
        correction=None,
        faults=tuple(faults),
    )


def _member(data: Mapping[str, Any], name: str, reader: Any, faults: list[FieldError]) -> Any:
    """The value of a member beside the report; None if it is not there or says nothing usable."""
    given = data.get(name)
    if given is None:
        return None
    try:
        return reader(given)
    except Refused as refused:
        faults += [replace(one, pointer=f"/{name}{one.pointer}") for one in refused.faults]
        return None


def _identifier(given: Any) -> Identifier:
    if type(given) is not dict or given.keys() != {"system", "value"}:
        raise Refused("This must be an object with system and value.", "type")
    system, value = given["system"], given["value"]
    if type(system) is not str or type(value) is not str:
        raise Refused("Both are texts.", "not-a-text")
    return system.strip(), value.strip()


def _correction(given: Any) -> Correction:
    if type(given) is not dict or not {"reason"} <= given.keys() <= {"reason", "version"}:
        raise Refused("This must be an object with a reason, and a version if you like.", "type")
    reason = members.prose(_LONGEST_REASON)(given["reason"])
    if reason is None:
        raise Refused("This needs a reason.", "empty")
    version = given.get("version")
    return Correction(
        reason=reason, version=None if version is None else members.whole(1, 2**31 - 1)(version)
    )
