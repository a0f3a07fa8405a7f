"""A payment begins for what costs something, comes back to the web, and is gone on with rather than begun anew."""

from dataclasses import replace

import pytest

from domain.errors import ErrorCode
from domain.ids import CustomerId, OperationId, OrderId
from domain.payments.facts import Attempt
from domain.payments.payments import Operation, OperationKind, Payment, Refused
from domain.payments.starting import LONGEST_URL, going_on, unstartable
from tests.domain.payments.making import NOW, payment, usd

TOTAL = usd(1000)


def found(*payments: Payment, provider: str = "", owner: CustomerId | None = None) -> Payment | None:
    return going_on(payments, provider or payments[0].provider, owner, TOTAL)


@pytest.mark.parametrize(
    "url",
    [None, "https://shop.example", "http://localhost:3000/done?simulate=action,twice#top", "https://müsli.example/ü"],
)
def test_buyers_come_back_to_any_address_of_the_web_or_to_none(url: str | None) -> None:
    assert unstartable(TOTAL, url) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "ftp://shop.example",
        "javascript:alert(1)",
        "https://",
        "https://user@shop.example/",
        "https://a b",
    ],
)
def test_they_come_back_to_nothing_else(url: str) -> None:
    error = unstartable(TOTAL, url)
    assert error is not None
    assert (error.code, error.field) == (ErrorCode.INVALID, ("returnUrl",))


def test_an_address_has_its_length() -> None:
    longest = "https://shop.example/".ljust(LONGEST_URL, "x")
    assert unstartable(TOTAL, longest) is None
    assert unstartable(TOTAL, longest + "x") is not None


def test_what_costs_nothing_is_not_paid() -> None:
    error = unstartable(usd(0), None)
    assert error is not None
    assert (error.code, error.field) == (ErrorCode.INVALID, ("cartId",))


def test_the_newest_that_can_be_gone_on_with_is_found() -> None:
    waiting = replace(payment(1000, number=1), owner=None)
    newer = replace(waiting, id=payment(1000, number=2).id)
    assert found(waiting, newer) == newer
    acting = replace(waiting, seen=replace(waiting.seen, attempt=Attempt.ACTION_REQUIRED))
    promised = replace(waiting, seen=replace(waiting.seen, authorized=TOTAL))
    assert [found(one) for one in (acting, promised)] == [acting, promised]


def test_what_leads_nowhere_is_not_gone_on_with() -> None:
    waiting = replace(payment(1000), owner=None)
    promised = replace(waiting, seen=replace(waiting.seen, authorized=TOTAL))
    going = Operation(id=OperationId("op_1"), kind=OperationKind.VOID, amount=TOTAL, at=NOW)
    for one in (
        replace(waiting, declined=Refused(code="too_small")),
        replace(waiting, seen=replace(waiting.seen, attempt=Attempt.DECLINED)),
        replace(waiting, seen=replace(waiting.seen, voided=True)),
        replace(promised, seen=replace(promised.seen, captured=TOTAL)),
        replace(promised, order_id=OrderId("order_1")),
        replace(promised, operations=(going,)),
        replace(waiting, amount=usd(999)),
        replace(waiting, owner=CustomerId("ada")),
    ):
        assert found(one) is None
    assert found(waiting, provider="another") is None
    assert found(waiting, owner=CustomerId("ada")) is None
