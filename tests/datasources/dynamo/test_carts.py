"""Carts on both stores: no line is lost, no request happens twice, and goods are held with the cart or not at all."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Annotated

import pytest
from msgspec import Struct

from datasources.dynamo.carts import KEPT_CHANGES, CartTable
from datasources.dynamo.holds import Change, Holds
from datasources.dynamo.inventory import InventoryTable
from datasources.roundtrips import counted
from domain.cart.carts import LIFETIME, Cart, revised
from domain.cart.lines import LineAsked, LineChange, added, changed
from domain.cart.reserving import reserved
from domain.cart.storing import CartChange, CartChangeReason, Decision, NoCart, Refusal, StoredCart
from domain.errors import ErrorCode, InputError, InsufficientStockError
from domain.ids import CartId
from domain.inventory.holding import Wish
from domain.keys import Key, KeyReused
from resolvers._kit.settings import Table
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.test_holds import Clock
from tests.datasources.dynamo.test_inventory import adjust
from tests.datasources.dynamo.test_races import at_once
from tests.domain.cart.strategies import NOW, cart, offer, offers
from tests.domain.inventory.making import PLACES, adjustment
from tests.domain.inventory.making import variant as stocked

MANY = offers(*(replace(offer(number, 500), variant_id=stocked(number)) for number in range(60)))
LATER = NOW + timedelta(minutes=1)


class Settings(Struct):
    cart_table: Annotated[str, Table(name="cart", ttl="expires_at", write=True)]


@pytest.fixture
def clock() -> Clock:
    found = Clock()
    found.now = NOW.timestamp()
    return found


@pytest.fixture
def carts(endpoint: str, clock: Clock) -> CartTable:
    return CartTable(new_table(endpoint, Settings), clock=clock)


@pytest.fixture
def holds(inventory: InventoryTable, clock: Clock) -> Holds:
    return Holds(inventory, clock=clock)


def number(count: int) -> CartId:
    return CartId(f"cart_{count:026}")


def key(text: str = "key-of-a-tab", content: str = "a") -> Key:
    return Key(caller="guest", key=text, fingerprint=content)


def begun(carts: CartTable, count: int = 1) -> Cart:
    made = carts.create(cart(cart_id=number(count)), key(f"create-{count}"))
    assert isinstance(made, StoredCart)
    return made.cart


def adding(line: int, units: int = 1) -> Callable[[Cart], Decision | Refusal]:
    def decide(there: Cart) -> Decision | Refusal:
        asked = [LineAsked(variant_id=stocked(line), quantity=units)]
        found = added(there, asked, MANY, LATER)
        return Decision(cart=found, reason=CartChangeReason.LINES) if isinstance(found, Cart) else Refusal(errors=found)

    return decide


def reserving(holds: Holds) -> Callable[[Cart], Decision | Refusal]:
    def decide(there: Cart) -> Decision | Refusal:
        wishes = [Wish(variant_id=line.variant_id, quantity=line.quantity) for line in there.lines]
        change = holds.holding(there.id, wishes, PLACES)
        if not isinstance(change, Change):
            return Refusal(errors=change)
        assert change.after
        held = reserved(there, change.after.until, LATER)
        return Decision(cart=held, reason=CartChangeReason.RESERVED, also=lambda into: holds.write(into, change))

    return decide


def emptying(holds: Holds) -> Callable[[Cart], Decision | Refusal]:
    """Take all lines out, and give back what is held for them."""

    def decide(there: Cart) -> Decision | Refusal:
        none = changed(there, [LineChange(line_id=line.id, quantity=0) for line in there.lines], MANY, LATER)
        assert isinstance(none, Cart)
        change = holds.keeping((there.id,), there.id, {})
        give_back = None if change.empty else lambda into: holds.write(into, change)
        return Decision(cart=none, reason=CartChangeReason.LINES, also=give_back)

    return decide


def test_a_cart_is_read_as_it_was_stored_with_what_happened_to_it(carts: CartTable) -> None:
    made = begun(carts)
    stored = carts.change(made.id, adding(1, 2))
    assert isinstance(stored, StoredCart)
    kept = carts.get(made.id)
    assert kept is not None
    assert kept.cart == stored.cart
    assert [(line.variant_id, line.quantity) for line in kept.cart.lines] == [(stocked(1), 2)]
    assert kept.changes == (
        CartChange(seq=1, at=made.updated_at, reason=CartChangeReason.CREATED),
        CartChange(seq=2, at=LATER, reason=CartChangeReason.LINES),
    )


def test_sixteen_tabs_lose_no_line(carts: CartTable) -> None:
    made = begun(carts)
    at_once(16, lambda tab: carts.change(made.id, adding(tab), key=key(f"key-of-{tab}")))
    kept = carts.get(made.id)
    assert kept is not None
    assert {line.variant_id for line in kept.cart.lines} == {stocked(tab) for tab in range(16)}
    assert [change.seq for change in kept.changes] == list(range(1, 18))


def test_twenty_calls_with_one_key_happen_once_and_are_all_told_of_it(carts: CartTable) -> None:
    made = begun(carts)
    told = at_once(20, lambda _: carts.change(made.id, adding(1), key=key()))
    kept = carts.get(made.id)
    assert kept is not None
    assert [line.quantity for line in kept.cart.lines] == [1]
    assert [one.cart for one in told if isinstance(one, StoredCart)] == [kept.cart] * 20
    assert sum(isinstance(one, StoredCart) and not one.replayed for one in told) == 1
    assert carts.change(made.id, adding(1), key=key(content="b")) == KeyReused()


def test_of_twenty_calls_that_create_with_one_key_one_creates(carts: CartTable) -> None:
    told = at_once(20, lambda count: carts.create(cart(cart_id=number(count)), key()))
    made = [one.cart for one in told if isinstance(one, StoredCart)]
    assert len(made) == 20
    assert len({one.id for one in made}) == 1
    assert sum(carts.get(number(count)) is not None for count in range(20)) == 1


def test_what_is_refused_because_it_has_happened_is_answered_as_before(carts: CartTable) -> None:
    made = begun(carts)
    assert isinstance(carts.change(made.id, adding(1, 999), key=key()), StoredCart)
    again = carts.change(made.id, adding(1, 999), key=key())
    assert isinstance(again, StoredCart)
    assert again.replayed
    assert isinstance(carts.change(made.id, adding(1, 999), key=key("key-of-another-tab")), Refusal)


def test_a_refusal_changes_nothing_and_leaves_its_key_free(carts: CartTable) -> None:
    made = begun(carts)
    assert isinstance(carts.change(made.id, adding(1, 0), key=key()), Refusal)
    kept = carts.get(made.id)
    assert kept is not None
    assert kept.cart == made
    assert isinstance(carts.change(made.id, adding(1), key=key()), StoredCart)


def test_what_changes_nothing_makes_no_version_and_uses_its_key(carts: CartTable) -> None:
    made = begun(carts)
    same = carts.change(made.id, lambda there: Decision(cart=there, reason=CartChangeReason.CODES), key=key())
    assert same == StoredCart(cart=made)
    with counted() as sent:
        assert carts.change(made.id, lambda there: Decision(cart=there, reason=CartChangeReason.CODES)) == StoredCart(
            cart=made
        )
    assert sent == Counter({"dynamodb.GetItem": 1})
    assert carts.change(made.id, adding(1), key=key()) == StoredCart(cart=made, replayed=True)


def test_that_nothing_is_to_change_is_decided_anew_when_another_tab_was_faster(carts: CartTable) -> None:
    made = begun(carts)
    seen: list[int] = []

    def decide(there: Cart) -> Decision:
        if not seen:
            carts.change(made.id, adding(1))
        seen.append(there.version)
        return Decision(cart=there, reason=CartChangeReason.CODES)

    stored = carts.change(made.id, decide, key=key())
    assert seen == [1, 2]
    assert isinstance(stored, StoredCart)
    assert len(stored.cart.lines) == 1


def test_a_cart_is_gone_when_its_time_is_and_not_before(carts: CartTable, clock: Clock) -> None:
    made = begun(carts)
    clock.now = made.expires_at.timestamp() - 1
    stored = carts.change(made.id, adding(1))
    assert isinstance(stored, StoredCart)
    assert stored.cart.expires_at == LATER + LIFETIME
    clock.now = stored.cart.expires_at.timestamp()
    assert carts.get(made.id) is None
    assert carts.change(made.id, adding(1)) == NoCart()
    assert carts.change(number(99), adding(1)) == NoCart()


def test_the_last_changes_are_kept(carts: CartTable) -> None:
    made = begun(carts)
    for _ in range(KEPT_CHANGES + 5):
        carts.change(made.id, adding(1))
    kept = carts.get(made.id)
    assert kept is not None
    assert [change.seq for change in kept.changes] == list(range(7, KEPT_CHANGES + 7))


def test_a_change_costs_a_read_and_a_write_and_a_hold_of_fifty_lines_one_read_more(
    carts: CartTable, holds: Holds, inventory: InventoryTable
) -> None:
    made = begun(carts)
    for some in (range(25), range(25, 50)):
        adjust(inventory, *(adjustment(5, variant_id=stocked(line)) for line in some))
    for line in range(49):
        carts.change(made.id, adding(line))
    with counted() as sent:
        carts.change(made.id, adding(49), key=key())
    assert sent == Counter({"dynamodb.GetItem": 1, "dynamodb.TransactWriteItems": 1})
    with counted() as sent:
        assert isinstance(carts.change(made.id, reserving(holds), key=key("key-of-the-hold")), StoredCart)
    assert sent == Counter({"dynamodb.GetItem": 1, "dynamodb.BatchGetItem": 1, "dynamodb.TransactWriteItems": 1})


def test_of_sixteen_carts_that_want_the_last_ten_units_ten_say_they_have_one_and_do(
    carts: CartTable, holds: Holds, inventory: InventoryTable
) -> None:
    adjust(inventory, adjustment(10))
    for count in range(16):
        begun(carts, count)
        carts.change(number(count), adding(1))
    told = at_once(16, lambda count: carts.change(number(count), reserving(holds), key=key(f"hold-of-{count}")))
    lost = [one for one in told if isinstance(one, Refusal)]
    assert [error.available for one in lost for error in one.errors if isinstance(error, InsufficientStockError)] == [
        0
    ] * 6
    for count in range(16):
        kept, held = carts.get(number(count)), holds.of(number(count))
        assert kept is not None
        assert kept.cart.reserved_until == (held.until if held else None)
    (level,) = inventory.many([stocked(1)])[stocked(1)].levels
    assert level.reserved == 10


def test_a_hold_and_a_change_of_lines_at_once_leave_the_cart_and_the_stock_of_one_mind(
    carts: CartTable, holds: Holds, inventory: InventoryTable
) -> None:
    adjust(inventory, adjustment(100))
    for count in range(8):
        begun(carts, count)
        carts.change(number(count), adding(1, 2))
    at_once(16, lambda call: carts.change(number(call // 2), reserving(holds) if call % 2 else emptying(holds)))
    for count in range(8):
        kept, held = carts.get(number(count)), holds.of(number(count))
        assert kept is not None
        units = sum(part.quantity for part in held.parts) if held else 0
        assert units == sum(line.quantity for line in kept.cart.lines if kept.cart.reserved_until)


def test_a_completed_cart_is_refused_by_its_rules(carts: CartTable) -> None:
    made = begun(carts)
    done = revised(made, LATER, order_id="order_1")
    carts.change(made.id, lambda _: Decision(cart=done, reason=CartChangeReason.COMPLETED))
    refused = carts.change(made.id, adding(1))
    assert isinstance(refused, Refusal)
    assert [error.code for error in refused.errors if isinstance(error, InputError)] == [ErrorCode.CART_COMPLETED]
