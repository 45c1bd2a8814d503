"""`flask upkeep`: delete what has had its time, to be run once a day."""

from datetime import UTC, datetime, timedelta

import click
from flask.cli import with_appcontext
from sqlalchemy import delete

from api.access.tables import ClientAssertion
from api.commands.console import jobs_connection, say
from api.web.idempotency import IdempotencyKey
from api.webhooks.tables import Attempt, Delivery

KEPT_HOURS = 24  # how long a request may be repeated under its idempotency key
DELIVERIES_KEPT_DAYS = 90


@click.command("upkeep")
@with_appcontext
def upkeep() -> None:
    """Delete what has had its time, of every clinic.

    That are idempotency keys older than a day, client assertions that have expired, and deliveries of
    webhooks that ended 90 days ago, with their attempts. Events stay in the log.
    """
    moment = datetime.now(UTC)
    with jobs_connection() as connection:
        keys = connection.execute(
            delete(IdempotencyKey).where(IdempotencyKey.created_at < moment - timedelta(hours=KEPT_HOURS))
        )
        assertions = connection.execute(delete(ClientAssertion).where(ClientAssertion.expires_at < moment))
        ended = moment - timedelta(days=DELIVERIES_KEPT_DAYS)
        connection.execute(delete(Attempt).where(Attempt.at < ended))
        deliveries = connection.execute(delete(Delivery).where(Delivery.finished_at < ended))
    say(
        f"Deleted {keys.rowcount} idempotency keys, {assertions.rowcount} client assertions "
        f"and {deliveries.rowcount} deliveries of webhooks."
    )
