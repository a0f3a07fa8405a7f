"""The inventory's Lambda functions, wired: what answers AppSync, and what reacts to the table's stream."""

import os
from datetime import UTC, datetime
from functools import cache, partial
from typing import TYPE_CHECKING

from resolvers._kit.start import started
from datasources.dynamo.inventory import InventoryTable
from datasources.dynamo.stock_stream import stocked_products
from domain.rates import Rate, rate_of
from resolvers._kit.ids import new_id
from resolvers._kit.limits import Limit
from resolvers._kit.reacting import reacting
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.inventory.answers import app
from resolvers.inventory.ports import Inventory
from resolvers.inventory.reactions import Reactions, react_to
from resolvers.inventory.settings import CACHE_PREFIX, Settings

if TYPE_CHECKING:
    from datasources.valkey.rates import Rates

settings = read(Settings, os.environ)
telemetry = Telemetry(app.domain)
store = InventoryTable(settings.inventory_table)


@cache
def rates() -> "Rates":
    """Made at the first edit: buyers need no Valkey here, and loading its client is a tenth of a start."""
    from datasources.valkey.rates import Rates  # noqa: PLC0415  # as said above
    from datasources.valkey.server import Server  # noqa: PLC0415  # as said above

    return Rates(Server(settings.cache_url, on_event=telemetry.count), prefix=CACHE_PREFIX)


def wait(name: str, caller: str | None, rate: Rate) -> int:
    """Count one more edit, as ``Rates`` does."""
    return rates().wait(name, caller, rate)


answer = app.serve(
    Inventory(
        store=store,
        now=partial(datetime.now, UTC),
        new_id=new_id,
        edits=Limit(name="edit", rate=rate_of(settings.edit_rate), wait=wait),
    ),
    telemetry,
)
react = reacting(telemetry, partial(react_to, Reactions(read=stocked_products, sum_up=store.sum_up)))
started()
