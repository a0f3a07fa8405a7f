"""What follows from what providers and orders tell, and from providers not answering: no client has to ask."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

from domain.payments.storing import StoredPayment
from resolvers._kit.consuming import Message
from resolvers._kit.receiving import opened
from resolvers.payments.owing import Task, tasks_of
from resolvers.payments.reacting_ports import Reactor
from resolvers.payments.telling import event_of

PATIENCE: Final = timedelta(minutes=1)
"""Who asked for an operation has its answer by then, or none: a function runs half as long."""
MOST: Final = 100
"""Payments of one sweep, some 200 ms each as a rule, within the function's minute."""


class Undone(RuntimeError):
    """What is owed could not even be stored: something else is under way with the payment, or there is none."""


def consume(reactor: Reactor, message: Message) -> None:
    """What came over one of the two queues: from the bus, or from a provider."""
    (settle if message.queue == reactor.owed else hear)(reactor, message)


def stir(reactor: Reactor, event: Mapping[str, Any]) -> None:
    """A stretch of the table's stream is told, and when there is none, it is time to sweep."""
    if "Records" in event:
        tell(reactor, event["Records"])
    else:
        sweep(reactor)


def hear(reactor: Reactor, message: Message) -> None:
    """What a provider has told. Each news counts once, however often it comes; what is not ours is of no concern.

    Raises when the provider is to be asked what became of it and does not answer: then the message comes again.
    """
    delivery = opened(message.body)
    for news in reactor.providers[delivery.provider].news(delivery.body):
        reactor.cashier.hear(delivery.provider, news)


def settle(reactor: Reactor, message: Message) -> None:
    """Have done what an order owes. It may come twice, late and in any order, and is done once.

    A provider that is away is no reason to raise: what is owed is stored, and the sweep carries on with it. Raises
    when it is not stored: then the message comes again.
    """
    _each(partial(_settled, reactor, task) for task in tasks_of(message.body))


def tell(reactor: Reactor, records: Iterable[Mapping[str, Any]]) -> None:
    """Put every stored change of a payment on the bus, in the order in which they were stored; raises when it cannot
    be: then the stream gives all of them again.
    """
    found = (event_of(reactor.read, record) for record in records)
    reactor.put([one for one in found if one is not None])


def sweep(reactor: Reactor) -> None:
    """Carry on with what is pending. One payment that cannot be carried on with keeps no other from it; raises what
    went wrong.
    """
    waiting = reactor.store.unsettled(reactor.now() - PATIENCE, MOST)
    _each(partial(reactor.cashier.resume, payment) for payment in waiting)


def _settled(reactor: Reactor, task: Task) -> None:
    payment, wish = task
    outcome = reactor.cashier.release(payment) if wish is None else reactor.cashier.owe(payment, wish)
    if not isinstance(outcome, StoredPayment):
        raise Undone(f"{'a release' if wish is None else wish.id} of {payment} is to be tried again: {outcome}")


def _each(works: Iterable[Callable[[], object]]) -> None:
    faults = []
    for work in works:
        try:
            work()
        except Exception as fault:  # noqa: BLE001  # whatever it is, it is raised when the others are done
            faults.append(fault)
    if faults:
        raise ExceptionGroup(f"{len(faults)} things could not be done", faults)
