"""What a payment is to those who pay, and to those who take the money."""

import strawberry

from domain.orders.statuses import PaymentStatus
from schema.money import Money
from schema.prose import choice, entity
from schema.scalars import AWSURL, AWSDateTime

__all__ = ["Payment", "PaymentStatus", "Refund"]

choice(PaymentStatus)


@entity
class Refund:
    """Money that is given back, as it was asked for here.

    id: The refund's id.
    amount: How much.
    reason: Why, in the words of whoever asked for it.
    status: PENDING until the provider's answer is known, then REFUNDED, or FAILED: nothing was given back.
    created_at: When it was asked for.
    """

    id: strawberry.ID
    amount: Money
    reason: str | None
    status: PaymentStatus
    created_at: AWSDateTime


@entity
class Payment:
    """An amount to be had from a buyer for one cart.

    id: The payment's id; of a guest's payment a secret: who has it can read the payment.
    provider: Who carries it out, such as "stripe".
    status: Where the money stands, as far as the provider has said.
    amount: What is to be paid in all.
    captured: What was taken of it.
    refunded: What was given back, here or at the provider itself.
    client_secret: By what the buyer's browser pays at the provider; null for anybody but the buyer, and before the
      provider has answered.
    next_action_url: Where the buyer goes to confirm it; null when there is nothing to confirm, and for anybody else.
    decline_code: The provider's own word for why the last try was refused, such as "insufficient_funds".
    refunds: Refunds that were asked for here, the oldest first.
    created_at: When it was begun.
    """

    id: strawberry.ID
    provider: str
    status: PaymentStatus
    amount: Money
    captured: Money
    refunded: Money
    client_secret: str | None
    next_action_url: AWSURL | None
    decline_code: str | None
    refunds: list[Refund]
    created_at: AWSDateTime
