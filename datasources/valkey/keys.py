"""Where things lie in the shop's one Valkey: a key is the domain's prefix, the format, the kind and the name."""

import hashlib
from typing import Final

FORMAT: Final = 1
"""Part of every key: a new number when stored values change so that older code could not read them, or newer these."""


class Keys:
    """The keys of one domain: all start with its ``prefix``."""

    def __init__(self, prefix: str) -> None:
        self._prefix = f"{prefix}:{FORMAT}"

    def of(self, kind: str, name: str) -> str:
        """Where a thing lies."""
        return f"{self._prefix}:{kind}:{name}"


def digest(text: str) -> str:
    """A short name of any text: slugs, cursors and ids come from outside, of any length."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]
