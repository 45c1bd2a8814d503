"""Operations: whether it lives, whether it is ready, and what it counts; nothing about any clinic."""

import os
from typing import Any

from flask import Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from api.database.base import SCHEMA_HEAD
from api.errors import Unavailable
from api.web import fields, shapes
from api.web.blueprint import Room
from api.web.request import building

REQUESTS = Counter("surefoot_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "surefoot_request_seconds",
    "Time to answer.",
    ["method", "route"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)

room = Room("operations", __name__, description="Whether the service lives and is ready, and what it counts.")


class Health(shapes.View):
    """The state of the service."""

    status = fields.Text(description="`alive` or `ready`.")


_COUNTED = 'surefoot_requests_total{method="GET",route="/v1/checks",status="200"} 7.0'
METRICS = shapes.Documented("Metrics", {"type": "string", "description": "Prometheus text exposition."})


@room.route("/livez", methods=["GET"])
@room.open_to_all("a supervisor has no token, and nothing of any clinic is told")
@room.gives(200, Health(), example={"status": "alive"})
def live() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}


@room.route("/readyz", methods=["GET"])
@room.open_to_all("a load balancer has no token, and nothing of any clinic is told")
@room.gives(200, Health(), example={"status": "ready"})
@room.refuses(503)
def ready() -> dict[str, str]:
    """Say that the database answers and has the schema that this version needs."""
    try:
        with building().engine.connect() as connection:
            found: str | None = connection.scalar(text("SELECT max(version_num) FROM alembic_version"))
    except (DBAPIError, PoolExhausted) as fault:
        raise Unavailable("The database does not answer.") from fault
    if found is None or found < SCHEMA_HEAD:
        raise Unavailable(
            f"The database has the schema {found}; this version needs {SCHEMA_HEAD}.", retry_after_seconds=10
        )
    return {"status": "ready"}


@room.route("/metrics", methods=["GET"])
@room.open_to_all("a collector has no token, and nothing of any clinic is told")
@room.gives(200, METRICS, example=_COUNTED, content_type="text/plain")
def metrics() -> Response:
    """Give what was counted since the start, in the Prometheus text format."""
    registry: Any = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no types here
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}


def count(method: str, route: str | None, status: int, seconds: float) -> None:
    """Count an answered request, by its route and never by its address."""
    key = (method if method in _METHODS else "other", route or "none", status)
    found = _children.get(key)
    if found is None:
        found = _children[key] = (
            REQUESTS.labels(key[0], key[1], str(status)),
            SECONDS.labels(key[0], key[1]),
        )
    found[0].inc()
    found[1].observe(seconds)
