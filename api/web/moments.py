"""Strict fields for time: dates, instants and time zones."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, ClassVar
from zoneinfo import available_timezones

from api.web.strict import Strict

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_FIXED = re.compile(r"(Etc/)?(UTC|GMT)?[+-]?[0-9]{1,2}(:?[0-9]{2})?")
_ABBREVIATION = re.compile(r"[A-Z]{2,5}([0-9][A-Z]{3,4})?")


class Date(Strict[date]):
    """A calendar date, `YYYY-MM-DD`."""

    sentences: ClassVar[Mapping[str, str]] = {"not-a-date": "This must be a calendar date, as 2026-11-20."}

    def read(self, value: Any) -> date:
        """The value of JSON data."""
        if type(value) is str and _DATE.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise self.make_error("not-a-date")

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema."""
        return {"type": "string", "format": "date"}


class Instant(Strict[datetime]):
    """A moment in time: RFC 3339 with its offset from UTC. The value is in UTC."""

    sentences: ClassVar[Mapping[str, str]] = {
        "not-an-instant": "This must be an instant, as 2026-11-20T09:00:00+01:00.",
        "no-offset": "This needs its offset from UTC, as 2026-11-20T09:00:00+01:00 or …Z.",
    }

    def read(self, value: Any) -> datetime:
        """The value of JSON data."""
        match = _INSTANT.fullmatch(value) if type(value) is str else None
        if match is None:
            raise self.make_error("not-an-instant")
        if not match[2]:
            raise self.make_error("no-offset")
        try:
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            raise self.make_error("not-an-instant") from None

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema."""
        return {"type": "string", "format": "date-time"}

    def from_text(self, text: str) -> Any:
        """The text, with a space read as the plus sign that a query string loses."""
        return text.replace(" ", "+")


class TimeZone(Strict[str]):
    """A time zone by its IANA name, as Europe/Rome."""

    sentences: ClassVar[Mapping[str, str]] = {
        "not-a-time-zone": "This must be an IANA time zone, as Europe/Rome.",
        "fixed-offset": (
            "This must be the place's IANA time zone, as Europe/Rome: a fixed offset does not follow "
            "summer time, and the sign of names as Etc/GMT+4 is the reverse of what it seems."
        ),
        "abbreviation": (
            "This must be the place's IANA time zone, as America/New_York: an abbreviation as EST is used in "
            "several places, and names only one half of the year."
        ),
    }

    def read(self, value: Any) -> str:
        """The value of JSON data."""
        fault = zone_fault(value)
        if fault is not None:
            raise self.make_error(fault)
        zone: str = value
        return zone

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema."""
        return {"type": "string", "examples": ["Europe/Rome", "America/New_York", "UTC"]}


def zone_fault(name: object) -> str | None:
    """Why something is not the time zone of a place: a key of `TimeZone.sentences`; none if it is one."""
    if type(name) is not str:
        return "not-a-time-zone"
    if name in _time_zones():
        return None
    if _FIXED.fullmatch(name):
        return "fixed-offset"
    return "abbreviation" if _ABBREVIATION.fullmatch(name) else "not-a-time-zone"


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(
        name
        for name in available_timezones()
        if name in {"UTC", "Etc/UTC"}
        or ("/" in name and not name.startswith(("Etc/", "posix/", "right/", "SystemV/")))
    )
