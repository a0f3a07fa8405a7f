"""Idempotency keys: what makes a repeated request known, so that it happens once and is answered alike."""

import hashlib
from typing import Final

from domain.errors import ErrorCode, InputError
from domain.values import value

SHORTEST_KEY: Final = 8
LONGEST_KEY: Final = 128


@value
class Key:
    """An idempotency key: one ``caller`` using one ``key`` for one request, told apart by its ``fingerprint``."""

    caller: str
    key: str
    fingerprint: str


@value
class KeyReused:
    """The idempotency key was used before with another request."""


REUSED: Final = InputError(
    code=ErrorCode.IDEMPOTENCY_KEY_REUSED,
    message="this key was used before with other content; take a new key for new content",
    field=("idempotencyKey",),
)
"""How callers are told of KeyReused."""


def refused(key: str) -> InputError | None:
    """Why a text cannot be a key; None when it can."""
    if SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        return None
    message = f"an idempotency key has {SHORTEST_KEY} to {LONGEST_KEY} characters, not {len(key)}"
    return InputError(code=ErrorCode.INVALID, message=message, field=("idempotencyKey",))


def fingerprint(request: object) -> str:
    """Told apart from every other request: equal values of the domain have an equal one."""
    return hashlib.sha256(repr(request).encode(errors="surrogatepass")).hexdigest()
