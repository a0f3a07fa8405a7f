"""Letters, by SES, under the shop's one address."""

from functools import cached_property
from typing import Any, Final

from botocore.exceptions import ClientError
from msgspec import Struct

from datasources.aws import client, faults
from datasources.faults import LetterRefused
from datasources.roundtrips import sent

STORE: Final = "SES"
CHARSET: Final = "UTF-8"
REFUSALS: Final = frozenset({"BadRequestException", "MessageRejected"})
"""What SES says of a letter that it will never take, as it is, to where it goes (SES API reference, "SendEmail"). All
else that it refuses is about us: a missing grant, an account on hold, a day's letters used up."""


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
        """Returns SES's id of the letter once it has taken it. After a StoreUnavailable it may have been taken too.

        Raises LetterRefused for one that it will never take.
        """
        sent("ses.SendEmail")
        parts = {"Text": letter.text} | ({"Html": letter.html} if letter.html else {})
        simple = {"Subject": _written(letter.subject), "Body": {name: _written(text) for name, text in parts.items()}}
        with faults(STORE):
            try:
                answer = self._client.send_email(
                    FromEmailAddress=self._sender,
                    Destination={"ToAddresses": [letter.to]},
                    Content={"Simple": simple},
                )
            except ClientError as error:
                if (code := error.response["Error"]["Code"]) in REFUSALS:
                    # SES's own sentence may hold the address.
                    raise LetterRefused(STORE, code) from None
                raise
        return str(answer["MessageId"])


def _written(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": CHARSET}
