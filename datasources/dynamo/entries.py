"""Where a product is listed and at which place: computed from the product and the categories above it."""

import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Final, NamedTuple

from datasources.dynamo.paging import LONGEST_SORT_NAME, PRICE_DIGITS, SEPARATOR, price_text
from domain.catalog.listing import ELSEWHERE
from domain.catalog.products import Product, ProductStatus
from domain.ids import CategoryId
from domain.money import CurrencyCode, price_in

EVERY: Final = "every"
PRICELESS: Final = 10**PRICE_DIGITS - 1
"""Stands for "no price in the shop's own currency", which the rules do not let happen: dearer than all."""


class Entry(NamedTuple):
    """A product's place in each order; every listing that holds the product holds the same. ``price`` is the lowest
    variant's, in the shop's own currency, which every variant is priced in.
    """

    newest: str
    name: str
    price: str


def scopes(product: Product, ancestors: Iterable[CategoryId]) -> frozenset[str]:
    """The listings a product is in: those for staff always, those for shoppers while it is on sale."""
    staff = {EVERY, f"status:{product.status.value}"}
    fetchable = {ELSEWHERE} if product.elsewhere else set()
    return frozenset(staff.union(fetchable, _shown(product, ancestors)))


def _shown(product: Product, ancestors: Iterable[CategoryId]) -> Iterator[str]:
    if product.status is not ProductStatus.ACTIVE:
        return
    yield "all"
    if product.category_id is not None:
        yield from (f"category:{category}" for category in (product.category_id, *ancestors))
    yield from (f"collection:{collection}" for collection in product.collection_ids)


def entry(product: Product, shop: CurrencyCode) -> Entry:
    """The product's places, by the shop's own currency."""
    found = (price_in(variant.prices, shop) for variant in product.variants)
    prices = [price.minor for price in found if price is not None]
    created = product.created_at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    lowest = min(prices, default=PRICELESS)
    return Entry(*(value + SEPARATOR + product.id for value in (created, sort_name(product.name), price_text(lowest))))


def sort_name(name: str) -> str:
    """A name as it is sorted: without case, accents and extra spaces."""
    # Case folding can bring forth composed letters, so it stands between two decompositions.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(bare.split())[:LONGEST_SORT_NAME]


class Listed(NamedTuple):
    """What of a product's listing is to be written: scopes to leave, and scopes to enter or to enter anew."""

    left: frozenset[str]
    entered: frozenset[str]


def relisted(old: tuple[frozenset[str], Entry] | None, new: tuple[frozenset[str], Entry]) -> Listed:
    """The difference between two listings of one product; ``old`` is None for a new product."""
    if old is None:
        return Listed(frozenset(), new[0])
    return Listed(old[0] - new[0], new[0] - old[0] if old[1] == new[1] else new[0])
