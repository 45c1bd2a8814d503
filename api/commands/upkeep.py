"""`flask upkeep`: delete what has had its time, to be run once a day."""

from datetime import UTC, datetime, timedelta

import click
from flask.cli import with_appcontext
from sqlalchemy import delete

from api.access.tables import ClientAssertion
from api.commands.console import jobs_connection, say
from api.web.idempotency import IdempotencyKey

KEPT_HOURS = 24  # how long a request may be repeated under its idempotency key


@click.command("upkeep")
@with_appcontext
def upkeep() -> None:
    """Delete idempotency keys older than a day and client assertions that have expired, of every clinic."""
    moment = datetime.now(UTC)
    with jobs_connection() as connection:
        keys = connection.execute(
            delete(IdempotencyKey).where(IdempotencyKey.created_at < moment - timedelta(hours=KEPT_HOURS))
        )
        assertions = connection.execute(delete(ClientAssertion).where(ClientAssertion.expires_at < moment))
    say(f"Deleted {keys.rowcount} idempotency keys and {assertions.rowcount} client assertions.")
