"""Ratings and reviews: how soon a published review counts, and what a page costs among ever more of them.

``python -m benchmarks.reviews``: a system of its own, in which staff publish PUBLISHED reviews of one product one after
the other over HTTP, and look at the product until its rating knows each, by polls whose time is in the figure. Then
reviews are written into a table of Amazon's own DynamoDB Local until there are as many as each of SIZES says, and pages
are read of them.
"""

import itertools
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

import boto3

from benchmarks.catalogue import seed as seed_products
from benchmarks.report import Table
from benchmarks.shop import CREDENTIALS, catalog_of, settle
from clients.graph import Graph
from clients.sign_in import Credentials
from datasources.dynamo import review_items
from datasources.dynamo.media import MediaTable
from datasources.dynamo.review_lists import ReviewLists
from datasources.dynamo.reviews import ReviewTable
from datasources.dynamo.transactions import Transaction
from datasources.roundtrips import counted
from domain.ids import REVIEW, CustomerId, ProductId, ReviewId
from domain.pages import Page, Window
from domain.reviews import life
from domain.reviews.drafts import Known, ReviewDraft
from domain.reviews.ratings import KeptRating, RatingSummary, changed
from domain.reviews.reviews import Review, ReviewSort, ReviewStatus
from local.running import Running, running
from resolvers._kit.ids import new_id
from resolvers._kit.settings import Table as Declared
from resolvers._kit.settings import resources
from resolvers.reviews.settings import Settings
from tests.datasources.reference import dynamodb_local
from tests.shop import make_table

PUBLISHED: Final = 100
SIZES: Final = (100, 1_000, 10_000)
TURNS: Final = 40
PAGE: Final = 20
AT_ONCE: Final = 40
"""Reviews of one transaction, two items each (DynamoDB takes 100)."""
PATIENCE_SECONDS: Final = 30.0
SINCE: Final = datetime(2026, 1, 1, tzinfo=UTC)
MODERATE: Final = """mutation($id: ID!) { reviewModerate(id: $id, status: PUBLISHED) { userErrors { message } } }"""
RATING: Final = "query($id: ID!) { product(id: $id) { rating { count } } }"

type Read = Callable[[], Page[Review]]


def written(product: ProductId, number: int, *, published: bool = True) -> Review:
    """A customer's review, of three to five stars and some lines."""
    draft = ReviewDraft(rating=3 + number % 3, title=f"Review {number}", body="It does what it should. " * 20)
    known = Known(author=f"Customer {number}", bought=True)
    at, customer = SINCE + timedelta(minutes=number), CustomerId(f"customer-{number}")
    review = life.submit(draft, known, customer, product, new_id=ReviewId(new_id(REVIEW)), now=at)
    assert isinstance(review, Review)
    if not published:
        return review
    shown = life.moderate(review, ReviewStatus.PUBLISHED, at)
    assert isinstance(shown, Review)
    return replace(shown, helpful=number % 7)


def seed(table: ReviewTable, reviews: Iterable[Review]) -> None:
    """Write reviews straight into the table, with the ratings that they make."""
    ratings: dict[ProductId, RatingSummary] = {}
    for some in itertools.batched(reviews, AT_ONCE, strict=False):
        write = Transaction(table.table)
        for one in some:
            write.put(review_items.review_key(one.id), review_items.review_item(one))
            for key, item in review_items.entries(one):
                write.put(key, item)
            if one.shown:
                ratings[one.product_id] = changed(ratings.get(one.product_id, RatingSummary()), None, one.rating)
        write.commit()
    for product, rating in ratings.items():
        kept = KeptRating(product_id=product, seq=rating.count, rating=rating)
        write = Transaction(table.table)
        write.put(review_items.rating_key(product), review_items.rating_item(kept))
        write.commit()


def reviews_of(system: Running) -> ReviewTable:
    """The reviews' table in a running system; from now on this process is one of the shop's own."""
    os.environ |= {"AWS_ENDPOINT_URL": system.outputs["custom"]["aws_endpoint_url"]}
    function = boto3.client("lambda").get_function_configuration(FunctionName="souk-reviews")
    variables = function["Environment"]["Variables"]
    return ReviewTable(variables["REVIEWS_TABLE"], MediaTable(variables["MEDIA_TABLE"]))


