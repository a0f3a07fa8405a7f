"""What a shop remembers of a guest between requests: comfort, never a promise. It may be gone at any moment."""

import re
from typing import Final

from domain.ids import CartId, ProductId, SessionId
from domain.money import CurrencyCode
from domain.values import value

MOST_VIEWED: Final = 20
"""Products remembered as looked at: one row of cards and what a shopper scrolls on to, not a diary."""

_LOCALE: Final = re.compile(r"(?=.{2,35}\Z)[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*", re.ASCII)
"""The outer form of a language tag, at the length that RFC 5646 (4.4.1) has implementations keep."""
_COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)


@value
class GuestContext:
    """For whom prices and texts are chosen: a language tag, a currency, and a country by ISO 3166 (two letters)."""

    locale: str | None = None
    currency: CurrencyCode | None = None
    country: str | None = None


@value
class Session:
    """``viewed`` are the products looked at, newest first, each once; at most MOST_VIEWED.

    ``remembered`` is False when nobody could be asked or told: then there is no more than was said just now, and all
    may well be there again later.
    """

    id: SessionId
    context: GuestContext = GuestContext()
    cart_id: CartId | None = None
    viewed: tuple[ProductId, ...] = ()
    remembered: bool = True


def filled(context: GuestContext, known: GuestContext) -> GuestContext:
    """A context with what it leaves open taken from what is ``known``."""
    return GuestContext(
        locale=context.locale or known.locale,
        currency=context.currency or known.currency,
        country=context.country or known.country,
    )


def is_locale(text: str) -> bool:
    """Whether ``text`` has the form of a language tag, such as ``pt-BR``."""
    return _LOCALE.fullmatch(text) is not None


def is_country(text: str) -> bool:
    """Whether ``text`` has the form of a country's code."""
    return _COUNTRY.fullmatch(text) is not None
