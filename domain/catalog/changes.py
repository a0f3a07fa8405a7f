"""What a stored change of a product tells: which parts of its content differ, and what of that shoppers may know."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime
from itertools import dropwhile
from typing import Final

from domain.catalog.products import Product, ProductStatus
from domain.values import value

NO_CONTENT: Final = frozenset({"id", "version", "options", "variants_ever", "created_at", "updated_at"})
"""Fields that nobody writes: given once, counted, or made from the variants."""
CONTENT: Final = tuple(field.name for field in fields(Product) if field.name not in NO_CONTENT)


@value
class Change:
    """One stored change of an entity: ``seq`` is the version it made.

    ``shown``: shoppers could see the entity before the change, or can after it.
    """

    seq: int
    changed: tuple[str, ...]
    at: datetime
    shown: bool = False


def changed_fields(old: Product | None, new: Product) -> tuple[str, ...]:
    """Names of the fields of content that differ; all of them when there was no ``old``."""
    if old is None:
        return CONTENT
    return tuple(name for name in CONTENT if getattr(old, name) != getattr(new, name))


def on_sale(product: Product | None) -> bool:
    """Whether shoppers can see it."""
    return product is not None and product.status is ProductStatus.ACTIVE


def change_of(old: Product | None, new: Product) -> Change:
    """The change that made ``new`` of ``old``."""
    return Change(
        seq=new.version,
        changed=changed_fields(old, new),
        at=new.updated_at,
        shown=on_sale(old) or on_sale(new),
    )


def for_shoppers(changes: Iterable[Change], *, visible: bool) -> tuple[Change, ...]:
    """What shoppers may know of a product's changes, oldest first; ``visible``: they can see it now.

    While they cannot, they learn that it changed but not in what, from the first change on that they could have seen.
    So a product that was never on sale is to them what one that does not exist is.
    """
    known = changes if visible else dropwhile(lambda change: not change.shown, changes)
    return tuple(change if visible and change.shown else replace(change, changed=()) for change in known)
