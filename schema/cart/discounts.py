"""Discounts as staff see and set them."""

import strawberry

from domain.cart.discounts import DiscountKind
from schema.errors import UserError
from schema.money import Money, MoneyInput
from schema.pages import PageInfo
from schema.prose import choice, entity, wanted
from schema.scalars import AWSDateTime

__all__ = ["DiscountKind"]

choice(DiscountKind)


@entity
class Discount:
    """A discount: with a code, or automatic. Which go together is one rule for all.

    Every automatic discount that can be given is given, and of the codes for goods the one that saves the buyer most;
    they lower a price in the order of their kinds. Its scope is the lines of its products, collections and categories;
    without any of them it is all lines.

    id: The discount's id.
    version: Grows by 1 with each stored change.
    title: What buyers read.
    kind: How it lowers a price.
    code: What buyers enter, as staff wrote it; null for an automatic discount.
    percent: For PERCENT, how much is taken off, such as "12.5".
    amounts: For FIXED, how much is taken off, one amount a currency; nothing in a currency that is not here.
    buy: For BUY_X_GET_Y, how many units are paid for so that others are free.
    get: For BUY_X_GET_Y, how many units of the cheapest are free for so many that are paid for.
    starts_at: From when on it holds; null for always.
    ends_at: Until before when it holds; null for ever.
    usage_limit: How many orders may use it; null for any number.
    per_customer_limit: How many orders of one customer may use it; null for any number. Guests are known by
      their e-mail.
    min_subtotal: How much the whole cart must cost before discounts, one amount a currency; empty for nothing. In a
      currency that is not here the discount gives nothing.
    product_ids: The products it is for.
    collection_ids: The collections it is for.
    category_ids: The categories it is for, with those below them.
    used: How many orders have used it.
    """

    id: strawberry.ID
    version: int
    title: str
    kind: DiscountKind
    code: str | None
    percent: str | None
    amounts: list[Money]
    buy: int | None
    get: int | None
    starts_at: AWSDateTime | None
    ends_at: AWSDateTime | None
    usage_limit: int | None
    per_customer_limit: int | None
    min_subtotal: list[Money]
    product_ids: list[strawberry.ID]
    collection_ids: list[strawberry.ID]
    category_ids: list[strawberry.ID]
    used: int


@entity
class DiscountEdge:
    """A discount at its place in a list.

    cursor: The place, to go on from.
    node: The discount.
    """

    cursor: str
    node: Discount


@entity
class DiscountConnection:
    """One page of discounts.

    edges: The discounts of the page, newest first.
    page_info: Where the page lies in the list.
    """

    edges: list[DiscountEdge]
    page_info: PageInfo


@wanted
class DiscountInput:
    """The whole content of a discount. What is of another kind of discount is refused.

    title: What buyers read, up to 255 characters.
    kind: How it lowers a price.
    code: What buyers enter, up to 50 characters; no two discounts have the same, whatever the case. Automatic when left
      out; a shop has at most 15 automatic discounts that have not ended.
    percent: For PERCENT, how much is taken off: above 0 and at most "100", with at most 4 decimals.
    amounts: For FIXED, how much is taken off, one amount a currency.
    buy: For BUY_X_GET_Y, how many units are paid for so that others are free, 1 to 999.
    get: For BUY_X_GET_Y, how many units of the cheapest are free for so many that are paid for, 1 to 999.
    starts_at: From when on it holds; always when left out.
    ends_at: Until before when it holds; for ever when left out.
    usage_limit: How many orders may use it, from 1; any number when left out. Earlier uses count.
    per_customer_limit: How many orders of one customer may use it, from 1; any number when left out. Uses count from
      when a limit was first set.
    min_subtotal: How much the whole cart must cost before discounts, one amount a currency; nothing when left out.
    product_ids: The products it is for, up to 100, whether the catalogue has them yet or not.
    collection_ids: The collections it is for, likewise.
    category_ids: The categories it is for, with those below them, likewise.
    """

    title: str
    kind: DiscountKind
    code: str | None = None
    percent: str | None = None
    amounts: list[MoneyInput] | None = None
    buy: int | None = None
    get: int | None = None
    starts_at: AWSDateTime | None = None
    ends_at: AWSDateTime | None = None
    usage_limit: int | None = None
    per_customer_limit: int | None = None
    min_subtotal: list[MoneyInput] | None = None
    product_ids: list[strawberry.ID] | None = None
    collection_ids: list[strawberry.ID] | None = None
    category_ids: list[strawberry.ID] | None = None


@entity
class DiscountPayload:
    """What became of a change to a discount.

    discount: The discount after the change; null when there are user errors.
    user_errors: What stood against the change; nothing was changed when there are any.
    """

    discount: Discount | None
    user_errors: list[UserError]
