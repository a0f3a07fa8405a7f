"""Orders, payments and parcels for tests of orders."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from domain.errors import ErrorCode, IllegalTransitionError
from domain.ids import CartId, OrderId, OrderLineId, PaymentId, ProductId, VariantId, WarehouseId, variant_id
from domain.money import CurrencyCode, Money
from domain.orders.life import Parcel
from domain.orders.machine import Done, Outcome
from domain.orders.orders import LineQuantity, Order, OrderTotals, PaymentFacts
from domain.orders.placing import Purchase, PurchaseLine, placed

NOON: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
USD: Final = CurrencyCode.USD
CART: Final = CartId("cart_" + "c" * 26)
ORDER: Final = OrderId("order_" + "a" * 26)
PAYMENT: Final = PaymentId("pay_" + "p" * 26)
EAST: Final = WarehouseId("wh_east")
STAFF: Final = "staff"
TOKEN: Final = "a token of a guest"


def usd(minor: int) -> Money:
    return Money(minor, USD)


def variant(number: int) -> VariantId:
    return variant_id(ProductId("prod_" + "a" * 26), number)


def line(number: int, quantity: int = 1, price: int = 1000, tax: int = 0) -> PurchaseLine:
    return PurchaseLine(
        variant_id=variant(number),
        sku=f"SKU-{number}",
        name=f"Thing {number}",
        quantity=quantity,
        unit_price=usd(price),
        discount=usd(0),
        tax=usd(tax),
        total=usd(price * quantity),
    )


def purchase(*lines: PurchaseLine, shipping: int = 500, tax_included: bool = True, **parts: Any) -> Purchase:
    """What a guest buys: two units of one thing and one of another, if not said otherwise."""
    bought = lines or (line(1, 2), line(2, price=333, tax=53))
    goods, tax = sum(one.total.minor for one in bought), sum(one.tax.minor for one in bought)
    total = goods + shipping + (0 if tax_included else tax)
    totals = OrderTotals(
        subtotal=usd(goods),
        discount=usd(0),
        shipping=usd(shipping),
        tax=usd(tax),
        tax_included=tax_included,
        total=usd(total),
    )
    given: dict[str, Any] = {
        "cart_id": CART, "customer_id": None, "email": "ada@example.org", "currency": USD, "lines": bought,
        "totals": totals,
    }  # fmt: skip
    return Purchase(**(given | parts))


def facts(authorized: int, captured: int = 0, refunded: int = 0, version: int = 1, **parts: Any) -> PaymentFacts:
    return PaymentFacts(
        id=PAYMENT,
        version=version,
        authorized=usd(authorized),
        captured=usd(captured),
        refunded=usd(refunded),
        **parts,
    )


def paid(bought: Purchase, **parts: Any) -> PaymentFacts:
    return replace(facts(bought.totals.total.minor), **parts)


def begun(
    bought: Purchase | None = None, order_id: OrderId = ORDER, now: datetime = NOON, payment: PaymentId = PAYMENT
) -> Done:
    """The order that such a purchase is, paid as it should be."""
    what = bought or purchase()
    facts = paid(what, id=payment) if what.totals.total.minor else None
    return placed(what, facts, order_id=order_id, token=TOKEN, now=now)


def done(outcome: Outcome | None) -> Order:
    """What became of an action that must be possible."""
    assert isinstance(outcome, Done), outcome
    return outcome.order


def units(order: Order, *quantities: int) -> tuple[LineQuantity, ...]:
    """So many units of each line in their order, none of those with 0."""
    return tuple(
        LineQuantity(line_id=one.id, quantity=quantity)
        for one, quantity in zip(order.lines, quantities, strict=False)
        if quantity
    )


def all_of(left: dict[OrderLineId, int]) -> tuple[LineQuantity, ...]:
    return tuple(LineQuantity(line_id=one, quantity=quantity) for one, quantity in left.items())


def parcel(lines: tuple[LineQuantity, ...], **parts: Any) -> Parcel:
    return Parcel(lines=lines, warehouse_id=EAST, **parts)


def told_illegal(outcome: Outcome | None) -> IllegalTransitionError:
    assert isinstance(outcome, tuple), outcome
    (error,) = outcome
    assert isinstance(error, IllegalTransitionError)
    assert error.code is ErrorCode.ILLEGAL_TRANSITION
    return error


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)
