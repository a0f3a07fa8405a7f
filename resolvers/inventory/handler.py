"""The inventory's Lambda function, wired: what answers AppSync."""

import os
from datetime import UTC, datetime
from functools import partial

from resolvers._kit.start import started
from datasources.dynamo.inventory import InventoryTable
from resolvers._kit.ids import new_id
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.inventory.answers import app
from resolvers.inventory.ports import Inventory
from resolvers.inventory.settings import Settings

settings = read(Settings, os.environ)
telemetry = Telemetry(app.domain)
store = InventoryTable(settings.inventory_table)

answer = app.serve(Inventory(store=store, now=partial(datetime.now, UTC), new_id=new_id), telemetry)
started()
