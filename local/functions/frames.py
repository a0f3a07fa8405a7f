"""What goes over the socket between the host and a worker: one request, then one reply, each a header and bytes.

The first request to a worker is ``SETUP`` with the deployed functions as JSON; its reply, once they are imported, holds
the names of those that could not be, and why.
"""

import struct
from typing import Final

REQUEST: Final = struct.Struct("!IHd36s")
"""Payload bytes, number of the function, deadline in seconds since the epoch, request id."""

REPLY: Final = struct.Struct("!I?")
"""Payload bytes, whether the function failed."""

SETUP: Final = 0xFFFF
PING: Final = 0xFFFE
"""Numbers that are no function: take the functions, and answer that you are there."""

PAYLOAD_LIMIT: Final = 6 * 2**20
"""Bytes of a synchronous invocation's request or response (AWS Lambda guide, "Lambda quotas")."""


def request(function: int, payload: bytes, *, deadline: float = 0.0, request_id: str = "") -> bytes:
    return REQUEST.pack(len(payload), function, deadline, request_id.encode()) + payload


def reply(payload: bytes, *, failed: bool = False) -> bytes:
    return REPLY.pack(len(payload), failed) + payload