def counted_after(staff: Graph, review: ReviewId, product: ProductId, count: int) -> float:
    """Milliseconds from the answer that a review is published until its product's rating knows so many."""
    answer: Any = staff.ask(MODERATE, {"id": review})
    assert answer["reviewModerate"]["userErrors"] == []
    started = time.perf_counter()
    while time.perf_counter() - started < PATIENCE_SECONDS:
        seen: Any = staff.ask(RATING, {"id": product})
        if seen["product"]["rating"]["count"] == count:
            return (time.perf_counter() - started) * 1000
    raise TimeoutError(f"the rating does not know its review {count} after {PATIENCE_SECONDS:.0f} s")


def published(staff: Graph, table: ReviewTable, product: ProductId) -> str:
    """Median and 95th percentile of ``counted_after``."""
    waiting = [written(product, number, published=False) for number in range(PUBLISHED)]
    seed(table, waiting)
    times = [counted_after(staff, one.id, product, count) for count, one in enumerate(waiting, 1)]
    cuts = quantiles(times, n=20)
    return f"{cuts[9]:.0f}, {cuts[18]:.0f}"


def reads(lists: ReviewLists, product: ProductId) -> dict[str, Read]:
    """What is asked for, by what it is."""

    def page(sort: ReviewSort, window: Window) -> Read:
        return lambda: lists.of_product(product, sort, window)

    deep = lists.of_product(product, ReviewSort.NEWEST, Window(80)).places[-1]
    first = {f"{sort.value.lower().replace('_', ' ')} first": page(sort, Window(PAGE)) for sort in ReviewSort}
    return first | {"newest, after the 80th": page(ReviewSort.NEWEST, Window(PAGE, deep))}


def cost(read: Read) -> str:
    """Median milliseconds and the requests of a read."""
    with counted() as sent:
        read()
    times = []
    for _ in range(TURNS):
        started = time.perf_counter()
        read()
        times.append((time.perf_counter() - started) * 1000)
    return f"{median(times):.1f} ({sent.total()})"


def soon() -> str:
    """How soon a published review counts, in a system of its own."""
    with running("--no-sample") as system:
        _, (product,) = seed_products(catalog_of(system), 1)
        settle(system, 1)
        table = reviews_of(system)
        user = next(one for one in system.outputs["custom"]["demo_users"] if "admin" in one["groups"])
        with Graph(system.outputs, Credentials(username=user["username"], password=user["password"])) as staff:
            return published(staff, table, product.id)


def pages() -> dict[str, list[str]]:
    """What each page costs at each size."""
    found: dict[str, list[str]] = {}
    product = ProductId(new_id("prod"))
    with tempfile.TemporaryDirectory() as folder, dynamodb_local(Path(folder) / "log") as endpoint:
        os.environ |= CREDENTIALS | {"AWS_ENDPOINT_URL": endpoint}
        declared = next(one for one in resources(Settings).values() if isinstance(one, Declared))
        make_table(endpoint, declared, "reviews")
        table = ReviewTable("reviews", MediaTable("media"))
        lists = ReviewLists(table.table)
        for before, size in itertools.pairwise((0, *SIZES)):
            seed(table, (written(product, number) for number in range(before, size)))
            for what, read in reads(lists, product).items():
                found.setdefault(what, []).append(cost(read))
    return found


def run() -> Table:
    """Measure both."""
    counted_soon = soon()
    rows = [[what, *cells] for what, cells in pages().items()]
    rows.append(["published until counted: ms, p50, p95", counted_soon, "", ""])
    columns = (f"a page of {PAGE}: ms (requests)", *(f"{size:,} reviews" for size in SIZES))
    return Table("Reviews and ratings", columns, rows)


if __name__ == "__main__":
    from benchmarks.report import show

    show("reviews", run())
