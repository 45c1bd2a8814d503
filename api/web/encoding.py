"""JSON in and out: strict when read, orjson and RFC 3339 when written."""

import json
from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider

from api.errors import BadRequest

JSON = "application/json"

_LONGEST_INTEGER = 18  # digits that any 64-bit reader holds exactly
_MANY_DIGITS = b"0" * (_LONGEST_INTEGER + 1)
_DIGITS_AS_ZEROS = bytes(ord("0") if byte in b"123456789" else byte for byte in range(256))

_OPTIONS = orjson.OPT_UTC_Z


def read(raw: bytes) -> Any:
    """The value that the bytes say in JSON.

    The plain case is two passes of orjson: a text without backslashes has no duplicate names exactly if
    writing what was read gives as many quotation marks. The rest is read again, slowly, to say what is wrong.

    Raises:
        BadRequest: not JSON (RFC 8259) in UTF-8, or JSON that readers disagree on (RFC 7493): duplicate
            names, NaN, NUL, lone surrogates, integers past 18 digits, nesting past 250.
    """
    if not raw:
        raise BadRequest("The body is missing; it must be JSON.")
    try:
        value = orjson.loads(raw)
        again = orjson.dumps(value)
    except orjson.JSONDecodeError as fault:
        raise BadRequest(f"The body is not JSON: {_reason(fault)}.") from None
    except TypeError:
        raise BadRequest("The body is nested too deeply: more than 250 levels.") from None
    if (
        b"\\" in raw
        or raw.count(b'"') != again.count(b'"')
        or _MANY_DIGITS in raw.translate(_DIGITS_AS_ZEROS)
    ):
        _read_slowly(raw)
    return value


def write(value: object) -> bytes:
    """The value as JSON bytes: instants as RFC 3339 with `Z`, enums by value, names in the order given."""
    return orjson.dumps(value, option=_OPTIONS)


def answer(
    data: object, status: int = 200, headers: Mapping[str, str] | None = None, *, content_type: str = JSON
) -> Response:
    """A ready response of plain data, past marshmallow; for hot routes, whose shape the tests check."""
    return ready(orjson.dumps(data, option=_OPTIONS), status, headers, content_type=content_type)


def ready(
    body: bytes, status: int = 200, headers: Mapping[str, str] | None = None, *, content_type: str = JSON
) -> Response:
    """A response of bytes that are already JSON."""
    response = Response(body, status=status, content_type=content_type)
    if headers:
        response.headers.update(headers)
    return response


class Provider(JSONProvider):
    """What Flask itself uses for JSON: the same rules."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """The value as JSON text."""
        return write(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """The value that a JSON text says, read strictly."""
        return read(s.encode() if isinstance(s, str) else s)


def _read_slowly(raw: bytes) -> None:
    try:
        value = json.loads(raw.decode(), object_pairs_hook=_without_duplicates, parse_int=_short_integer)
    except RecursionError:
        raise BadRequest("The body is nested too deeply: more than 250 levels.") from None
    _refuse_nul(value)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadRequest(f"An object has the name {json.dumps(twice[:80])} more than once.")
    return members


def _short_integer(digits: str) -> int:
    if len(digits.lstrip("-")) > _LONGEST_INTEGER:
        raise BadRequest(f"A whole number has more than {_LONGEST_INTEGER} digits.")
    return int(digits)


def _refuse_nul(value: Any) -> None:
    match value:
        case str() if "\x00" in value:
            raise BadRequest("A text holds the character NUL.")
        case dict():
            for name, member in value.items():
                _refuse_nul(name)
                _refuse_nul(member)
        case list():
            for element in value:
                _refuse_nul(element)


def _reason(fault: orjson.JSONDecodeError) -> str:
    return str(fault).rstrip(".")
