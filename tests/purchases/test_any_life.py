"""Any life of some carts that want the same few things: whatever buyers, staff, providers, processes and time do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from domain.orders.machine import OrderAction, allowed_actions
from domain.payments.facts import Attempt
from domain.payments.payments import Payment
from tests.purchases.buying import Shelf, check
from tests.purchases.world import DOMAINS, Gone, World
from tests.resolvers.cart.making import reserve, update
from tests.resolvers.catalog.making import name
from tests.resolvers.inventory.making import saved
from tests.resolvers.orders import making as orders
from tests.resolvers.orders.test_checkout import complete
from tests.resolvers.payments import making as payments

EXAMPLES: Final = 6
"""Lives in the suite: two seconds each. Many more by hand find more."""
STEPS: Final = 40
WORDS: Final = (
    "",
    "",
    "",
    "action",
    "later",
    "lost",
    "twice",
    "held",
    "backwards",
    "lost,backwards",
    "lost,later,held",
    "action,twice,backwards",
    "lapsed",
    "stuck",
    "bounced",
    "refused",
    "insufficient_funds",
)
"""What the simulator is asked for: nothing three times as often."""
UNITS: Final = 5
"""On the shelf: less than three carts may want."""
DEATH: Final = st.one_of(st.none(), st.none(), st.tuples(st.integers(1, 14), st.booleans()))
"""At which place a process dies, if it does, or only fails; a checkout has fourteen."""
PLACE: Final = st.integers(0, 30)
"""Of what there is, counted round and round."""
SECONDS: Final = (5, 31, 61, 16 * 60, 25 * 3600)
"""For a client; beyond the grace; a claim and the sweep's patience; a hold; the memory of keys and of providers."""
COUNTS: Final = {
    "lives": 0,
    "carts": 0,
    "orders": 0,
    "payments": 0,
    "requests": 0,
    "deaths": 0,
    "told": 0,
    "letters": 0,
}


type Death = tuple[int, bool] | None


@dataclass
class Basket:
    """A cart, and what its buyer has asked for: by which keys, with what."""

    cart: Any
    starts: list[tuple[str, str]] = field(default_factory=list)
    completes: list[tuple[str, Any, Any]] = field(default_factory=list)
    order: str = ""


