"""What follows from what providers tell unasked, and from their not answering: no client has to ask."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from resolvers._kit.consuming import Message
from resolvers._kit.receiving import opened
from resolvers.payments.ports import Payments

PATIENCE: Final = timedelta(minutes=1)
"""Who asked for an operation has its answer by then, or none: a function runs half as long."""
MOST: Final = 100
"""Payments of one sweep, some 200 ms each as a rule, within the function's minute."""


def hear(payments: Payments, message: Message) -> None:
    """What a provider has told. Each news counts once, however often it comes; what is not ours is of no concern.

    Raises when the provider is to be asked what became of it and does not answer: then the message comes again.
    """
    delivery = opened(message.body)
    for news in payments.providers[delivery.provider].news(delivery.body):
        payments.cashier.hear(delivery.provider, news)


def sweep(payments: Payments, _: Mapping[str, Any]) -> None:
    """Carry on with what is pending. One payment that cannot be carried on with keeps no other from it; raises what
    went wrong.
    """
    faults = []
    for payment in payments.store.unsettled(payments.now() - PATIENCE, MOST):
        try:
            payments.cashier.resume(payment)
        except Exception as fault:  # noqa: BLE001  # whatever it is, it is raised when the others are done
            faults.append(fault)
    if faults:
        raise ExceptionGroup(f"{len(faults)} payments could not be carried on with", faults)
