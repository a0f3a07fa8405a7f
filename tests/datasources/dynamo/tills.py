"""A stall with a till: carts that are paid and become orders, on real stores, by what the graph's answers will do."""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Final

from msgspec import Struct

from datasources.dynamo import records
from datasources.dynamo.checkout import Checkout
from datasources.dynamo.inventory import InventoryTable
from datasources.dynamo.order_lists import OrderLists
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.sold import SoldGoods
from datasources.dynamo.table import ItemKey, Table
from datasources.dynamo.terms import TermsTable
from datasources.dynamo.transactions import Transaction
from domain.addresses import Address
from domain.cart.carts import quote_id, revised
from domain.cart.offers import Offers
from domain.cart.storing import CartChangeReason, StoredCart
from domain.cart.storing import Decision as CartDecision
from domain.ids import CartId, CustomerId, OrderId, PaymentId, ReturnId, ShippingRateId
from domain.inventory.moving import MovementReason
from domain.keys import Key
from domain.money import Money
from domain.orders import life, returns
from domain.orders.machine import Done, Outcome
from domain.orders.orders import LineQuantity, Order, PaymentFacts
from domain.orders.placing import Purchase, placed, unagreed
from domain.orders.storing import Also, Buyer, Decision, KeptOrder, Placing, Refusal, StoredOrder
from domain.pages import Window
from resolvers._kit.ids import new_id
from resolvers._kit.settings import Index
from resolvers._kit.settings import Table as Declared
from tests.datasources.conftest import new_table
from tests.datasources.dynamo.stalls import SOLD, CartSettings, Stall, number_of
from tests.domain.cart.strategies import USD, flat_rate, zone
from tests.domain.inventory.making import EAST, WEST

HOME: Final = Address(name="Ada", line1="1 Main St", city="Berlin", country="DE")
SHIPPING: Final = Money(500, USD)
STAFF: Final = "staff"


class OrderSettings(Struct):
    orders_table: Annotated[
        str,
        Declared(
            name="orders",
            ttl="expires_at",
            indexes=(
                Index(name="by_status", sort="status_at"),
                Index(name="by_payment", sort="payment_at"),
                Index(name="by_fulfillment", sort="fulfillment_at"),
                Index(name="by_all", sort="all_at"),
            ),
            write=True,
        ),
    ]


