"""A small GraphQL client: signed in or a guest, patient with a connection that breaks, for any number of threads.

GraphFault              the API could not be asked, or did not answer the question
├── Unreachable         it does not answer at all: nothing more can be asked
└── Refused             it answered with errors: this question failed, others may not
"""

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

import httpx

from clients.sign_in import Credentials, NotSignedIn, Session

TRIES: Final = 5
FIRST_PAUSE: Final = 0.2
"""Seconds before the second try, doubled before each further one: 3 seconds in all, a restart of the laptop's stack."""
PATIENCE: Final = 35.0
"""Seconds to wait for an answer: AppSync itself gives up after 30."""
LATER: Final = frozenset({429, 500, 502, 503, 504})


class GraphFault(RuntimeError):
    """The API could not be asked, or did not answer the question."""


class Unreachable(GraphFault):
    """It does not answer at all: nothing more can be asked."""


class Refused(GraphFault):
    """It answered with errors: this question failed, others may not."""


class Graph:
    """The API named in an ``amplify_outputs.json``, asked as one user, or as a guest without credentials.

    What breaks on the way is asked again, so ask only what may be repeated: reads, and changes that carry an
    idempotency key or the whole content of a thing.
    """

    def __init__(
        self, outputs: Mapping[str, Any], credentials: Credentials | None, *, pause: float = FIRST_PAUSE
    ) -> None:
        if missing := {"auth", "data"} - set(outputs):
            raise GraphFault(f"the outputs have no {' and no '.join(sorted(missing))}: is it an amplify_outputs.json?")
        self.url: str = outputs.get("custom", {}).get("http_url") or outputs["data"]["url"]
        self._http = httpx.Client(timeout=PATIENCE, limits=httpx.Limits(max_connections=None), trust_env=False)
        self._session = Session(outputs, credentials, self._http) if credentials else None
        self._guest = {"x-api-key": outputs["data"].get("api_key", "")}
        self._pause = pause

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def ask(self, document: str, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The data of the answer; raises Unreachable, Refused or NotSignedIn."""
        body = {"query": document, "variables": variables or {}}
        found = ""
        for attempt in range(TRIES):
            try:
                answer = self._post(body)
            except httpx.TransportError as fault:
                found = f"{type(fault).__name__}: {fault}"
            else:
                if answer.status_code not in LATER:
                    return _data(answer)
                found = f"status {answer.status_code}"
            if attempt + 1 < TRIES:
                time.sleep(self._pause * 2**attempt)
        raise Unreachable(f"the shop at {self.url} does not answer, after {TRIES} tries ({found})")

    def _post(self, body: Mapping[str, Any]) -> httpx.Response:
        if self._session is None:
            return self._http.post(self.url, json=body, headers=self._guest)
        token = self._session.token()
        answer = self._http.post(self.url, json=body, headers={"Authorization": token})
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._session.renew(token)
            answer = self._http.post(self.url, json=body, headers={"Authorization": self._session.token()})
        return answer


def _data(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        raise NotSignedIn(f"the API does not accept who asks: {answer.text[:200]}")
    try:
        body = answer.json()
    except ValueError as fault:
        raise Refused(f"status {answer.status_code}, and no JSON: {answer.text[:200]}") from fault
    if body.get("errors"):
        raise Refused("; ".join(dict.fromkeys(str(error.get("message")) for error in body["errors"])))
    data: dict[str, Any] = body["data"]
    return data
