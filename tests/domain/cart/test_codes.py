"""A cart keeps the codes that its buyer wrote, each once."""

from hypothesis import given
from hypothesis import strategies as st

from domain.cart.carts import MOST_CODES, Cart
from domain.cart.codes import coded
from domain.cart.discounts import canonical
from domain.errors import ErrorCode
from domain.ids import OrderId
from tests.domain.cart.strategies import NOW, cart


def kept(*codes: str) -> tuple[str, ...] | list[tuple[ErrorCode, tuple[str, ...] | None]]:
    found = coded(cart(codes=("old",)), codes, NOW)
    return found.codes if isinstance(found, Cart) else [(one.code, one.field) for one in found]


def test_codes_are_kept_as_they_were_first_written_without_outer_space() -> None:
    assert kept(" Spring ", "SPRING", "", " \t", "Stra\u00dfe", "strasse", "\u6625") == (
        "Spring",
        "Stra\u00dfe",
        "\u6625",
    )
    assert kept() == ()


def test_a_code_is_the_same_from_every_keyboard() -> None:
    assert kept("\uff37\uff25\uff2c\uff23\uff2f\uff2d\uff25\uff11\uff10", "welcome10") == (
        "\uff37\uff25\uff2c\uff23\uff2f\uff2d\uff25\uff11\uff10",
    )
    assert kept("\u00c9t\u00e9", "E\u0301TE\u0301") == ("\u00c9t\u00e9",)


@given(st.text())
def test_a_code_as_it_is_compared_is_compared_as_it_is(code: str) -> None:
    assert canonical(canonical(code)) == canonical(code)


def test_equal_codes_change_nothing() -> None:
    same = cart(codes=("a", "b"))
    assert coded(same, [" a", "b "], NOW) is same
    assert coded(same, ["b", "a"], NOW) is not same


def test_codes_have_bounds() -> None:
    assert kept(*map(str, range(MOST_CODES))) == tuple(map(str, range(MOST_CODES)))
    assert kept(*map(str, range(1000))) == [(ErrorCode.INVALID, ("codes",))]
    for wrong in ("x" * 51, "a\nb", "a\x00", "\ud800"):
        assert kept("a", wrong) == [(ErrorCode.INVALID, ("codes", "1"))]


def test_an_order_has_the_codes_that_it_was_made_with() -> None:
    found = coded(cart(order_id=OrderId("order_1")), ["a"], NOW)
    assert not isinstance(found, Cart)
    assert [one.code for one in found] == [ErrorCode.CART_COMPLETED]
