"""What is sold, as carts need to know it: products of the catalogue as offers of their variants."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

from datasources.valkey.near import Near
from domain.cart.carts import Cart
from domain.cart.offers import Offer, shortened
from domain.catalog.products import Category, Product, ProductKind, ProductStatus, Variant, translation
from domain.catalog.tree import ancestors
from domain.ids import CategoryId, ProductId, VariantId, product_of_variant


class Catalogue(Protocol):
    """Where products are read."""

    def many(self, ids: Sequence[ProductId]) -> Mapping[ProductId, Product]: ...

    def categories(self) -> tuple[Category, ...]: ...


TREE_SECONDS: Final = 5.0
"""How long a process goes by the categories that it has read: as long as what shoppers see may be old."""
TREE: Final = "tree"


class Offers:
    """What is sold, as fresh as the catalogue it is read from, but for where categories hang, which is remembered for
    ``tree_seconds``.
    """

    def __init__(self, catalogue: Catalogue, *, tree_seconds: float = 0.0) -> None:
        self._catalogue = catalogue
        self.near: Final = Near(tree_seconds, time.monotonic)

    def of_cart(self, cart: Cart) -> dict[VariantId, Offer]:
        """What there is of what is in a cart."""
        return self.of([line.variant_id for line in cart.lines], cart.locale)

    def of(self, variants: Iterable[VariantId], locale: str | None) -> dict[VariantId, Offer]:
        """What there is of the variants, on sale or not; names in the language ``locale``. Two reads at most."""
        wanted = dict.fromkeys(variants)
        owners = {one: product_of_variant(one) for one in wanted}
        if not wanted:
            return {}
        products = self._catalogue.many(tuple(dict.fromkeys(owner for owner in owners.values() if owner)))
        placed = any(one.category_id is not None for one in products.values())
        tree = self._tree() if placed else {}
        found = {}
        for variant_id, owner in owners.items():
            product = products.get(owner) if owner else None
            variant = next((one for one in product.variants if one.id == variant_id), None) if product else None
            if product and variant:
                found[variant_id] = _offer(product, variant, tree, locale)
        return found

    def _tree(self) -> Mapping[CategoryId, Category]:
        known: Mapping[CategoryId, Category] | None = self.near.get(TREE)
        if known is not None:
            return known
        tree = {one.id: one for one in self._catalogue.categories()}
        self.near.put(TREE, tree)
        return tree


def _offer(product: Product, variant: Variant, tree: Mapping[CategoryId, Category], locale: str | None) -> Offer:
    return Offer(
        variant_id=variant.id,
        product_id=product.id,
        name=_name(product, variant, locale),
        prices=variant.prices,
        on_sale=product.status is ProductStatus.ACTIVE,
        ships=product.kind is ProductKind.PHYSICAL,
        taxable=variant.taxable,
        weight_grams=variant.weight_grams,
        category_ids=ancestors(product.category_id, tree),
        collection_ids=product.collection_ids,
        sku=variant.sku,
        goods=variant.goods,
    )


def _name(product: Product, variant: Variant, locale: str | None) -> str:
    """The product's name and what tells the variant from the others: ``Linen Apron (Large, Ocean)``."""
    which = ", ".join(option.value for option in variant.options)
    name = translation(product.translations, locale).name or product.name
    return shortened(f"{name} ({which})" if which else name)
