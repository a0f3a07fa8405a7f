"""What a nested field's answer reads of its parent (AppSync's ``source``)."""

from msgspec import Struct

from domain.catalog.listing import Criteria
from domain.catalog.products import Product
from domain.ids import CategoryId, CollectionId, MediaId, ProductId, VariantId
from domain.money import CurrencyCode
from resolvers.catalog.views import Buyer


class ProductParent(Struct, frozen=True, kw_only=True):
    """A product."""

    id: ProductId
    category_id: CategoryId | None
    collection_ids: tuple[CollectionId, ...]
    buyer: Buyer


class VariantsParent(Struct, frozen=True, kw_only=True):
    """A product whose variants are asked for."""

    id: ProductId
    buyer: Buyer
    whole: Product | None = None


class VariantParent(Struct, frozen=True, kw_only=True):
    """A variant."""

    id: VariantId
    buyer: Buyer


class SoldParent(Struct, frozen=True, kw_only=True):
    """A variant, and what its buyers get."""

    goods: tuple[MediaId, ...] = ()


class LineParent(Struct, frozen=True, kw_only=True):
    """A line of a cart, which has a currency and a language."""

    variant_id: VariantId
    currency: CurrencyCode
    locale: str | None


class WishParent(Struct, frozen=True, kw_only=True):
    """A customer's wish; None where nobody has said in which currency and language it is to be shown."""

    variant_id: VariantId
    currency: CurrencyCode | None
    locale: str | None


class SessionParent(Struct, frozen=True, kw_only=True):
    """A guest's session, with the products that were looked at."""

    viewed: tuple[ProductId, ...]
    currency: CurrencyCode | None
    locale: str | None


class CategoryParent(Struct, frozen=True, kw_only=True):
    """A category."""

    id: CategoryId
    parent_id: CategoryId | None
    buyer: Buyer


class CollectionParent(Struct, frozen=True, kw_only=True):
    """A collection."""

    id: CollectionId
    buyer: Buyer


class ListParent(Struct, frozen=True, kw_only=True):
    """A page of products."""

    criteria: Criteria
    scope: str | None
