"""Server and database are killed under load: what was acknowledged is there afterwards, and nothing twice.

The database is one of its own, with `fsync` as in production; the server is the one that is deployed.
"""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

import psutil
import pytest
from sqlalchemy import create_engine, pool, text

from api.app import create_app
from api.database import embedded, migrations
from api.settings import (
    DATABASE_NAME,
    REPOSITORY,
    Settings,
    beside,
    embedded_url,
    write_signing_keys,
    write_webhook_key,
)
from tests.factories import Clinic, make_clinic
from tests.sessions.wire import report

SECONDS = 60
BATCH = 5
ROUNDS_BETWEEN = 3
"""So many batches are acknowledged before anything is killed, and after each time."""


@pytest.fixture
def place():
    """Settings of a kept database, and what keeps it up."""
    folder = Path(tempfile.mkdtemp(prefix="surefoot-kill-")).resolve()
    data, keys = folder / "postgres", folder / "signing-keys.json"
    write_signing_keys(keys)
    write_webhook_key(beside(keys))
    settings = Settings(
        database_url=embedded_url(data, "surefoot_app", DATABASE_NAME),
        owner_database_url=embedded_url(data, "surefoot_owner", DATABASE_NAME),
        jobs_database_url=embedded_url(data, "surefoot_jobs", DATABASE_NAME),
        var=folder,
        signing_keys_file=keys,
        signing_keys=keys.read_text(encoding="ascii"),
        webhook_key=beside(keys).read_text(encoding="ascii").strip(),
    )
    with ExitStack() as up:
        up.callback(shutil.rmtree, folder, ignore_errors=True)
        up.enter_context(embedded.running(data))
        migrations.upgrade(settings.owner_database_url)
        yield settings, up


@pytest.fixture
def own_clinic(place):
    settings, _ = place
    app = create_app(replace(settings, issuer="http://kill.invalid"))
    yield Clinic(id=make_clinic(settings), app=app)
    app.extensions["surefoot"].engine.dispose()


@contextmanager
def served(settings, port):
    """The server; killed with its workers at the end, whatever they are doing."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--blocking-threads", "2"]
    environment = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": settings.database_url,
        "SUREFOOT_SIGNING_KEYS_FILE": str(settings.signing_keys_file),
        "SUREFOOT_ISSUER": "http://kill.invalid",
        "SUREFOOT_VAR": str(settings.var),
    }
    with open(settings.var / "server.log", "ab") as log:
        process = subprocess.Popen(
            [*command, "wsgi:app"],
            cwd=REPOSITORY,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(SECONDS)


def kill_database(settings):
    """Kill the server of the database, as if the power of its machine were cut, but for the disk."""
    postmaster = psutil.Process(
        int((embedded.data_of(settings) / "postmaster.pid").read_text().split("\n", 1)[0])
    )
    family = [postmaster, *postmaster.children(recursive=True)]
    postmaster.kill()
    _, alive = psutil.wait_procs(family, SECONDS)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


class Reporter(threading.Thread):
    """Sends batches, each again and again until it is answered, and remembers what was acknowledged."""

    def __init__(self, port, token, patients):
        super().__init__(daemon=True)
        self.port, self.token, self.patients = port, token, patients
        self.acknowledged, self.duplicates = [], 0
        self.batches = 0
        self.fault = None
        self.stop = threading.Event()

    def run(self):
        try:
            for number in count():
                if self.stop.is_set():
                    return
                self._deliver(self._batch(number))
        except Exception as fault:  # noqa: BLE001 the test fails with it
            self.fault = fault

    def _batch(self, number):
        return [
            report(performed_at=f"2025-{1 + number // 28 % 12:02}-{1 + number % 28:02}T08:00:00Z")
            | {"patient_id": patient}
            for patient in self.patients
        ]

    def _deliver(self, sent):
        while True:
            status, answer = self._send(sent)
            if status == 200:
                assert answer["accepted"] + answer["duplicate"] == len(sent), answer
                assert [one["session_id"] for one in answer["results"]] == [one["session_id"] for one in sent]
                self.duplicates += answer["duplicate"]
                self.acknowledged += [one["session_id"] for one in sent]
                self.batches += 1
                return
            assert status in {None, 503}, (status, answer)
            self.stop.wait(0.02)

    def _send(self, sent):
        """The answer; nothing if the line broke, so that nobody knows what became of it."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            line.request("POST", "/v1/sessions/batch", body=json.dumps(sent), headers=headers)
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            return None, None
        finally:
            line.close()


def more(reporters):
    """Wait until every reporter got further."""
    wanted = [one.batches + ROUNDS_BETWEEN for one in reporters]
    waiting = threading.Event()
    for _ in range(SECONDS * 50):
        assert not any(one.fault for one in reporters), [one.fault for one in reporters]
        if all(one.batches >= least for one, least in zip(reporters, wanted, strict=True)):
            return
        waiting.wait(0.02)
    raise AssertionError("nothing more was acknowledged")


def test_what_was_acknowledged_is_there_after_kills_and_nothing_twice(place, own_clinic, free_port):
    settings, up = place
    token = own_clinic.token(own_clinic.register("sessions:write")[0])
    reporters = [
        Reporter(free_port, token, [str(own_clinic.patient()) for _ in range(BATCH)]) for _ in range(2)
    ]
    with served(settings, free_port):
        for one in reporters:
            one.start()
        more(reporters)
    with served(settings, free_port):
        more(reporters)
        kill_database(settings)
        up.enter_context(embedded.running(embedded.data_of(settings)))
        more(reporters)
        for one in reporters:
            one.stop.set()
        for one in reporters:
            one.join(SECONDS)
    acknowledged = [session_id for one in reporters for session_id in one.acknowledged]
    assert len(acknowledged) >= 2 * 3 * ROUNDS_BETWEEN * BATCH
    assert kept(settings, "session_reports", "id") == Counter(acknowledged)
    assert kept(settings, "session_versions", "session_id") == Counter(acknowledged)
    assert kept(settings, "session_triages", "session_id") == Counter(acknowledged)
    assert kept(settings, "events", "subject_id") == Counter(acknowledged)


def kept(settings, table, column):
    engine = create_engine(settings.jobs_database_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        return Counter(connection.scalars(text(f"SELECT {column}::text FROM {table}")))


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
