"""Lists in pages: an opaque cursor behind the last row shown, `{items, next}` and `Link: rel="next"`."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, cast
from urllib.parse import quote, urlencode
from uuid import UUID

import orjson

from api.web import fields, request
from api.web.shapes import Query, View
from api.web.strict import Strict

LIMIT = 50
GREATEST_LIMIT = 200

_PARTS: Mapping[type, Callable[[str], Any]] = {
    UUID: UUID,
    datetime: datetime.fromisoformat,
    str: str,
    int: int,
}


class Cursor(Strict[tuple[Any, ...]]):
    """The place behind a row, as the previous page gave it.

    Args:
        parts: the types of the values that the list is sorted by, the id last.
    """

    sentences: ClassVar[Mapping[str, str]] = {"not-a-cursor": "This must be the `next` of an earlier page."}

    def __init__(self, *parts: type, **options: Any) -> None:
        super().__init__(**options)
        self._readers = [_PARTS[part] for part in parts]

    def read(self, value: Any) -> tuple[Any, ...]:
        """The value of JSON data."""
        try:
            texts = orjson.loads(
                base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
            )
            if not isinstance(texts, list) or any("\x00" in text for text in texts):
                raise self.make_error("not-a-cursor")
            return tuple(reader(text) for reader, text in zip(self._readers, texts, strict=True))
        except (ValueError, TypeError, AttributeError, binascii.Error):
            raise self.make_error("not-a-cursor") from None

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema."""
        return {"type": "string", "minLength": 1, "maxLength": 1000}


class Page(Query):
    """The parameters of every list; a list that is not sorted by id alone gives its own `after`."""

    after = Cursor(UUID, load_default=None, description="Where to go on: the `next` of the previous page.")
    limit = fields.Integer(least=1, most=GREATEST_LIMIT, load_default=LIMIT, description="How many at most.")


def page_of(view: type[View]) -> View:
    """The shape of a page of these."""
    shape = View.from_dict(
        {
            "items": fields.List(fields.Nested(view), most=GREATEST_LIMIT),
            "next": fields.Text(
                allow_none=True,
                most=1000,
                description="Give this as `after` for the next page; null on the last.",
            ),
        },
        name=f"{view.__name__}Page",
    )
    shape.__doc__ = "A page of a list."
    return cast(View, shape())


def page(
    rows: Sequence[Any],
    limit: int,
    *,
    key: Callable[[Any], tuple[Any, ...]] = lambda row: (row.id,),
    place: Callable[[Any], Any] | None = None,
) -> tuple[dict[str, Any], dict[str, str]]:
    """A page and its `Link` header, out of rows of which one more than `limit` was asked for.

    Args:
        rows: at most `limit + 1`, in order.
        limit: how many to show.
        key: the values of a row that the list is sorted by, as `Cursor` reads them.
        place: what stands for the place behind a row, where it is no cursor.
    """
    if len(rows) <= limit:
        return {"items": rows, "next": None}, {}
    last = rows[limit - 1]
    after = cursor(key(last)) if place is None else place(last)
    asked = request.current()
    parameters = [(name, text) for name, text in asked.args.items(multi=True) if name != "after"]
    address = f"{quote(asked.path)}?{urlencode([*parameters, ('after', after)], quote_via=quote)}"
    return {"items": rows[:limit], "next": after}, {"Link": f'<{address}>; rel="next"'}


def cursor(values: tuple[Any, ...]) -> str:
    """The opaque text of a place in a list."""
    texts = [value.isoformat() if isinstance(value, datetime) else str(value) for value in values]
    return base64.urlsafe_b64encode(orjson.dumps(texts)).rstrip(b"=").decode()
