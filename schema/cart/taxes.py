"""Tax tables as staff see and set them."""

import strawberry

from domain.cart.taxes import ShippingTax
from schema.errors import UserError
from schema.prose import choice, entity, wanted

__all__ = ["ShippingTax"]

choice(ShippingTax)


@entity
class TaxRate:
    """A tax. Those of one name replace each other: a region's before its country's, then the nearest category's.

    Those of different names add up, each on the price before tax.

    name: What buyers read, such as "VAT".
    percent: How much, such as "19" or "8.875".
    region: The code of the subdivision it is for, by ISO 3166-2; null for the whole country.
    category_id: The category it is for, with those below; null for all.
    """

    name: str
    percent: str
    region: str | None
    category_id: strawberry.ID | None


@entity
class TaxTable:
    """The taxes of a country. What goes to a country without a table costs what is listed.

    country: The country's code by ISO 3166-1 alpha-2; a country has one table.
    version: Grows by 1 with each stored change.
    included: Whether prices hold the tax already; otherwise it comes on top of them.
    shipping: How shipping is taxed.
    rates: Its taxes.
    """

    country: str
    version: int
    included: bool
    shipping: ShippingTax
    rates: list[TaxRate]


@wanted
class TaxRateInput:
    """A tax.

    name: What buyers read, such as "VAT", up to 40 characters.
    percent: How much: from "0" to below "100", with at most 4 decimals.
    region: The code of the subdivision it is for, by ISO 3166-2; the whole country when left out.
    category_id: The category it is for, with those below; all when left out.
    """

    name: str
    percent: str
    region: str | None = None
    category_id: strawberry.ID | None = None


@wanted
class TaxTableInput:
    """The whole content of a country's tax table.

    country: The country's code by ISO 3166-1 alpha-2.
    included: Whether prices hold the tax already; otherwise it comes on top of them.
    rates: Its taxes, up to 1,000; no two of one name, region and category. All zones and tax tables together have at
      most 5,000 places, brackets and rates.
    shipping: How shipping is taxed; AS_GOODS when left out.
    """

    country: str
    included: bool
    rates: list[TaxRateInput]
    shipping: ShippingTax | None = None


@entity
class TaxTablePayload:
    """What became of a change to a tax table.

    tax_table: The table after the change; null when there are user errors.
    user_errors: What stood against the change; nothing was changed when there are any.
    """

    tax_table: TaxTable | None
    user_errors: list[UserError]
