"""How a change meets the store: what identifies it, and what can become of it."""

from collections.abc import Callable
from typing import Any

from domain.catalog.products import Category, Collection, Product
from domain.ids import ProductId
from domain.values import value

type Also = Callable[[Any], None]
"""More to store in a product's own transaction, which it is given: made by one data source, for another to call."""


@value
class Created:
    """The product is stored; ``replayed`` when it was by an earlier call with the same key."""

    product: Product
    replayed: bool = False


@value
class Replaced:
    """The next version is stored."""

    product: Product


@value
class Saved[T: Category | Collection]:
    """The category or collection is stored."""

    value: T


@value
class Stale:
    """Another change came first; ``current_version`` is stored now, None when the thing is gone."""

    current_version: int | None


@value
class SlugTaken:
    """Another thing of the same noun has this slug."""

    slug: str


@value
class Overtaken:
    """What was to be shown has changed meanwhile: it is to be looked at anew."""


@value
class TooLarge:
    """The product does not fit the store: its document has ``size`` bytes, and at most ``most`` are taken."""

    size: int
    most: int


@value
class Stored:
    """What a stretch of the store's stream tells: things as they are after it, each named once, in its newest form.

    ``rated`` are products whose rating is another now.

    It may come twice and late: nothing may be done with it that cannot be done again.
    """

    products: tuple[Product, ...] = ()
    categories: tuple[tuple[Category | None, Category], ...] = ()
    collections: tuple[Collection, ...] = ()
    rated: tuple[ProductId, ...] = ()
