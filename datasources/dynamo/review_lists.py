"""Lists of reviews: each page is a query and a read of the reviews themselves, however many there are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

from datasources.dynamo import documents, review_items
from datasources.dynamo.paging import Order, page_of
from datasources.dynamo.table import Item, Table
from domain.ids import CustomerId, ProductId, ReviewId
from domain.pages import Page, Place, Window
from domain.reviews.reviews import Review, ReviewSort, ReviewStatus
from domain.reviews.storing import KeptReview

MOST_AT_ONCE: Final = 8
"""Requests of one caller that are under way together; a connection each."""


class _List(NamedTuple):
    """A list: its partition and order, and whether a review is still in it."""

    pk: str
    order: Order
    belongs: Callable[[Review], bool]


class ReviewLists:
    """Reads of a reviews table. Each raises BadPage for a place that is none of its own."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of_product(self, product: ProductId, sort: ReviewSort, window: Window) -> Page[Review]:
        """One page of a product's published reviews, by two requests."""
        return self.of_products([product], sort, window)[0]

    def of_products(self, products: Sequence[ProductId], sort: ReviewSort, window: Window) -> list[Page[Review]]:
        """One page of each product's published reviews: a query for each, some at once, and one read for a hundred
        reviews.
        """
        lists = [_List(review_items.listing_pk(one), review_items.SORTS[sort], _shown) for one in products]
        return self._pages(lists, window)

    def of_customer(self, customer: CustomerId, window: Window) -> Page[Review]:
        """One page of what a customer has said, newest first, by two requests."""
        order = review_items.SORTS[ReviewSort.NEWEST]
        return self._pages([_List(review_items.customer_pk(customer), order, _any)], window)[0]

    def count_of(self, customer: CustomerId) -> int:
        """Of how many products a customer has said something, by a request for each 1 MB of their reviews and votes."""
        return sum(
            item["sk"]["S"].startswith(review_items.OWN)
            for answer in self._table.answers(review_items.customer_pk(customer), attributes=("sk",))
            for item in answer.items
        )

    def waiting(self, window: Window) -> Page[Review]:
        """One page of what the shop has not read as it is now, what waits longest first, by two requests."""
        return self._pages([_List(review_items.QUEUE, review_items.OLDEST, _waits)], window)[0]

    def count_waiting(self) -> int:
        """How many reviews wait, by a request for each 1 MB of their places: some 7,000."""
        return sum(answer.matched for answer in self._table.answers(review_items.QUEUE, count=True))

    def many(self, ids: Iterable[ReviewId]) -> Mapping[ReviewId, Review]:
        """The reviews there are of these, by one request for each hundred."""
        items = self._table.many([review_items.review_key(one) for one in ids])
        found = (documents.decoded(KeptReview, item).review for item in items)
        return {one.id: one for one in found if one is not None}

    def _pages(self, lists: Sequence[_List], window: Window) -> list[Page[Review]]:
        def found(one: _List) -> Page[Item]:
            return page_of(self._table, one.pk, one.order, window)

        if len(lists) == 1:
            pages = [found(lists[0])]
        else:
            with ThreadPoolExecutor(MOST_AT_ONCE) as threads:
                pages = list(threads.map(found, lists))
        there = self.many(dict.fromkeys(_at(place) for page in pages for place in page.places))
        return [self._filled(one, page, window, there) for one, page in zip(lists, pages, strict=True)]

    def _filled(self, of: _List, page: Page[Item], window: Window, there: Mapping[ReviewId, Review]) -> Page[Review]:
        """A review that has left the list since the query is left out."""
        found = [(one, place) for place in page.places if (one := there.get(_at(place))) and of.belongs(one)]
        more = page.has_previous if window.backward else page.has_next
        if page.items and not found and more:
            # All of it is gone: a page without items would have no place to go on from.
            beyond = page.places[0 if window.backward else -1]
            return self._pages([of], Window(window.size, beyond, window.backward))[0]
        return Page(
            items=tuple(one for one, _ in found),
            places=tuple(place for _, place in found),
            has_next=page.has_next,
            has_previous=page.has_previous,
        )


def _at(place: Place) -> ReviewId:
    return ReviewId(str(place[-1]))


def _shown(review: Review) -> bool:
    return review.shown


def _waits(review: Review) -> bool:
    return review.status is ReviewStatus.PENDING


def _any(_: Review) -> bool:
    return True
