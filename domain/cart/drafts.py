"""What staff ask to be stored of the shop's terms, as they ask it: unchecked."""

from datetime import datetime

from domain.cart.discounts import DiscountKind
from domain.cart.shipping import ShippingBasis
from domain.cart.taxes import ShippingTax
from domain.ids import CategoryId, CollectionId, ProductId, ShippingRateId
from domain.money import MoneyDraft
from domain.values import value


@value
class DiscountDraft:
    """The whole content of a discount; ``percent`` is text, such as ``"12.5"``."""

    title: str
    kind: DiscountKind
    code: str | None = None
    percent: str | None = None
    amounts: tuple[MoneyDraft, ...] | None = None
    buy: int | None = None
    get: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    usage_limit: int | None = None
    per_customer_limit: int | None = None
    min_subtotal: tuple[MoneyDraft, ...] | None = None
    product_ids: tuple[ProductId, ...] | None = None
    collection_ids: tuple[CollectionId, ...] | None = None
    category_ids: tuple[CategoryId, ...] | None = None


@value
class PlaceDraft:
    """A part of the world."""

    country: str | None = None
    region: str | None = None
    postal_prefix: str | None = None


@value
class BracketDraft:
    """A price from an amount (text, in the price's currency) or a weight on, as the rate's basis is; from 0 without."""

    price: MoneyDraft
    from_amount: str | None = None
    from_grams: int | None = None


@value
class ShippingRateDraft:
    """One way to send things; ``id`` says which of the zone's it is, if it is not a new one."""

    method: str
    brackets: tuple[BracketDraft, ...]
    id: ShippingRateId | None = None
    basis: ShippingBasis | None = None
    carrier: str | None = None
    free_from: tuple[MoneyDraft, ...] | None = None
    most_grams: int | None = None
    min_days: int | None = None
    max_days: int | None = None


@value
class ShippingZoneDraft:
    """The whole content of a shipping zone."""

    name: str
    places: tuple[PlaceDraft, ...]
    rates: tuple[ShippingRateDraft, ...]


@value
class TaxRateDraft:
    """A rate; ``percent`` is text, such as ``"19"``."""

    name: str
    percent: str
    region: str | None = None
    category_id: CategoryId | None = None


@value
class TaxTableDraft:
    """The whole content of a country's tax table."""

    country: str
    included: bool
    rates: tuple[TaxRateDraft, ...]
    shipping: ShippingTax | None = None
