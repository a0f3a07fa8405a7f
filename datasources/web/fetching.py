"""A file of the web, fetched by its address, wherever that leads and whatever answers there.

Neither is to be trusted: a name is looked up once, and we connect to the very number that was judged; what the server
sends is bounded in bytes and in time, however slowly it drips. No proxy, cookie or credential of ours is in it.
"""

import io
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address
from typing import Final

from datasources.roundtrips import sent
from datasources.web.addresses import Bounds, Place, Refused, next_place, place_of
from domain.shown import MediaRejection, MediaRejectionCode

SECONDS: Final = 20
"""For all of it, redirects and a second try among them: 25 MB by a line of 10 Mbit a second."""
CONNECTING: Final = 5
"""Seconds until somebody answers: three lost packets (RFC 6298: 1, 2 and 4 seconds) are taken for nobody."""
REDIRECTS: Final = 3
"""To https, to ``www.`` and to where the file lies."""
HEADERS: Final = {
    "Accept": "image/*, */*;q=0.1",
    "Accept-Encoding": "identity",
    "Connection": "close",
    "User-Agent": "souk",
}
_OK: Final = 200
_REDIRECTED: Final = frozenset({301, 302, 303, 307, 308})
_SERVER_ERROR: Final = 500
SLOW: Final = "the server did not answer in time"


class _Passing(Refused):
    """It may be otherwise the next time."""


class Web:
    """Fetches files of at most so many bytes; ``resolve`` gives the numbers of a host, or raises socket.gaierror.

    ``seconds`` are by the ``clock``. The look-up itself takes as long as the system's resolver does.
    """

    def __init__(
        self,
        bounds: Bounds,
        *,
        most_bytes: int,
        seconds: float = SECONDS,
        resolve: Callable[[str], Sequence[IPv4Address]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bounds = bounds
        self._most = most_bytes
        self._seconds = seconds
        self._resolve = resolve or numbers_of
        self._clock = clock

    def fetch(self, url: str) -> bytes | MediaRejection:
        """What lies there, or a sentence why it could not be had; what may pass is tried twice."""
        deadline = self._clock() + self._seconds

        def left() -> float:
            seconds = deadline - self._clock()
            if seconds <= 0:
                raise _Passing(SLOW)
            return seconds

        try:
            try:
                return self._followed(url, left)
            except _Passing:
                return self._followed(url, left)
        except Refused as refused:
            return MediaRejection(code=MediaRejectionCode.UNREACHABLE, message=str(refused))

    def _followed(self, url: str, left: Callable[[], float]) -> bytes:
        place = place_of(url, self._bounds)
        for _ in range(REDIRECTS + 1):
            found = self._asked(place, left)
            if isinstance(found, bytes):
                return found
            place = next_place(place, found, self._bounds)
        raise Refused(f"the server redirects more than {REDIRECTS} times")

    def _asked(self, place: Place, left: Callable[[], float]) -> bytes | str:
        """What the server gives, or to where it redirects."""
        sent("web.Get")
        try:
            with self._connected(place, left) as line:
                connection = HTTPConnection(place.host, place.port)
                connection.sock = _Line(line, left)
                connection.request("GET", place.target, headers=HEADERS | {"Host": place.named})
                with connection.getresponse() as response:
                    return self._judged(response)
        except ssl.SSLError as error:
            raise Refused("the server cannot be reached by TLS, or is not who it should be") from error
        except TimeoutError as error:
            raise _Passing(SLOW) from error
        except (OSError, HTTPException) as error:
            raise _Passing("the connection failed or broke off") from error

    def _judged(self, response: HTTPResponse) -> bytes | str:
        location = response.getheader("Location")
        if response.status in _REDIRECTED and location is not None:
            return location.encode("latin-1").decode(errors="replace")  # as it stands in the answer
        if response.status >= _SERVER_ERROR:
            raise _Passing(f"the server answered {response.status}")
        if response.status != _OK:
            raise Refused(f"the server answered {response.status}")
        if response.getheader("Content-Encoding", "identity").lower() != "identity":
            raise Refused("the server packs the file, though asked not to")
        return self._read(response)

    def _read(self, response: HTTPResponse) -> bytes:
        announced = response.length
        if announced is not None and announced > self._most:
            raise self._too_long()
        data = response.read(self._most + 1)
        if len(data) > self._most:
            raise self._too_long()
        if announced is not None and len(data) < announced:
            raise _Passing("the connection failed or broke off")
        return data

    def _too_long(self) -> Refused:
        return Refused(f"the file has more than {self._most:,} bytes")

    def _connected(self, place: Place, left: Callable[[], float]) -> socket.socket:
        """To a number that was judged; who is there has to prove to be the host all the same."""
        number = self._number(place.host)
        line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            line.settimeout(min(CONNECTING, left()))
            line.connect((str(number), place.port))
            line.settimeout(left())
            return self._tls.wrap_socket(line, server_hostname=place.host) if place.scheme == "https" else line
        except BaseException:
            line.close()
            raise

    def _number(self, host: str) -> IPv4Address:
        """The one that we connect to; all that the host has are judged, for they may take turns."""
        try:
            numbers = self._resolve(host)
        except socket.gaierror as error:
            kind = _Passing if error.errno == socket.EAI_AGAIN else Refused
            raise kind("the name of the server could not be looked up") from error
        if not numbers or not all(self._bounds.reaches(one) for one in numbers):
            raise Refused("the address leads to a private network")
        return numbers[0]

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()


class _Line:
    """As much of a socket as an HTTPConnection uses; each of its steps has but the time that is left for all."""

    def __init__(self, line: socket.socket, left: Callable[[], float]) -> None:
        self._line = line
        self._left = left

    def sendall(self, data: bytes) -> None:
        self._line.settimeout(self._left())
        self._line.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._line, self._left))

    def close(self) -> None:
        """Nothing: who opened it closes it, when its answer has been read."""


class _Incoming(io.RawIOBase):
    """The bytes that come."""

    def __init__(self, line: socket.socket, left: Callable[[], float]) -> None:
        self._line = line
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]  # what BufferedReader gives
        self._line.settimeout(self._left())
        return self._line.recv_into(buffer)


def numbers_of(host: str) -> tuple[IPv4Address, ...]:
    """By the system's resolver; IPv4 alone, for functions of Lambda have no IPv6 outside of a network of ours."""
    found = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_STREAM)
    return tuple(dict.fromkeys(IPv4Address(one[4][0]) for one in found))
