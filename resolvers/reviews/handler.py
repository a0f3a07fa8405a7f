"""The Lambda function of reviews, wired: what answers AppSync."""

import os
from datetime import UTC, datetime
from functools import partial

from resolvers._kit.start import started
from datasources.dynamo.bought import Bought
from datasources.dynamo.customers import CustomerTable
from datasources.dynamo.media import MediaTable
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.rates import TableRates
from datasources.dynamo.ratings import Ratings
from datasources.dynamo.review_lists import ReviewLists
from datasources.dynamo.reviews import ReviewTable
from domain.ids import CustomerId
from domain.rates import rate_of
from resolvers._kit.ids import new_id
from resolvers._kit.limits import Limit
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.reviews.answers import app
from resolvers.reviews.ports import Reviews
from resolvers.reviews.settings import Settings

settings = read(Settings, os.environ)
telemetry = Telemetry(app.domain)
store = ReviewTable(settings.reviews_table, MediaTable(settings.media_table))
customers = CustomerTable(settings.customers_table, beside=store.table)
rates = TableRates(store.table, on_event=telemetry.count)


def name_of(customer: CustomerId) -> str | None:
    """What a customer calls themselves in their profile."""
    found = customers.get(customer)
    return found.name if found else None


answer = app.serve(
    Reviews(
        store=store,
        lists=ReviewLists(store.table),
        ratings=Ratings(store.table),
        bought=Bought(OrderTable(settings.orders_table, beside=store.table)).has,
        name_of=name_of,
        shown_at=settings.media_url,
        now=partial(datetime.now, UTC),
        new_id=new_id,
        writers=Limit(name="review", rate=rate_of(settings.review_rate), wait=rates.wait),
        voters=Limit(name="vote", rate=rate_of(settings.vote_rate), wait=rates.wait),
        edits=Limit(name="edit", rate=rate_of(settings.edit_rate), wait=rates.wait),
    ),
    telemetry,
)
started()
