"""The bounds AppSync sets on one request, and ours where AppSync's are not known."""

from dataclasses import dataclass
from typing import Final

MEBIBYTE: Final = 1024 * 1024

TOKENS: Final = 15_000
"""Tokens of one query document (AWS General Reference, AppSync quotas)."""
NESTING: Final = 100
"""Brackets open at once in a document. Ours: AppSync's own depth limit ends at 75, and a parser's stack must end."""
FIELDS: Final = 20_000
"""Fields of a document after its fragments are spread. Ours: above what 15,000 tokens say without fragments."""
BODY_BYTES: Final = 5 * MEBIBYTE
"""Bytes of a request's body. AppSync's figure is unknown; a resolver could not be sent more arguments than 6 MB."""
VALUE_NESTING: Final = 100
"""Levels of maps and lists in the variables. Ours, so that no recursion runs away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What AppSync enforces while a request runs (AWS General Reference, AppSync quotas; Lambda quotas)."""

    request_seconds: float = 30.0
    resolver_bytes: int = 5 * MEBIBYTE
    payload_bytes: int = 6 * MEBIBYTE
    resolvers: int = 10_000
