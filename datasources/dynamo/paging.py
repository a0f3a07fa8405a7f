"""Places in ordered lists, and one page of an ordered partition by exactly one query, in both directions."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.operand import Path

from datasources.dynamo.table import Item, Table
from domain.money import LARGEST_MINOR
from domain.pages import BadPage, Page, Place, Window

WRONG_PLACE: Final = "the cursor is not one of this list; pass a cursor from its own pages, or none"
LONGEST_MOMENT: Final = 100
"""Characters of a sort key that can be ours where it is an instant and an id."""
SEPARATOR: Final = "\t"
"""Between value and id: sorts before anything a folded name can hold, so that the order is by value, then by id."""
LONGEST_SORT_NAME: Final = 200
"""Characters of a name that decide its place: at most 4 bytes each, and an index key takes 1,024 (DynamoDB quotas)."""
LONGEST_VALUE: Final = 4 * LONGEST_SORT_NAME + 100
"""Bytes of an index key that can be ours: a name, and an id."""
PRICE_DIGITS: Final = len(str(LARGEST_MINOR))


class Order(NamedTuple):
    """The order of a local index: by the attribute it sorts by, a value and an id joined by SEPARATOR."""

    index_name: str
    attribute: str
    ascending: bool = True
    amount: bool = False


BY_NEWEST: Final = Order("by_newest", "newest", ascending=False)
BY_NAME: Final = Order("by_name", "name")
BY_PRICE_ASC: Final = Order("by_price", "price", amount=True)
BY_PRICE_DESC: Final = Order("by_price", "price", ascending=False, amount=True)


def price_text(minor: int) -> str:
    """An amount as text that sorts like the number."""
    return str(minor).zfill(PRICE_DIGITS)


def page_of(table: Table, pk: str, order: Order, window: Window, attributes: Sequence[str] | None = None) -> Page[Item]:
    """The items of a partition that the window shows, with ``attributes`` or all; raises BadPage for a wrong place.

    Whether there is more behind the place is not looked up: the place was on a page, so something was there.
    """
    ascending = order.ascending is not window.backward
    answer = table.query(
        pk,
        _beyond(order, window.place, ascending=ascending),
        index=order.index_name,
        ascending=ascending,
        limit=window.size + 1,
        attributes=attributes,
    )
    items = answer.items[: window.size]
    if window.backward:
        items = items[::-1]
    more, behind = len(answer.items) > window.size, window.place is not None
    return Page(
        items=items,
        places=tuple(_place(order, item) for item in items),
        has_next=behind if window.backward else more,
        has_previous=more if window.backward else behind,
    )


def moment_of(window: Window) -> str | None:
    """The sort key that a page of a list by moment goes on from; raises BadPage for a place that is none of ours."""
    match window.place:
        case None:
            return None
        case (str(text),) if len(text) <= LONGEST_MOMENT and text.isascii():
            return text
    raise BadPage(WRONG_PLACE)


def _place(order: Order, item: Item) -> Place:
    value, _, owner = item[order.attribute]["S"].rpartition(SEPARATOR)
    return (int(value) if order.amount else value), owner


def _beyond(order: Order, place: Place | None, *, ascending: bool) -> Condition | None:
    if place is None:
        return None
    value = _value(order, place)
    return Path(order.attribute) > value if ascending else Path(order.attribute) < value


def _value(order: Order, place: Place) -> str:
    """The index key at a place. A cursor is never trusted to be ours: its texts may be of any length and hold
    surrogates, which are no text to DynamoDB.
    """
    match place:
        case (int(amount), str(owner)) if order.amount and 0 <= amount < 10**PRICE_DIGITS:
            value = price_text(amount) + SEPARATOR + owner
        case (str(text), str(owner)) if not order.amount:
            value = text + SEPARATOR + owner
        case _:
            raise BadPage(WRONG_PLACE)
    try:
        size = len(value.encode())
    except UnicodeEncodeError as error:
        raise BadPage(WRONG_PLACE) from error
    if size > LONGEST_VALUE:
        raise BadPage(WRONG_PLACE)
    return value
