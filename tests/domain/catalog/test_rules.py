"""A draft becomes the next version, or the whole list of what is wrong with it and nothing else."""

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog.changes import changed_fields
from domain.catalog.drafts import (
    AttributeDraft,
    CollectionDraft,
    MediaDraft,
    OptionDraft,
    ProductDraft,
    TranslationDraft,
    VariantDraft,
)
from domain.catalog.products import Collection, Product, ProductKind, ProductStatus
from domain.catalog.rules import collection_of, product_of, with_status
from domain.catalog.showing import Known, brought
from domain.errors import ErrorCode, InputError
from domain.ids import CollectionId, MediaId, ProductId, VariantId
from domain.money import CurrencyCode, MoneyDraft
from domain.shown import ShownMedia
from tests.domain.catalog.strategies import (
    COLLECTION_DRAFTS,
    HALF,
    KEYS,
    NOW,
    PRODUCT_ID,
    SHOP,
    key,
    product_drafts,
    stored,
)

LATER = NOW + timedelta(days=1)
PRICE = MoneyDraft(amount="5.00", currency=SHOP)
PLAIN_VARIANT = VariantDraft(sku="a", prices=(PRICE,))
PLAIN = ProductDraft(slug="coat", name="Coat", kind=ProductKind.PHYSICAL, variants=(PLAIN_VARIANT,))


def refused(draft: ProductDraft, current: Product | None = None) -> tuple[InputError, ...]:
    found = product_of(draft, current, new_id=PRODUCT_ID, now=LATER, shop=SHOP)
    assert isinstance(found, tuple), "it was accepted"
    return found


def at(draft: object, path: tuple[str, ...] | None) -> object:
    """What stands in a request at an error's path; fails when the path leads nowhere."""
    assert path is not None
    assert path[0] == "input"
    for part in path[1:]:
        assert draft is not None, path
        draft = draft[int(part)] if part.isdigit() else getattr(draft, re.sub("[A-Z]", r"_\g<0>", part).lower())  # type: ignore[index]  # a list, if there is a place in it
    return draft


@given(product_drafts())
def test_a_first_version_is_made_of_the_draft(draft: ProductDraft) -> None:
    product = stored(draft)
    assert (product.id, product.version, product.created_at, product.updated_at) == (PRODUCT_ID, 1, NOW, NOW)
    assert (product.slug, product.name, product.kind) == (draft.slug, draft.name.strip(), draft.kind)
    assert product.status is (draft.status or ProductStatus.DRAFT)
    assert [variant.sku for variant in product.variants] == [variant.sku for variant in draft.variants]
    for variant, asked in zip(product.variants, draft.variants, strict=True):
        assert [MoneyDraft(amount=one.amount, currency=one.currency) for one in variant.prices] == list(asked.prices)
        assert variant.taxable is (asked.taxable is not False)


@given(product_drafts())
def test_equal_content_changes_nothing_not_even_the_version(draft: ProductDraft) -> None:
    product = stored(draft)
    assert product_of(draft, product, new_id=PRODUCT_ID, now=LATER, shop=SHOP) is product


@given(product_drafts())
def test_outer_space_is_no_content(draft: ProductDraft) -> None:
    product = stored(draft)
    spaced = replace(
        draft,
        name=f" {draft.name}\n",
        tags=tuple(f"{tag} " for tag in draft.tags or ()),
        media=tuple(replace(one, url=f" {one.url}") for one in draft.media or ()),
        variants=tuple(replace(one, sku=f"{one.sku} ") for one in draft.variants),
    )
    assert product_of(spaced, product, new_id=PRODUCT_ID, now=LATER, shop=SHOP) is product


@given(product_drafts(), product_drafts())
def test_a_next_version_counts_on_and_keeps_what_is_not_content(one: ProductDraft, other: ProductDraft) -> None:
    first = stored(one)
    second = product_of(other, first, new_id=PRODUCT_ID, now=LATER, shop=SHOP)
    assert isinstance(second, Product)
    if second is not first:
        assert (second.version, second.created_at, second.updated_at) == (2, NOW, LATER)
        assert second.id == first.id
        assert changed_fields(first, second)
    assert second.status is (other.status or first.status)


