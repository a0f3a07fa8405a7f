"""The life of an order through the graph: bought, confirmed, sent, arrived, sent back; by whom it may be."""

from typing import Any

from domain.ids import OrderId
from tests.datasources.dynamo.test_races import at_once
from tests.resolvers.catalog.making import name
from tests.resolvers.orders.making import (
    CANCEL,
    COMPLETE,
    CONFIRM,
    DELIVER,
    EMAIL,
    FULFILL,
    ORDER,
    RESOLVE,
    RETURN,
    TOKEN,
    act,
    done,
    ordered,
    place_of,
    read,
    sent,
    told,
    units,
    variant,
)
from tests.shop import Shop

NOBODY = "order_" + "0" * 26
CHANGES = """query($id: ID!, $after: Int!) {
  orderChanges(orderId: $id, afterSeq: $after) { seq orderId type message at order { id version } } }"""
GUEST = f"""query($number: String!, $email: AWSEmail!, $token: String!) {{
  guestOrder(number: $number, email: $email, token: $token) {{ {ORDER} }} }}"""


def on_hand(shop: Shop, of: str) -> tuple[int, int]:
    """Units on hand and reserved."""
    stock = shop.handlers["inventory"].store.many([of])[of]
    return sum(one.on_hand for one in stock.levels), sum(one.reserved for one in stock.levels)


def changes(shop: Shop, order: Any, after: int = 0, person: str = "guest") -> Any:
    return shop.ask(CHANGES, {"id": order["id"], "after": after}, person=person)["orderChanges"]


def test_an_order_is_confirmed_sent_delivered_and_done(shop: Shop) -> None:
    of = variant(shop, 10)
    order = ordered(shop, (of, 3))
    assert (order["status"], order["paymentStatus"], order["fulfillmentStatus"]) == (
        "PLACED", "CAPTURED", "UNFULFILLED",
    )  # fmt: skip
    assert order["totals"]["total"] == {"amount": "30.00", "currency": "USD"}
    assert order["allowedActions"] == ["CONFIRM", "CANCEL"]
    assert (order["lines"][0]["variantId"], order["billingAddress"]["city"]) == (of, "Berlin")
    assert done(shop, CONFIRM, order["id"])["status"] == "CONFIRMED"
    part = done(shop, FULFILL, order["id"], lines=units(order, 2), place=place_of(shop, of))
    assert (part["fulfillmentStatus"], part["lines"][0]["fulfilled"]) == ("PARTIALLY_FULFILLED", 2)
    assert on_hand(shop, of) == (8, 1)
    whole = done(shop, FULFILL, order["id"], lines=units(order, 1), place=place_of(shop, of))
    for parcel in whole["fulfillments"]:
        assert (parcel["status"], parcel["carrier"]) == ("FULFILLED", "DHL")
        whole = done(shop, DELIVER, parcel["id"])
    assert whole["fulfillmentStatus"] == "DELIVERED"
    assert done(shop, COMPLETE, order["id"])["status"] == "COMPLETED"
    found = changes(shop, order)
    assert [one["type"] for one in found] == [
        "PLACED", "CONFIRMED", "FULFILLED", "FULFILLED", "DELIVERED", "DELIVERED", "COMPLETED",
    ]  # fmt: skip
    assert [one["seq"] for one in found] == list(range(1, 8))
    assert changes(shop, order, 5) == found[5:]
    assert changes(shop, order, 7) == []


def test_what_the_state_does_not_admit_is_refused_with_what_it_does(shop: Shop) -> None:
    order = sent(shop, 1)
    payload = act(shop, CANCEL, order["id"], "shopper", reason="no")
    assert told(payload) == [("ILLEGAL_TRANSITION", None)]
    assert payload["userErrors"][0]["allowed"] == order["allowedActions"]
    assert told(act(shop, FULFILL, order["id"], lines=units(order, 5), place="wh_none")) == [
        ("INVALID", ["lines", "0", "quantity"])
    ]
    assert told(act(shop, FULFILL, order["id"], lines=units(order, 4), place="wh_none")) == [
        ("INSUFFICIENT_STOCK", ["lines", "0", "quantity"])
    ]
    assert read(shop, order["id"], "staff") == order


