"""What a nested field's answer reads of its parent (AppSync's ``source``), which the catalogue has answered."""

from msgspec import Struct

from domain.ids import ProductId, VariantId


class ProductParent(Struct, frozen=True, kw_only=True):
    """A product."""

    id: ProductId


class VariantParent(Struct, frozen=True, kw_only=True):
    """A variant."""

    id: VariantId