@given(product_drafts(), product_drafts())
def test_all_but_the_status_is_replaced(one: ProductDraft, other: ProductDraft) -> None:
    fresh, after = stored(other), stored(other, stored(one))
    ignored = {"status", "variants", "variants_ever"}
    assert set(changed_fields(fresh, after)) <= ignored
    bare = [[replace(variant, id=VariantId("")) for variant in found.variants] for found in (fresh, after)]
    assert bare[0] == bare[1]


def test_a_picture_keeps_its_id_for_ever_and_differs_between_products() -> None:
    asked = replace(PLAIN, media=(MediaDraft(url="https://x.example/1.jpg"), MediaDraft(url="https://x.example/2.jpg")))
    product = stored(asked)
    swapped = stored(replace(asked, media=tuple(reversed(asked.media or ()))), product)
    assert [one.id for one in swapped.media] == [one.id for one in reversed(product.media)]
    other = product_of(asked, None, new_id=ProductId("prod_" + key(1)), now=NOW, shop=SHOP)
    assert isinstance(other, Product)
    assert not {one.id for one in other.media} & {one.id for one in product.media}
    assert all(re.fullmatch(f"media_[{KEYS}]{{26}}", one.id) for one in product.media)


def test_a_fetched_picture_keeps_its_place_its_id_its_words_and_its_variants() -> None:
    urls = ("https://x.example/1.jpg", "https://x.example/2.jpg")
    asked = replace(
        PLAIN,
        media=(MediaDraft(url=urls[0], alt="A mug"), MediaDraft(url=urls[1])),
        variants=(replace(PLAIN.variants[0], media_urls=urls[:1]),),
    )
    product = stored(asked)
    mug = product.media[0]
    picture = ShownMedia(id=mug.id, width=640, height=480, blurhash="LEHV6nWB2yk8")
    fetched = brought(product, {mug.id: picture, NOT_OURS: OURS}, LATER)
    assert fetched.media == (replace(picture, alt="A mug"), product.media[1])
    assert (fetched.version, fetched.updated_at) == (product.version + 1, LATER)
    assert fetched.variants == product.variants
    assert brought(fetched, {mug.id: picture}, LATER) is fetched
    assert (product.elsewhere, fetched.elsewhere) == (product.media, product.media[1:])

    known: Known = {mug.id: picture}
    assert product_of(asked, fetched, new_id=PRODUCT_ID, now=LATER, shop=SHOP, known=known) is fetched
    wordless = replace(asked, media=(MediaDraft(url=f" {urls[0]} "), MediaDraft(url=urls[1])))
    again = product_of(wordless, fetched, new_id=PRODUCT_ID, now=LATER, shop=SHOP, known=known)
    assert isinstance(again, Product)
    assert again.media[0] == picture, "the words are those of the file, which has none"
    refused: Known = {mug.id: REFUSED}
    back = product_of(asked, product, new_id=PRODUCT_ID, now=LATER, shop=SHOP, known=refused)
    assert back is product, "what could not be fetched stays where it is"


OURS = ShownMedia(id=MediaId("media_" + key(1)), alt="A mug", blurhash="LEHV6nWB2yk8", width=640, height=480)
NOT_OURS = MediaId("media_" + key(2))
REFUSED = InputError(code=ErrorCode.MEDIA_REJECTED, message="it was rejected: it breaks off")


def showing(*drafts: MediaDraft, media_ids: tuple[MediaId, ...] | None = None) -> Product | tuple[InputError, ...]:
    asked = replace(PLAIN, media=drafts, variants=(replace(PLAIN.variants[0], media_ids=media_ids),))
    known: Known = {OURS.id: OURS, NOT_OURS: REFUSED}
    return product_of(asked, None, new_id=PRODUCT_ID, now=NOW, shop=SHOP, known=known)


def test_a_product_shows_a_copy_of_the_media_that_it_names_in_its_own_words_if_there_are_any() -> None:
    elsewhere = MediaDraft(url="https://x.example/1.jpg")
    product = showing(elsewhere, MediaDraft(media_id=OURS.id), media_ids=(OURS.id,))
    assert isinstance(product, Product)
    assert product.media[1] == OURS
    assert product.variants[0].media_ids == (OURS.id,)
    renamed = showing(MediaDraft(media_id=OURS.id, alt=" My mug "))
    assert isinstance(renamed, Product)
    assert renamed.media == (replace(OURS, alt="My mug"),)
    again = replace(PLAIN, media=(MediaDraft(media_id=product.media[0].id),))
    kept = product_of(again, product, new_id=PRODUCT_ID, now=LATER, shop=SHOP)
    assert isinstance(kept, Product)
    assert kept.media == product.media[:1], "what lies elsewhere is known by its id once it is shown"


