"""Every stored change of a payment is told by the bus: one event each, in order, with nothing that is a secret."""

from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import Any, Final

import msgspec
import pytest

from datasources.dynamo.payment_stream import payment_change
from datasources.faults import StoreUnavailable
from domain.payments.payments import Payment, PaymentStatus
from domain.payments.storing import KeptPayment, PaymentChange, PaymentChangeReason
from resolvers._kit.faults import InternalFault
from resolvers._kit.settings import Table, resources
from resolvers.payments.settings import Settings
from resolvers.payments.telling import EVENTS, PaymentTold, event_of, told_of
from tests.domain.payments.making import NOW
from tests.domain.payments.test_moving import ACCOUNTS
from tests.domain.payments.test_owing import standing
from tests.resolvers.payments.making import capture, paid, read, refund, sending, usd
from tests.resolvers.payments.told import Ear, change, hand, owed, tell
from tests.shop import SUBS, Context, Shop, opened

translated: Final = partial(event_of, payment_change)


@pytest.fixture(scope="module")
def shop(emulator: str, valkey_url: str) -> Iterator[Shop]:
    with opened(emulator, valkey_url) as one:
        sending(one)
        yield one


def kept(payment: Payment, what: PaymentChangeReason = PaymentChangeReason.CAPTURED) -> KeptPayment:
    return KeptPayment(payment=payment, changes=(PaymentChange(seq=payment.version, at=NOW, what=what),))


def test_each_change_is_told_once_in_order_with_the_payment_as_it_made_it(shop: Shop) -> None:
    tell(shop)
    ear = Ear(shop, {"source": ["souk.payments"]})
    payment = paid(shop, person="shopper")
    capture(shop, payment)
    failing = owed(payment, "REFUND", "999.00")
    assert hand(shop, "order.payment", change(failing))
    refund(shop, payment, {"amount": "4.90", "currency": "USD"})
    tell(shop)
    told = ear.events(7)
    assert [one["detail-type"] for one in told] == [
        "payment.created", "payment.authorized", "payment.capturing", "payment.captured", "payment.refused",
        "payment.refunding", "payment.refunded",
    ]  # fmt: skip
    details = [one["detail"] for one in told]
    assert [(one["seq"], one["id"]) for one in details] == [(seq, f"{payment['id']}:{seq}") for seq in range(1, 8)]
    operations = [one.id for one in shop.handlers["payments"].store.get(payment["id"]).payment.operations]
    last = details[-1]
    assert last.pop("at") == msgspec.to_builtins(shop.handlers["payments"].store.get(payment["id"]).changes[-1].at)
    assert last == {
        "id": f"{payment['id']}:7", "schema": 1, "paymentId": payment["id"], "seq": 7, "what": "REFUNDED",
        "provider": "simulator", "cartId": details[0]["cartId"], "orderId": None, "customerId": SUBS["shopper"],
        "status": "PARTIALLY_REFUNDED", "amount": usd("24.90"), "authorized": usd("24.90"), "captured": usd("24.90"),
        "refunded": usd("4.90"), "voided": False, "done": [operations[0], operations[2]], "failed": [failing["id"]],
    }  # fmt: skip


def test_nothing_is_told_by_which_a_payment_is_paid_or_that_anybody_wrote(shop: Shop) -> None:
    payment = paid(shop)
    capture(shop, payment)
    refund(shop, payment, {"amount": "1.00", "currency": "USD"}, reason="a word of ours")
    secret = read(shop, payment)["clientSecret"]
    assert secret
    found = shop.handlers["payments"].store.get(payment["id"])
    told = msgspec.json.encode(told_of(found)).decode()
    for hidden in (secret, found.payment.reference, "a word of ours"):
        assert hidden not in told


def record(old: Any, new: Any) -> dict[str, Any]:
    """As a table's stream tells it."""
    images = {"OldImage": old, "NewImage": new}
    return {"dynamodb": {name: image for name, image in images.items() if image is not None}}


def image(kept_: KeptPayment, sort: str = "PAYMENT") -> dict[str, Any]:
    document = msgspec.json.encode(kept_).decode()
    return {"pk": {"S": f"PAYMENT#{kept_.payment.id}"}, "sk": {"S": sort}, "document": {"S": document}}


def test_what_is_no_change_of_a_payment_is_not_told() -> None:
    one = kept(standing(PaymentStatus.AUTHORIZED))
    assert translated(record(None, image(one))) is not None
    assert translated(record(image(one), image(one))) is None, "the item alone was written anew"
    assert translated(record(image(one), None)) is None
    assert translated(record(None, image(one, "INTENT"))) is None


@pytest.mark.parametrize("status", PaymentStatus)
def test_voided_is_what_orders_mean_by_it(status: PaymentStatus) -> None:
    """Nothing was captured, and nothing can be any more."""
    told = told_of(kept(standing(status)))
    assert told.voided is (ACCOUNTS[status].voided and not ACCOUNTS[status].captured.minor)
    assert told.voided is (status is PaymentStatus.VOIDED)
    amounts = [told.refunded, told.captured, told.authorized, told.amount]
    assert amounts == sorted(amounts, key=lambda one: float(one.amount)), "what orders rely on"


def test_what_the_bus_does_not_take_is_given_again_and_nothing_is_left_out(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(shop)
    ear = Ear(shop, {"source": ["souk.payments"]})
    paid(shop)
    [records] = list(shop.news("payments"))
    bus, numbers = shop.reacting("payments").bus, count(1)
    whole = bus._told

    def fails_at_first(entries: Any) -> Any:
        if next(numbers) == 2:
            raise StoreUnavailable("EventBridge", "out of reach")
        return whole(entries)

    monkeypatch.setattr(bus, "_told", fails_at_first)
    with pytest.raises(InternalFault):
        shop.reacting("payments").react({"Records": records}, Context())
    shop.reacting("payments").react({"Records": records}, Context())
    assert [one["detail"]["seq"] for one in ear.events(3)] == [1, 1, 2], "at least once, in order"


def test_every_kind_says_what_it_holds() -> None:
    assert set(EVENTS) == {f"payment.{what.value.lower()}" for what in PaymentChangeReason}
    assert set(EVENTS.values()) == {PaymentTold}


def test_only_payments_are_told_to_the_reactions() -> None:
    [table] = [one for one in resources(Settings).values() if isinstance(one, Table)]
    assert (table.stream, table.stream_of, table.told_only) == (True, "document", False)
