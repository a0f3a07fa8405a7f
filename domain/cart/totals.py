"""What a cart costs: lines, discount, shipping and tax, which sum to the total to the minor unit."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from domain.addresses import Destination
from domain.cart.carts import Cart
from domain.cart.discounts import Basket, Discount, Uses
from domain.cart.offers import Item, Offers, items_of
from domain.cart.shipping import ShippingQuote, ShippingUnavailable, ShippingZone, quoted
from domain.cart.stacking import Refusal, Stack, stacked
from domain.cart.taxes import TaxPart, TaxTable, table_of, taxed
from domain.ids import CartLineId, DiscountId
from domain.money import Money
from domain.values import value


@value
class Terms:
    """What the shop asks and gives: all automatic discounts and those of the cart's codes, all zones and tax tables."""

    discounts: tuple[Discount, ...] = ()
    zones: tuple[ShippingZone, ...] = ()
    taxes: tuple[TaxTable, ...] = ()


@value
class Conditions:
    """The shop's terms as far as they matter to a cart, and how often those of its discounts with a limit were used."""

    terms: Terms
    uses: Mapping[DiscountId, Uses]


@value
class Charge:
    """What a line costs: ``total`` is units times price less ``discount``; ``tax`` is on it or in it."""

    line_id: CartLineId
    unit_price: Money
    discount: Money
    tax: Money
    total: Money


@value
class AppliedDiscount:
    """What a discount saves: on goods, or on the chosen shipping quote."""

    discount_id: DiscountId
    code: str | None
    title: str
    amount: Money


@value
class Totals:
    """``total`` is subtotal - discount + shipping, and + tax unless ``tax_included``.

    ``subtotal`` is of the lines before discounts, ``discount`` is on goods, and ``shipping`` is what is paid for it.
    """

    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    tax_included: bool
    total: Money


@value
class Bill:
    """All that a cart costs and why, at a moment.

    ``quotes`` is None as long as there is no address to send to; ``quote`` is the chosen one, if it still holds, or the
    only one, where nothing was chosen and there is nothing to choose.
    ``shipping_saved`` is what of its price a discount saves: all discounts together save ``totals.discount`` and this.
    """

    items: tuple[Item, ...]
    charges: tuple[Charge, ...]
    discounts: tuple[AppliedDiscount, ...]
    refused: tuple[Refusal, ...]
    quotes: tuple[ShippingQuote, ...] | ShippingUnavailable | None
    quote: ShippingQuote | None
    shipping_saved: Money
    taxes: tuple[TaxPart, ...]
    totals: Totals


def bill(
    cart: Cart,
    offers: Offers,
    terms: Terms,
    *,
    now: datetime,
    uses: Mapping[DiscountId, Uses],
    estimate: Destination | None = None,
) -> Bill:
    """What the cart costs now. ``uses`` holds all discounts that were used; ``estimate`` is where the buyer is taxed
    until an address is known.
    """
    items = items_of(cart, offers)
    stack = stacked(Basket(currency=cart.currency, items=items, now=now, uses=uses), terms.discounts, cart.codes)
    gross, off = [item.gross for item in items], stack.off(len(items))
    costs = [whole - less for whole, less in zip(gross, off, strict=True)]
    quotes = _quotes(cart, items, sum(costs), terms.zones)
    quote = _chosen(cart, quotes)
    price = quote.price.minor if quote else 0
    saved = price if stack.frees_shipping else 0
    to = cart.destination or estimate
    tax = taxed(items, costs, price - saved, table_of(terms.taxes, to), to)
    total = sum(costs) + price - saved + (0 if tax.included else tax.total)

    def money(minor: int) -> Money:
        return Money(minor, cart.currency)

    return Bill(
        items=items,
        charges=tuple(
            Charge(line_id=one.line_id, unit_price=one.unit_price, discount=money(d), tax=money(t), total=money(c))
            for one, d, t, c in zip(items, off, tax.lines, costs, strict=True)
        ),
        discounts=_applied(stack, money(saved)),
        refused=stack.refused,
        quotes=quotes,
        quote=quote,
        shipping_saved=money(saved),
        taxes=tax.parts,
        totals=Totals(
            subtotal=money(sum(gross)),
            discount=money(sum(off)),
            shipping=money(price - saved),
            tax=money(tax.total),
            tax_included=tax.included,
            total=money(total),
        ),
    )


def _quotes(
    cart: Cart, items: tuple[Item, ...], goods: int, zones: Iterable[ShippingZone]
) -> tuple[ShippingQuote, ...] | ShippingUnavailable | None:
    if cart.shipping_address is None:
        return None
    return quoted(cart.id, items, Money(goods, cart.currency), zones, cart.shipping_address.destination)


def _chosen(cart: Cart, quotes: tuple[ShippingQuote, ...] | ShippingUnavailable | None) -> ShippingQuote | None:
    known = quotes if isinstance(quotes, tuple) else ()
    if cart.shipping_quote_id is None and len(known) == 1:
        return known[0]
    return next((one for one in known if one.id == cart.shipping_quote_id), None)


def _applied(stack: Stack, saved: Money) -> tuple[AppliedDiscount, ...]:
    free = stack.frees_shipping
    return tuple(
        AppliedDiscount(
            discount_id=one.discount.id,
            code=one.discount.code,
            title=one.discount.title,
            amount=saved if one.discount is free else Money(sum(one.off), saved.currency),
        )
        for one in stack.taken
    )
