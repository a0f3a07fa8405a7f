"""Payments to try things with, and a bank: a provider in memory that keeps its word and remembers all it said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from domain.ids import CartId, CustomerId, OperationId, OrderId, PaymentId
from domain.money import CurrencyCode, Money
from domain.payments.facts import Attempt, Refunded, Seen
from domain.payments.payments import Operation, OperationKind, Payment, begun
from domain.payments.provider import Declined

NOW: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
CART: Final = CartId("cart_00000000000000000000000001")
ORDER: Final = OrderId("order_00000000000000000000000001")
OWNER: Final = CustomerId("somebody")


def usd(minor: int) -> Money:
    return Money(minor, CurrencyCode.USD)


def payment_id(number: int = 1) -> PaymentId:
    return PaymentId(f"pay_{number:026}")


def operation_id(number: int = 1) -> OperationId:
    return OperationId(f"op_{number:026}")


def payment(minor: int = 1000, *, number: int = 1, reference: str | None = "ref-1") -> Payment:
    made = begun(payment_id(number), CART, usd(minor), NOW, provider="bank", owner=OWNER)
    return replace(made, reference=reference)


def seen(authorized: int = 0, captured: int = 0, *refunds: Refunded, voided: bool = False, seconds: int = 1) -> Seen:
    return Seen(
        at=NOW + timedelta(seconds=seconds),
        authorized=usd(authorized),
        captured=usd(captured),
        voided=voided,
        refunds=refunds,
    )


def operation(kind: OperationKind, minor: int = 1000, *, number: int = 1, at: datetime = NOW) -> Operation:
    return Operation(id=operation_id(number), kind=kind, amount=usd(minor), at=at)


class Bank:
    """What is true of one payment of ``amount``; the same key is answered the same, whatever has happened since."""

    def __init__(self, amount: Money) -> None:
        self.amount = amount
        self.truth = Seen(at=NOW, authorized=amount * 0, captured=amount * 0)
        self.said = [self.truth]
        self.effects: list[OperationId] = []
        self._answers: dict[OperationId, Seen | Declined] = {}

    def now(self) -> datetime:
        return self.truth.at

    def becomes(self, **parts: Any) -> Seen:
        self.truth = replace(self.truth, at=self.truth.at + timedelta(seconds=1), **parts)
        self.said.append(self.truth)
        return self.truth

    def attempt(self, attempt: Attempt) -> None:
        if not (self.truth.authorized.minor or self.truth.voided):
            self.becomes(attempt=attempt, decline_code="no" if attempt is Attempt.DECLINED else None)

    def authorize(self) -> None:
        if not (self.truth.authorized.minor or self.truth.voided):
            self.becomes(authorized=self.amount)

    def expire(self) -> None:
        if not self.truth.captured.minor:
            self.becomes(voided=True)

    def refund_elsewhere(self, minor: int) -> None:
        """In the provider's own back office: no operation of ours."""
        if minor <= (self.truth.captured - self.truth.refunded).minor:
            self._give_back(Money(minor, self.amount.currency), None)

    def fail(self, place: int) -> None:
        """A refund that does not arrive."""
        if self.truth.refunds:
            chosen = self.truth.refunds[place % len(self.truth.refunds)]
            refunds = (replace(one, failed=True) if one == chosen else one for one in self.truth.refunds)
            self.becomes(refunds=tuple(refunds))

    def carry_out(self, asked: Operation) -> Seen | Declined:
        if asked.id not in self._answers:
            self._answers[asked.id] = self._carried_out(asked)
        return self._answers[asked.id]

    def _carried_out(self, asked: Operation) -> Seen | Declined:
        open_ = bool(self.truth.authorized.minor) and not self.truth.captured.minor and not self.truth.voided
        match asked.kind:
            case OperationKind.CAPTURE if open_ and not self.truth.authorized < asked.amount:
                done = self.becomes(captured=asked.amount)
            case OperationKind.VOID if not self.truth.captured.minor and not self.truth.voided:
                done = self.becomes(voided=True)
            case OperationKind.REFUND if not (self.truth.captured - self.truth.refunded) < asked.amount:
                done = self._give_back(asked.amount, asked.id)
            case _:
                return Declined(code="no", message="this cannot be done")
        self.effects.append(asked.id)
        return done

    def _give_back(self, amount: Money, id_: OperationId | None) -> Seen:
        refund = Refunded(reference=f"re-{len(self.truth.refunds):03}", amount=amount, operation=id_)
        return self.becomes(refunds=(*self.truth.refunds, refund))