@pytest.mark.parametrize(
    ("drafts", "place", "code"),
    [
        ((MediaDraft(media_id=NOT_OURS),), "media.0.mediaId", ErrorCode.MEDIA_REJECTED),
        ((MediaDraft(media_id=MediaId("media_" + key(3))),), "media.0.mediaId", ErrorCode.NOT_FOUND),
        ((MediaDraft(media_id=MediaId("\ud83d")),), "media.0.mediaId", ErrorCode.NOT_FOUND),
        ((MediaDraft(),), "media.0", ErrorCode.INVALID),
        ((MediaDraft(media_id=OURS.id, url="https://x.example/1.jpg"),), "media.0", ErrorCode.INVALID),
        ((MediaDraft(media_id=OURS.id),) * 2, "media", ErrorCode.DUPLICATE),
    ],
)
def test_what_cannot_be_shown_is_said_at_its_place(drafts: tuple[MediaDraft, ...], place: str, code: ErrorCode) -> None:
    found = showing(*drafts)
    assert isinstance(found, tuple)
    assert placed(found) == [(place, code)]


def test_a_variant_shows_media_of_its_product_alone() -> None:
    found = showing(MediaDraft(media_id=OURS.id), media_ids=(NOT_OURS,))
    assert isinstance(found, tuple)
    assert placed(found) == [("variants.0.mediaIds.0", ErrorCode.INVALID)]


def test_a_tag_or_collection_given_twice_is_kept_once_in_its_first_place() -> None:
    ids = [CollectionId("coll_" + key(number)) for number in (2, 1, 2)]
    product = stored(replace(PLAIN, tags=("b", " a ", "b", " ", "a"), collection_ids=tuple(ids)))
    assert product.tags == ("b", "a")
    assert product.collection_ids == tuple(ids[:2])


def test_an_attributes_slug_is_made_from_its_name() -> None:
    product = stored(replace(PLAIN, attributes=(AttributeDraft(name="Sl\u00e9eve length", value="Long"),)))
    assert product.attributes[0].slug == "sleeve-length"


def test_a_reserved_word_is_no_matter_for_the_rules() -> None:
    product = stored(replace(PLAIN, attributes=(AttributeDraft(name="Vendor", value="x"),) * 2))
    assert [one.slug for one in product.attributes] == ["vendor", "vendor"]


# Each fault: where it stands, its code, and what makes a draft have it.
type Fault = tuple[str, ErrorCode, Callable[[ProductDraft], ProductDraft]]


def having(**changed: Any) -> Callable[[ProductDraft], ProductDraft]:
    return lambda draft: replace(draft, **changed)


def varied(**changed: Any) -> Callable[[ProductDraft], ProductDraft]:
    """The first variant changed."""
    return lambda draft: replace(draft, variants=(replace(draft.variants[0], **changed), *draft.variants[1:]))


def doubled(**changed: Any) -> Callable[[ProductDraft], ProductDraft]:
    """A second variant like the first, changed."""
    return lambda draft: replace(draft, variants=(*draft.variants, replace(draft.variants[0], **changed)))


def sized(value: str) -> tuple[OptionDraft, ...]:
    return (OptionDraft(name="Size", value=value),)


