"""A product as a file has it: the shop's own draft, with names in the place of ids and the rows it came from."""

from dataclasses import dataclass, field

from domain.catalog.drafts import ProductDraft

UNCATEGORIZED = "Uncategorized"
"""Shopify's own word, in the column Product Category, for a product that stands in no category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The rows a product was read from: its first one, each variant's, each picture's, each attribute's column."""

    first: int
    variants: tuple[int, ...] = ()
    media: tuple[int, ...] = ()
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStock:
    """A variant's stock: units on hand, and whether it is sold when none is left; None: the file does not say."""

    quantity: int | None
    backorders: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProduct:
    """``category`` is the path of names from the top; ``rows`` is how many rows of the file make it up.

    ``stocks`` are the variants', None for one that is not counted; there are none when no variant is.
    """

    product: ProductDraft
    stocks: tuple[FileStock | None, ...] = ()
    category: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    places: Places = field(compare=False)
    rows: int = field(compare=False, default=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong, in one sentence, and where: the row as a spreadsheet counts, the column by its header."""

    row: int
    column: str | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BadProduct:
    """A product that cannot be stored: nothing of it is, and every problem found is named."""

    handle: str
    problems: tuple[Problem, ...]
    rows: int = 1
