"""The whole system of one run: its parts are started in order, and ended in reverse however far the start came."""

import asyncio
import io
import logging
import signal
import socket
import ssl
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

import httpx
from starlette.types import ASGIApp

from local import deploy, outputs, people
from local.appsync import deployed as apis
from local.appsync.bus import Bus, InProcess
from local.appsync.gateway import Gateway
from local.appsync.identity import Credentials
from local.appsync.realtime.endpoint import Realtime
from local.appsync.sdl import UnsupportedApi
from local.appsync.tokens import PublishedKeys
from local.authority import Authority
from local.aws import ACCESS_KEY, QUICK, SECRET_KEY, session
from local.cache import Cache
from local.children import open_log
from local.emulator import Emulator
from local.faults import CannotRun
from local.folder import Folder
from local.front import GRAPHQL, Front
from local.functions import invoke_api, reload
from local.functions.backlog import Backlog
from local.functions.deployed import read
from local.functions.host import FunctionHost, NoWorker
from local.health import Probe
from local.ports import HOST, listen, port_of
from local.progress import Progress
from local.serving import Serving, Sockets

ROOT: Final = Path(__file__).parent.parent
SOURCES: Final = tuple(ROOT / room for room in ("resolvers", "datasources", "domain"))

ACCOUNT: Final = "000000000000"
"""The account that the emulator is (MINISTACK_ACCOUNT_ID's default)."""

SIGNERS: Final = MappingProxyType(
    {
        ACCESS_KEY: Credentials(
            secret=SECRET_KEY, account_id=ACCOUNT, user_arn=f"arn:aws:iam::{ACCOUNT}:user/laptop", username="laptop"
        )
    }
)
"""Who may sign requests: the functions themselves, with the credentials they are given here."""


DROP_SOCKETS: Final = signal.SIGUSR1
"""Ends every realtime socket, as AppSync does after a day: to see whether a client comes back and catches up."""

TLS_NAME: Final = "localhost"
"""The host of the TLS address, as browsers know it best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a system is started; a port of 0 takes any free one, ``templates`` is what is deployed."""

    port: int
    tls_port: int
    data: Path
    reset: bool = False
    templates: Path = deploy.TEMPLATES


@dataclass(frozen=True, slots=True)
class Graph:
    """The data plane's two ends."""

    http: Gateway
    realtime: Realtime


class System:
    """To be used as ``async with``, in the main thread: inside, everything runs and is written down."""

    def __init__(self, options: Options, progress: Progress) -> None:
        self._options = options
        self._progress = progress
        self._ends = AsyncExitStack()
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
        calls = self._listen(0)
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
            host = await self._functions(emulator, cache, folder, calls)
        with self._progress.step("graph served"):
            graph = await self._graph(emulator, found, host)
            probes = _probes(emulator, cache, host, graph.http, found.api_key)
            front = Front(graph.http, probes, self.outputs)
            await self._serve(front, plain, sockets=graph.realtime.protocol)
            await self._serve(front, tls, self._certified(authority), sockets=graph.realtime.protocol)
        self._progress.note(f"also at {secure}, for those who trust {authority.ca_file}")
        outputs.write(folder.path, self.outputs)

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

    async def _functions(self, emulator: Emulator, cache: Cache, folder: Folder, calls: socket.socket) -> FunctionHost:
        deployed = await asyncio.to_thread(read, emulator.url, cache.url)
        host = FunctionHost(deployed, log=folder.path / "logs" / "functions.log")
        self._ends.push_async_callback(host.close)
        try:
            await host.start()
        except NoWorker as fault:
            raise CannotRun(f"the functions cannot be run: {fault}; see {folder.path}/logs/functions.log") from fault
        if host.faults:
            raise CannotRun(_unloadable(host))
        backlog = Backlog(emulator.url, lambda: host.busy)
        await self._serve(invoke_api.app(host, backlog.taken), calls)
        watching = asyncio.get_running_loop().create_task(reload.watch(reload.Sources(SOURCES), host.reload))
        self._ends.callback(watching.cancel)
        self._ends.push_async_callback(backlog.settle)
        return host

    async def _graph(self, emulator: Emulator, found: deploy.Deployed, host: FunctionHost) -> Graph:
        bus = InProcess()
        gateway = await asyncio.to_thread(_gateway, emulator.url, found.api_id, host, bus)
        realtime = Realtime(gateway, bus)
        asyncio.get_running_loop().add_signal_handler(DROP_SOCKETS, realtime.drop)
        return Graph(gateway, realtime)

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


def _gateway(endpoint: str, api_id: str, host: FunctionHost, bus: Bus) -> Gateway:
    client = session().client("appsync", endpoint_url=endpoint, config=QUICK)
    try:
        api = apis.load(client, api_id)
        return Gateway(api, host.invoke, pools=PublishedKeys(endpoint, clock=time.time), iam=SIGNERS, bus=bus)
    except UnsupportedApi as fault:
        raise CannotRun(f"the deployed API cannot be served: {fault}") from fault


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
