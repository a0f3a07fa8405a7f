"""A server that says byte by byte what a test wants, as no library of servers would."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

type Page = bytes | Callable[[socket.socket], None]


def answer(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """A whole answer, with its length if nothing else is said of that."""
    named = {"Content-Length": str(len(body))} | {name.replace("_", "-"): text for name, text in headers.items()}
    lines = [f"HTTP/1.1 {status} So", *(f"{name}: {text}" for name, text in named.items() if text)]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Site:
    """What is answered by path, the last of it for ever; and the heads of the requests that came."""

    url: str
    pages: dict[str, list[Page]] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)

    def put(self, path: str, *pages: Page) -> str:
        """Answer so at a path, one after the other; its address."""
        self.pages[path] = list(pages)
        return self.url + path

    @property
    def paths(self) -> list[str]:
        return [head.split(" ")[1] for head in self.heads]

    def met(self, line: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head and (some := line.recv(4096)):
            head += some
            if not head.startswith(b"GET"):
                return  # something else is spoken
        if not head:
            return  # somebody has only knocked
        self.heads.append(head.decode())
        waiting = self.pages.get(head.decode().split(" ")[1], [answer(404)])
        page = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(page, bytes):
            line.sendall(page)
        else:
            page(line)


@contextmanager
def site(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """One on a port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        scheme = "https" if tls else "http"
        made = Site(f"{scheme}://localhost:{listener.getsockname()[1]}")

        def meet(line: socket.socket) -> None:
            with suppress(OSError), tls.wrap_socket(line, server_side=True) if tls else line as secured:
                made.met(secured)
                secured.shutdown(socket.SHUT_WR)
            line.close()

        def serve() -> None:
            with suppress(OSError):
                while True:
                    Thread(target=meet, args=(listener.accept()[0],), daemon=True).start()

        thread = Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def dripping(begin: bytes) -> Callable[[socket.socket], None]:
    """Say this, and then a byte at a time, until nobody listens any more."""

    def drip(line: socket.socket) -> None:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sendall(begin)
        while True:
            line.sendall(b"x")

    return drip


def silent(line: socket.socket) -> None:
    """Say nothing, until the other end has gone."""
    line.recv(1)


def reset(line: socket.socket) -> None:
    """Hang up in the middle of it."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def chunked(*parts: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """An answer of which nobody knows how long it is."""
    body = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
    return answer(Content_Length="", Transfer_Encoding="chunked") + body + end


class Ticking:
    """A clock by which each look at it takes a second."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 1
        return self.seconds


def asked(*given: Any) -> tuple[list[str], Callable[[str], Any]]:
    """A resolver that gives these one after the other, and whom it was asked for."""
    hosts: list[str] = []

    def resolve(host: str) -> Any:
        hosts.append(host)
        found = given[min(len(hosts), len(given)) - 1]
        if isinstance(found, Exception):
            raise found
        return found

    return hosts, resolve
