"""Clients of AWS's services, made when first used, and what goes wrong with them in our words."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError  # noqa: A004  # its name

from datasources.faults import StoreFault, StoreRefused, StoreUnavailable

USER_AGENT: Final = "souk"
"""Says who asks. Without one botocore puts a long one together anew, twice for every request: a sixth of its work."""
CONFIG: Final = Config(
    connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 2, "mode": "standard"}, user_agent=USER_AGENT
)
"""What is asked of queues, bus and secrets is answered within some 50 ms; two tries of at most 4 s are within the ten
that a webhook may take."""
_SERVER_ERROR: Final = 500
_PASSING: Final = frozenset({"RequestThrottled", "SlowDown", "ThrottlingException", "TooManyRequestsException"})


def client(service: str, config: Config = CONFIG) -> Any:
    """botocore alone: boto3 would weigh on the start of all."""
    with faults(service):
        return _session().create_client(service, config=config)


@cache
def _session() -> botocore.session.Session:
    """One for all clients of a process: each would read the list of all endpoints anew, which takes it 30 ms."""
    return botocore.session.get_session()


@contextmanager
def faults(store: str) -> Iterator[None]:
    """Say botocore's errors as faults of the store."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise _fault_of(store, error) from error


def _fault_of(store: str, error: BotoCoreError | ClientError) -> StoreFault:
    passing = isinstance(error, ConnectionError | HTTPClientError)
    if isinstance(error, ClientError):
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        passing = status >= _SERVER_ERROR or error.response["Error"]["Code"] in _PASSING
    return (StoreUnavailable if passing else StoreRefused)(store, str(error))
