"""The embedded server: made once, shared by its users, taken over after a crash."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import psycopg
import pytest

from api.database import embedded
from api.settings import REPOSITORY, embedded_url, socket_directory


@pytest.fixture
def data():
    with tempfile.TemporaryDirectory(prefix="surefoot-embedded-") as folder:
        yield Path(folder).resolve() / "postgres"


def server_process(data):
    return psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))


def is_gone(process):
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def ask(data, role, question):
    url = embedded_url(data, role).replace("postgresql+psycopg:", "postgresql:")
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchone()


def test_a_second_start_finds_what_the_first_one_kept(data):
    with embedded.running(data), embedded.superuser_connection(data, "surefoot") as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        connection.execute("GRANT SELECT ON kept TO surefoot_app")
    with embedded.running(data):
        assert ask(data, "surefoot_app", "SELECT number FROM kept") == (7,)


def test_the_roles_can_do_what_they_are_for_and_no_more(data):
    with embedded.running(data), embedded.superuser_connection(data) as connection:
        roles = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname LIKE 'surefoot%' ORDER BY 1"
        ).fetchall()
        owner = connection.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'surefoot'"
        ).fetchone()
    assert roles == [
        ("surefoot_app", False, False),
        ("surefoot_jobs", False, True),
        ("surefoot_owner", False, False),
    ]
    assert owner == ("surefoot_owner",)


def test_the_last_user_stops_the_server(data):
    with embedded.running(data):
        process = server_process(data)
        with embedded.running(data):
            pass
        assert process.is_running()
    assert is_gone(process)


def test_a_server_that_died_is_started_again_though_its_number_is_taken(data):
    with embedded.running(data):
        process = server_process(data)
        left = (data / "postmaster.pid").read_text()
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    (data / "postmaster.pid").write_text(left.replace(str(process.pid), str(os.getpid()), 1))
    with embedded.running(data):
        assert ask(data, "surefoot_app", "SELECT 1") == (1,)


def test_a_server_whose_user_died_is_taken_over_and_stopped(data):
    abandon = (
        f"import os; from pathlib import Path; from api.database import embedded\n"
        f"with embedded.running(Path({str(data)!r})): os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", abandon], check=True, cwd=REPOSITORY)
    process = server_process(data)
    assert process.is_running()
    with embedded.running(data):
        assert server_process(data).pid == process.pid
    assert is_gone(process)


def test_a_deep_directory_listens_on_a_short_path():
    with tempfile.TemporaryDirectory(prefix="surefoot-embedded-") as folder:
        data = Path(folder).resolve() / ("a deep folder/" * 10) / "postgres"
        with embedded.running(data):
            assert socket_directory(data) != data
            assert ask(data, "surefoot_app", "SELECT current_user") == ("surefoot_app",)
        socket_directory(data).rmdir()
