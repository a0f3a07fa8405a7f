"""What a nested field's answer reads of its parent (AppSync's ``source``)."""

from msgspec import Struct

from domain.ids import ProductId


class ProductParent(Struct, frozen=True, kw_only=True):
    """A product, which the catalogue has answered."""

    id: ProductId


class ListParent(Struct, frozen=True, kw_only=True):
    """A page of the reviews of a product; without one, of those that wait for the shop."""

    product_id: ProductId | None
