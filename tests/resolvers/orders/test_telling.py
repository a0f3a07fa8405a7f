"""From the orders table's stream to the bus: every change is told in order, and nothing that is somebody's own."""

import json
from dataclasses import replace
from functools import partial
from typing import Any, Final

import msgspec
import pytest

from datasources.bus import events
from datasources.bus.events import LARGEST
from datasources.dynamo.order_stream import order_change
from domain.catalog.texts import LONGEST_WORD as LONGEST_SKU
from domain.errors import ErrorCode
from domain.ids import CartId, OrderId, PaymentId, WarehouseId
from domain.money import LARGEST_MINOR
from domain.orders import life, returns
from domain.orders.machine import Done
from domain.orders.orders import MOST_MOVED, Order
from domain.orders.storing import KeptOrder
from resolvers.orders.mailing import OrderNews
from resolvers.orders.telling import CheckoutRefused, Event, OrderTold, event_of, refused_of, told_of
from tests.domain.orders.making import NOON, STAFF, usd
from tests.domain.orders.making import units as units_of
from tests.resolvers.orders.making import (
    CONFIRM,
    DELIVER,
    EMAIL,
    FULFILL,
    RESOLVE,
    RETURN,
    done,
    ordered,
    place_of,
    units,
    variant,
)
from tests.resolvers.orders.test_announcing import largest, news
from tests.shop import Shop

read: Final = partial(event_of, order_change)
REASON: Final = "it smells of smoke and Ada is allergic"


def told_as(one: Event) -> Any:
    """As others find it in the event."""
    return json.loads(msgspec.json.encode(msgspec.to_builtins(one.detail)))


@pytest.fixture(scope="module")
def life_of_one(shop: Shop) -> tuple[Any, list[Any]]:
    """An order that is bought, sent, and comes back; and the records of the stream that tell of it."""
    of = variant(shop, 10)
    news(shop)
    order = ordered(shop, (of, 3), person="shopper")
    done(shop, CONFIRM, order["id"])
    sent = done(shop, FULFILL, order["id"], lines=units(order, 2), place=place_of(shop, of))
    done(shop, DELIVER, sent["fulfillments"][0]["id"])
    asked = done(shop, RETURN, order["id"], "shopper", lines=units(order, 1), reason=REASON)
    refund = {"amount": "4.00", "currency": "USD"}
    done(shop, RESOLVE, asked["returns"][0]["id"], approve=True, restock=True, refund=refund)
    return order, news(shop)


def test_each_stored_version_is_one_event_in_its_order(life_of_one: tuple[Any, list[Any]]) -> None:
    order, records = life_of_one
    found = [one for record in records if (one := read(record))]
    assert [(one.id, one.key) for one in found] == [(f"{order['id']}:{seq}", order["id"]) for seq in range(1, 7)]
    assert [one.kind for one in found] == [
        "order.placed", "order.confirmed", "order.fulfilled", "order.delivered", "order.return_requested",
        "order.return_resolved",
    ]  # fmt: skip
    assert [one.at for one in found] == [one.detail.at for one in found]
    again = [one for record in [*records, *records] if (one := read(record))]
    assert {one.id for one in again} == {one.id for one in found}


def test_an_event_says_what_happened_and_how_the_order_stands(life_of_one: tuple[Any, list[Any]]) -> None:
    order, records = life_of_one
    placed, _, fulfilled, delivered, asked, resolved = (told_as(one) for record in records if (one := read(record)))
    assert placed == {
        "schema": 1, "orderId": order["id"], "number": order["number"], "cartId": placed["cartId"],
        "customerId": placed["actor"], "seq": 1, "type": "PLACED", "actor": placed["customerId"], "at": placed["at"],
        "status": "PLACED", "paymentStatus": "CAPTURED", "fulfillmentStatus": "UNFULFILLED", "currency": "USD",
        "totals": order["totals"],
        "lines": [
            {name: one[name] for name in one if name not in {"name", "fulfilled", "returned"}} for one in order["lines"]
        ],
        "payments": [placed["payments"][0]], "owed": [], "settled": [], "failed": [], "fulfillment": None,
        "return": None,
    }  # fmt: skip
    assert placed["payments"][0] | {"id": ""} == {
        "id": "", "version": 1, "authorized": order["totals"]["total"], "captured": order["totals"]["total"],
        "refunded": {"amount": "0.00", "currency": "USD"}, "voided": False,
    }  # fmt: skip
    parcel, lines = fulfilled["fulfillment"], [{"lineId": order["lines"][0]["id"], "quantity": 2}]
    assert (parcel["lines"], parcel["deliveredAt"]) == (lines, None)
    assert delivered["fulfillment"] | {"deliveredAt": None} == parcel
    assert delivered["fulfillment"]["deliveredAt"] is not None
    back = asked["return"]
    assert (back["approved"], back["lines"]) == (None, [{"lineId": order["lines"][0]["id"], "quantity": 1}])
    refund = {"amount": "4.00", "currency": "USD"}
    assert resolved["return"] == back | {"approved": True, "restocked": True, "refund": refund}
    (owed,) = resolved["owed"]
    assert owed == {
        "id": owed["id"], "due": "REFUND", "paymentId": placed["payments"][0]["id"], "amount": refund,
        "returnId": back["id"],
    }  # fmt: skip
    assert [one["status"] for one in (fulfilled, resolved)] == ["CONFIRMED", "CONFIRMED"]


