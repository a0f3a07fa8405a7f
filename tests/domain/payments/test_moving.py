"""Money moves where it may, once, and never more than there is, in whatever order calls, crashes and news come."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from domain.errors import ErrorCode, InputError, PaymentError
from domain.money import CurrencyCode, Money
from domain.payments.facts import Attempt, Refunded, Seen
from domain.payments.moving import (
    LONGEST_REASON,
    REPEATABLE,
    asked,
    heard,
    repeatable,
    saw,
    settled,
    started,
    unmovable,
)
from domain.payments.ordering import ordered, unusable
from domain.payments.payments import (
    MOST_OPERATIONS,
    Operation,
    OperationKind,
    OperationState,
    Payment,
    PaymentStatus,
    refund_of,
)
from domain.payments.provider import Declined, Started
from domain.payments.storing import PaymentChangeReason, reason_of
from tests.domain.payments.making import (
    CART,
    NOW,
    ORDER,
    Bank,
    operation,
    operation_id,
    payment,
    seen,
    usd,
)

NO: Final = Declined(code="insufficient_funds", message="there is not enough on the card")
CAPTURE, VOID, REFUND = OperationKind.CAPTURE, OperationKind.VOID, OperationKind.REFUND


def attempted(attempt: Attempt) -> Seen:
    return Seen(at=NOW + timedelta(seconds=1), attempt=attempt, authorized=usd(0), captured=usd(0))


def back(minor: int) -> Refunded:
    return Refunded(reference="re", amount=usd(minor))


ACCOUNTS: Final[dict[PaymentStatus, Seen]] = {
    PaymentStatus.PENDING: attempted(Attempt.WAITING),
    PaymentStatus.ACTION_REQUIRED: attempted(Attempt.ACTION_REQUIRED),
    PaymentStatus.FAILED: attempted(Attempt.DECLINED),
    PaymentStatus.AUTHORIZED: seen(1000),
    PaymentStatus.PARTIALLY_CAPTURED: seen(1000, 600),
    PaymentStatus.CAPTURED: seen(1000, 1000),
    PaymentStatus.PARTIALLY_REFUNDED: seen(1000, 1000, back(400)),
    PaymentStatus.REFUNDED: seen(1000, 1000, back(1000)),
    PaymentStatus.VOIDED: seen(1000, voided=True),
}
ILLEGAL, EXCEEDS = ErrorCode.ILLEGAL_TRANSITION, ErrorCode.AMOUNT_EXCEEDS_CAPTURED
REFUSALS: Final[dict[tuple[PaymentStatus, OperationKind], ErrorCode]] = {
    **dict.fromkeys(product(PaymentStatus, OperationKind), ILLEGAL),
    (PaymentStatus.REFUNDED, REFUND): EXCEEDS,
}
"""What 100 of 1000 may not be done with; what may is below."""
ALLOWED: Final = {
    *((status, VOID) for status in PaymentStatus if not ACCOUNTS[status].captured.minor),
    (PaymentStatus.AUTHORIZED, CAPTURE),
    (PaymentStatus.PARTIALLY_CAPTURED, REFUND),
    (PaymentStatus.CAPTURED, REFUND),
    (PaymentStatus.PARTIALLY_REFUNDED, REFUND),
} - {(PaymentStatus.VOIDED, VOID)}


def code_of(found: Payment | InputError | PaymentError | None) -> ErrorCode | None:
    return found.code if isinstance(found, InputError | PaymentError) else None


@pytest.mark.parametrize("status", PaymentStatus)
def test_an_account_says_what_the_status_is(status: PaymentStatus) -> None:
    assert saw(payment(), ACCOUNTS[status], NOW).status is status


@pytest.mark.parametrize(("status", "kind"), list(product(PaymentStatus, OperationKind)))
def test_the_grid_of_what_may_be_done_in_which_status(status: PaymentStatus, kind: OperationKind) -> None:
    there = saw(payment(), ACCOUNTS[status], NOW)
    expected = None if (status, kind) in ALLOWED else REFUSALS[status, kind]
    found = asked(there, operation(kind, 100))
    assert code_of(found) is expected
    if isinstance(found, Payment):
        assert found.version == there.version + 1
        assert found.status is status, "asking alone moves nothing"
        assert [found.state(one) for one in found.operations] == [OperationState.PENDING]


@pytest.mark.parametrize(("status", "waiting", "kind"), list(product(PaymentStatus, OperationKind, OperationKind)))
def test_the_grid_of_what_may_be_done_while_something_else_is_being_done(
    status: PaymentStatus, waiting: OperationKind, kind: OperationKind
) -> None:
    there = saw(payment(), ACCOUNTS[status], NOW)
    first = asked(there, operation(waiting, 100))
    if not isinstance(first, Payment):
        return
    second = unmovable(first, kind, usd(100))
    if kind is REFUND:
        left = there.captured.minor - there.refunded.minor - 100
        assert code_of(second) is (None if left >= 100 else REFUSALS[status, kind])
    else:
        assert code_of(second) is ILLEGAL, "one capture or one release at a time"


@pytest.mark.parametrize(
    ("kind", "amount", "code", "field"),
    [
        (CAPTURE, usd(0), ErrorCode.INVALID, ("amount",)),
        (CAPTURE, usd(-1), ErrorCode.INVALID, ("amount",)),
        (REFUND, usd(-1), ErrorCode.INVALID, ("amount",)),
        (CAPTURE, usd(1001), ILLEGAL, ("amount",)),
        (CAPTURE, Money(1, CurrencyCode.EUR), ErrorCode.INVALID, ("amount", "currency")),
    ],
)
def test_amounts_that_cannot_be(kind: OperationKind, amount: Money, code: ErrorCode, field: tuple[str, ...]) -> None:
    there = saw(payment(), seen(1000), NOW)
    found = unmovable(there, kind, amount)
    assert found is not None
    assert (found.code, found.field) == (code, field)


def test_a_refund_beyond_what_is_left_is_told_what_is_left() -> None:
    there = saw(payment(), seen(1000, 1000, back(400)), NOW)
    found = unmovable(there, REFUND, usd(601))
    assert found is not None
    assert (found.code, found.message) == (EXCEEDS, "at most 6.00 can be refunded")
    assert unmovable(there, REFUND, usd(600)) is None


def test_a_reason_is_short_and_operations_are_counted() -> None:
    there = saw(payment(), seen(1000, 1000), NOW)
    assert code_of(unmovable(there, REFUND, usd(1), "x" * (LONGEST_REASON + 1))) is ErrorCode.INVALID
    many = tuple(operation(REFUND, 1, number=number) for number in range(MOST_OPERATIONS))
    assert code_of(unmovable(replace(there, operations=many), REFUND, usd(1))) is ILLEGAL


def test_what_the_provider_has_not_heard_of_is_not_voided() -> None:
    assert code_of(unmovable(payment(reference=None), VOID, usd(1000))) is ILLEGAL


def test_a_capture_in_part_releases_the_rest() -> None:
    there = saw(payment(), seen(1000), NOW)
    done = asked(there, operation(CAPTURE, 600))
    assert isinstance(done, Payment)
    taken = settled(done, operation_id(), seen(1000, 600, seconds=2), NOW)
    assert (taken.status, taken.refundable) == (PaymentStatus.PARTIALLY_CAPTURED, usd(600))
    assert code_of(unmovable(taken, CAPTURE, usd(400))) is ILLEGAL
    assert code_of(unmovable(taken, VOID, usd(400))) is ILLEGAL


def test_what_the_provider_refuses_is_known_and_may_be_tried_anew() -> None:
    there = asked(saw(payment(), seen(1000), NOW), operation(CAPTURE))
    assert isinstance(there, Payment)
    refused = settled(there, operation_id(), NO, NOW)
    assert [refused.state(one) for one in refused.operations] == [OperationState.FAILED]
    assert refused.status is PaymentStatus.AUTHORIZED
    assert settled(refused, operation_id(), NO, NOW) is refused
    assert unmovable(refused, CAPTURE, usd(1000)) is None


def test_what_the_provider_did_counts_whatever_it_answered() -> None:
    there = asked(saw(payment(), seen(1000, 1000), NOW), operation(REFUND, 400))
    assert isinstance(there, Payment)
    refused = settled(there, operation_id(), NO, NOW)
    came = Refunded(reference="re", amount=usd(400), operation=operation_id())
    after = saw(refused, seen(1000, 1000, came), NOW)
    assert after.state(after.operations[0]) is OperationState.DONE
    assert after.refundable == usd(600)


def test_a_refund_that_does_not_arrive_may_be_made_again() -> None:
    came = Refunded(reference="re", amount=usd(1000), operation=operation_id(), failed=True)
    there = replace(saw(payment(), seen(1000, 1000, came), NOW), operations=(operation(REFUND),))
    assert there.state(there.operations[0]) is OperationState.FAILED
    assert (there.status, there.refundable) == (PaymentStatus.CAPTURED, usd(1000))


def test_an_operation_is_repeated_only_while_its_key_is_known() -> None:
    old = operation(REFUND)
    assert repeatable(old, NOW + REPEATABLE - timedelta(seconds=1))
    assert not repeatable(old, NOW + REPEATABLE)


def test_the_first_answer_to_a_start_stays() -> None:
    new = payment(reference=None)
    answer = Started(reference="ref", client_secret="s", seen=seen())
    begun = started(new, answer, NOW)
    assert (begun.reference, begun.client_secret, begun.status) == ("ref", "s", PaymentStatus.PENDING)
    for late in (NO, answer, replace(answer, reference="another")):
        assert started(begun, late, NOW) is begun
    declined = started(new, NO, NOW)
    assert declined.status is PaymentStatus.FAILED
    assert started(declined, answer, NOW) is declined


def test_news_may_come_before_the_answer_to_a_start() -> None:
    new = payment(reference=None)
    early = heard(new, "ref", seen(1000), NOW)
    assert early is not None
    assert (early.reference, early.status) == ("ref", PaymentStatus.AUTHORIZED)
    assert heard(early, "another", seen(1000), NOW) is None
    begun = started(early, Started(reference="ref", client_secret="s", seen=seen()), NOW)
    assert (begun.client_secret, begun.status) == ("s", PaymentStatus.AUTHORIZED)


def test_a_no_counts_only_if_nothing_shows_that_it_was_done() -> None:
    there = asked(saw(payment(), seen(1000), NOW), operation(CAPTURE))
    assert isinstance(there, Payment)
    after = settled(there, operation_id(), NO, NOW, seen=seen(1000, 1000, seconds=2))
    assert after.version == there.version + 1
    assert [after.state(one) for one in after.operations] == [OperationState.DONE]


@pytest.mark.parametrize("status", PaymentStatus)
def test_which_payments_pay_for_an_order(status: PaymentStatus) -> None:
    codes = {
        PaymentStatus.AUTHORIZED: None,
        PaymentStatus.CAPTURED: None,
        PaymentStatus.PENDING: ErrorCode.PAYMENT_ACTION_REQUIRED,
        PaymentStatus.ACTION_REQUIRED: ErrorCode.PAYMENT_ACTION_REQUIRED,
        PaymentStatus.FAILED: ErrorCode.PAYMENT_DECLINED,
    }
    found = unusable(saw(payment(), ACCOUNTS[status], NOW), CART, usd(1000))
    assert code_of(found) is codes.get(status, ILLEGAL)


def test_a_payment_pays_once_for_its_own_cart_what_it_costs() -> None:
    there = saw(payment(), seen(1000), NOW)
    another = CART.replace("1", "2")
    assert code_of(unusable(there, another, usd(1000))) is ErrorCode.NOT_FOUND  # type: ignore[arg-type]  # an id too
    assert code_of(unusable(there, CART, usd(999))) is ILLEGAL
    assert code_of(unusable(there, CART, Money(1000, CurrencyCode.EUR))) is ILLEGAL
    releasing = asked(there, operation(VOID))
    assert isinstance(releasing, Payment)
    assert code_of(unusable(releasing, CART, usd(1000))) is ILLEGAL
    paid = ordered(there, ORDER, NOW)
    assert ordered(paid, ORDER, NOW) is paid
    assert code_of(unusable(paid, CART, usd(1000))) is ILLEGAL
    with pytest.raises(ValueError, match="pays for"):
        ordered(paid, ORDER.replace("1", "2"), NOW)  # type: ignore[arg-type]  # an id too


def test_a_change_says_which_money_moved() -> None:
    new = payment(reference=None)
    begun = started(new, Started(reference="ref", client_secret="s", seen=seen()), NOW)
    held = saw(begun, seen(1000), NOW)
    taking = asked(held, operation(CAPTURE))
    assert isinstance(taking, Payment)
    taken = saw(taking, seen(1000, 1000), NOW)
    steps = [
        None,
        new,
        begun,
        held,
        taking,
        taken,
        ordered(taken, ORDER, NOW),
        saw(taken, seen(1000, 1000, back(1)), NOW),
    ]
    assert [reason_of(old, step) for old, step in zip([None, *steps[1:-1]], steps[1:], strict=True) if step] == [
        PaymentChangeReason.CREATED,
        PaymentChangeReason.STARTED,
        PaymentChangeReason.AUTHORIZED,
        PaymentChangeReason.CAPTURING,
        PaymentChangeReason.CAPTURED,
        PaymentChangeReason.ORDERED,
        PaymentChangeReason.REFUNDED,
    ]
    releasing = asked(held, operation(VOID))
    assert isinstance(releasing, Payment)
    assert reason_of(releasing, saw(releasing, seen(1000, voided=True), NOW)) is PaymentChangeReason.VOIDED
    assert reason_of(releasing, settled(releasing, operation_id(), NO, NOW)) is PaymentChangeReason.REFUSED
    assert reason_of(begun, saw(begun, attempted(Attempt.DECLINED), NOW)) is PaymentChangeReason.ATTEMPTED


def status_by(account: Seen) -> PaymentStatus:
    """The oracle's own reading of one account."""
    given = sum(one.amount.minor for one in account.refunds if not one.failed)
    taken, promised = account.captured.minor, account.authorized.minor
    rows: Sequence[tuple[bool, PaymentStatus]] = (
        (0 < given < taken, PaymentStatus.PARTIALLY_REFUNDED),
        (0 < given == taken, PaymentStatus.REFUNDED),
        (0 < taken < promised, PaymentStatus.PARTIALLY_CAPTURED),
        (0 < taken == promised, PaymentStatus.CAPTURED),
        (account.voided, PaymentStatus.VOIDED),
        (promised > 0, PaymentStatus.AUTHORIZED),
        (account.attempt is Attempt.ACTION_REQUIRED, PaymentStatus.ACTION_REQUIRED),
        (account.attempt is Attempt.DECLINED, PaymentStatus.FAILED),
    )
    return next((status for true, status in rows if true), PaymentStatus.PENDING)


