"""What each store keeps of a customer, on both stores: all of it given, and erased whoever hurries or dies."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from datasources.dynamo.carts import CartTable
from datasources.dynamo.media import MediaTable
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.payments import PaymentTable
from datasources.dynamo.reviews import ReviewTable
from datasources.dynamo.transactions import Transaction
from datasources.personal.carts import PersonalCarts
from datasources.personal.declared import TABLES, kind_of
from datasources.personal.orders import PersonalOrders
from datasources.personal.payments import PersonalPayments
from datasources.personal.pieces import NotYet, Part
from datasources.personal.reviews import PersonalReviews
from domain.cart.storing import StoredCart
from domain.ids import ERASED, CartId, CustomerId, OrderId, PaymentId
from domain.keys import Key
from domain.media.media import Holder
from domain.media.showing import shown_of
from domain.orders import life
from domain.orders.events import NO_EMAIL, replayed
from domain.orders.orders import Order
from domain.orders.paying import told
from domain.orders.storing import Decision, StoredOrder, Unchanged
from domain.payments.payments import begun as begun_payment
from domain.shown import MediaStatus
from resolvers._kit.ids import new_id
from resolvers.cart.settings import Settings as CartSettings
from resolvers.media.settings import Settings as MediaSettings
from resolvers.orders.settings import Settings as OrderSettings
from resolvers.payments.settings import Settings as PaymentSettings
from resolvers.reviews.settings import Settings as ReviewSettings
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_races import at_once
from tests.domain.cart.strategies import cart
from tests.domain.media.making import MEDIA, media
from tests.domain.orders.making import STAFF, all_of, begun, facts, parcel, purchase, usd
from tests.domain.reviews.making import review

ADA, BEN = CustomerId("ada-the-customer"), CustomerId("ben-the-customer")
NOW, FAR = datetime(2026, 3, 2, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def now() -> datetime:
    return NOW


def nobody(_: CustomerId) -> tuple[Order, ...]:
    return ()


def key() -> Key:
    return Key(caller="x", key=new_id("key"), fingerprint="a")


@pytest.fixture
def orders(endpoint: str) -> OrderTable:
    return OrderTable(new_table(endpoint, OrderSettings))


def scanned(table: str, name: str) -> list[dict[str, Any]]:
    """Every item of a table, each of a declared kind."""
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    found = [dict(item) for page in pages for item in page["Items"]]
    assert all(kind_of(TABLES[name], one["pk"]["S"], one["sk"]["S"]) for one in found)
    return found


def erased(part: Part, customer: CustomerId) -> int:
    """How often it had to be asked until nothing was left."""
    rounds = 0
    while part.erase(customer):
        rounds += 1
    return rounds


def placed(orders: OrderTable, customer: CustomerId = ADA, number: str = "") -> OrderId:
    """An order, paid for."""
    bought = replace(purchase(), customer_id=customer, email=f"{customer}@example.org", locale="de")
    done = begun(bought, OrderId(new_id("order")), NOW, PaymentId(new_id("pay")))
    write = Transaction(orders.table)
    orders.place(write, done)
    assert not write.commit()
    return done.order.id


def do(orders: OrderTable, order: OrderId, act: Callable[[Order], Any]) -> Order:
    def decide(one: Order) -> Decision | Unchanged:
        done = act(one)
        return Decision(order=done.order, event=done.event) if done else Unchanged()

    found = orders.change(order, decide)
    assert isinstance(found, StoredOrder)
    return found.order


def paid(orders: OrderTable, order: OrderId, version: int = 2) -> None:
    """News of its payment: all is taken, and as many cents given back as it has versions."""

    def act(one: Order) -> Any:
        amount = one.totals.total.minor
        news = replace(facts(amount, amount, version, version=version), id=one.payments[0].id)
        return told(one, news, NOW, settled=[due.id for due in one.owed])

    do(orders, order, act)


def arrived(orders: OrderTable, order: OrderId) -> Order:
    """All of it is sent, has arrived and is paid."""
    do(orders, order, lambda one: life.confirm(one, STAFF, NOW))
    sent = do(orders, order, lambda one: life.fulfil(one, parcel(all_of(one.unfulfilled)), STAFF, NOW))
    do(orders, order, lambda one: life.deliver(one, sent.fulfillments[0].id, STAFF, NOW))
    paid(orders, order)
    found = orders.get(order)
    assert found
    return found.order


def is_told(orders: OrderTable, id_: OrderId) -> bool:
    """Whether an order is what its stored events say, all of them."""
    kept = orders.get(id_)
    assert kept
    events = orders.history(kept.order)
    assert [one.seq for one in events] == list(range(1, kept.order.version + 1))
    return replayed(kept.order, events) == kept.order


def test_an_order_is_given_whole_and_erased_with_a_long_history(orders: OrderTable) -> None:
    part, id_ = PersonalOrders(orders, now=now), placed(orders)
    arrived(orders, id_)
    for version in range(3, 130):
        paid(orders, id_, version)
    other = placed(orders, BEN)
    (piece,) = part.everything(ADA)
    assert b"ada-the-customer@example.org" in piece.data
    assert erased(part, ADA) == 1
    assert "ada-the" not in str(scanned(orders.table.name, "orders"))
    assert is_told(orders, id_)
    kept = orders.get(id_)
    assert kept
    assert (kept.order.email, kept.order.customer_id, kept.order.locale) == (NO_EMAIL, ERASED, None)
    assert list(part.everything(ADA)) == []
    assert [one.id for one in part.of(BEN)] == [other]


def test_what_is_under_way_stays_until_it_has_ended_and_keeps_nothing_else(orders: OrderTable) -> None:
    part, ended, runs = PersonalOrders(orders, now=now), placed(orders), placed(orders)
    arrived(orders, ended)
    assert part.erase(ADA) == 1
    with pytest.raises(NotYet):
        part.erase(ADA)
    assert [one.id for one in part.of(ADA)] == [runs]
    assert len(part.owed(ADA)) == 1
    arrived(orders, runs)
    assert (part.owed(ADA), erased(part, ADA)) == ([], 1)


def test_whoever_changes_an_order_while_it_is_erased_brings_nothing_back(orders: OrderTable) -> None:
    part, id_ = PersonalOrders(orders, now=now), placed(orders)
    arrived(orders, id_)

    def act(number: int) -> None:
        if number % 3:
            paid(orders, id_, 10 + number)
        else:
            part.erase(ADA)

    at_once(9, act)
    erased(part, ADA)
    assert "ada-the" not in str(scanned(orders.table.name, "orders"))
    assert is_told(orders, id_)


class Died(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(2))
def test_whoever_dies_while_an_order_is_erased_finds_it_again(
    orders: OrderTable, monkeypatch: pytest.MonkeyPatch, at: int, *, after: bool
) -> None:
    part, id_ = PersonalOrders(orders, now=now), placed(orders)
    arrived(orders, id_)
    commit, calls = Transaction.commit, iter(range(100))

    def dying(self: Transaction) -> frozenset[str]:
        if next(calls) != at:
            return commit(self)
        if after:
            commit(self)
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "commit", dying)
        with pytest.raises(Died):
            part.erase(ADA)
    erased(part, ADA)
    assert "ada-the" not in str(scanned(orders.table.name, "orders"))
    assert is_told(orders, id_)


def test_carts_of_a_customer_are_found_whichever_they_have_now(endpoint: str) -> None:
    carts = CartTable(new_table(endpoint, CartSettings))
    part = PersonalCarts(carts, bought=nobody)
    for number, owner in enumerate((ADA, ADA, BEN, None)):
        made = cart(cart_id=CartId(new_id("cart")))
        made = replace(made, customer_id=owner, email=f"{owner}-{number}@example.org", expires_at=FAR)
        assert isinstance(carts.create(made, key()), StoredCart)
    assert len(list(part.everything(ADA))) == 2
    assert erased(part, ADA) == 1
    left = str([one for one in scanned(carts.table.name, "cart") if not one["pk"]["S"].startswith("KEY#")])
    assert "ada-the" not in left
    assert "ben-the-customer-2@example.org" in left
    assert "None-3@example.org" in left
    assert carts.of_customer(ADA) is None
    assert carts.of_customer(BEN)


def test_payments_of_a_customer_become_nobodys_at_once_and_later(endpoint: str) -> None:
    payments = PaymentTable(new_table(endpoint, PaymentSettings))
    part = PersonalPayments(payments, bought=nobody, now=now)
    for owner in (ADA, ADA, BEN):
        made = begun_payment(
            PaymentId(new_id("pay")), CartId(new_id("cart")), usd(100), NOW, provider="stripe", owner=owner
        )
        payments.create(made, key())
    assert len(list(part.everything(ADA))) == 2
    at_once(4, lambda _: part.erase(ADA))
    assert erased(part, ADA) <= 1
    left = str(scanned(payments.table.name, "payments"))
    assert "ada-the" not in left
    assert "ben-the" in left
    assert list(part.everything(ADA)) == []


def holders(store: MediaTable) -> tuple[Holder, ...]:
    kept = store.get(MEDIA)
    assert kept is not None
    return kept.media.holders


def test_reviews_and_votes_are_given_and_withdrawn_and_hold_nothing_any_more(endpoint: str) -> None:
    store = MediaTable(new_table(endpoint, MediaSettings))
    reviews = ReviewTable(new_table(endpoint, ReviewSettings), store)
    part = PersonalReviews(reviews)
    sent = media(MediaStatus.READY, owner=ADA)
    store.start(sent, key())
    own = replace(review(), customer_id=ADA, body="ada-the-writer", media=(shown_of(sent),))
    reviews.submit(own)
    assert [one.id for one in holders(store)] == [own.id]
    (piece,) = part.everything(ADA)
    assert b"ada-the-writer" in piece.data
    assert sent.id.encode() in piece.data
    assert erased(part, ADA) == 1
    assert holders(store) == ()
    assert "ada-the" not in str(scanned(reviews.table.name, "reviews"))
    assert list(part.everything(ADA)) == []