def test_nothing_that_is_somebodys_own_is_told(life_of_one: tuple[Any, list[Any]]) -> None:
    order, records = life_of_one
    said = "".join(json.dumps(told_as(one)) for record in records if (one := read(record)))
    own = [EMAIL, REASON, "DHL", order["lines"][0]["name"], order["billingAddress"]["city"]]
    assert [text for text in own if text in said] == []
    names = ("address", "email", "name", "reason", "message", "token", "tracking", "carrier")
    assert [name for name in names if f'"{name}' in said] == []


def test_what_is_no_change_of_an_order_is_not_told(life_of_one: tuple[Any, list[Any]]) -> None:
    _, records = life_of_one
    ours = next(one for one in records if read(one))["dynamodb"]
    rewritten = {"dynamodb": ours | {"OldImage": ours["NewImage"]}}
    gone = {"dynamodb": {"Keys": ours["Keys"], "OldImage": ours["NewImage"]}}
    assert [read(one) for one in (rewritten, gone)] == [None, None]
    assert len([one for one in records if read(one)]) == 6 < len(records)


def size(detail: OrderTold) -> int:
    """In bytes, as the bus counts them."""
    event = events.Event(id=f"{detail.order_id}:1", key="", kind="order.x", at=NOON, detail=msgspec.to_builtins(detail))
    return events._size(events.Bus("souk", "souk.orders")._entry(event))


def dearest(order: Order) -> Order:
    """With the longest amounts and the longest SKUs of the widest characters."""
    much = usd(LARGEST_MINOR - 1)
    lines = (
        replace(one, sku="\N{GRINNING FACE}" * LONGEST_SKU, unit_price=much, discount=much, tax=much, total=much)
        for one in order.lines
    )
    return replace(order, lines=tuple(lines))


def test_the_largest_event_is_far_smaller_than_the_bus_takes() -> None:
    order = largest()
    cancelled = replace(order, fulfillments=(), returns=())
    one_each = units_of(order, *[1] * MOST_MOVED)
    parcel = life.Parcel(lines=one_each, warehouse_id=WarehouseId("wh_" + "0" * 26))
    fewer = replace(order, fulfillments=order.fulfillments[:-1], returns=order.returns[:-2])
    outcomes = [
        life.fulfil(fewer, parcel, STAFF, NOON),
        returns.request(fewer, one_each, "r" * life.LONGEST_REASON, STAFF, NOON),
        life.cancel(cancelled, "r" * life.LONGEST_REASON, STAFF, NOON),
    ]
    done = [one for one in outcomes if isinstance(one, Done)]
    sizes = [size(told_of(KeptOrder(order=dearest(one.order), last=one.event))) for one in done]
    assert len(sizes) == len(outcomes)
    assert max(sizes) < 75_000 < LARGEST / 3
    usual = KeptOrder(order=done[0].order, last=done[0].event)
    assert size(told_of(usual)) < 64 * 1024, "which is what the bus bills as one event"


def test_a_checkout_that_is_refused_is_told_as_one_for_its_payment() -> None:
    cart, payment = CartId("cart_a"), PaymentId("pay_a")
    codes = [ErrorCode.PRICE_CHANGED, ErrorCode.DISCOUNT_EXHAUSTED, ErrorCode.PRICE_CHANGED]
    event = refused_of(cart, payment, codes, NOON)
    assert (event.id, event.key, event.kind) == ("pay_a:refused", "pay_a", "checkout.refused")
    assert told_as(event) == {
        "schema": 1, "cartId": "cart_a", "paymentId": "pay_a", "codes": ["PRICE_CHANGED", "DISCOUNT_EXHAUSTED"],
        "at": "2026-03-01T12:00:00Z",
    }  # fmt: skip
    assert isinstance(event.detail, CheckoutRefused)


def test_who_writes_letters_reads_what_is_told(life_of_one: tuple[Any, list[Any]]) -> None:
    order, records = life_of_one
    found = next(one for record in records if (one := read(record)))
    assert msgspec.convert(told_as(found), OrderNews) == OrderNews(order_id=OrderId(order["id"]), seq=1)
