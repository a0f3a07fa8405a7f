"""How webhooks are signed: HMAC-SHA256 over the moment, a point and the body, as ``t=<seconds>,v1=<hex>``.

It is Stripe's scheme (Stripe, "Webhooks", "Verify webhook signatures manually"), which our simulator uses too. Stripe's
own library checks it only against the clock of the machine, and takes half a second to be loaded.
"""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from datasources.faults import StoreUnreadable
from domain.payments.provider import Forged

TOLERANCE: Final = timedelta(seconds=300)
"""How old a webhook may be, and how far ahead its sender's clock: what Stripe's own libraries take as a rule."""
LARGEST_BODY: Final = 256 * 1024
"""Bytes of a webhook: a queue takes no more of one message (SQS quotas), and Stripe's have some 5 KB."""
LONGEST_HEADER: Final = 4096
"""Characters: while a secret is being exchanged there are several signatures of 64."""
_SCHEME: Final = "v1"
_MOST_DIGITS: Final = 12
"""Of seconds since 1970: enough for the next thirty thousand years, few enough for any datetime."""


def signed(secret: str, body: bytes, at: datetime) -> str:
    """The header that goes with a body sent at a moment."""
    moment = int(at.timestamp())
    return f"t={moment},{_SCHEME}={_signature(secret, moment, body)}"


def forged(secret: str, header: str | None, body: bytes, now: datetime) -> Forged | None:
    """Why a body was not sent by who knows the secret, within the TOLERANCE; None when it was."""
    if header is None or len(header) > LONGEST_HEADER or len(body) > LARGEST_BODY:
        return Forged(why="there is no signature, or it or the body is too long")
    pairs = [part.strip().partition("=")[::2] for part in header.split(",")]
    moments = [text for name, text in pairs if name == "t" and text.isascii() and text.isdigit()]
    if len(moments) != 1 or len(moments[0]) > _MOST_DIGITS:
        return Forged(why="the signature says no moment, or several")
    moment = int(moments[0])
    right = _signature(secret, moment, body).encode()
    given = [text.encode() for name, text in pairs if name == _SCHEME]
    if not any([hmac.compare_digest(right, one) for one in given]):  # noqa: C419  # all are looked at, in equal time
        return Forged(why="the signature is not the body's")
    if abs(int(now.timestamp()) - moment) > TOLERANCE.total_seconds():
        return Forged(why=f"it was signed {int(now.timestamp()) - moment} seconds ago")
    return None


def unreadable(read: Callable[[bytes], object], body: bytes) -> Forged | None:
    """Why a body that is signed says nothing after all; None when it can be read."""
    try:
        read(body)
    except StoreUnreadable as error:
        return Forged(why=str(error))
    return None


def _signature(secret: str, moment: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, sha256).hexdigest()
