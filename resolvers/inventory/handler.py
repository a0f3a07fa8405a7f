"""The inventory's Lambda functions, wired: what answers AppSync, and what reacts to the table's stream."""

import os
from datetime import UTC, datetime
from functools import partial

from resolvers._kit.start import started
from datasources.dynamo.inventory import InventoryTable
from datasources.dynamo.stock_stream import stocked_products
from datasources.valkey.late import LateRates
from domain.rates import rate_of
from resolvers._kit.ids import new_id
from resolvers._kit.limits import Limit
from resolvers._kit.reacting import reacting
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.inventory.answers import app
from resolvers.inventory.ports import Inventory
from resolvers.inventory.reactions import Reactions, react_to
from resolvers.inventory.settings import CACHE_PREFIX, Settings

settings = read(Settings, os.environ)
telemetry = Telemetry(app.domain)
store = InventoryTable(settings.inventory_table)
rates = LateRates(settings.cache_url, prefix=CACHE_PREFIX, on_event=telemetry.count)

answer = app.serve(
    Inventory(
        store=store,
        now=partial(datetime.now, UTC),
        new_id=new_id,
        edits=Limit(name="edit", rate=rate_of(settings.edit_rate), wait=rates.wait),
    ),
    telemetry,
)
react = reacting(telemetry, partial(react_to, Reactions(read=stocked_products, sum_up=store.sum_up)))
started()