def test_a_customer_cancels_their_own_order_and_nobody_elses(shop: Shop) -> None:
    of = variant(shop, 5)
    order = ordered(shop, (of, 2), person="shopper")
    assert told(act(shop, CANCEL, order["id"], "other", reason="no")) == [("NOT_FOUND", ["id"])]
    guests = ordered(shop, (of, 1))
    assert told(act(shop, CANCEL, guests["id"], "shopper", reason="no")) == [("NOT_FOUND", ["id"])]
    found = done(shop, CANCEL, order["id"], "shopper", reason="changed my mind")
    assert (found["status"], found["allowedActions"]) == ("CANCELLED", [])
    assert on_hand(shop, of) == (5, 1)
    assert changes(shop, order, 1, "shopper")[0]["message"] == "changed my mind"
    kept = shop.handlers["orders"].store.get(OrderId(order["id"]))
    assert [one.due.value for one in kept.order.owed] == ["REFUND"]


def test_another_customers_order_is_as_one_that_there_is_not(shop: Shop) -> None:
    order = ordered(shop, (variant(shop), 1), person="shopper")
    for person in ("other", "guest"):
        assert read(shop, order["id"], person) is None
        assert changes(shop, order, person=person) == []
    assert read(shop, NOBODY) is None
    assert read(shop, "not an id") is None
    assert read(shop, order["id"], "staff") == order
    for id_ in (NOBODY, "x"):
        assert told(act(shop, CONFIRM, id_)) == [("NOT_FOUND", ["id"])]


def test_a_return_is_asked_for_and_answered(shop: Shop) -> None:
    order = sent(shop, 3)
    asked = done(shop, RETURN, order["id"], "shopper", lines=units(order, 2), reason="too small")
    (back,) = asked["returns"]
    assert (back["status"], back["reason"], back["lines"]) == ("REQUESTED", "too small", units(order, 2))
    assert told(act(shop, RETURN, order["id"], "other", lines=units(order, 1), reason="no")) == [
        ("NOT_FOUND", ["orderId"])
    ]
    assert told(act(shop, RETURN, order["id"], "shopper", lines=units(order, 2), reason="no")) == [
        ("INVALID", ["lines", "0", "quantity"])
    ]
    for amount in ("20.01", "0"):
        refused = act(shop, RESOLVE, back["id"], approve=True, refund={"amount": amount, "currency": "USD"})
        assert told(refused) == [("INVALID", ["refund"])]
    refused = act(shop, RESOLVE, back["id"], approve=True, refund={"amount": "1.001", "currency": "USD"})
    assert told(refused) == [("INVALID", ["refund", "amount"])]
    refund = {"amount": "20.00", "currency": "USD"}
    found = done(shop, RESOLVE, back["id"], approve=True, restock=True, refund=refund)
    assert (found["returns"][0]["status"], found["returns"][0]["refund"]) == ("APPROVED", refund)
    assert found["lines"][0]["returned"] == 2
    assert on_hand(shop, order["lines"][0]["variantId"]) == (99, 2)


def test_twenty_calls_with_one_key_are_one_action(shop: Shop) -> None:
    order, key = ordered(shop, (variant(shop), 1)), name("key")
    told_ = at_once(20, lambda _: act(shop, CONFIRM, order["id"], key=key))
    assert all(one == told_[0] for one in told_)
    assert told_[0]["order"]["version"] == 2
    assert told(act(shop, COMPLETE, order["id"], key=key)) == [("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])]
    assert told(act(shop, CONFIRM, order["id"], key="short")) == [("INVALID", ["idempotencyKey"])]


def test_a_guest_finds_an_order_by_number_email_and_token(shop: Shop) -> None:
    order = ordered(shop, (variant(shop), 1))
    right = {"number": order["number"], "email": EMAIL, "token": TOKEN}
    assert shop.ask(GUEST, right)["guestOrder"] == order
    spelled = right | {"number": order["number"].lower().replace("-", " "), "email": EMAIL.upper()}
    assert shop.ask(GUEST, spelled)["guestOrder"] == order
    for wrong in ({"number": "S-22222-22222"}, {"email": "eve@example.org"}, {"token": "x"}, {"number": "x"}):
        assert shop.ask(GUEST, right | wrong)["guestOrder"] is None
