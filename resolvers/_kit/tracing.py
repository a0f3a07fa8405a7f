"""X-Ray subsegments, one an answer, sent to the daemon that Lambda runs beside the function.

The X-Ray SDK costs more at a cold start than everything else in a function together (docs/decisions/0005), and all
that is needed of it is one UDP datagram (X-Ray guide, "Sending trace data to X-Ray" and "Segment documents").
"""

import json
import os
import secrets
import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from msgspec import Struct

HEADER: Final = b'{"format": "json", "version": 1}\n'


class Tracer(Struct, frozen=True):
    """Sends finished subsegments to ``daemon``; does nothing when the daemon or the sampling decision is absent."""

    daemon: tuple[str, int] | None

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Tracer":
        """The daemon's address is Lambda's ``AWS_XRAY_DAEMON_ADDRESS``."""
        host, _, port = environ.get("AWS_XRAY_DAEMON_ADDRESS", "").partition(":")
        return cls((host, int(port)) if port else None)

    def sent(self, name: str, started: float, ended: float, *, fault: bool) -> None:
        """Send the subsegment ``name``; times are seconds since the epoch. A lost datagram is nobody's failure."""
        parts = dict(part.split("=", 1) for part in os.environ.get("_X_AMZN_TRACE_ID", "").split(";") if "=" in part)
        if self.daemon is None or parts.get("Sampled") != "1":
            return
        document = {
            "type": "subsegment",
            "id": secrets.token_hex(8),
            "trace_id": parts.get("Root"),
            "parent_id": parts.get("Parent"),
            "name": name,
            "start_time": started,
            "end_time": ended,
            "fault": fault,
        }
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.sendto(HEADER + json.dumps(document).encode(), self.daemon)
