"""Requests from one process, over kept connections, as many as a server answers in a time."""

import select
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack

HOST = "127.0.0.1"
RECEIVE_BYTES = 1 << 18
PATIENCE_SECONDS = 5.0


class LoadError(RuntimeError):
    """The server did not answer as it should."""


def request(
    method: str,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    kind: str = "application/json",
) -> bytes:
    """An HTTP/1.1 request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def requests_per_second(port: int, sent: Iterator[bytes], *, connections: int, seconds: float) -> float:
    """How many requests a second a server answers with a 2xx.

    Every connection sends the next request when its answer is there.

    Raises:
        LoadError: an answer was not 2xx, or did not come.
    """
    with ExitStack() as stack:
        poll = stack.enter_context(select.epoll())
        lines = [stack.enter_context(_Line(port, poll)) for _ in range(connections)]
        by_number = {line.socket.fileno(): line for line in lines}
        for line in lines:
            line.socket.sendall(next(sent))
        answered, started = 0, time.perf_counter()
        until = started + seconds
        while (now := time.perf_counter()) < until:
            ready = poll.poll(PATIENCE_SECONDS)
            if not ready:
                raise LoadError(f"no answer within {PATIENCE_SECONDS} seconds")
            for number, _ in ready:
                line = by_number[number]
                if line.received():
                    answered += 1
                    if line.closes:
                        del by_number[number]
                        line.open()
                        by_number[line.socket.fileno()] = line
                    line.socket.sendall(next(sent))
        return answered / (now - started)


def once(port: int, sent: bytes) -> bytes:
    """The body of one answer, which must be 2xx."""
    with select.epoll() as poll, _Line(port, poll) as line:
        line.socket.sendall(sent)
        while not line.received():
            pass
        return line.body


class _Line:
    """One connection and the answer that is arriving on it; it is opened anew where the server closes it."""

    def __init__(self, port: int, poll: select.epoll) -> None:
        self.port = port
        self.poll = poll
        self.socket = socket.socket()
        self.closes = False
        self.body = b""
        self._read = b""

    def __enter__(self) -> "_Line":
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def open(self) -> None:
        """Connect."""
        self.socket.close()
        self.socket = socket.create_connection((HOST, self.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.poll.register(self.socket, select.EPOLLIN)
        self.closes, self._read = False, b""

    def received(self) -> bool:
        """Take what has arrived; true once the answer is whole."""
        arrived = self.socket.recv(RECEIVE_BYTES)
        if not arrived:
            raise LoadError("the server closed the connection")
        self._read += arrived
        end = self._read.find(b"\r\n\r\n")
        if end < 0:
            return False
        if not self._read.startswith(b"HTTP/1.1 2"):
            raise LoadError(self._read[:2000].decode(errors="replace"))
        head = self._read[:end].lower() + b"\r"
        start = head.find(b"content-length:") + len(b"content-length:")
        whole = end + 4 + int(head[start : head.find(b"\r", start)])
        if len(self._read) < whole:
            return False
        self.closes = b"\r\nconnection: close\r" in head
        self.body, self._read = self._read[end + 4 : whole], self._read[whole:]
        return True
