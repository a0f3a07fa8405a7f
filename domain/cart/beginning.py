"""How a cart begins."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from domain.cart.carts import LIFETIME, Cart
from domain.cart.lines import LineAsked, Refused, added, usable_currency
from domain.cart.offers import Offers
from domain.errors import ErrorCode, InputError
from domain.ids import CartId, CustomerId
from domain.money import CurrencyCode
from domain.sessions import GuestContext, is_country, is_locale

NO_LOCALE: Final = 'a language is given by its tag, such as "fr" or "pt-BR"'
NO_COUNTRY: Final = 'a country is given by its code of two letters, such as "DE"'


def empty(id_: CartId, owner: CustomerId | None, currency: CurrencyCode, now: datetime) -> Cart:
    """A cart without anything in it; a guest's without an ``owner``."""
    return Cart(
        id=id_,
        version=1,
        customer_id=owner,
        currency=currency,
        created_at=now,
        updated_at=now,
        expires_at=now + LIFETIME,
    )


def context_errors(context: GuestContext) -> tuple[InputError, ...]:
    """What is wrong with what a buyer is said to be, below ``("context",)``."""
    checks = (
        ("locale", context.locale is None or is_locale(context.locale), NO_LOCALE),
        ("country", context.country is None or is_country(context.country), NO_COUNTRY),
    )
    return tuple(
        InputError(code=ErrorCode.INVALID, message=message, field=("context", name))
        for name, right, message in checks
        if not right
    )


def begun(
    cart: Cart, asked: Sequence[LineAsked], context: GuestContext, offers: Offers, now: datetime
) -> Cart | Refused:
    """The first version of an ``empty`` cart, for a buyer and with what is asked for; or all that is wrong.

    Its currency is the buyer's, if everything has a price in it, else the one that it was made with.
    """
    wished = [context.currency] if context.currency else []
    currency = usable_currency(asked, offers, *wished, cart.currency)
    blank = replace(cart, currency=currency, locale=context.locale, country=context.country)
    filled = added(blank, asked, offers, now)
    errors = context_errors(context)
    if not isinstance(filled, Cart):
        return (*errors, *filled)
    return errors or replace(filled, version=blank.version)
