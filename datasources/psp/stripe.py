"""Stripe, by its own library: PaymentIntents that are captured by hand.

The library takes half a second to be loaded, more than all else in a function, so it is loaded at the first call.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec

from datasources.faults import ProviderAway, StoreFault, StoreRefused, StoreUnreadable
from datasources.psp import signatures
from datasources.psp.stripe_account import OPERATION, PAYMENT, Intent, Refund, account, payable
from datasources.roundtrips import sent
from domain.ids import OperationId, PaymentId
from domain.money import Money
from domain.payments.facts import Seen
from domain.payments.provider import Declined, Forged, News, Started, Told

if TYPE_CHECKING:
    from stripe import StripeClient, StripeError

NAME: Final = "stripe"
STORE: Final = "Stripe"
HEADER: Final = "stripe-signature"
SECONDS: Final = (2, 6)
"""To connect, and to wait: Stripe answers within a second as a rule, and some banks take several."""
RETRIES: Final = 1
"""The library's own, with the same key: two tries of 8 s and a pause leave room for a store, where AppSync waits 30."""
MOST_REFUNDS: Final = 100
"""A page of a list (API reference, "Pagination"); all pages are read."""
UNPAYABLE: Final = Declined(code="amount_step", message="this provider takes this currency in steps of 0.010 only")
_CONFLICT, _TOO_MANY, _SERVER_ERROR = 409, 429, 500


class _Thing(msgspec.Struct, frozen=True):
    """What an event is about: a PaymentIntent, or what belongs to one."""

    object: str
    id: str = ""
    payment_intent: str | None = None
    metadata: Mapping[str, str] = {}


class _Data(msgspec.Struct, frozen=True):
    object: _Thing


class _Event(msgspec.Struct, frozen=True):
    id: str
    data: _Data


