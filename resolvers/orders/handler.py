"""The Lambda function of orders, wired: what answers AppSync."""

import os
import time
from datetime import UTC, datetime
from functools import partial

from resolvers._kit.start import started
from datasources.dynamo.carts import CartTable
from datasources.dynamo.catalog import CatalogTable
from datasources.dynamo.checkout import Checkout
from datasources.dynamo.inventory import InventoryTable
from datasources.dynamo.order_lists import OrderLists
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.payments import PaymentTable
from datasources.dynamo.rates import TableRates
from datasources.dynamo.sold import SoldGoods
from datasources.dynamo.terms import TermsTable
from datasources.offers import TREE_SECONDS, Offers
from datasources.secrets.keys import Keys
from domain.ids import OrderId
from domain.money import CurrencyCode
from domain.orders.guests import token_of
from domain.rates import rate_of
from resolvers._kit.ids import new_id
from resolvers._kit.limits import Limit
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.orders.answers import app
from resolvers.orders.ports import Orders, Till
from resolvers.orders.settings import KEYS, Settings

settings = read(Settings, os.environ)
telemetry = Telemetry(app.domain)
now = partial(datetime.now, UTC)
keys = Keys(settings.orders_keys, clock=time.monotonic)
store = OrderTable(settings.orders_table)
carts = CartTable(settings.cart_table, beside=store.table)
catalogue = CatalogTable(settings.catalog_table, shop=CurrencyCode(settings.shop_currency), beside=store.table)
market = Offers(catalogue, tree_seconds=TREE_SECONDS)
goods = SoldGoods(InventoryTable(settings.inventory_table, beside=store.table), new_id=new_id)
rates = TableRates(store.table, on_event=telemetry.count)


def token(order: OrderId) -> str:
    """What a guest shows to see the order."""
    return token_of(order, keys[KEYS.generated])


answer = app.serve(
    Orders(
        till=Till(
            checkout=Checkout(
                carts,
                store,
                goods,
                TermsTable(carts.table),
                offers=Offers(catalogue, tree_seconds=TREE_SECONDS).of_cart,
                new_id=new_id,
            ),
            payments=PaymentTable(settings.payments_table, beside=store.table),
            token=token,
            now=now,
        ),
        store=store,
        lists=OrderLists(store),
        goods=goods,
        now=now,
        checkouts=Limit(
            name="checkout",
            rate=rate_of(settings.guest_checkout_rate),
            of_users=rate_of(settings.customer_checkout_rate),
            wait=rates.wait,
        ),
        buyers=Limit(name="change", rate=rate_of(settings.order_rate), wait=rates.wait),
        edits=Limit(name="edit", rate=rate_of(settings.edit_rate), wait=rates.wait),
    ),
    telemetry,
)
started()