class Life(RuleBasedStateMachine):
    """A payment and its bank: whoever asks may die before the call or after it, and news come as they like."""

    def __init__(self) -> None:
        super().__init__()
        self.there = payment(10)
        self.bank = Bank(usd(10))
        self.heard = [self.bank.truth]
        self.count = 0

    def keep(self, new: Payment) -> None:
        assert new.version == self.there.version + (new is not self.there)
        self.there = new

    def hear(self, account: Seen) -> None:
        self.heard.append(account)

    @rule(attempt=st.sampled_from(Attempt))
    def try_to_pay(self, attempt: Attempt) -> None:
        self.bank.attempt(attempt)

    @rule()
    def pay(self) -> None:
        self.bank.authorize()

    @rule(sure=st.integers(0, 5))
    def run_out(self, sure: int) -> None:
        if sure == 0:  # seldom, or hardly anything would ever be captured
            self.bank.expire()

    @rule(kind=st.sampled_from(OperationKind), minor=st.integers(-1, 11))
    def ask(self, kind: OperationKind, minor: int) -> None:
        self.count += 1
        before = self.there
        found = asked(before, Operation(id=operation_id(self.count), kind=kind, amount=usd(minor), at=NOW))
        if isinstance(found, Payment):
            self.keep(found)
            if kind is REFUND:
                assert found.refundable == before.refundable - usd(minor)
        elif kind is REFUND and before.captured.minor and minor > 0:
            assert minor > before.refundable.minor

    @precondition(lambda self: self.there.operations)
    @rule(place=st.integers(0, 30), dies=st.booleans())
    def carry_out(self, place: int, dies: bool) -> None:
        """Also what is done already: a request that comes late, or twice."""
        chosen = self.there.operations[place % len(self.there.operations)]
        answer = self.bank.carry_out(chosen)
        if dies:
            return
        if isinstance(answer, Seen):
            self.hear(answer)
        self.keep(settled(self.there, chosen.id, answer, NOW))

    @rule(place=st.integers(0, 60))
    def news(self, place: int) -> None:
        """Any account that the bank ever gave: late, again, or out of order."""
        account = self.bank.said[place % len(self.bank.said)]
        self.hear(account)
        self.keep(saw(self.there, account, NOW))

    @rule(minor=st.integers(1, 10))
    def refund_elsewhere(self, minor: int) -> None:
        self.bank.refund_elsewhere(minor)

    @rule(place=st.integers(0, 10), sure=st.integers(0, 3))
    def a_refund_fails(self, place: int, sure: int) -> None:
        if sure == 0:
            self.bank.fail(place)

    @rule()
    def settle_all(self) -> None:
        """What a sweep does: whatever is pending is asked for again, and then the bank is asked how things stand."""
        for one in self.there.pending():
            answer = self.bank.carry_out(one)
            if isinstance(answer, Seen):
                self.hear(answer)
            self.keep(settled(self.there, one.id, answer, NOW))
        self.hear(self.bank.truth)
        self.keep(saw(self.there, self.bank.truth, NOW))
        assert not self.there.pending()
        assert self.there.seen == self.bank.truth
        done = {one.id for one in self.there.operations if self.there.state(one) is OperationState.DONE}
        failed = {one.operation for one in self.bank.truth.refunds if one.failed}
        carried = {one for one in self.bank.effects if one not in failed}
        assert carried <= done, "what happened is known"
        assert {one for one in done if refund_of(self.there, one)} <= carried, "and nothing else is"

    @invariant()
    def no_more_is_taken_than_promised_and_no_more_given_back_than_taken(self) -> None:
        for account in (self.there.seen, self.bank.truth):
            assert account.captured.minor <= account.authorized.minor <= 10
            assert 0 <= account.refunded.minor <= account.captured.minor
            assert not (account.voided and account.captured.minor)

    @invariant()
    def nothing_is_counted_twice(self) -> None:
        """The payment says what the newest account that was heard says, whatever came before, after or again."""
        newest = max(self.heard, key=lambda account: account.at)
        assert self.there.seen == newest
        assert len(self.bank.effects) == len(set(self.bank.effects))

    @invariant()
    def the_status_is_explained_by_what_was_heard(self) -> None:
        assert self.there.status is status_by(max(self.heard, key=lambda account: account.at))

    @invariant()
    def what_is_on_its_way_is_not_given_back_again(self) -> None:
        waiting = sum(one.amount.minor for one in self.there.pending(REFUND))
        left = self.there.captured.minor - self.there.refunded.minor - waiting
        assert self.there.refundable.minor == max(0, left)


Life.TestCase.settings = settings(max_examples=400, stateful_step_count=40)
TestLife = Life.TestCase
