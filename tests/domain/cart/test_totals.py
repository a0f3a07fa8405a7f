"""Every cart's lines, discount, shipping and tax sum to its total, in currencies of 0, 2 and 3 decimals."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from domain.cart.carts import Cart, quote_id
from domain.cart.discounts import DiscountKind, Uses
from domain.cart.offers import Offers
from domain.cart.shipping import Place
from domain.cart.taxes import TaxRate
from domain.cart.totals import Bill, Terms, bill
from domain.money import CurrencyCode, Money
from tests.domain.cart import oracle
from tests.domain.cart.strategies import (
    BERLIN,
    CART,
    EUR,
    JPY,
    KWD,
    NOW,
    USD,
    cart,
    discount,
    flat_rate,
    offer,
    offers,
    percent,
    rate_id,
    shops,
    vat,
    zone,
)  # fmt: skip

type Shop = tuple[Cart, Offers, Terms]
MANY = settings(max_examples=200)


def billed(shop: Shop) -> Bill:
    bought, sold, terms = shop
    uses = {one.id: Uses(total=1) for one in terms.discounts}
    return bill(bought, sold, terms, now=NOW, uses=uses)


def goods(found: Bill) -> list[oracle.Line]:
    return [oracle.Line(item.offer, item.quantity, item.unit_price.minor) for item in found.items if item.offer]


@MANY
@given(shops())
def test_what_is_said_sums_to_the_total(shop: Shop) -> None:
    found = billed(shop)
    totals = found.totals
    on_top = 0 if totals.tax_included else totals.tax.minor
    assert totals.subtotal.minor - totals.discount.minor + totals.shipping.minor + on_top == totals.total.minor
    lines = sum(charge.total.minor for charge in found.charges)
    assert lines == totals.subtotal.minor - totals.discount.minor
    assert sum(charge.discount.minor for charge in found.charges) == totals.discount.minor
    assert sum(part.amount for part in found.taxes) == totals.tax.minor
    saved = sum(one.amount.minor for one in found.discounts)
    assert saved == totals.discount.minor + found.shipping_saved.minor


@MANY
@given(shops())
def test_nothing_is_negative_and_nothing_holds_more_than_it_is(shop: Shop) -> None:
    found = billed(shop)
    for item, charge in zip(found.items, found.charges, strict=True):
        assert 0 <= charge.discount.minor <= item.gross
        assert 0 <= charge.total.minor == item.gross - charge.discount.minor
        assert charge.tax.minor >= 0
        if found.totals.tax_included:
            assert charge.tax.minor <= charge.total.minor
    for amount in ("subtotal", "discount", "shipping", "tax", "total"):
        money = getattr(found.totals, amount)
        assert type(money.minor) is int
        assert money.minor >= 0
        assert money.currency is shop[0].currency
        assert Money.parse(money.amount, money.currency) == money
    if found.totals.tax_included:
        assert found.totals.tax.minor <= found.totals.total.minor


@MANY
@given(shops())
def test_fractions_give_the_same_total(shop: Shop) -> None:
    found, (bought, _, terms) = billed(shop), shop
    lines = goods(found)
    given_ = [one for one in terms.discounts if one.id in {one.discount_id for one in found.discounts}]
    costs = oracle.after_discounts(lines, given_, bought.currency)
    shipping = found.totals.shipping.minor
    to = bought.destination
    tax = oracle.tax(lines, costs, shipping, terms.taxes[0], to) if to else 0
    included = to is not None and terms.taxes[0].included
    assert [charge.total.minor for charge, item in zip(found.charges, found.items, strict=True) if item.offer] == costs
    assert (found.totals.tax.minor, found.totals.tax_included) == (tax, included)
    assert found.totals.total.minor == sum(costs) + shipping + (0 if included else tax)


@given(shops())
def test_the_same_cart_always_costs_the_same(shop: Shop) -> None:
    bought, sold, terms = shop
    turned = replace(terms, discounts=terms.discounts[::-1], zones=terms.zones[::-1])
    assert billed(shop) == billed((bought, dict(reversed(list(sold.items()))), turned))


@given(shops())
def test_what_cannot_be_bought_any_more_costs_nothing(shop: Shop) -> None:
    found = billed(shop)
    gone = [charge for charge, item in zip(found.charges, found.items, strict=True) if item.offer is None]
    assert all(charge.total.minor == charge.tax.minor == 0 for charge in gone)
    left = replace(shop[0], lines=tuple(line for line in shop[0].lines if shop[1][line.variant_id].on_sale))
    assert billed((left, shop[1], shop[2])).totals == found.totals


@pytest.mark.parametrize(
    ("currency", "price", "total"),
    [(USD, 1999, "53.69"), (EUR, 1999, "53.69"), (JPY, 1999, "5369"), (KWD, 1999, "5.369")],
)
def test_three_for_two_ten_per_cent_off_and_shipping_free(currency: CurrencyCode, price: int, total: str) -> None:
    """Two of 1,999, one of 1,990: 5,988; less 10 %, 598.8 and so 599: 5,389; less 20: 5,369."""
    shirt, book = offer(1, price, currency=currency), offer(2, 1990, currency=currency)
    terms = Terms(
        discounts=(
            discount(1, DiscountKind.BUY_X_GET_Y, buy=2, get=1, product_ids=(shirt.product_id,)),
            percent(2, 10),
            discount(3, DiscountKind.FREE_SHIPPING, code="Free"),
            discount(4, DiscountKind.FIXED, code="small", amounts=(Money(20, currency),)),
        ),
        zones=(zone(1, flat_rate(1, 490, currency), places=(Place(country="de"),)),),
        taxes=(vat(TaxRate(name="VAT", rate=190_000)),),
    )
    bought = cart(
        (shirt, 3),
        (book, 1),
        currency=currency,
        codes=(" FREE", "SMALL "),
        shipping_address=BERLIN,
        shipping_quote_id=quote_id(CART, rate_id(1)),
    )
    found = bill(bought, offers(shirt, book), terms, now=NOW, uses={})
    assert [one.title for one in found.discounts] == ["Discount 1", "Discount 2", "Discount 4", "Discount 3"]
    assert (found.totals.total.amount, found.totals.shipping.minor, found.shipping_saved.minor) == (total, 0, 490)


def test_a_cart_without_lines_costs_nothing() -> None:
    found = bill(cart(), {}, Terms(), now=NOW, uses={})
    assert found.totals.total == Money(0, USD)
    assert (found.items, found.charges, found.discounts, found.quotes, found.quote) == ((), (), (), None, None)


def test_until_there_is_an_address_the_tax_is_an_estimate() -> None:
    mug = offer(1, 1190)
    terms = Terms(taxes=(vat(TaxRate(name="VAT", rate=190_000)),))
    unknown = bill(cart((mug, 1)), offers(mug), terms, now=NOW, uses={})
    guessed = bill(cart((mug, 1)), offers(mug), terms, now=NOW, uses={}, estimate=BERLIN.destination)
    assert (unknown.totals.tax.minor, guessed.totals.tax.minor) == (0, 190)
    assert unknown.totals.total == guessed.totals.total
    at_home = cart((mug, 1), billing_address=replace(BERLIN, country="US"))
    assert bill(at_home, offers(mug), terms, now=NOW, uses={}, estimate=BERLIN.destination).totals.tax.minor == 0
