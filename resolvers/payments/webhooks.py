"""The payments' third function, wired: it looks whether it is a provider that speaks, and has it read later."""

import os
import time
from datetime import UTC, datetime
from functools import partial

from resolvers._kit.start import started
from datasources.psp.opened import doors
from datasources.queue.queues import Queue
from datasources.secrets.keys import Keys
from resolvers._kit.receiving import receiving
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.payments.door import Door
from resolvers.payments.settings import DOMAIN, Receiving

settings = read(Receiving, os.environ)
now = partial(datetime.now, UTC)
keys = Keys(settings.payments_keys, clock=time.monotonic)
door = Door(
    looks=doors(keys, simulator_url=settings.simulator_url, now=now),
    put=Queue(settings.payments_inbox).put,
    now=now,
)

receive = receiving(Telemetry(DOMAIN), door.accept)
started()
