"""Where a webhook may go: addresses of the public internet, and no way back into our own network."""

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from api.errors import Invalid, invalid

PORTS = (443, 8443)
LONGEST_URL = 500
URL_FORM = r"https?://[!-~]{1,490}"

_URL = re.compile(
    r"(https?)://(\[[0-9a-f:.]{2,45}\]|[a-z0-9_.-]{1,253})(?::([0-9]{1,5}))?([/?][!\"$-~]*)?", re.IGNORECASE
)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
_OUR_OWN = ("localhost", "local", "internal", "lan", "intranet", "home", "corp", "arpa")
"""Last labels of names that mean something inside a network only."""

_UNICAST = IPv6Network("2000::/3")
_TUNNELS_AND_EXAMPLES = (
    IPv6Network("2001::/23"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
    IPv4Network("192.88.99.0/24"),
)
"""Within the public ranges: Teredo and other protocols' own, 6to4 and its relays, documentation."""

Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a host name; raises `OSError` if there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A URL taken apart once, so that what is checked is what is called."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port, as the `Host` header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme]
        return host if self.port == usual else f"{host}:{self.port}"


def target(url: str, *, private: bool) -> Target:
    """Take a URL apart.

    Args:
        url: absolute, of HTTP.
        private: whether addresses that are not public may be called, by plain HTTP and on any port too.

    Raises:
        Invalid: it cannot be called, or what it says tells that it leads to no public address.
    """
    match = _URL.fullmatch(url)
    if match is None:
        raise _refused("This must be an absolute URL in ASCII, without user, password and fragment.")
    scheme, host = match[1].lower(), match[2].lower().strip("[]").removesuffix(".")
    port = int(match[3] or {"https": 443, "http": 80}[scheme])
    if not private and scheme != "https":
        raise _refused("This must start with https://.", "not-https")
    if not private and port not in PORTS:
        raise _refused(f"The port must be one of {', '.join(map(str, PORTS))}.", "port")
    if not 1 <= port <= 65535 or not host:
        raise _refused("There is no such host or port.")
    if not private and not _may_be_public(host, bracketed=match[2].startswith("[")):
        raise _refused("This leads to no address of the public internet.", "not-public")
    path = match[4] or "/"
    return Target(scheme=scheme, host=host, port=port, path=path if path.startswith("/") else f"/{path}")


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, as the operating system finds them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(place[4][0]) for place in found))


def allowed(address: str, *, private: bool) -> bool:
    """Whether an IP address may be called.

    Args:
        address: as the resolver gives it.
        private: whether those of this machine and of private networks may be; never link-local ones, where
            clouds tell secrets of the machine.
    """
    ip = ip_address(address)
    if private and (ip.is_loopback or (ip.is_private and not ip.is_link_local and not ip.is_unspecified)):
        return True
    return is_public(ip)


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Whether an address is an ordinary one of the public internet.

    Those of version 6 that carry one of version 4 (mapped, NAT64, 6to4, Teredo) are not: they could lead
    back to us.
    """
    if isinstance(ip, IPv6Address) and ip not in _UNICAST:
        return False
    if any(ip in network for network in _TUNNELS_AND_EXAMPLES if network.version == ip.version):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


def _may_be_public(host: str, *, bracketed: bool) -> bool:
    """What the host's text tells; what a name leads to is looked at whenever it is called."""
    labels = host.split(".")
    if bracketed or _NUMBER.fullmatch(labels[-1]):
        try:
            return is_public(ip_address(host))
        except ValueError:
            return False  # a number in another notation, as 0x7f000001, which some resolvers take
    return len(labels) > 1 and all(labels) and labels[-1] not in _OUR_OWN


def _refused(sentence: str, code: str = "not-a-url") -> Invalid:
    return invalid("/url", sentence, code)
