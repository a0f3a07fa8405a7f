"""An ASGI app on a port of its own, in a thread of its own, for clients that are not asynchronous."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import ASGIApp

from local.ports import listen, port_of
from local.serving import Serving


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """Give the app's address, such as ``http://127.0.0.1:12345``, while it is served."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    with listen(0) as listener:
        serving = Serving(app, listener)
        asyncio.run_coroutine_threadsafe(serving.start(), loop).result()
        try:
            yield f"http://127.0.0.1:{port_of(listener)}"
        finally:
            asyncio.run_coroutine_threadsafe(serving.stop(), loop).result()
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()
