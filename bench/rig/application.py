"""The service with routes beside that do nothing, as a WSGI server loads it."""

import os
from typing import Any

from flask import Response

from api.app import create_app
from api.database.work import Work
from api.settings import Settings
from api.web import encoding, shapes
from api.web.blueprint import Room
from api.web.request import log_as_json

null = Room("null", __name__, url_prefix="/null", description="Nothing.")
ANYTHING = shapes.Documented("Anything", {"type": "object"})
EMPTY: dict[str, Any] = {}


@null.route("", methods=["GET"])
@null.open_to_all("it tells nothing")
@null.gives(200, ANYTHING)
def nothing() -> Response:
    """Answer an empty object."""
    return encoding.answer(EMPTY)


@null.route("", methods=["POST"])
@null.needs("checks:run")
@null.takes(ANYTHING)
@null.gives(200, ANYTHING)
def take(work: Work, body: Any) -> Response:
    """Let the caller in, read the JSON of the body, and answer an empty object."""
    del work, body
    return encoding.answer(EMPTY)


log_as_json()
app = create_app(Settings.from_environment(os.environ))
app.extensions["surefoot.api"].register_blueprint(null)
