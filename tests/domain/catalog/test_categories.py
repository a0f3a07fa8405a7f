"""The tree of categories: no rings, a bounded depth, and one story told upwards and downwards."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.drafts import CategoryDraft, TranslationDraft
from domain.catalog.products import MOST_CATEGORIES, MOST_DEPTH, Category
from domain.catalog.rules import category_of
from domain.catalog.tree import ancestors, children_of, subtree
from domain.errors import ErrorCode
from domain.ids import CategoryId
from tests.domain.catalog.strategies import CATEGORY_DRAFTS, key, snarls, trees

NEW = CategoryId("cat_" + "n" * 26)
UNKNOWN = CategoryId("cat_" + "u" * 26)


def chain(length: int, letter: str = "a") -> dict[CategoryId, Category]:
    """Categories each below the one before."""
    ids = [CategoryId(f"cat_{letter}{key(number)[1:]}") for number in range(length)]
    parents = [None, *ids]
    return {
        one: Category(id=one, version=1, slug=one[4:], name="x", parent_id=parents[place])
        for place, one in enumerate(ids)
    }


def draft_of(category: Category, parent: CategoryId | None) -> CategoryDraft:
    return CategoryDraft(slug=category.slug, name=category.name, parent_id=parent)


def depth(category: CategoryId, tree: Mapping[CategoryId, Category]) -> int:
    parent = tree[category].parent_id
    return 1 + (depth(parent, tree) if parent is not None else 0)


@given(trees(), st.data())
def test_a_move_is_made_unless_it_makes_a_ring_or_goes_too_deep(
    tree: dict[CategoryId, Category], data: st.DataObject
) -> None:
    moved = data.draw(st.sampled_from([None, *tree]))
    parent = data.draw(st.sampled_from([None, *tree]))
    current = tree[moved] if moved is not None else None
    draft = draft_of(current or Category(id=NEW, version=1, slug="new", name="New"), parent)
    found = category_of(draft, current, tree, new_id=NEW)
    ring = moved is not None and parent is not None and parent in subtree(moved, tree.values())
    if isinstance(found, Category):
        assert not ring
        after = {**tree, found.id: found}
        assert max(depth(one, after) for one in after) <= MOST_DEPTH
    else:
        assert [(error.code, error.field) for error in found] == [(ErrorCode.INVALID, ("input", "parentId"))]
        assert ring or _too_deep(tree, moved, parent)


def _too_deep(tree: dict[CategoryId, Category], moved: CategoryId | None, parent: CategoryId | None) -> bool:
    one = moved or NEW
    old = tree.get(one, Category(id=NEW, version=1, slug="new", name="New"))
    after = {**tree, one: replace(old, parent_id=parent)}
    return max(depth(each, after) for each in after) > MOST_DEPTH


@given(trees())
def test_upwards_and_downwards_tell_the_same(tree: dict[CategoryId, Category]) -> None:
    for one in tree:
        above = ancestors(one, tree)
        assert above[0] == one
        assert len(above) == depth(one, tree)
        assert all(tree[lower].parent_id == upper for lower, upper in pairwise(above))
        assert subtree(one, tree.values()) == {other for other in tree if one in ancestors(other, tree)}


@given(trees())
def test_every_category_is_the_child_of_its_parent_in_the_order_of_names(tree: dict[CategoryId, Category]) -> None:
    below = children_of(tree.values())
    assert sorted(one.id for some in below.values() for one in some) == sorted(tree)
    for parent, children in below.items():
        assert {child.parent_id for child in children} == {parent}
        assert children == sorted(children, key=lambda one: (one.name.casefold(), one.id))


@given(snarls(), st.data())
def test_a_ring_that_should_not_be_ends_every_walk_and_can_be_mended(
    tree: dict[CategoryId, Category], data: st.DataObject
) -> None:
    anywhere = st.sampled_from([None, *tree])
    for one, category in tree.items():
        assert one in ancestors(one, tree)
        assert one in subtree(one, tree.values())
        assert category_of(draft_of(category, data.draw(anywhere)), category, tree, new_id=NEW)
        mended = category_of(draft_of(category, None), category, tree, new_id=NEW)
        assert isinstance(mended, Category)
        assert mended.parent_id is None


@pytest.mark.parametrize("unknown", [None, UNKNOWN])
def test_an_unknown_category_has_nothing_above_it(unknown: CategoryId | None) -> None:
    assert ancestors(unknown, chain(3)) == ()


@pytest.mark.parametrize(
    ("above", "below", "fits"), [(4, 1, True), (5, 1, False), (3, 2, True), (4, 2, False), (1, 5, False), (1, 4, True)]
)
def test_a_tree_is_at_most_five_deep_with_all_that_moves_along(above: int, below: int, fits: bool) -> None:
    upper, lower = chain(above), chain(below, "b")
    moved = next(iter(lower.values()))
    found = category_of(draft_of(moved, list(upper)[-1]), moved, upper | lower, new_id=NEW)
    assert isinstance(found, Category) is fits


def test_a_category_cannot_stand_below_itself_or_below_nothing_known() -> None:
    tree = chain(3)
    top = next(iter(tree.values()))
    for parent, code in [
        (top.id, ErrorCode.INVALID),
        (list(tree)[-1], ErrorCode.INVALID),
        (UNKNOWN, ErrorCode.NOT_FOUND),
    ]:
        found = category_of(draft_of(top, parent), top, tree, new_id=NEW)
        assert isinstance(found, tuple)
        assert [(error.code, error.field) for error in found] == [(code, ("input", "parentId"))]


@given(CATEGORY_DRAFTS, CATEGORY_DRAFTS)
def test_a_category_becomes_its_next_version_or_stays(one: CategoryDraft, other: CategoryDraft) -> None:
    first = category_of(one, None, {}, new_id=NEW)
    assert isinstance(first, Category)
    assert (first.id, first.version, first.name) == (NEW, 1, one.name.strip())
    assert category_of(one, first, {NEW: first}, new_id=UNKNOWN) is first
    second = category_of(other, first, {NEW: first}, new_id=UNKNOWN)
    assert isinstance(second, Category)
    assert second is first or (second.id, second.version, second.slug) == (NEW, 2, other.slug)


def test_a_shop_has_a_bounded_number_of_categories_and_can_still_edit_them() -> None:
    tree = {one: replace(category, parent_id=None) for one, category in chain(MOST_CATEGORIES).items()}
    found = category_of(CategoryDraft(slug="new", name="New"), None, tree, new_id=NEW)
    assert isinstance(found, tuple)
    assert [(error.code, error.field) for error in found] == [(ErrorCode.INVALID, ("input",))]
    some = next(iter(tree.values()))
    assert isinstance(category_of(CategoryDraft(slug="new", name="New"), some, tree, new_id=NEW), Category)


def test_all_that_is_wrong_with_a_category_is_told_at_once() -> None:
    draft = CategoryDraft(slug="", name="\x00", parent_id=UNKNOWN, translations=(TranslationDraft(locale=""),))
    found = category_of(draft, None, {}, new_id=NEW)
    assert isinstance(found, tuple)
    assert [(error.field or ())[1:] for error in found] == [
        ("slug",), ("name",), ("translations", "0", "locale"), ("parentId",),
    ]  # fmt: skip
