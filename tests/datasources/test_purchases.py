"""A cart and its bill as a purchase: the same amounts, what is missing, and which codes others have used up."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given

from datasources.purchases import purchase_of
from domain.cart.carts import Cart, quote_id
from domain.cart.discounts import Uses
from domain.cart.offers import Offers
from domain.cart.requirements import requirements
from domain.cart.totals import Bill, Terms, bill
from domain.errors import ErrorCode
from domain.ids import CustomerId, OrderId
from domain.orders.placing import Purchase, placed
from domain.orders.statuses import PaymentStatus, payment_status_of
from tests.datasources.dynamo.tills import HOME
from tests.domain.cart.strategies import NOW, USD, cart, flat_rate, offer, offers, percent, rate_id, shops, zone
from tests.domain.orders.making import facts

SOON = NOW + timedelta(minutes=5)


def bought(one: Cart, sold: Offers, terms: Terms, now: datetime = NOW, **uses: Uses) -> tuple[Purchase, Bill]:
    known = {discount.id: uses["used"] for discount in terms.discounts} if uses else {}
    found = bill(one, sold, terms, now=now, uses=known)
    return purchase_of(one, found, now), found


@given(shop=shops())
def test_an_order_costs_what_the_cart_did_line_by_line(shop: tuple[Cart, Offers, Terms]) -> None:
    """Whatever else the cart may lack."""
    one, sold, terms = shop
    purchase, found = bought(one, sold, terms)
    totals = purchase.totals
    assert (totals.total, totals.tax, totals.shipping) == (found.totals.total, found.totals.tax, found.totals.shipping)
    assert [line.total for line in purchase.lines] == [charge.total for charge in found.charges]
    assert [error.code for error in purchase.lacks] == [need.code for need in requirements(one, found, NOW)]
    assert all(error.field is not None and error.field[0] == "cartId" for error in purchase.lacks)
    whole = replace(purchase, lacks=(), email="ada@example.org")
    paid = replace(facts(0), authorized=totals.total, captured=totals.total - totals.total, refunded=totals.tax * 0)
    done = placed(whole, paid, order_id=OrderId("order_1"), token=None, now=NOW)
    costs = sum(done.order.cost(line, line.quantity).minor for line in done.order.lines)
    freight_tax = 0 if totals.tax_included else totals.tax.minor - sum(line.tax.minor for line in done.order.lines)
    assert costs + totals.shipping.minor + freight_tax == totals.total.minor
    status = PaymentStatus.AUTHORIZED if totals.total.minor else PaymentStatus.CAPTURED
    assert payment_status_of(done.order) is status


def test_all_that_the_buyer_said_goes_over_to_the_order() -> None:
    thing = replace(offer(1, 1000), sku="AP-1")
    rate = flat_rate(1, 500, carrier="DHL", min_days=1, max_days=3)
    terms = Terms(discounts=(percent(1, 10, code="ten"),), zones=(zone(1, rate),))
    one = cart((thing, 2), email="ada@example.org", reserved_until=SOON, codes=("TEN",), locale="de")
    one = replace(
        one, shipping_address=HOME, billing_address=HOME, shipping_quote_id=quote_id(one.id, rate_id(1)),
        customer_id=CustomerId("ada"),
    )  # fmt: skip
    purchase, _ = bought(one, offers(thing), terms)
    assert purchase.lacks == purchase.exhausted == ()
    assert (purchase.customer_id, purchase.email, purchase.locale) == ("ada", "ada@example.org", "de")
    assert (purchase.shipping_address, purchase.billing_address, purchase.currency) == (HOME, HOME, USD)
    assert purchase.shipping is not None
    assert (purchase.shipping.method, purchase.shipping.carrier, purchase.shipping.max_days) == ("Way 1", "DHL", 3)
    assert [(line.sku, line.name, line.quantity) for line in purchase.lines] == [("AP-1", "Thing 1", 2)]
    assert [(given_.code, given_.amount.minor) for given_ in purchase.discounts] == [("ten", 200)]


def test_a_code_that_others_have_used_up_is_told_apart_from_one_that_does_not_apply() -> None:
    thing = offer(1, 1000)
    terms = Terms(discounts=(percent(1, 10, code="ten", usage_limit=3),))
    one = cart((thing, 1), codes=("ten", "unknown"))
    purchase, _ = bought(one, offers(thing), terms, used=Uses(total=3))
    assert [error.code for error in purchase.exhausted] == [ErrorCode.DISCOUNT_EXHAUSTED]
    assert '"ten"' in purchase.exhausted[0].message
