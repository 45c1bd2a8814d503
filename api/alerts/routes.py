"""Alerts over HTTP."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from flask import Response

from api.alerts import delivery, handling, queries, schemas
from api.database.work import Work
from api.web import encoding, paging, preconditions
from api.web.blueprint import Room

room = Room(
    "alerts",
    __name__,
    description="What a clinician has to look at: a worklist with deadlines, and what became of each alert.",
)
_PAGE = {"items": [schemas.SUMMARY], "next": None}


@room.route("/v1/alerts", methods=["GET"])
@room.needs("alerts:read")
@room.asks(schemas.Worklist())
@room.gives(200, schemas.ALERTS, example=_PAGE, headers=("Link",))
def list_alerts(work: Work, query: dict[str, Any]) -> Response:
    """List what waits for a clinician, the worst first; an alert that sleeps comes back by itself.

    A patient has one alert that is not resolved; whatever comes for the patient is put into it.
    """
    rows = queries.worklist(work, **query)
    return _page(work, rows, query["limit"], key=lambda row: queries.place(query["order"], row))


@room.route("/v1/patients/<uuid:patient_id>/alerts", methods=["GET"])
@room.needs("alerts:read")
@room.asks(paging.Page())
@room.gives(200, schemas.ALERTS, example=_PAGE, headers=("Link",))
def list_alerts_of_patient(work: Work, patient_id: UUID, query: dict[str, Any]) -> Response:
    """List all alerts of a patient, also those that are asleep or resolved, newest first."""
    rows = queries.alerts(work, patient_id, **query)
    return _page(work, rows, query["limit"], key=lambda row: (row.id,))


@room.route("/v1/alerts/<uuid:alert_id>", methods=["GET"])
@room.needs("alerts:read")
@room.gives(200, schemas.Alert(), example=schemas.EXAMPLE, headers=("ETag",))
def read_alert(work: Work, alert_id: UUID) -> Response:
    """Show an alert: everything that raised it, and what was done about it."""
    return _shown(work, alert_id)


@room.route("/v1/alerts/<uuid:alert_id>/acknowledge", methods=["POST"])
@room.needs("alerts:write")
@room.if_match()
@room.takes(schemas.NewAcknowledgement(), example=schemas.ACKNOWLEDGEMENT)
@room.idempotent()
@room.gives(200, schemas.Alert(), example=schemas.EXAMPLE, headers=("ETag",))
@room.refuses(409)
def acknowledge_alert(work: Work, alert_id: UUID, version: int, said: handling.Acknowledgement) -> Response:
    """Take an alert up: a named person has seen all that is in it, and will act.

    `If-Match` names the version that was read, so that nothing is acknowledged that came in between.
    """
    handling.acknowledge(work, alert_id, said, version=version)
    return _shown(work, alert_id)


@room.route("/v1/alerts/<uuid:alert_id>/snooze", methods=["POST"])
@room.needs("alerts:write")
@room.if_match()
@room.takes(schemas.NewSnooze(), example=schemas.SNOOZE)
@room.idempotent()
@room.gives(200, schemas.Alert(), example=schemas.EXAMPLE, headers=("ETag",))
@room.refuses(409)
def snooze_alert(work: Work, alert_id: UUID, version: int, said: handling.Snooze) -> Response:
    """Let an alert sleep until a moment, never past its deadline; a new cause wakes it at once.

    An emergency is not snoozed, and neither is an alert whose deadline has passed.
    """
    handling.snooze(work, alert_id, said, version=version)
    return _shown(work, alert_id)


@room.route("/v1/alerts/<uuid:alert_id>/resolve", methods=["POST"])
@room.needs("alerts:write")
@room.if_match()
@room.takes(schemas.NewResolution(), example=schemas.RESOLUTION)
@room.idempotent()
@room.gives(200, schemas.Alert(), example=schemas.EXAMPLE, headers=("ETag",))
@room.refuses(409)
def resolve_alert(work: Work, alert_id: UUID, version: int, said: handling.Resolution) -> Response:
    """Close an alert for good, with what came of it; what comes later opens another one.

    Nothing but this closes an alert. It lifts no lock and changes no prescription.
    """
    handling.resolve(work, alert_id, said, version=version)
    return _shown(work, alert_id)


def _shown(work: Work, alert_id: UUID) -> Response:
    row = queries.alert(work, alert_id)
    _fetched(work, [row])
    data = _summary(row) | {
        "causes": [dict(one._mapping) for one in queries.causes(work, alert_id)],
        "history": [dict(one._mapping) for one in queries.moves(work, alert_id)],
    }
    return encoding.answer(data, headers=preconditions.etag(row.version))


def _page(work: Work, rows: Sequence[Any], limit: int, *, key: Callable[[Any], tuple[Any, ...]]) -> Response:
    _fetched(work, rows[:limit])
    page, headers = paging.page(rows, limit, key=key)
    return encoding.answer(page | {"items": [_summary(row) for row in page["items"]]}, headers=headers)


def _fetched(work: Work, rows: Sequence[Any]) -> None:
    """Note for the ledger what the clinic's systems get to see for the first time."""
    undelivered = [row.id for row in rows if row.undelivered]
    if undelivered:
        delivery.mark_delivered(work, undelivered)


def _summary(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in schemas.SUMMARY}
