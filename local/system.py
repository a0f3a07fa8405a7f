"""The whole system of one run: its parts are started in order, and ended in reverse however far the start came."""

import asyncio
import io
import logging
import socket
import ssl
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import httpx
from starlette.types import ASGIApp

from local import deploy, outputs, people, simulator
from local.appsync.bus import Bus, InProcess, ValkeyBus
from local.appsync.realtime.endpoint import Realtime
from local.authority import Authority
from local.cache import Cache
from local.children import open_log
from local.delivery import Delivery, bucket_of
from local.emulator import Emulator
from local.faults import CannotRun
from local.folder import Folder
from local.front import GRAPHQL, Front
from local.functions import invoke_api, reload
from local.functions.deployed import read
from local.functions.host import FunctionHost, NoWorker
from local.functions.queues import Queues, sources
from local.functions.streams import Streams, mappings
from local.graph import CHANNEL, DROP_SOCKETS, Graph, serve_graph
from local.health import Probe, report
from local.planes import Planes
from local.ports import HOST, listen, port_of
from local.progress import Progress
from local.rewrite import CACHE_HOST, FRONT_HOST, GRAPH_HOST
from local.serving import Serving, Sockets
from local.webhooks import Webhooks, routes

ROOT: Final = Path(__file__).parent.parent
SOURCES: Final = tuple(ROOT / room for room in ("resolvers", "datasources", "domain"))

TLS_NAME: Final = "localhost"
"""The host of the TLS address, as browsers know it best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a system is started; a port of 0 takes any free one, ``templates`` is what is deployed.

    ``planes`` is how many processes serve the graph.
    """

    port: int
    tls_port: int
    data: Path
    planes: int = 1
    reset: bool = False
    templates: Path = deploy.TEMPLATES


