"""Random carts, and what a shop may ask and give: discounts, tax tables, shipping zones."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from domain.addresses import Address
from domain.cart.carts import LIFETIME, Cart, CartLine, line_id, quote_id
from domain.cart.discounts import Discount, DiscountKind
from domain.cart.offers import Offer, Offers
from domain.cart.shipping import Bracket, Place, ShippingBasis, ShippingRate, ShippingZone
from domain.cart.taxes import ShippingTax, TaxRate, TaxTable
from domain.cart.totals import Terms
from domain.ids import (
    CartId,
    CategoryId,
    CollectionId,
    DiscountId,
    ProductId,
    ShippingRateId,
    ShippingZoneId,
    VariantId,
    variant_id,
)
from domain.money import CurrencyCode, Money
from domain.shares import MILLION

NOW: Final = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
DAY: Final = timedelta(days=1)
USD, EUR, JPY, KWD = CurrencyCode.USD, CurrencyCode.EUR, CurrencyCode.JPY, CurrencyCode.KWD
CURRENCIES: Final = st.sampled_from([USD, EUR, JPY, KWD])
CATEGORIES: Final = [CategoryId("cat_" + letter * 26) for letter in "abc"]
COLLECTIONS: Final = [CollectionId("coll_" + letter * 26) for letter in "abc"]
CART: Final = CartId("cart_" + "1" * 26)
BERLIN: Final = Address(name="A", line1="Weg 1", city="Berlin", postal_code="10115", country="DE")
CODES: Final = ["SPRING", "Stra\u00dfe 5", "\u6625", "free"]


def product(number: int) -> ProductId:
    return ProductId("prod_" + str(number).rjust(26, "0"))


def variant(number: int) -> VariantId:
    return variant_id(product(number), 1)


def offer(number: int, *minors: int, currency: CurrencyCode = USD, **parts: Any) -> Offer:
    """A variant at a price; a second price is in euros."""
    prices = tuple(Money(minor, one) for minor, one in zip(minors, (currency, EUR), strict=False))
    given: dict[str, Any] = {"product_id": product(number), "variant_id": variant(number), "name": f"Thing {number}"}
    return Offer(**(given | {"prices": prices} | parts))


def offers(*some: Offer) -> Offers:
    return {one.variant_id: one for one in some}


def cart(*lines: tuple[Offer, int], currency: CurrencyCode = USD, cart_id: CartId = CART, **parts: Any) -> Cart:
    """A cart of so many units of what is offered; with a ``reserved_until``, all of them are held."""
    made = []
    for one, quantity in lines:
        price = next((price for price in one.prices if price.currency is currency), Money(0, currency))
        held = quantity if parts.get("reserved_until") else 0
        known: dict[str, Any] = {"id": line_id(cart_id, one.variant_id), "variant_id": one.variant_id, "held": held}
        made.append(CartLine(quantity=quantity, seen_price=price, name=one.name, **known))
    times: dict[str, Any] = {"created_at": NOW - DAY, "updated_at": NOW - DAY, "expires_at": NOW - DAY + LIFETIME}
    given: dict[str, Any] = {"id": cart_id, "version": 1, "currency": currency, "lines": tuple(made)}
    return Cart(**(given | times | parts))


def discount(number: int, kind: DiscountKind, **parts: Any) -> Discount:
    return Discount(id=DiscountId(f"disc_{number:026}"), version=1, title=f"Discount {number}", kind=kind, **parts)


def percent(number: int, rate: int, **parts: Any) -> Discount:
    """A discount of so many per cent."""
    return discount(number, DiscountKind.PERCENT, rate=rate * MILLION // 100, **parts)


def rate_id(number: int) -> ShippingRateId:
    return ShippingRateId(f"rate_{number:026}")


def flat_rate(number: int, minor: int, currency: CurrencyCode = USD, **parts: Any) -> ShippingRate:
    brackets = (Bracket(price=Money(minor, currency)),)
    given: dict[str, Any] = {
        "id": ShippingRateId(f"rate_{number:026}"),
        "method": f"Way {number}",
        "brackets": brackets,
    }
    return ShippingRate(**(given | parts))


def zone(number: int, *rates: ShippingRate, places: tuple[Place, ...] = (Place(),)) -> ShippingZone:
    name = f"Zone {number}"
    return ShippingZone(id=ShippingZoneId(f"zone_{number:026}"), version=1, name=name, places=places, rates=rates)


def vat(*rates: TaxRate, included: bool = True, country: str = "DE", **parts: Any) -> TaxTable:
    return TaxTable(country=country, version=1, included=included, rates=rates, **parts)


AMOUNTS: Final = st.integers(0, 5000) | st.sampled_from([0, 1, 3, 99, 333, 1999, 10**7])
QUANTITIES: Final = st.integers(1, 6) | st.just(40)
SCOPES: Final = st.fixed_dictionaries(
    {},
    optional={
        "category_ids": st.lists(st.sampled_from(CATEGORIES), max_size=2).map(tuple),
        "collection_ids": st.lists(st.sampled_from(COLLECTIONS), max_size=2).map(tuple),
        "product_ids": st.lists(st.integers(0, 5).map(product), max_size=2).map(tuple),
    },
)
LIMITS: Final = st.fixed_dictionaries(
    {},
    optional={
        "starts_at": st.sampled_from([NOW - DAY, NOW, NOW + DAY]),
        "ends_at": st.sampled_from([NOW + DAY, NOW + DAY, NOW]),
        "usage_limit": st.integers(1, 3),
    },
)
OFFER_PARTS: Final = st.fixed_dictionaries(
    {},
    optional={
        "category_ids": st.sampled_from([tuple(CATEGORIES[:1]), tuple(CATEGORIES[1:]), tuple(CATEGORIES)]),
        "collection_ids": st.lists(st.sampled_from(COLLECTIONS), max_size=2).map(tuple),
        "taxable": st.booleans(),
        "ships": st.booleans(),
        "on_sale": st.sampled_from([True, True, False]),
        "weight_grams": st.integers(0, 3000),
    },
)


@st.composite
def discounts(draw: st.DrawFn, currency: CurrencyCode) -> tuple[Discount, ...]:
    """Up to four discounts, each with a code of its own or automatic."""
    made = []
    for number, kind in enumerate(draw(st.lists(st.sampled_from(DiscountKind), max_size=4))):
        parts: dict[str, Any] = draw(SCOPES) | draw(LIMITS)
        if draw(st.booleans()):
            parts["code"] = CODES[number]
        if kind is DiscountKind.PERCENT:
            parts["rate"] = draw(st.sampled_from([1, 70_000, 125_000, 333_333, 500_000, MILLION]))
        if kind is DiscountKind.FIXED:
            parts["amounts"] = (Money(draw(AMOUNTS), currency),)
        if kind is DiscountKind.BUY_X_GET_Y:
            parts |= {"buy": draw(st.integers(1, 3)), "get": draw(st.integers(1, 2))}
        made.append(discount(number, kind, **parts))
    return tuple(made)


RATES: Final = st.builds(
    TaxRate,
    name=st.sampled_from(["VAT", "Levy"]),
    rate=st.sampled_from([0, 70_000, 88_750, 99_750, 190_000, 200_000, 270_000]),
    region=st.sampled_from([None, None, "BE"]),
    category_id=st.sampled_from([None, None, *CATEGORIES]),
)
TABLES: Final = st.builds(
    TaxTable,
    country=st.just("DE"),
    version=st.just(1),
    included=st.booleans(),
    rates=st.lists(RATES, max_size=5).map(tuple),
    shipping=st.sampled_from(ShippingTax),
)


@st.composite
def terms(draw: st.DrawFn, currency: CurrencyCode) -> Terms:
    rates = tuple(flat_rate(number, draw(AMOUNTS), currency) for number in range(2))
    weighed = flat_rate(2, draw(AMOUNTS), currency, basis=ShippingBasis.WEIGHT, most_grams=2000)
    return Terms(discounts=draw(discounts(currency)), zones=(zone(1, *rates, weighed),), taxes=(draw(TABLES),))


@st.composite
def shops(draw: st.DrawFn) -> tuple[Cart, Offers, Terms]:
    """A cart that may lack anything, what is offered, and the shop's terms."""
    currency = draw(CURRENCIES)
    prices = draw(st.lists(st.tuples(AMOUNTS, QUANTITIES), max_size=6))
    lines = [
        (offer(number, minor, currency=currency, **draw(OFFER_PARTS)), quantity)
        for number, (minor, quantity) in enumerate(prices)
    ]
    shop = draw(terms(currency))
    chosen = quote_id(CART, rate_id(draw(st.integers(0, 3))))
    address = draw(st.sampled_from([BERLIN, BERLIN, None]))
    region = draw(st.sampled_from([None, "BE", "DE-BE"]))
    to = address and replace(address, region=region)
    codes = tuple(draw(st.lists(st.sampled_from([*CODES, " spring ", "none"]), max_size=4)))
    made = cart(*lines, currency=currency, shipping_address=to, shipping_quote_id=chosen, codes=codes)
    return made, offers(*(one for one, _ in lines)), shop
