"""Word of listeners, on both stores: given once an hour, it outlives every change of its item and makes no item."""

from typing import Any

import pytest

from datasources.dynamo import documents
from datasources.dynamo.carts import CartTable
from datasources.dynamo.holds import Holds
from datasources.dynamo.inventory import InventoryTable
from datasources.dynamo.listened import LISTENED, listened
from datasources.dynamo.listening import CONNECTION_SECONDS, SPARE_SECONDS, listen
from datasources.dynamo.sold import SoldGoods
from datasources.dynamo.stocks import stock_key
from datasources.dynamo.table import ItemKey, Table
from datasources.dynamo.transactions import Transaction
from domain.ids import CartId, OrderId
from infra.domains import discover
from resolvers._kit.ids import new_id
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_carts import Settings, adding, begun, key, number
from tests.datasources.dynamo.test_holds import Clock, wish
from tests.datasources.dynamo.test_inventory import adjust
from tests.datasources.dynamo.test_races import at_once
from tests.domain.inventory.making import PLACES, adjustment, variant


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def carts(endpoint: str, clock: Clock) -> CartTable:
    return CartTable(new_table(endpoint, Settings), clock=clock)


def cart_key(cart: CartId) -> ItemKey:
    return ItemKey(f"CART#{cart}", documents.CART)


def word(table: Table, of: ItemKey) -> int | None:
    """Until when somebody may be listening, as the item says."""
    item = table.get(of)
    assert item is not None
    return int(item[LISTENED]["S"]) if LISTENED in item else None


def test_who_begins_to_listen_leaves_word_that_lasts_longer_than_a_connection(carts: CartTable, clock: Clock) -> None:
    made, first = begun(carts), int(clock.now)
    assert word(carts.table, cart_key(made.id)) is None
    carts.listen(made.id)
    lasts = CONNECTION_SECONDS + SPARE_SECONDS
    assert word(carts.table, cart_key(made.id)) == first + lasts
    clock.now += SPARE_SECONDS
    carts.listen(made.id)
    assert word(carts.table, cart_key(made.id)) == first + lasts
    clock.now += 1
    carts.listen(made.id)
    assert word(carts.table, cart_key(made.id)) == first + lasts + SPARE_SECONDS + 1


def test_word_in_what_is_not_there_makes_nothing(carts: CartTable, inventory: InventoryTable) -> None:
    carts.listen(number(1))
    inventory.listen(variant())
    assert carts.table.get(cart_key(number(1))) is None
    assert inventory.table.get(stock_key(variant())) is None
    begun(carts)
    adjust(inventory, adjustment(5))


def test_word_outlives_whatever_becomes_of_the_item(carts: CartTable, inventory: InventoryTable, clock: Clock) -> None:
    made = begun(carts)
    carts.listen(made.id)
    carts.change(made.id, adding(1))
    assert word(carts.table, cart_key(made.id))
    adjust(inventory, adjustment(5))
    listen(inventory.table, stock_key(variant()), clock.now + CONNECTION_SECONDS * 10**4)
    said = word(inventory.table, stock_key(variant()))
    holds, sold = Holds(inventory, clock=clock), SoldGoods(inventory, new_id=new_id, clock=clock)
    holds.hold(number(1), [wish(2)], PLACES)
    also = sold.sell(number(1), OrderId("order-1"), {variant(): 2})
    assert callable(also)
    write = Transaction(inventory.table)
    also(write)
    assert not write.commit()
    adjust(inventory, adjustment(-1))
    assert inventory.many([variant()])[variant()].version == 4
    assert word(inventory.table, stock_key(variant())) == said


def test_of_a_stock_that_is_new_all_is_told_since_there_may_be_listeners_already(inventory: InventoryTable) -> None:
    adjust(inventory, adjustment(5))
    assert word(inventory.table, stock_key(variant()))


def test_listeners_and_changes_at_once_lose_neither(carts: CartTable) -> None:
    made = begun(carts)

    def act(turn: int) -> None:
        if turn % 2:
            carts.listen(made.id)
        else:
            carts.change(made.id, adding(turn), key=key(f"key-of-{turn}"))

    at_once(16, act)
    kept = carts.get(made.id)
    assert kept is not None
    assert len(kept.cart.lines) == 8
    assert word(carts.table, cart_key(made.id))


@pytest.mark.parametrize(("said", "read"), [(None, False), (99, False), (100, False), (101, True)])
def test_a_record_is_read_while_somebody_may_listen(said: int | None, read: bool) -> None:
    image: Any = {} if said is None else {LISTENED: {"S": str(said)}}
    record = {"dynamodb": {"NewImage": image, "ApproximateCreationDateTime": 100.0}}
    assert (listened(lambda found: found)(record) is record) is read


def test_a_removal_is_read_by_nobody() -> None:
    assert listened(lambda found: found)({"dynamodb": {"OldImage": {LISTENED: {"S": "200"}}}}) is None


def test_the_publishers_are_given_what_says_that_somebody_listens() -> None:
    told_while = {table.told_while for domain in discover() for table in domain.tables if table.told_while}
    assert told_while == {LISTENED}
