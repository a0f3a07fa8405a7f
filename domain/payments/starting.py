"""How a payment of a cart begins: of all that it costs, and with the one that has begun already, if there is one."""

import re
from collections.abc import Sequence
from typing import Final

from domain.errors import ErrorCode, InputError
from domain.ids import CustomerId
from domain.money import Money
from domain.payments.payments import OperationKind, Payment, PaymentStatus

LONGEST_URL: Final = 2000
"""Characters of an address that buyers come back to: what every browser takes."""
_WEB: Final = re.compile(r"https?://[^\s/?#@]+(?:[/?#]\S*)?")
OPEN: Final = frozenset({PaymentStatus.PENDING, PaymentStatus.ACTION_REQUIRED, PaymentStatus.AUTHORIZED})
"""Where a buyer can go on: to pay, to confirm, or to place the order."""


def unstartable(total: Money, return_url: str | None) -> InputError | None:
    """Why no payment of this amount can begin, or none that comes back to this address; None when one can."""
    if total.minor <= 0:
        return InputError(code=ErrorCode.INVALID, message="there is nothing to pay", field=("cartId",))
    if return_url is None or (len(return_url) <= LONGEST_URL and _WEB.fullmatch(return_url)):
        return None
    message = f"write an address of the web, such as https://shop.example/done, of at most {LONGEST_URL} characters"
    return InputError(code=ErrorCode.INVALID, message=message, field=("returnUrl",))


def going_on(payments: Sequence[Payment], provider: str, owner: CustomerId | None, total: Money) -> Payment | None:
    """Of a cart's payments the newest that its buyer can go on with instead of beginning another.

    So whoever presses twice, or comes back in another tab, has the amount promised once.
    """
    fitting = [
        one
        for one in payments
        if (one.provider, one.owner, one.amount) == (provider, owner, total)
        and one.status in OPEN
        and one.order_id is None
        and not one.pending(OperationKind.VOID)
    ]
    return fitting[-1] if fitting else None
