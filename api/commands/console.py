"""What every command stands on: what it says, its settings, and work done at the console."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from uuid import UUID

import click
from flask import current_app
from sqlalchemy import Connection, create_engine, pool

from api.caller import CONSOLE, Caller
from api.database import embedded
from api.database.base import uuid7
from api.database.json_columns import CODEC
from api.database.work import Work
from api.settings import Settings

Opens = Callable[[datetime], AbstractContextManager[Work]]
"""Opens a work of a moment, committed at its end."""


def say(sentence: str) -> None:
    """Tell what is being done, so that long work is seen to go on."""
    click.echo(sentence, err=True)


def current_settings() -> Settings:
    """The settings that the application was made with."""
    settings = current_app.extensions["settings"]
    assert isinstance(settings, Settings)
    return settings


def owner_url(settings: Settings) -> str:
    """The address for the owner role.

    Raises:
        click.UsageError: the environment gives the application's address and not the owner's.
    """
    if not settings.owner_database_url:
        raise click.UsageError("this needs OWNER_DATABASE_URL, the address for the role surefoot_owner")
    return settings.owner_database_url


@contextmanager
def console_work(clinic_id: UUID, *, client_id: UUID = CONSOLE) -> Iterator[Work]:
    """Work in a clinic under the application role, committed at the end, audited as done at the console."""
    with console_works(clinic_id, client_id=client_id) as opens, opens(datetime.now(UTC)) as work:
        yield work


@contextmanager
def console_works(clinic_id: UUID, *, client_id: UUID = CONSOLE) -> Iterator[Opens]:
    """The same for one work after another, each of its own moment, over one connection."""
    settings = current_settings()
    caller = Caller(clinic_id=clinic_id, client_id=client_id, scopes=frozenset())
    followers = current_app.extensions["surefoot"].followers
    with embedded.at_hand(settings), _connected(settings.database_url) as connection:

        @contextmanager
        def opens(moment: datetime) -> Iterator[Work]:
            request_id = f"console-{uuid7()}"
            work = Work(connection, caller, moment=moment, request_id=request_id, followers=followers)
            try:
                yield work
                work.commit()
            finally:
                work.abandon()

        yield opens


@contextmanager
def jobs_connection() -> Iterator[Connection]:
    """A transaction in the jobs role, which sees every clinic.

    Raises:
        click.UsageError: the environment gives the application's address and not that of the jobs.
    """
    settings = current_settings()
    if not settings.jobs_database_url:
        raise click.UsageError("this needs JOBS_DATABASE_URL, the address for the role surefoot_jobs")
    with embedded.at_hand(settings), _connected(settings.jobs_database_url) as connection, connection.begin():
        yield connection


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """One connection, closed afterwards, so that it keeps no embedded server from stopping."""
    engine = create_engine(
        url,
        poolclass=pool.NullPool,
        hide_parameters=True,
        **CODEC,
    )
    with engine.connect() as connection:
        yield connection
