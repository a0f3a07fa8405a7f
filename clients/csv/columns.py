"""Which columns a Shopify product CSV has, and what each of them is to the shop.

Source of the names: Shopify's help page "Using CSV files to import and export products", its sample files, and for
``ALIASES`` the template that Shopify hands out since 2025.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.catalog.drafts import AttributeDraft


class Column(StrEnum):
    """The columns that the shop stores, in the order in which it writes them."""

    HANDLE = "Handle"
    TITLE = "Title"
    BODY = "Body (HTML)"
    VENDOR = "Vendor"
    CATEGORY = "Product Category"
    TYPE = "Type"
    TAGS = "Tags"
    COLLECTION = "Collection"
    PUBLISHED = "Published"
    OPTION1_NAME = "Option1 Name"
    OPTION1_VALUE = "Option1 Value"
    OPTION2_NAME = "Option2 Name"
    OPTION2_VALUE = "Option2 Value"
    OPTION3_NAME = "Option3 Name"
    OPTION3_VALUE = "Option3 Value"
    SKU = "Variant SKU"
    GRAMS = "Variant Grams"
    TRACKER = "Variant Inventory Tracker"
    QUANTITY = "Variant Inventory Qty"
    POLICY = "Variant Inventory Policy"
    PRICE = "Variant Price"
    COMPARE_AT = "Variant Compare At Price"
    SHIPPING = "Variant Requires Shipping"
    TAXABLE = "Variant Taxable"
    BARCODE = "Variant Barcode"
    IMAGE = "Image Src"
    IMAGE_POSITION = "Image Position"
    IMAGE_ALT = "Image Alt Text"
    GIFT_CARD = "Gift Card"
    SEO_TITLE = "SEO Title"
    SEO_DESCRIPTION = "SEO Description"
    VARIANT_IMAGE = "Variant Image"
    WEIGHT = "Variant Weight"
    WEIGHT_UNIT = "Variant Weight Unit"
    STATUS = "Status"


OPTION_NAMES: Final = (Column.OPTION1_NAME, Column.OPTION2_NAME, Column.OPTION3_NAME)
OPTION_VALUES: Final = (Column.OPTION1_VALUE, Column.OPTION2_VALUE, Column.OPTION3_VALUE)
REQUIRED: Final = (Column.HANDLE, Column.TITLE, Column.PRICE)
REPEATABLE: Final = frozenset({Column.COLLECTION, Column.VARIANT_IMAGE})
"""Columns that may stand more than once, one value in each; attributes may too."""

OF_PRODUCT: Final = (
    Column.TITLE, Column.BODY, Column.VENDOR, Column.CATEGORY, Column.TYPE, Column.TAGS, Column.PUBLISHED,
    *OPTION_NAMES, Column.GIFT_CARD, Column.SEO_TITLE, Column.SEO_DESCRIPTION, Column.STATUS,
)  # fmt: skip
"""Said once for a product, in its first row; a later row may only repeat it."""

OF_VARIANT: Final = (*OPTION_VALUES, Column.SKU, Column.GRAMS, Column.PRICE, Column.BARCODE, Column.WEIGHT)
"""A row with any of these filled is a variant."""

NOT_WRITTEN: Final = frozenset({Column.WEIGHT})
"""Read for the sake of old files; Variant Grams says the same."""

ALIASES: Final[dict[str, Column]] = {
    "url handle": Column.HANDLE,
    "description": Column.BODY,
    "published on online store": Column.PUBLISHED,
    "sku": Column.SKU,
    "price": Column.PRICE,
    "compare-at price": Column.COMPARE_AT,
    "charge tax": Column.TAXABLE,
    "barcode": Column.BARCODE,
    "weight value (grams)": Column.GRAMS,
    "weight unit for display": Column.WEIGHT_UNIT,
    "requires shipping": Column.SHIPPING,
    "inventory tracker": Column.TRACKER,
    "inventory quantity": Column.QUANTITY,
    "continue selling when out of stock": Column.POLICY,
    "product image url": Column.IMAGE,
    "variant image url": Column.VARIANT_IMAGE,
}

_SENDER: Final = "who sends the parcels is not stored"
_TAX: Final = "tax codes are not stored yet"
_LINK: Final = "links of options to metafields are not stored"
_MARKET: Final = re.compile(r"(?:price|compare[ -]at price|included) / .+", re.IGNORECASE)
LEFT_OUT: Final[Mapping[str, str]] = {
    "variant fulfillment service": _SENDER,
    "fulfillment service": _SENDER,
    "variant tax code": _TAX,
    "tax code": _TAX,
    "cost per item": "what a thing cost the shop is confidential, so it is not stored with what shoppers read",
    "option1 linked to": _LINK,
    "option2 linked to": _LINK,
    "option3 linked to": _LINK,
}
"""Columns that are not stored, in lower case, each with the reason that the report gives."""

_MARKED: Final = "Attribute: "
_UNIT: Final = re.compile(r"(?P<name>.+) \[(?P<unit>[^\[\]]*)\]")
_KNOWN: Final[Mapping[str, Column]] = {column.lower(): column for column in Column} | ALIASES


class BadHeader(ValueError):
    """The first row cannot be the header of a product file; ``column`` is its place, from 1, when one is at fault."""

    def __init__(self, message: str, column: int | None = None) -> None:
        self.column = column
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Where in a row each thing stands, counted from 0."""

    cells: tuple[str, ...]
    places: Mapping[Column, tuple[int, ...]]
    attributes: tuple[tuple[int, AttributeDraft], ...]
    left_out: Mapping[int, str]

    @classmethod
    def of(cls, row: Sequence[str]) -> "Header":
        """Read the first row of a file; raises BadHeader."""
        cells = tuple(cell.strip() for cell in row)
        places: dict[Column, tuple[int, ...]] = {}
        attributes: list[tuple[int, AttributeDraft]] = []
        left_out: dict[int, str] = {}
        for place, cell in enumerate(cells):
            column = _KNOWN.get(cell.lower())
            reason = reason_to_leave_out(cell)
            if column is not None:
                places[column] = (*places.get(column, ()), place)
            elif reason is not None:
                left_out[place] = reason
            else:
                attributes.append((place, attribute_of(cell)))
        _check(places)
        return cls(cells=cells, places=places, attributes=tuple(attributes), left_out=left_out)


