"""`flask db`: the schema of the database."""

import tempfile
from pathlib import Path

from flask.cli import AppGroup

from api.commands.console import current_settings, owner_url, say
from api.database import embedded, migrations
from api.settings import embedded_url

schema = AppGroup("db", help="The schema of the database.")


@schema.command("upgrade")
def upgrade() -> None:
    """Apply the migrations that the database has not had yet."""
    settings = current_settings()
    with embedded.at_hand(settings):
        migrations.upgrade(owner_url(settings))
    say("The schema is up to date.")


@schema.command("check")
def check() -> None:
    """Fail if the tables in the database are not those of the code."""
    settings = current_settings()
    with embedded.at_hand(settings):
        migrations.check(owner_url(settings))
    say("The schema fits the code.")


@schema.command("rehearse")
def rehearse() -> None:
    """On a database to be thrown away: migrate from nothing, compare with the code, go down and up."""
    with tempfile.TemporaryDirectory(prefix="surefoot-rehearsal-") as folder:
        data = Path(folder).resolve() / "postgres"
        with embedded.running(data, embedded.THROWAWAY):
            url = embedded_url(data, "surefoot_owner")
            migrations.upgrade(url)
            migrations.check(url)
            migrations.downgrade(url)
            migrations.upgrade(url)
    say("The migrations go up from nothing, fit the code, and go down and up again.")
