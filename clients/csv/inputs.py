"""A product as the graph's ProductInput, and the way back from the graph's complaints to a file's rows and columns."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, Final

from clients.csv.columns import OPTION_NAMES, OPTION_VALUES, Column
from clients.csv.drafts import FileProduct, Problem
from domain.catalog.drafts import ProductDraft

_OF_PRODUCT: Final[Mapping[str, Column]] = {
    "slug": Column.HANDLE,
    "name": Column.TITLE,
    "description": Column.BODY,
    "status": Column.STATUS,
    "vendor": Column.VENDOR,
    "productType": Column.TYPE,
    "tags": Column.TAGS,
    "categoryId": Column.CATEGORY,
    "collectionIds": Column.COLLECTION,
    "media": Column.IMAGE,
    "seoTitle": Column.SEO_TITLE,
    "seoDescription": Column.SEO_DESCRIPTION,
    "variants": Column.HANDLE,
}
_OF_VARIANT: Final[Mapping[str, Column]] = {
    "sku": Column.SKU,
    "barcode": Column.BARCODE,
    "prices": Column.PRICE,
    "compareAtPrices": Column.COMPARE_AT,
    "weightGrams": Column.GRAMS,
    "taxable": Column.TAXABLE,
    "mediaUrls": Column.VARIANT_IMAGE,
    "options": OPTION_VALUES[0],
}


def input_of(product: ProductDraft, category: str | None, collections: Sequence[str]) -> dict[str, Any]:
    """The input of productCreate and productUpdate."""
    wire: dict[str, Any] = _wire(product)
    return wire | {"categoryId": category, "collectionIds": list(collections)}


def _wire(value: Any) -> Any:
    if is_dataclass(value):
        said = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {_camel(name): _wire(one) for name, one in said if one is not None}
    if isinstance(value, tuple):
        return [_wire(one) for one in value]
    return value.value if isinstance(value, Enum) else value


def _camel(name: str) -> str:
    return re.sub(r"_(.)", lambda match: match[1].upper(), name)


def problems_of(listed: FileProduct, errors: Sequence[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """The graph's user errors at the rows and columns they are about."""
    return tuple(_problem(listed, error["message"], (error["field"] or [])[1:]) for error in errors)


def _problem(listed: FileProduct, message: str, path: Sequence[str]) -> Problem:
    places = listed.places
    name = path[0] if path else ""
    number = int(path[1]) if len(path) > 1 and path[1].isdigit() else None
    if number is not None and name == "variants":
        return Problem(row=_at(places.variants, number, places.first), column=_variant_column(path), message=message)
    if number is not None and name == "media":
        column = Column.IMAGE_ALT if path[-1] == "alt" else Column.IMAGE
        return Problem(row=_at(places.media, number, places.first), column=column, message=message)
    if number is not None and name == "attributes" and number < len(places.attributes):
        return Problem(row=places.first, column=places.attributes[number], message=message)
    return Problem(row=places.first, column=_OF_PRODUCT.get(name), message=message)


def _at(rows: Sequence[int], number: int, otherwise: int) -> int:
    return rows[number] if number < len(rows) else otherwise


def _variant_column(path: Sequence[str]) -> Column | None:
    field = path[2] if len(path) > 2 else ""  # noqa: PLR2004  # variants, which one, which field of it
    if field == "options" and len(path) > 4 and path[3].isdigit():  # noqa: PLR2004  # …, options, which one, its part
        columns = OPTION_NAMES if path[4] == "name" else OPTION_VALUES
        return columns[int(path[3])] if int(path[3]) < len(columns) else OPTION_VALUES[0]
    return _OF_VARIANT.get(field)
