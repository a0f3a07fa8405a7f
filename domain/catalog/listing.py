"""What can be asked of a list of products, and what comes back beside the products."""

from enum import Enum
from typing import Final, NamedTuple

from domain.catalog.products import ProductStatus
from domain.ids import CategoryId, CollectionId, ProductId
from domain.money import CurrencyCode
from domain.pages import Place, Window
from domain.values import value

MILLION: Final = 1_000_000
MOST_FACET_VALUES: Final = 100
"""A facet shows its most frequent values, at most this many."""


ELSEWHERE: Final = "elsewhere"
"""The listing of products, on sale or not, that show pictures that are not ours."""


class ProductSort(Enum):
    """The order of a list of products; ties are settled by id, so that every order is total.

    RELEVANCE: Best match first; without search words the same as NEWEST.
    NEWEST: Latest created first.
    PRICE_ASC: Cheapest first, by the lowest variant price in the buyer's currency.
    PRICE_DESC: Dearest first, by the lowest variant price in the buyer's currency.
    NAME: By name, A to Z, letters with accents beside those without.
    BEST_RATED: Highest average rating first, unrated last; of equals the latest created first.
    BEST_SELLING: Most sold first.
    """

    RELEVANCE = "RELEVANCE"
    NEWEST = "NEWEST"
    PRICE_ASC = "PRICE_ASC"
    PRICE_DESC = "PRICE_DESC"
    NAME = "NAME"
    BEST_RATED = "BEST_RATED"
    BEST_SELLING = "BEST_SELLING"


@value
class Rated:
    """What is known of a product's rating: ``count`` buyers gave it so many ``stars`` together, as of a ``seq``."""

    seq: int = 0
    count: int = 0
    stars: int = 0

    @property
    def millionths(self) -> int | None:
        """The mean of all stars, in millionths and rounded down, so that no bound in full ones is wrongly reached; None
        where nobody gave any.
        """
        return self.stars * MILLION // self.count if self.count else None


@value
class AttributeFilter:
    """Products having at least one of ``values`` for the facet ``slug`` (see Facet)."""

    slug: str
    values: tuple[str, ...]


@value
class Criteria:
    """What a product must fulfil to be listed: all that is given (AND); the empty Criteria admit every status.

    ``price_min`` and ``price_max`` are minor units of ``currency``, inclusive, and a product passes when at least one
    of its variants' prices does. A category admits its products and those of every category below it: the caller
    passes the whole subtree in ``categories``. ``min_rating`` is a mean of stars in millionths, inclusive.
    """

    search: str | None = None
    categories: frozenset[CategoryId] | None = None
    collection: CollectionId | None = None
    statuses: frozenset[ProductStatus] | None = None
    attributes: tuple[AttributeFilter, ...] = ()
    currency: CurrencyCode = CurrencyCode.USD
    price_min: int | None = None
    price_max: int | None = None
    min_rating: int | None = None


@value
class FacetValue:
    """One value and how many products would be listed were it (also) chosen."""

    value: str
    label: str
    count: int


@value
class Facet:
    """One thing to narrow a list by: ``vendor``, ``type``, ``tag``, ``category``, an option or an attribute.

    Counts of a facet ignore the filter on that same facet (several values of one facet are OR, facets are AND), so
    that a buyer sees what choosing another value would give.
    """

    slug: str
    name: str
    values: tuple[FacetValue, ...] = ()


class Shown(NamedTuple):
    """What part of a listing kept with the products is asked for; ``scope`` names the listing."""

    scope: str
    sort: ProductSort
    window: Window
    currency: CurrencyCode


@value
class Found:
    """One page of matches: ids in order, each with its place for a cursor, and whether more lie on either side."""

    ids: tuple[ProductId, ...]
    places: tuple[Place, ...]
    has_next: bool
    has_previous: bool


class SearchUnavailable(Exception):
    """The search read model cannot be reached, and what is at hand of it is too old to go on with."""
