"""`flask serve`: the whole service on this machine, as `make run` starts it."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

import click
from flask.cli import with_appcontext

from api.commands.console import current_settings, say
from api.commands.demo import CREDENTIALS, seed
from api.database import embedded, migrations
from api.settings import REPOSITORY, Settings

HOST = "127.0.0.1"
PR_SET_PDEATHSIG = 1  # of prctl(2)
START_SECONDS = 60
STOP_SECONDS = 30

BANNER = """
Surefoot is ready.
  address            http://{host}:{port}
  documentation      http://{host}:{port}/docs
  demo credentials   {credentials}
Ctrl-C stops it.
"""


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Start database and server, with a demo clinic, until Ctrl-C or SIGTERM."""
    settings = current_settings()
    refuse_a_taken_port(settings.port)
    try:
        with stoppable():
            run(settings)
    except KeyboardInterrupt:
        say("Stopped.")
    except embedded.EmbeddedServerError as fault:
        raise click.ClickException(str(fault)) from fault


def run(settings: Settings) -> None:
    """Start everything, wait for the server to end, and stop everything.

    Raises:
        click.ClickException: the server ended by itself.
    """
    first = settings.embedded and not embedded.exists(embedded.data_of(settings))
    say("Making a database (only the first time) …" if first else "Starting the database …")
    with embedded.at_hand(settings):
        if settings.owner_database_url:
            say("Bringing the schema up to date …")
            migrations.upgrade(settings.owner_database_url)
        seed()
        say("Starting the server …")
        with server(settings) as process, worker():
            wait_until_ready(process, settings.port)
            credentials = os.path.relpath(settings.var / CREDENTIALS)
            click.echo(BANNER.format(host=HOST, port=settings.port, credentials=credentials))
            process.wait()
            raise click.ClickException(f"the server ended by itself (status {process.returncode})")


def refuse_a_taken_port(port: int) -> None:
    """Say so before anything is started.

    Raises:
        click.ClickException: another program listens there.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as fault:
            raise click.ClickException(f"port {port} is taken; choose another: PORT=8001 make run") from fault


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn the first SIGINT, SIGTERM or SIGHUP into an orderly end that later ones cannot break."""

    def end(_number: int, _frame: FrameType | None) -> None:
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)
        raise KeyboardInterrupt

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, end)
    yield


@contextmanager
def server(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """The web server, out of the terminal's reach, so that it is stopped by us and before the database."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning"]
    command += ["--host", HOST, "--port", str(settings.port)]
    command += ["--workers", str(settings.web_workers), "--blocking-threads", str(settings.web_threads)]
    command += ["wsgi:app"]
    with _beside(command) as process:
        yield process


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """The worker, which does what falls due."""
    with _beside([sys.executable, "-m", "flask", "work"]) as process:
        yield process


@contextmanager
def _beside(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=REPOSITORY, start_new_session=True, preexec_fn=end_with_parent)  # noqa: PLW1509 - no thread yet
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def end_with_parent() -> None:
    """Ask Linux, in the new process, for SIGTERM should the parent be killed, so that no port stays taken."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until the server answers that it is ready.

    Raises:
        click.ClickException: it ended, or did not become ready in time.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise click.ClickException(f"the server did not start (status {process.returncode})")
        try:
            with urlopen(f"http://{HOST}:{port}/readyz", timeout=2):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise click.ClickException(f"the server was not ready within {START_SECONDS} seconds")
