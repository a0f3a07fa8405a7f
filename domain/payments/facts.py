"""What a provider has said of a payment: totals that only grow, so that news in any order say the same in the end.

Each ``Seen`` is the provider's whole account of one payment at one moment. Its totals never fall and its refunds never
vanish (one that failed is marked, not removed), so the newest account has the most of everything: joining any of them,
in any order and any number of times, gives the newest of them.
"""

from datetime import datetime
from enum import Enum
from typing import Final

from domain.ids import OperationId
from domain.money import Money
from domain.values import value


class Attempt(Enum):
    """How far the buyer has come with paying, as long as nothing is authorized; later in this list is further.

    WAITING: Nothing has been tried yet.
    ACTION_REQUIRED: The buyer has to confirm the payment, to the bank say.
    DECLINED: It was refused, and another try may be made.
    """

    WAITING = "WAITING"
    ACTION_REQUIRED = "ACTION_REQUIRED"
    DECLINED = "DECLINED"


_FURTHER: Final = tuple(Attempt)


@value
class Refunded:
    """Money on its way back: ``reference`` is the provider's name for it, ``operation`` ours, if it was we who asked.

    ``failed``: it never got there, and is the shop's again.
    """

    reference: str
    amount: Money
    operation: OperationId | None = None
    failed: bool = False


@value
class Seen:
    """A provider's account of a payment ``at`` a moment.

    ``authorized`` is how much the buyer's bank had promised, and stays what it was when it has been captured or
    released; ``captured`` is what was taken in all. ``voided``: the promise was given back, or ran out, and nothing was
    taken. ``next_action_url`` is where the buyer goes on, ``decline_code`` why the last try was refused.
    """

    at: datetime
    attempt: Attempt = Attempt.WAITING
    next_action_url: str | None = None
    decline_code: str | None = None
    authorized: Money
    captured: Money
    voided: bool = False
    refunds: tuple[Refunded, ...] = ()

    @property
    def refunded(self) -> Money:
        """What was given back in all."""
        return sum((one.amount for one in self.refunds if not one.failed), self.captured * 0)


def joined(one: Seen, other: Seen) -> Seen:
    """What both accounts say together; equal to ``one`` when the other says nothing new.

    Of the attempts the later counts, and of one moment the further. Raises MixedCurrencies when the two are not of one
    currency, and so not of one payment.
    """
    latest = max(one, other, key=_age)
    return Seen(
        at=latest.at,
        attempt=latest.attempt,
        next_action_url=latest.next_action_url,
        decline_code=latest.decline_code,
        authorized=max(one.authorized, other.authorized),
        captured=max(one.captured, other.captured),
        voided=one.voided or other.voided,
        refunds=_refunds(one, other),
    )


def _age(seen: Seen) -> tuple[datetime, int, str, str]:
    """The texts decide between accounts that differ in nothing else, so that the order of coming never does."""
    return seen.at, _FURTHER.index(seen.attempt), seen.next_action_url or "", seen.decline_code or ""


def _refunds(one: Seen, other: Seen) -> tuple[Refunded, ...]:
    there = {refund.reference: refund for refund in one.refunds}
    for refund in other.refunds:
        known = there.get(refund.reference)
        if known is None or refund.failed:
            there[refund.reference] = refund
    return tuple(sorted(there.values(), key=lambda refund: refund.reference))