def _check(places: Mapping[Column, tuple[int, ...]]) -> None:
    for column in REQUIRED:
        if column not in places:
            raise BadHeader(
                f'there is no column "{column}"; a Shopify product file begins "Handle,Title,Body (HTML),…"'
            )
    for column, found in places.items():
        if len(found) > 1 and column not in REPEATABLE:
            raise BadHeader(f'"{column}" stands twice', found[1] + 1)


def reason_to_leave_out(cell: str) -> str | None:
    """Why a column of this name is not stored; None when it is."""
    if not cell:
        return "the column has no name"
    if _MARKET.fullmatch(cell):
        return "prices of other markets are not read from this file"
    return LEFT_OUT.get(cell.lower())


def attribute_of(cell: str) -> AttributeDraft:
    """What a column that is none of Shopify's own states: ``Width [cm]`` is an attribute with a unit."""
    text = cell.removeprefix(_MARKED)
    match = _UNIT.fullmatch(text)
    if match is None:
        return AttributeDraft(name=text, value="")
    return AttributeDraft(name=match["name"], value="", unit=match["unit"] or None)


def header_of_attribute(attribute: AttributeDraft) -> str:
    """The column that states ``attribute``: its name, marked where the name would be read as something else."""
    ambiguous = attribute.unit is not None or _UNIT.fullmatch(attribute.name)
    cell = f"{attribute.name} [{attribute.unit or ''}]" if ambiguous else attribute.name
    taken = cell.lower() in _KNOWN or reason_to_leave_out(cell) is not None or cell.startswith(_MARKED)
    return _MARKED + cell if taken else cell


def attribute_order(cell: str) -> tuple[str, str]:
    """Attributes stand by name, so that a file's own order of columns makes no difference."""
    return cell.casefold(), cell


def is_gift_card(attribute: AttributeDraft) -> bool:
    """Whether it is what Shopify's own column says, and not one of the columns for attributes."""
    return (attribute.name, attribute.value, attribute.unit) == (Column.GIFT_CARD, "true", None)


def stated_order(attribute: AttributeDraft) -> tuple[tuple[str, str], bool]:
    """How the attributes of a product that was read stand, whichever columns they came from."""
    return attribute_order(header_of_attribute(attribute)), is_gift_card(attribute)


def header_to_write(attributes: Iterable[str], repeated: Mapping[Column, int]) -> list[str]:
    """The first row of a file with these attribute columns; ``repeated`` says how often a column stands if not once."""
    own = [str(column) for column in Column if column not in NOT_WRITTEN for _ in range(repeated.get(column, 1))]
    return own + sorted(attributes, key=attribute_order)
