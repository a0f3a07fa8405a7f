"""What searching feels like: words, ranking, typing errors, and whatever else people type."""

import random
import string
import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasources.search.index import SearchIndex
from datasources.search.snapshot import UnreadableSnapshot
from datasources.search.words import LONGEST_WORD, MOST_QUERY_WORDS, fold, prose, query_words, words
from domain.catalog.listing import MOST_FACET_VALUES, AttributeFilter, Criteria, ProductSort
from domain.catalog.products import Category, Product, SelectedOption, Variant
from domain.ids import CategoryId, VariantId
from domain.money import CurrencyCode, Money
from domain.pages import BadPage, Place, Window
from tests.datasources.search.catalogue import attribute, french, product, product_id, with_options

USD, EUR, JPY = CurrencyCode.USD, CurrencyCode.EUR, CurrencyCode.JPY


def index_of(*products: Product) -> SearchIndex:
    index = SearchIndex(USD)
    for one in products:
        index.put(one)
    return index


def found(index: SearchIndex, search: str) -> list[int]:
    """The numbers of the products found, best first."""
    page = index.find(Criteria(search=search), ProductSort.RELEVANCE, Window(100))
    return [int(one.removeprefix("prod_")) for one in page.ids]


@pytest.mark.parametrize("place", ["name", "vendor", "product_type", "description"])
def test_finds_words_and_beginnings_wherever_they_stand(place: str) -> None:
    fields: dict[str, Any] = {"name": "Something", place: "Organic Cotton"}
    index = index_of(product(1, **fields), product(2, "Something else"))
    assert [found(index, search) for search in ("cotton", "cott", "COTTON organic", "organic c", "wool")] == [
        [1], [1], [1], [1], [],
    ]  # fmt: skip


def test_finds_tags_stock_keeping_units_and_translated_names() -> None:
    other = Variant(id=VariantId("var_x-1"), sku="MUG-RED-330", prices=(Money(1, USD),))
    index = index_of(product(1, "Mug", tags=("gift idea",), variants=(other,), translations=(french("Grande tasse"),)))
    for search in ("gift", "mug-red-330", "MUG RED", "tasse", "grande mug gift"):
        assert found(index, search) == [1], search


def test_every_word_must_be_found_but_each_may_stand_elsewhere() -> None:
    index = index_of(product(1, "Blue shirt", vendor="Acme"), product(2, "Blue hat", vendor="Acme"))
    assert found(index, "acme blue shirt") == [1]
    assert found(index, "acme blue") == [1, 2]
    assert found(index, "acme green") == []


def test_ranks_the_exact_name_then_words_then_beginnings_then_labels_then_descriptions_then_errors() -> None:
    index = index_of(
        product(1, "Thing", description="goes with a lantern"),
        product(2, "Thing", tags=("lantern",)),
        product(3, "Lanterns of old"),
        product(4, "Old lantern"),
        product(5, "Lantren"),
        product(6, "Lantern"),
        product(7, "Thing", product_type="Lanterns"),
    )
    assert found(index, "lantern") == [6, 4, 3, 2, 7, 1, 5]


def test_a_product_with_a_typing_error_ranks_below_every_one_without() -> None:
    index = index_of(product(1, "Silver rigns"), product(2, "Thing", description="silver and rings, and silver"))
    assert found(index, "silver rings") == [2, 1]


@pytest.mark.parametrize("search", ["creme brulee", "CRÈME BRÛLÉE", "creme\u0301 bru\u0302le\u0301e"[:5] + " brulee"])
def test_case_and_accents_make_no_difference(search: str) -> None:
    assert found(index_of(product(1, "Crème brûlée"), product(2, "Cream")), search) == [1]


@pytest.mark.parametrize(
    ("name", "search"),
    [
        ("Smørrebrød", "smorrebrod"),
        ("Łódź print", "lodz"),
        ("Straße", "strasse"),
        ("Men's shirt", "mens"),
        ("Men\u2019s shirt", "men's"),
        ("İstanbul", "istanbul"),
        ("Красная рубашка", "рубашки"),
        ("東京タワー", "東京"),
        ("Ἀθήνα", "αθηνα"),
    ],
)
def test_words_of_many_languages_are_found_as_they_are_typed(name: str, search: str) -> None:
    assert found(index_of(product(1, name), product(2, "Other")), search) == [1]


@pytest.mark.parametrize("typed", ["lnatern", "lanter", "lanntern", "lantirn", "antern", "xlantern", "lantenr"])
def test_forgives_one_letter_left_out_added_replaced_or_swapped(typed: str) -> None:
    assert found(index_of(product(1, "Lantern"), product(2, "Kettle")), typed) == [1]


def test_forgives_nothing_in_short_words_numbers_or_two_errors() -> None:
    index = index_of(product(1, "Mugs 123456 lantern"))
    assert [found(index, search) for search in ("migs", "123457", "lnatenr")] == [[], [], []]


