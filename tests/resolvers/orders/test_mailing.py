"""Each letter goes out once, however often and by how many it is asked for, and wherever somebody dies."""

from typing import Any

import msgspec
import pytest

from datasources.dynamo.letters_sent import CLAIM_SECONDS
from datasources.faults import StoreUnavailable
from domain.ids import CustomerId
from domain.orders.orders import Order
from resolvers._kit.consuming import NotYet
from resolvers.orders.mailing import Unwritten
from tests.datasources.dynamo.test_races import at_once
from tests.resolvers.orders.hearing import TOKEN, Reacting, made

DAY = 24 * 3600


@pytest.fixture
def till(endpoint: str) -> Reacting:
    found = made(endpoint)
    found.begun_anew()
    return found


def write(till: Reacting, order: Order, seq: int = 1, kind: str = "placed") -> None:
    till.hear(f"order.{kind}", {"orderId": order.id, "seq": seq, "number": order.number, "lines": []})


def sent(till: Reacting) -> Order:
    order = till.ordered({0: 2, 1: 1})
    till.confirm(order.id)
    till.send(order.id, {0: 1})
    return till.order(order.id)


def subjects(till: Reacting) -> list[str]:
    return [letter.subject for _, letter in till.posted]


def test_a_guest_is_written_to_when_they_have_bought_with_what_lets_them_in(till: Reacting) -> None:
    order = till.ordered({0: 2})
    write(till, order)
    ((address, letter),) = till.posted
    assert (address, letter.subject) == (order.email, f"Your order {order.number}")
    assert TOKEN in letter.text
    assert TOKEN in letter.html


def test_a_customer_is_told_of_no_token(till: Reacting) -> None:
    order = till.ordered({0: 2}, CustomerId("c0ffee"))
    write(till, order)
    ((_, letter),) = till.posted
    assert TOKEN not in letter.text + letter.html


def test_each_parcel_has_a_letter_of_its_own_also_when_it_is_written_late(till: Reacting) -> None:
    order = sent(till)
    till.send(order.id, {0: 1, 1: 1})
    write(till, order, 4, "fulfilled")
    write(till, order, 3, "fulfilled")
    assert subjects(till) == [f"Your order {order.number} is on its way"] * 2
    assert [letter.text.count("×") for _, letter in till.posted] == [2, 1]  # noqa: RUF001  # the sign for times


def test_nobody_is_written_to_of_an_order_whose_buyer_is_erased(
    till: Reacting, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = till.ordered({0: 2}, CustomerId("c0ffee"))
    monkeypatch.setattr("domain.orders.erasing.under_way", lambda _: False)
    till.orders.erase(CustomerId("c0ffee"), order.id, till.now())
    for _ in range(2):
        write(till, order)
    assert till.posted == []


def test_twenty_deliveries_at_once_are_one_letter_and_no_fault(till: Reacting) -> None:
    order = till.ordered({0: 1})

    def deliver(_: int) -> int:
        try:
            write(till, order)
        except NotYet as unripe:
            return unripe.seconds
        return 0

    waits = at_once(20, deliver)
    assert len(till.posted) == 1
    assert set(waits) <= {0, CLAIM_SECONDS}
    for _ in range(3):
        write(till, order)
    till.ticking.now += 99 * DAY
    write(till, order)
    assert len(till.posted) == 1


def test_a_letter_that_nobody_took_is_sent_when_the_claim_has_lapsed(till: Reacting) -> None:
    order, post = till.ordered({0: 1}), till.post
    till.reactor = msgspec.structs.replace(till.reactor, post=away)
    with pytest.raises(StoreUnavailable):
        write(till, order)
    till.reactor = msgspec.structs.replace(till.reactor, post=post)
    with pytest.raises(NotYet) as unripe:
        write(till, order)
    till.ticking.now += unripe.value.seconds
    write(till, order)
    write(till, order)
    assert len(till.posted) == 1


def away(*_: object, **__: object) -> Any:
    raise StoreUnavailable("SES", "the line is dead")


@pytest.mark.parametrize("request_", ["put_item", "get_item"])
def test_whatever_the_store_takes_badly_the_letter_goes_out(
    till: Reacting, monkeypatch: pytest.MonkeyPatch, request_: str
) -> None:
    order = till.ordered({0: 1})
    with monkeypatch.context() as patch:
        patch.setattr(till.orders.table.connection, request_, away)
        with pytest.raises(StoreUnavailable):
            write(till, order)
    till.ticking.now += CLAIM_SECONDS
    write(till, order)
    write(till, order)
    assert len(till.posted) == 1


def test_a_letter_goes_twice_only_where_nobody_could_write_down_that_it_went(
    till: Reacting, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = till.ordered({0: 1})
    with monkeypatch.context() as patch:
        patch.setattr(till.reactor.sent, "close", away)
        with pytest.raises(StoreUnavailable):
            write(till, order)
    till.ticking.now += CLAIM_SECONDS
    for _ in range(3):
        write(till, order)
    assert len(till.posted) == 2


def test_what_can_never_be_sent_is_a_fault_once_and_then_forgotten(till: Reacting) -> None:
    order = till.ordered({0: 1})
    till.refuses = "MessageRejected"
    with pytest.raises(Unwritten, match=f"about {order.id}:1 can never be sent: MessageRejected") as fault:
        write(till, order)
    assert order.email not in str(fault.value), "logs hold no addresses"
    till.refuses = None
    for _ in range(3):
        write(till, order)
    assert till.posted == []


@pytest.mark.parametrize(("kind", "seq"), [("placed", 2), ("fulfilled", 1), ("cancelled", 1)])
def test_what_there_is_nothing_to_write_about_is_a_fault(till: Reacting, kind: str, seq: int) -> None:
    order = till.ordered({0: 1})
    with pytest.raises(Unwritten, match=order.id):
        write(till, order, seq, kind)
    assert till.posted == []