EURO = MoneyDraft(amount="5", currency=CurrencyCode.EUR)
INVALID, REQUIRED, DUPLICATE, NOT_FOUND = (
    ErrorCode.INVALID, ErrorCode.REQUIRED, ErrorCode.DUPLICATE, ErrorCode.NOT_FOUND,
)  # fmt: skip
HUGE = "x" * 1_000_000
WORD = "x" * 256
FAULTS: dict[str, Fault] = {
    "a bad slug": ("slug", INVALID, having(slug="Red Shirt")),
    "a huge slug": ("slug", INVALID, having(slug=HUGE)),
    "a blank name": ("name", REQUIRED, having(name=" ")),
    "a long name": ("name", INVALID, having(name=WORD)),
    "a control character": ("name", INVALID, having(name="a\x00b")),
    "half a character": ("name", INVALID, having(name="a\ud83d")),
    "a huge description": ("description", INVALID, having(description=HUGE)),
    "a long vendor": ("vendor", INVALID, having(vendor=WORD)),
    "a long type": ("productType", INVALID, having(product_type=WORD)),
    "a long tag": ("tags.1", INVALID, having(tags=("ok", WORD))),
    "too many tags": ("tags", INVALID, having(tags=tuple(map(str, range(51))))),
    "too many collections": (
        "collectionIds", INVALID, having(collection_ids=tuple(CollectionId(f"coll_{key(n)}") for n in range(11))),
    ),
    "a nameless attribute": (
        "attributes.0.name", REQUIRED, having(attributes=(AttributeDraft(name=" ", value="x", slug="x"),)),
    ),
    "a fact without its value": (
        "attributes.0.value", REQUIRED, having(attributes=(AttributeDraft(name="A", value=""),)),
    ),
    "a long fact": ("attributes.0.value", INVALID, having(attributes=(AttributeDraft(name="A", value=WORD * 4),))),
    "a bad attribute slug": (
        "attributes.0.slug", INVALID, having(attributes=(AttributeDraft(name="A", value="x", slug="A B"),)),
    ),
    "an attribute whose name makes no slug": (
        "attributes.0.slug", REQUIRED, having(attributes=(AttributeDraft(name="\u6750\u8d28", value="x"),)),
    ),
    "a long unit": ("attributes.0.unit", INVALID, having(attributes=(AttributeDraft(name="A", value="x", unit=WORD),))),
    "too many attributes": ("attributes", INVALID, having(attributes=(AttributeDraft(name="A", value="x"),) * 51)),
    "a picture that is nowhere": ("media.0.url", REQUIRED, having(media=(MediaDraft(url=" "),))),
    "a huge address": ("media.0.url", INVALID, having(media=(MediaDraft(url="https://x.example/" + HUGE),))),
    "half a character in an address": ("media.0.url", INVALID, having(media=(MediaDraft(url="https://x/\ud83d"),))),
    "a long alt text": ("media.0.alt", INVALID, having(media=(MediaDraft(url="u", alt=WORD * 2),))),
    "a picture twice": ("media", DUPLICATE, having(media=(MediaDraft(url="u"), MediaDraft(url=" u ")))),
    "too many pictures": ("media", INVALID, having(media=tuple(MediaDraft(url=f"u{n}") for n in range(51)))),
    "no language": ("translations.0.locale", INVALID, having(translations=(TranslationDraft(locale="french"),))),
    "a huge language": (
        "translations.0.locale", INVALID, having(translations=(TranslationDraft(locale="fr" + "-abcdefgh" * 99_999),)),
    ),
    "a language twice": (
        "translations", DUPLICATE,
        having(translations=(TranslationDraft(locale="pt-BR"), TranslationDraft(locale="pt-br"))),
    ),
    "a long translation": (
        "translations.0.name", INVALID, having(translations=(TranslationDraft(locale="fr", name=WORD),)),
    ),
    "a huge translation": (
        "translations.0.description", INVALID, having(translations=(TranslationDraft(locale="fr", description=HUGE),)),
    ),
    "too many languages": (
        "translations", INVALID,
        having(translations=tuple(TranslationDraft(locale=f"a{n:c}") for n in range(ord("a"), ord("a") + 21))),
    ),
    "a long title": ("seoTitle", INVALID, having(seo_title=WORD)),
    "a huge search text": ("seoDescription", INVALID, having(seo_description=HUGE)),
    "no variants": ("variants", REQUIRED, having(variants=())),
    "too many variants": (
        "variants", INVALID,
        having(variants=tuple(replace(PLAIN_VARIANT, sku=str(n), options=sized(str(n))) for n in range(101))),
    ),
    "a blank SKU": ("variants.0.sku", REQUIRED, varied(sku="\t")),
    "a huge SKU": ("variants.0.sku", INVALID, varied(sku=HUGE)),
    "a SKU twice": (
        "variants.1.sku", DUPLICATE, lambda draft: doubled(options=sized("M"))(varied(options=sized("S"))(draft)),
    ),
    "a bad barcode": ("variants.0.barcode", INVALID, varied(barcode="\x1b[0m")),
    "a negative weight": ("variants.0.weightGrams", INVALID, varied(weight_grams=-1)),
    "a weight beyond the wire": ("variants.0.weightGrams", INVALID, varied(weight_grams=2**31)),
    "no price": ("variants.0.prices", REQUIRED, varied(prices=())),
    "no price in the shop's currency": ("variants.0.prices", REQUIRED, varied(prices=(EURO,))),
    "a negative price": ("variants.0.prices.0.amount", INVALID, varied(prices=(replace(PRICE, amount="-1"),))),
    "too many decimals": ("variants.0.prices.0.amount", INVALID, varied(prices=(replace(PRICE, amount="1.005"),))),
    "an exponent": ("variants.0.prices.0.amount", INVALID, varied(prices=(replace(PRICE, amount="1e5"),))),
    "a decimal comma": ("variants.0.prices.0.amount", INVALID, varied(prices=(replace(PRICE, amount="1,50"),))),
    "other digits": ("variants.0.prices.0.amount", INVALID, varied(prices=(replace(PRICE, amount="\u0661"),))),
    "not a number": ("variants.0.prices.0.amount", INVALID, varied(prices=(replace(PRICE, amount="NaN"),))),
    "a huge price": ("variants.0.prices.0.amount", INVALID, varied(prices=(replace(PRICE, amount="9" * 1_000_000),))),
    "a currency twice": ("variants.0.prices.1.currency", DUPLICATE, varied(prices=(PRICE, PRICE))),
    "too many currencies": (
        "variants.0.prices", INVALID,
        varied(prices=tuple(MoneyDraft(amount="1", currency=one) for one in list(CurrencyCode)[:6])),
    ),
    "a bad comparison": (
        "variants.0.compareAtPrices.0.amount", INVALID, varied(compare_at_prices=(replace(PRICE, amount="x"),)),
    ),
    "a comparison with no price": ("variants.0.compareAtPrices", INVALID, varied(compare_at_prices=(EURO,))),
    "a nameless option": ("variants.0.options.0.name", REQUIRED, varied(options=(OptionDraft(name="", value="S"),))),
    "an option without its value": ("variants.0.options.0.value", REQUIRED, varied(options=sized(" "))),
    "an option twice": ("variants.0.options", DUPLICATE, varied(options=(*sized("S"), *sized("M")))),
    "too many options": (
        "variants.0.options", INVALID, varied(options=tuple(OptionDraft(name=str(n), value="x") for n in range(4))),
    ),
    "the same options twice": ("variants.1.options", DUPLICATE, doubled(sku="b")),
    "options that others lack": ("variants.1.options", INVALID, doubled(sku="b", options=sized("S"))),
    "a picture that is not the product's": (
        "variants.0.mediaUrls.0", INVALID, varied(media_urls=("https://elsewhere.example/1.jpg",)),
    ),
    "an unknown id": ("variants.0.id", NOT_FOUND, varied(id=VariantId("var_" + key(1) + "-9"))),
}  # fmt: skip


