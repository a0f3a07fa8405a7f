"""The shop's own graph, called by a function: publishing mutations, signed with the function's role."""

import socket
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials, EnvProvider
from botocore.exceptions import BotoCoreError, ConnectionClosedError
from botocore.httpsession import URLLib3Session

from datasources.faults import StoreFault, StoreRefused, StoreUnavailable
from datasources.roundtrips import sent

STORE: Final = "AppSync"
CONNECTION: Final[dict[str, Any]] = {
    "timeout": (1, 8),
    "socket_options": [(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
}
"""Seconds to connect and to wait: AppSync answers within some 50 ms, and what is not answered comes again. Head and
body of a request are two packets, of which the second would wait 40 ms until the first is acknowledged."""
LARGEST_ANSWER: Final = 240_000
"""Bytes that a subscription carries (AWS General Reference, AppSync quotas: 240 KB); more is dropped without a word."""
_OK: Final = 200
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500


class Answer(msgspec.Struct, frozen=True):
    """A GraphQL answer, as far as it says whether all went well."""

    errors: tuple[dict[str, Any], ...] = ()


class Graph:
    """Calls mutations by the documents given for them, over at most ``connections`` that are kept open.

    ``environ`` holds region and credentials, as Lambda gives them to a function.
    """

    def __init__(
        self, url: str, documents: Mapping[str, str], *, environ: Mapping[str, str], connections: int = 1
    ) -> None:
        self._url = url
        self._documents = documents
        self._signer = SigV4Auth(_credentials(environ), "appsync", environ["AWS_REGION"])
        self._http = URLLib3Session(max_pool_connections=connections, **CONNECTION)

    def call(self, mutation: str, variables: Mapping[str, Any]) -> bool:
        """Whether the answer is one that subscribers can be told, which one beyond LARGEST_ANSWER is not.

        Raises StoreUnavailable or StoreRefused when it is no answer, or an answer with errors in it.
        """
        sent(f"appsync.{mutation}")
        body = msgspec.json.encode({"query": self._documents[mutation], "variables": variables})
        try:
            status, answer = self._sent(body)
        except BotoCoreError as error:
            raise StoreUnavailable(STORE, str(error)) from error
        if fault := _fault_of(status, answer):
            raise fault
        return len(answer) <= LARGEST_ANSWER

    def _sent(self, body: bytes) -> tuple[int, bytes]:
        try:
            return self._post(body)
        except ConnectionClosedError:  # we kept it open for longer than the other end did
            return self._post(body)

    def _post(self, body: bytes) -> tuple[int, bytes]:
        request = AWSRequest("POST", self._url, headers={"Content-Type": "application/json"}, data=body)
        self._signer.add_auth(request)
        response = self._http.send(request.prepare())
        return response.status_code, response.content


def _credentials(environ: Mapping[str, str]) -> Credentials:
    found = EnvProvider(dict(environ)).load()
    if found is None:
        raise StoreRefused(STORE, "there are no credentials in the environment to sign with")
    return found


def _fault_of(status: int, answer: bytes) -> StoreFault | None:
    """Why it is no answer, None when it is one."""
    try:
        errors = msgspec.json.decode(answer, type=Answer).errors
    except msgspec.DecodeError:
        errors = ({"message": answer[:200].decode(errors="replace")},)
    if status == _OK and not errors:
        return None
    first = errors[0] if errors else {}
    said = f"{status} {first.get('errorType') or ''} {first.get('message') or ''}".strip()
    passing = status >= _SERVER_ERROR or status == _TOO_MANY
    return (StoreUnavailable if passing else StoreRefused)(STORE, said)
