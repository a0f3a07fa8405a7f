"""The goods of carts on both stores: how much a cart could have, and how old what is told of it may be."""

from collections import Counter

import pytest

from datasources.dynamo.goods import STOCK_SECONDS, Goods
from datasources.dynamo.inventory import InventoryTable
from datasources.dynamo.transactions import Transaction
from datasources.roundtrips import counted
from datasources.valkey.near import Near
from domain.cart.storing import HeldGoods
from domain.inventory.stock import Warehouse
from tests.datasources.dynamo.test_carts import MANY
from tests.datasources.dynamo.test_holds import Clock
from tests.datasources.dynamo.test_inventory import adjust
from tests.domain.cart.strategies import CART, NOW, cart
from tests.domain.inventory.making import EAST, adjustment
from tests.domain.inventory.making import variant as stocked


@pytest.fixture
def clock() -> Clock:
    found = Clock()
    found.now = NOW.timestamp()
    return found


@pytest.fixture
def goods(inventory: InventoryTable, clock: Clock) -> Goods:
    return Goods(inventory, clock=clock)


def test_a_cart_could_have_what_is_free_what_it_has_and_what_nobody_holds_any_more(
    inventory: InventoryTable, goods: Goods, clock: Clock
) -> None:
    adjust(inventory, adjustment(10))
    inventory.save_warehouse(None, Warehouse(id=EAST, version=1, code="EAST", name="East"))
    for owner, units in ((CART, 3), ("another", 4)):
        held = goods.hold(cart((MANY[stocked(1)], units), cart_id=owner))  # type: ignore[arg-type]  # an owner is a text
        assert isinstance(held, HeldGoods)
        assert held.also
        write = Transaction(inventory.table)
        held.also(write)
        assert not write.commit()
    assert goods.within_reach([stocked(1), stocked(2)], CART) == {stocked(1): 6, stocked(2): 0}
    clock.now += 3600
    assert goods.within_reach([stocked(1)], CART) == {stocked(1): 10}


def test_news_of_a_cart_reads_a_stock_once_in_a_while_and_a_buyer_reads_it_as_it_is(
    inventory: InventoryTable, goods: Goods
) -> None:
    moment = Clock()
    goods.stocks = Near(STOCK_SECONDS, moment)
    adjust(inventory, adjustment(5))
    assert goods.within_reach([stocked(1), stocked(2)], CART, fresh=False) == {stocked(1): 5, stocked(2): 0}
    adjust(inventory, adjustment(1))
    with counted() as sent:
        assert goods.within_reach([stocked(1), stocked(2)], CART, fresh=False) == {stocked(1): 5, stocked(2): 0}
    assert sent == Counter()
    assert goods.within_reach([stocked(1)], CART) == {stocked(1): 6}
    moment.now += STOCK_SECONDS
    with counted() as sent:
        assert goods.within_reach([stocked(1), stocked(2)], CART, fresh=False) == {stocked(1): 6, stocked(2): 0}
    assert sent == Counter({"dynamodb.BatchGetItem": 1})
