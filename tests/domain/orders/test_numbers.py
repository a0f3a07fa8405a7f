"""Order numbers: read back however they are written, wrong ones are seen, and they count nothing."""

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.ids import OrderId
from domain.orders.numbers import SINCE, SYMBOLS, number_of, read_number

SECONDS = st.integers(0, 31**6 - 1)
IDS = st.text("0123456789abcdef", min_size=26, max_size=26).map(lambda key: OrderId(f"order_{key}"))


def number(second: int, order: OrderId) -> str:
    return number_of(order, SINCE + timedelta(seconds=second))


@given(second=SECONDS, order=IDS)
def test_a_number_is_read_however_it_is_written(second: int, order: OrderId) -> None:
    found = number(second, order)
    plain = found.replace("-", "")
    for written in (found, found.lower(), plain, plain[1:], f" {found} ", " ".join(plain), found[2:]):
        assert read_number(written) == found


@given(second=SECONDS, order=IDS, place=st.integers(0, 9), other=st.sampled_from(SYMBOLS))
def test_one_wrong_symbol_is_seen(second: int, order: OrderId, place: int, other: str) -> None:
    symbols = number(second, order)[2:].replace("-", "")
    wrong = symbols[:place] + other + symbols[place + 1 :]
    assert (read_number(wrong) is None) is (wrong != symbols)


@given(second=SECONDS, order=IDS, one=st.integers(0, 9), two=st.integers(0, 9))
def test_two_symbols_that_are_swapped_are_seen(second: int, order: OrderId, one: int, two: int) -> None:
    symbols = list(number(second, order)[2:].replace("-", ""))
    swapped = symbols.copy()
    swapped[one], swapped[two] = swapped[two], swapped[one]
    assert (read_number("".join(swapped)) is None) is (swapped != symbols)


@given(text=st.text(max_size=20) | st.text(SYMBOLS, min_size=10, max_size=11))
def test_what_is_read_is_a_number_or_nothing(text: str) -> None:
    found = read_number(text)
    assert found is None or read_number(found) == found


def test_a_number_looks_like_this() -> None:
    assert number(0, OrderId("order_" + "a" * 26)) == "S-22222-2UCWY"


def test_orders_of_one_second_are_told_apart_as_a_rule() -> None:
    numbers = Counter(number(86_400, OrderId(f"order_{n:026}")) for n in range(100))
    assert len(numbers) >= 99


def test_no_symbol_is_taken_for_another() -> None:
    assert not {*"01ILO"} & {*SYMBOLS}
    assert len({*SYMBOLS}) == len(SYMBOLS) == 31
