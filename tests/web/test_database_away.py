"""The database goes away and comes back; nobody has to restart the service."""

import select
import socket
import threading
from contextlib import suppress
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from api.app import create_app
from api.settings import EMBEDDED_PORT
from tests.factories import Clinic, make_clinic

NURSE = {"name": "Ada", "role": "nurse"}


class Wire:
    """A wire between the service and its database, which a test can cut."""

    def __init__(self, directory):
        self._target = f"{directory}/.s.PGSQL.{EMBEDDED_PORT}"
        self._pairs = []
        self.cut_before = self.cut_after = None
        self._listener = None
        self.port = 0
        self.mend()

    def mend(self):
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def drop(self):
        """Break what is connected; new connections are possible."""
        pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def cut(self):
        """Break what is connected and let nothing in."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()

    def _accept(self, listener):
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            far.connect(self._target)
            self._pairs.append((near, far))
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near, far):
        with near, far, suppress(OSError, ValueError):
            while True:
                for end in select.select([near, far], [], [])[0]:
                    data = end.recv(65536)
                    if not data or (end is near and self.cut_before and self.cut_before in data):
                        return
                    (far if end is near else near).sendall(data)
                    if end is near and self.cut_after and self.cut_after in data:
                        far.recv(65536)
                        return


@pytest.fixture
def wire(fresh_database):
    directory = parse_qs(urlsplit(fresh_database.database_url).query)["host"][0]
    wire = Wire(directory)
    yield wire
    wire.cut()


@pytest.fixture
def wired_clinic(fresh_database, wire):
    database = urlsplit(fresh_database.database_url).path
    url = f"postgresql+psycopg://surefoot_app@127.0.0.1:{wire.port}{database}?sslmode=disable&gssencmode=disable"
    app = create_app(replace(fresh_database, database_url=url))
    yield Clinic(id=make_clinic(fresh_database), app=app)
    app.extensions["surefoot"].engine.dispose()


def test_while_the_database_is_away_it_says_so_and_recovers_by_itself(wired_clinic, wire):
    caller = wired_clinic.caller()
    assert caller.get("/v1/staff").status_code == 200
    wire.cut()
    for _ in range(3):
        answer = caller.get("/v1/staff")
        assert (answer.status_code, answer.json["type"]) == (503, "/problems/unavailable")
        assert int(answer.headers["Retry-After"]) > 0
    assert caller.get("/readyz").status_code == 503
    assert caller.get("/livez").status_code == 200
    wire.mend()
    assert caller.get("/v1/staff").status_code == 200
    assert caller.get("/readyz").status_code == 200


def test_a_new_client_is_told_so_too_and_gets_its_token_later(wired_clinic, wire):
    client_id, secret = wired_clinic.register("staff:read")
    ask = {"data": {"grant_type": "client_credentials"}, "auth": (f"{wired_clinic.id}.{client_id}", secret)}
    anyone = wired_clinic.calling("x.y.z")
    wire.cut()
    assert anyone.post("/oauth/token", **ask).status_code == 503
    wire.mend()
    assert anyone.post("/oauth/token", **ask).status_code == 200


def test_connections_that_the_server_closed_cost_nobody_a_request(wired_clinic, wire):
    caller = wired_clinic.caller()
    for _ in range(3):
        assert caller.get("/v1/staff").status_code == 200
        wire.drop()


def test_a_break_before_the_commit_took_effect_is_an_unknown_outcome(wired_clinic, wire):
    caller = wired_clinic.caller()
    caller.get("/v1/staff")
    wire.cut_before = b"COMMIT"
    answer = caller.post("/v1/staff", json=NURSE, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 503
    assert "unknown" in answer.json["detail"]
    wire.cut_before = None
    again = caller.post("/v1/staff", json=NURSE, headers={"Idempotency-Key": "k"})
    assert again.status_code == 201
    assert "Idempotent-Replayed" not in again.headers


def test_a_break_after_the_commit_took_effect_is_repeated_without_doing_it_twice(wired_clinic, wire):
    caller = wired_clinic.caller()
    caller.get("/v1/staff")
    wire.cut_after = b"COMMIT"
    assert caller.post("/v1/staff", json=NURSE, headers={"Idempotency-Key": "k"}).status_code == 503
    wire.cut_after = None
    again = caller.post("/v1/staff", json=NURSE, headers={"Idempotency-Key": "k"})
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert len(caller.get("/v1/staff").json["items"]) == 1
