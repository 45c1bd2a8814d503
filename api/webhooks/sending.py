"""One call of an endpoint: to the very address that was checked, within ten seconds, following nothing."""

import ssl
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpcore

from api.errors import Invalid
from api.webhooks import addresses
from api.webhooks.tables import Fault

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0
SPARE_SECONDS = 2.0
"""How much longer a thread is waited for; only a name that is being looked up can take that long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is to be sent, and where."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a call; without a fault it was received."""

    status: int | None
    fault: Fault | None
    ms: int


class Sender:
    """Makes calls.

    Args:
        private: whether addresses that are not public may be called.
        resolve: finds the addresses of a host.
        trust: which certificates count, if not those of the system and of certifi.
        total_seconds: how long a call may take.
    """

    def __init__(
        self,
        *,
        private: bool,
        resolve: addresses.Resolve = addresses.resolve,
        trust: ssl.SSLContext | None = None,
        total_seconds: float = TOTAL_SECONDS,
    ) -> None:
        self._private = private
        self._resolve = resolve
        self._given_trust = trust
        self._total_seconds = total_seconds

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return self._given_trust or httpcore.default_ssl_context()

    def send_all(self, calls: Sequence[Call]) -> list[Answer]:
        """Make the calls at once; the answers, in their order."""
        pool = ThreadPoolExecutor(max_workers=max(1, len(calls)), thread_name_prefix="webhook")
        try:
            futures = [pool.submit(self.send, call) for call in calls]
            wait(futures, timeout=self._total_seconds + SPARE_SECONDS)
            late = Answer(status=None, fault=Fault.TIMEOUT, ms=round(self._total_seconds * 1000))
            return [future.result() if future.done() else late for future in futures]
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def send(self, call: Call) -> Answer:
        """Make a call and wait for the status; the rest of the answer is not read."""
        began = time.monotonic()
        status: int | None = None
        fault: Fault | None = None
        try:
            status = self._post(call, deadline=began + self._total_seconds)
            fault = None if 200 <= status < 300 else Fault.STATUS
        except (Invalid, _Refused):
            fault = Fault.ADDRESS_REFUSED
        except _Unknown:
            fault = Fault.UNKNOWN_HOST
        except httpcore.TimeoutException:
            fault = Fault.TIMEOUT
        except _Insecure:
            fault = Fault.TLS
        except httpcore.ConnectError:
            fault = Fault.UNREACHABLE
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol):
            fault = Fault.BAD_ANSWER
        return Answer(status=status, fault=fault, ms=round((time.monotonic() - began) * 1000))

    def _post(self, call: Call, *, deadline: float) -> int:
        place = addresses.target(call.url, private=self._private)
        url = httpcore.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.path)
        limits = {"connect": CONNECT_SECONDS, "read": self._total_seconds, "write": self._total_seconds}
        backend = _Checked(self._resolve, private=self._private, deadline=deadline)
        headers = [("Host", place.authority), ("Connection", "close"), *call.headers.items()]
        with (
            httpcore.ConnectionPool(
                ssl_context=self._trust, max_keepalive_connections=0, network_backend=backend
            ) as pool,
            pool.stream(
                "POST", url, headers=headers, content=call.body, extensions={"timeout": limits}
            ) as answer,
        ):
            return answer.status


class _Refused(Exception):
    """The host leads to an address that may not be called."""


class _Unknown(Exception):
    """The host leads nowhere."""


class _Insecure(Exception):
    """There is no TLS with the host: its certificate does not count, or it does not speak it."""


class _Checked(httpcore.NetworkBackend):
    """Connects to an address that it has checked itself, so that the host cannot turn into another one."""

    def __init__(self, resolve: addresses.Resolve, *, private: bool, deadline: float) -> None:
        self._resolve = resolve
        self._private = private
        self._deadline = deadline
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address of the host that takes it; all of them must be allowed."""
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise _Unknown from error
        if not found:
            raise _Unknown
        if not all(addresses.allowed(address, private=self._private) for address in found):
            raise _Refused
        for address in found[:-1]:
            try:
                return self._connect(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return self._connect(found[-1], port, timeout, local_address, socket_options)

    def _connect(
        self,
        address: str,
        port: int,
        timeout: float | None,
        local_address: str | None,
        socket_options: Iterable[Any] | None,
    ) -> httpcore.NetworkStream:
        left = _left(self._deadline, timeout, httpcore.ConnectTimeout)
        stream = self._inner.connect_tcp(address, port, left, local_address, socket_options)
        return _Timed(stream, self._deadline)


class _Timed(httpcore.NetworkStream):
    """A connection that ends at a deadline, however slowly the other side goes on."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """What came."""
        return self._inner.read(max_bytes, _left(self._deadline, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        self._inner.write(buffer, _left(self._deadline, timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close it."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection under TLS."""
        left = _left(self._deadline, timeout, httpcore.ConnectTimeout)
        try:
            return _Timed(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)
        except httpcore.ConnectError as error:
            raise _Insecure from error

    def get_extra_info(self, info: str) -> Any:
        """What is known of it."""
        return self._inner.get_extra_info(info)


def _left(deadline: float, timeout: float | None, over: type[httpcore.TimeoutException]) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise over
    return left if timeout is None else min(left, timeout)
