"""Many realtime sockets that only listen: what came, when, and whether anything was missing, twice or out of order.

It runs as a process of its own, talks to 127.0.0.1 only, and stops by itself: its job is one JSON line on standard
input, it says ``listening`` when every subscription is acknowledged, and answers the next line (or the end of its time)
with what it heard.
"""

import asyncio
import base64
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

import uvloop

LONGEST_SECONDS: Final = 300
SMALL, MIDDLE = 126, 127
"""RFC 6455 §5.2: how a frame says its length."""


@dataclass
class Heard:
    """Seconds from each change's own time to its arrival, and how many changes were not the next of their product."""

    late: list[float] = field(default_factory=list)
    wrong: int = 0
    failed: int = 0


class Listener(asyncio.Protocol):
    """One socket: opens, subscribes to each of its products, and notes what comes."""

    def __init__(self, job: dict[str, Any], products: Sequence[str], heard: Heard, ready: asyncio.Future[None]) -> None:
        self.job, self.products, self.heard, self.ready = job, products, heard, ready
        self.buffer = bytearray()
        self.open = False
        self.acknowledged = 0
        self.last: dict[str, int] = {}

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        headers = base64.urlsafe_b64encode(json.dumps(self.job["headers"]).encode()).decode().rstrip("=")
        lines = [
            "GET /graphql/realtime HTTP/1.1", f"Host: 127.0.0.1:{self.job['port']}", "Upgrade: websocket",
            "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            f"Sec-WebSocket-Protocol: graphql-ws, header-{headers}", "", "",
        ]  # fmt: skip
        transport.write("\r\n".join(lines).encode())

    def data_received(self, data: bytes) -> None:
        now = time.time()
        self.buffer += data
        if not self.open:
            head = self.buffer.find(b"\r\n\r\n")
            if head < 0:
                return
            assert self.buffer.startswith(b"HTTP/1.1 101"), self.buffer[:80]
            del self.buffer[: head + 4]
            self.open = True
            self.say({"type": "connection_init"})
        for text in self._messages():
            self._take(json.loads(text), now)

    def _messages(self) -> Iterator[bytes]:
        place, buffer = 0, self.buffer
        while len(buffer) >= place + 2:
            size, head = buffer[place + 1], 2
            if size == SMALL:
                size, head = int.from_bytes(buffer[place + 2 : place + 4]), 4
            elif size == MIDDLE:
                size, head = int.from_bytes(buffer[place + 2 : place + 10]), 10
            if len(buffer) < place + head + size:
                break
            if buffer[place] == 0x81:
                yield bytes(buffer[place + head : place + head + size])
            place += head + size
        del buffer[:place]

    def _take(self, message: dict[str, Any], now: float) -> None:
        match message["type"]:
            case "connection_ack":
                for number, product in enumerate(self.products):
                    self._subscribe(str(number), product)
            case "start_ack":
                self.acknowledged += 1
                if self.acknowledged == len(self.products):
                    self.ready.set_result(None)
            case "data":
                self._hear(message["id"], message["payload"]["data"]["productChanged"], now)
            case "error" | "connection_error":
                self.heard.failed += 1

    def _hear(self, id_: str, change: dict[str, Any], now: float) -> None:
        seq, last = change["seq"], self.last.get(id_)
        self.heard.wrong += last is not None and seq != last + 1
        self.last[id_] = seq
        self.heard.late.append(now - datetime.fromisoformat(change["at"]).timestamp())

    def _subscribe(self, id_: str, product: str) -> None:
        data = json.dumps({"query": self.job["query"], "variables": {"id": product}})
        extensions = {"authorization": self.job["headers"]}
        self.say({"id": id_, "type": "start", "payload": {"data": data, "extensions": extensions}})

    def say(self, message: dict[str, Any]) -> None:
        text = json.dumps(message).encode()
        size = bytes([0x80 | len(text)]) if len(text) < SMALL else bytes([0x80 | SMALL]) + len(text).to_bytes(2)
        self.transport.write(b"\x81" + size + bytes(4) + text)

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ready.done():
            self.ready.set_exception(error or ConnectionResetError("the server closed the socket"))


async def listen(job: dict[str, Any]) -> Heard:
    """Open the sockets, say so, and hear until a line comes or the time is over."""
    loop, heard, waits = asyncio.get_running_loop(), Heard(), []
    for products in job["sockets"]:
        ready = loop.create_future()
        await loop.create_connection(lambda p=products, r=ready: Listener(job, p, heard, r), "127.0.0.1", job["port"])  # type: ignore[misc]  # a lambda's defaults
        waits.append(ready)
    await asyncio.gather(*waits)
    sys.stdout.write("listening\n")
    sys.stdout.flush()
    stop = loop.create_task(asyncio.to_thread(sys.stdin.readline))
    await asyncio.wait({stop}, timeout=min(job["seconds"], LONGEST_SECONDS))
    return heard


def main() -> None:
    """Hear, and say what was heard."""
    job = json.loads(sys.stdin.readline())
    json.dump(asdict(uvloop.run(listen(job))), sys.stdout)
    sys.stdout.write("\n")
    sys.stdout.flush()
    os._exit(0)  # a thread may still wait for a line


if __name__ == "__main__":
    main()
