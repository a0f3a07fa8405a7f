"""What may be stored of the shop's terms: a draft becomes a discount, a zone or a tax table, or all that is wrong."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from domain.addresses import plain_country
from domain.cart.discounts import Discount, DiscountKind
from domain.cart.drafts import (
    BracketDraft,
    DiscountDraft,
    PlaceDraft,
    ShippingRateDraft,
    ShippingZoneDraft,
    TaxRateDraft,
    TaxTableDraft,
)
from domain.cart.percents import BadPercent, parse_percent
from domain.cart.settings import discount_errors, table_errors, zone_errors
from domain.cart.shipping import Bracket, Place, ShippingBasis, ShippingRate, ShippingZone, rate_id
from domain.cart.taxes import ShippingTax, TaxRate, TaxTable
from domain.errors import ErrorCode, InputError
from domain.ids import DiscountId, ShippingRateId, ShippingZoneId
from domain.money import BadAmount, CurrencyCode, Money, MoneyDraft

type Refused = tuple[InputError, ...]


def discount_of(draft: DiscountDraft, current: Discount | None, *, new_id: DiscountId) -> Discount | Refused:
    """The discount that ``draft`` asks for: the next version of ``current``, or the first one of ``new_id``.

    Equal content gives ``current`` itself back. Whether what it is for exists is not asked: it may come later.
    """
    read = _Reading()
    one = Discount(
        id=current.id if current else new_id,
        version=current.version + 1 if current else 1,
        title=draft.title.strip(),
        kind=draft.kind,
        code=None if draft.code is None else draft.code.strip(),
        rate=read.percent(draft.percent, "percent") if draft.percent is not None else 0,
        amounts=read.amounts(draft.amounts, "amounts"),
        buy=draft.buy or 0,
        get=draft.get or 0,
        starts_at=read.moment(draft.starts_at, "startsAt"),
        ends_at=read.moment(draft.ends_at, "endsAt"),
        usage_limit=draft.usage_limit,
        per_customer_limit=draft.per_customer_limit,
        min_subtotal=read.amounts(draft.min_subtotal, "minSubtotal"),
        product_ids=_each_once(draft.product_ids),
        collection_ids=_each_once(draft.collection_ids),
        category_ids=_each_once(draft.category_ids),
    )
    _of_other_kinds(draft, read)
    return _settled(one, current, (*read.errors, *discount_errors(one)))


def _of_other_kinds(draft: DiscountDraft, read: "_Reading") -> None:
    """Refuse what a discount of this kind has no use for: it would be lost in silence."""
    parts = (
        ("percent", draft.percent, DiscountKind.PERCENT),
        ("amounts", draft.amounts or None, DiscountKind.FIXED),
        ("buy", draft.buy, DiscountKind.BUY_X_GET_Y),
        ("get", draft.get, DiscountKind.BUY_X_GET_Y),
    )
    for name, given, kind in parts:
        if given is not None and kind is not draft.kind:
            read.add(f"is for discounts of the kind {kind.value}", name)


def shipping_zone_of(
    draft: ShippingZoneDraft, current: ShippingZone | None, *, new_id: ShippingZoneId
) -> ShippingZone | Refused:
    """The zone that ``draft`` asks for, as ``discount_of``. A rate keeps its id, so that carts keep what they chose."""
    read = _Reading()
    id_, version = current.id if current else new_id, current.version + 1 if current else 1
    known = {one.id for one in current.rates} if current else set[ShippingRateId]()
    rates = []
    for at, one in enumerate(draft.rates):
        if one.id is not None and one.id not in known:
            read.add("the zone has no such rate, or it is given twice", "rates", at, "id", code=ErrorCode.NOT_FOUND)
        rates.append(_rate(one, one.id or rate_id(id_, version, at), read, at))
        known.discard(rates[-1].id)
    places = tuple(map(_place, draft.places))
    zone = ShippingZone(id=id_, version=version, name=draft.name.strip(), places=places, rates=tuple(rates))
    return _settled(zone, current, (*read.errors, *zone_errors(zone)))


def _place(draft: PlaceDraft) -> Place:
    country = None if draft.country is None else plain_country(draft.country)
    return Place(country=country, region=_clean(draft.region), postal_prefix=_clean(draft.postal_prefix))


def _rate(draft: ShippingRateDraft, id_: ShippingRateId, read: "_Reading", at: int) -> ShippingRate:
    basis = draft.basis or ShippingBasis.SUBTOTAL
    brackets = (_bracket(one, basis, read, at, number) for number, one in enumerate(draft.brackets))
    return ShippingRate(
        id=id_,
        method=draft.method.strip(),
        brackets=tuple(brackets),
        basis=basis,
        carrier=_clean(draft.carrier) or None,
        free_from=read.amounts(draft.free_from, "rates", at, "freeFrom"),
        most_grams=draft.most_grams,
        min_days=draft.min_days,
        max_days=draft.max_days,
    )


def _bracket(draft: BracketDraft, basis: ShippingBasis, read: "_Reading", at: int, number: int) -> Bracket:
    path = ("rates", at, "brackets", number)
    by_weight = basis is ShippingBasis.WEIGHT
    other, name = (draft.from_amount, "fromAmount") if by_weight else (draft.from_grams, "fromGrams")
    if other is not None:
        read.add(f"is not what prices depend on whose basis is {basis.value}", *path, name)
    start = draft.from_grams or 0
    if not by_weight:
        start = read.amount(draft.from_amount or "0", draft.price.currency, *path, "fromAmount").minor
    price = read.amount(draft.price.amount, draft.price.currency, *path, "price", "amount")
    return Bracket(price=price, at_least=start)


def tax_table_of(draft: TaxTableDraft, current: TaxTable | None) -> TaxTable | Refused:
    """The table that ``draft`` asks for, as ``discount_of``; ``current`` is the country's."""
    read = _Reading()
    table = TaxTable(
        country=plain_country(draft.country),
        version=current.version + 1 if current else 1,
        included=draft.included,
        rates=tuple(_tax_rate(one, read, at) for at, one in enumerate(draft.rates)),
        shipping=draft.shipping or ShippingTax.AS_GOODS,
    )
    return _settled(table, current, (*read.errors, *table_errors(table)))


