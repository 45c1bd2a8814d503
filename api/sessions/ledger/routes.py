"""The ledger over HTTP."""

from datetime import datetime
from typing import Any

from flask import Response

from api.alerts.levels import deadline
from api.database.work import Work
from api.sessions.ledger import queries, schemas
from api.web import encoding, paging
from api.web.blueprint import Room

room = Room(
    "ledger",
    __name__,
    url_prefix="/v1/ledger",
    description=(
        "What became of every red flag: told, put before the clinicians, delivered, seen, acted on. Every "
        "few minutes it is proved that none was lost."
    ),
)
_PAGE = {"items": [schemas.ENTRY], "next": None}


@room.route("", methods=["GET"])
@room.needs("alerts:read")
@room.asks(schemas.LedgerQuery())
@room.gives(200, schemas.LEDGER, example=_PAGE, headers=("Link",))
def list_ledger(work: Work, query: dict[str, Any]) -> Response:
    """List what became of every red flag, the newest first.

    A red flag is whatever a clinician has to act on: reports, trends over them, checks before a session,
    what could not be filed, prescriptions and outcomes, each for review or worse. Whoever reads the ledger
    does not have the alerts by that.
    """
    rows = queries.ledger(work, **query)
    page, headers = paging.page(rows, query["limit"], key=lambda row: (row.reported_at, row.id))
    return encoding.answer(page | {"items": [_entry(row) for row in page["items"]]}, headers=headers)


@room.route("/summary", methods=["GET"])
@room.needs("alerts:read")
@room.asks(schemas.LedgerSummaryQuery())
@room.gives(200, schemas.LedgerSummary(), example=schemas.SUMMARY)
def summarise_ledger(work: Work, wanted: queries.Wanted) -> Any:
    """Count red flags by level: how many wait for what, how long the steps took, and whether any was lost."""
    return {
        "levels": [_of_level(one) for one in queries.summary(work, wanted)],
        "reconciliation": queries.last_check(work),
    }


def _entry(row: queries.Found) -> dict[str, Any]:
    return {
        **row._mapping,
        "deadline_at": deadline(row.level, row.reported_at),
        "minutes": {_name(step): _minutes(row.reported_at, getattr(row, step)) for step in queries.STEPS},
    }


def _of_level(counted: dict[str, Any]) -> dict[str, Any]:
    medians = {_name(step): _rounded(counted[step]) for step in queries.STEPS}
    waiting = {name: counted[name] for name in ("delivery", "seeing", "acting")}
    own = {name: counted[name] for name in ("level", "flags", "overdue")}
    return {**own, "waiting": waiting, "median_minutes": medians}


def _name(step: str) -> str:
    return step.removesuffix("_at")


def _minutes(since: datetime, at: datetime | None) -> float | None:
    return None if at is None else _rounded((at - since).total_seconds() / 60)


def _rounded(minutes: float | None) -> float | None:
    return None if minutes is None else round(float(minutes), 1)
