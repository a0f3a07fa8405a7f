"""The graph that is deployed on the embedded AWS, as a data plane serves it: over HTTP and over sockets."""

import signal
import time
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from local.appsync import deployed as apis
from local.appsync.bus import Bus
from local.appsync.gateway import Gateway
from local.appsync.identity import Credentials
from local.appsync.invocation import Invoke
from local.appsync.realtime.endpoint import Realtime
from local.appsync.sdl import UnsupportedApi
from local.appsync.tokens import PublishedKeys
from local.aws import ACCESS_KEY, QUICK, SECRET_KEY, session
from local.faults import CannotRun

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

CHANNEL: Final = "souk:published"
"""What the planes of one system tell each other goes through this channel of its own cache."""

DROP_SOCKETS: Final = signal.SIGUSR1
"""Ends every realtime socket, as AppSync does after a day: to see whether a client comes back and catches up."""


@dataclass(frozen=True, slots=True)
class Graph:
    """The data plane's two ends."""

    http: Gateway
    realtime: Realtime


def serve_graph(endpoint: str, api_id: str, invoke: Invoke, bus: Bus) -> Graph:
    """Make the deployed API ready to be asked; ``CannotRun`` if it cannot be served."""
    client = session().client("appsync", endpoint_url=endpoint, config=QUICK)
    try:
        api = apis.load(client, api_id)
        gateway = Gateway(api, invoke, pools=PublishedKeys(endpoint, clock=time.time), iam=SIGNERS, bus=bus)
        return Graph(gateway, Realtime(gateway, bus))
    except UnsupportedApi as fault:
        raise CannotRun(f"the deployed API cannot be served: {fault}") from fault