def test_an_unfinished_last_word_may_hold_an_error_too() -> None:
    index = index_of(product(1, "Wireless headphones"))
    assert found(index, "headpn") == [1]
    assert found(index, "haedph") == [1]
    assert found(index, "haedph wireless") == []  # only the last word is unfinished


def test_nine_of_ten_products_with_random_names_are_among_the_first_ten_in_spite_of_a_typing_error() -> None:
    chance = random.Random(7)
    syllables = [consonant + vowel for consonant in "bdfghklmnprstvz" for vowel in "aeiou"]
    names = [" ".join("".join(chance.choices(syllables, k=3)) for _ in range(2)) for _ in range(2_000)]
    index = index_of(*(product(number, name) for number, name in enumerate(names)))
    asked = chance.sample(range(2_000), 300)
    hits = sum(number in found(index, mistyped(chance, names[number]))[:10] for number in asked)
    assert hits / len(asked) >= 0.9


def mistyped(chance: random.Random, text: str) -> str:
    """One random error in one random word."""
    held = text.split()
    which = chance.randrange(len(held))
    word, at, letter = held[which], chance.randrange(len(held[which])), chance.choice(string.ascii_lowercase)
    held[which] = chance.choice([
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
    ])  # fmt: skip
    return " ".join(held)


GARBAGE = (
    '"', "'", "' OR 1=1 --", 'shirt" NEAR(', "a* AND (b OR", "name:shirt", "^shirt", "\x00", "shirt\x00", "💥", "-",
    "%", "\\", "{}", "\ud800", "\u202e", "a" * 10_000, "a " * 5_000, '"' * 10_000, "é" * 10_000, "東" * 10_000,
)  # fmt: skip


@pytest.mark.parametrize("search", GARBAGE, ids=range(len(GARBAGE)))
def test_whatever_is_typed_is_answered_at_once(search: str) -> None:
    index = index_of(*(product(number, f"Shirt {number}") for number in range(200)))
    begun = time.process_time()
    index.find(Criteria(search=search), ProductSort.RELEVANCE, Window(10))
    index.facets(Criteria(search=search))
    index.suggest(search, Criteria(), 10)
    assert time.process_time() - begun < 0.5


@given(st.text(max_size=300))
def test_any_text_gives_few_and_short_words_and_folding_twice_changes_nothing(text: str) -> None:
    typed = query_words(text)
    assert len(typed) <= MOST_QUERY_WORDS
    assert all(0 < len(word) <= LONGEST_WORD for word in typed)
    assert fold(fold(text)) == fold(text)
    assert words(" ".join(typed)) == typed


@settings(max_examples=200)
@given(st.text(alphabet="<>![]&;/-ab \"'=#", max_size=40))
def test_any_markup_gives_some_text(html: str) -> None:
    prose(html)


def test_a_description_is_read_as_a_browser_shows_it() -> None:
    html = "<style>.hidden{}</style><p class='coat'>Fine&nbsp;w&ouml;ol</p><script>let x</script><b>soft</b><br>warm"
    index = index_of(product(1, "Thing", description=html))
    assert [found(index, search) for search in ("fine", "wool", "soft", "warm")] == [[1]] * 4
    assert [found(index, search) for search in ("hidden", "coat", "let", "softwarm")] == [[]] * 4


def test_a_search_without_a_letter_is_no_search() -> None:
    index = index_of(product(1, day=1), product(2, day=2))
    assert found(index, " -!- ") == [2, 1]
    assert index.suggest("--", Criteria(), 10) == ()


def test_prices_fall_back_to_the_shops_currency_and_come_last_without() -> None:
    index = index_of(
        product(1, prices=[Money(300, EUR)]),
        product(2, prices=[Money(200, USD), Money(900, USD)]),
        product(3, prices=[Money(100, JPY)]),
        product(4, prices=[Money(250, EUR), Money(1, USD)]),
    )
    asked = Criteria(currency=EUR)
    for sort, order in ((ProductSort.PRICE_ASC, [2, 4, 1, 3]), (ProductSort.PRICE_DESC, [1, 4, 2, 3])):
        assert index.find(asked, sort, Window(10)).ids == tuple(product_id(number) for number in order)


@pytest.mark.parametrize(
    ("sort", "place"),
    [(ProductSort.NAME, (1, "x")), (ProductSort.NEWEST, ("x", "x")), (ProductSort.RELEVANCE, ()),
     (ProductSort.PRICE_ASC, (1, 2)), (ProductSort.NEWEST, (1, "x", 3))],
)  # fmt: skip
def test_a_forged_cursor_is_refused(sort: ProductSort, place: Place) -> None:
    with pytest.raises(BadPage):
        index_of(product(1)).find(Criteria(search="x"), sort, Window(10, place))


