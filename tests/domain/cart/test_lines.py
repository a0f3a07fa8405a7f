"""Lines are added and changed all or not at all; the same variant sums; ids stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cart.carts import LIFETIME, MOST_LINES, MOST_QUANTITY, MOST_WORTH, Cart, line_id, quote_id
from domain.cart.lines import LineAsked, LineChange, added, changed, in_currency, usable_currency
from domain.cart.offers import items_of
from domain.cart.reserving import held, holds
from domain.errors import ErrorCode, InputError
from domain.ids import CartId, CartLineId, OrderId, VariantId
from domain.money import LARGEST_MINOR, CurrencyCode, Money
from tests.domain.cart.strategies import CART, DAY, EUR, JPY, NOW, USD, cart, offer, offers, variant

MUG, BOOK, GONE = offer(1, 1000, 900), offer(2, 300), offer(3, 10, on_sale=False)
ALL = offers(MUG, BOOK, GONE, *(offer(number, 1) for number in range(4, 200)))


def asked(*pairs: tuple[int, int]) -> list[LineAsked]:
    return [LineAsked(variant_id=variant(number), quantity=quantity) for number, quantity in pairs]


def line(number: int) -> CartLineId:
    return line_id(CART, variant(number))


def quantities(found: Cart | tuple[InputError, ...]) -> list[tuple[VariantId, int]]:
    assert isinstance(found, Cart), found
    return [(one.variant_id, one.quantity) for one in found.lines]


def errors(found: Cart | tuple[InputError, ...]) -> list[tuple[ErrorCode, tuple[str, ...] | None]]:
    assert not isinstance(found, Cart)
    assert all(len(one.message) < 150 for one in found)
    return [(one.code, one.field) for one in found]


@given(st.lists(st.tuples(st.integers(4, 20), st.integers(1, 9)), max_size=20))
def test_units_of_one_variant_sum_in_one_line(pairs: list[tuple[int, int]]) -> None:
    expected: dict[VariantId, int] = {}
    for number, quantity in pairs:
        expected[variant(number)] = expected.get(variant(number), 0) + quantity
    at_once = added(cart(), asked(*pairs), ALL, NOW)
    assert quantities(at_once) == list(expected.items())
    one_by_one = cart()
    for pair in pairs:
        more = added(one_by_one, asked(pair), ALL, NOW)
        assert isinstance(more, Cart)
        assert more.version == one_by_one.version + 1
        one_by_one = more
    assert isinstance(at_once, Cart)
    assert one_by_one.lines == at_once.lines


def test_a_line_keeps_its_id_and_its_place() -> None:
    first = added(cart(), asked((1, 1), (2, 1)), ALL, NOW)
    assert isinstance(first, Cart)
    second = changed(first, [LineChange(line_id=line(1), quantity=5)], ALL, NOW)
    assert isinstance(second, Cart)
    assert [one.id for one in second.lines] == [one.id for one in first.lines] == [line(1), line(2)]
    removed = changed(second, [LineChange(line_id=line(1), quantity=0)], ALL, NOW)
    assert quantities(removed) == [(variant(2), 1)]
    assert isinstance(removed, Cart)
    again = added(removed, asked((1, 2)), ALL, NOW)
    assert isinstance(again, Cart)
    assert [one.id for one in again.lines] == [line(2), line(1)]


def test_ids_of_lines_and_quotes_differ_from_cart_to_cart() -> None:
    carts = [CART, CartId("cart_" + "2" * 26)]
    ids = {make(one, name) for make in (line_id, quote_id) for one in carts for name in (variant(1), variant(2))}
    assert len(ids) == 8


def test_a_change_keeps_the_cart_longer() -> None:
    more = added(cart((MUG, 1)), asked((2, 1)), ALL, NOW)
    assert isinstance(more, Cart)
    assert (more.version, more.updated_at, more.expires_at) == (2, NOW, NOW + LIFETIME)


def test_what_is_held_stays_held_as_far_as_the_lines_need_it() -> None:
    full = cart((MUG, 3), reserved_until=NOW + DAY)
    assert changed(full, [LineChange(line_id=line(1), quantity=3)], ALL, NOW) is full
    fewer = changed(full, [LineChange(line_id=line(1), quantity=1)], ALL, NOW)
    assert isinstance(fewer, Cart)
    assert (held(fewer), fewer.reserved_until, holds(fewer, NOW)) == ({variant(1): 1}, NOW + DAY, True)
    more = added(fewer, asked((1, 1), (2, 1)), ALL, NOW)
    assert isinstance(more, Cart)
    assert (held(more), more.reserved_until, holds(more, NOW)) == ({variant(1): 1}, NOW + DAY, False)
    other = changed(more, [LineChange(line_id=line(1), quantity=0)], ALL, NOW)
    assert isinstance(other, Cart)
    assert (held(other), other.reserved_until) == ({}, None)


@pytest.mark.parametrize("quantity", [0, -1, -(2**31), 2**31, MOST_QUANTITY + 1, MOST_QUANTITY])
def test_a_line_has_one_to_its_bound_of_units(quantity: int) -> None:
    full = cart((MUG, 1))
    assert errors(added(full, asked((2, 1), (1, quantity)), ALL, NOW)) == [
        (ErrorCode.INVALID, ("lines", "1", "quantity"))
    ]
    if quantity:
        alone = changed(full, [LineChange(line_id=line(1), quantity=quantity)], ALL, NOW)
        assert isinstance(alone, Cart) is (quantity == MOST_QUANTITY)


def test_a_cart_has_at_most_fifty_lines() -> None:
    full = added(cart(), asked(*((number, 1) for number in range(4, 4 + MOST_LINES))), ALL, NOW)
    assert len(quantities(full)) == MOST_LINES
    assert isinstance(full, Cart)
    assert errors(added(full, asked((1, 1)), ALL, NOW)) == [(ErrorCode.INVALID, ("lines",))]
    assert len(quantities(added(full, asked((4, 1)), ALL, NOW))) == MOST_LINES
    assert errors(added(cart(), asked(*[(4, 1)] * 1000), ALL, NOW)) == [(ErrorCode.INVALID, ("lines",))]
    many = [LineChange(line_id=line(1), quantity=1)] * 1000
    assert errors(changed(full, many, ALL, NOW)) == [(ErrorCode.INVALID, ("lines",))]


def test_a_cart_is_never_worth_more_than_an_amount_can_say() -> None:
    dear = offer(1, LARGEST_MINOR)
    assert errors(added(cart(), asked((1, 1)), offers(dear), NOW)) == [(ErrorCode.INVALID, ("lines",))]
    fair = offer(1, MOST_WORTH // MOST_QUANTITY)
    assert quantities(added(cart(), asked((1, MOST_QUANTITY)), offers(fair), NOW)) == [(variant(1), MOST_QUANTITY)]


def test_nor_is_it_after_a_move_to_another_currency() -> None:
    dear = offer(1, 1, LARGEST_MINOR)
    assert errors(in_currency(cart((dear, 1)), EUR, offers(dear), NOW)) == [(ErrorCode.INVALID, ("input", "currency"))]


@pytest.mark.parametrize(
    ("quantity", "told"), [(0, "0"), (-1, "-1"), (998, "1,000; 2 are in the cart already"), (1_000, "1,002; 2 are")]
)
def test_a_quantity_that_cannot_be_is_told_as_it_was_given_with_what_the_line_has(quantity: int, told: str) -> None:
    (error,) = added(cart((MUG, 2)), asked((1, quantity)), ALL, NOW)  # type: ignore[misc]  # it is refused
    assert error.message.startswith(f"a line has 1 to 999 units, not {told}")


def test_all_that_is_wrong_is_said_and_nothing_is_changed() -> None:
    wrong = asked((1, 0), (3, 1), (999, 1), (1, 1))
    found = added(cart(currency=JPY), wrong, ALL, NOW)
    assert errors(found) == [
        (ErrorCode.INVALID, ("lines", "0", "quantity")),
        (ErrorCode.NOT_FOUND, ("lines", "1", "variantId")),
        (ErrorCode.NOT_FOUND, ("lines", "2", "variantId")),
        (ErrorCode.INVALID, ("lines", "3", "variantId")),
    ]
    assert isinstance(found, tuple)
    assert found[3].message == "Thing 1 is not sold in JPY, the cart's currency, but in USD, EUR"


def test_a_line_is_changed_once_and_must_be_there() -> None:
    changes = [
        LineChange(line_id=line(1), quantity=2),
        LineChange(line_id=line(1), quantity=0),
        LineChange(line_id=CartLineId("line_x"), quantity=0),
        LineChange(line_id=line(2), quantity=-1),
    ]
    assert errors(changed(cart((MUG, 1), (BOOK, 1)), changes, ALL, NOW)) == [
        (ErrorCode.DUPLICATE, ("lines", "1", "lineId")),
        (ErrorCode.NOT_FOUND, ("lines", "2", "lineId")),
        (ErrorCode.INVALID, ("lines", "3", "quantity")),
    ]


def test_what_is_no_longer_on_sale_can_be_removed_only() -> None:
    stale = cart((GONE, 2))
    assert errors(changed(stale, [LineChange(line_id=line(3), quantity=1)], ALL, NOW)) == [
        (ErrorCode.NOT_FOUND, ("lines", "0", "variantId"))
    ]
    assert quantities(changed(stale, [LineChange(line_id=line(3), quantity=0)], {}, NOW)) == []


def test_a_changed_line_has_the_price_that_holds_now() -> None:
    (item,) = items_of(cart((MUG, 1)), offers(offer(1, 1200)))
    assert (item.seen_price.minor, item.unit_price.minor) == (1000, 1200)
    more = added(cart((MUG, 1)), asked((1, 1)), offers(offer(1, 1200)), NOW)
    assert isinstance(more, Cart)
    assert more.lines[0].seen_price == Money(1200, USD)


def test_a_cart_moves_to_another_currency_with_all_its_lines_or_not_at_all() -> None:
    moved = in_currency(cart((MUG, 2)), EUR, ALL, NOW)
    assert isinstance(moved, Cart)
    assert (moved.currency, moved.lines[0].seen_price) == (EUR, Money(900, EUR))
    stays = in_currency(cart((MUG, 1), (BOOK, 1)), EUR, ALL, NOW)
    assert errors(stays) == [(ErrorCode.INVALID, ("input", "currency"))]
    assert isinstance(stays, tuple)
    assert stays[0].message == "Thing 2: not sold in EUR"
    same = cart((GONE, 1))
    assert in_currency(same, USD, {}, NOW) is same


@pytest.mark.parametrize(("numbers", "expected"), [((1,), EUR), ((1, 2), USD), ((), JPY), ((999,), JPY), ((3,), USD)])
def test_a_new_cart_is_in_the_first_currency_that_all_is_sold_in(
    numbers: tuple[int, ...], expected: CurrencyCode
) -> None:
    wanted = asked(*((number, 1) for number in numbers))
    assert usable_currency(wanted, ALL, JPY, EUR, USD) is expected


def test_a_cart_that_has_become_an_order_stays_as_it_is() -> None:
    done = cart((MUG, 1), order_id=OrderId("order_1"))
    refused = [(ErrorCode.CART_COMPLETED, None)]
    assert errors(added(done, asked((1, 1)), ALL, NOW)) == refused
    assert errors(changed(done, [LineChange(line_id=line(1), quantity=0)], ALL, NOW)) == refused
    assert errors(in_currency(done, EUR, ALL, NOW)) == refused
