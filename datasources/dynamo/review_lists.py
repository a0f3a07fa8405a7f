"""Lists of reviews: each page is a query and a read of the reviews themselves, however many there are."""

from collections.abc import Callable, Mapping, Sequence

from datasources.dynamo import documents, review_items
from datasources.dynamo.paging import Order, page_of
from datasources.dynamo.table import Table
from domain.ids import CustomerId, ProductId, ReviewId
from domain.pages import Page, Window
from domain.reviews.reviews import Review, ReviewSort, ReviewStatus
from domain.reviews.storing import KeptReview


class ReviewLists:
    """Reads of a reviews table. Each raises BadPage for a place that is none of its own."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of_product(self, product: ProductId, sort: ReviewSort, window: Window) -> Page[Review]:
        """One page of a product's published reviews, by two requests."""
        order = review_items.SORTS[sort]
        return self._page(review_items.listing_pk(product), order, window, _shown)

    def of_customer(self, customer: CustomerId, window: Window) -> Page[Review]:
        """One page of what a customer has said, newest first, by two requests."""
        order = review_items.SORTS[ReviewSort.NEWEST]
        return self._page(review_items.customer_pk(customer), order, window, _any)

    def waiting(self, window: Window) -> Page[Review]:
        """One page of what the shop has not read as it is now, what waits longest first, by two requests."""
        return self._page(review_items.QUEUE, review_items.OLDEST, window, _waits)

    def _page(self, pk: str, order: Order, window: Window, belongs: Callable[[Review], bool]) -> Page[Review]:
        """A review that has left the list since the query is left out."""
        page = page_of(self._table, pk, order, window)
        there = self._read([ReviewId(str(place[-1])) for place in page.places])
        found = [(one, place) for place in page.places if (one := there.get(place[-1])) and belongs(one)]
        more = page.has_previous if window.backward else page.has_next
        if page.items and not found and more:
            # All of it is gone: a page without items would have no place to go on from.
            beyond = page.places[0 if window.backward else -1]
            return self._page(pk, order, Window(window.size, beyond, window.backward), belongs)
        return Page(
            items=tuple(one for one, _ in found),
            places=tuple(place for _, place in found),
            has_next=page.has_next,
            has_previous=page.has_previous,
        )

    def _read(self, ids: Sequence[ReviewId]) -> Mapping[object, Review]:
        items = self._table.many([review_items.review_key(one) for one in ids])
        found = (documents.decoded(KeptReview, item).review for item in items)
        return {one.id: one for one in found if one is not None}


def _shown(review: Review) -> bool:
    return review.shown


def _waits(review: Review) -> bool:
    return review.status is ReviewStatus.PENDING


def _any(_: Review) -> bool:
    return True
