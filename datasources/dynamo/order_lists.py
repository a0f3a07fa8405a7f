"""Lists of orders, newest first: each page costs the same whether there are a hundred orders or a hundred thousand."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import product
from typing import Final, NamedTuple

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from datasources.dynamo import documents, order_items
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.paging import WRONG_PLACE, moment_of
from domain.ids import CustomerId
from domain.orders.numbers import SINCE, read_number
from domain.orders.orders import Order
from domain.orders.statuses import (
    FulfillmentStatus,
    OrderStatus,
    PaymentStatus,
    fulfillment_status_of,
    payment_status_of,
    status_of,
)
from domain.orders.storing import KeptOrder, OrderFilter
from domain.pages import BadPage, Page, Window

FIRST_YEAR: Final = SINCE.year
BEFORE_ALL: Final = "0"
AFTER_ALL: Final = "~"
"""Sort before and after every moment."""
FEWEST_READ: Final = 20
"""Orders of an e-mail that are read at a time when they are to fit more than that."""


class _Slice(NamedTuple):
    """A part of a partition: of an index, where it is one, those that begin with a prefix."""

    pk: str
    by: str | None = None
    prefix: str = ""


class _Span(NamedTuple):
    """Places from ``low`` to ``high``, both inclusive but for ``beside``; ascending or not."""

    low: str
    high: str
    beside: str | None
    ascending: bool


class OrderLists:
    """Reads of an orders table; ``clock`` is the time of day, in seconds since 1970."""

    def __init__(self, orders: OrderTable, *, clock: Callable[[], float] = time.time) -> None:
        self._table = orders.table
        self._orders = orders
        self._clock = clock

    def of_customer(self, customer: CustomerId, window: Window) -> Page[Order]:
        """One page of a customer's orders, by two requests. Raises BadPage for a place that is none of ours."""
        return self._page([[_Slice(order_items.customer_pk(customer))]], _span(window, OrderFilter()), window)

    def all(self, asked: OrderFilter, window: Window) -> Page[Order]:
        """One page of the orders that fit, by two requests as a rule: a query, and a read of the orders themselves.

        A page that is not filled from one year asks the one before too; two statuses at once are put together from the
        other's up to six values. Of those of an e-mail that are to fit more, as many are read as it takes. Raises
        BadPage for a place that is none of ours.
        """
        if asked.search is not None:
            return self._searched(asked.search, asked, window)
        span = _span(window, asked)
        return self._page([list(_slices(asked, year)) for year in self._years(asked, window)], span, window)

    def _searched(self, text: str, asked: OrderFilter, window: Window) -> Page[Order]:
        number = read_number(text)
        if number is not None:
            kept = self._orders.by_number(number)
            found = [kept.order] if kept and window.place is None and _fits(kept.order, asked) else []
            places = tuple((order_items.place_of(one),) for one in found)
            return Page(items=tuple(found), places=places, has_next=False, has_previous=False)
        place = _Slice(order_items.email_pk(text))
        fitting = [*self._fitting(place, _span(window, asked), asked, window.size + 1)]
        return _paged(fitting[: window.size], window, more=len(fitting) > window.size)

    def _fitting(self, of: _Slice, span: _Span, asked: OrderFilter, most: int) -> Iterator[Order]:
        """The first orders of an e-mail that fit."""
        found = 0
        while found < most:
            places = self._places([of], span, max(most, FEWEST_READ))
            for order in self._read(places):
                if found < most and _fits(order, asked):
                    found += 1
                    yield order
            if len(places) < max(most, FEWEST_READ):
                return
            last = places[-1]
            span = span._replace(low=last, beside=last) if span.ascending else span._replace(high=last, beside=last)

    def _page(self, years: Iterable[Sequence[_Slice]], span: _Span, window: Window) -> Page[Order]:
        places: list[str] = []
        for slices in years:
            places += self._places(slices, span, window.size + 1 - len(places))
            if len(places) > window.size:
                break
        # One more than is shown says whether there is more, and need not be read.
        shown = [*self._read(places[: window.size])]
        return _paged(shown, window, more=len(places) > window.size)

    def _places(self, slices: Sequence[_Slice], span: _Span, most: int) -> list[str]:
        """The first places of several slices together; what is beside costs one more."""
        if span.low > span.high:
            return []
        found: list[str] = []
        for one in slices:
            name = "sk" if one.by is None else order_items.INDEXES[one.by]
            within: Condition = Path(name).between(one.prefix + span.low, one.prefix + span.high)
            answer = self._table.query(one.pk, within, index=one.by, ascending=span.ascending, limit=most + 1)
            found += [item["sk"]["S"] for item in answer.items if item["sk"]["S"] != span.beside]
        return sorted(found, reverse=not span.ascending)[:most]

    def _read(self, places: Sequence[str]) -> Iterator[Order]:
        keys = [order_items.order_key(order_items.order_at(place)) for place in places]
        found = (documents.decoded(KeptOrder, item).order for item in self._table.many(keys))
        known = {order.id: order for order in found}
        return (known[order_items.order_at(place)] for place in places)

    def _years(self, asked: OrderFilter, window: Window) -> list[int]:
        """The years that the page can be of, in its order."""
        # A clock that is ahead by less than a day may have begun the next year.
        last = (datetime.fromtimestamp(self._clock(), UTC) + timedelta(days=1)).year
        first = FIRST_YEAR
        if asked.placed_to is not None:
            last = min(last, asked.placed_to.astimezone(UTC).year)
        if asked.placed_from is not None:
            first = max(first, asked.placed_from.astimezone(UTC).year)
        place = moment_of(window)
        if place is not None and window.backward:
            first = max(first, _year(place))
        elif place is not None:
            last = min(last, _year(place))
        years = list(range(first, last + 1))
        return years if window.backward else years[::-1]


