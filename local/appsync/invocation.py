"""How a Lambda function is called, and what its Invoke answers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Invocation:
    """The answer of Lambda's Invoke: JSON text and, if the function failed, how (``Unhandled``)."""

    payload: bytes
    function_error: str | None = None


type Invoke = Callable[[str, bytes], Awaitable[Invocation]]
"""Calls the function of an ARN with JSON text."""
