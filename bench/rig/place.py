"""A place to measure in: a database of its own, a clinic, a client of it, and servers on this machine."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

from sqlalchemy import create_engine

from api.access.actions import NewClient, open_clinic, register_client
from api.caller import CONSOLE, SCOPES, Caller
from api.database import embedded, migrations
from api.database.work import Work, open_engine
from api.settings import (
    DATABASE_NAME,
    REPOSITORY,
    Settings,
    beside,
    embedded_url,
    write_signing_keys,
    write_webhook_key,
)

HOST = "127.0.0.1"
ISSUER = "http://bench.invalid"
START_SECONDS = 60
STOP_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where everything lies, and the credentials of a client with every scope."""

    folder: Path
    settings: Settings
    client_id: str
    secret: str

    @property
    def environment(self) -> dict[str, str]:
        """What the application reads at its start."""
        settings = self.settings
        return {
            **os.environ,
            "DATABASE_URL": settings.database_url,
            "OWNER_DATABASE_URL": settings.owner_database_url,
            "JOBS_DATABASE_URL": settings.jobs_database_url,
            "SUREFOOT_SIGNING_KEYS_FILE": str(settings.signing_keys_file),
            "SUREFOOT_ISSUER": ISSUER,
            "SUREFOOT_VAR": str(self.folder),
        }


@contextmanager
def place() -> Iterator[Place]:
    """A migrated database with the durability of production, thrown away at the end."""
    folder = Path(tempfile.mkdtemp(prefix="surefoot-bench-")).resolve()
    data = folder / "postgres"
    settings = Settings(
        database_url=embedded_url(data, "surefoot_app", DATABASE_NAME),
        owner_database_url=embedded_url(data, "surefoot_owner", DATABASE_NAME),
        jobs_database_url=embedded_url(data, "surefoot_jobs", DATABASE_NAME),
        var=folder,
        signing_keys_file=folder / "signing-keys.json",
    )
    try:
        write_signing_keys(settings.signing_keys_file)
        write_webhook_key(beside(settings.signing_keys_file))
        with embedded.running(data):
            migrations.upgrade(settings.owner_database_url)
            client_id, secret = _client(settings)
            yield Place(folder=folder, settings=settings, client_id=client_id, secret=secret)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def another_client(here: Place) -> Place:
    """The same place, as a client of another clinic in the same database."""
    client_id, secret = _client(here.settings)
    return replace(here, client_id=client_id, secret=secret)


def _client(settings: Settings) -> tuple[str, str]:
    jobs = create_engine(settings.jobs_database_url)
    with jobs.begin() as connection:
        clinic_id = open_clinic(connection, "Bench", moment=datetime.now(UTC))
    jobs.dispose()
    console = Caller(clinic_id=clinic_id, client_id=CONSOLE, scopes=SCOPES)
    engine = open_engine(settings.database_url, settings)
    work = Work(engine, console, moment=datetime.now(UTC), request_id="bench", followers=())
    client_id, secret = register_client(work, NewClient(name="Bench", scopes=SCOPES, keys=None))
    work.commit()
    engine.dispose()
    return replace(console, client_id=client_id).wire_id, str(secret)


@contextmanager
def served(command: Sequence[str], environment: Mapping[str, str], folder: Path, port: int) -> Iterator[None]:
    """A server from `python -m …`, up when its port answers HTTP; its log lies in the folder.

    Raises:
        RuntimeError: it ended, or did not answer in time; with the end of its log.
    """
    log = folder / f"server-{port}.log"
    with open(log, "wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=REPOSITORY,
            env=dict(environment),
            stdout=written,
            stderr=written,
        )
    try:
        _wait(process, port, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"http://{HOST}:{port}/livez", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    """A port on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def token(here: Place, port: int) -> str:
    """An access token of the client, from the service itself."""
    pair = b64encode(f"{here.client_id}:{here.secret}".encode()).decode()
    asked = Request(
        f"http://{HOST}:{port}/oauth/token",
        data=b"grant_type=client_credentials",
        headers={"Authorization": f"Basic {pair}", "Content-Type": "application/x-www-form-urlencoded"},
    )
    with urlopen(asked, timeout=10) as answer:
        return str(json.load(answer)["access_token"])


def granian(interface: str, target: str, *, port: int, workers: int, threads: int) -> list[str]:
    """How granian is started, as the service starts it."""
    command = ["granian", "--interface", interface, "--no-ws", "--log-level", "warning"]
    command += ["--host", HOST, "--port", str(port), "--workers", str(workers)]
    if interface == "wsgi":
        command += ["--blocking-threads", str(threads)]
    return [*command, target]
