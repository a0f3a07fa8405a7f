"""Variants keep their ids as long as they are recognised, and no ordinal is ever given twice."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.drafts import MediaDraft, OptionDraft, ProductDraft, VariantDraft
from domain.catalog.products import Product, ProductKind, SelectedOption
from domain.catalog.rules import product_of
from domain.catalog.texts import Findings
from domain.catalog.variants import options_of, price_list
from domain.errors import ErrorCode, InputError
from domain.ids import VariantId, product_of_variant, variant_id
from domain.money import CurrencyCode, Money, MoneyDraft
from tests.domain.catalog.strategies import HALF, NOW, PRODUCT_ID, SHOP, product_drafts, products, stored, variant_lists


def draft(sku: str, size: str | None = None, known: VariantId | None = None) -> VariantDraft:
    options = None if size is None else (OptionDraft(name="Size", value=size),)
    return VariantDraft(sku=sku, options=options, id=known, prices=(MoneyDraft(amount="5", currency=SHOP),))


def coat(*variants: VariantDraft) -> ProductDraft:
    return ProductDraft(slug="coat", name="Coat", kind=ProductKind.PHYSICAL, variants=variants)


def ordinals(product: Product) -> list[int]:
    return [int(variant.id.rpartition("-")[2]) for variant in product.variants]


FIRST = stored(coat(draft("a", "S"), draft("b", "M"), draft("c", "L")))
ONE, TWO, THREE, FOUR = (variant_id(PRODUCT_ID, ordinal) for ordinal in (1, 2, 3, 4))


def test_variants_are_numbered_in_their_order() -> None:
    assert ordinals(FIRST) == [1, 2, 3]
    assert FIRST.variants_ever == 3
    assert {product_of_variant(variant.id) for variant in FIRST.variants} == {PRODUCT_ID}


@pytest.mark.parametrize(
    ("asked", "expected", "ever"),
    [
        pytest.param([("c", "L"), ("a", "S"), ("b", "M")], [3, 1, 2], 3, id="put in another order"),
        pytest.param([("x", "S"), ("y", "M"), ("z", "L")], [1, 2, 3], 3, id="given other SKUs"),
        pytest.param([("a", "36"), ("b", "38"), ("c", "40")], [1, 2, 3], 3, id="given other values"),
        pytest.param([("b", "S"), ("c", "M"), ("a", "L")], [1, 2, 3], 3, id="SKUs exchanged: the options decide"),
        pytest.param([("b", "M")], [2], 3, id="all but one gone"),
        pytest.param([("a", "S"), ("d", "XL")], [1, 4], 4, id="one gone, one new"),
        pytest.param([("a", "XL"), ("d", "S")], [4, 1], 4, id="options come before the SKU, whatever the order"),
        pytest.param([("x", "1"), ("y", "2"), ("z", "3")], [4, 5, 6], 6, id="nothing recognised"),
        pytest.param([(" b ", None)], [2], 3, id="without options, by SKU and its outer space"),
    ],
)
def test_a_variant_is_recognised_by_options_else_by_sku(
    asked: list[tuple[str, str | None]], expected: list[int], ever: int
) -> None:
    product = stored(coat(*(draft(sku, size) for sku, size in asked)), FIRST)
    assert ordinals(product) == expected
    assert product.variants_ever == ever


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param([draft("z", "XL", known=TWO)], [2], id="all else changed"),
        pytest.param([draft("a", "S", known=TWO), draft("b", "M", known=ONE)], [2, 1], id="against options and SKU"),
        pytest.param([draft("a", "XL"), draft("z", "S", known=ONE)], [4, 1], id="named after another with its SKU"),
        pytest.param([draft("z", "S"), draft("a", "XL", known=ONE)], [4, 1], id="named after another with its options"),
    ],
)
def test_an_id_comes_before_options_and_sku(asked: list[VariantDraft], expected: list[int]) -> None:
    assert ordinals(stored(coat(*asked), FIRST)) == expected


@pytest.mark.parametrize(
    ("named", "code"),
    [
        pytest.param(FOUR, ErrorCode.NOT_FOUND, id="never given"),
        pytest.param(VariantId(""), ErrorCode.NOT_FOUND, id="empty"),
        pytest.param(VariantId("var_" + "0" * 26 + "-1"), ErrorCode.NOT_FOUND, id="of another product"),
        pytest.param(ONE, ErrorCode.DUPLICATE, id="given twice"),
    ],
)
def test_an_id_that_names_no_variant_is_refused(named: VariantId, code: ErrorCode) -> None:
    asked = coat(draft("a", "S", known=ONE), draft("b", "M", known=named))
    found = product_of(asked, FIRST, new_id=PRODUCT_ID, now=NOW, shop=SHOP)
    assert isinstance(found, tuple)
    assert [(error.code, error.field) for error in found] == [(code, ("input", "variants", "1", "id"))]


def test_a_new_product_has_no_variants_to_name() -> None:
    found = product_of(coat(draft("a", known=ONE)), None, new_id=PRODUCT_ID, now=NOW, shop=SHOP)
    assert isinstance(found, tuple)
    assert [error.code for error in found] == [ErrorCode.NOT_FOUND]


@HALF
@given(products(), st.lists(variant_lists(), max_size=5))
def test_ordinals_are_never_used_again(product: Product, later: list[tuple[VariantDraft, ...]]) -> None:
    ever = {variant.id for variant in product.variants}
    for variants in later:
        asked = coat(*(replace(variant, media_urls=None) for variant in variants))
        before, product = product, stored(asked, product)
        ids = [variant.id for variant in product.variants]
        assert len(set(ids)) == len(ids)
        kept = {variant.id for variant in before.variants}
        assert not (set(ids) - kept) & ever
        ever |= set(ids)
        assert len(ever) == product.variants_ever == max(int(one.rpartition("-")[2]) for one in ever)


@HALF
@given(products(), variant_lists(), st.data())
def test_order_decides_nothing_about_who_is_recognised(
    product: Product, asked: tuple[VariantDraft, ...], data: st.DataObject
) -> None:
    known = {variant.id for variant in product.variants}

    def recognised(variants: tuple[VariantDraft, ...]) -> dict[str, str]:
        return {one.sku: one.id for one in stored(coat(*variants), product).variants if one.id in known}

    assert recognised(asked) == recognised(tuple(data.draw(st.permutations(asked))))


@HALF
@given(products(), st.data())
def test_by_their_ids_variants_stay_whatever_else_they_become(product: Product, data: st.DataObject) -> None:
    ids = data.draw(st.permutations([variant.id for variant in product.variants]))
    others = data.draw(variant_lists())
    named = [replace(one, id=known) for one, known in zip(others, ids, strict=False)]
    assert [variant.id for variant in stored(coat(*named), product).variants] == ids[: len(named)]


@HALF
@given(product_drafts().map(stored))
def test_options_are_those_of_the_variants(product: Product) -> None:
    for option in product.options:
        values = [
            chosen.value for variant in product.variants for chosen in variant.options if chosen.name == option.name
        ]
        assert list(option.values) == list(dict.fromkeys(values))
    names = tuple(option.name for option in product.options)
    assert {tuple(chosen.name for chosen in variant.options) for variant in product.variants} == {names}


def test_no_variants_have_no_options() -> None:
    assert options_of(()) == ()
    assert FIRST.variants[0].options == (SelectedOption(name="Size", value="S"),)


def test_a_picture_named_twice_by_a_variant_is_kept_once() -> None:
    media = (MediaDraft(url="https://x.example/1.jpg"), MediaDraft(url=" https://x.example/2.jpg "))
    urls = ("https://x.example/2.jpg", " https://x.example/1.jpg", "https://x.example/2.jpg")
    product = stored(replace(coat(replace(draft("a"), media_urls=urls)), media=media))
    assert product.variants[0].media_ids == (product.media[1].id, product.media[0].id)


def priced(*amounts: tuple[str, CurrencyCode]) -> tuple[tuple[Money, ...], list[InputError]]:
    found = Findings()
    return price_list(found, [MoneyDraft(amount=text, currency=one) for text, one in amounts], "prices"), found.errors


def test_a_price_list_keeps_its_order() -> None:
    prices, errors = priced(("9.9", CurrencyCode.EUR), ("0", CurrencyCode.USD), ("1200", CurrencyCode.JPY))
    assert errors == []
    assert [price.amount for price in prices] == ["9.90", "0.00", "1200"]


@pytest.mark.parametrize(
    "amount", ["-1", "-0.01", "9.999", "1e5", "1,50", "", "\u0661", "NaN", "9" * 100_000, "\ud800"]
)
def test_a_bad_amount_is_refused_at_its_place(amount: str) -> None:
    prices, errors = priced(("1", CurrencyCode.EUR), (amount, CurrencyCode.USD))
    assert [(error.code, error.field) for error in errors] == [(ErrorCode.INVALID, ("input", "prices", "1", "amount"))]
    assert len(errors[0].message) < 120
    assert prices[0] == Money(100, CurrencyCode.EUR)


def test_a_currency_is_priced_once() -> None:
    _, errors = priced(("1", CurrencyCode.EUR), ("1", CurrencyCode.EUR))
    assert [(error.code, error.field) for error in errors] == [
        (ErrorCode.DUPLICATE, ("input", "prices", "1", "currency"))
    ]


def test_a_price_list_has_at_most_five_currencies() -> None:
    currencies = list(CurrencyCode)
    assert priced(*(("1", currency) for currency in currencies[:5]))[1] == []
    _, errors = priced(*(("1", currency) for currency in currencies[:6]))
    assert [error.field for error in errors] == [("input", "prices")]
