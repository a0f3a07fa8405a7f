"""How Stripe's objects read as an account of a payment (API reference, "PaymentIntents", "Charges", "Refunds").

Amounts: Stripe counts each of our currencies in the same minor units as we do, yen whole ("Zero-decimal currencies")
and dinars in thousandths, but of those only whole tens ("Three-decimal currencies").
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from domain.ids import OperationId
from domain.money import CurrencyCode, Money
from domain.payments.facts import Attempt, Refunded, Seen

OPERATION: Final = "operation"
PAYMENT: Final = "payment"
"""Entries of metadata, by which what we asked for is known again."""
THREE_DECIMALS: Final = 3
STEP: Final = 10
_FAILED: Final = frozenset({"failed", "canceled"})
_SUCCEEDED: Final = "succeeded"


class Redirect(Struct, frozen=True):
    """Where the buyer confirms a payment."""

    url: str | None = None


class NextAction(Struct, frozen=True):
    """What the buyer has to do; without an address, Stripe's own code on the page does it."""

    redirect_to_url: Redirect | None = None


class LastError(Struct, frozen=True):
    """Why the last try was refused."""

    code: str | None = None
    decline_code: str | None = None


class Charge(Struct, frozen=True):
    """A try at a payment; ``amount_captured`` is missing before API version 2020-08-27."""

    amount: int
    status: str
    captured: bool = False
    amount_captured: int | None = None

    @property
    def taken(self) -> int:
        """What was captured of it."""
        if not self.captured:
            return 0
        return self.amount if self.amount_captured is None else self.amount_captured


class Intent(Struct, frozen=True):
    """A PaymentIntent with its latest charge."""

    id: str
    amount: int
    currency: str
    status: str
    client_secret: str | None = None
    latest_charge: Charge | None = None
    next_action: NextAction | None = None
    last_payment_error: LastError | None = None


class Refund(Struct, frozen=True):
    """A refund; ``created`` is in seconds since 1970."""

    id: str
    amount: int
    status: str | None = None
    created: int = 0
    metadata: Mapping[str, str] = {}


def payable(amount: Money) -> bool:
    """Whether Stripe can move this amount."""
    return amount.currency.decimals != THREE_DECIMALS or amount.minor % STEP == 0


def account(intent: Intent, refunds: Sequence[Refund], at: datetime) -> Seen:
    """The account that an intent and all refunds of it give, as it was ``at`` a moment."""
    currency = CurrencyCode(intent.currency.upper())
    charge = intent.latest_charge
    promised = charge.amount if charge and charge.status == _SUCCEEDED else 0
    taken = charge.taken if charge and promised else 0
    error, action = intent.last_payment_error, intent.next_action
    attempt = _attempt(intent)
    declined = error if attempt is Attempt.DECLINED else None
    redirect = action.redirect_to_url if action and attempt is Attempt.ACTION_REQUIRED else None
    return Seen(
        at=at,
        attempt=attempt,
        next_action_url=redirect.url if redirect else None,
        decline_code=(declined.decline_code or declined.code) if declined else None,
        authorized=Money(promised, currency),
        captured=Money(taken, currency),
        voided=intent.status == "canceled" and not taken,
        refunds=_refunded(refunds, promised - taken, currency) if taken else (),
    )


def _attempt(intent: Intent) -> Attempt:
    if intent.status == "requires_action":
        return Attempt.ACTION_REQUIRED
    failed = intent.status == "requires_payment_method" and intent.last_payment_error is not None
    return Attempt.DECLINED if failed else Attempt.WAITING


def _refunded(refunds: Sequence[Refund], released: int, currency: CurrencyCode) -> tuple[Refunded, ...]:
    """What was given back of what was taken.

    What a capture in part releases can stand among the refunds, "automatically refunded" (API reference, "Cancel a
    PaymentIntent"), though it was never taken: the oldest refund of just that amount that nobody here asked for.
    """
    old = sorted(refunds, key=lambda one: (one.created, one.id))
    release = next((one.id for one in old if released and one.amount == released and not one.metadata), None)
    found = (
        Refunded(
            reference=one.id,
            amount=Money(one.amount, currency),
            operation=OperationId(one.metadata[OPERATION]) if OPERATION in one.metadata else None,
            failed=one.status in _FAILED,
        )
        for one in old
        if one.id != release
    )
    return tuple(sorted(found, key=lambda one: one.reference))
