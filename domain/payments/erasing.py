"""What becomes of a payment whose payer is erased: the shop's accounts keep how money moved, and nothing of them."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.ids import ERASED
from domain.payments.moving import revised
from domain.payments.payments import Payment

NOTHING: Final = "-"
"""In place of a text that must be there: a payment without a secret is one that its provider does not know yet."""


def erased(payment: Payment, now: datetime) -> Payment:
    """The payment without its payer; itself when that has been done.

    The provider's reference stays: by it the books are compared with the provider's, who keeps what it knows of the
    payer by its own duties.
    """
    return revised(
        payment,
        now,
        owner=ERASED,
        client_secret=None if payment.client_secret is None else NOTHING,
        seen=replace(payment.seen, next_action_url=None),
        operations=tuple(replace(one, reason=None) for one in payment.operations),
    )
