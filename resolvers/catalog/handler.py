"""The catalogue's Lambda functions, wired: what answers AppSync, and what reacts to the table's stream."""

import os
import time
from datetime import UTC, datetime
from functools import partial

from resolvers._kit.start import started
from datasources.dynamo import stream
from datasources.dynamo.catalog import CatalogTable
from datasources.dynamo.media import MediaTable
from datasources.dynamo.rated import RatedProducts
from datasources.s3.snapshots import Snapshots
from datasources.search.log import SearchLog
from datasources.search.reader import SearchReader
from datasources.search.writer import SearchWriter
from datasources.valkey.cache import Cache
from datasources.valkey.catalog import CachedCatalog
from datasources.valkey.freshness import NEAR_SECONDS
from datasources.valkey.rates import Rates
from datasources.valkey.server import Server
from domain.money import CurrencyCode
from domain.rates import rate_of
from resolvers._kit.ids import new_id
from resolvers._kit.limits import Limit
from resolvers._kit.reacting import reacting
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.catalog.answers import app
from resolvers.catalog.ports import Catalog
from resolvers.catalog.reactions import Reactions, react_to
from resolvers.catalog.settings import CACHE_PREFIX, Settings

settings = read(Settings, os.environ)
telemetry = Telemetry(app.domain)
shop = CurrencyCode(settings.shop_currency)
store = CatalogTable(settings.catalog_table, shop=shop)
server = Server(settings.cache_url, on_event=telemetry.count)
cache = Cache(server, prefix=CACHE_PREFIX, near_seconds=NEAR_SECONDS)
shelf = CachedCatalog(cache, store)
log, snapshots = SearchLog(store.table), Snapshots(settings.search_bucket)
reader = SearchReader(
    log,
    snapshots,
    load_products=store.many,
    load_ratings=RatedProducts(store.table).many,
    scan_products=store.scan,
    clock=time.monotonic,
    currency=shop,
)
writer = SearchWriter(log, snapshots, reader, clock=time.time)

answer = app.serve(
    Catalog(
        store=store,
        media=MediaTable(settings.media_table, beside=store.table),
        pictures=settings.media_url,
        shelf=shelf,
        search=reader.index,
        shop=shop,
        now=partial(datetime.now, UTC),
        new_id=new_id,
        count=telemetry.count,
        edits=Limit(name="edit", rate=rate_of(settings.edit_rate), wait=Rates(server, prefix=CACHE_PREFIX).wait),
    ),
    telemetry,
)
react = reacting(
    telemetry,
    partial(react_to, Reactions(read=stream.read, store=store, shelf=shelf, record=writer.record, shop=shop)),
)
started()
