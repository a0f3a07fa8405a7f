"""Whatever is done with an order, in any order: units and money are conserved, and its events say all of it."""

from collections import Counter
from dataclasses import replace
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain.errors import ErrorCode, IllegalTransitionError, InputError
from domain.ids import CustomerId, FulfillmentId, OrderLineId, ReturnId
from domain.orders import life, returns
from domain.orders.erasing import erased, under_way
from domain.orders.events import OrderEvent, replayed, without
from domain.orders.machine import Done, OrderAction, Outcome, allowed_actions
from domain.orders.orders import Due, LineQuantity, Order, PaymentFacts, order_of
from domain.orders.paying import told
from domain.orders.statuses import (
    FulfillmentStatus,
    OrderStatus,
    PaymentStatus,
    ReturnStatus,
    captured,
    fulfillment_status_of,
    payment_status_of,
    refunded,
    return_status_of,
    status_of,
)
from tests.domain.orders.making import NOON, STAFF, begun, later, line, parcel, purchase, usd

BUYER: Final = CustomerId("ada")
type Asked = str | list[tuple[int, int]]
LINES = st.sampled_from(["all", "one", "one"]) | st.lists(
    st.tuples(st.integers(0, 3), st.integers(-1, 4)), min_size=0, max_size=4
)
"""All that is left, one unit of it, or places of lines, one of which no order has, with units that may not be there."""


