"""From the orders table's stream to the graph: every change of an order is told as recorded, to who may see it."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any, Final

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasources.dynamo import documents
from datasources.dynamo.order_stream import order_change
from datasources.dynamo.transactions import Transaction
from datasources.live.graph import LARGEST_ANSWER
from domain.addresses import LONGEST_PART, Address
from domain.cart.carts import MOST_LINES
from domain.cart.offers import LONGEST_NAME
from domain.ids import OrderId
from domain.orders import life, returns
from domain.orders.life import LONGEST_REASON, LONGEST_WORD
from domain.orders.machine import Done
from domain.orders.orders import MOST_MOVED, MOST_PARCELS, MOST_RETURNS, Order
from resolvers._kit.ids import new_id
from resolvers.orders.announcing import Announcement, announcement_of, publication_of
from tests.domain.orders.making import NOON, STAFF, begun, line, parcel, purchase
from tests.domain.orders.making import done as after
from tests.domain.orders.making import units as units_of
from tests.resolvers.cart.test_access import asked_to_listen
from tests.resolvers.cart.test_announcing import WIDE, heard_of
from tests.resolvers.cart.test_publisher import overhearing
from tests.resolvers.catalog.making import name
from tests.resolvers.orders.making import (
    CANCEL,
    COMPLETE,
    CONFIRM,
    DELIVER,
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
    units,
    variant,
)
from tests.resolvers.orders.test_life import CHANGES, NOBODY
from tests.shop import PEOPLE, SUBS, Context, Shop

translated: Final = partial(publication_of, order_change)
LISTEN: Final = (
    f"subscription($id: ID!) {{ orderChanged(orderId: $id) {{ seq customerId status order {{ {ORDER} }} }} }}"
)
EDITS: Final = ("confirm", "send", "arrive", "ask", "answer", "cancel", "complete", "again")
STRANGERS: Final = ("guest", "other", "finance")


def news(shop: Shop) -> list[Any]:
    """What is new in the table's stream."""
    return [record for some in shop.news("orders") for record in some]


@pytest.fixture(scope="module")
def goods(shop: Shop) -> str:
    return variant(shop, 10_000)


def edited(shop: Shop, order: Any, goods: str, edit: str) -> None:
    """Have something done with an order, which may be refused."""
    id_, one = order["id"], units(order, 1)
    now = read(shop, id_, "staff")
    last = {kind: (now[kind] or [{"id": "none"}])[-1]["id"] for kind in ("fulfillments", "returns")}
    key = name("key")
    acts: dict[str, Callable[[], Any]] = {
        "confirm": lambda: act(shop, CONFIRM, id_),
        "send": lambda: act(shop, FULFILL, id_, lines=one, place=place_of(shop, goods)),
        "arrive": lambda: act(shop, DELIVER, last["fulfillments"]),
        "ask": lambda: act(shop, RETURN, id_, "shopper", lines=one, reason="too small"),
        "answer": lambda: act(shop, RESOLVE, last["returns"], approve=True),
        "cancel": lambda: act(shop, CANCEL, id_, "shopper", reason="no"),
        "complete": lambda: act(shop, COMPLETE, id_),
        "again": lambda: [act(shop, CONFIRM, id_, key=key) for _ in range(2)],
    }
    acts[edit]()


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(EDITS), max_size=7))
def test_any_changes_are_announced_as_they_are_recorded_and_without_a_gap(
    shop: Shop, goods: str, edits: list[str]
) -> None:
    news(shop)
    order = ordered(shop, (goods, 3), person="shopper")
    for edit in edits:
        edited(shop, order, goods, edit)
    told = [found for record in news(shop) if (found := translated(record))]
    store = shop.handlers["orders"].store
    kept, events = store.get(order["id"]), store.changes(OrderId(order["id"]), 0)
    assert {(one.key, one.mutation) for one in told} == {(order["id"], "publishOrderChange")}
    assert [one.variables["seq"] for one in told] == list(range(1, kept.order.version + 1))
    announced = [decoded(one.variables) for one in told]
    assert [(one.type, one.message, one.at) for one in announced] == [(one.type, one.message, one.at) for one in events]
    assert [one.order.version for one in announced if one.order] == [one.seq for one in events]
    assert announced[-1] == announcement_of(kept)
    assert [decoded(one.shorter) for one in told] == [msgspec.structs.replace(one, order=None) for one in announced]


def decoded(variables: Any) -> Announcement:
    return msgspec.json.decode(variables["payload"], type=Announcement)


