"""Products for these tests, and the same questions answered by looking at every product."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from domain.catalog.listing import Criteria, ProductSort, Rated
from domain.catalog.products import (
    AttributeValue,
    Product,
    ProductKind,
    ProductStatus,
    SelectedOption,
    Translation,
    Variant,
)
from domain.ids import ProductId, VariantId
from domain.money import CurrencyCode, Money

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def product_id(number: int) -> ProductId:
    return ProductId(f"prod_{number:026}")


def product(
    number: int = 1, name: str = "Plain thing", *, day: int = 0, prices: Iterable[Money] = (), **other: Any
) -> Product:
    variants = tuple(
        Variant(id=VariantId(f"var_{number:026}-{at}"), sku=f"N{number}V{at}", prices=(price,))
        for at, price in enumerate(prices or (Money(1_000, CurrencyCode.USD),))
    )
    plain = Product(
        id=product_id(number),
        version=1,
        slug=f"product-{number}",
        name=name,
        status=ProductStatus.ACTIVE,
        kind=ProductKind.PHYSICAL,
        variants=variants,
        variants_ever=len(variants),
        created_at=EPOCH + timedelta(days=day),
        updated_at=EPOCH,
    )
    return replace(plain, **other)


def with_options(of: Product, **options: str) -> Product:
    chosen = tuple(SelectedOption(name=name, value=value) for name, value in options.items())
    return replace(of, variants=tuple(replace(variant, options=chosen) for variant in of.variants))


def attribute(slug: str, value: str, unit: str | None = None) -> AttributeValue:
    return AttributeValue(slug=slug, name=slug.capitalize(), value=value, unit=unit)


def french(name: str) -> Translation:
    return Translation(locale="fr", name=name)


def rated(of: Product) -> Rated:
    """The rating of a version of a product: by none to three buyers, of one to five stars each."""
    count = of.version % 4
    return Rated(seq=of.version, count=count, stars=count + of.version * 7 % (4 * count + 1))


# From here on: the oracle. Nothing of the index is used.


def mean(of: Product) -> Fraction | None:
    """Exactly."""
    rating = rated(of)
    return Fraction(rating.stars, rating.count) if rating.count else None


def tokens(text: str) -> list[str]:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", bare)


def one_error(typed: str, meant: str) -> bool:
    """Whether one letter inserted, left out, replaced or swapped with its neighbour explains it."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    splits = [(typed[:at], typed[at:]) for at in range(len(typed) + 1)]
    return (
        meant in {head + tail[1:] for head, tail in splits}
        or meant in {head + tail[1:2] + tail[:1] + tail[2:] for head, tail in splits}
        or meant in {head + letter + tail for head, tail in splits for letter in letters}
        or meant in {head + letter + tail[1:] for head, tail in splits if tail for letter in letters}
    )


def _points(word: str, fields: list[list[str]], *, last: bool) -> int | None:
    for points, held in zip((106, 104, 102), fields, strict=True):
        if word in held:
            return points
        if any(each.startswith(word) for each in held):
            return points - 1
    if len(word) < 5 or not word.isalpha():
        return None
    for each in {each for held in fields for each in held}:
        starts = {each[: len(word) + more] for more in (-1, 0, 1)} if last else {each}
        if any(one_error(word, start) for start in starts):
            return 0
    return None


def score(of: Product, search: str) -> int | None:
    """None when the product does not answer the words."""
    words = tokens(search)
    names = [of.name, *(one.name for one in of.translations if one.name)]
    labels = [of.vendor or "", of.product_type or "", *of.tags, *(variant.sku for variant in of.variants)]
    body = re.sub(r"<[^>]*>", " ", of.description or "")
    fields = [tokens(" ".join(names)), tokens(" ".join(labels)), tokens(body)]
    points = [_points(word, fields, last=word == words[-1]) for word in dict.fromkeys(words)]
    if None in points:
        return None
    return sum(each or 0 for each in points) + 10_000 * any(tokens(name) == words for name in names)


def values(of: Product) -> dict[str, dict[str, str]]:
    """Facet to value to label."""
    found: dict[str, dict[str, str]] = {}
    noted = [("vendor", of.vendor, of.vendor), ("type", of.product_type, of.product_type)]
    noted += [("tag", tag, tag) for tag in of.tags]
    noted += [(option.name.casefold(), option.value, option.value) for v in of.variants for option in v.options]
    noted += [(one.slug, one.value, f"{one.value} {one.unit}" if one.unit else one.value) for one in of.attributes]
    for slug, value, label in noted:
        if value and label:
            found.setdefault(slug, {})[value.casefold()] = label
    if of.category_id:
        found["category"] = {of.category_id: of.category_id}
    return found


def passes(of: Product, criteria: Criteria, *, except_facet: str | None = None) -> bool:
    prices = [price.minor for v in of.variants for price in v.prices if price.currency is criteria.currency]
    low, high = criteria.price_min, criteria.price_max
    bounded = low is not None or high is not None
    having, stars = values(of), mean(of)
    least = None if criteria.min_rating is None else Fraction(criteria.min_rating, 1_000_000)
    return (
        (not tokens(criteria.search or "") or score(of, criteria.search or "") is not None)
        and (criteria.statuses is None or of.status in criteria.statuses)
        and (criteria.collection is None or criteria.collection in of.collection_ids)
        and (criteria.categories is None or except_facet == "category" or of.category_id in criteria.categories)
        and (least is None or (stars is not None and stars >= least))
        and (not bounded or any((low is None or p >= low) and (high is None or p <= high) for p in prices))
        and all(
            one.slug == except_facet or any(value.casefold() in having.get(one.slug, {}) for value in one.values)
            for one in criteria.attributes
        )
    )


def ordered(products: Iterable[Product], criteria: Criteria, sort: ProductSort, shop: CurrencyCode) -> list[ProductId]:
    def key(of: Product) -> Any:
        price = lowest(of, (criteria.currency, shop))
        match sort:
            case ProductSort.NAME:
                return " ".join("".join(tokens(word)) for word in of.name.split())
            case ProductSort.PRICE_ASC:
                return (price is None, price)
            case ProductSort.PRICE_DESC:
                return (price is None, -(price or 0))
            case ProductSort.BEST_RATED:
                return (-(mean(of) or 0), -of.created_at.timestamp())
            case ProductSort.RELEVANCE if tokens(criteria.search or ""):
                return -(score(of, criteria.search or "") or 0)
            case _:
                return -of.created_at.timestamp()

    return [of.id for of in sorted(products, key=lambda of: (key(of), of.id)) if passes(of, criteria)]


def lowest(of: Product, currencies: Iterable[CurrencyCode]) -> int | None:
    for currency in currencies:
        prices = [price.minor for v in of.variants for price in v.prices if price.currency is currency]
        if prices:
            return min(prices)
    return None


def facets(products: Mapping[ProductId, Product], criteria: Criteria) -> dict[str, dict[str, tuple[str, int]]]:
    """Facet to value to label and count."""
    spelled: dict[tuple[str, str], Counter[str]] = {}
    counted: dict[str, Counter[str]] = {}
    for of in products.values():
        for slug, having in values(of).items():
            for value, label in having.items():
                spelled.setdefault((slug, value), Counter())[label] += 1
                if passes(of, criteria, except_facet=slug):
                    counted.setdefault(slug, Counter())[value] += 1
    return {
        slug: {
            value: (min(spelled[slug, value], key=lambda label: (-spelled[slug, value][label], label)), count)
            for value, count in counts.items()
        }
        for slug, counts in counted.items()
    }
