"""A product as the rows of a Shopify file: what reading turns back into the same product."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from clients.csv.columns import (
    OPTION_NAMES,
    OPTION_VALUES,
    REPEATABLE,
    Column,
    header_of_attribute,
    header_to_write,
    is_gift_card,
)
from clients.csv.drafts import UNCATEGORIZED, FileProduct, FileStock
from clients.csv.stocks import TRACKED
from clients.csv.variants import NO_OPTIONS
from domain.catalog.drafts import AttributeDraft, ProductDraft, VariantDraft
from domain.catalog.products import ProductKind, ProductStatus
from domain.money import MoneyDraft

type Cells = dict[str, list[str]]
"""Column to its values in one row; several where the column stands several times."""


class Widths:
    """Learns from every product which columns the file needs; then gives its header and each product's rows."""

    def __init__(self) -> None:
        self._attributes: dict[str, int] = {}
        self._repeated: dict[Column, int] = {}

    def see(self, listed: FileProduct) -> None:
        """Widen the file for one more product."""
        for column, count in Counter(map(header_of_attribute, _stated(listed.product))).items():
            self._attributes[column] = max(count, self._attributes.get(column, 0))
        for cells in _rows(listed):
            for column in REPEATABLE:
                self._repeated[column] = max(len(cells.get(column, ())), self._repeated.get(column, 1))

    def header(self) -> list[str]:
        """The first row."""
        columns = [column for column, count in self._attributes.items() for _ in range(count)]
        return header_to_write(columns, self._repeated)


def rows_of_product(listed: FileProduct, header: Sequence[str]) -> Iterator[list[str]]:
    """The rows of one product under a header that has seen it."""
    for cells in _rows(listed):
        waiting = {column: iter(values) for column, values in cells.items()}
        yield [next(waiting[column], "") if column in waiting else "" for column in header]


def _rows(listed: FileProduct) -> Iterator[Cells]:
    product = listed.product
    lines = zip_longest(product.variants, enumerate(product.media or (), start=1))
    stocks = listed.stocks or (None,) * len(product.variants)
    for place, (variant, picture) in enumerate(lines):
        cells: Cells = {Column.HANDLE: [product.slug]}
        if place == 0:
            cells |= _of_product(listed)
        if variant is not None:
            cells |= _of_variant(variant) | {Column.SHIPPING: [_truth(value=product.kind is ProductKind.PHYSICAL)]}
            cells |= _of_stock(stocks[place])
        if picture is not None:
            number, media = picture
            cells |= {
                Column.IMAGE: [media.url or ""],
                Column.IMAGE_POSITION: [str(number)],
                Column.IMAGE_ALT: [media.alt or ""],
            }
        yield cells


def _of_product(listed: FileProduct) -> Cells:
    product = listed.product
    single: Mapping[str, str | None] = {
        Column.TITLE: product.name,
        Column.BODY: product.description,
        Column.VENDOR: product.vendor,
        Column.CATEGORY: " > ".join(listed.category) or (UNCATEGORIZED if product.product_type else ""),
        Column.TYPE: product.product_type,
        Column.TAGS: ", ".join(product.tags or ()),
        Column.PUBLISHED: _truth(value=product.status is ProductStatus.ACTIVE),
        Column.STATUS: product.status.value.lower() if product.status else "",
        Column.GIFT_CARD: _truth(value=any(map(is_gift_card, product.attributes or ()))),
        Column.SEO_TITLE: product.seo_title,
        Column.SEO_DESCRIPTION: product.seo_description,
        **_option_names(product.variants[0]),
    }
    cells = {column: [text or ""] for column, text in single.items()} | {Column.COLLECTION: list(listed.collections)}
    for attribute in _stated(product):
        cells.setdefault(header_of_attribute(attribute), []).append(attribute.value)
    return cells


def _option_names(first: VariantDraft) -> dict[str, str]:
    names = [option.name for option in first.options or ()] or [NO_OPTIONS[0]]
    return dict(zip(OPTION_NAMES, names, strict=False))


def _of_variant(variant: VariantDraft) -> Cells:
    values = [option.value for option in variant.options or ()] or [NO_OPTIONS[1]]
    single: Mapping[str, str | None] = {
        **dict(zip(OPTION_VALUES, values, strict=False)),
        Column.SKU: variant.sku,
        Column.GRAMS: "" if variant.weight_grams is None else str(variant.weight_grams),
        Column.PRICE: _amount(variant.prices),
        Column.COMPARE_AT: _amount(variant.compare_at_prices or ()),
        Column.TAXABLE: _truth(value=variant.taxable is not False),
        Column.BARCODE: variant.barcode,
        Column.WEIGHT_UNIT: "" if variant.weight_grams is None else "g",
    }
    return {column: [text or ""] for column, text in single.items()} | {
        Column.VARIANT_IMAGE: list(variant.media_urls or ())
    }


def _of_stock(stock: FileStock | None) -> Cells:
    if stock is None:
        return {}
    policy = {None: "", True: "continue", False: "deny"}[stock.backorders]
    quantity = "" if stock.quantity is None else str(stock.quantity)
    return {Column.TRACKER: [TRACKED], Column.QUANTITY: [quantity], Column.POLICY: [policy]}


def _stated(product: ProductDraft) -> tuple[AttributeDraft, ...]:
    """The attributes with a column of their own: all but one that Shopify's column states."""
    stated = list(product.attributes or ())
    if said := next(filter(is_gift_card, stated), None):
        stated.remove(said)
    return tuple(stated)


def _amount(prices: Sequence[MoneyDraft]) -> str:
    return prices[0].amount if prices else ""


def _truth(*, value: bool) -> str:
    return "true" if value else "false"
