"""The customers' second function, wired: what the user pool turns to when somebody signs up, and has."""

import os
from datetime import UTC, datetime
from functools import partial

from resolvers._kit.start import started
from datasources.claims import Claims
from datasources.dynamo.customers import CustomerTable
from datasources.dynamo.orders import OrderTable
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers._kit.triggering import triggering
from resolvers.customers.settings import DOMAIN, Triggered
from resolvers.customers.signing_up import Door, confirmed, let_in

settings = read(Triggered, os.environ)
store = CustomerTable(settings.customers_table)
claims = Claims(OrderTable(settings.orders_table, beside=store.table))
door = Door(store=store, claim=partial(claims.claim, pages=1), now=partial(datetime.now, UTC))
answer = triggering(
    Telemetry(DOMAIN),
    asked={"PreSignUp": let_in},
    told={"PostConfirmation": partial(confirmed, door)},
)
started()
