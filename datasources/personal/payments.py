"""Payments of a customer: those that they began, and those of orders that are theirs."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from datasources.dynamo.payments import PaymentTable
from datasources.personal.pieces import Piece, document
from datasources.psp import simulator
from domain.ids import CustomerId, PaymentId
from domain.orders.orders import Order
from domain.payments.erasing import erased
from domain.payments.payments import PaymentStatus
from domain.payments.storing import Decision, KeptPayment


class PersonalPayments:
    """``bought`` are the customer's orders. At the provider they are kept by its own duties."""

    def __init__(
        self, payments: PaymentTable, *, bought: Callable[[CustomerId], Iterable[Order]], now: Callable[[], datetime]
    ) -> None:
        self._payments = payments
        self._bought = bought
        self._now = now

    def owed(self, customer: CustomerId) -> list[str]:
        """Those that wait for their order, in words."""
        found = self._payments.many(self._payments.of_customer(customer)).values()
        waits = {PaymentStatus.AUTHORIZED, PaymentStatus.CAPTURED}
        return [
            f"payment {one.id} waits for its order" for one in found if one.order_id is None and one.status in waits
        ]

    def everything(self, customer: CustomerId) -> Iterator[Piece]:
        """A piece a payment."""
        for id_ in self._of(customer):
            kept = self._payments.get(id_)
            if kept is not None:
                yield document(f"payments/{id_}", self._whole(kept))

    def _whole(self, kept: KeptPayment) -> Any:
        reference = _simulated(kept)
        url = simulator.told_of_buyer(self._payments.table, reference) if reference else None
        return {"payment": kept.payment, "changes": kept.changes, "returnUrl": url}

    def erase(self, customer: CustomerId) -> int:
        """Make them nobody's: what the shop's accounts need stays (``declared.py``)."""
        return sum(self._erased(customer, one) for one in self._of(customer))

    def _erased(self, customer: CustomerId, id_: PaymentId) -> bool:
        kept = self._payments.get(id_)
        listed = id_ in self._payments.of_customer(customer)
        changed = kept is not None and erased(kept.payment, self._now()) is not kept.payment
        if kept is not None and (reference := _simulated(kept)) is not None:
            simulator.forget(self._payments.table, reference)
        if changed:
            self._payments.change(id_, lambda one: Decision(payment=erased(one, self._now())))
        if listed:
            self._payments.let_go(customer, id_)
        return changed or listed

    def _of(self, customer: CustomerId) -> list[PaymentId]:
        bought = (facts.id for order in self._bought(customer) for facts in order.payments)
        return list(dict.fromkeys((*self._payments.of_customer(customer), *bought)))


def _simulated(kept: KeptPayment) -> str | None:
    """What the simulator knows the payment by, if it is one of its."""
    return kept.payment.reference if kept.payment.provider == simulator.NAME else None
