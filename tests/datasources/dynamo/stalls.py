"""Carts and the goods they hold on real stores, changed by the decisions that the graph's answers make."""

import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from msgspec import Struct

from datasources.dynamo.carts import CartTable
from datasources.dynamo.goods import Goods
from datasources.dynamo.holds import Holds
from datasources.dynamo.inventory import InventoryTable
from datasources.dynamo.terms import TermsTable
from datasources.valkey.server import Server
from datasources.valkey.sessions import Sessions
from domain.cart import beginning
from domain.cart.carts import Cart
from domain.cart.lines import LineAsked, LineChange
from domain.cart.merging import CartMergeStrategy
from domain.cart.offers import Offer, Offers
from domain.cart.storing import KeptCart, StoredCart, StoredMerge
from domain.cart.totals import Conditions, Terms
from domain.ids import CartId, CustomerId, VariantId
from domain.inventory.stock import Warehouse
from domain.keys import Key
from domain.rates import rate_of
from resolvers._kit.ids import new_id
from resolvers._kit.limits import Limit
from resolvers._kit.settings import Table
from resolvers.cart import changing, joining
from resolvers.cart.changing import Change
from resolvers.cart.ports import Carts
from tests.domain.cart.strategies import USD, offer, offers
from tests.domain.inventory.making import PLACES
from tests.domain.inventory.making import variant as stocked

CUSTOMER: Final = CustomerId("c0ffee")
SUM, KEEP_GUEST, KEEP_ACCOUNT = CartMergeStrategy
SOLD: Final = offers(*(replace(offer(number, 500), variant_id=stocked(number)) for number in range(120)))


class CartSettings(Struct):
    cart_table: Annotated[str, Table(name="cart", ttl="expires_at", write=True)]


class Shelf:
    """What is sold, from memory."""

    def of(self, variants: Iterable[VariantId], _: str | None) -> Mapping[VariantId, Offer]:
        found: Offers = {one: SOLD[one] for one in variants if one in SOLD}
        return found


