"""The shop's terms as they are kept: what can become of a change, and for whom the uses of a discount are counted."""

from domain.cart.carts import Cart
from domain.cart.discounts import Discount, canonical
from domain.ids import CustomerId
from domain.values import value


@value
class CountedDiscount:
    """A discount, and how many placed orders have used it."""

    discount: Discount
    used: int


@value
class Saved:
    """It is stored."""


@value
class Stale:
    """Another change came first; ``current_version`` is stored now, None when the thing is gone."""

    current_version: int | None


@value
class CodeTaken:
    """Another discount has this code."""

    code: str


def customer_of(cart: Cart) -> str | None:
    """Whom the uses of discounts are counted for: the customer, else who reads the e-mails; None: not known yet."""
    return counted_for(cart.customer_id, cart.email)


def counted_for(customer: CustomerId | None, email: str | None) -> str | None:
    """The same for a customer's orders, and for a guest's of one e-mail."""
    if customer is not None:
        return f"customer {customer}"
    return None if email is None else f"e-mail {canonical(email)}"
