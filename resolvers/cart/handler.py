"""The cart's Lambda functions, wired: what answers AppSync, and what time does to carts."""

import os
from datetime import UTC, datetime
from functools import partial

from resolvers._kit.start import started
from datasources.dynamo.carts import CartTable
from datasources.dynamo.catalog import CatalogTable
from datasources.dynamo.conditions import CartConditions
from datasources.dynamo.goods import Goods
from datasources.dynamo.inventory import InventoryTable
from datasources.dynamo.terms import TermsTable
from datasources.offers import Offers
from datasources.valkey.cache import Cache
from datasources.valkey.catalog import PREFIX, CachedCatalog
from datasources.valkey.freshness import NEAR_SECONDS
from datasources.valkey.rates import Rates
from datasources.valkey.server import Server
from datasources.valkey.sessions import Sessions
from domain.money import CurrencyCode
from domain.rates import rate_of
from resolvers._kit.ids import new_id
from resolvers._kit.limits import Limit
from resolvers._kit.reacting import reacting
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.cart.answers import app
from resolvers.cart.ports import Carts
from resolvers.cart.reactions import react_to
from resolvers.cart.settings import CACHE_PREFIX, Settings

settings = read(Settings, os.environ)
telemetry = Telemetry(app.domain)
shop = CurrencyCode(settings.shop_currency)
server = Server(settings.cache_url, on_event=telemetry.count)
cache = Cache(server, prefix=PREFIX, near_seconds=NEAR_SECONDS)
store = CartTable(settings.cart_table)
catalogue = CatalogTable(settings.catalog_table, shop=shop, beside=store.table)
terms = TermsTable(store.table)
rates = Rates(server, prefix=CACHE_PREFIX)
goods = Goods(InventoryTable(settings.inventory_table, beside=store.table))
conditions = CartConditions(terms)
carts = Carts(
    store=store,
    goods=goods,
    market=Offers(CachedCatalog(cache, catalogue)),
    conditions=conditions.of,
    sessions=Sessions(server, prefix=CACHE_PREFIX, new_id=new_id),
    shop=shop,
    now=partial(datetime.now, UTC),
    new_id=new_id,
    buyers=Limit(
        name="change",
        rate=rate_of(settings.guest_rate),
        of_users=rate_of(settings.customer_rate),
        wait=rates.wait,
    ),
    terms=terms,
    edits=Limit(name="edit", rate=rate_of(settings.edit_rate), wait=rates.wait),
)

answer = app.serve(carts, telemetry)
react = reacting(telemetry, partial(react_to, carts))
started()
