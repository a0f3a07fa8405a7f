"""Letters, by SES, under the shop's one address."""

from functools import cached_property
from typing import Any, Final

from msgspec import Struct

from datasources.aws import client, faults
from datasources.roundtrips import sent

STORE: Final = "SES"
CHARSET: Final = "UTF-8"


class Letter(Struct, frozen=True, kw_only=True):
    """To one reader, as text and, if it is more than text, as HTML."""

    to: str
    subject: str
    text: str
    html: str | None = None


class Post:
    """Sends letters; ``sender`` is an address that SES knows as ours."""

    def __init__(self, sender: str) -> None:
        self._sender = sender

    @cached_property
    def _client(self) -> Any:
        return client("sesv2")

    def send(self, letter: Letter) -> str:
        """Returns SES's id of the letter once it has taken it. After a StoreUnavailable it may have been taken too."""
        sent("ses.SendEmail")
        parts = {"Text": letter.text} | ({"Html": letter.html} if letter.html else {})
        simple = {"Subject": _written(letter.subject), "Body": {name: _written(text) for name, text in parts.items()}}
        with faults(STORE):
            answer = self._client.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [letter.to]},
                Content={"Simple": simple},
            )
        return str(answer["MessageId"])


def _written(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": CHARSET}
