"""For whom the shop is shown."""

from schema.money import CurrencyCode
from schema.prose import wanted


@wanted
class BuyerContext:
    """For whom prices and texts are chosen.

    locale: Language of texts, a BCP 47 tag such as "fr" or "pt-BR"; falls back to the language, then the original.
    currency: Currency of prices; falls back, product by product, to the shop's own. A cart has one currency: the
      shop's own, if something in it has no price in this one.
    country: Where the buyer is, by its code of two letters such as "DE". A cart's tax is estimated for it until an
      address is known; nothing else depends on it.
    """

    locale: str | None = None
    currency: CurrencyCode | None = None
    country: str | None = None