class Stripe:
    """``key`` and ``webhook_secret`` give the secrets, asked each time they are needed; ``api`` is another address."""

    def __init__(
        self,
        *,
        key: Callable[[], str],
        webhook_secret: Callable[[], str],
        now: Callable[[], datetime],
        api: str | None = None,
    ) -> None:
        self._key = key
        self._webhook_secret = webhook_secret
        self._now = now
        self._api = api
        self._made: tuple[str, StripeClient] | None = None

    def start(self, payment: Told, return_url: str | None) -> Started | Declined:  # noqa: ARG002  # the page has it
        """Begin a payment, once for its id. Its secret is for Stripe's own code on the buyer's page."""
        if not payable(payment.amount):
            return UNPAYABLE
        at = self._now()
        with _answers("create") as refused:
            made = self._client().v1.payment_intents.create(
                {
                    "amount": payment.amount.minor,
                    "currency": payment.amount.currency.value.lower(),
                    "capture_method": "manual",
                    "metadata": {PAYMENT: payment.id},
                },
                {"idempotency_key": payment.id},
            )
            intent = _read(made, Intent)
            return Started(reference=intent.id, client_secret=intent.client_secret or "", seen=account(intent, (), at))
        return refused[0]

    def fetch(self, reference: str) -> Seen:
        """How a payment stands, by one request, and by one more for its refunds once something was taken."""
        at = self._now()
        with _answers("retrieve") as refused:
            intent = _read(self._client().v1.payment_intents.retrieve(reference, {"expand": ["latest_charge"]}), Intent)
            taken = intent.latest_charge is not None and intent.latest_charge.taken
            return account(intent, self._refunds(reference) if taken else (), at)
        raise StoreRefused(STORE, f"{reference}: {refused[0].message}")

    def capture(self, reference: str, amount: Money, key: OperationId) -> Seen | Declined:
        """Take what was promised, or a part of it; Stripe releases the rest."""
        if not payable(amount):
            return UNPAYABLE
        at = self._now()
        with _answers("capture") as refused:
            done = self._client().v1.payment_intents.capture(
                reference, {"amount_to_capture": amount.minor, "expand": ["latest_charge"]}, {"idempotency_key": key}
            )
            return account(_read(done, Intent), (), at)
        return refused[0]

    def void(self, reference: str, key: OperationId) -> Seen | Declined:
        """Cancel the PaymentIntent."""
        at = self._now()
        with _answers("cancel") as refused:
            done = self._client().v1.payment_intents.cancel(
                reference, {"expand": ["latest_charge"]}, {"idempotency_key": key}
            )
            return account(_read(done, Intent), (), at)
        return refused[0]

    def refund(self, reference: str, amount: Money, key: OperationId) -> Seen | Declined:
        """Give back some of what was taken, then see how things stand: three requests."""
        if not payable(amount):
            return UNPAYABLE
        with _answers("refund") as refused:
            self._client().v1.refunds.create(
                {"payment_intent": reference, "amount": amount.minor, "metadata": {OPERATION: key}},
                {"idempotency_key": key},
            )
            return self.fetch(reference)
        return refused[0]

    def forged(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Forged | None:
        """Why it is none of Stripe's webhooks; None when it is."""
        wrong = signatures.forged(self._webhook_secret(), headers.get(HEADER), body, now)
        return wrong or signatures.unreadable(self.news, body)

    def news(self, body: bytes) -> tuple[News, ...]:
        """Which payment a webhook is about; nothing else of it is believed, for it may be older than what we know."""
        try:
            event = msgspec.json.decode(body, type=_Event)
        except msgspec.DecodeError as error:
            raise StoreUnreadable(STORE, f"this is no event: {error}") from error
        thing = event.data.object
        reference = thing.id if thing.object == "payment_intent" else thing.payment_intent
        if not reference:
            return ()
        ours = thing.metadata.get(PAYMENT) if thing.object == "payment_intent" else None
        return (News(event=event.id, reference=reference, payment=PaymentId(ours) if ours else None),)

    def _refunds(self, reference: str) -> tuple[Refund, ...]:
        sent("stripe.refunds")
        found = self._client().v1.refunds.list({"payment_intent": reference, "limit": MOST_REFUNDS})
        return tuple(_read(one, Refund) for one in found.auto_paging_iter())

    def _client(self) -> "StripeClient":
        """Made anew when the key is another."""
        key = self._key()
        if self._made is None or self._made[0] != key:
            self._made = (key, _client(key, self._api))
        return self._made[1]


def _client(key: str, api: str | None) -> "StripeClient":
    import stripe  # noqa: PLC0415  # heavy, and not needed by whoever never pays

    stripe.enable_telemetry = False
    return stripe.StripeClient(
        key,
        base_addresses={"api": api} if api else {},
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=SECONDS),
    )


def _read[T](answer: Any, kind: type[T]) -> T:
    try:
        return msgspec.convert(answer.to_dict(), kind)
    except msgspec.ValidationError as error:
        raise StoreUnreadable(STORE, f"this is no {kind.__name__}: {error}") from error


@contextmanager
def _answers(call: str) -> Iterator[list[Declined]]:
    """Say the library's errors in our words: a no is left in the list, all else is raised as a fault."""
    import stripe  # noqa: PLC0415  # see above

    refused: list[Declined] = []
    sent(f"stripe.{call}")
    try:
        yield refused
    except (stripe.CardError, stripe.InvalidRequestError) as error:
        refused.append(_declined(error))
    except stripe.StripeError as error:
        raise _fault(error) from error


def _declined(error: "StripeError") -> Declined:
    body = error.json_body if isinstance(error.json_body, dict) else {}
    code = body.get("error", {}).get("decline_code") or error.code
    return Declined(code=code, message=error.user_message or "it was refused")


def _fault(error: "StripeError") -> StoreFault:
    """Away, where another try may help: also when another request is using the key in the same moment (409)."""
    status = error.http_status
    away = status is None or status in {_CONFLICT, _TOO_MANY} or status >= _SERVER_ERROR
    # Not its own words, which can show a part of the key: Stripe's id of the request is enough to find it by.
    said = f"{type(error).__name__} {status or ''} {error.code or ''} {error.request_id or ''}".strip()
    return (ProviderAway if away else StoreRefused)(STORE, said)
