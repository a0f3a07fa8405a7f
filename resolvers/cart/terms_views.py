"""The wire shapes of the shop's terms, and how stored ones become them."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from domain.cart import shipping, taxes
from domain.cart.discounts import DiscountKind
from domain.cart.shipping import Place, ShippingBasis
from domain.cart.taxes import ShippingTax
from domain.cart.terms import CountedDiscount
from domain.ids import CategoryId, CollectionId, DiscountId, ProductId, ShippingRateId, ShippingZoneId
from domain.money import Money as Amount
from domain.pages import Page
from domain.shares import percent
from resolvers._kit.views import Money, PageInfo, UserError, cursors_of

DISCOUNTS: Final = "discounts"
"""Tells the list from others, so that a cursor of one is refused by another."""


class Discount(Struct, frozen=True, kw_only=True):
    """A discount, and how often it was used."""

    id: DiscountId
    version: int
    title: str
    kind: DiscountKind
    code: str | None
    percent: str | None
    amounts: tuple[Money, ...]
    buy: int | None
    get: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    usage_limit: int | None
    per_customer_limit: int | None
    min_subtotal: tuple[Money, ...]
    product_ids: tuple[ProductId, ...]
    collection_ids: tuple[CollectionId, ...]
    category_ids: tuple[CategoryId, ...]
    used: int


class DiscountEdge(Struct, frozen=True, kw_only=True):
    """A discount at its place."""

    cursor: str
    node: Discount


class DiscountConnection(Struct, frozen=True, kw_only=True):
    """A page of discounts."""

    edges: tuple[DiscountEdge, ...]
    page_info: PageInfo


class DiscountPayload(Struct, frozen=True, kw_only=True):
    """What became of a change to a discount."""

    discount: Discount | None = None
    user_errors: tuple[UserError, ...] = ()


class ShippingPlace(Struct, frozen=True, kw_only=True):
    """A part of the world."""

    country: str | None
    region: str | None
    postal_prefix: str | None


class ShippingBracket(Struct, frozen=True, kw_only=True):
    """A price from an amount or a weight on."""

    price: Money
    from_amount: str | None
    from_grams: int | None


class ShippingRate(Struct, frozen=True, kw_only=True):
    """One way to send things."""

    id: ShippingRateId
    method: str
    carrier: str | None
    basis: ShippingBasis
    brackets: tuple[ShippingBracket, ...]
    free_from: tuple[Money, ...]
    most_grams: int | None
    min_days: int | None
    max_days: int | None


class ShippingZone(Struct, frozen=True, kw_only=True):
    """Places, and the ways to send things there."""

    id: ShippingZoneId
    version: int
    name: str
    places: tuple[ShippingPlace, ...]
    rates: tuple[ShippingRate, ...]


class ShippingZonePayload(Struct, frozen=True, kw_only=True):
    """What became of a change to a shipping zone."""

    shipping_zone: ShippingZone | None = None
    user_errors: tuple[UserError, ...] = ()


class TaxRate(Struct, frozen=True, kw_only=True):
    """A tax."""

    name: str
    percent: str
    region: str | None
    category_id: CategoryId | None


class TaxTable(Struct, frozen=True, kw_only=True):
    """The taxes of a country."""

    country: str
    version: int
    included: bool
    shipping: ShippingTax
    rates: tuple[TaxRate, ...]


class TaxTablePayload(Struct, frozen=True, kw_only=True):
    """What became of a change to a tax table."""

    tax_table: TaxTable | None = None
    user_errors: tuple[UserError, ...] = ()


def discount_of(counted: CountedDiscount) -> Discount:
    """A discount on the wire; what another kind of discount has is null."""
    one = counted.discount
    units = one.kind is DiscountKind.BUY_X_GET_Y
    return Discount(
        id=one.id,
        version=one.version,
        title=one.title,
        kind=one.kind,
        code=one.code,
        percent=percent(one.rate) if one.kind is DiscountKind.PERCENT else None,
        amounts=tuple(map(Money.of, one.amounts)),
        buy=one.buy if units else None,
        get=one.get if units else None,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        usage_limit=one.usage_limit,
        per_customer_limit=one.per_customer_limit,
        min_subtotal=tuple(map(Money.of, one.min_subtotal)),
        product_ids=one.product_ids,
        collection_ids=one.collection_ids,
        category_ids=one.category_ids,
        used=counted.used,
    )


def discounts_page(page: Page[CountedDiscount]) -> DiscountConnection:
    """A page of discounts on the wire."""
    cursors = cursors_of(DISCOUNTS, page.places)
    return DiscountConnection(
        edges=tuple(
            DiscountEdge(cursor=cursor, node=discount_of(one)) for cursor, one in zip(cursors, page.items, strict=True)
        ),
        page_info=PageInfo.of(cursors, has_next=page.has_next, has_previous=page.has_previous),
    )


def zone_of(zone: shipping.ShippingZone) -> ShippingZone:
    """A zone on the wire."""
    return ShippingZone(
        id=zone.id,
        version=zone.version,
        name=zone.name,
        places=tuple(map(_place_of, zone.places)),
        rates=tuple(map(_rate_of, zone.rates)),
    )


def _place_of(place: Place) -> ShippingPlace:
    return ShippingPlace(country=place.country, region=place.region, postal_prefix=place.postal_prefix)


def _rate_of(rate: shipping.ShippingRate) -> ShippingRate:
    return ShippingRate(
        id=rate.id,
        method=rate.method,
        carrier=rate.carrier,
        basis=rate.basis,
        brackets=tuple(_bracket_of(one, rate.basis) for one in rate.brackets),
        free_from=tuple(map(Money.of, rate.free_from)),
        most_grams=rate.most_grams,
        min_days=rate.min_days,
        max_days=rate.max_days,
    )


def _bracket_of(bracket: shipping.Bracket, basis: ShippingBasis) -> ShippingBracket:
    return ShippingBracket(
        price=Money.of(bracket.price),
        from_amount=_amount(bracket) if basis is ShippingBasis.SUBTOTAL else None,
        from_grams=bracket.at_least if basis is ShippingBasis.WEIGHT else None,
    )


def _amount(bracket: shipping.Bracket) -> str:
    return Amount(bracket.at_least, bracket.price.currency).amount


def table_of(table: taxes.TaxTable) -> TaxTable:
    """A tax table on the wire."""
    return TaxTable(
        country=table.country,
        version=table.version,
        included=table.included,
        shipping=table.shipping,
        rates=tuple(
            TaxRate(name=one.name, percent=percent(one.rate), region=one.region, category_id=one.category_id)
            for one in table.rates
        ),
    )