class Stall:
    """Carts of a shop with two warehouses, and what buyers do with them; ``clock`` is everybody's time of day."""

    def __init__(self, table: str, inventory: InventoryTable, clock: Callable[[], float] = time.time) -> None:
        self.inventory, self.store = inventory, CartTable(table, clock=clock)
        self.goods, self.holds = Goods(inventory, clock=clock), Holds(inventory, clock=clock)
        limit = Limit(name="change", rate=rate_of("1 in 1 s"), wait=lambda *_: 0)
        server = Server("valkey://127.0.0.1:9", on_event=lambda _: None)
        self.carts = Carts(
            store=self.store,
            goods=self.goods,
            market=Shelf(),
            conditions=lambda _: Conditions(terms=Terms(), uses={}),
            shop=USD,
            now=lambda: datetime.fromtimestamp(clock(), UTC),
            new_id=new_id,
            sessions=Sessions(server, prefix="cart", new_id=new_id),
            terms=TermsTable(self.store.table),
            buyers=limit,
            edits=limit,
        )

    def opened(self) -> None:
        """Have the warehouses, in their order."""
        for priority, id_ in enumerate(PLACES):
            made = Warehouse(id=id_, version=1, code=id_, name=id_, priority=priority)
            self.inventory.save_warehouse(None, made)

    def begun(self, lines: Mapping[int, int], owner: CustomerId | None = None, **parts: Any) -> CartId:
        """A new cart of so many units of each variant."""
        blank = beginning.empty(CartId(new_id("cart")), owner, USD, self.carts.now())
        made = self.store.create(replace(blank, **parts), key(caller="creator"))
        assert isinstance(made, StoredCart)
        if lines:
            self.add(made.cart.id, lines)
        return made.cart.id

    def change(self, cart: CartId, decide: Change) -> object:
        return self.store.change(cart, decide)

    def add(self, cart: CartId, lines: Mapping[int, int]) -> object:
        asked = [LineAsked(variant_id=stocked(number), quantity=units) for number, units in lines.items()]
        return self.change(cart, changing.adding(self.carts, asked))

    def update(self, cart: CartId, units: int) -> object:
        """Every line with so many units, 0 for none."""
        lines = [LineChange(line_id=line.id, quantity=units) for line in self.cart(cart).lines]
        return self.change(cart, changing.updating(self.carts, lines))

    def reserve(self, cart: CartId) -> object:
        return self.change(cart, changing.reserving(self.carts))

    def merge(self, guest: CartId, strategy: CartMergeStrategy = SUM, text: str = "", content: str = "a") -> Any:
        decide = joining.merging(self.carts, CUSTOMER, strategy)
        return self.store.merge(guest, CUSTOMER, decide, key(text, content))

    def merged(self, guest: CartId, strategy: CartMergeStrategy = SUM) -> Cart:
        """The account's cart after a merge that must be possible."""
        found = self.merge(guest, strategy)
        assert isinstance(found, StoredMerge)
        assert found.cart is not None
        return found.cart

    def lapse(self) -> None:
        """Sweep up what has run out."""
        for owner in tuple(self.goods.ran_out(100)):
            changing.lapse(self.carts, owner)

    def cart(self, id_: CartId) -> Cart:
        kept = self.store.get(id_)
        assert kept is not None
        return kept.cart

    def account(self) -> Cart:
        """The customer's cart."""
        kept = self.store.of_customer(CUSTOMER)
        assert kept is not None
        return kept.cart

    def units(self, *carts: CartId) -> dict[int, int]:
        """Units of each variant in several carts together."""
        found: dict[int, int] = {}
        for line in (line for id_ in carts for line in self.cart(id_).lines):
            found[number_of(line.variant_id)] = found.get(number_of(line.variant_id), 0) + line.quantity
        return found

    def agrees(self, *carts: CartId) -> dict[int, int]:
        """What carts hold of each variant, which holds and stock must say too; and no change of a cart is missing."""
        held: dict[int, int] = {}
        for id_ in dict.fromkeys(carts):
            kept = self.store.get(id_)
            assert kept is not None
            _sound(kept)
            for line in kept.cart.lines:
                held[number_of(line.variant_id)] = held.get(number_of(line.variant_id), 0) + line.held
            record = self.holds.of(id_)
            assert kept.cart.reserved_until == (record.until if record else None)
            assert _units(record.parts if record else ()) == {
                line.variant_id: line.held for line in kept.cart.lines if line.held
            }
        found = {one: units for one, units in held.items() if units}
        assert self.reserved() == found
        return found

    def reserved(self) -> dict[int, int]:
        """Units of each variant that the stock has reserved, in levels that must be sound and promised in full."""
        found = {}
        for of, stock in self.inventory.many(list(SOLD)).items():
            assert all(level.sound for level in stock.levels)
            found[number_of(of)] = sum(level.reserved for level in stock.levels)
            assert found[number_of(of)] == sum(promise.quantity for promise in stock.promises)
        return {one: units for one, units in found.items() if units}


def key(text: str = "", content: str = "a", caller: str = CUSTOMER) -> Key:
    """A key, one of its own if not said otherwise."""
    return Key(caller=caller, key=text or uuid.uuid4().hex, fingerprint=content)


def number_of(of: VariantId) -> int:
    return next(number for number in range(120) if stocked(number) == of)


def _units(parts: Iterable[Any]) -> dict[VariantId, int]:
    found: dict[VariantId, int] = {}
    for part in parts:
        found[part.variant_id] = found.get(part.variant_id, 0) + part.quantity
    return found


def _sound(kept: KeptCart) -> None:
    assert [change.seq for change in kept.changes] == list(range(1, kept.cart.version + 1))
    assert all(0 <= line.held <= line.quantity for line in kept.cart.lines)