def placed(errors: tuple[InputError, ...]) -> list[tuple[str, ErrorCode]]:
    return [(".".join((error.field or ())[1:]), error.code) for error in errors]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("current", [None, stored(PLAIN)], ids=["new", "known"])
def test_each_fault_is_named_alone_where_it_stands_and_nothing_changes(fault: str, current: Product | None) -> None:
    where, code, spoil = FAULTS[fault]
    draft, before = spoil(PLAIN), deepcopy(current)
    errors = refused(draft, current)
    assert placed(errors) == [(where, code)]
    at(draft, errors[0].field)
    assert re.fullmatch(r"\S.{3,150}", errors[0].message)
    assert current == before


INDEPENDENT = [
    "a bad slug", "a blank name", "a long tag", "a long unit", "no language", "a blank SKU", "a negative weight",
    "no price", "a picture twice", "too many collections", "a long title",
]  # fmt: skip


@given(st.lists(st.sampled_from(INDEPENDENT), min_size=1, unique=True))
def test_all_findings_are_told_at_once(faults: list[str]) -> None:
    draft = PLAIN
    for fault in faults:
        draft = FAULTS[fault][2](draft)
    assert sorted(placed(refused(draft)), key=str) == sorted((FAULTS[fault][:2] for fault in faults), key=str)


WILD = st.text(max_size=5) | st.sampled_from(["", " ", "\x00", "\ud800", "-1", "1e5", "coat", "fr", "9" * 400])