def test_what_is_no_change_of_an_order_is_not_announced(shop: Shop, goods: str) -> None:
    news(shop)
    order = ordered(shop, (goods, 1), person="shopper")
    done(shop, CONFIRM, order["id"])
    found = news(shop)
    kinds = {record["dynamodb"]["Keys"]["pk"]["S"].partition("#")[0] for record in found}
    assert kinds == {"ORDER", "NUMBER", "ORDERS", "CUSTOMER", "EMAIL", "KEY", "RATE"}
    assert [one.variables["seq"] for record in found if (one := translated(record))] == [1, 2]
    ours = next(one for one in found if one["dynamodb"]["Keys"]["sk"]["S"] == documents.ORDER)["dynamodb"]
    rewritten = {"dynamodb": ours | {"OldImage": ours["NewImage"]}}
    gone = {"dynamodb": {"Keys": ours["Keys"], "OldImage": ours["NewImage"]}}
    assert [translated(one) for one in (rewritten, gone)] == [None, None]


def published(shop: Shop, found: list[Any]) -> list[Any]:
    """What is told of records of the stream, in the order it is."""
    heard: list[Any] = []
    with overhearing(shop, heard, "orders") as publisher:
        assert publisher.publish({"Records": found}, Context()) == {"batchItemFailures": []}
    return heard


def test_every_change_is_told_in_order_with_the_order_that_it_made_as_it_is_read(shop: Shop, goods: str) -> None:
    order = ordered(shop, (goods, 2), person="shopper")
    news(shop)
    versions = [
        done(shop, CONFIRM, order["id"]),
        done(shop, FULFILL, order["id"], lines=units(order, 2), place=place_of(shop, goods)),
    ]
    heard = published(shop, news(shop))
    assert [(one["seq"], one["type"]) for one in heard] == [(2, "CONFIRMED"), (3, "FULFILLED")]
    names = ("status", "paymentStatus", "fulfillmentStatus")
    for one, version in zip(heard, versions, strict=True):
        told = heard_of(shop, one, order["id"], LISTEN)["order"]
        assert told == version
        assert {part: one[part] for part in names} == {part: version[part] for part in names}
    assert {(one["orderId"], one["customerId"]) for one in heard} == {(order["id"], SUBS["shopper"])}


def test_who_listens_to_a_guests_order_is_told_of_no_customer_and_nothing_that_lets_in(shop: Shop, goods: str) -> None:
    news(shop)
    order = ordered(shop, (goods, 1))
    found = news(shop)
    kept = shop.handlers["orders"].store.get(order["id"])
    assert kept.order.token_digest
    told = [one for record in found if (one := translated(record))]
    assert [kept.order.token_digest in str(one.variables) or TOKEN in str(one.variables) for one in told] == [False]
    (heard,) = published(shop, found)
    assert heard_of(shop, heard, order["id"], LISTEN) == {
        "seq": 1, "customerId": None, "status": "PLACED", "order": read(shop, order["id"]),
    }  # fmt: skip


def largest() -> Order:
    """As many lines, parcels and returns as there may be, every text as long, of the widest characters."""
    wide = WIDE * LONGEST_PART
    parts = ("name", "company", "line1", "line2", "city", "region", "postal_code")
    address = Address(country="DE", **dict.fromkeys(parts, wide))
    lines = [replace(line(number, 99), name=WIDE * LONGEST_NAME) for number in range(1, MOST_LINES + 1)]
    bought = purchase(*lines, shipping_address=address, billing_address=address)
    order = after(life.confirm(begun(bought, OrderId(new_id("order"))).order, STAFF, NOON))
    one_each = units_of(order, *[1] * MOST_MOVED)
    word = WIDE * LONGEST_WORD
    for _ in range(MOST_PARCELS):
        order = after(life.fulfil(order, parcel(one_each, carrier=word, tracking_number=word), STAFF, NOON))
    for _ in range(MOST_RETURNS):
        order = after(returns.request(order, one_each, WIDE * LONGEST_REASON, STAFF, NOON))
    return order


