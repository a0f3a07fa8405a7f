"""The payments' first function, wired: it answers AppSync."""

import os
import time
from datetime import UTC, datetime
from functools import partial

from resolvers._kit.start import started
from datasources.cashier import Cashier
from datasources.dynamo.carts import CartTable
from datasources.dynamo.catalog import CatalogTable
from datasources.dynamo.conditions import CartConditions
from datasources.dynamo.due import Dues
from datasources.dynamo.payments import PaymentTable
from datasources.dynamo.rates import TableRates
from datasources.dynamo.terms import TermsTable
from datasources.offers import TREE_SECONDS, Offers
from datasources.psp.opened import providers
from datasources.secrets.keys import Keys
from domain.money import CurrencyCode
from domain.rates import rate_of
from resolvers._kit.ids import new_id
from resolvers._kit.limits import Limit
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.payments.answers import app
from resolvers.payments.ports import Payments
from resolvers.payments.settings import Settings

settings = read(Settings, os.environ)
telemetry = Telemetry(app.domain)
now = partial(datetime.now, UTC)
store = PaymentTable(settings.payments_table)
carts = CartTable(settings.cart_table, beside=store.table)
catalogue = CatalogTable(settings.catalog_table, shop=CurrencyCode(settings.shop_currency), beside=store.table)
opened = providers(
    Keys(settings.payments_keys, clock=time.monotonic),
    simulator_url=settings.simulator_url,
    table=store.table,
    now=now,
    lost=lambda _: telemetry.count("WebhookLost"),
)
rates = TableRates(store.table, on_event=telemetry.count)
payments = Payments(
    cashier=Cashier(store, opened, now=now, new_id=new_id),
    store=store,
    dues=Dues(carts, CartConditions(TermsTable(carts.table)), Offers(catalogue, tree_seconds=TREE_SECONDS), now=now),
    providers=opened,
    now=now,
    new_id=new_id,
    buyers=Limit(
        name="start",
        rate=rate_of(settings.guest_start_rate),
        of_users=rate_of(settings.customer_start_rate),
        wait=rates.wait,
    ),
    staff=Limit(name="money", rate=rate_of(settings.money_rate), wait=rates.wait),
)

answer = app.serve(payments, telemetry)
started()
