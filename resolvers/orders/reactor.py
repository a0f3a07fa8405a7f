"""The orders' third function, wired: it tells the bus of orders, hears of payments, and writes to buyers."""

import os
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial

import msgspec

from resolvers._kit.start import started
from datasources.bus import events
from datasources.dynamo.carts import CartTable
from datasources.dynamo.catalog import CatalogTable
from datasources.dynamo.checkout import Checkout
from datasources.dynamo.inventory import InventoryTable
from datasources.dynamo.letters_sent import SentLetters
from datasources.dynamo.order_stream import order_change
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.payments import PaymentTable
from datasources.dynamo.sold import SoldGoods
from datasources.dynamo.terms import TermsTable
from datasources.faults import LetterRefused
from datasources.mail import letters
from datasources.offers import TREE_SECONDS, Offers
from datasources.queue.queues import Takings
from datasources.secrets.keys import Keys
from domain.ids import OrderId, PaymentId
from domain.money import CurrencyCode
from domain.orders.guests import fits, token_of
from domain.orders.orders import Order
from resolvers._kit.consuming import Message, by_source, consuming
from resolvers._kit.ids import new_id
from resolvers._kit.reacting import reacting
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.orders.completing import complete_paid
from resolvers.orders.letters import Letter
from resolvers.orders.ports import Till
from resolvers.orders.reacting_ports import Reactor
from resolvers.orders.reactions import hear, tell
from resolvers.orders.settings import DOMAIN, KEYS, Reacting
from resolvers.orders.telling import Event

settings = read(Reacting, os.environ)
telemetry = Telemetry(DOMAIN)
now = partial(datetime.now, UTC)
keys = Keys(settings.orders_keys, clock=time.monotonic)
store = OrderTable(settings.orders_table)
payments = PaymentTable(settings.payments_table, beside=store.table)
carts = CartTable(settings.cart_table, beside=store.table)
catalogue = CatalogTable(settings.catalog_table, shop=CurrencyCode(settings.shop_currency), beside=store.table)
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


def token(order: OrderId) -> str:
    """What a guest shows to see the order."""
    return token_of(order, keys[KEYS.generated])


def token_again(order: Order) -> str | None:
    """What it was when they bought, if it can be said again."""
    if order.token_digest is None:
        return None
    made = token(order.id)
    return made if fits(order, made) else None


def later(message: Message, seconds: int) -> None:
    """Have a message that could not be dealt with come again."""
    takings.later(message.queue, message.receipt, seconds)


till = Till(
    checkout=Checkout(
        carts,
        store,
        SoldGoods(InventoryTable(settings.inventory_table, beside=store.table), new_id=new_id),
        TermsTable(carts.table),
        offers=Offers(catalogue, tree_seconds=TREE_SECONDS).of_cart,
        new_id=new_id,
    ),
    payments=payments,
    token=token,
    now=now,
)
reactor = Reactor(
    read=order_change,
    put=put,
    store=store,
    order_of=order_of,
    complete=partial(complete_paid, till),
    token=token_again,
    sent=SentLetters(store.table),
    post=post,
    now=now,
)
react = by_source(
    messages=consuming(telemetry, partial(hear, reactor), later),
    otherwise=reacting(telemetry, partial(tell, reactor)),
)
started()
