"""What a cart is to pay is what is stored now: prices, codes, taxes and shipping, whatever was shown before."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from datasources.dynamo.carts import CartTable
from datasources.dynamo.catalog import CatalogTable
from datasources.dynamo.conditions import TERMS_SECONDS, CartConditions
from datasources.dynamo.due import Dues
from datasources.dynamo.terms import TermsTable
from datasources.offers import Offers
from datasources.roundtrips import counted
from domain.addresses import Address
from domain.cart.carts import Cart, CartLine, line_id
from domain.cart.reserving import reserved
from domain.cart.storing import CartChangeReason as Reason
from domain.cart.storing import Decision, StoredCart
from domain.cart.taxes import TaxRate
from domain.catalog.products import Product
from domain.errors import ErrorCode
from domain.ids import CartId, CustomerId
from domain.keys import Key
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_carts import Settings
from tests.datasources.dynamo.test_holds import Clock
from tests.datasources.samples import product
from tests.domain.cart.strategies import CART, NOW, cart, flat_rate, percent, vat, zone

OWNER = CustomerId("somebody")


@pytest.fixture
def clock() -> Clock:
    found = Clock()
    found.now = NOW.timestamp()
    return found


@pytest.fixture
def carts(endpoint: str, clock: Clock) -> CartTable:
    return CartTable(new_table(endpoint, Settings), clock=clock)


@pytest.fixture
def terms(carts: CartTable, clock: Clock) -> TermsTable:
    return TermsTable(carts.table, clock=clock)


@pytest.fixture
def dues(carts: CartTable, terms: TermsTable, catalog: CatalogTable, clock: Clock) -> Dues:
    def now() -> datetime:
        return datetime.fromtimestamp(clock.now, NOW.tzinfo)

    return Dues(carts, CartConditions(terms, clock=clock), Offers(catalog), now=now)


def sold(catalog: CatalogTable, price: int = 1000) -> Product:
    made = product(price=price)
    catalog.create(made, [])
    return made


def begun(carts: CartTable, of: Product, units: int = 2, **parts: object) -> Cart:
    variant = of.variants[0]
    line = CartLine(id=line_id(CART, variant.id), variant_id=variant.id, quantity=units, seen_price=variant.prices[0])
    made = replace(cart(), lines=(line,), **parts)  # type: ignore[arg-type]  # by name
    stored = carts.create(made, Key(caller="guest", key="key-of-a-cart", fingerprint=""))
    assert isinstance(stored, StoredCart)
    return stored.cart


def test_what_is_due_follows_prices_at_once_and_terms_two_seconds_later(
    carts: CartTable, catalog: CatalogTable, terms: TermsTable, dues: Dues, clock: Clock
) -> None:
    goods = sold(catalog)
    made = begun(carts, goods)
    due = dues.of(made.id, None)
    assert due is not None
    assert (due.cart, due.bill.totals.total.minor) == (made, 2000)
    variant = replace(goods.variants[0], prices=tuple(one * 2 for one in goods.variants[0].prices))
    catalog.replace(goods, replace(goods, version=2, variants=(variant, *goods.variants[1:])), [], [])
    terms.save_discount(None, percent(1, 10))
    dearer = dues.of(made.id, None)
    assert dearer is not None
    assert dearer.bill.totals.total.minor == 4000
    clock.now += TERMS_SECONDS
    later = dues.of(made.id, None)
    assert later is not None
    assert later.bill.totals.total.minor == 3600


def test_shipping_and_tax_are_in_it_and_nothing_is_missing_when_all_is_said(
    carts: CartTable, catalog: CatalogTable, terms: TermsTable, dues: Dues
) -> None:
    ship, tax = zone(1, flat_rate(1, 500)), vat(TaxRate(name="VAT", rate=190_000), included=False)
    terms.save_zone(None, ship)
    terms.save_table(None, tax)
    address = Address(name="A", line1="B", city="C", postal_code="10115", country="DE")
    made = begun(carts, sold(catalog), email="a@shop.example", shipping_address=address)
    lacking = dues.of(made.id, None)
    assert lacking is not None
    assert {one.field[0] for one in lacking.lacks} == {"reservedUntil"}, "a single way to send it needs no choice"

    def ready(there: Cart) -> Decision:
        held = reserved(there, NOW + timedelta(minutes=15), NOW)
        return Decision(cart=held, reason=Reason.RESERVED)

    carts.change(made.id, ready)
    due = dues.of(made.id, None)
    assert due is not None
    assert due.lacks == ()
    assert due.bill.totals.total.minor == 2000 + 500 + 475
    assert due.bill.totals.shipping.minor == 500


def test_a_cart_of_somebody_else_is_none(carts: CartTable, catalog: CatalogTable, dues: Dues) -> None:
    made = begun(carts, sold(catalog), customer_id=OWNER)
    assert dues.of(made.id, OWNER) is not None
    for stranger in (None, CustomerId("another")):
        assert dues.of(made.id, stranger) is None
    assert dues.of(CartId("cart_of_nobody"), OWNER) is None


def test_what_is_gone_costs_nothing_and_is_told(carts: CartTable, catalog: CatalogTable, dues: Dues) -> None:
    made = begun(carts, product())
    due = dues.of(made.id, None)
    assert due is not None
    assert due.bill.totals.total.minor == 0
    assert ErrorCode.NOT_FOUND in {one.code for one in due.lacks}


def test_it_costs_three_requests(carts: CartTable, catalog: CatalogTable, dues: Dues) -> None:
    made = begun(carts, sold(catalog))
    with counted() as sent:
        dues.of(made.id, None)
    assert sent == Counter({"dynamodb.GetItem": 1, "dynamodb.Query": 1, "dynamodb.BatchGetItem": 1})
