"""How buyers pay, and how money is taken and given back."""

import strawberry

from schema.errors import UserError
from schema.money import MoneyInput
from schema.payments.types import Payment, Refund
from schema.prose import entity
from schema.route import Access, routed
from schema.scalars import AWSURL


@entity
class PaymentPayload:
    """What became of a payment.

    payment: The payment as it is now; null when there are user errors, but for PAYMENT_DECLINED: then it is the one
      that was refused.
    user_errors: What stood against it; no money was moved when there are any. PROVIDER_UNAVAILABLE means that it is not
      known yet: send the same request again.
    """

    payment: Payment | None
    user_errors: list[UserError]


@entity
class RefundPayload:
    """What became of a wish to give money back.

    refund: The refund; null when there are user errors, but for PAYMENT_DECLINED: then it is the one that was refused.
    payment: The payment as it is now; null as refund is.
    user_errors: What stood against it; no money was moved when there are any. PROVIDER_UNAVAILABLE means that it is not
      known yet: send the same request again.
    """

    refund: Refund | None
    payment: Payment | None
    user_errors: list[UserError]


@strawberry.type
class PaymentMutations:
    @routed("payments", Access.PUBLIC)
    def payment_start(
        self,
        cart_id: strawberry.ID,
        provider: str,
        idempotency_key: str,
        return_url: AWSURL | None = None,
    ) -> PaymentPayload:
        """Begin to pay for a cart: all that it costs at this moment, in its currency.

        The cart must lack nothing: each of its requirements is a user error below ["cartId"]. Whoever has begun to pay
        the same amount by the same provider already, and can go on with that, is given that payment.

        To promise the amount is to buy, so begin when the buyer has decided. Complete the checkout then; a cart that
        nobody completes within half a minute becomes an order by itself, or the payment is released if it cannot.

        cart_id: The cart, which must be the caller's.
        provider: Who carries the payment out, such as "stripe".
        idempotency_key: A text of the caller's choosing, 8 to 128 characters, best a random UUID: the same key and
          request again give the same payment, as it is now; kept for 24 hours.
        return_url: Where the buyer comes back to from a page of the provider; an address of the web.
        """

    @routed("payments", Access.BACK_OFFICE)
    def payment_capture(
        self, id: strawberry.ID, idempotency_key: str, amount: MoneyInput | None = None
    ) -> PaymentPayload:
        """Take what a buyer has promised, once: what is not taken with it is released.

        id: Which payment.
        idempotency_key: As in paymentStart; kept for 24 hours.
        amount: How much, at most what was promised; all of it when left out.
        """

    @routed("payments", Access.FINANCE)
    def payment_refund(
        self, id: strawberry.ID, amount: MoneyInput, idempotency_key: str, reason: str | None = None
    ) -> RefundPayload:
        """Give back some of what was taken, or all of it; as often as there is something left.

        id: Which payment.
        amount: How much, at most what was taken and not given back yet.
        idempotency_key: As in paymentStart; kept for 24 hours.
        reason: Why, for those who keep the books; at most 500 characters.
        """

    @routed("payments", Access.BACK_OFFICE)
    def payment_void(self, id: strawberry.ID, idempotency_key: str) -> PaymentPayload:
        """Release what a buyer has promised; afterwards nothing can be paid or taken any more.

        id: Which payment.
        idempotency_key: As in paymentStart; kept for 24 hours.
        """