def test_facets_are_named_labelled_and_ordered() -> None:
    index = index_of(
        with_options(product(1, vendor="Acme", attributes=(attribute("length", "10", "cm"),)), **{"Shoe Size": "9½"}),
        product(2, vendor="ACME", product_type="Hat", tags=("new", "sale"), category_id=CategoryId("cat_1")),
        product(3, vendor="Acme", tags=("sale",)),
    )
    shown = [(f.slug, f.name, [(v.value, v.label, v.count) for v in f.values]) for f in index.facets(Criteria())]
    assert shown == [
        ("vendor", "Vendor", [("acme", "Acme", 3)]),
        ("type", "Type", [("hat", "Hat", 1)]),
        ("tag", "Tag", [("sale", "sale", 2), ("new", "new", 1)]),
        ("category", "Category", [("cat_1", "cat_1", 1)]),
        ("length", "Length", [("10", "10 cm", 1)]),
        ("shoe-size", "Shoe Size", [("9½", "9½", 1)]),
    ]
    for typed in ("ACME", " acme "):
        chosen = Criteria(attributes=(AttributeFilter(slug="vendor", values=(typed,)),))
        assert index.count(chosen) == 3


def test_blank_values_and_line_breaks_in_values_do_no_harm() -> None:
    index = index_of(product(1, vendor=" \n", tags=("a\tb", "c\nd\u2028e", "")))
    assert [[value.label for value in facet.values] for facet in index.facets(Criteria())] == [["a b", "c d e"]]
    index.remove(product_id(1))
    assert index.facets(Criteria()) == ()


def test_values_that_differ_by_a_sign_are_different_values() -> None:
    index = index_of(
        product(1, attributes=(attribute("lens", "+1.5"),)), product(2, attributes=(attribute("lens", "-1.5"),))
    )
    assert [value.value for value in index.facets(Criteria())[0].values] == ["+1.5", "-1.5"]


def test_a_facet_shows_its_most_frequent_values() -> None:
    index = index_of(*(product(number, tags=(f"tag {min(number, 150)}",)) for number in range(300)))
    values = index.facets(Criteria())[0].values
    assert len(values) == MOST_FACET_VALUES
    assert values[0].count == 150


def test_with_the_tree_a_category_counts_everything_below_it_and_has_its_name() -> None:
    tree = {
        one.id: one
        for one in (
            Category(id=CategoryId("a"), version=1, slug="a", name="Clothes"),
            Category(id=CategoryId("b"), version=1, slug="b", name="Shirts", parent_id=CategoryId("a")),
            Category(id=CategoryId("x"), version=1, slug="x", name="Own parent", parent_id=CategoryId("x")),
        )
    }
    index = index_of(*(product(n, category_id=CategoryId(c)) for n, c in enumerate(["a", "b", "b", "x", "gone"])))
    facet = next(facet for facet in index.facets(Criteria(), tree) if facet.slug == "category")
    assert [(v.value, v.label, v.count) for v in facet.values] == [
        ("a", "Clothes", 3), ("b", "Shirts", 2), ("x", "Own parent", 1),
    ]  # fmt: skip


def test_a_price_passes_when_one_variant_lies_within_the_bounds() -> None:
    index = index_of(
        product(1, prices=[Money(5, USD), Money(50, USD)]), product(2, prices=[Money(20, USD), Money(5, EUR)])
    )
    asked = [Criteria(price_min=10, price_max=40), Criteria(price_min=50), Criteria(price_max=5, currency=EUR)]
    assert [index.find(one, ProductSort.NEWEST, Window(9)).ids for one in asked] == [
        (product_id(2),), (product_id(1),), (product_id(2),),
    ]  # fmt: skip


@pytest.mark.parametrize("data", [b"", b"nonsense", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_bytes_that_are_no_snapshot_are_refused_by_name(data: bytes) -> None:
    with pytest.raises(UnreadableSnapshot):
        SearchIndex.load(data, USD)


def test_stays_fast_with_ten_thousand_products() -> None:
    """A coarse guard against work that grows with the square; ``benchmarks.search_index`` has the figures."""
    chance = random.Random(3)
    names = ["".join(chance.choices(string.ascii_lowercase, k=6)) for _ in range(3_000)]

    def one(number: int) -> Product:
        options = [SelectedOption(name="Size", value=chance.choice("SML"))]
        variant = Variant(
            id=VariantId(f"v{number}"), sku=f"S{number}", prices=(Money(number, USD),), options=tuple(options)
        )
        return product(number, " ".join(chance.choices(names, k=4)), variants=(variant,), tags=(chance.choice(names),))

    index = index_of(*(one(number) for number in range(10_000)))
    begun = time.process_time()
    for name in chance.sample(names, 20):
        asked = Criteria(search=name)
        index.find(asked, ProductSort.RELEVANCE, Window(24))
        index.facets(asked)
    assert (time.process_time() - begun) / 20 < 0.1
    begun = time.process_time()
    for number in range(100):
        index.put(replace(one(number), version=2))
    assert (time.process_time() - begun) / 100 < 0.02
