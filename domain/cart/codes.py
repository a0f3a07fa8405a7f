"""Which discount codes a cart has: as the buyer wrote them, each once, whether they give anything or not."""

from collections.abc import Sequence
from datetime import datetime

from domain.cart.carts import MOST_CODES, Cart, revised
from domain.cart.discounts import LONGEST_CODE, canonical, is_code
from domain.cart.lines import COMPLETED
from domain.errors import ErrorCode, InputError


def coded(cart: Cart, codes: Sequence[str], now: datetime) -> Cart | tuple[InputError, ...]:
    """The cart with these codes instead of those that it has; blank ones and repetitions are left out.

    What a code gives is said by the cart's bill, for it can change with the cart and the hour.
    """
    if cart.order_id is not None:
        return (COMPLETED,)
    if len(codes) > MOST_CODES:
        return (_error(f"a cart has at most {MOST_CODES} codes, not {len(codes):,}", "codes"),)
    wrong = tuple(
        _error(f"a code has at most {LONGEST_CODE} characters, all printable", "codes", str(place))
        for place, code in enumerate(codes)
        if not is_code(code)
    )
    kept: dict[str, str] = {}
    for code in codes:
        kept.setdefault(canonical(code), code.strip())
    return wrong or revised(cart, now, codes=tuple(code for code in kept.values() if code))


def _error(message: str, *field: str) -> InputError:
    return InputError(code=ErrorCode.INVALID, message=message, field=field)