class Life(RuleBasedStateMachine):
    """Staff, a customer and a payment provider do as they like; an oracle counts beside them."""

    order: Order

    def __init__(self) -> None:
        super().__init__()
        self.events: list[OrderEvent] = []
        self.minutes = 0
        self.bought = Counter[OrderLineId]()
        self.sent = Counter[OrderLineId]()
        self.back = Counter[OrderLineId]()
        self.asked: dict[ReturnId, Counter[OrderLineId]] = {}
        self.travelling: list[FulfillmentId] = []
        self.arrived: list[FulfillmentId] = []
        self.status = OrderStatus.PLACED
        self.payment: PaymentFacts
        self.carried_out: set[str] = set()
        self.refused: set[str] = set()
        self.owed: set[str] = set()

    @initialize(quantities=st.lists(st.integers(1, 3), min_size=1, max_size=3), included=st.booleans())
    def place(self, quantities: list[int], included: bool) -> None:
        lines = [line(place, units, 100 + place, tax=7 * units) for place, units in enumerate(quantities)]
        found = begun(purchase(*lines, tax_included=included))
        self.order, self.events = found.order, [found.event]
        (self.payment,) = found.order.payments
        self.bought = Counter({one.id: one.quantity for one in found.order.lines})
        self.owed = {one.id for one in found.event.owed}

    def took(self, outcome: Outcome | None, action: OrderAction | None, *, possible: bool) -> bool:
        """Whether it happened; that it was possible in this state was to be known."""
        if isinstance(outcome, Done):
            assert possible
            self.order = outcome.order
            self.events.append(outcome.event)
            self.owed |= {one.id for one in outcome.event.owed}
            return True
        for error in outcome or ():
            if isinstance(error, IllegalTransitionError):
                assert not possible
                assert action is not None
                assert error.allowed == tuple(one.value for one in allowed_actions(self.order))
            else:
                assert isinstance(error, InputError)
                assert possible
        return False

    def named(self, asked: Asked, left: Counter[OrderLineId]) -> tuple[LineQuantity, ...]:
        if isinstance(asked, str):
            units = {one: left[one] if asked == "all" else 1 for one in +left}
            chosen = [*units.items()][: None if asked == "all" else 1]
            return tuple(LineQuantity(line_id=one, quantity=quantity) for one, quantity in chosen)
        ids = [one.id for one in self.order.lines]
        return tuple(
            LineQuantity(line_id=ids[place] if place < len(ids) else OrderLineId("item_none"), quantity=units)
            for place, units in asked
        )

    @staticmethod
    def units(lines: tuple[LineQuantity, ...]) -> Counter[OrderLineId]:
        found = Counter[OrderLineId]()
        for one in lines:
            found[one.line_id] += one.quantity
        return found

    def can_move(self, lines: tuple[LineQuantity, ...], left: Counter[OrderLineId]) -> bool:
        asked = self.units(lines)
        known = all(one.line_id in self.bought and one.quantity > 0 for one in lines)
        return bool(lines) and known and all(asked[one] <= left[one] for one in asked)

    @rule()
    def confirm(self) -> None:
        gone = self.payment.voided and not self.payment.captured.minor
        all_back = 0 < self.payment.refunded.minor == self.payment.captured.minor
        possible = self.status is OrderStatus.PLACED and not gone and not all_back
        if self.took(life.confirm(self.order, STAFF, later(self.minutes)), OrderAction.CONFIRM, possible=possible):
            self.status = OrderStatus.CONFIRMED

    @rule(chance=st.integers(0, 9))
    def cancel(self, chance: int) -> None:
        if chance:  # else most histories would end at once
            return
        self.minutes += 1
        possible = self.status in {OrderStatus.PLACED, OrderStatus.CONFIRMED} and not self.sent
        if self.took(life.cancel(self.order, "no", STAFF, later(self.minutes)), OrderAction.CANCEL, possible=possible):
            self.status = OrderStatus.CANCELLED

    @rule(lines=LINES)
    def fulfil(self, lines: Asked) -> None:
        left = self.bought - self.sent
        asked = self.named(lines, left)
        outcome = life.fulfil(self.order, parcel(asked, carrier=" DHL "), STAFF, later(self.minutes))
        possible = self.status is OrderStatus.CONFIRMED and bool(left)
        happened = self.took(outcome, OrderAction.FULFILL, possible=possible)
        assert happened is (possible and self.can_move(asked, left))
        if happened:
            self.sent += self.units(asked)
            self.travelling.append(self.order.fulfillments[-1].id)
            assert order_of(self.travelling[-1]) == self.order.id

    @rule(place=st.integers(0, 3))
    def deliver(self, place: int) -> None:
        known = [*self.travelling, *self.arrived, FulfillmentId("ful_none")]
        parcel_id = known[place % len(known)]
        possible = self.status is OrderStatus.CONFIRMED and bool(self.travelling)
        outcome = life.deliver(self.order, parcel_id, STAFF, later(self.minutes))
        happened = self.took(outcome, OrderAction.DELIVER, possible=possible)
        assert happened is (possible and parcel_id in self.travelling)
        if happened:
            self.travelling.remove(parcel_id)
            self.arrived.append(parcel_id)

    def waiting(self) -> Counter[OrderLineId]:
        return sum(self.asked.values(), Counter[OrderLineId]())

    def lasts(self) -> bool:
        return self.status in {OrderStatus.CONFIRMED, OrderStatus.COMPLETED}

    @rule(lines=LINES)
    def request(self, lines: Asked) -> None:
        left = self.sent - self.back - self.waiting()
        asked = self.named(lines, left)
        outcome = returns.request(self.order, asked, "too small", BUYER, later(self.minutes))
        possible = self.lasts() and bool(left)
        happened = self.took(outcome, OrderAction.REQUEST_RETURN, possible=possible)
        assert happened is (possible and self.can_move(asked, left))
        if happened:
            made = self.order.returns[-1].id
            assert order_of(made) == self.order.id
            self.asked[made] = self.units(asked)

    @rule(place=st.integers(0, 2), approve=st.booleans(), share=st.sampled_from([None, 0, 1, 2, 3]))
    def resolve(self, place: int, approve: bool, share: int | None) -> None:
        """Refunds of nothing, of half, of the most there may be, and of one more than that."""
        known = [*self.asked, ReturnId("ret_none")]
        of = known[place % len(known)]
        asked = next((one for one in self.order.returns if one.id == of), None)
        most = returns.most_refundable(self.order, asked).minor if asked else 10
        refund = None if share is None else usd((0, most // 2, most, most + 1)[share])
        said = returns.Answer(approve=approve, restock=True, refund=refund)
        before = {one.id for one in self.order.owed}
        outcome = returns.resolve(self.order, of, said, STAFF, later(self.minutes))
        possible = self.lasts() and bool(self.asked)
        happened = self.took(outcome, OrderAction.RESOLVE_RETURN, possible=possible)
        fits = refund is None or (approve and 1 <= refund.minor <= most)
        assert happened is (possible and of in self.asked and fits)
        if happened:
            units = self.asked.pop(of)
            self.back += units if approve else Counter()
            new = [one for one in self.order.owed if one.id not in before]
            assert sum(one.amount.minor for one in new if one.amount is not None) == (
                refund.minor if refund is not None else 0
            )

    @rule()
    def complete(self) -> None:
        nothing_left = self.sent == self.bought and not self.travelling and not self.asked and not self.order.unsettled
        possible = self.status is OrderStatus.CONFIRMED and nothing_left
        if self.took(life.complete(self.order, STAFF, later(self.minutes)), OrderAction.COMPLETE, possible=possible):
            self.status = OrderStatus.COMPLETED

    @rule(place=st.integers(0, 3), twice=st.booleans(), late=st.booleans(), chance=st.integers(0, 5))
    def carry_out(self, place: int, twice: bool, late: bool, chance: int) -> None:
        """The payments' side does what is owed, once for its id, and tells of it; also twice, and after newer news.

        Sometimes the provider refuses, for good.
        """
        if not self.order.unsettled:
            return
        one, known = self.order.unsettled[place % len(self.order.unsettled)], self.payment
        if one.id not in self.carried_out | self.refused:
            moved = self.moved(known, one.due, one.amount.minor if one.amount is not None else 0) if chance else None
            (self.refused if moved is None else self.carried_out).add(one.id)
            self.payment = moved or known
        ids = {"failed" if one.id in self.refused else "settled": [one.id]}
        for facts in ([self.payment, known] if late else [self.payment]) * (2 if twice else 1):
            self.took(told(self.order, facts, later(self.minutes), **ids), None, possible=True)

    @staticmethod
    def moved(known: PaymentFacts, due: Due, amount: int) -> PaymentFacts | None:
        """The payment after it; None when it cannot be: what was taken is neither taken again nor let go."""
        newer = replace(known, version=known.version + 1)
        if due is Due.REFUND:
            return replace(newer, refunded=usd(known.refunded.minor + amount))
        if known.voided or known.captured.minor:
            return None
        return replace(newer, captured=usd(amount)) if due is Due.CAPTURE else replace(newer, voided=True)

    @rule(amount=st.integers(1, 400))
    def capture_beside(self, amount: int) -> None:
        """Finance takes a part by hand, or the provider did before it was told to let go; the news comes once."""
        known = self.payment
        if not known.voided and not known.captured.minor:
            newer = usd(min(known.authorized.minor, amount))
            self.payment = replace(known, version=known.version + 1, captured=newer)
            self.took(told(self.order, self.payment, later(self.minutes)), None, possible=True)

    @rule(chance=st.integers(0, 4))
    def nonsense(self, chance: int) -> None:
        if chance:
            return
        wrong = replace(self.payment, version=99, refunded=usd(self.payment.captured.minor + 1))
        outcome = told(self.order, wrong, later(self.minutes))
        assert isinstance(outcome, tuple)
        assert outcome[0].code is ErrorCode.INVALID
        self.minutes += 1

    @invariant()
    def erased_it_is_still_what_its_events_say(self) -> None:
        if not self.events or under_way(self.order):
            return
        gone = erased(self.order, NOON)
        events = [*(without(BUYER, one) for one in self.events), gone.event]
        assert replayed(gone.order, events) == gone.order
        assert not [one for one in (f"'{BUYER}'", "ada@example", "too small") if one in repr((gone.order, events))]
        for of in (status_of, payment_status_of, fulfillment_status_of):
            assert of(gone.order) == of(self.order)

    @invariant()
    def units_are_conserved(self) -> None:
        order = self.order
        assert +order.fulfilled == +self.sent
        assert +order.returned == +self.back
        assert +order.asked_back == +self.waiting()
        for one in order.lines:
            assert 0 <= order.returned[one.id] <= order.fulfilled[one.id] <= one.quantity
            assert order.asked_back[one.id] <= order.fulfilled[one.id] - order.returned[one.id]
            assert order.cost(one, one.quantity).minor == one.total.minor + (
                0 if order.totals.tax_included else one.tax.minor
            )

    @invariant()
    def money_is_conserved(self) -> None:
        order, total = self.order, self.order.totals.total
        promised = sum(one.amount.minor for one in order.owed if one.due is Due.REFUND and one.amount is not None)
        done = sum(
            one.amount.minor
            for one in order.owed
            if one.due is Due.REFUND and one.amount is not None and one.id in self.carried_out | self.refused
        )
        assert 0 <= refunded(order).minor <= captured(order).minor <= total.minor
        assert self.payment.refunded.minor + promised - done <= captured(order).minor
        assert self.carried_out <= self.owed
        if self.status is OrderStatus.CANCELLED:
            assert captured(order).minor - refunded(order).minor - promised <= 0

    @invariant()
    def an_order_is_what_its_events_say(self) -> None:
        assert replayed(self.order, self.events) == self.order
        assert [one.seq for one in self.events] == list(range(1, self.order.version + 1))

    @invariant()
    def statuses_are_explained_by_facts(self) -> None:
        order, known = self.order, self.order.payments[0]
        assert status_of(order) is self.status
        assert fulfillment_status_of(order) is self.goods()
        pair = (known.captured.minor, known.refunded.minor)
        match payment_status_of(order):
            case PaymentStatus.AUTHORIZED:
                assert (pair, known.voided) == ((0, 0), False)
            case PaymentStatus.VOIDED:
                assert (pair, known.voided) == ((0, 0), True)
            case PaymentStatus.PARTIALLY_CAPTURED:
                assert 0 == pair[1] < pair[0] < order.totals.total.minor
            case PaymentStatus.CAPTURED:
                assert pair == (order.totals.total.minor, 0)
            case PaymentStatus.PARTIALLY_REFUNDED:
                assert 0 < pair[1] < pair[0]
            case PaymentStatus.REFUNDED:
                assert 0 < pair[1] == pair[0]
        for one in order.returns:
            assert (return_status_of(order, one) is ReturnStatus.REQUESTED) is (one.id in self.asked)

    def goods(self) -> FulfillmentStatus:
        if not self.sent:
            return FulfillmentStatus.UNFULFILLED
        if self.sent != self.bought:
            return FulfillmentStatus.PARTIALLY_FULFILLED
        if +self.back == +self.sent:
            return FulfillmentStatus.RETURNED
        return FulfillmentStatus.FULFILLED if self.travelling else FulfillmentStatus.DELIVERED


Life.TestCase.settings = settings(max_examples=200, stateful_step_count=60)
TestLife = Life.TestCase
