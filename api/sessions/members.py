"""The values of a report's members: what JSON data says, or why it says nothing that can be used."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from unicodedata import category
from uuid import UUID

from api.clinical.errors import ValueRefused
from api.clinical.session_fields import FieldKind, ReportField
from api.errors import FieldError
from api.web.moments import Date, Instant, TimeZone, zone_fault

OLDEST_YEAR = 1900
LONGEST_LABEL = 200

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
    r"(Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?"
)


class Refused(Exception):
    """A member that cannot be used; pointers are relative to it."""

    def __init__(self, detail: str, code: str) -> None:
        super().__init__(detail)
        self.faults: list[FieldError] = [FieldError(pointer="", detail=detail, code=code)]

    @classmethod
    def of(cls, faults: Iterable[FieldError]) -> "Refused":
        """The refusal of a member in which several things are wrong."""
        refused = cls("", "")
        refused.faults = list(faults)
        return refused


def uuid(given: Any) -> UUID:
    """A UUID in its usual form."""
    if type(given) is not str or not _UUID.fullmatch(given):
        raise Refused("This must be a UUID.", "not-a-uuid")
    return UUID(given)


def instant(given: Any) -> datetime:
    """A moment, with the offset as it was told."""
    match = _INSTANT.fullmatch(given) if type(given) is str else None
    if match is None:
        raise Refused(Instant.sentences["not-an-instant"], "not-an-instant")
    if match[1] is None:
        raise Refused(Instant.sentences["no-offset"], "no-offset")
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise Refused("There is no such day or time.", "not-an-instant") from None
    if moment.year <= OLDEST_YEAR or moment.year > 9000:
        raise Refused(f"This lies before {OLDEST_YEAR} or far in the future.", "out-of-range")
    return moment


def day(given: Any) -> date:
    """A calendar date."""
    if type(given) is str and _DATE.fullmatch(given):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    raise Refused(Date.sentences["not-a-date"], "not-a-date")


def zone(given: Any) -> str:
    """An IANA time zone of a place."""
    fault = zone_fault(given)
    if fault is not None:
        raise Refused(TimeZone.sentences[fault], fault)
    name: str = given
    return name


def choice(kind: type[StrEnum]) -> Callable[[Any], StrEnum]:
    """Reads one of a closed list."""
    known = {member.value: member for member in kind}

    def read(given: Any) -> StrEnum:
        member = known.get(given) if type(given) is str else None
        if member is None:
            raise Refused(f"This must be one of: {', '.join(known)}.", "not-in-the-list")
        return member

    return read


def several(kind: type[StrEnum]) -> Callable[[Any], frozenset[StrEnum] | None]:
    """Reads any of a closed list; an empty array is not asked, as null is."""
    one = choice(kind)

    def read(given: Any) -> frozenset[StrEnum] | None:
        if type(given) is not list:
            raise Refused("This must be an array.", "invalid")
        if len(given) > len(kind):
            raise Refused(f"This must have 0 to {len(kind)} elements.", "wrong-number")
        members = [one(each) for each in given]
        if len(set(members)) != len(members):
            raise Refused("This names one thing twice.", "duplicate-member")
        return frozenset(members) or None

    return read


def whole(least: int, most: int) -> Callable[[Any], int]:
    """Reads a whole number of a range."""

    def read(given: Any) -> int:
        if type(given) is not int:
            raise Refused("This must be a whole number.", "not-an-integer")
        if not least <= given <= most:
            raise Refused(f"This must be from {least} to {most}.", "out-of-range")
        return given

    return read


def number(field: ReportField) -> Callable[[Any], float]:
    """Reads a number of a field, whose range the medicine checks."""
    is_whole = field.kind is FieldKind.INTEGER

    def read(given: Any) -> float:
        if type(given) is not int and (is_whole or type(given) is not float):
            what = "a whole number" if is_whole else "a number"
            raise Refused(f"This must be {what}.", "not-an-integer" if is_whole else "not-a-number")
        try:
            field.check(given)
        except ValueRefused as refused:
            raise Refused(refused.detail, refused.code) from None
        return given if is_whole else float(given)

    return read


def label(given: Any) -> str:
    """A name that a system gives: one line, trimmed."""
    text = _trimmed(given, LONGEST_LABEL, breaks="")
    if not text:
        raise Refused("This may not be empty.", "empty")
    return text


def prose(most: int) -> Callable[[Any], str | None]:
    """Reads a text of several lines; an empty one is not told."""
    return lambda given: _trimmed(given, most, breaks="\n\r\t") or None


def _trimmed(given: Any, most: int, *, breaks: str) -> str:
    if type(given) is not str:
        raise Refused("This must be a text.", "not-a-text")
    text = given.strip()
    if len(text) > most:
        raise Refused(f"This may have at most {most} characters.", "too-long")
    if not text.isprintable() and any(
        category(character) == "Cc" and character not in breaks for character in text
    ):
        raise Refused("This may not hold control characters.", "control-character")
    return text
