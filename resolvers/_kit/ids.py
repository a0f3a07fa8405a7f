"""New ids: a noun's prefix and 130 random bits, too many to guess or to collide."""

import secrets
from typing import Final

ALPHABET: Final = "0123456789abcdefghijklmnopqrstuv"
LENGTH: Final = 26


def new_id(prefix: str) -> str:
    """``prod_`` and 26 letters and digits, say."""
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(LENGTH))}"
