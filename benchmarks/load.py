"""A bounded load generator: keep-alive connections that each ask again as soon as they are answered.

It runs as a process of its own, talks to 127.0.0.1 only, and stops by itself.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from statistics import quantiles
from typing import Any, Final

import httptools
import uvloop

LONGEST_SECONDS: Final = 120


@dataclass(frozen=True, slots=True)
class Load:
    """What was measured: requests a second, latencies in milliseconds, answers other than 200 or with errors."""

    rate: float
    p50: float
    p95: float
    p99: float
    requests: int
    bad: int


class Answers(asyncio.Protocol):
    """One connection: sends the request, reads the answer, sends it again until the time is over."""

    def __init__(self, requests: list[bytes], until: float, times: list[float], done: asyncio.Future[int]) -> None:
        self.requests, self.until, self.times, self.done = requests, until, times, done
        self.turn, self.bad, self.status, self.body = 0, 0, 0, b""
        self.parser = httptools.HttpResponseParser(self)

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._send()

    def _send(self) -> None:
        self.body, self.started = b"", time.perf_counter()
        self.transport.write(self.requests[self.turn % len(self.requests)])
        self.turn += 1

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        now = time.perf_counter()
        self.times.append((now - self.started) * 1000)
        self.bad += self.parser.get_status_code() != 200 or b'"errors"' in self.body[:40]
        if now < self.until:
            self.parser = httptools.HttpResponseParser(self)
            self._send()
        else:
            self.transport.close()
            self.done.set_result(self.bad)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionResetError("the server closed the connection"))


def request(port: int, headers: dict[str, str], body: dict[str, Any]) -> bytes:
    """One GraphQL request as bytes."""
    content = json.dumps(body).encode()
    lines = [f"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\ncontent-type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + f"\r\ncontent-length: {len(content)}\r\n\r\n").encode() + content


async def measure(port: int, requests: list[bytes], connections: int, seconds: float) -> Load:
    """Ask for ``seconds`` over ``connections``, each going round requests of its own, if there are enough."""
    loop, times = asyncio.get_running_loop(), list[float]()
    started = time.perf_counter()
    until = started + min(seconds, LONGEST_SECONDS)
    waits = []
    for number in range(connections):
        done = loop.create_future()
        turned = requests[number::connections] or requests
        await loop.create_connection(lambda r=turned, d=done: Answers(r, until, times, d), "127.0.0.1", port)  # type: ignore[misc]  # a lambda's defaults
        waits.append(done)
    bad = sum(await asyncio.gather(*waits))
    elapsed = time.perf_counter() - started
    cuts = quantiles(times, n=100)
    return Load(len(times) / elapsed, cuts[49], cuts[94], cuts[98], len(times), bad)


def main() -> None:
    """Read one JSON job from standard input, write the measurement to standard output."""
    job = json.load(sys.stdin)
    requests = [request(job["port"], job["headers"], body) for body in job["bodies"]]
    found = uvloop.run(measure(job["port"], requests, job["connections"], job["seconds"]))
    json.dump(asdict(found), sys.stdout)


if __name__ == "__main__":
    main()