def _year(place: str) -> int:
    if not (place[:4].isdecimal() and place.isprintable()):
        raise BadPage(WRONG_PLACE)
    return int(place[:4])


def _span(window: Window, asked: OrderFilter) -> _Span:
    low = BEFORE_ALL if asked.placed_from is None else order_items.moment(asked.placed_from)
    high = AFTER_ALL if asked.placed_to is None else order_items.moment(asked.placed_to)
    place = moment_of(window)
    if place is not None:
        _year(place)
        low, high = (max(low, place), high) if window.backward else (low, min(high, place))
    return _Span(low, high, place, window.backward)


def _slices(asked: OrderFilter, year: int) -> Iterator[_Slice]:
    """Where the orders of a year lie that have the statuses asked for."""
    pk, given = order_items.year_pk(year), (asked.status, asked.payment_status, asked.fulfillment_status)
    known = [number for number, one in enumerate(given) if one is not None]
    if not known:
        yield _Slice(pk)
    elif len(known) == 1:
        one = given[known[0]]
        assert one
        yield _Slice(pk, [*order_items.INDEXES][known[0]], one.value + order_items.SEPARATOR)
    else:
        every: tuple[Iterable[Enum], ...] = (OrderStatus, _OF_ORDERS, FulfillmentStatus)
        choices = [values if one is None else (one,) for one, values in zip(given, every, strict=True)]
        for chosen in product(*choices):
            text = order_items.SEPARATOR.join(one.value for one in chosen)
            yield _Slice(pk, [*order_items.INDEXES][3], text + order_items.SEPARATOR)


_OF_ORDERS: Final = (
    PaymentStatus.AUTHORIZED,
    PaymentStatus.PARTIALLY_CAPTURED,
    PaymentStatus.CAPTURED,
    PaymentStatus.PARTIALLY_REFUNDED,
    PaymentStatus.REFUNDED,
    PaymentStatus.VOIDED,
)
"""What an order's payment can be: the others are those of payments that have not become an order's."""


def _fits(order: Order, asked: OrderFilter) -> bool:
    statuses = (
        (asked.status, status_of(order)),
        (asked.payment_status, payment_status_of(order)),
        (asked.fulfillment_status, fulfillment_status_of(order)),
    )
    early = asked.placed_from is not None and order.placed_at < asked.placed_from
    late = asked.placed_to is not None and order.placed_at >= asked.placed_to
    return not early and not late and all(wanted in {None, found} for wanted, found in statuses)


def _paged(orders: list[Order], window: Window, *, more: bool) -> Page[Order]:
    """A page of orders, which are those that come first from the window's place; whether there are more beyond."""
    shown, behind = orders[::-1] if window.backward else orders, window.place is not None
    return Page(
        items=tuple(shown),
        places=tuple((order_items.place_of(one),) for one in shown),
        has_next=behind if window.backward else more,
        has_previous=more if window.backward else behind,
    )