def test_an_order_that_is_larger_than_appsync_tells_is_told_without_itself(shop: Shop) -> None:
    order = largest()
    cancelled = life.cancel(begun(order_id=order.id).order, WIDE * LONGEST_REASON, STAFF, NOON)
    assert isinstance(cancelled, Done), "the event with the longest message"
    event = replace(cancelled.event, seq=order.version)
    news(shop)
    store = shop.handlers["orders"].store
    write = Transaction(store.table)
    store.place(write, Done(order=order, event=event))
    assert not write.commit(), "it fits into an item"
    whole, short = published(shop, news(shop))
    assert (len(whole["order"]["lines"]), len(whole["order"]["fulfillments"])) == (MOST_LINES, MOST_PARCELS)
    assert size(whole) > LARGEST_ANSWER
    assert short == whole | {"order": None}
    assert size(short) < LARGEST_ANSWER / 50
    (last,) = shop.ask(CHANGES, {"id": order.id, "after": order.version - 1})["orderChanges"]
    assert (last["seq"], last["order"]["version"]) == (order.version, order.version)


def size(answer: Any) -> int:
    return len(json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode())


def test_an_order_of_fifty_lines_and_ten_parcels_is_told_whole(shop: Shop) -> None:
    bought = purchase(*(replace(line(number, 10), name="n" * LONGEST_NAME) for number in range(1, MOST_LINES + 1)))
    order = after(life.confirm(begun(bought, OrderId(new_id("order"))).order, STAFF, NOON))
    found = life.confirm(begun(bought, order.id).order, STAFF, NOON)
    for _ in range(10):
        found = life.fulfil(order, parcel(units_of(order, *[1] * MOST_MOVED)), STAFF, NOON)
        order = after(found)
    assert isinstance(found, Done)
    news(shop)
    store = shop.handlers["orders"].store
    write = Transaction(store.table)
    store.place(write, found)
    assert not write.commit()
    (whole,) = published(shop, news(shop))
    assert len(whole["order"]["fulfillments"]) == 10


def test_catching_up_gives_the_order_once_and_where_it_stands_with_each_change(shop: Shop, goods: str) -> None:
    order = ordered(shop, (goods, 1))
    done(shop, CONFIRM, order["id"])
    asked = '{ orderChanges(orderId: "%s", afterSeq: 0) { seq customerId status order { version } } }'
    assert shop.ask(asked % order["id"])["orderChanges"] == [
        {"seq": 1, "customerId": None, "status": "CONFIRMED", "order": None},
        {"seq": 2, "customerId": None, "status": "CONFIRMED", "order": {"version": 2}},
    ]


def test_catching_up_tells_no_change_that_is_newer_than_its_order(
    shop: Shop, goods: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, store = ordered(shop, (goods, 1)), shop.handlers["orders"].store
    get = store.get

    def overtaken(id_: OrderId) -> Any:
        kept = get(id_)
        monkeypatch.undo()
        with ThreadPoolExecutor(1) as somebody_else:
            somebody_else.submit(done, shop, CONFIRM, id_).result()
        return kept

    monkeypatch.setattr(store, "get", overtaken)
    for seq in (1, 2):
        (change,) = shop.ask(CHANGES, {"id": order["id"], "after": seq - 1})["orderChanges"]
        assert (change["seq"], change["order"]["version"]) == (seq, seq)


def listening(shop: Shop, order: str, person: str) -> Any:
    return asked_to_listen(shop, "orders", "orderChanged", person, orderId=order)


@pytest.mark.parametrize("person", STRANGERS)
def test_nobody_listens_to_another_customers_order_nor_to_an_unknown_one(shop: Shop, goods: str, person: str) -> None:
    order = ordered(shop, (goods, 1), person="shopper")
    refusal = "BadRequest: there is no such order"
    for id_ in (order["id"], NOBODY, "", "x", order["id"].upper(), f"cart_{'0' * 26}"):
        assert listening(shop, id_, person) == refusal


@pytest.mark.parametrize("person", ["shopper", "staff", "admin"])
def test_customer_and_shop_listen_to_an_order(shop: Shop, goods: str, person: str) -> None:
    assert listening(shop, ordered(shop, (goods, 1), person="shopper")["id"], person) is None


@pytest.mark.parametrize("person", ["guest", *PEOPLE])
def test_who_knows_a_guests_order_listens_to_it(shop: Shop, goods: str, person: str) -> None:
    assert listening(shop, ordered(shop, (goods, 1))["id"], person) is None


@pytest.mark.parametrize("person", PEOPLE)
def test_one_listens_to_ones_own_orders_and_to_no_other_customers(shop: Shop, person: str) -> None:
    def asked(customer: str) -> Any:
        return asked_to_listen(shop, "orders", "myOrdersChanged", person, customerId=customer)

    assert asked(SUBS[person]) is None
    others = {asked(SUBS[other]) for other in PEOPLE if other != person}
    assert (
        others == {asked("nobody"), asked(""), asked(SUBS[person].upper())} == {"BadRequest: there is no such customer"}
    )
