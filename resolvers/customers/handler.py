"""The Lambda function of customers, wired: what answers AppSync."""

import os
from datetime import UTC, datetime
from functools import partial

from resolvers._kit.start import started
from datasources.claims import Claims
from datasources.cognito.users import Users
from datasources.dynamo.catalog import CatalogTable
from datasources.dynamo.customer_lists import CustomerLists
from datasources.dynamo.customers import CustomerTable
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.rates import TableRates
from domain.catalog.products import ProductStatus
from domain.ids import CustomerId, VariantId, product_of_variant
from domain.money import CurrencyCode
from domain.rates import rate_of
from resolvers._kit.limits import Limit
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.customers.answers import app
from resolvers.customers.ports import Customers, Known
from resolvers.customers.settings import Settings
from resolvers.customers.signing_up import known

settings = read(Settings, os.environ)
telemetry = Telemetry(app.domain)
now = partial(datetime.now, UTC)
store = CustomerTable(settings.customers_table)
catalogue = CatalogTable(settings.catalog_table, shop=CurrencyCode(settings.shop_currency), beside=store.table)
users = Users(settings.user_pool_id)
rates = TableRates(store.table, on_event=telemetry.count)


def ask(customer: CustomerId) -> Known | None:
    """What the user pool says of somebody now; nothing of who has no e-mail."""
    asked_at, user = now(), users.get(customer)
    return known(user.attributes, asked_at) if user and user.email else None


def on_sale(variant: VariantId) -> bool:
    """Whether a variant can be bought, as it is stored."""
    owner = product_of_variant(variant)
    product = catalogue.get(owner) if owner else None
    if product is None or product.status is not ProductStatus.ACTIVE:
        return False
    return any(one.id == variant for one in product.variants)


answer = app.serve(
    Customers(
        store=store,
        lists=CustomerLists(store),
        ask=ask,
        claim=Claims(OrderTable(settings.orders_table, beside=store.table)).claim,
        on_sale=on_sale,
        wording=settings.marketing_wording,
        now=now,
        changes=Limit(name="change", rate=rate_of(settings.profile_rate), wait=rates.wait),
        claims=Limit(name="claim", rate=rate_of(settings.claim_rate), wait=rates.wait),
    ),
    telemetry,
)
started()
