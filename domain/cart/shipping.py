"""Where things are sent, how, and for how much: zones, rates, and the quotes that a cart can choose from."""

from collections.abc import Iterable, Sequence
from enum import Enum

from domain.addresses import Destination, plain_country, plain_postal_code, plain_region
from domain.cart.carts import quote_id
from domain.cart.offers import Item
from domain.errors import ErrorCode
from domain.ids import CartId, ShippingQuoteId, ShippingRateId, ShippingZoneId, derived
from domain.money import CurrencyCode, Money, price_in
from domain.values import value


@value
class Place:
    """A part of the world. What is None is not asked for: the empty Place is everywhere.

    ``postal_prefix`` begins the place's postal codes; neither it nor ``region`` means anything without ``country``.
    """

    country: str | None = None
    region: str | None = None
    postal_prefix: str | None = None


class ShippingBasis(Enum):
    """What the price of a rate depends on.

    SUBTOTAL: What the goods cost after discounts.
    WEIGHT: What the goods that are sent weigh, in grams.
    """

    SUBTOTAL = "SUBTOTAL"
    WEIGHT = "WEIGHT"


@value
class Bracket:
    """The price from ``at_least`` on: grams, or minor units of the price's currency, as the rate's basis is."""

    price: Money
    at_least: int = 0


@value
class ShippingRate:
    """One way to send things. A cart pays the bracket with the highest ``at_least`` that it reaches, of its currency.

    A cart that reaches none, or weighs more than ``most_grams``, is not sent this way. From ``free_from`` (one amount a
    currency, of goods after discounts) on it costs nothing.
    """

    id: ShippingRateId
    method: str
    brackets: tuple[Bracket, ...]
    basis: ShippingBasis = ShippingBasis.SUBTOTAL
    carrier: str | None = None
    free_from: tuple[Money, ...] = ()
    most_grams: int | None = None
    min_days: int | None = None
    max_days: int | None = None


@value
class ShippingZone:
    """Places that things are sent to, and the ways to send them there."""

    id: ShippingZoneId
    version: int
    name: str
    places: tuple[Place, ...]
    rates: tuple[ShippingRate, ...] = ()


@value
class ShippingQuote:
    """What sending this cart one way costs now."""

    id: ShippingQuoteId
    rate_id: ShippingRateId
    method: str
    carrier: str | None
    price: Money
    min_days: int | None
    max_days: int | None


@value
class ShippingUnavailable:
    """Nothing in the cart can be sent there: no zone has the place, or no rate of its zone takes the cart."""

    to: Destination
    code: ErrorCode = ErrorCode.SHIPPING_UNAVAILABLE


def rate_id(zone: ShippingZoneId, version: int, place: int) -> ShippingRateId:
    """The id of a rate that a version of a zone brought, at this place of its rates."""
    return ShippingRateId(derived("rate", zone, str(version), str(place)))


def ships(items: Iterable[Item]) -> bool:
    """Whether a quote is needed at all."""
    return any(item.ships for item in items)


def quoted(
    cart: CartId, items: Sequence[Item], goods: Money, zones: Iterable[ShippingZone], to: Destination
) -> tuple[ShippingQuote, ...] | ShippingUnavailable:
    """The ways to send the cart, cheapest first, then fastest; none when nothing in it is sent.

    ``goods`` is what all lines cost after discounts. Only the most specific zone of the address counts.
    """
    if not ships(items):
        return ()
    zone = zone_of(zones, to)
    weight = sum((item.offer.weight_grams or 0) * item.quantity for item in items if item.offer and item.ships)
    quotes = []
    for rate in zone.rates if zone else ():
        price = _price(rate, goods, weight)
        if price is not None:
            quotes.append(_quote(cart, rate, price))
    if not quotes:
        return ShippingUnavailable(to=to)
    return tuple(sorted(quotes, key=_rank))


def zone_of(zones: Iterable[ShippingZone], to: Destination) -> ShippingZone | None:
    """The zone with the most specific place: longest postal prefix, else region, else country, else everywhere.

    Of zones that are equally specific the one with the lowest id.
    """
    found = [(fit, zone) for zone in zones if (fit := max((_fit(place, to) for place in zone.places), default=()))]
    return min(found, key=lambda pair: (tuple(-part for part in pair[0]), pair[1].id))[1] if found else None


def _fit(place: Place, to: Destination) -> tuple[int, ...]:
    """How specific the place is, to be compared; empty when the address is not in it."""
    if place.country is None:
        return (0, 0, 0)
    country, prefix = plain_country(place.country), plain_postal_code(place.postal_prefix)
    region = plain_region(place.region, country)
    outside = (
        country != plain_country(to.country)
        or (region and region != plain_region(to.region, to.country))
        or not plain_postal_code(to.postal_code).startswith(prefix)
    )
    return () if outside else (len(prefix), int(bool(region)), 1)


def _price(rate: ShippingRate, goods: Money, weight: int) -> Money | None:
    if rate.most_grams is not None and weight > rate.most_grams:
        return None
    measure = goods.minor if rate.basis is ShippingBasis.SUBTOTAL else weight
    reached = [one for one in rate.brackets if _reached(one, measure, goods.currency)]
    if not reached:
        return None
    free = price_in(rate.free_from, goods.currency)
    if free is not None and goods.minor >= free.minor:
        return Money(0, goods.currency)
    return max(reached, key=lambda one: one.at_least).price


def _reached(bracket: Bracket, measure: int, currency: CurrencyCode) -> bool:
    return bracket.price.currency is currency and bracket.at_least <= measure


def _quote(cart: CartId, rate: ShippingRate, price: Money) -> ShippingQuote:
    return ShippingQuote(
        id=quote_id(cart, rate.id),
        rate_id=rate.id,
        method=rate.method,
        carrier=rate.carrier,
        price=price,
        min_days=rate.min_days,
        max_days=rate.max_days,
    )


def _rank(quote: ShippingQuote) -> tuple[int, int, int, str]:
    days = quote.max_days if quote.max_days is not None else quote.min_days
    return (quote.price.minor, int(days is None), days or 0, quote.rate_id)
