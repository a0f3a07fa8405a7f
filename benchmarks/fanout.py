"""Live changes: from the commit of a change to its arrival at every socket that listens to the product.

``python -m benchmarks.fanout``: one system with one data plane, 500 sockets of 4 subscriptions each, 200 changes a
second written straight into the table for a while, spread over more and fewer products: the fewer, the more subscribers
hear each change.
"""

import base64
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any, Final

from websockets.sync.client import connect
from websockets.typing import Subprotocol

from benchmarks.catalogue import seed
from benchmarks.report import Table
from benchmarks.shop import SETTLE_SECONDS, catalog_of, settle
from datasources.dynamo.catalog import CatalogTable
from domain.catalog.products import Product
from domain.catalog.storing import Replaced
from local.running import Running, running

ROOT: Final = Path(__file__).resolve().parent.parent
SOCKETS: Final = 500
EACH: Final = 4
RATE: Final = 200
"""Changes a second."""
SECONDS: Final = 15.0
WRITERS: Final = 4
PRODUCTS: Final = (2000, 500, 200, 100, 40)
"""Over how many products the subscriptions are spread: 1, 4, 10, 20 and 50 subscribers each."""
QUIET_SECONDS: Final = 3.0
"""For what is still under way when the writing ends."""
QUERY: Final = "subscription ($id: ID!) { productChanged(productId: $id) { seq productId at product { id name } } }"


class Writer(threading.Thread):
    """Changes its own products in turn, at its share of the rate; counts what it stored."""

    def __init__(self, store: CatalogTable, products: list[Product], until: float) -> None:
        super().__init__(daemon=True)
        self.store, self.products, self.until = store, products, until
        self.stored = 0

    def run(self) -> None:
        pause, due = WRITERS / RATE, time.monotonic()
        while due < self.until:
            time.sleep(max(0.0, due - time.monotonic()))
            place = self.stored % len(self.products)
            self.products[place] = self.changed(self.products[place])
            self.stored += 1
            due += pause

    def changed(self, product: Product) -> Product:
        """The product with another description, stored."""
        text, version, now = f"Change {self.stored}", product.version + 1, datetime.now(UTC)
        new = replace(product, description=text, version=version, updated_at=now)
        outcome = self.store.replace(product, new, (), ())
        assert isinstance(outcome, Replaced), outcome
        return new


@contextmanager
def listeners(system: Running, sockets: Sequence[Sequence[str]]) -> Iterator["subprocess.Popen[str]"]:
    """A process with all the sockets, every subscription acknowledged."""
    job = {
        "port": int(system.url.rsplit(":", 1)[1]),
        "headers": {"host": "localhost", "x-api-key": system.outputs["data"]["api_key"]},
        "query": QUERY,
        "sockets": sockets,
        "seconds": 120,
    }
    command = [sys.executable, "-m", "benchmarks.listeners"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(job) + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "listening\n"
        yield process


def caught_up(system: Running, store: CatalogTable, product: Product) -> Product:
    """Wait until all that was stored has been told: a change made now is heard. Gives the product so changed."""
    headers = {"host": "localhost", "x-api-key": system.outputs["data"]["api_key"]}
    stated = base64.urlsafe_b64encode(json.dumps(headers).encode()).decode().rstrip("=")
    offered = [Subprotocol("graphql-ws"), Subprotocol(f"header-{stated}")]
    data = json.dumps({"query": QUERY, "variables": {"id": product.id}})
    start = {"id": "1", "type": "start", "payload": {"data": data, "extensions": {"authorization": headers}}}
    with connect(system.outputs["custom"]["realtime_url"], subprotocols=offered) as socket:
        for message, answer in (({"type": "connection_init"}, "connection_ack"), (start, "start_ack")):
            socket.send(json.dumps(message))
            while json.loads(socket.recv(SETTLE_SECONDS))["type"] != answer:
                pass
        changed = Writer(store, [product], 0.0).changed(product)
        while json.loads(socket.recv(SETTLE_SECONDS))["type"] != "data":
            pass
    return changed


def heard(process: "subprocess.Popen[str]") -> dict[str, Any]:
    """What the sockets heard; ends the process."""
    said, _ = process.communicate("stop\n", timeout=60)
    return dict(json.loads(said))


def megabytes(pid: int) -> float:
    """Of memory that a process holds."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def measure(system: Running, store: CatalogTable, products: list[Product]) -> list[str]:
    """One row: changes spread over these products, heard by all subscriptions."""
    ids = [product.id for product in products]
    sockets = [[ids[(EACH * number + place) % len(ids)] for place in range(EACH)] for number in range(SOCKETS)]
    with listeners(system, sockets) as process:
        before = megabytes(system.process.pid)
        until = time.monotonic() + SECONDS
        writers = [Writer(store, products[number::WRITERS], until) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        time.sleep(QUIET_SECONDS)
        after = megabytes(system.process.pid)
        found = heard(process)
    for number, writer in enumerate(writers):
        products[number::WRITERS] = writer.products
    stored, subscribers = sum(writer.stored for writer in writers), SOCKETS * EACH / len(ids)
    cuts = [1000 * cut for cut in quantiles(found["late"] or [0.0, 0.0], n=100)]
    complete = found["wrong"] + found["failed"] == 0 and len(found["late"]) == round(stored * subscribers)
    return [
        f"{subscribers:.0f}", f"{stored / SECONDS:.0f}/s", f"{len(found['late']) / SECONDS:.0f}/s",
        f"{cuts[49]:.0f}", f"{cuts[94]:.0f}", f"{cuts[98]:.0f}", f"{after - before:+.1f} MB",
        "each once, in order" if complete else f"{found['wrong']} wrong, {found['failed']} failed, of {stored} stored",
    ]  # fmt: skip


def run(spreads: Sequence[int] = PRODUCTS) -> Table:
    """The curve: the same subscriptions and changes over fewer and fewer products."""
    rows = []
    with running("--no-sample") as system:
        store = catalog_of(system)
        _, products = seed(store, max(spreads))
        settle(system, len(products))
        products[-1] = caught_up(system, store, products[-1])
        for spread in spreads:
            chosen = products[:spread]
            rows.append(measure(system, store, chosen))
            products[:spread] = chosen
    columns = ("subscribers a change", "changes", "deliveries", "p50 ms", "p95 ms", "p99 ms", "data plane", "heard")
    return Table(
        f"Live changes: {SOCKETS} sockets of {EACH} subscriptions, {RATE} changes a second wanted", columns, rows
    )


if __name__ == "__main__":
    from benchmarks.report import show

    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    show("fanout", run(tuple(map(int, sys.argv[1:])) or PRODUCTS))
