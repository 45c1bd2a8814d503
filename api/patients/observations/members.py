"""The members that every fact has beside its value: when it was observed, and by whom it is told."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unicodedata import category

SKEW = timedelta(seconds=60)
"""How far a sender's clock may be ahead: such a moment is read as now."""
OLDEST_YEAR = 1900
LONGEST_TEXT = 200

EASTERNMOST = timedelta(hours=14)
"""How far the day is ahead of UTC somewhere."""
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
    r"(Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?"
)


class Refused(Exception):
    """A member that cannot be used."""

    def __init__(self, detail: str, code: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code


def instant(text: Any, now: datetime) -> tuple[datetime, date]:
    """A moment of observation in UTC, and the latest day that it can have been at the place.

    Where the offset is zero the place is not known, so that its day may be that of the easternmost one.

    Raises:
        Refused: not RFC 3339 with an offset, or in the future.
    """
    match = _INSTANT.fullmatch(text) if type(text) is str else None
    if match is None:
        raise Refused("This must be an instant, as 2026-11-20T09:00:00+01:00.", "not-an-instant")
    if match[1] is None:
        raise Refused("This needs its offset from UTC, as 2026-11-20T09:00:00+01:00 or …Z.", "no-offset")
    try:
        local = datetime.fromisoformat(text)
        at = local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused("There is no such day or time.", "not-an-instant") from None
    if at > now + SKEW:
        raise Refused("This lies in the future.", "in-the-future")
    if at.year < OLDEST_YEAR:
        raise Refused(f"This lies before {OLDEST_YEAR}.", "out-of-range")
    latest = local if local.utcoffset() else at + EASTERNMOST
    return min(at, now), latest.date()


def text_of(value: Any) -> str | None:
    """A text of a fact, trimmed; `None` where it is not given.

    Raises:
        Refused: not a text, empty, too long, or with control characters.
    """
    if value is None:
        return None
    if type(value) is not str:
        raise Refused("This must be a text.", "not-a-text")
    text = value.strip()
    if not text:
        raise Refused("This may not be empty.", "empty")
    if len(text) > LONGEST_TEXT:
        raise Refused(f"This may have at most {LONGEST_TEXT} characters.", "too-long")
    if not text.isprintable() and any(category(character) == "Cc" for character in text):
        raise Refused("This may not hold control characters.", "control-character")
    return text
