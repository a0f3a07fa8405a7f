"""Shipping zones as staff see and set them: where things are sent, how, and for how much."""

import strawberry

from domain.cart.shipping import ShippingBasis
from schema.errors import UserError
from schema.money import Money, MoneyInput
from schema.prose import choice, entity, wanted

__all__ = ["ShippingBasis"]

choice(ShippingBasis)


@entity
class ShippingPlace:
    """A part of the world; what is null is not asked for, so that all null is everywhere.

    country: Its code by ISO 3166-1 alpha-2.
    region: The code of a subdivision by ISO 3166-2, with or without the country.
    postal_prefix: How the place's postal codes begin.
    """

    country: str | None
    region: str | None
    postal_prefix: str | None


@entity
class ShippingBracket:
    """A price from an amount or a weight on; a cart pays the bracket with the highest beginning that it reaches.

    price: What sending costs.
    from_amount: Where it begins when the rate's basis is SUBTOTAL, in the price's currency; else null.
    from_grams: Where it begins when the rate's basis is WEIGHT; else null.
    """

    price: Money
    from_amount: str | None
    from_grams: int | None


@entity
class ShippingRate:
    """One way to send things. A cart that reaches none of its brackets is not sent this way.

    id: The rate's id; carts keep what they chose by it.
    method: What buyers read, such as "Standard".
    carrier: Who carries it.
    basis: What its price depends on.
    brackets: Its prices.
    free_from: From which amount of goods on, after discounts, it costs nothing; one amount a currency.
    most_grams: What a cart that is sent this way weighs at most.
    min_days: How many days it takes at least.
    max_days: How many days it takes at most.
    """

    id: strawberry.ID
    method: str
    carrier: str | None
    basis: ShippingBasis
    brackets: list[ShippingBracket]
    free_from: list[Money]
    most_grams: int | None
    min_days: int | None
    max_days: int | None


@entity
class ShippingZone:
    """Places that things are sent to, and the ways to send them there.

    Of all zones only the one with the most specific place counts for an address: by the longest postal prefix, else
    region, else country, else everywhere.

    id: The zone's id.
    version: Grows by 1 with each stored change.
    name: What staff call it.
    places: Where it is.
    rates: The ways to send things there.
    """

    id: strawberry.ID
    version: int
    name: str
    places: list[ShippingPlace]
    rates: list[ShippingRate]


@wanted
class ShippingPlaceInput:
    """A part of the world; what is left out is not asked for, so that an empty one is everywhere.

    country: Its code by ISO 3166-1 alpha-2.
    region: The code of a subdivision by ISO 3166-2, with or without the country; only with a country.
    postal_prefix: How the place's postal codes begin; only with a country.
    """

    country: str | None = None
    region: str | None = None
    postal_prefix: str | None = None


@wanted
class ShippingBracketInput:
    """A price from an amount or a weight on.

    price: What sending costs.
    from_amount: Where it begins when the rate's basis is SUBTOTAL, in the price's currency, such as "50"; at nothing
      when left out.
    from_grams: Where it begins when the rate's basis is WEIGHT; at 0 when left out.
    """

    price: MoneyInput
    from_amount: str | None = None
    from_grams: int | None = None


@wanted
class ShippingRateInput:
    """One way to send things.

    method: What buyers read, such as "Standard", up to 255 characters.
    brackets: Its prices, 1 to 50; no two of a currency begin alike.
    id: Which of the zone's rates it is, so that carts keep what they chose; a new one when left out.
    basis: What its price depends on; SUBTOTAL when left out.
    carrier: Who carries it, up to 255 characters.
    free_from: From which amount of goods on, after discounts, it costs nothing; one amount a currency.
    most_grams: What a cart that is sent this way weighs at most.
    min_days: How many days it takes at least.
    max_days: How many days it takes at most.
    """

    method: str
    brackets: list[ShippingBracketInput]
    id: strawberry.ID | None = None
    basis: ShippingBasis | None = None
    carrier: str | None = None
    free_from: list[MoneyInput] | None = None
    most_grams: int | None = None
    min_days: int | None = None
    max_days: int | None = None


@wanted
class ShippingZoneInput:
    """The whole content of a shipping zone.

    name: What staff call it, up to 255 characters.
    places: Where it is, 1 to 500. All zones and tax tables together have at most 5,000 places, brackets and rates.
    rates: The ways to send things there, up to 20; none, and nothing is sent there.
    """

    name: str
    places: list[ShippingPlaceInput]
    rates: list[ShippingRateInput]


@entity
class ShippingZonePayload:
    """What became of a change to a shipping zone.

    shipping_zone: The zone after the change; null when there are user errors.
    user_errors: What stood against the change; nothing was changed when there are any.
    """

    shipping_zone: ShippingZone | None
    user_errors: list[UserError]
