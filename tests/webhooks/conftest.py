"""A receiver that listens on this machine, and the worker's turn at a moment of the test's choice."""

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID, uuid4

import orjson
import pytest

from api.database.outbox import EventName
from api.webhooks import delivery, sequencing
from api.webhooks.sending import Sender
from tests.factories import Clinic


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    path: str
    headers: dict
    body: bytes

    @property
    def message(self):
        return orjson.loads(self.body)

    @property
    def id(self):
        return self.headers["webhook-id"]


@dataclass(slots=True, kw_only=True)
class Receiver:
    """A real HTTP receiver; it answers 204 until told otherwise."""

    port: int = 0
    status: int = 204
    headers: dict = field(default_factory=dict)
    seconds: float = 0
    drips: bool = False
    received: list = field(default_factory=list)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def subjects(self):
        return [one.message["data"]["subject_id"] for one in self.received]

    def answer(self, handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.received.append(Received(path=handler.path, headers=headers, body=body))
        time.sleep(self.seconds)
        if self.drips:
            return self.drip(handler)
        handler.send_response(self.status)
        for name, value in self.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return None

    def drip(self, handler):
        """A status line that never ends, a byte at a time."""
        handler.wfile.write(b"HTTP/1.1 204 ")
        for _ in range(40):
            handler.wfile.write(b"x")
            time.sleep(0.05)


@contextmanager
def listening(receiver, *, tls=None):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            try:
                receiver.answer(self)
            except OSError:
                self.close_connection = True

        do_GET = do_POST  # noqa: N815 the library's name

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = False
        request_queue_size = 50

        def handle_error(self, *_):
            pass  # a client that does not trust us hangs up

    server = Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def receiver():
    with listening(Receiver()) as receiver:
        yield receiver


@pytest.fixture
def private(app, monkeypatch):
    """Let webhooks of this machine be registered."""
    building = app.extensions["surefoot"]
    settings = replace(building.settings, webhooks_private=True)
    monkeypatch.setitem(app.extensions, "surefoot", replace(building, settings=settings))


@dataclass(slots=True, kw_only=True)
class Worker:
    """What the worker does in a clinic, at a moment that the test moves on."""

    clinic: Clinic
    moment: datetime = field(default_factory=lambda: datetime.now(UTC))
    sender: Sender = field(default_factory=lambda: Sender(private=True, total_seconds=2))

    @property
    def key(self):
        return self.clinic.building.settings.webhook_key

    @contextmanager
    def opening(self):
        work = self.clinic.work(moment=self.moment)
        try:
            yield work
            work.commit()
        finally:
            work.abandon()

    def later(self, **time):
        self.moment += timedelta(**time)
        return self

    def tell(self, *names, patient_id: UUID | None = None):
        """Let something happen; the subjects."""
        subjects = []
        for name in names or (EventName.ALERT_RAISED,):
            with self.opening() as work:
                subjects.append(uuid4())
                work.tell(name, name.partition(".")[0], subjects[-1], patient_id=patient_id)
        return [str(one) for one in subjects]

    def place(self):
        with self.opening() as work:
            return sequencing.give_places(work)

    def deliver(self):
        return delivery.deliver(self.opening, self.sender, self.key)

    def turn(self):
        """Give places and deliver, as long as anything is received; how many were."""
        self.place()
        done = 0
        while received := self.deliver():
            done += received
        return done

    def take(self):
        """Take deliveries in hand, as a worker that is killed before it calls."""
        with self.opening() as work:
            return delivery.take(work, self.key)


@pytest.fixture
def worker(clinic):
    return Worker(clinic=clinic)


@pytest.fixture
def register(private, caller):
    """Register a webhook over HTTP; what is answered, with its secret."""

    def register(url, **details):
        answer = caller.post("/v1/webhooks", json={"url": url, **details})
        assert answer.status_code == 201, answer.text
        return answer.json

    return register
