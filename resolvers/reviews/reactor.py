"""The reviews' second function, wired: it counts ratings, and tells the catalogue of each."""

import os
from functools import partial

from resolvers._kit.start import started
from datasources.dynamo import review_items
from datasources.dynamo.rated import RatedProducts
from datasources.dynamo.ratings import Ratings
from datasources.dynamo.review_stream import review_seen
from datasources.dynamo.table import Table
from datasources.dynamo.transactions import Transaction
from domain.catalog.listing import Rated
from domain.reviews.ratings import KeptRating
from resolvers._kit.reacting import reacting
from resolvers._kit.settings import read
from resolvers._kit.telemetry import Telemetry
from resolvers.reviews.reactions import Reactions, react_to
from resolvers.reviews.settings import DOMAIN, Reacting

settings = read(Reacting, os.environ)
table = Table(settings.reviews_table, review_items.INDEXES)
products = RatedProducts(Table(settings.catalog_table, {}, beside=table))


def tell(into: Transaction, kept: KeptRating) -> None:
    """The catalogue knows of a rating when it is counted."""
    rating = kept.rating
    products.put(into, kept.product_id, Rated(seq=kept.seq, count=rating.count, stars=rating.stars))


ratings = Ratings(table, also=tell)

react = reacting(Telemetry(DOMAIN), partial(react_to, Reactions(read=review_seen, count=ratings.count)))
started()
