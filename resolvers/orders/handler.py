"""The Lambda function of orders, wired: what answers AppSync."""

import os
from datetime import UTC, datetime
from functools import partial

from resolvers._kit.start import started
from datasources.dynamo.inventory import InventoryTable
from datasources.dynamo.order_lists import OrderLists
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.sold import SoldGoods
from datasources.valkey.late import LateRates
from domain.rates import rate_of
from resolvers._kit.ids import new_id
from resolvers._kit.limits import Limit
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.orders.answers import app
from resolvers.orders.ports import Orders
from resolvers.orders.settings import CACHE_PREFIX, Settings

settings = read(Settings, os.environ)
telemetry = Telemetry(app.domain)
store = OrderTable(settings.orders_table)
rates = LateRates(settings.cache_url, prefix=CACHE_PREFIX, on_event=telemetry.count)

answer = app.serve(
    Orders(
        store=store,
        lists=OrderLists(store),
        goods=SoldGoods(InventoryTable(settings.inventory_table, beside=store.table), new_id=new_id),
        now=partial(datetime.now, UTC),
        buyers=Limit(name="change", rate=rate_of(settings.order_rate), wait=rates.wait),
        edits=Limit(name="edit", rate=rate_of(settings.edit_rate), wait=rates.wait),
    ),
    telemetry,
)
started()