@st.composite
def wild_drafts(draw: st.DrawFn) -> ProductDraft:
    """Drafts of any texts at all, often nearly right."""
    several = partial(st.lists, max_size=3)

    def tuples(kind: Any, **parts: st.SearchStrategy[Any]) -> Any:
        return st.none() | several(st.builds(kind, **parts)).map(tuple)

    money = tuples(MoneyDraft, amount=WILD, currency=st.sampled_from(CurrencyCode)).map(lambda found: found or ())
    variants = several(
        st.builds(
            VariantDraft,
            sku=WILD, prices=money, compare_at_prices=money, options=tuples(OptionDraft, name=WILD, value=WILD),
            id=st.none() | WILD, barcode=st.none() | WILD, weight_grams=st.none() | st.integers(),
            media_urls=st.none() | several(WILD).map(tuple),
        )
    ).map(tuple)  # fmt: skip
    wild = ProductDraft(
        slug=draw(WILD), name=draw(WILD), kind=ProductKind.DIGITAL, variants=draw(variants), description=draw(WILD),
        tags=draw(several(WILD).map(tuple)), collection_ids=draw(several(WILD.map(CollectionId)).map(tuple)),
        attributes=draw(tuples(AttributeDraft, name=WILD, value=WILD, slug=st.none() | WILD, unit=WILD)),
        media=draw(tuples(MediaDraft, url=WILD, alt=WILD)),
        translations=draw(tuples(TranslationDraft, locale=WILD, name=WILD, description=WILD)),
    )  # fmt: skip
    tame = draw(product_drafts())
    kept = draw(st.sets(st.sampled_from(["slug", "name", "variants", "tags", "attributes", "media", "translations"])))
    return replace(wild, **{name: getattr(tame, name) for name in kept})


@HALF
@given(wild_drafts(), product_drafts() | st.none())
def test_any_draft_is_accepted_or_refused_with_code_place_and_sentence(
    draft: ProductDraft, known: ProductDraft | None
) -> None:
    current = stored(known) if known else None
    sent, before = deepcopy(draft), deepcopy(current)
    found = product_of(draft, current, new_id=PRODUCT_ID, now=LATER, shop=SHOP)
    assert (draft, current) == (sent, before)
    if isinstance(found, Product):
        assert product_of(draft, found, new_id=PRODUCT_ID, now=LATER, shop=SHOP) is found
        return
    assert found
    for error in found:
        assert isinstance(error.code, ErrorCode)
        assert error.message.strip()
        at(draft, error.field)


@given(product_drafts(), st.sampled_from(ProductStatus))
def test_a_status_is_set_as_one_change_or_none(draft: ProductDraft, status: ProductStatus) -> None:
    product = stored(draft)
    changed = with_status(product, status, LATER)
    if product.status is status:
        assert changed is product
    else:
        assert changed == replace(product, status=status, version=2, updated_at=LATER)
        assert changed_fields(product, changed) == ("status",)


@given(product_drafts())
def test_version_and_time_of_change_are_no_content(draft: ProductDraft) -> None:
    product = stored(draft)
    assert changed_fields(product, replace(product, version=9, updated_at=LATER)) == ()


@given(COLLECTION_DRAFTS, COLLECTION_DRAFTS)
def test_a_collection_becomes_its_next_version_or_stays(one: CollectionDraft, other: CollectionDraft) -> None:
    new = CollectionId("coll_" + key(1))
    first = collection_of(one, None, new_id=new)
    assert isinstance(first, Collection)
    assert (first.id, first.version, first.name) == (new, 1, one.name.strip())
    assert collection_of(one, first, new_id=CollectionId("")) is first
    second = collection_of(other, first, new_id=CollectionId(""))
    assert isinstance(second, Collection)
    assert second is first or (second.id, second.version, second.slug) == (new, 2, other.slug)


def test_all_that_is_wrong_with_a_collection_is_told_at_once() -> None:
    draft = CollectionDraft(slug="A", name=" ", translations=(TranslationDraft(locale="?"),))
    found = collection_of(draft, None, new_id=CollectionId("coll_" + key(1)))
    assert isinstance(found, tuple)
    assert placed(found) == [("slug", INVALID), ("name", REQUIRED), ("translations.0.locale", INVALID)]
