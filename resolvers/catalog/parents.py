"""What a nested field's answer reads of its parent (AppSync's ``source``)."""

from dataclasses import dataclass

from domain.catalog.listing import Criteria
from domain.ids import CategoryId, CollectionId, ProductId, VariantId
from resolvers.catalog.views import Buyer


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductParent:
    """A product."""

    id: ProductId
    category_id: CategoryId | None
    collection_ids: tuple[CollectionId, ...]
    buyer: Buyer


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantParent:
    """A variant."""

    id: VariantId
    buyer: Buyer


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryParent:
    """A category."""

    id: CategoryId
    parent_id: CategoryId | None
    buyer: Buyer


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionParent:
    """A collection."""

    id: CollectionId
    buyer: Buyer


@dataclass(frozen=True, slots=True, kw_only=True)
class ListParent:
    """A page of products."""

    criteria: Criteria
    scope: str | None
