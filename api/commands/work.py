"""`flask work`: does what falls due, in every clinic, until it is told to stop."""

import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import Connection, Engine, create_engine, pool

from api.caller import CONSOLE, Caller
from api.commands.console import current_settings, say
from api.commands.gauges import measured
from api.database import embedded
from api.database.base import uuid7
from api.database.work import Work
from api.database.worker import Due, Errand, turn
from api.web.request import log_as_json

PAUSE_SECONDS = 1.0
"""Between two turns: what falls due is done within a minute, and mostly at once."""


@click.command("work")
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
@with_appcontext
def work(*, once: bool) -> None:
    """Do what falls due: checks that expire, doses that move on, events to be told.

    Errands have a thread of their own, so that nothing in the house waits for a receiver outside.
    """
    settings = current_settings()
    if not settings.jobs_database_url:
        raise click.UsageError("this needs JOBS_DATABASE_URL, the address for the role surefoot_jobs")
    log_as_json()
    with embedded.at_hand(settings):
        jobs = create_engine(settings.jobs_database_url, poolclass=pool.NullPool, hide_parameters=True)
        tasks: tuple[Due, ...] = current_app.extensions["surefoot.tasks"]
        if once:
            done, failed = one_turn(jobs, tasks)
            say(f"Did {done} things; {failed} tasks failed.")
            if failed:
                raise click.exceptions.Exit(1)
            return
        stop = stopping()
        say("Doing what falls due; SIGINT or SIGTERM stops it.")
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy, by its own name
        errands = [task for task in tasks if isinstance(task, Errand)]
        with measured(settings, jobs):
            outside = threading.Thread(target=keep_doing, args=(app, jobs, errands, stop), name="errands")
            outside.start()
            keep_doing(app, jobs, [task for task in tasks if task not in errands], stop)
            outside.join()


def keep_doing(app: Flask, jobs: Engine, tasks: Iterable[Due], stop: threading.Event) -> None:
    """Do what is due of these, again and again, until told to stop; without a pause while there is more."""
    done = 0
    with app.app_context():
        while not stop.wait(0 if done else PAUSE_SECONDS):
            done, _ = one_turn(jobs, tasks)


def one_turn(jobs: Engine, tasks: Iterable[Due]) -> tuple[int, int]:
    """Do once all that is due.

    Args:
        jobs: the engine of the jobs role.
        tasks: what may fall due.

    Returns:
        How many things were done, and how many tasks failed.
    """
    building = current_app.extensions["surefoot"]

    @contextmanager
    def across() -> Iterator[Connection]:
        with jobs.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def within(clinic_id: UUID) -> Iterator[Work]:
        caller = Caller(clinic_id=clinic_id, client_id=CONSOLE, scopes=frozenset())
        inside = building.work(caller, moment=datetime.now(UTC), request_id=f"work-{uuid7()}")
        try:
            yield inside
            inside.commit()
        finally:
            inside.abandon()

    return turn(tasks, across, within)


def stopping() -> threading.Event:
    """An event that SIGINT and SIGTERM set, so that a turn is never broken off."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
