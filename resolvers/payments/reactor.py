"""The payments' second function, wired: it hears of providers and orders, and tells the bus of payments."""

import os
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial

import msgspec

from resolvers._kit.start import started
from datasources.bus import events
from datasources.cashier import Cashier
from datasources.dynamo.payment_stream import payment_change
from datasources.dynamo.payments import PaymentTable
from datasources.psp.opened import providers
from datasources.queue.queues import Takings
from datasources.secrets.keys import Keys
from resolvers._kit.consuming import Message, by_source, consuming
from resolvers._kit.ids import new_id
from resolvers._kit.reacting import reacting
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.payments.reacting_ports import Reactor
from resolvers.payments.reactions import consume, stir
from resolvers.payments.settings import DOMAIN, Reacting
from resolvers.payments.telling import Event

settings = read(Reacting, os.environ)
telemetry = Telemetry(DOMAIN)
now = partial(datetime.now, UTC)
store = PaymentTable(settings.payments_table)
bus = events.Bus(settings.bus_name, f"souk.{DOMAIN}")
takings = Takings()
opened = providers(
    Keys(settings.payments_keys, clock=time.monotonic),
    simulator_url=settings.simulator_url,
    table=store.table,
    now=now,
    lost=lambda _: telemetry.count("WebhookLost"),
)


def put(told: Iterable[Event]) -> None:
    """On the bus, as it takes them."""
    bus.put(
        events.Event(id=one.id, key=one.key, kind=one.kind, at=one.at, detail=msgspec.to_builtins(one.detail))
        for one in told
    )


def later(message: Message, seconds: int) -> None:
    """Have a message that could not be dealt with come again."""
    takings.later(message.queue, message.receipt, seconds)


reactor = Reactor(
    cashier=Cashier(store, opened, now=now, new_id=new_id),
    store=store,
    providers=opened,
    now=now,
    read=payment_change,
    put=put,
    owed=settings.owed,
)
react = by_source(
    messages=consuming(telemetry, partial(consume, reactor), later),
    otherwise=reacting(telemetry, partial(stir, reactor)),
)
started()
