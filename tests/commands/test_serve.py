"""`flask serve` as a person meets it: start, use, Ctrl-C, start again."""

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from api.settings import REPOSITORY

SECONDS = 180


@pytest.fixture
def var():
    with tempfile.TemporaryDirectory(prefix="surefoot-serve-") as folder:
        yield Path(folder).resolve()


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(var, port):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "serve"],
        cwd=REPOSITORY,
        env=kept | {"SUREFOOT_VAR": str(var), "PORT": str(port), "SUREFOOT_WEB_WORKERS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def said_until_ready(process):
    said = []
    deadline = time.monotonic() + SECONDS
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            return "".join(said)
        assert time.monotonic() < deadline
    raise AssertionError("".join(said))


def end(process, number):
    process.send_signal(number)
    said, _ = process.communicate(timeout=SECONDS)
    return said


def token(port, credentials):
    pair = f"{credentials['client_id']}:{credentials['client_secret']}"
    request = Request(
        f"http://127.0.0.1:{port}/oauth/token",
        data=b"grant_type=client_credentials",
        headers={"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()},
    )
    with urlopen(request, timeout=SECONDS) as answer:
        return json.load(answer)


def test_a_second_start_keeps_the_demo_clinic_and_a_signal_ends_all(var, port):
    process = start(var, port)
    said = said_until_ready(process)
    assert f"http://127.0.0.1:{port}" in said
    assert f"http://127.0.0.1:{port}/docs" in said
    file = var / "demo-credentials.json"
    assert file.stat().st_mode & 0o777 == 0o600
    credentials = json.loads(file.read_text())
    assert credentials.keys() == {"client_id", "client_secret", "clinic_id", "patients"}
    assert token(port, credentials)["token_type"] == "Bearer"
    assert "Stopped." in end(process, signal.SIGINT)
    assert process.returncode == 0
    assert not (var / "postgres" / "postmaster.pid").exists()

    process = start(var, port)
    said_until_ready(process)
    assert json.loads(file.read_text()) == credentials
    assert token(port, credentials)["token_type"] == "Bearer"
    assert "Stopped." in end(process, signal.SIGTERM)
    assert not (var / "postgres" / "postmaster.pid").exists()


def test_a_taken_port_is_refused_before_anything_is_started(var):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start(var, port)
        said, _ = process.communicate(timeout=SECONDS)
    assert f"port {port} is taken" in said
    assert process.returncode == 1
    assert not (var / "postgres").exists()
