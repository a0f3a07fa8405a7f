"""What a nested field's answer reads of its parent (AppSync's ``source``), which the catalogue has answered."""

from msgspec import Struct

from domain.ids import ProductId, VariantId


class ProductParent(Struct, frozen=True, kw_only=True):
    """A product, and which variants it has now: stock is kept of others that it had once."""

    id: ProductId
    variant_ids: tuple[VariantId, ...]


class VariantParent(Struct, frozen=True, kw_only=True):
    """A variant."""

    id: VariantId
