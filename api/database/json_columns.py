"""How data is written as JSON and read again, in columns and wherever it must be as it will be read."""

from collections.abc import Mapping
from typing import Any

import orjson

CODEC: Mapping[str, Any] = {
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}
"""What an engine writes and reads JSON columns with."""


def as_json(data: Any) -> Any:
    """The data as it comes back from JSON, instants in UTC with a `Z`."""
    return orjson.loads(orjson.dumps(data, option=orjson.OPT_UTC_Z))