class Purchases(RuleBasedStateMachine):
    """Up to three carts. Whoever is told nothing may ask again by the same key, or not."""

    def __init__(self, world: World, place: str) -> None:
        super().__init__()
        self.world = world
        self.world.anew()
        self.died = world.deaths.happened
        self.shelf = Shelf(world, UNITS, place)
        self.baskets: list[Basket] = []
        self.moves: list[Callable[[], Any]] = []
        self.payments: list[Payment] = []
        self.orders: list[Any] = []
        self.seen = False

    # How it is asked

    def ask[T](self, act: Callable[[], T], death: Death) -> T | None:
        """None when the function died."""
        if death is not None:
            self.world.deaths.begin(death[0], fails=death[1])
        self.seen = False
        COUNTS["requests"] += 1
        try:
            return act()
        except Gone:
            return None
        finally:
            self.world.deaths.begin()
            self.world.clock.passes(seconds=1)

    def see(self) -> None:
        """What there is now."""
        carts = [basket.cart["id"] for basket in self.baskets]
        self.payments = [one for cart in carts for one in self.world.payments_of(cart)]
        self.orders = [order for cart in carts if (order := self.world.order_of(cart))]
        self.world.look()
        self.seen = True

    # Buyers

    @initialize(wanted=st.lists(st.tuples(st.integers(1, 3), st.booleans()), min_size=1, max_size=3))
    def fill(self, wanted: list[tuple[int, bool]]) -> None:
        """Some carts have been paid for before anything goes wrong."""
        for units, bought in wanted:
            cart = self.shelf.cart(units)
            if cart is not None:
                self.baskets.append(Basket(cart))
                if bought:
                    self.buy(-1, "", (None, None))

    @rule(place=PLACE, words=st.sampled_from(WORDS), deaths=st.tuples(DEATH, DEATH))
    def buys(self, place: int, words: str, deaths: tuple[Death, Death]) -> None:
        """As a client does that was written with care: if the answer is missing, it asks again."""
        self.buy(place, words, deaths)

    def buy(self, place: int, words: str, deaths: tuple[Death, Death]) -> None:
        basket = _of(self.baskets, place)
        basket.starts.append((name("start"), words))
        for death in deaths:
            self._start(basket, basket.starts[-1], death)
        paid = self.world.payments_of(basket.cart["id"])
        if paid:
            basket.completes.append((name("complete"), {"id": paid[-1].id}, basket.cart["totals"]["total"]))
            for death in deaths:
                self._complete(basket, basket.completes[-1], death)

    @rule(place=PLACE, words=st.sampled_from(WORDS), death=DEATH)
    def pay(self, place: int, words: str, death: Death) -> None:
        basket = _of(self.baskets, place)
        basket.starts.append((name("start"), words))
        self._start(basket, basket.starts[-1], death)

    @rule(place=PLACE, which=PLACE, death=DEATH)
    def pay_again(self, place: int, which: int, death: Death) -> None:
        basket = _of(self.baskets, place)
        if basket.starts:
            self._start(basket, _of(basket.starts, which), death)

    def _start(self, basket: Basket, request: tuple[str, str], death: Death) -> None:
        key, words = request
        self.ask(lambda: payments.start(self.world, basket.cart, words, key=key), death)

    @rule(place=PLACE, approve=st.booleans())
    def decide(self, place: int, approve: bool) -> None:
        """On the provider's page, where it happens whether or not anybody of ours lives."""
        waiting = self.undecided()
        if not waiting:
            self.otherwise()
            return
        payment = _of(waiting, place)
        self.seen = False
        self.world.simulator.decide(payment.reference, payment.client_secret, approve=approve)

    def undecided(self) -> list[Payment]:
        return [one for one in self.payments if one.client_secret and one.seen.attempt is Attempt.ACTION_REQUIRED]

    @rule(place=PLACE, which=PLACE, wrong=st.booleans(), death=DEATH)
    def complete(self, place: int, which: int, wrong: bool, death: Death) -> None:
        """By any payment; by a wrong one, or for another total, too."""
        basket = _of(self.baskets, place)
        found = self.payments if wrong else self.world.payments_of(basket.cart["id"])
        payment = {"id": _of(found, which).id} if found else None
        total = {"amount": "12.00", "currency": "USD"} if wrong and which % 2 else None
        basket.completes.append((name("complete"), payment, total or basket.cart["totals"]["total"]))
        self._complete(basket, basket.completes[-1], death)

    @rule(place=PLACE, which=PLACE, death=DEATH)
    def complete_again(self, place: int, which: int, death: Death) -> None:
        basket = _of(self.baskets, place)
        if basket.completes:
            self._complete(basket, _of(basket.completes, which), death)

    def _complete(self, basket: Basket, request: tuple[str, Any, Any], death: Death) -> None:
        key, payment, total = request
        told = self.ask(lambda: complete(self.world, basket.cart, payment, total, key=key), death)
        if told is not None and told["order"] is not None:
            assert basket.order in {"", told["order"]["id"]}
            basket.order = told["order"]["id"]

    @rule(place=PLACE, units=st.integers(1, 3))
    def change_mind(self, place: int, units: int) -> None:
        """Now the cart is another than what was paid for."""
        basket = _of(self.baskets, place)
        self.seen = False
        line = basket.cart["lines"][0]["id"]
        if update(self.world, basket.cart, (line, units))["userErrors"] == []:
            held = reserve(self.world, basket.cart)
            basket.cart = held["cart"] or basket.cart

    # Providers, streams, the bus, queues

    @rule(place=PLACE, again=st.booleans(), death=DEATH)
    def news(self, place: int, again: bool, death: Death) -> None:
        if self.world.hooks:
            self.ask(partial(self.world.webhook, _of(self.world.hooks, place), again=again), death)
        else:
            self.otherwise()

    @rule(domain=st.sampled_from(DOMAINS), size=st.integers(1, 8), again=st.booleans(), death=DEATH)
    def stream(self, domain: str, size: int, again: bool, death: Death) -> None:
        if self.world.waiting[domain]:
            self.ask(partial(self.world.stream, domain, size, again=again), death)
        else:
            self.otherwise()

    @rule(place=PLACE, again=st.booleans(), death=DEATH)
    def message(self, place: int, again: bool, death: Death) -> None:
        if self.world.messages:
            self.ask(partial(self.world.take, _of(self.world.messages, place), again=again), death)
        else:
            self.otherwise()

    @rule()
    def all_goes_well(self) -> None:
        """Everything that is under way is delivered at once."""
        self.seen = False
        self.world.round([])

    def otherwise(self) -> None:
        """Where there is nothing to do: what has waited longest is delivered."""
        domain = next((one for one in DOMAINS if self.world.waiting[one]), None)
        if domain:
            self.ask(partial(self.world.stream, domain, 3), None)
        elif self.world.hooks:
            self.ask(partial(self.world.webhook, self.world.hooks[0]), None)
        elif self.world.messages:
            self.ask(partial(self.world.take, self.world.messages[0]), None)
        else:
            self.world.clock.passes(seconds=31)

    @rule(death=DEATH)
    def sweep(self, death: Death) -> None:
        self.ask(self.world.sweep, death)

    @rule()
    def sweep_holds(self) -> None:
        self.world.sweep_holds()

    @rule(seconds=st.sampled_from(SECONDS))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.passes(seconds=seconds)

    # Staff

    @rule(place=PLACE, which=st.lists(PLACE, min_size=1, max_size=3), units=st.integers(1, 3), death=DEATH)
    def staff(self, place: int, which: list[int], units: int, death: Death) -> None:
        """What the order allows, one thing after the other."""
        for one in which:
            actions = allowed_actions(_of(self.orders, place)) if self.orders else ()
            if not actions:
                self.otherwise()
                return
            act = self._doing(_of(self.orders, place), _of(actions, one), units)
            self.moves.append(act)
            self.ask(act, death)
            self.see()

    def _doing(self, order: Any, action: OrderAction, units: int) -> Callable[[], Any]:  # noqa: PLR0911  # each its own
        line = order.lines[0].id
        act = partial(orders.act, self.world, key=name("key"))
        match action:
            case OrderAction.CONFIRM:
                return partial(act, orders.CONFIRM, order.id)
            case OrderAction.CANCEL:
                return partial(act, orders.CANCEL, order.id, reason="no")
            case OrderAction.FULFILL:
                most = min(units, order.unfulfilled[line])
                parcel = [{"lineId": line, "quantity": most}]
                return partial(act, orders.FULFILL, order.id, lines=parcel, place=self.shelf.place)
            case OrderAction.DELIVER:
                parcel_id = next(one.id for one in order.fulfillments if one.delivered_at is None)
                return partial(act, orders.DELIVER, parcel_id)
            case OrderAction.REQUEST_RETURN:
                back = [{"lineId": line, "quantity": min(units, order.returnable[line])}]
                return partial(act, orders.RETURN, order.id, lines=back, reason="no")
            case OrderAction.RESOLVE_RETURN:
                of = next(one.id for one in order.returns if one.resolution is None)
                refund = payments.usd(f"{4 * units}.00")
                return partial(
                    act, orders.RESOLVE, of, approve=units > 1, restock=units > 2, refund=refund if units > 1 else None
                )
            case OrderAction.COMPLETE:
                return partial(act, orders.COMPLETE, order.id)

    @rule(place=PLACE, kind=st.integers(0, 2), minor=st.sampled_from([100, 500, 1000, 2000, 3000]), death=DEATH)
    def by_hand(self, place: int, kind: int, minor: int, death: Death) -> None:
        if not self.payments:
            self.otherwise()
            return
        payment, key, amount = {"id": _of(self.payments, place).id}, name("key"), payments.usd(f"{minor // 100}.00")
        act = (
            partial(payments.capture, self.world, payment, amount, key=key),
            partial(payments.refund, self.world, payment, amount, key=key),
            partial(payments.void, self.world, payment, key=key),
        )[kind]
        self.moves.append(act)
        self.ask(act, death)

    @rule(place=PLACE, death=DEATH)
    def repeat(self, place: int, death: Death) -> None:
        """What was asked for before, by the same key."""
        if self.moves:
            self.ask(_of(self.moves, place), death)
        else:
            self.otherwise()

    # What always holds

    @invariant()
    def money_and_goods_are_there(self) -> None:
        if self.seen:
            return
        self.see()
        for payment in self.payments:
            intent = self.world.intent(payment)
            for seen in (payment.seen, *((intent.seen,) if intent else ())):
                assert 0 <= seen.refunded.minor <= seen.captured.minor <= seen.authorized.minor <= payment.amount.minor
        stock = self.shelf.stock()
        assert all(level.sound for level in stock.levels)
        assert all(level.reserved <= level.on_hand for level in stock.levels)

    def teardown(self) -> None:
        """At last everything is delivered, and nobody asks for anything any more."""
        carts = [basket.cart["id"] for basket in self.baskets]
        self.world.quiet(carts)
        self.see()
        found = check(self.world, carts, self.shelf)
        self.world.clock.passes(minutes=16)
        self.world.sweep_holds()
        assert {one.owner for one in self.shelf.stock().promises} <= {order.id for order in found}
        COUNTS["lives"] += 1
        COUNTS["carts"] += len(carts)
        COUNTS["orders"] += len(found)
        COUNTS["payments"] += len(self.payments)
        COUNTS["deaths"] += self.world.deaths.happened - self.died
        COUNTS["told"] += len(self.world.told)
        COUNTS["letters"] += len(self.world.letters)


def _of[T](those: Any, place: int) -> Any:
    return those[place % len(those)]


def test_any_life_of_carts_ends_with_one_order_and_its_money_or_none_and_none(world: World) -> None:
    place = saved(world)["id"]

    class Here(Purchases):
        def __init__(self) -> None:
            super().__init__(world, place)

    run_state_machine_as_test(Here, settings=settings(max_examples=EXAMPLES, stateful_step_count=STEPS))
    assert COUNTS["orders"] >= EXAMPLES // 4, COUNTS
