"""The bounds AppSync sets on one request, and ours where AppSync's are not known."""

from dataclasses import dataclass
from typing import Final

MEBIBYTE: Final = 1024 * 1024

TOKENS: Final = 15_000
"""Tokens of one query document (AWS General Reference, AppSync quotas)."""
CHARACTERS: Final = 256 * 1024
"""Characters of one query document. Ours: more than twice what 15,000 tokens take, with room for long texts in it."""
NESTING: Final = 100
"""Brackets open at once in a document. Ours: AppSync's own depth limit ends at 75, and a parser's stack must end."""
FIELDS: Final = 20_000
"""Fields of a document after its fragments are spread. Ours: above what 15,000 tokens say without fragments."""
BODY_BYTES: Final = 5 * MEBIBYTE
"""Bytes of a request's body. AppSync's figure is unknown; a resolver could not be sent more arguments than 6 MB."""
INVOCATIONS: Final = 16
"""Functions that one request has asked and not heard from. Ours: each may hold 6 MB, and more than this only wait."""
SENT_BYTES: Final = 128 * MEBIBYTE
"""Bytes that one request sends its functions. Ours: room for 10,000 resolvers with a token in each event, while a large
variable times a thousand aliases would be gigabytes."""
BRACKETS: Final = 500_000
"""Maps and lists that open in a request's JSON. Ours: it is counted before they are made."""
VALUES: Final = 50_000
"""Values in the variables of one request. Ours: far more than a form has, and read in some 20 ms."""
VALUE_NESTING: Final = 100
"""Levels of maps and lists in the variables. Ours, so that no recursion runs away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What AppSync enforces while a request runs (AWS General Reference, AppSync quotas; Lambda quotas)."""

    request_seconds: float = 30.0
    resolver_bytes: int = 5 * MEBIBYTE
    payload_bytes: int = 6 * MEBIBYTE
    resolvers: int = 10_000
