"""Requests over kept connections from one process, as many as a server answers in a time."""

import select
import socket
import time
from collections.abc import Mapping
from contextlib import ExitStack

HOST = "127.0.0.1"
RECEIVE_BYTES = 1 << 18


class LoadError(RuntimeError):
    """The server did not answer as it should."""


def request(method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    """An HTTP/1.1 request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def requests_per_second(port: int, sent: bytes, *, connections: int, seconds: float) -> float:
    """How many times a second a server answers this request with a 2xx.

    Every connection sends its next request when its answer is there.

    Raises:
        LoadError: an answer was not 2xx, or did not come.
    """
    with ExitStack() as stack:
        lines = [
            _Line(stack.enter_context(socket.create_connection((HOST, port)))) for _ in range(connections)
        ]
        by_number = {line.number: line for line in lines}
        poll = stack.enter_context(select.epoll())
        for line in lines:
            poll.register(line.number, select.EPOLLIN)
            line.socket.sendall(sent)
        answered, started = 0, time.perf_counter()
        until = started + seconds
        while (now := time.perf_counter()) < until:
            ready = poll.poll(5.0)
            if not ready:
                raise LoadError("no answer within five seconds")
            for number, _ in ready:
                if by_number[number].received():
                    answered += 1
                    by_number[number].socket.sendall(sent)
        return answered / (now - started)


def once(port: int, sent: bytes) -> bytes:
    """The body of one answer, which must be 2xx."""
    with socket.create_connection((HOST, port)) as connection:
        line = _Line(connection)
        connection.sendall(sent)
        while not line.received():
            pass
        return line.body


class _Line:
    """One connection and the answer that is arriving on it."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = connection
        self.number = connection.fileno()
        self.body = b""
        self._read = b""

    def received(self) -> bool:
        """Take what has arrived; true once the answer is whole."""
        arrived = self.socket.recv(RECEIVE_BYTES)
        if not arrived:
            raise LoadError("the server closed the connection")
        self._read += arrived
        head = self._read.find(b"\r\n\r\n")
        if head < 0:
            return False
        if not self._read.startswith(b"HTTP/1.1 2"):
            raise LoadError(self._read[:2000].decode(errors="replace"))
        start = self._read.lower().find(b"content-length:", 0, head) + len(b"content-length:")
        whole = head + 4 + int(self._read[start : self._read.find(b"\r", start)])
        if len(self._read) < whole:
            return False
        self.body, self._read = self._read[head + 4 : whole], self._read[whole:]
        return True
