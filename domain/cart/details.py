"""What a buyer says about a cart beside what is in it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from domain.addresses import UNPRINTABLE, address_of
from domain.cart.carts import Cart, revised
from domain.cart.lines import COMPLETED, Refused, in_currency
from domain.cart.offers import Offers
from domain.errors import ErrorCode, InputError

LONGEST_EMAIL: Final = 254
"""Characters (RFC 5321, section 4.5.3.1.3, and its erratum 1690)."""
ADDRESSES: Final = {"shipping_address": "shippingAddress", "billing_address": "billingAddress"}


def detailed(cart: Cart, given: Mapping[str, Any], offers: Offers, now: datetime) -> Cart | Refused:
    """The cart with what is ``given`` of email, currency, shipping_address, billing_address and shipping_quote_id.

    None takes away, but for the currency, of which a cart always has one. Errors lie below ``("input",)``. Whether a
    quote can be had is for its bill to say.
    """
    if cart.order_id is not None:
        return (COMPLETED,)
    parts = {name: part for name, part in given.items() if name != "currency"}
    currency = given.get("currency") or cart.currency
    found = in_currency(cart, currency, offers, now)
    errors = [] if isinstance(found, Cart) else list(found)
    email = parts.get("email") or ""
    if len(email) > LONGEST_EMAIL or UNPRINTABLE.search(email):
        # Within quotes, a mailbox may be called by control characters (RFC 5322, section 4.1); no letter goes there.
        message = f"an e-mail address has at most {LONGEST_EMAIL} characters, which can all be seen"
        errors.append(InputError(code=ErrorCode.INVALID, message=message, field=("input", "email")))
    for name, wire in ((one, wire) for one, wire in ADDRESSES.items() if parts.get(one) is not None):
        address = address_of(parts[name], "input", wire)
        if isinstance(address, tuple):
            errors += address
        else:
            parts[name] = address
    if errors or not isinstance(found, Cart):
        return tuple(errors)
    return revised(cart, now, **parts) if found is cart else replace(found, **parts)
