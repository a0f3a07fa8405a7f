"""How money is moved: decided and stored first, then asked of the provider, then settled; a crash loses nothing.

An operation is in the payment, with the key that its provider will know it by, before the provider hears of it. Whoever
finds it pending, be it the same request repeated, another of them, or a sweep, asks again with that key, and it happens
once. When the key is too old to be known, the provider is asked what became of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from datasources.dynamo.payments import Outcome, PaymentTable
from datasources.faults import ProviderAway
from domain.errors import ErrorCode, PaymentError
from domain.ids import OPERATION, OperationId, PaymentId
from domain.keys import Key
from domain.money import Money
from domain.payments import moving
from domain.payments.facts import Seen
from domain.payments.owing import Intention, owed, unplaced
from domain.payments.payments import Operation, OperationKind, OperationState, Payment
from domain.payments.provider import Declined, News, Provider
from domain.payments.storing import Decision, NoPayment, Refusal, StoredPayment

AWAY: Final = PaymentError(
    code=ErrorCode.PROVIDER_UNAVAILABLE,
    message="the provider does not answer, and it is not known yet whether it happened; send the same request again",
    retryable=True,
)
LOST: Final = Declined(code=None, message="the provider never heard of it")

type May = Callable[[Payment], NoPayment | Refusal | None]
"""Whether a payment is one that the caller may move the money of; None when it is."""


def anybody(_: Payment) -> None:
    """Asked by the shop itself."""


class Cashier:
    """Moves money by the ``providers``, each known by its name in a payment.

    Where a provider is away the answer is a Refusal with AWAY; what was stored stays, and the same request goes on.
    """

    def __init__(
        self,
        store: PaymentTable,
        providers: Mapping[str, Provider],
        *,
        now: Callable[[], datetime],
        new_id: Callable[[str], str],
    ) -> None:
        self.store: Final = store
        self.providers: Final = providers
        self._now = now
        self._new_id = new_id

    def start(self, payment: Payment | Refusal, return_url: str | None, key: Key) -> Outcome:
        """Store a new payment, once for a key, and have its provider begin it."""
        return self._begun(self.store.create(payment, key), return_url)

    def go_on(self, payment_id: PaymentId, return_url: str | None, key: Key) -> Outcome:
        """A payment that has begun before, given for another key too; begun now, if its provider was away."""
        stored = self.store.change(payment_id, lambda there: Decision(payment=there), key=key)
        return self._begun(stored, return_url)

    def _begun(self, stored: Outcome, return_url: str | None) -> Outcome:
        if not isinstance(stored, StoredPayment) or stored.payment.client_secret or stored.payment.declined:
            return stored
        try:
            answer = self.providers[stored.payment.provider].start(stored.payment, return_url)
        except ProviderAway:
            return Refusal(errors=(AWAY,))
        return self._changed(stored, lambda there: moving.started(there, answer, self._now()))

    def move(
        self,
        payment_id: PaymentId,
        kind: OperationKind,
        amount: Money | None,
        key: Key,
        *,
        reason: str | None = None,
        may: May = anybody,
    ) -> Outcome:
        """Have money moved, once for a key; no ``amount`` is the whole of it.

        The answer's ``operation`` is what became of it: refused by the provider, it is FAILED.
        """
        id_ = OperationId(self._new_id(OPERATION))

        def decide(there: Payment) -> Decision | Refusal | NoPayment:
            if (no := may(there)) is not None:
                return no
            wanted = there.amount if amount is None else amount
            new = moving.asked(there, Operation(id=id_, kind=kind, amount=wanted, reason=reason, at=self._now()))
            return Decision(payment=new, operation=id_) if isinstance(new, Payment) else Refusal(errors=(new,))

        stored = self.store.change(payment_id, decide, key=key)
        return self._carried_out(stored, stored.operation) if isinstance(stored, StoredPayment) else stored

    def resume(self, payment: Payment) -> Outcome:
        """Carry on with all that is pending of a payment; AWAY as soon as its provider is."""
        stored: Outcome = StoredPayment(payment=payment)
        for one in payment.pending():
            if isinstance(stored, StoredPayment):
                stored = self._carried_out(stored, one.id)
        return stored

    def owe(self, payment_id: PaymentId, wish: Intention) -> Outcome:
        """Have done what is owed, once for its id, and in whatever order it is asked for.

        StoredPayment: it is stored, and will be carried on with where its provider is away now. Refusal: something else
        is to be finished first, so that nothing is stored yet; ask again.
        """
        return self._owed(payment_id, lambda _: wish)

    def release(self, payment_id: PaymentId) -> Outcome:
        """Give back the money of a payment that no order can be placed with, unless one has been; as ``owe``."""
        return self._owed(payment_id, unplaced)

    def _owed(self, payment_id: PaymentId, wish_of: Callable[[Payment], Intention | None]) -> Outcome:
        def decide(there: Payment) -> Decision | Refusal:
            wish = wish_of(there)
            if wish is None:
                return Decision(payment=there)
            new = owed(there, wish, self._now())
            return Decision(payment=new, operation=wish.id) if isinstance(new, Payment) else Refusal(errors=(new,))

        stored = self.store.change(payment_id, decide)
        if isinstance(stored, Refusal) and (kept := self.store.get(payment_id)) is not None:
            before = self.resume(kept.payment)
            stored = self.store.change(payment_id, decide) if isinstance(before, StoredPayment) else before
        if not isinstance(stored, StoredPayment):
            return stored
        done = self._carried_out(stored, stored.operation)
        return stored if isinstance(done, Refusal) else done

    def look(self, payment: Payment) -> Outcome:
        """The payment, knowing what its provider says of it now."""
        if payment.reference is None:
            return StoredPayment(payment=payment)
        try:
            seen = self.providers[payment.provider].fetch(payment.reference)
        except ProviderAway:
            return Refusal(errors=(AWAY,))
        return self._changed(StoredPayment(payment=payment), lambda there: moving.saw(there, seen, self._now()))

    def hear(self, provider: str, news: News) -> Outcome:
        """The payment, knowing what its provider said unasked; each news counts once. NoPayment: it is not ours.

        News that say nothing new, because the answer to a request said it before, cost a read. Raises ProviderAway when
        the news only say that there are some, and the provider cannot be asked.
        """
        kept = self.store.get(news.payment) if news.payment is not None else None
        if kept is None:
            kept = self.store.by_reference(provider, news.reference)
        if kept is None or kept.payment.provider != provider:
            return NoPayment()
        seen = news.seen or self.providers[provider].fetch(news.reference)
        known = Key(caller=f"news of {provider}", key=news.event, fingerprint="")

        def decide(there: Payment) -> Decision | NoPayment:
            new = moving.heard(there, news.reference, seen, self._now())
            return NoPayment() if new is None else Decision(payment=new)

        return self.store.change(kept.payment.id, decide, key=known, news=True, read=kept)

    def _carried_out(self, stored: StoredPayment, id_: OperationId | None) -> Outcome:
        asked = stored.payment.operation(id_) if id_ else None
        if asked is None or stored.payment.state(asked) is not OperationState.PENDING:
            return stored
        try:
            answer, seen = self._answer(stored.payment, asked)
        except ProviderAway:
            return Refusal(errors=(AWAY,))

        def settled(there: Payment) -> Payment:
            return moving.settled(there, asked.id, answer, self._now(), seen=seen)

        return self._changed(replace(stored, operation=asked.id), settled)

    def _answer(self, payment: Payment, asked: Operation) -> tuple[Seen | Declined, Seen | None]:
        """What the provider says to an operation, and when it says no, how the payment stands then."""
        provider, reference = self.providers[payment.provider], payment.reference or ""
        if not moving.repeatable(asked, self._now()):
            return LOST, provider.fetch(reference)
        answer = _asked(provider, reference, asked)
        return answer, provider.fetch(reference) if isinstance(answer, Declined) else None

    def _changed(self, stored: StoredPayment, change: Callable[[Payment], Payment]) -> Outcome:
        about = stored.operation
        return self.store.change(
            stored.payment.id, lambda there: Decision(payment=change(there), operation=about), read=stored.written
        )


def _asked(provider: Provider, reference: str, asked: Operation) -> Seen | Declined:
    match asked.kind:
        case OperationKind.CAPTURE:
            return provider.capture(reference, asked.amount, asked.id)
        case OperationKind.VOID:
            return provider.void(reference, asked.id)
        case OperationKind.REFUND:
            return provider.refund(reference, asked.amount, asked.id)
