"""Order numbers: short enough to be read out, checked against slips, and no count of anything.

A number is the second of the order and three symbols of its id, so two numbers say nothing of how many orders lie
between them, and no number that is missing can be taken for an order that was lost (docs/decisions/0018).
"""

import hashlib
from datetime import UTC, datetime
from typing import Final

from domain.ids import OrderId

SYMBOLS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0, 1, I, L and O, which are taken for each other. There are 31, a prime, so that the check below is sound."""
SINCE: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""No order is older than the shop. Six symbols count seconds from here into the year 2054."""
_SECONDS, _CHANCE, _HALF = 6, 3, 5
_MODULUS: Final = len(SYMBOLS)


def number_of(order: OrderId, placed_at: datetime) -> str:
    """The number of an order, such as ``S-2K7QX-M4T9B``; two orders of one second share it once in 29,791 times."""
    second = int((placed_at - SINCE).total_seconds())
    chance = int.from_bytes(hashlib.sha256(order.encode()).digest()[:8])
    digits = (*_digits(second, _SECONDS), *_digits(chance, _CHANCE))
    return _written("".join(SYMBOLS[digit] for digit in (*digits, _check(digits))))


def read_number(text: str) -> str | None:
    """The number that somebody wrote in their way, or None when it is none: one wrong symbol or two that are swapped
    are seen.
    """
    plain = "".join(text.split()).replace("-", "").upper()
    if len(plain) == 2 * _HALF + 1 and plain.startswith("S"):
        plain = plain[1:]
    if len(plain) != 2 * _HALF or not {*plain} <= {*SYMBOLS}:
        return None
    *digits, check = (SYMBOLS.index(symbol) for symbol in plain)
    return _written(plain) if _check(tuple(digits)) == check else None


def _digits(number: int, places: int) -> tuple[int, ...]:
    return tuple(number // _MODULUS**place % _MODULUS for place in reversed(range(places)))


def _check(digits: tuple[int, ...]) -> int:
    """Weights that all differ, modulo a prime: each slip of one symbol or swap of two changes the sum.

    They begin with 2, for the check itself weighs 1.
    """
    return -sum(weight * digit for weight, digit in enumerate(digits, start=2)) % _MODULUS


def _written(symbols: str) -> str:
    return f"S-{symbols[:_HALF]}-{symbols[_HALF:]}"
