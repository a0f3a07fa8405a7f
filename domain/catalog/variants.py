"""Which variants a draft asks for: checked, priced, and matched with the ones there are."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from operator import attrgetter
from typing import Final, NamedTuple

from domain.catalog.drafts import OptionDraft, VariantDraft
from domain.catalog.products import (
    MOST_CURRENCIES,
    MOST_GOODS,
    MOST_OPTIONS,
    MOST_VARIANTS,
    Product,
    ProductOption,
    SelectedOption,
    Variant,
)
from domain.catalog.texts import LONGEST_WORD, Findings
from domain.errors import ErrorCode, InputError
from domain.ids import MediaId, ProductId, VariantId, variant_id
from domain.money import BadAmount, CurrencyCode, Money, MoneyDraft
from domain.shown import Good

HEAVIEST: Final = 2**31 - 1
"""GraphQL's Int ends here (GraphQL specification, section 3.5.1)."""


type Sold = Mapping[MediaId, Good | InputError]
"""Media that a draft names as what buyers get, or why they cannot be sold."""


class Named(NamedTuple):
    """What variants may name: media of their product, by URL or id, and files to be sold."""

    pictures: Mapping[str, MediaId]
    sold: Sold


def price_list(found: Findings, drafts: Iterable[MoneyDraft], *path: str | int) -> tuple[Money, ...]:
    """The amounts of a price list, one a currency, none negative."""
    prices: dict[CurrencyCode, Money] = {}
    for place, draft in enumerate(drafts):
        try:
            price = Money.parse(draft.amount, draft.currency)
        except BadAmount as error:
            found.add(str(error), *path, place, "amount")
            continue
        if price.minor < 0:
            found.add("a price is not negative", *path, place, "amount")
        if draft.currency in prices:
            found.add(f"{draft.currency.value} is priced twice", *path, place, "currency", code=ErrorCode.DUPLICATE)
        prices[draft.currency] = price
    found.most(prices, MOST_CURRENCIES, *path)
    return tuple(prices.values())


def _prices(found: Findings, draft: VariantDraft, shop: CurrencyCode, place: int) -> tuple[Money, ...]:
    prices = price_list(found, draft.prices, "variants", place, "prices")
    if not any(entry.currency is shop for entry in draft.prices):
        found.add(
            f"needs a price in {shop.value}, the shop's own currency",
            "variants", place, "prices",
            code=ErrorCode.REQUIRED,
        )  # fmt: skip
    return prices


def _compare_at(found: Findings, draft: VariantDraft, place: int) -> tuple[Money, ...]:
    path = ("variants", place, "compareAtPrices")
    compared = price_list(found, draft.compare_at_prices or (), *path)
    priced = {entry.currency for entry in draft.prices}
    for price in compared:
        if price.currency not in priced:
            found.add(f"there is no price in {price.currency.value} to compare with", *path)
    return compared


def _selected(found: Findings, drafts: tuple[OptionDraft, ...], place: int) -> tuple[SelectedOption, ...]:
    path = ("variants", place, "options")
    found.most(drafts, MOST_OPTIONS, *path)
    selected = tuple(
        SelectedOption(
            name=found.required(draft.name, LONGEST_WORD, *path, position, "name"),
            value=found.required(draft.value, LONGEST_WORD, *path, position, "value"),
        )
        for position, draft in enumerate(drafts)
    )
    if len({option.name for option in selected}) < len(selected):
        found.add("an option is given twice", *path, code=ErrorCode.DUPLICATE)
    return selected


def _variant(
    found: Findings,
    place: int,
    draft: VariantDraft,
    shop: CurrencyCode,
    named: Named,
) -> Variant:
    if draft.weight_grams is not None and not 0 <= draft.weight_grams <= HEAVIEST:
        found.add(f"a weight is from 0 to {HEAVIEST:,} grams", "variants", place, "weightGrams")
    return Variant(
        id=VariantId(""),
        sku=found.required(draft.sku, LONGEST_WORD, "variants", place, "sku"),
        barcode=found.text(draft.barcode, LONGEST_WORD, "variants", place, "barcode"),
        options=_selected(found, draft.options or (), place),
        prices=_prices(found, draft, shop, place),
        compare_at_prices=_compare_at(found, draft, place),
        weight_grams=draft.weight_grams,
        taxable=draft.taxable is not False,
        media_ids=_media(found, place, draft, named.pictures),
        goods=_goods(found, place, draft, named.sold),
    )


def _media(found: Findings, place: int, draft: VariantDraft, pictures: Mapping[str, MediaId]) -> tuple[MediaId, ...]:
    ids: dict[MediaId, None] = {}
    for argument, names in (("mediaUrls", draft.media_urls or ()), ("mediaIds", draft.media_ids or ())):
        for position, name in enumerate(names):
            if (one := pictures.get(name.strip())) is None:
                found.add("is not among the product's media", "variants", place, argument, position)
            else:
                ids[one] = None
    return tuple(ids)


