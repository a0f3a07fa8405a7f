"""The tree of categories: what is above one and what below."""

from collections.abc import Iterable, Mapping

from domain.catalog.products import Category
from domain.ids import CategoryId


def ancestors(category: CategoryId | None, tree: Mapping[CategoryId, Category]) -> tuple[CategoryId, ...]:
    """The category itself and all above it, nearest first; unknown ones end the walk."""
    chain: list[CategoryId] = []
    while category is not None and category in tree and category not in chain:
        chain.append(category)
        category = tree[category].parent_id
    return tuple(chain)


def children_of(tree: Iterable[Category]) -> dict[CategoryId | None, list[Category]]:
    """Each category's direct children, by name; those at the top under None."""
    below: dict[CategoryId | None, list[Category]] = {}
    for category in sorted(tree, key=lambda one: (one.name.casefold(), one.id)):
        below.setdefault(category.parent_id, []).append(category)
    return below


def subtree(top: CategoryId, tree: Iterable[Category]) -> frozenset[CategoryId]:
    """The category and every category below it."""
    below, waiting, seen = children_of(tree), [top], {top}
    while waiting:
        for child in below.get(waiting.pop(), ()):
            if child.id not in seen:
                seen.add(child.id)
                waiting.append(child.id)
    return frozenset(seen)