class System:
    """To be used as ``async with``, in the main thread: inside, everything runs and is written down."""

    def __init__(self, options: Options, progress: Progress) -> None:
        self._options = options
        self._progress = progress
        self._ends = AsyncExitStack()
        self._planes = Planes(options.data, options.planes - 1)
        self._probes: Mapping[str, Probe] = {}
        self.url = ""
        self.outputs: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self._ends.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._ends.aclose()

    async def _start(self) -> None:
        plain, tls = self._listen(self._options.port), self._listen(self._options.tls_port, "--tls-port")
        self.url = f"http://{HOST}:{port_of(plain)}"
        folder = Folder(self._options.data)
        self._ends.callback(folder.close)
        if self._options.reset:
            folder.reset()
        _log_to(folder.path / "logs" / "run.log")
        authority = Authority(folder.path)
        calls, inside = self._listen(0), self._listen(0)
        with self._progress.step("embedded AWS and cache started"):
            emulator, cache = await self._children(folder, calls)
        templates = deploy.read(self._options.templates)
        with self._progress.step("templates deployed, demo users settled"):
            found = await asyncio.to_thread(deploy.deploy, emulator.url, templates)
            users = await asyncio.to_thread(people.settle, emulator.url, found.user_pool_id, folder.path)
        self._progress.note(f"changed: {', '.join(found.changed)}" if found.changed else "as at the last start")
        secure = f"https://{TLS_NAME}:{port_of(tls)}"
        where = outputs.Addresses(http=self.url, tls=secure, ca_file=authority.ca_file, endpoint=emulator.url)
        self.outputs = outputs.compose(found, templates, users, where)
        with self._progress.step("functions loaded"):
            addresses = {
                CACHE_HOST: cache.url,
                GRAPH_HOST: f"http://{HOST}:{port_of(inside)}{GRAPHQL}",
                FRONT_HOST: self.url,
            }
            host = await self._functions(emulator.url, addresses, folder, calls)
        with self._progress.step("graph served"):
            graph = await self._graph(emulator, cache, found, host)
            await self._react(emulator.url, host, graph, inside)
            self._probes = _probes(emulator, cache, host, graph.http, found.api_key)
            await self._open(await self._front(emulator.url, host, graph), graph, (plain, tls), authority)
        self._progress.note(f"also at {secure}, for those who trust {authority.ca_file}")
        outputs.write(folder.path, self.outputs)
        await self._share(found, cache, calls, (plain, tls))

    async def report(self) -> Mapping[str, Any]:
        """How the whole is, and each part."""
        return await report(self._probes)

    async def _share(
        self, found: deploy.Deployed, cache: Cache, calls: socket.socket, listeners: Sequence[socket.socket]
    ) -> None:
        """Have further processes serve the same addresses, if so many were asked for."""
        if self._options.planes == 1:
            return
        self._ends.push_async_callback(self._planes.stop)
        with self._progress.step(f"{self._options.planes} data planes serve the graph"):
            private = f"http://{HOST}:{port_of(calls)}"
            await self._planes.start(api_id=found.api_id, calls=private, cache=cache.url, listeners=listeners)

    def _listen(self, port: int, option: str = "--port") -> socket.socket:
        listener = listen(port, option)
        self._ends.callback(listener.close)
        return listener

    async def _children(self, folder: Folder, calls: socket.socket) -> tuple[Emulator, Cache]:
        emulator, cache = Emulator(folder.path), Cache(folder.path)
        self._ends.push_async_callback(emulator.stop)
        self._ends.push_async_callback(cache.stop)
        host = f"http://{HOST}:{port_of(calls)}"
        await emulator.start(function_host=host, keep=[folder.lock])
        await cache.start()
        return emulator, cache

    async def _functions(
        self, endpoint: str, addresses: Mapping[str, str], folder: Folder, calls: socket.socket
    ) -> FunctionHost:
        deployed = await asyncio.to_thread(read, endpoint, addresses)
        deployed += simulator.functions(deployed)
        host = FunctionHost(deployed, log=folder.path / "logs" / "functions.log")
        self._ends.push_async_callback(host.close)
        try:
            await host.start()
        except NoWorker as fault:
            raise CannotRun(f"the functions cannot be run: {fault}; see {folder.path}/logs/functions.log") from fault
        if host.faults:
            raise CannotRun(_unloadable(host))
        await self._serve(invoke_api.app(host, self.report), calls)
        watching = asyncio.get_running_loop().create_task(reload.watch(reload.Sources(SOURCES), host.reload))
        self._ends.callback(watching.cancel)
        return host

    async def _react(self, endpoint: str, host: FunctionHost, graph: Graph, inside: socket.socket) -> None:
        """Have the functions react to streams and queues; their own way to the graph ends when they have told all."""
        await self._serve(graph.http, inside)
        streams = Streams(endpoint, await asyncio.to_thread(mappings, endpoint), host.invoke)
        self._ends.push_async_callback(streams.stop)
        await streams.start()
        self._ends.push_async_callback(streams.settle)
        queues = Queues(endpoint, await asyncio.to_thread(sources, endpoint), host.invoke)
        self._ends.push_async_callback(queues.stop)
        await queues.start()

    async def _graph(self, emulator: Emulator, cache: Cache, found: deploy.Deployed, host: FunctionHost) -> Graph:
        """The first data plane; alone it needs no other bus than itself."""
        bus: Bus = InProcess()
        if self._options.planes > 1:
            bus = shared = ValkeyBus(cache.url, CHANNEL)
            self._ends.push_async_callback(shared.stop)
            await shared.start()
        graph = await asyncio.to_thread(serve_graph, emulator.url, found.api_id, host.invoke, bus)
        asyncio.get_running_loop().add_signal_handler(DROP_SOCKETS, self._drop, graph.realtime)
        return graph

    async def _front(self, endpoint: str, host: FunctionHost, graph: Graph) -> Front:
        webhooks = Webhooks(invoke=host.invoke, routes=await asyncio.to_thread(routes, endpoint))
        delivery = Delivery(endpoint, await asyncio.to_thread(bucket_of, endpoint))
        return Front(graph.http, self.report, self.outputs, webhooks, delivery)

    async def _open(
        self, front: Front, graph: Graph, listeners: tuple[socket.socket, socket.socket], authority: Authority
    ) -> None:
        """Let everybody in, by both addresses."""
        plain, tls = listeners
        await self._serve(front, plain, sockets=graph.realtime.protocol)
        await self._serve(front, tls, self._certified(authority), sockets=graph.realtime.protocol)

    def _drop(self, realtime: Realtime) -> None:
        realtime.drop()
        self._planes.drop()

    def _certified(self, authority: Authority) -> ssl.SSLContext:
        """How TLS is spoken, with certificates that do not run out while the system runs."""
        context = authority.context()
        renewing = asyncio.get_running_loop().create_task(authority.keep_fresh(context))
        self._ends.callback(renewing.cancel)
        return context

    async def _serve(
        self,
        app: ASGIApp,
        listener: socket.socket,
        tls: ssl.SSLContext | None = None,
        sockets: Sockets | None = None,
    ) -> None:
        serving = Serving(app, listener, tls, sockets)
        await serving.start()
        self._ends.push_async_callback(serving.stop)


def _log_to(file: Path) -> None:
    """What goes wrong in this process, the data plane's faults above all, goes to a file."""
    logging.basicConfig(stream=io.TextIOWrapper(open_log(file), write_through=True), level=logging.WARNING, force=True)


def _unloadable(host: FunctionHost) -> str:
    return "; ".join(f"function {name} cannot be loaded: {why}" for name, why in host.faults.items())


def _probes(emulator: Emulator, cache: Cache, host: FunctionHost, graph: ASGIApp, api_key: str) -> dict[str, Probe]:
    """How each part is asked whether it is well."""
    http = httpx.AsyncClient(transport=httpx.ASGITransport(graph), base_url="http://graph", trust_env=False)

    async def functions() -> bool:
        await host.ping()
        if host.faults:
            raise CannotRun(_unloadable(host))
        return True

    async def answers() -> bool:
        answer = await http.post(GRAPHQL, json={"query": "{__typename}"}, headers={"x-api-key": api_key})
        return bool(answer.json() == {"data": {"__typename": "Query"}})

    return {"aws": emulator.answers, "cache": cache.answers, "functions": functions, "graph": answers}