def _goods(found: Findings, place: int, draft: VariantDraft, sold: Sold) -> tuple[Good, ...]:
    """What buyers get by the draft, if it says so."""
    ids = tuple(dict.fromkeys(draft.digital_media_ids or ()))
    found.most(ids, MOST_GOODS, "variants", place, "digitalMediaIds")
    goods = []
    for position, id_ in enumerate(ids[:MOST_GOODS]):
        one = sold.get(id_)
        if isinstance(one, Good):
            goods.append(one)
            continue
        code, message = (one.code, one.message) if one else (ErrorCode.NOT_FOUND, "there is no such media")
        found.add(message, "variants", place, "digitalMediaIds", position, code=code)
    return tuple(goods)


def _differ(found: Findings, variants: tuple[Variant, ...]) -> None:
    names = [option.name for option in variants[0].options] if variants else []
    skus: set[str] = set()
    chosen: set[tuple[SelectedOption, ...]] = set()
    for place, variant in enumerate(variants):
        if [option.name for option in variant.options] != names:
            found.add(f"every variant has the same options: {', '.join(names) or 'none'}", "variants", place, "options")
        elif variant.options in chosen:
            found.add("another variant has the same options", "variants", place, "options", code=ErrorCode.DUPLICATE)
        if variant.sku and variant.sku in skus:
            found.add("another variant has the same SKU", "variants", place, "sku", code=ErrorCode.DUPLICATE)
        skus.add(variant.sku)
        chosen.add(variant.options)


def _recognised(
    drafts: tuple[VariantDraft, ...], variants: tuple[Variant, ...], current: Product | None
) -> dict[int, VariantId]:
    """Place of a draft to the id of the variant it already is: by id, else by options, else by SKU; each at most once.

    All are asked for their ids first, then the rest for options, then for SKUs, so that their order decides nothing.
    """
    waiting = {variant.id: variant for variant in current.variants} if current else {}
    named = {place: draft.id for place, draft in enumerate(drafts) if draft.id is not None}
    found = {place: name for place, name in named.items() if waiting.pop(name, None)}
    for trait in (attrgetter("options"), attrgetter("sku")):
        known = {trait(variant): variant.id for variant in waiting.values()}
        for place, variant in enumerate(variants):
            if place not in found and place not in named and trait(variant) in known:
                found[place] = known.pop(trait(variant))
                del waiting[found[place]]
    return found


def _identified(
    found: Findings,
    drafts: tuple[VariantDraft, ...],
    variants: tuple[Variant, ...],
    owner: ProductId,
    current: Product | None,
) -> tuple[tuple[VariantId, ...], int]:
    known, ever = _recognised(drafts, variants, current), current.variants_ever if current else 0
    ids: list[VariantId] = []
    for place, draft in enumerate(drafts):
        if place not in known:
            if draft.id is not None:
                _unknown(found, place, given=draft.id in known.values())
            ever += 1
        ids.append(known.get(place) or variant_id(owner, ever))
    return tuple(ids), ever


def _unknown(found: Findings, place: int, *, given: bool) -> None:
    if given:
        found.add("another variant has the same id", "variants", place, "id", code=ErrorCode.DUPLICATE)
    else:
        found.add("the product has no such variant", "variants", place, "id", code=ErrorCode.NOT_FOUND)


def variants_of(
    found: Findings,
    drafts: tuple[VariantDraft, ...],
    owner: ProductId,
    current: Product | None,
    *,
    shop: CurrencyCode,
    named: Named,
) -> tuple[tuple[Variant, ...], int]:
    """The variants asked for, and how many the product has ever had; findings go to ``found``.

    A variant keeps its id as long as its id, its options or its SKU is recognised, so that carts keep naming it. The
    goods that it sells stay when they are left out: files that know words and pictures alone must not end them.
    """
    if not drafts:
        found.add("a product has at least one variant", "variants", code=ErrorCode.REQUIRED)
    found.most(drafts, MOST_VARIANTS, "variants")
    if len(drafts) > MOST_VARIANTS:
        return (), 0
    variants = tuple(_variant(found, place, draft, shop, named) for place, draft in enumerate(drafts))
    _differ(found, variants)
    ids, ever = _identified(found, drafts, variants, owner, current)
    known = {one.id: one.goods for one in current.variants} if current else {}
    return tuple(
        replace(variant, id=new, goods=known.get(new, ()) if draft.digital_media_ids is None else variant.goods)
        for variant, draft, new in zip(variants, drafts, ids, strict=True)
    ), ever


def options_of(variants: tuple[Variant, ...]) -> tuple[ProductOption, ...]:
    """The product's options: names in their order, values in order of first use."""
    names = [option.name for option in variants[0].options] if variants else []
    return tuple(
        ProductOption(
            name=name,
            values=tuple(
                dict.fromkeys(option.value for variant in variants for option in variant.options if option.name == name)
            ),
        )
        for name in names
    )
