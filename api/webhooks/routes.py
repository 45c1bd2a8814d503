"""Events and webhooks over HTTP."""

from api.web.blueprint import Room
from api.webhooks import tables  # noqa: F401 the tables are known with the room

room = Room(
    "webhooks",
    __name__,
    description="What happened, as a log that can be read again, and as calls to addresses of the clinic.",
)
