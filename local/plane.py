"""One more data plane of a running system, in a process of its own: it shares the listeners and serves the same.

``python -m local.plane``, started by ``make run ARGS="--planes N"``: what is published in one plane is heard in all.
"""

import argparse
import asyncio
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp
import uvloop

from local import outputs
from local.appsync.bus import ValkeyBus
from local.appsync.invocation import Invocation, Invoke
from local.authority import Authority
from local.delivery import Delivery, bucket_of
from local.front import Front
from local.functions import invoke_api
from local.graph import CHANNEL, DROP_SOCKETS, Graph, serve_graph
from local.health import Report
from local.serving import Serving
from local.webhooks import Webhooks, routes

INVOKE_SECONDS: Final = 900.0
"""Lambda's longest timeout: the host ends what takes longer."""


@asynccontextmanager
async def host(calls: str) -> AsyncIterator[tuple[Invoke, Report]]:
    """How functions are invoked, and how the whole is, by the first process's private address."""
    async with aiohttp.ClientSession(calls, timeout=aiohttp.ClientTimeout(INVOKE_SECONDS)) as http:

        async def invoke(arn: str, payload: bytes) -> Invocation:
            path = invoke_api.PATH.format(name=arn.rsplit(":function:", 1)[-1])
            async with http.post(path, data=payload) as answer:
                return Invocation(await answer.read(), answer.headers.get(invoke_api.ERROR_HEADER))

        async def report() -> Mapping[str, Any]:
            async with http.get(invoke_api.HEALTH) as answer:
                return dict(await answer.json())

        yield invoke, report


async def serve(given: argparse.Namespace) -> None:
    """Serve until told to stop."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for told in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(told, stop.set)
    found = json.loads((given.data / outputs.NAME).read_bytes())
    bus = ValkeyBus(given.cache, CHANNEL)
    await bus.start()
    async with host(given.calls) as (invoke, report):
        endpoint = found["custom"]["aws_endpoint_url"]
        graph = await asyncio.to_thread(serve_graph, endpoint, given.api, invoke, bus)
        loop.add_signal_handler(DROP_SOCKETS, graph.realtime.drop)
        webhooks = Webhooks(invoke=invoke, routes=await asyncio.to_thread(routes, endpoint))
        delivery = Delivery(endpoint, await asyncio.to_thread(bucket_of, endpoint))
        servings = [*_servings(given, Front(graph.http, report, found, webhooks, delivery), graph)]
        for serving in servings:
            await serving.start()
        os.write(given.ready, b"ready")
        await stop.wait()
        for serving in servings:
            await serving.stop()
    await bus.stop()


def _servings(given: argparse.Namespace, front: Front, graph: Graph) -> Sequence[Serving]:
    authority = Authority(given.data)
    plain, tls = (socket.socket(fileno=number) for number in (given.plain, given.tls))
    return (
        Serving(front, plain, sockets=graph.realtime.protocol),
        Serving(front, tls, authority.context(), sockets=graph.realtime.protocol),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name, kind in (("--data", Path), ("--api", str), ("--calls", str), ("--cache", str)):
        parser.add_argument(name, type=kind, required=True)
    for name in ("--plain", "--tls", "--ready"):
        parser.add_argument(name, type=int, required=True, help="a file descriptor")
    logging.basicConfig(level=logging.WARNING)
    uvloop.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
    sys.exit(0)