def _tax_rate(draft: TaxRateDraft, read: "_Reading", at: int) -> TaxRate:
    return TaxRate(
        name=draft.name.strip(),
        rate=read.percent(draft.percent, "rates", at, "percent"),
        region=_clean(draft.region) or None,
        category_id=draft.category_id,
    )


class _Reading:
    """Reads texts, and collects what is wrong with them; what cannot be read counts as something harmless."""

    def __init__(self) -> None:
        self.errors: list[InputError] = []

    def add(self, message: str, *path: str | int, code: ErrorCode = ErrorCode.INVALID) -> None:
        self.errors.append(InputError(code=code, message=message, field=("input", *map(str, path))))

    def amount(self, text: str, currency: CurrencyCode, *path: str | int) -> Money:
        try:
            return Money.parse(text, currency)
        except BadAmount as error:
            self.add(str(error), *path)
            return Money(0, currency)

    def amounts(self, drafts: Iterable[MoneyDraft] | None, *path: str | int) -> tuple[Money, ...]:
        return tuple(self.amount(one.amount, one.currency, *path, at, "amount") for at, one in enumerate(drafts or ()))

    def percent(self, text: str, *path: str | int) -> int:
        try:
            return parse_percent(text)
        except BadPercent as error:
            self.add(str(error), *path)
            return 1

    def moment(self, at: datetime | None, *path: str | int) -> datetime | None:
        try:
            return None if at is None else at.astimezone(UTC)
        except OverflowError:
            self.add("is outside the years 1 to 9999", *path)
            return None


def _settled[T: (Discount, ShippingZone, TaxTable)](new: T, current: T | None, errors: Refused) -> T | Refused:
    if errors:
        return errors
    return current if current is not None and replace(new, version=current.version) == current else new


def _each_once[T](ids: tuple[T, ...] | None) -> tuple[T, ...]:
    return tuple(dict.fromkeys(ids or ()))


def _clean(text: str | None) -> str | None:
    """Without outer space; blank stays blank, for the rules to refuse where it means something."""
    return None if text is None else text.strip()
