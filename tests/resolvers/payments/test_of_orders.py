"""An order shows its payments to whoever may see it, without that by which they are paid."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import pytest

from datasources.dynamo.transactions import Transaction
from datasources.faults import StoreUnavailable
from domain.ids import CustomerId, OrderId, PaymentId
from resolvers._kit.ids import new_id
from tests.domain.orders.making import begun, purchase
from tests.resolvers.payments.making import PAYMENT, capture, paid, refund, sending, usd
from tests.shop import SUBS, Shop, opened

READ: Final = f"query($id: ID!) {{ order(id: $id) {{ id payments {{ {PAYMENT} }} }} }}"
LIST: Final = "{ orders(first: 20) { edges { node { id payments { id status } } } } }"


@pytest.fixture(scope="module")
def shop(emulator: str, valkey_url: str) -> Iterator[Shop]:
    with opened(emulator, valkey_url) as one:
        sending(one)
        yield one


def order_of(shop: Shop, payment_id: str, customer: str | None = None) -> str:
    """An order that is paid by a payment, of which it knows what it has to; gives its id."""
    bought = purchase(customer_id=None if customer is None else CustomerId(SUBS[customer]))
    made = begun(bought, OrderId(new_id("order")), datetime.now(UTC), PaymentId(payment_id))
    store = shop.handlers["orders"].store
    write = Transaction(store.table)
    store.place(write, made)
    assert not write.commit()
    return made.order.id


@pytest.mark.parametrize("person", ["guest", "staff", "finance"])
def test_an_order_shows_its_payment_as_it_is_now(shop: Shop, person: str) -> None:
    payment = paid(shop)
    order = order_of(shop, payment["id"])
    capture(shop, payment)
    back = refund(shop, payment, {"amount": "4.90", "currency": "USD"}, reason="scratched")["refund"]
    [found] = shop.ask(READ, {"id": order}, person=person)["order"]["payments"]
    assert found == payment | {
        "status": "PARTIALLY_REFUNDED", "captured": usd("24.90"), "refunded": usd("4.90"), "clientSecret": None,
        "refunds": [back],
    }  # fmt: skip


def test_not_even_the_buyer_reads_there_by_what_it_is_paid(shop: Shop) -> None:
    payment = paid(shop, person="shopper")
    assert payment["clientSecret"]
    order = order_of(shop, payment["id"], "shopper")
    [found] = shop.ask(READ, {"id": order}, person="shopper")["order"]["payments"]
    assert (found["id"], found["clientSecret"], found["nextActionUrl"]) == (payment["id"], None, None)


def test_who_may_not_see_the_order_sees_no_payment(shop: Shop) -> None:
    order = order_of(shop, paid(shop, person="shopper")["id"], "shopper")
    before = len(shop.invoked)
    for person in ("guest", "other"):
        assert shop.ask(READ, {"id": order}, person=person) == {"order": None}
    assert set(shop.invoked[before:]) == {"Query.order"}, "payments are not even asked"


def test_a_list_of_orders_shows_those_of_each(shop: Shop) -> None:
    payments = [paid(shop) for _ in range(3)]
    capture(shop, payments[1])
    orders = {order_of(shop, payment["id"]): payment["id"] for payment in payments}
    lost = order_of(shop, new_id("pay"))
    before = len(shop.invoked)
    edges = shop.ask(LIST, person="staff")["orders"]["edges"]
    assert shop.invoked[before:] == ["Query.orders", "Order.payments"]
    found = {edge["node"]["id"]: edge["node"]["payments"] for edge in edges}
    assert {id_: [one["id"] for one in found[id_]] for id_ in orders} == {id_: [one] for id_, one in orders.items()}
    assert [found[id_][0]["status"] for id_ in orders] == ["AUTHORIZED", "CAPTURED", "AUTHORIZED"]
    assert found[lost] == []


def test_an_order_is_read_though_payments_are_out_of_reach(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    order = order_of(shop, paid(shop)["id"])

    def gone(*_: object) -> None:
        raise StoreUnavailable("DynamoDB", "out of reach")

    monkeypatch.setattr("datasources.dynamo.payments.PaymentTable.many", gone)
    answer = shop.send(READ, {"id": order}, person="staff")
    assert answer["data"] == {"order": {"id": order, "payments": None}}
    assert len(answer["errors"]) == 1
