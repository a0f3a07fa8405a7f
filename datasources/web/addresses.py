"""Which addresses are fetched from: those of the internet, and nothing that only we can reach.

Whoever names an address has us ask there, from where we stand: so it may not lead to our own machine, its network or
the service that hands out credentials (169.254.169.254). What counts is the number that a name leads to, not the name.
"""

import re
from collections.abc import Callable, Mapping
from ipaddress import AddressValueError, IPv4Address
from typing import Final
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from domain.addresses import UNPRINTABLE
from domain.values import value

LONGEST: Final = 2048
"""Characters, as many as an address of a picture may have that stays elsewhere."""
PORTS: Final = {"http": 80, "https": 443}
"""The schemes that are fetched by, with the only port of each that is asked on the internet, beside the other's."""
_HOST: Final = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?")
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")
"""What makes a host a number when its last part is one (WHATWG URL, "ends in a number")."""
_SAFE: Final = "!$%&'()*+,-./:;=?@_~"
"""What stands in a path or a query as it is (RFC 3986); ``%`` since it is quoted already, as a rule."""


class Refused(Exception):
    """It is not fetched; the message says why, in a sentence for people without anything of our insides."""


@value
class Bounds:
    """To which numbers and ports we go; ``ports`` None: to all."""

    reaches: Callable[[IPv4Address], bool]
    ports: frozenset[int] | None


@value
class Place:
    """Where to ask, and for what: ``target`` is what stands in a request."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def named(self) -> str:
        """The host as a request names it."""
        return self.host if self.port == PORTS[self.scheme] else f"{self.host}:{self.port}"


def public(address: IPv4Address) -> bool:
    """Whether this is a machine of the internet (IANA's special-purpose registry, and no group of machines)."""
    return address.is_global and not address.is_multicast


INTERNET: Final = Bounds(reaches=public, ports=frozenset(PORTS.values()))
ANYWHERE: Final = Bounds(reaches=lambda _: True, ports=None)
BOUNDS: Final[Mapping[str, Bounds]] = {"internet": INTERNET, "anywhere": ANYWHERE}
"""As a setting names them."""


def place_of(url: str, bounds: Bounds) -> Place:
    """Where an address leads, as far as it says so itself. Raises Refused."""
    if len(url) > LONGEST:
        raise Refused(f"the address is longer than {LONGEST:,} characters")
    parts = _split(url)
    if parts.scheme not in PORTS:
        raise Refused("the address is none of http or https")
    if "@" in parts.netloc:
        raise Refused("the address holds a name or a password")
    port = PORTS[parts.scheme] if parts.port is None else parts.port
    if bounds.ports is not None and port not in bounds.ports:
        raise Refused(f"port {port} is not one of {', '.join(str(one) for one in sorted(bounds.ports))}")
    asked = f"?{quote(parts.query, safe=_SAFE)}" if parts.query else ""
    target = quote(parts.path, safe=_SAFE) or "/"
    return Place(scheme=parts.scheme, host=_host(parts.hostname or ""), port=port, target=target + asked)


def next_place(place: Place, location: str, bounds: Bounds) -> Place:
    """Where a redirect leads, held to the same rules. Raises Refused."""
    here = f"{place.scheme}://{place.named}{place.target}"
    try:
        there = urljoin(here, location)
    except ValueError as error:
        raise _no_address() from error
    found = place_of(there, bounds)
    if (place.scheme, found.scheme) == ("https", "http"):
        raise Refused("the server redirects from https to http")
    return found


def _split(url: str) -> SplitResult:
    if UNPRINTABLE.search(url) or "\\" in url:  # which every reader of addresses reads in another way
        raise _no_address()
    try:
        parts = urlsplit(url.strip())
        _ = parts.port, parts.hostname  # raise, too
    except ValueError as error:
        raise _no_address() from error
    return parts


def _host(name: str) -> str:
    """The host as it is looked up."""
    if ":" in name:
        raise Refused("the address is one of IPv6, where we do not reach")
    try:
        host = name.encode("idna").decode()
    except UnicodeError as error:
        raise _no_address() from error
    if not _HOST.fullmatch(host):
        raise _no_address()
    if _NUMBER.fullmatch(host.removesuffix(".").rpartition(".")[2]):
        _strict(host)
    return host


def _strict(host: str) -> None:
    """Numbers are four in the decimal system: in all other ways of writing them, readers differ."""
    try:
        IPv4Address(host)
    except AddressValueError as error:
        raise Refused("the address is a number that is not written as 192.0.2.1 is") from error


def _no_address() -> Refused:
    return Refused("this is no address of the web")
