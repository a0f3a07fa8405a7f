"""The inside of a worker process: imports every deployed handler once and answers one event at a time.

It stays light, so that what a handler imports, logs and leaves behind is what it would be in Lambda.
"""

import importlib
import io
import json
import os
import socket
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, cast

from local.functions.context import Context
from local.functions.frames import PAYLOAD_LIMIT, PING, REQUEST, SETUP, reply

type Handler = Callable[[Any, Context], Any]

_ENCODE: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""The Lambda runtime's own reading of Python as JSON (NaN allowed, sets and objects refused), with one difference: it
writes a Decimal as a number, which clients read as a float. Here that is refused, so that money cannot go that way."""


class InitFault(Exception):
    """The handler could not be loaded; ``kind`` is Lambda's ``errorType`` for it."""

    def __init__(self, kind: str, message: str) -> None:
        self.kind = kind
        super().__init__(message)


@dataclass(slots=True)
class Function:
    """A deployed function inside this worker: its handler, or why there is none."""

    name: str
    arn: str
    handler: str
    memory: int
    environment: dict[str, str]
    call: Handler | None = None
    fault: dict[str, Any] = field(default_factory=dict)

    def load(self) -> None:
        """Import the handler, once, in the function's own environment."""
        try:
            self.call = _find(self.handler)
        except InitFault as fault:
            self.fault = _error(str(fault), fault.kind, [])
        except Exception as fault:  # noqa: BLE001 - whatever the module raises is its answer to every event
            self.fault = _error(str(fault), type(fault).__name__, _trace(fault))
        if self.fault:
            _log_error(self.fault)

    def context(self, request_id: str, deadline: float) -> Context:
        return Context(
            aws_request_id=request_id,
            function_name=self.name,
            invoked_function_arn=self.arn,
            memory_limit_in_mb=str(self.memory),
            log_group_name=self.environment["AWS_LAMBDA_LOG_GROUP_NAME"],
            log_stream_name=self.environment["AWS_LAMBDA_LOG_STREAM_NAME"],
            deadline=deadline,
        )


def _find(handler: str) -> Handler:
    module, _, name = handler.rpartition(".")
    if not module:
        raise InitFault("Runtime.MalformedHandlerName", f"Bad handler '{handler}': it must be module.function")
    try:
        found = importlib.import_module(module.replace("/", "."))
    except ImportError as fault:
        raise InitFault("Runtime.ImportModuleError", f"Unable to import module '{module}': {fault}") from fault
    except SyntaxError as fault:
        raise InitFault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module}': {fault}") from fault
    if not hasattr(found, name):
        raise InitFault("Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module}'")
    return cast("Handler", getattr(found, name))


class Environments:
    """Gives each function the process environment it was deployed with; it is changed only when the function does."""

    def __init__(self) -> None:
        self._base = dict(os.environ)
        self._current: Function | None = None

    def enter(self, function: Function) -> None:
        if function is not self._current:
            new = self._base | function.environment
            for name in os.environ.keys() - new.keys():
                del os.environ[name]
            os.environ.update({name: value for name, value in new.items() if os.environ.get(name) != value})
            self._current = function


def answer(function: Function, event: bytes, request_id: str, deadline: float) -> bytes:
    """Call the handler as the Lambda runtime does; the reply frame of its result or of its error."""
    if function.call is None:
        return _failed(function.fault | {"requestId": request_id})
    try:
        result = function.call(json.loads(event), function.context(request_id, deadline))
    except Exception as fault:  # noqa: BLE001 - the runtime turns every exception into an answer
        return _failed(_error(str(fault), type(fault).__name__, _trace(fault), request_id), log=True)
    try:
        payload = _ENCODE(result).encode()
    except Exception as fault:  # noqa: BLE001 - as above
        message = f"Unable to marshal response: {fault}"
        return _failed(_error(message, "Runtime.MarshalError", [], request_id), log=True)
    if len(payload) > PAYLOAD_LIMIT:
        message = f"Response payload size exceeded maximum allowed payload size ({PAYLOAD_LIMIT} bytes)."
        return _failed(_error(message, "Function.ResponseSizeTooLarge", [], request_id), log=True)
    return reply(payload)


def _failed(error: dict[str, Any], *, log: bool = False) -> bytes:
    if log:
        _log_error(error)
    return reply(json.dumps(error).encode(), failed=True)


def _error(message: str, kind: str, trace: list[str], request_id: str = "") -> dict[str, Any]:
    return {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace}


def _trace(fault: Exception) -> list[str]:
    return [line for line in traceback.format_tb(fault.__traceback__) if f'"{__file__}"' not in line]


def _log_error(error: dict[str, Any]) -> None:
    print("[ERROR]", json.dumps(error))


def serve(link: socket.socket) -> None:
    """Answer requests until the host hangs up."""
    functions: list[Function] = []
    environments = Environments()
    with link, link.makefile("rb") as incoming:
        while header := incoming.read(REQUEST.size):
            size, number, deadline, request_id = REQUEST.unpack(header)
            payload = incoming.read(size)
            if number == SETUP:
                functions = [Function(**described) for described in json.loads(payload)]
                for function in functions:
                    environments.enter(function)
                    function.load()
                faults = {function.name: function.fault["errorMessage"] for function in functions if function.fault}
                link.sendall(reply(json.dumps(faults).encode()))
            elif number == PING:
                link.sendall(reply(b""))
            else:
                environments.enter(functions[number])
                link.sendall(answer(functions[number], payload, request_id.decode(), deadline))


if __name__ == "__main__":
    cast("io.TextIOWrapper", sys.stdout).reconfigure(line_buffering=True)  # what was said stays said if we die
    serve(socket.socket(fileno=int(sys.argv[1])))
