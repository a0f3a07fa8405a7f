"""How the cart that a guest filled and the one that the account has become one: by a stated rule, and told in full."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Any, Final, NamedTuple

from domain.cart.carts import MOST_CODES, MOST_LINES, MOST_QUANTITY, MOST_WORTH, Cart, CartLine, line_id, revised
from domain.cart.discounts import canonical
from domain.cart.offers import Offers
from domain.ids import CartId, VariantId
from domain.money import Money
from domain.values import value

MOST_HELD: Final = 90
"""Variants held for the two carts together: each is one write of the 100 that a transaction of the store takes; the
rest is for the carts."""


class CartMergeStrategy(Enum):
    """Whose lines the cart has after sign-in.

    SUM: Those of both; units of one variant are summed.
    KEEP_GUEST: Those of the guest's cart only.
    KEEP_ACCOUNT: Those of the account's cart only.
    """

    SUM = "SUM"
    KEEP_GUEST = "KEEP_GUEST"
    KEEP_ACCOUNT = "KEEP_ACCOUNT"


class CartMergeReason(Enum):
    """Why a variant has another quantity than in one of the two carts.

    ADDED: It was in the guest's cart only, and was added.
    SUMMED: It was in both, and its units were summed.
    REPLACED: It was in both, and the quantity of the kept cart holds.
    DROPPED: It was in the cart that is not kept.
    CAPPED: Summed, it would be more units than a line has.
    NO_ROOM: The cart has as many lines, or is worth as much, as one can be.
    NOT_PRICED: It is not sold in the cart's currency.
    """

    ADDED = "ADDED"
    SUMMED = "SUMMED"
    REPLACED = "REPLACED"
    DROPPED = "DROPPED"
    CAPPED = "CAPPED"
    NO_ROOM = "NO_ROOM"
    NOT_PRICED = "NOT_PRICED"


@value
class MergeChange:
    """What became of a variant: units in the guest's cart, in the account's, and in the one that there is now."""

    variant_id: VariantId
    guest: int
    account: int
    merged: int
    reason: CartMergeReason


@value
class Merged:
    """The cart that the account has from now on, None when it has none, and every variant that is not as it was in
    both. ``guest`` is the guest's cart as it is afterwards: empty once all of it has been dealt with.
    """

    cart: Cart | None
    guest: Cart
    changes: tuple[MergeChange, ...] = ()


def merged(
    guest: Cart, account: Cart | None, strategy: CartMergeStrategy, *, new: Cart, offers: Offers, now: datetime
) -> Merged:
    """What the customer has in the cart after signing in. There is always an answer: no cart forbids it.

    Without an open cart of the account, ``new``, which is empty and the customer's, gets all that the guest's has: who
    knew the guest's cart by its id knows nothing of the customer's. A guest's cart that is empty or has become an order
    changes nothing, and an empty cart of the account is never kept instead of goods. A payment that was begun, failed
    or not, is no obstacle: checkout compares what is paid with what the cart then costs.
    """
    current = account if account and account.order_id is None else None
    if guest.order_id is not None or not guest.lines or (current and guest.id == current.id):
        return Merged(cart=current, guest=guest)
    if current is None:
        return Merged(cart=_taken_over(guest, new), guest=_emptied(guest, now))
    rule = strategy if current.lines else CartMergeStrategy.SUM
    kept, other = (guest, current) if rule is CartMergeStrategy.KEEP_GUEST or not current.lines else (current, guest)
    lines, changes = _lines(kept, other, current.id, [_wanted(*pair, rule) for pair in _pairs(guest, current)], offers)
    cart = revised(current, now, currency=kept.currency, lines=lines, **_details(kept, other, current))
    return Merged(cart=cart, guest=_emptied(guest, now), changes=changes)


def _taken_over(guest: Cart, new: Cart) -> Cart:
    lines = tuple(replace(line, id=line_id(new.id, line.variant_id), held=0) for line in guest.lines)
    said = _details(guest, new, new)
    return replace(new, lines=lines, currency=guest.currency, locale=guest.locale, country=guest.country, **said)


def _emptied(guest: Cart, now: datetime) -> Cart:
    """Nothing of a customer's stays where whoever knows the guest's cart can read it."""
    return revised(
        guest,
        now,
        lines=(),
        email=None,
        shipping_address=None,
        billing_address=None,
        shipping_quote_id=None,
        codes=(),
        reserved_until=None,
    )


class _Wanted(NamedTuple):
    """How many units of a variant there should be, and why, if that is worth telling."""

    variant: VariantId
    guest: int
    account: int
    units: int
    reason: CartMergeReason | None


def _pairs(guest: Cart, account: Cart) -> list[tuple[VariantId, int, int]]:
    """Each variant with its units in both carts: the account's lines in their order, then the guest's others."""
    theirs, ours = ({line.variant_id: line.quantity for line in cart.lines} for cart in (account, guest))
    return [(variant, ours.get(variant, 0), theirs.get(variant, 0)) for variant in theirs | ours]


def _wanted(variant: VariantId, guest: int, account: int, rule: CartMergeStrategy) -> _Wanted:
    units = {
        CartMergeStrategy.SUM: min(guest + account, MOST_QUANTITY),
        CartMergeStrategy.KEEP_GUEST: guest,
        CartMergeStrategy.KEEP_ACCOUNT: account,
    }[rule]
    capped = rule is CartMergeStrategy.SUM and guest + account > MOST_QUANTITY
    if units == account and guest in {0, units} and not capped:
        reason = None
    elif units == 0:
        reason = CartMergeReason.DROPPED
    elif account == 0:
        reason = CartMergeReason.ADDED
    elif rule is not CartMergeStrategy.SUM:
        reason = CartMergeReason.REPLACED
    else:
        reason = CartMergeReason.CAPPED if capped else CartMergeReason.SUMMED
    return _Wanted(variant, guest, account, units, reason)


def _lines(
    kept: Cart, other: Cart, owner: CartId, wanted: Iterable[_Wanted], offers: Offers
) -> tuple[tuple[CartLine, ...], tuple[MergeChange, ...]]:
    """The lines that are wanted as far as they fit, in their order, and what is to be told of them."""
    lines: list[CartLine] = []
    changes: list[MergeChange] = []
    worth = 0
    for variant, guest, account, units, reason in wanted:
        price = _price(variant, kept, other, offers)
        cost = units * price.minor if price is not None else 0
        fits = len(lines) < MOST_LINES and worth + cost <= MOST_WORTH
        if units and price is not None and fits:
            worth += cost
            lines.append(_line(owner, variant, units, price, _name(variant, kept, other, offers)))
        elif units:
            units, reason = 0, CartMergeReason.NO_ROOM if price is not None else CartMergeReason.NOT_PRICED  # noqa: PLW2901  # it does not fit
        if reason:
            change = MergeChange(variant_id=variant, guest=guest, account=account, merged=units, reason=reason)
            changes.append(change)
    return tuple(lines), tuple(changes)


def _price(variant: VariantId, kept: Cart, other: Cart, offers: Offers) -> Money | None:
    """What a unit cost when the buyer saw it, in the kept cart's currency; else what it costs now."""
    for cart in (kept, other):
        for line in cart.lines:
            if line.variant_id == variant and line.seen_price.currency is kept.currency:
                return line.seen_price
    offer = offers.get(variant)
    return offer.price(kept.currency) if offer else None


def _line(owner: CartId, variant: VariantId, units: int, price: Money, name: str) -> CartLine:
    return CartLine(id=line_id(owner, variant), variant_id=variant, quantity=units, seen_price=price, name=name)


def _name(variant: VariantId, kept: Cart, other: Cart, offers: Offers) -> str:
    known = (line.name for cart in (kept, other) for line in cart.lines if line.variant_id == variant)
    return offers[variant].name if variant in offers else next(known, "")


def _details(kept: Cart, other: Cart, current: Cart) -> dict[str, Any]:
    """E-mail, addresses and codes of the kept cart; what it lacks, the other one gives. A quote is of one cart only."""
    address = kept.shipping_address or other.shipping_address
    codes = {canonical(code): code for code in reversed((*kept.codes, *other.codes))}
    order = dict.fromkeys(canonical(code) for code in (*kept.codes, *other.codes))
    return {
        "email": kept.email or other.email,
        "shipping_address": address,
        "billing_address": kept.billing_address or other.billing_address,
        "shipping_quote_id": current.shipping_quote_id if address == current.shipping_address else None,
        "codes": tuple(codes[plain] for plain in order)[:MOST_CODES],
    }
