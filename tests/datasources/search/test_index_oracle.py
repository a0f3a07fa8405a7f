"""The index against an oracle that looks at every product, over random catalogues, changes and questions."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasources.search.index import SearchIndex
from domain.catalog.listing import AttributeFilter, Criteria, ProductSort, Rated
from domain.catalog.products import Product, ProductStatus
from domain.ids import CategoryId, CollectionId, ProductId
from domain.money import CurrencyCode, Money
from domain.pages import Place, Window
from tests.datasources.search import catalogue
from tests.datasources.search.catalogue import EPOCH, attribute, french, product, product_id, rated, with_options

SHOP = CurrencyCode.EUR
WORDS = ("shirt", "shirts", "short", "skirt", "Table", "cable", "Réd", "red", "blue", "S", "10", "a1b2c3")
TYPED = (*WORDS, "shitr", "shiirt", "sirts", "sh", "tabel", "tabl", "atble", "cabl3", "r", "")

some_text = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
prices = st.lists(
    st.builds(Money, st.integers(1, 6), st.sampled_from([CurrencyCode.EUR, CurrencyCode.USD, CurrencyCode.JPY])),
    min_size=1,
    max_size=3,
)
categories = st.sampled_from([CategoryId("cat_A"), CategoryId("cat_b")])
collections = st.sampled_from([CollectionId("coll_a"), CollectionId("coll_b")])
colors = st.sampled_from(["Red", "RED", "blue"])


@st.composite
def products(draw: st.DrawFn) -> Product:
    plain = product(
        draw(st.integers(1, 12)),
        draw(some_text.filter(bool)),
        prices=draw(prices),
        status=draw(st.sampled_from(ProductStatus)),
        vendor=draw(st.none() | st.sampled_from(WORDS)),
        product_type=draw(st.none() | st.sampled_from(["Shirt", "shirt", "Hat"])),
        tags=tuple(draw(st.lists(st.sampled_from(WORDS), max_size=2, unique_by=str.casefold))),
        description=draw(st.none() | some_text.map("<p class='red'>{}</p>".format)),
        category_id=draw(st.none() | categories),
        collection_ids=tuple(draw(st.lists(collections, unique=True, max_size=2))),
        attributes=tuple(draw(st.lists(st.builds(attribute, st.just("size"), st.sampled_from("12")), max_size=1))),
        translations=tuple(french(draw(some_text)) for _ in range(draw(st.integers(0, 1)))),
        created_at=EPOCH + timedelta(hours=draw(st.integers(0, 4))),
    )
    return with_options(plain, Color=draw(colors)) if draw(st.booleans()) else plain


filters = st.one_of(
    st.builds(AttributeFilter, slug=st.just("color"), values=st.lists(colors, max_size=2).map(tuple)),
    st.builds(AttributeFilter, slug=st.just("size"), values=st.lists(st.sampled_from("123"), max_size=2).map(tuple)),
    st.builds(AttributeFilter, slug=st.just("vendor"), values=st.lists(st.sampled_from(WORDS), max_size=3).map(tuple)),
    st.builds(AttributeFilter, slug=st.just("none"), values=st.just(("such",))),
)
typed = st.lists(st.sampled_from(TYPED), max_size=3).map(" ".join)


def seldom[T](given_: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    """A filter in one of four: more of them at once leave nothing to compare."""
    return st.sampled_from((True, False, False, False)).flatmap(lambda yes: given_ if yes else st.none())


criteria = st.builds(
    Criteria,
    search=seldom(typed),
    categories=seldom(st.frozensets(categories, max_size=2)),
    collection=seldom(collections),
    statuses=seldom(st.frozensets(st.sampled_from(ProductStatus), max_size=2)),
    attributes=seldom(st.lists(filters, max_size=2).map(tuple)).map(lambda found: found or ()),
    currency=st.sampled_from([CurrencyCode.EUR, CurrencyCode.USD]),
    price_min=seldom(st.integers(1, 6)),
    price_max=seldom(st.integers(1, 6)),
    min_rating=seldom(st.sampled_from([1_000_000, 2_500_000, 2_670_000, 3_330_000, 5_000_000])),
)
changes = st.lists(st.one_of(products(), products(), st.integers(1, 12)), min_size=1, max_size=25)


def filled(steps: list[Product | int]) -> tuple[SearchIndex, dict[ProductId, Product]]:
    """Apply changes (a number removes) to an index and to a plain dict alike."""
    index, known = SearchIndex(SHOP), dict[ProductId, Product]()
    for version, step in enumerate(steps, start=1):
        if isinstance(step, int):
            known.pop(product_id(step), None)
            index.remove(product_id(step))
        else:
            newer = replace(step, version=version)
            known[newer.id] = newer
            index.put(replace(newer, name="with another rating"), Rated(seq=version - 1, count=1, stars=1))
            index.put(newer, rated(newer))
            index.put(replace(newer, name="an older version arrives late", version=version - 1))
    return index, known


def walked(index: SearchIndex, asked: Criteria, sort: ProductSort, size: int, *, backward: bool) -> list[ProductId]:
    """All pages after one another, in list order."""
    found: list[ProductId] = []
    place: Place | None = None
    while True:
        page = index.find(asked, sort, Window(size, place, backward))
        assert len(page.ids) == len(page.places) <= size
        assert (page.has_next if backward else page.has_previous) == bool(found)
        found = [*page.ids, *found] if backward else [*found, *page.ids]
        if not (page.has_previous if backward else page.has_next):
            return found
        place = page.places[0 if backward else -1]


@settings(max_examples=100, deadline=None)
@given(changes, criteria, st.sampled_from(ProductSort), st.integers(1, 5))
def test_lists_what_looking_at_every_product_lists_in_pages_of_any_size_both_ways(
    steps: list[Product | int], asked: Criteria, sort: ProductSort, size: int
) -> None:
    index, known = filled(steps)
    expected = catalogue.ordered(known.values(), asked, sort, SHOP)
    assert walked(index, asked, sort, size, backward=False) == expected
    assert walked(index, asked, sort, size, backward=True) == expected
    assert index.count(asked) == len(expected)
    assert len(index) == len(known)


@settings(max_examples=100, deadline=None)
@given(changes, typed)
def test_finds_and_ranks_words_beginnings_and_typing_errors_as_looking_at_every_product_does(
    steps: list[Product | int], search: str
) -> None:
    index, known = filled(steps)
    asked = Criteria(search=search)
    expected = catalogue.ordered(known.values(), asked, ProductSort.RELEVANCE, SHOP)
    assert list(index.find(asked, ProductSort.RELEVANCE, Window(100)).ids) == expected
    assert index.suggest(search, Criteria(), 3) == (tuple(expected[:3]) if search.strip() else ())


@settings(max_examples=100, deadline=None)
@given(changes, criteria)
def test_counts_every_facet_as_looking_at_every_product_does(steps: list[Product | int], asked: Criteria) -> None:
    index, known = filled(steps)
    found = index.facets(asked)
    assert {f.slug: {v.value: (v.label, v.count) for v in f.values} for f in found} == catalogue.facets(known, asked)
    for facet in found:
        assert [v.value for v in facet.values] == [
            v.value for v in sorted(facet.values, key=lambda v: (-v.count, v.label, v.value))
        ]


@settings(max_examples=50, deadline=None)
@given(changes, changes, criteria, st.sampled_from(ProductSort))
def test_a_snapshot_answers_and_changes_like_the_index_it_was_made_of(
    steps: list[Product | int], later: list[Product | int], asked: Criteria, sort: ProductSort
) -> None:
    index, _ = filled(steps)
    loaded = SearchIndex.load(index.dump(), SHOP)
    for version, step in enumerate(later, start=1_000):
        for one in (index, loaded):
            if isinstance(step, int):
                one.remove(product_id(step))
            else:
                one.put(newer := replace(step, version=version), rated(newer))
    assert loaded.find(asked, sort, Window(100)) == index.find(asked, sort, Window(100))
    assert loaded.facets(asked) == index.facets(asked)


@pytest.mark.parametrize("sort", ProductSort)
def test_a_product_that_comes_between_two_pages_makes_no_other_be_skipped_or_repeated(sort: ProductSort) -> None:
    index = SearchIndex(SHOP)
    for number in range(10, 90, 10):
        index.put(product(number, f"Shirt {number}", day=number, prices=[Money(number, SHOP)]))
    asked = Criteria(search="shirt", currency=SHOP)
    before = [*walked(index, asked, sort, 100, backward=False)]
    page = index.find(asked, sort, Window(4))
    for number in range(5, 100, 10):
        index.put(product(number, f"Shirt {number}", day=number, prices=[Money(number, SHOP)]))
    index.remove(page.ids[-1])
    rest = index.find(asked, sort, Window(100, page.places[-1]))
    assert [one for one in rest.ids if one in before] == before[4:]
