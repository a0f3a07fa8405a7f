"""What a customer has bought of an order: what is paid for and has not come back."""

from dataclasses import replace

from domain.ids import ProductId, ReturnId, variant_id
from domain.orders.buying import bought, products_of
from domain.orders.orders import LineQuantity, Order, Resolution, Return
from tests.domain.orders.making import NOON, begun, line, purchase


def product(number: int) -> ProductId:
    return ProductId(f"prod_{number:026}")


def order() -> Order:
    """Two units of one product's variant, and one of each of two of another's."""
    things = ((1, 1, 2), (2, 1, 1), (2, 2, 1))
    lines = [replace(line(1, units), variant_id=variant_id(product(of), ordinal)) for of, ordinal, units in things]
    return begun(purchase(*lines)).order


def back(of: Order, *quantities: int, approved: bool = True) -> Order:
    lines = tuple(
        LineQuantity(line_id=one.id, quantity=many) for one, many in zip(of.lines, quantities, strict=False) if many
    )
    resolution = Resolution(approved=approved, restocked=True, refund=None, at=NOON)
    return replace(
        of, returns=(Return(id=ReturnId("r"), lines=lines, reason="", requested_at=NOON, resolution=resolution),)
    )


def paid(of: Order, **facts: object) -> Order:
    return replace(of, payments=tuple(replace(one, **facts) for one in of.payments))  # type: ignore[arg-type]  # parts


def test_what_is_promised_or_paid_is_bought_and_nothing_else() -> None:
    there = order()
    assert products_of(there) == (product(1), product(2))
    assert [bought(there, product(number)) for number in (1, 2, 3)] == [True, True, False]
    money = there.payments[0].authorized
    assert bought(paid(there, captured=money), product(1))
    assert bought(paid(there, captured=money, refunded=replace(money, minor=money.minor - 1)), product(1))
    assert not bought(paid(there, captured=money, refunded=money), product(1))
    assert not bought(paid(there, voided=True), product(1))
    assert not bought(replace(there, cancelled_at=NOON), product(1))


def test_what_has_come_back_is_bought_no_more() -> None:
    there = order()
    assert bought(back(there, 1), product(1)), "one of two is still theirs"
    assert not bought(back(there, 2), product(1))
    assert bought(back(there, 2, 1), product(2)), "of another variant of it"
    assert not bought(back(there, 2, 1, 1), product(2))
    assert bought(back(there, 2, approved=False), product(1)), "the shop did not take it"
