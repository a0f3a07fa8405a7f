"""What a buyer says to the simulator of payments: a function of the laptop's own, beside those that are deployed."""

import logging
import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from datasources.dynamo.payments import PaymentTable
from datasources.psp.opened import simulator
from datasources.psp.simulator import Intent, Simulator
from datasources.secrets.keys import Keys
from resolvers._kit.settings import read
from resolvers.payments.settings import Settings


def answer(event: Mapping[str, Any], _: object) -> dict[str, Any]:
    """Tell of a payment, after its buyer's ``approve`` if that is said; of none when the secret is not its own."""
    opened, buyer = _opened(), (event["payment"], event["secret"])
    if event["approve"] is not None:
        opened.decide(*buyer, approve=event["approve"])
    shown = opened.shown(*buyer)
    return {"payment": None if shown is None else _told(shown)}


def _told(intent: Intent) -> dict[str, Any]:
    return {
        "amount": f"{intent.amount.amount} {intent.amount.currency.value}",
        "undecided": intent.undecided,
        "approved": intent.seen.authorized.minor > 0,
        "return_url": intent.return_url,
    }


@cache
def _opened() -> Simulator:
    """Made when somebody first decides: no start of the laptop waits for it."""
    settings = read(Settings, os.environ)
    return simulator(
        Keys(settings.payments_keys, clock=time.monotonic),
        simulator_url=settings.simulator_url,
        table=PaymentTable(settings.payments_table).table,
        now=partial(datetime.now, UTC),
        lost=partial(logging.getLogger(__name__).warning, "the simulator's webhook did not arrive: %s"),
    )
