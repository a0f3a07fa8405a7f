"""How an amount is rounded, and how it is parted among several: in whole minor units, and exactly."""

from collections.abc import Sequence
from typing import Final

MILLION: Final = 1_000_000
"""Rates are whole parts per million, so that 9.975 % in Quebec and 5.9875 % in Missouri are exact; this is 100 %."""


def percent(rate: int) -> str:
    """Parts per million as per cent, without needless zeros: ``"19"``, ``"8.875"``."""
    whole, rest = divmod(rate, MILLION // 100)
    return f"{whole}.{rest:04}".rstrip("0") if rest else str(whole)


def half_up(numerator: int, denominator: int) -> int:
    """The whole number nearest to a fraction that is not negative; of two equally near ones the greater."""
    return (2 * numerator + denominator) // (2 * denominator)


def shared(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """``amount`` parted in proportion to ``weights``; the parts sum to exactly ``amount``.

    Each part is its exact share rounded down or up: the largest remainders are rounded up, of equal ones the first
    (Hamilton's method). So no part exceeds its weight as long as ``amount`` does not exceed their sum, and what
    weighs nothing gets nothing, unless nothing weighs anything: then all weigh the same.
    """
    if not weights:
        if amount:
            raise ValueError(f"there is nobody to part {amount} among")
        return ()
    scale = weights if any(weights) else [1] * len(weights)
    whole = sum(scale)
    parts, rests = zip(*(divmod(amount * weight, whole) for weight in scale), strict=True)
    ranked = sorted(range(len(scale)), key=lambda place: -rests[place])
    lucky = set(ranked[: amount - sum(parts)])
    return tuple(part + (place in lucky) for place, part in enumerate(parts))
