"""The orders' third function, wired: it tells the bus of orders, hears of payments, and writes to buyers."""

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial

import msgspec

from resolvers._kit.start import started
from datasources.bus import events
from datasources.dynamo.letters_sent import SentLetters
from datasources.dynamo.order_stream import order_change
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.payments import PaymentTable
from datasources.faults import LetterRefused
from datasources.mail import letters
from datasources.queue.queues import Takings
from domain.ids import CartId, OrderId, PaymentId
from domain.money import Money
from domain.orders.orders import Order
from domain.orders.storing import StoredOrder
from resolvers._kit.consuming import Message, by_source, consuming
from resolvers._kit.reacting import reacting
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.orders.letters import Letter
from resolvers.orders.reacting_ports import Reactor
from resolvers.orders.reactions import hear, tell
from resolvers.orders.settings import DOMAIN, Reacting
from resolvers.orders.telling import Event

settings = read(Reacting, os.environ)
telemetry = Telemetry(DOMAIN)
store = OrderTable(settings.orders_table)
payments = PaymentTable(settings.payments_table, beside=store.table)
bus = events.Bus(settings.bus_name, f"souk.{DOMAIN}")
mail = letters.Post(settings.mail_sender)
takings = Takings()


def put(told: Iterable[Event]) -> None:
    """On the bus, as it takes them."""
    bus.put(
        events.Event(id=one.id, key=one.key, kind=one.kind, at=one.at, detail=msgspec.to_builtins(one.detail))
        for one in told
    )


def post(address: str, letter: Letter) -> str | None:
    """Send a letter, or say why it can never be sent there."""
    try:
        mail.send(letters.Letter(to=address, subject=letter.subject, text=letter.text, html=letter.html))
    except LetterRefused as no:
        return str(no)
    return None


def order_of(payment: PaymentId) -> OrderId | None:
    """The order that was placed with a payment."""
    kept = payments.get(payment)
    return kept.payment.order_id if kept else None


def complete(cart: CartId, payment: PaymentId, paid: Money) -> StoredOrder:
    """Make an order of what was paid."""
    raise NotImplementedError(f"{cart} was paid {paid} by {payment}, and nobody completes it")


def token(_: Order) -> str | None:
    """What a guest shows to see their order."""
    return None


def later(message: Message, seconds: int) -> None:
    """Have a message that could not be dealt with come again."""
    takings.later(message.queue, message.receipt, seconds)


reactor = Reactor(
    read=order_change,
    put=put,
    store=store,
    order_of=order_of,
    complete=complete,
    token=token,
    sent=SentLetters(store.table),
    post=post,
    now=partial(datetime.now, UTC),
)
react = by_source(
    messages=consuming(telemetry, partial(hear, reactor), later),
    otherwise=reacting(telemetry, partial(tell, reactor)),
)
started()
