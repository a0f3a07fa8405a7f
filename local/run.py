"""``make run``: starts the whole system on this machine and stays until it is told to stop."""

import argparse
import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import uvloop

from local import pictures, sample
from local.children import clean_environ
from local.deploy import TEMPLATES
from local.faults import CannotRun
from local.progress import Progress
from local.system import Options, System

LARGEST_PORT: Final = 65535
MOST_PLANES: Final = 16
TLS_DISTANCE: Final = 443
"""From the HTTP port: 4000 and 4443 are what people rely on."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 after an orderly end, 1 when the system could not start."""
    given = _parser().parse_args(arguments)
    _forget_the_users_environment()
    try:
        uvloop.run(_run(given))
    except CannotRun as reason:
        print(f"souk: {reason}", file=sys.stderr)
        return 1
    except Exception as fault:
        logging.getLogger(__name__).exception("The system ended by a fault")
        print(f"souk: {_first(fault)}; details are in {given.data_dir}/logs/run.log", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make run", description=__doc__)
    parser.add_argument(
        "--port", type=_port, default=4000, help="of the HTTP address; 0 takes a free one (%(default)s)"
    )
    parser.add_argument(
        "--tls-port", type=_port, help=f"of the HTTPS address; 0 takes a free one (--port and {TLS_DISTANCE})"
    )
    parser.add_argument("--data-dir", type=Path, default=Path(".data"), help="where all state is kept (%(default)s)")
    parser.add_argument("--no-sample", action="store_true", help="do not import the sample catalogue")
    parser.add_argument("--no-pictures", action="store_true", help="let the sample's products have drawings only")
    parser.add_argument("--reset", action="store_true", help="forget all state first")
    parser.add_argument("--planes", type=_count, default=1, help="processes that serve the graph (%(default)s)")
    parser.add_argument("--templates", type=Path, default=TEMPLATES, help=argparse.SUPPRESS)
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > LARGEST_PORT:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {LARGEST_PORT}, not {text!r}")
    return int(text)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_PLANES:
        raise argparse.ArgumentTypeError(f"from 1 to {MOST_PLANES} processes can serve the graph, not {text!r}")
    return int(text)


def beside(port: int) -> int:
    """The TLS port when none is chosen, so that systems on ports of their own do not meet there; 0 beside 0."""
    beside = port + TLS_DISTANCE
    return beside if port and beside <= LARGEST_PORT else 0


def _forget_the_users_environment() -> None:
    """No AWS account and no proxy of the user's may be met by anything that runs here."""
    for name in os.environ.keys() - clean_environ().keys():
        del os.environ[name]


async def _run(given: argparse.Namespace) -> None:
    """Run until told to stop; being told while still starting ends the start."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for told in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(told, stop.set)
    running = loop.create_task(_system(given))
    stopping = loop.create_task(stop.wait())
    await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not running.done():
        print("\nstopping ...", flush=True)
        running.cancel()  # once: what ends the parts must not be interrupted itself
    with suppress(asyncio.CancelledError):
        await running
    print("goodbye; everything is kept for the next start", flush=True)


async def _system(given: argparse.Namespace) -> None:
    progress = Progress()
    options = Options(
        port=given.port,
        tls_port=beside(given.port) if given.tls_port is None else given.tls_port,
        data=given.data_dir,
        planes=given.planes,
        reset=given.reset,
        templates=given.templates,
    )
    async with System(options, progress) as system:
        if not given.no_sample:
            await _bring_sample(system, progress)
        progress.note(f"letters that the shop sends are at {system.url}/mail")
        progress.ready(system.url)
        if not given.no_sample and not given.no_pictures:
            await _bring_pictures(system, progress)
        await asyncio.Event().wait()  # until cancelled


async def _bring_sample(system: System, progress: Progress) -> None:
    file = await asyncio.to_thread(sample.wanted, system.outputs)
    if file is not None:
        with progress.step("sample catalogue imported"):
            told = await asyncio.to_thread(sample.bring, file, system.outputs, system.url)
        progress.note(told)


async def _bring_pictures(system: System, progress: Progress) -> None:
    """While the system is in use: what ends it, or goes wrong with a picture, is no fault of the whole."""
    file, stop = sample.file(), threading.Event()
    if file is None:
        return

    def bring() -> None:
        for number, count in pictures.bring(file, system.outputs, system.url, stop.is_set):
            if number % 10 == 0 or number == count:
                progress.note(f"pictures of {number} of {count} products of the sample are shown in all sizes")

    try:
        await asyncio.to_thread(bring)
    except Exception as fault:  # whatever it is, the shop goes on
        logging.getLogger(__name__).warning("the sample's pictures could not be brought", exc_info=fault)
        progress.note(f"some of the sample keeps its drawings: {_first(fault)}")
    finally:
        stop.set()


def _first(fault: BaseException) -> str:
    """The first fault of a group, in one line."""
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    return " ".join(f"{type(fault).__name__}: {fault}".split())


if __name__ == "__main__":
    sys.exit(main())
