"""What the search index knows of one product: what it is found by, filtered by, counted under and sorted by."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple, Self

import msgspec

from datasources.dynamo.entries import sort_name
from datasources.search.words import prose, slug, words
from domain.catalog.listing import Rated
from domain.catalog.products import Product

MOST_BODY_WORDS: Final = 1_000
"""Different words of a description that are searchable: a long page of prose, and a bound on memory."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Trait(NamedTuple):
    """One value of one facet that a product has; ``value`` is what filters compare, ``label`` what people read."""

    slug: str
    name: str
    value: str
    label: str

    @property
    def text(self) -> str:
        """The trait in one line, parts parted by tabs: none of them holds a tab or a line break (see ``_trait``)."""
        return "\t".join(self)

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(*text.split("\t"))


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False, kw_only=True):
    """One product, as the index keeps it, with what is known of its rating (see ``Rated``).

    ``prices`` are minor units a currency code, ascending and distinct. Traits are lines; ``titles`` are lines too, the
    words of the name and its translations in order; ``name``, ``labels`` and ``body`` hold each word once, parted by
    spaces. Text takes a tenth of the memory and of the loading time that tuples of small texts take.
    """

    id: str
    version: int
    status: str
    created: int
    collections: tuple[str, ...]
    prices: dict[str, tuple[int, ...]]
    traits: str
    sort_name: str
    titles: str
    name: str
    labels: str
    body: str
    rating_seq: int
    rating: int | None


def entry(product: Product, rated: Rated = Rated()) -> Entry:  # noqa: B008  # values never change
    """Read a product document once; everything later works on the result."""
    names = [product.name, *(translation.name for translation in product.translations if translation.name)]
    labels = [product.vendor or "", product.product_type or "", *product.tags, *(v.sku for v in product.variants)]
    traits = {(trait.slug, trait.value): trait.text for trait in _traits(product) if trait.slug and trait.value}
    return Entry(
        id=product.id,
        version=product.version,
        status=product.status.value,
        created=(product.created_at - _EPOCH) // _MICROSECOND,
        collections=product.collection_ids,
        prices=_prices(product),
        traits="\n".join(traits.values()),
        sort_name=sort_name(product.name),
        titles="\n".join(" ".join(words(name)) for name in names),
        name=" ".join(_distinct(names)),
        labels=" ".join(_distinct(labels)),
        body=" ".join(_distinct([prose(product.description or "")])[:MOST_BODY_WORDS]),
        rating_seq=rated.seq,
        rating=rated.millionths,
    )


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words("\n".join(texts))))


def _prices(product: Product) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for variant in product.variants:
        for price in variant.prices:
            found.setdefault(price.currency.value, set()).add(price.minor)
    return {currency: tuple(sorted(amounts)) for currency, amounts in found.items()}


def _traits(product: Product) -> Iterator[Trait]:
    if product.vendor:
        yield _trait("vendor", "Vendor", product.vendor)
    if product.product_type:
        yield _trait("type", "Type", product.product_type)
    for tag in product.tags:
        yield _trait("tag", "Tag", tag)
    if product.category_id:
        yield Trait("category", "Category", _clean(product.category_id), _clean(product.category_id))
    for variant in product.variants:
        for option in variant.options:
            yield _trait(slug(option.name), option.name, option.value)
    for attribute in product.attributes:
        label = f"{attribute.value} {attribute.unit}" if attribute.unit else attribute.value
        yield _trait(attribute.slug, attribute.name, attribute.value, label)


def _trait(facet: str, name: str, text: str, label: str | None = None) -> Trait:
    return Trait(_clean(facet), _clean(name), comparable(text), _clean(label or text))


def _clean(text: str) -> str:
    return " ".join(text.split())


def comparable(text: str) -> str:
    """A facet's value as filters compare it: without case and extra spaces, signs kept (``+1.5`` is not ``-1.5``)."""
    return _clean(text.casefold())
