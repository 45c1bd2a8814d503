"""How often an address may ask what is open to all: a moving window, in the memory of the process."""

import ipaddress
import time
from dataclasses import dataclass
from math import ceil

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api.errors import TooManyRequests

MOST_ADDRESSES = 10_000
"""How many addresses are remembered; then all are forgotten at once, so that memory stays bounded."""
_NETWORK_BITS = 64  # what one household or one machine is given of IPv6


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many requests an address may make in any minute."""

    a_minute: int


class Rates:
    """What was asked in the last minute, by operation and address."""

    def __init__(self) -> None:
        self._seen = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._seen)

    def spend(self, rate: Rate, operation: str, address: str) -> None:
        """Count a request.

        Raises:
            TooManyRequests: there were too many from this address.
        """
        if len(self._seen.events) > MOST_ADDRESSES:
            self.forget()
        item, key = RateLimitItemPerMinute(rate.a_minute), (operation, _owner(address))
        if not self._limiter.hit(item, *key):
            left = ceil(self._limiter.get_window_stats(item, *key).reset_time - time.time())
            raise TooManyRequests(
                f"This address asks more than {rate.a_minute} times a minute.",
                retry_after_seconds=max(left, 1),
            )

    def forget(self) -> None:
        """Forget all that was asked."""
        self._seen.events.clear()


def client_address(remote: str | None, forwarded: str | None, *, proxies: int) -> str:
    """Who asks: the peer, or what the outermost of our own proxies saw.

    Args:
        remote: the peer of the connection.
        forwarded: `X-Forwarded-For`, of which anybody can write all but what our own proxies add.
        proxies: how many proxies of our own stand in front.
    """
    hops = [hop.strip() for hop in forwarded.split(",")] if forwarded else []
    if proxies and len(hops) >= proxies:
        return hops[-proxies]
    return remote or ""


def _owner(address: str) -> str:
    """The address, or of IPv6 the network, whose addresses cost nothing."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, _NETWORK_BITS), strict=False))
