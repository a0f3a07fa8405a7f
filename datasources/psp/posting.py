"""How the simulator's webhooks reach whoever is to hear of them: one try each, and what does not arrive is lost.

They leave one after the other on a thread of their own, as a provider's do from its own house: whoever moves money does
not wait for them. A function that did would hold up the very worker that is to hear it, where there are few.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, HTTPClientError
from botocore.httpsession import URLLib3Session

SECONDS: Final[Any] = (1, 2)
"""To connect, and to wait: a webhook is answered at once (``docs/decisions/0019``)."""


class Posting:
    """Posts to one address; ``lost`` is told why something did not arrive."""

    def __init__(self, url: str, *, lost: Callable[[str], None]) -> None:
        self._url = url
        self._lost = lost
        self._http = URLLib3Session(timeout=SECONDS)
        self._thread = ThreadPoolExecutor(1, "webhooks")

    def __call__(self, body: bytes, headers: Mapping[str, str]) -> Future[None]:
        """Send one, soon; never fails. Gives what tells that it has been tried."""
        return self._thread.submit(self._send, body, headers)

    def _send(self, body: bytes, headers: Mapping[str, str]) -> None:
        request = AWSRequest("POST", self._url, headers={"Content-Type": "application/json", **headers}, data=body)
        try:
            status = self._http.send(request.prepare()).status_code
        except (BotoCoreError, HTTPClientError) as error:
            self._lost(type(error).__name__)
        else:
            if not 200 <= status < 300:  # noqa: PLR2004  # what HTTP calls successful
                self._lost(str(status))
