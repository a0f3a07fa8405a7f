"""One invocation on its way through the pool, and the ways it can end without the function's own answer."""

import asyncio
import json
import uuid

from local.appsync.invocation import Invocation


class Job:
    """An event for the function numbered ``function``; ``timeout`` in seconds runs from when a worker has it."""

    __slots__ = ("answer", "function", "payload", "request_id", "timeout")

    def __init__(self, function: int, payload: bytes, timeout: float) -> None:
        self.function = function
        self.payload = payload
        self.timeout = timeout
        self.request_id = str(uuid.uuid4())
        self.answer: asyncio.Future[Invocation] = asyncio.get_running_loop().create_future()

    def end(self, payload: bytes, *, failed: bool) -> None:
        """Hand over the answer, unless the one who asked has gone."""
        if not self.answer.done():
            self.answer.set_result(Invocation(payload, "Unhandled" if failed else None))

    def fail(self, kind: str, message: str) -> None:
        """End as Lambda does when the runtime has no answer."""
        error = {"errorType": kind, "errorMessage": f"RequestId: {self.request_id} Error: {message}"}
        self.end(json.dumps(error).encode(), failed=True)

    def time_out(self) -> None:
        self.fail("Sandbox.Timedout", f"Task timed out after {self.timeout:.2f} seconds")

    def lose_worker(self) -> None:
        self.fail("Runtime.ExitError", "Runtime exited without providing a reason")
