"""The operations' second function, wired: it does the work of jobs."""

import os
import time
from datetime import UTC, datetime
from functools import partial

from resolvers._kit.start import started
from datasources.cognito.users import Users
from datasources.dynamo.carts import CartTable
from datasources.dynamo.catalog import CatalogTable
from datasources.dynamo.customers import CustomerTable
from datasources.dynamo.elsewhere import Elsewhere
from datasources.dynamo.job_stream import job_change
from datasources.dynamo.jobs import JobTable
from datasources.dynamo.media import MediaTable
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.payments import PaymentTable
from datasources.dynamo.reviews import ReviewTable
from datasources.personal.account import PersonalAccount
from datasources.personal.archives import PersonalArchives
from datasources.personal.carts import PersonalCarts
from datasources.personal.customers import PersonalCustomers
from datasources.personal.data import PersonalData
from datasources.personal.media import PersonalMedia
from datasources.personal.orders import PersonalOrders
from datasources.personal.payments import PersonalPayments
from datasources.personal.reviews import PersonalReviews
from datasources.s3.archives import Archives
from datasources.s3.uploads import Uploads
from domain.money import CurrencyCode
from resolvers._kit.reacting import reacting
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.operations.ports import Pictures, Works
from resolvers.operations.settings import DOMAIN, Reacting
from resolvers.operations.tasks import again, tasks_of
from resolvers.operations.working import stir

settings = read(Reacting, os.environ)
telemetry = Telemetry(DOMAIN)
now = partial(datetime.now, UTC)
jobs = JobTable(settings.operations_table)
archives = Archives(settings.archives_bucket)
media = MediaTable(settings.media_table, beside=jobs.table)
files = Uploads(settings.media_bucket)
orders = PersonalOrders(OrderTable(settings.orders_table, beside=jobs.table), now=now)
personal = PersonalData(
    {
        "customers": PersonalCustomers(CustomerTable(settings.customers_table, beside=jobs.table)),
        "reviews": PersonalReviews(ReviewTable(settings.reviews_table, media, beside=jobs.table)),
        "media": PersonalMedia(media, files),
        "cart": PersonalCarts(CartTable(settings.cart_table, beside=jobs.table), bought=orders.of),
        "payments": PersonalPayments(
            PaymentTable(settings.payments_table, beside=jobs.table), bought=orders.of, now=now
        ),
        "orders": orders,
        "archives": PersonalArchives(jobs, archives, now=now),
    },
    PersonalAccount(Users(settings.user_pool_id)),
    archives,
    now=now,
)
catalog = CatalogTable(settings.catalog_table, shop=CurrencyCode(settings.shop_currency), beside=jobs.table)
pictures = Pictures(
    products=catalog,
    media=media,
    want=files.want,
    bring=Elsewhere(catalog, media, now=now).bring,
    reports=archives,
    now=now,
    sleep=time.sleep,
)
works = Works(jobs=jobs, read=job_change, tasks=tasks_of(personal, pictures), again=partial(again, personal), now=now)
react = reacting(telemetry, partial(stir, works))
started()
