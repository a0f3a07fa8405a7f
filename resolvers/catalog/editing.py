"""How a change of the catalogue runs: read, decide by the rules, store conditionally, say what became of it."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from domain import keys
from domain.catalog import products as stored
from domain.catalog import rules
from domain.catalog.drafts import CategoryDraft, CollectionDraft, ProductDraft
from domain.catalog.storing import Created, Overtaken, Replaced, Saved, SlugTaken, Stale, TooLarge
from domain.catalog.tree import ancestors
from domain.errors import ConflictError, ErrorCode, InputError
from domain.ids import CategoryId, CollectionId, ProductId, noun_of
from domain.keys import Key, KeyReused
from resolvers._kit.callers import Staff
from resolvers._kit.views import UserError
from resolvers.catalog.browsing import buyer_of
from resolvers.catalog.ports import Catalog
from resolvers.catalog.showing import Exhibits, by_id
from resolvers.catalog.views import Category, Collection, Product, category_of, collection_of, product_of

TRIES: Final = 5
"""A change without expectedVersion is decided anew on the newest version, at most this often."""
OVERTAKEN_TRIES: Final = 20
"""So many new products may take up one media at once."""


class ProductPayload(Struct, frozen=True, kw_only=True):
    """What became of a change to a product."""

    product: Product | None = None
    user_errors: tuple[UserError, ...] = ()


class CategoryPayload(Struct, frozen=True, kw_only=True):
    """What became of a change to a category."""

    category: Category | None = None
    user_errors: tuple[UserError, ...] = ()


class CollectionPayload(Struct, frozen=True, kw_only=True):
    """What became of a change to a collection."""

    collection: Collection | None = None
    user_errors: tuple[UserError, ...] = ()


type Tree = dict[CategoryId, stored.Category]
type Unstored = Stale | SlugTaken | KeyReused | TooLarge


def tree_of(catalog: Catalog) -> Tree:
    """Every category by its id, as it is stored now."""
    return {one.id: one for one in catalog.store.categories()}


def create_product(catalog: Catalog, caller: Staff, draft: ProductDraft, key: str) -> ProductPayload:
    """Store the first version of a product, once for a key."""
    if (refused := keys.refused(key)) is not None:
        return ProductPayload(user_errors=(refused,))
    fresh = ProductId(catalog.new_id("prod"))
    asked = Key(caller=caller.sub, key=key, fingerprint=keys.fingerprint(draft))
    for _ in range(OVERTAKEN_TRIES):
        exhibits = Exhibits(catalog)
        product = drafted(catalog, draft, None, exhibits, fresh)
        if not isinstance(product, stored.Product):
            return ProductPayload(user_errors=product)
        outcome = _created(catalog, product, exhibits, asked)
        if not isinstance(outcome, Overtaken):
            return outcome if isinstance(outcome, ProductPayload) else _product_payload(catalog, outcome)
    raise TimeoutError(f"what a product is to show changed under each of {OVERTAKEN_TRIES} tries")


def _created(
    catalog: Catalog, product: stored.Product, exhibits: Exhibits, key: Key
) -> ProductPayload | Created | Unstored | Overtaken:
    tree = tree_of(catalog)
    if missing := _missing(catalog, product, tree):
        return ProductPayload(user_errors=missing)
    also = exhibits.held(None, product)
    if isinstance(also, InputError):
        return ProductPayload(user_errors=(also,))
    return catalog.store.create(product, ancestors(product.category_id, tree), key=key, also=also)


def update_product(
    catalog: Catalog,
    id_: str,
    expected: int | None,
    change: Callable[[stored.Product, Exhibits], stored.Product | rules.Refused],
) -> ProductPayload:
    """Store the next version of a product; ``change`` is asked again when another change came first."""
    for _ in range(TRIES):
        current = catalog.store.get(ProductId(id_)) if noun_of(id_) == "Product" else None
        if current is None:
            return ProductPayload(user_errors=(_error(ErrorCode.NOT_FOUND, "there is no such product", "id"),))
        if expected is not None and expected != current.version:
            return ProductPayload(user_errors=(_conflict(current.version),))
        exhibits = Exhibits(catalog)
        outcome = _replaced(catalog, current, change(current, exhibits), exhibits)
        if not isinstance(outcome, Stale | Overtaken):
            return outcome if isinstance(outcome, ProductPayload) else _product_payload(catalog, outcome)
    raise TimeoutError(f"{id_} changed under each of {TRIES} tries")


def replace_product(catalog: Catalog, id_: str, expected: int | None, draft: ProductDraft) -> ProductPayload:
    """Store the next version of a product as a draft asks for it."""
    return update_product(
        catalog, id_, expected, lambda current, exhibits: drafted(catalog, draft, current, exhibits, current.id)
    )


def drafted(
    catalog: Catalog, draft: ProductDraft, current: stored.Product | None, exhibits: Exhibits, id_: ProductId
) -> stored.Product | rules.Refused:
    """The next version that a draft asks for, or the first."""
    draft = by_id(draft, catalog.pictures)
    known = exhibits.known(draft, id_, current)
    return rules.product_of(
        draft, current, new_id=id_, now=catalog.now(), shop=catalog.shop, known=known, sold=exhibits.sold(id_)
    )


def _replaced(
    catalog: Catalog, current: stored.Product, new: stored.Product | rules.Refused, exhibits: Exhibits
) -> ProductPayload | Replaced | Unstored | Overtaken:
    if not isinstance(new, stored.Product):
        return ProductPayload(user_errors=new)
    if new is current:
        return Replaced(product=current)
    tree = tree_of(catalog)
    if missing := _missing(catalog, new, tree):
        return ProductPayload(user_errors=missing)
    also = exhibits.held(current, new)
    if isinstance(also, InputError):
        return ProductPayload(user_errors=(also,))
    return catalog.store.replace(
        current,
        new,
        ancestors(current.category_id, tree),
        ancestors(new.category_id, tree),
        also=also,
    )


def _product_payload(catalog: Catalog, outcome: Created | Replaced | Unstored) -> ProductPayload:
    if isinstance(outcome, Created | Replaced):
        return ProductPayload(product=product_of(outcome.product, buyer_of(catalog, None)))
    return ProductPayload(user_errors=(_unstored(outcome),))


def _missing(catalog: Catalog, product: stored.Product, tree: Tree) -> tuple[InputError, ...]:
    found: list[InputError] = []
    if product.category_id is not None and product.category_id not in tree:
        found.append(_error(ErrorCode.NOT_FOUND, "there is no such category", "input", "categoryId"))
    there = catalog.store.collections_many(product.collection_ids) if product.collection_ids else {}
    missing = [one[:60] for one in product.collection_ids if one not in there]
    if missing:
        message = f"there is no such collection: {', '.join(missing)}"
        found.append(_error(ErrorCode.NOT_FOUND, message, "input", "collectionIds"))
    return tuple(found)


def save_category(catalog: Catalog, draft: CategoryDraft, id_: str | None, expected: int | None) -> CategoryPayload:
    """Store a new category or the next version of one."""
    tree = tree_of(catalog)
    current = tree.get(CategoryId(id_)) if id_ is not None else None
    if (refused := _unknown("category", id_, current, expected)) is not None:
        return CategoryPayload(user_errors=(refused,))
    category = rules.category_of(draft, current, tree, new_id=CategoryId(catalog.new_id("cat")))
    if not isinstance(category, stored.Category):
        return CategoryPayload(user_errors=category)
    above = [tree[one] for one in ancestors(category.parent_id, tree)]
    same = category is current
    outcome = Saved(value=category) if same else catalog.store.save_category(current, category, above=above)
    if isinstance(outcome, Saved):
        return CategoryPayload(category=category_of(outcome.value, buyer_of(catalog, None)))
    return CategoryPayload(user_errors=(_unstored(outcome),))


def save_collection(
    catalog: Catalog, draft: CollectionDraft, id_: str | None, expected: int | None
) -> CollectionPayload:
    """Store a new collection or the next version of one."""
    known = CollectionId(id_) if id_ is not None else None
    current = catalog.store.collections_many([known]).get(known) if known is not None else None
    if (refused := _unknown("collection", id_, current, expected)) is not None:
        return CollectionPayload(user_errors=(refused,))
    collection = rules.collection_of(draft, current, new_id=CollectionId(catalog.new_id("coll")))
    if not isinstance(collection, stored.Collection):
        return CollectionPayload(user_errors=collection)
    outcome = Saved(value=collection) if collection is current else catalog.store.save_collection(current, collection)
    if isinstance(outcome, Saved):
        return CollectionPayload(collection=collection_of(outcome.value, buyer_of(catalog, None)))
    return CollectionPayload(user_errors=(_unstored(outcome),))


def _unknown(
    noun: str, id_: str | None, current: stored.Category | stored.Collection | None, expected: int | None
) -> UserError | None:
    if id_ is not None and current is None:
        return _error(ErrorCode.NOT_FOUND, f"there is no such {noun}", "id")
    if expected is not None and current is not None and expected != current.version:
        return _conflict(current.version)
    return None


def _unstored(outcome: Unstored) -> UserError:
    match outcome:
        case Stale(current_version=version):
            return _conflict(version or 0)
        case SlugTaken(slug=slug):
            return _error(ErrorCode.DUPLICATE, f'the slug "{slug}" is taken', "input", "slug")
        case KeyReused():
            return keys.REUSED
        case TooLarge(size=size, most=most):
            return _error(ErrorCode.INVALID, f"a product takes at most {most:,} bytes, not {size:,}", "input")


def _conflict(version: int) -> ConflictError:
    return ConflictError(
        message=f"it has changed meanwhile: version {version} is stored now", field=("expectedVersion",),
        current_version=version,
    )  # fmt: skip


def _error(code: ErrorCode, message: str, *path: str) -> InputError:
    return InputError(code=code, message=message, field=path)
