"""Clients of AWS's services, made when first used, and what goes wrong with them in our words.

What botocore works out anew for each request is worked out once here; the requests stay as they are.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

import botocore.session
from botocore.auth import AUTH_TYPE_MAPS, SIGNED_HEADERS_BLACKLIST, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError, UnknownServiceError  # noqa: A004  # its name
from botocore.loaders import Loader

from datasources.faults import StoreFault, StoreRefused, StoreUnavailable

USER_AGENT: Final = "souk"
"""Says who asks. Without one botocore puts a long one together anew, twice for every request: a sixth of its work."""
CONFIG: Final = Config(
    connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 2, "mode": "standard"}, user_agent=USER_AGENT
)
"""What is asked of queues, bus and secrets is answered within some 50 ms; two tries of at most 4 s are within the ten
that a webhook may take."""
SIGNATURE: Final = "souk-v4"
SIGNED: Final = Config(signature_version=SIGNATURE)
PLAIN: Final = frozenset({"dynamodb", "events", "sqs"})
"""Services whose endpoint depends on nothing in a request."""
PORTS: Final = {"http": ":80", "https": ":443"}
UNSIGNED: Final = frozenset(SIGNED_HEADERS_BLACKLIST)
_SERVER_ERROR: Final = 500
_PASSING: Final = frozenset({"RequestThrottled", "SlowDown", "ThrottlingException", "TooManyRequestsException"})


class Signer(SigV4Auth):
    """Signature Version 4, with a key for a day, and without the mail messages in which botocore sorts headers."""

    def headers_to_sign(self, request: AWSRequest) -> Any:
        found = {name.lower(): value for name, value in request.headers.items()}
        return {"host": _host(request.url)} | {name: found[name] for name in found.keys() - UNSIGNED}

    def canonical_headers(self, headers_to_sign: Any) -> str:
        return "\n".join(f"{name}:{' '.join(value.split())}" for name, value in sorted(headers_to_sign.items()))

    def signed_headers(self, headers_to_sign: Any) -> str:
        return ";".join(sorted(headers_to_sign))

    def payload(self, request: AWSRequest) -> str:
        # botocore prepares the whole request for this, and then once more to send it.
        return sha256(request.data).hexdigest() if isinstance(request.data, bytes) else super().payload(request)

    def signature(self, string_to_sign: str, request: AWSRequest) -> str:
        key = _key(self.credentials.secret_key, self.credential_scope(request))
        return hmac.digest(key, string_to_sign.encode(), sha256).hex()


class Plain(Loader):
    """botocore's descriptions of services without the rules by which it works out an endpoint for each request anew.

    It goes by its list of endpoints then, once for a client.
    """

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        if type_name == "endpoint-rule-set-1" and service_name in PLAIN:
            raise UnknownServiceError(service_name=service_name, known_service_names="")
        return super().load_service_model(service_name, type_name, api_version)


def client(service: str, config: Config = CONFIG) -> Any:
    """botocore alone: boto3 would weigh on the start of all."""
    with faults(service):
        return _session().create_client(service, config=config.merge(SIGNED) if service in PLAIN else config)


@cache
def _session() -> botocore.session.Session:
    """One for all clients of a process: each would read the list of all endpoints anew, which takes it 30 ms."""
    return lean(botocore.session.get_session())


def lean(session: botocore.session.Session) -> botocore.session.Session:
    """The session, to make clients that go by this."""
    session.register_component("data_loader", Plain())
    return session


@cache
def _host(url: str) -> str:
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2].lower().removesuffix(PORTS[parts.scheme])


@lru_cache(maxsize=8)
def _key(secret: str, scope: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), sha256)
    return key


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


AUTH_TYPE_MAPS[SIGNATURE] = Signer