class Till(Stall):
    """``prices`` may be changed; payments are items of their own, of which each belongs to one order."""

    def __init__(
        self,
        names: Mapping[str, str],
        inventory: InventoryTable,
        clock: Callable[[], float] = time.time,
        new: Callable[[str], str] = new_id,
    ) -> None:
        super().__init__(names["cart"], inventory, clock)
        self.names, self.clock = names, clock
        self.prices: Offers = {one: replace(offer, sku=f"SKU {one}") for one, offer in SOLD.items()}
        self.orders = OrderTable(names["orders"], clock=clock)
        self.lists = OrderLists(self.orders, clock=clock)
        self.sold = SoldGoods(inventory, new_id=new_id, clock=clock)
        self.terms = TermsTable(self.store.table, clock=clock)
        self.payments = Table(names["payments"], {})
        self.checkout = Checkout(
            self.store, self.orders, self.sold, self.terms, offers=lambda _: self.prices, new_id=new, clock=clock
        )

    def opened(self) -> None:
        """With a way to send things."""
        super().opened()
        self.terms.save_zone(None, zone(1, flat_rate(1, SHIPPING.minor)))

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.clock(), UTC)

    def filled(self, lines: Mapping[int, int], owner: CustomerId | None = None, **parts: Any) -> CartId:
        """A cart that lacks nothing but that its goods are held."""
        cart = self.begun({}, owner)
        given = {
            "email": f"{cart}@example.org",
            "shipping_address": HOME,
            "shipping_quote_id": quote_id(cart, ShippingRateId(f"rate_{1:026}")),
        }
        self.detail(cart, **(given | parts))
        self.add(cart, lines)
        return cart

    def detail(self, cart: CartId, **parts: Any) -> None:
        def decide(one: Any) -> CartDecision:
            return CartDecision(cart=revised(one, self.now(), **parts), reason=CartChangeReason.DETAILS)

        self.change(cart, decide)

    def held(self, lines: Mapping[int, int], owner: CustomerId | None = None, **parts: Any) -> CartId:
        """A cart that lacks nothing."""
        cart = self.filled(lines, owner, **parts)
        found = self.reserve(cart)
        assert isinstance(found, StoredCart), found
        return cart

    def complete(
        self, cart: CartId, total: int, *, text: str = "", content: str = "a", payment: str = "", owner: Any = None
    ) -> Any:
        """Have a cart paid with so much, which is what the buyer expects it to cost."""
        paid = PaymentId(payment or f"pay_{cart.removeprefix('cart_')}")
        amount, none = Money(total, USD), Money(0, USD)
        facts = PaymentFacts(id=paid, version=1, authorized=amount, captured=none, refunded=none)

        def decide(purchase: Purchase, order_id: OrderId) -> Placing | Refusal:
            if against := unagreed(purchase, amount):
                return Refusal(errors=against)
            found = placed(purchase, facts, order_id=order_id, token="t", now=self.now())
            return Placing(done=found, also=self.binding(paid, order_id))

        key = Key(caller=cart, key=text or uuid.uuid4().hex, fingerprint=content)
        buyer = Buyer(owns=lambda one: one is None or one == owner, payment=paid)
        return self.checkout.complete(cart, buyer, decide, key)

    def binding(self, payment: PaymentId, order: OrderId) -> Also:
        def also(into: Transaction) -> None:
            bound = ItemKey(payment, "PAYMENT")
            into.on(self.payments).put(bound, {"order": {"S": order}}, records.NEW, name="payment")

        return also

    def ordered(self, lines: Mapping[int, int], owner: CustomerId | None = None) -> Order:
        """An order of so many units of each, which must be possible."""
        found = self.complete(self.held(lines, owner), total_of(lines), owner=owner)
        assert isinstance(found, StoredOrder), found
        return found.order

    def kept(self, order: OrderId) -> KeptOrder:
        found = self.orders.get(order)
        assert found is not None
        return found

    def order(self, id_: OrderId) -> Order:
        return self.kept(id_).order

    def do(
        self,
        order: OrderId,
        decide: Callable[[Order], Outcome],
        also: Callable[[Done], Also | tuple[Any, ...] | None] = lambda _: None,
        text: str = "",
    ) -> Any:
        """Have something done with an order, and what belongs to it."""

        def decided(one: Order) -> Decision | Refusal:
            outcome = decide(one)
            if not isinstance(outcome, Done):
                return Refusal(errors=outcome)
            more = also(outcome)
            if isinstance(more, tuple):
                return Refusal(errors=more)
            return Decision(order=outcome.order, event=outcome.event, also=more)

        key = Key(caller=STAFF, key=text, fingerprint="a") if text else None
        return self.orders.change(order, decided, key=key)

    def confirm(self, order: OrderId, text: str = "") -> Any:
        return self.do(order, lambda one: life.confirm(one, STAFF, self.now()), text=text)

    def cancel(self, order: OrderId, text: str = "") -> Any:
        return self.do(
            order,
            lambda one: life.cancel(one, "no", STAFF, self.now()),
            lambda done: self.sold.give_back(done.order),
            text,
        )

    def send(self, order: OrderId, units: Mapping[int, int], place: Any = EAST, text: str = "") -> Any:
        """Units by variant leave a warehouse."""

        def decide(one: Order) -> Outcome:
            return life.fulfil(one, life.Parcel(lines=self.lines(one, units), warehouse_id=place), STAFF, self.now())

        return self.do(order, decide, lambda done: self.sold.send(done.order, done.order.fulfillments[-1], STAFF), text)

    def ask_back(self, order: OrderId, units: Mapping[int, int]) -> Any:
        return self.do(order, lambda one: returns.request(one, self.lines(one, units), "too small", "ada", self.now()))

    def take_back(self, order: OrderId, of: ReturnId, *, restock: bool = True) -> Any:
        def also(done: Done) -> Also | tuple[Any, ...] | None:
            back = next(one for one in done.order.returns if one.id == of)
            return self.sold.restock(done.order, back, STAFF) if restock else None

        answer = returns.Answer(approve=True, restock=restock)
        return self.do(order, lambda one: returns.resolve(one, of, answer, STAFF, self.now()), also)

    @staticmethod
    def lines(order: Order, units: Mapping[int, int]) -> tuple[LineQuantity, ...]:
        numbers = {number_of(one.variant_id): one.id for one in order.lines}
        return tuple(LineQuantity(line_id=numbers[one], quantity=quantity) for one, quantity in units.items())

    def on_hand(self) -> dict[int, int]:
        """Units of each variant in all warehouses."""
        found = self.inventory.many(list(SOLD))
        return {number_of(of): sum(level.on_hand for level in stock.levels) for of, stock in found.items()}

    def promised(self, owner: str) -> dict[int, int]:
        """Units of each variant that are promised to an owner."""
        found: dict[int, int] = {}
        for of, stock in self.inventory.many(list(SOLD)).items():
            units = sum(one.quantity for one in stock.promises if one.owner == owner)
            found |= {number_of(of): units} if units else {}
        return found

    def moved(self, reason: MovementReason) -> int:
        """Units that movements of a kind tell of."""
        found = self.inventory.movements(Window(100)).items
        return sum(one.delta for one in found if one.reason is reason)


def total_of(lines: Mapping[int, int]) -> int:
    """What a cart of so many units costs: 5.00 each, and 5.00 to send them."""
    return 500 * sum(lines.values()) + SHIPPING.minor


def names_of(endpoint: str) -> dict[str, str]:
    """Tables of a till's own."""
    return {
        "cart": new_table(endpoint, CartSettings),
        "orders": new_table(endpoint, OrderSettings),
        "payments": new_table(endpoint, CartSettings),
    }


PLACES: Final = (EAST, WEST)
