"""The catalogue's enums: declared in the domain, described here once before any type names them."""

from domain.catalog.listing import ProductSort
from domain.catalog.products import ProductKind, ProductStatus
from schema.prose import choice

__all__ = ["ProductKind", "ProductSort", "ProductStatus"]

for values in (ProductKind, ProductSort, ProductStatus):
    choice(values)
