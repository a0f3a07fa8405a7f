"""What must not be known: read from Secrets Manager when it is first needed, and never put anywhere else."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import botocore.session
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError  # noqa: A004  # its name

from datasources.faults import StoreRefused, StoreUnavailable, StoreUnreadable
from datasources.roundtrips import sent

STORE: Final = "Secrets Manager"
SECONDS: Final = 300.0
"""How long a process goes by what it has read: after a key is exchanged both old and new must be good for as long,
which Stripe offers ("Rolling keys"); a call costs 0.000005 USD (pricing), so a busy process pays cents a month."""
CONNECTION: Final = Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 3})
_RETRYABLE: Final = frozenset({"InternalServiceError", "ThrottlingException", "ServiceUnavailable"})


class Secret:
    """One secret, a JSON object of texts, by its name or ARN. Its client is made at the first reading."""

    def __init__(self, name: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._clock = clock
        self._client: Any = None
        self._read: tuple[float, Mapping[str, str]] | None = None

    def __repr__(self) -> str:
        return f"Secret({self._name!r})"

    def part(self, name: str) -> str:
        """One of its texts, SECONDS old at most; StoreUnreadable when it has none of this name."""
        found = self._parts().get(name)
        if not found:
            raise StoreUnreadable(STORE, f"{self._name} has no {name}")
        return found

    def _parts(self) -> Mapping[str, str]:
        now = self._clock()
        if self._read is None or now - self._read[0] >= SECONDS:
            self._read = (now, self._fetched())
        return self._read[1]

    def _fetched(self) -> Mapping[str, str]:
        try:
            if self._client is None:
                self._client = botocore.session.get_session().create_client("secretsmanager", config=CONNECTION)
            sent("secretsmanager.GetSecretValue")
            text = self._client.get_secret_value(SecretId=self._name)["SecretString"]
        except (ConnectionError, HTTPClientError) as error:
            raise StoreUnavailable(STORE, str(error)) from error
        except ClientError as error:
            passing = error.response["Error"]["Code"] in _RETRYABLE
            raise (StoreUnavailable if passing else StoreRefused)(STORE, str(error)) from error
        except BotoCoreError as error:
            raise StoreRefused(STORE, str(error)) from error
        try:
            return msgspec.json.decode(text, type=dict[str, str])
        except msgspec.DecodeError:
            # Not "from" the error, whose words could quote the secret.
            raise StoreUnreadable(STORE, f"{self._name} is no JSON object of texts") from None
