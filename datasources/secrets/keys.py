"""Keys that a secret of the domain's own holds: read when first needed, and anew after a while."""

from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

import msgspec

from datasources.aws import client, faults
from datasources.faults import StoreUnreadable
from datasources.roundtrips import sent

STORE: Final = "Secrets Manager"
FRESH_SECONDS: Final = 300
"""How long a key that was replaced may go on being used; Secrets Manager costs 0.05 dollars for 10,000 reads."""
MISSED_SECONDS: Final = 10
"""How long a key that there was not is not looked for again: whoever finds the door of a provider that is not set up
yet, and knocks a hundred times a second, would else have the shop pay for as many reads.
"""


class Keys:
    """The keys of one secret, by its ARN; ``clock`` tells seconds that never go back."""

    def __init__(self, arn: str, *, clock: Callable[[], float]) -> None:
        self._arn = arn
        self._clock = clock
        self._known: dict[str, str] = {}
        self._read_at = float("-inf")

    @cached_property
    def _client(self) -> Any:
        return client("secretsmanager")

    def __getitem__(self, name: str) -> str:
        """Raises KeyError with the name alone when the secret has no such key."""
        fresh = FRESH_SECONDS if name in self._known else MISSED_SECONDS
        if self._clock() >= self._read_at + fresh:
            self._known, self._read_at = self._read(), self._clock()
        return self._known[name]

    def _read(self) -> dict[str, str]:
        sent("secretsmanager.GetSecretValue")
        with faults(STORE):
            text = self._client.get_secret_value(SecretId=self._arn)["SecretString"]
        try:
            return msgspec.json.decode(text, type=dict[str, str])
        except msgspec.DecodeError:
            # What a reader says of a text that it cannot read may quote it.
            raise StoreUnreadable(STORE, f"{self._arn} is no JSON document of texts") from None
