"""A cart becomes an order through the graph: once, for what the buyer agreed to and promised to pay, or not at all."""

from typing import Any, Final

import pytest

from domain.ids import CartId, PaymentId
from domain.orders.orders import Due
from tests.datasources.dynamo.test_races import at_once
from tests.resolvers.cart.making import ADDRESS, begun, reserve, say
from tests.resolvers.cart.making import variant as on_sale
from tests.resolvers.cart.passing import forget
from tests.resolvers.catalog.making import name
from tests.resolvers.orders.making import MONEY, ORDER
from tests.resolvers.payments.making import capture, payable, sending, start, void
from tests.shop import SUBS, Shop

CHECKOUT: Final = f"""
mutation($cart: ID!, $payment: ID, $total: MoneyInput!, $key: String!) {{
  checkoutComplete(cartId: $cart, paymentId: $payment, expectedTotal: $total, idempotencyKey: $key) {{
    order {{ {ORDER} }} guestToken
    userErrors {{
      code message field
      ... on TotalChangedError {{ was {MONEY} now {MONEY} }} ... on PaymentError {{ declineCode retryable }}
    }}
  }}
}}"""
GUEST: Final = """query($number: String!, $email: AWSEmail!, $token: String!) {
  guestOrder(number: $number, email: $email, token: $token) { id version }
}"""
NOTHING: Final = {"order": None, "guestToken": None}


@pytest.fixture(scope="module", autouse=True)
def _sent(shop: Shop) -> None:
    sending(shop)


@pytest.fixture(scope="module")
def goods(shop: Shop) -> str:
    found = on_sale(shop, "10.00 USD", units=1000)
    forget(shop)
    return found


def complete(shop: Shop, cart: Any, payment: Any, total: Any = None, *, person: str = "guest", key: str = "") -> Any:
    """The payload of completing a checkout; ``total`` is the cart's unless another is said."""
    variables = {
        "cart": cart["id"],
        "payment": payment and payment["id"],
        "total": total or cart["totals"]["total"],
        "key": key or name("key"),
    }
    return shop.ask(CHECKOUT, variables, person=person)["checkoutComplete"]


def promised(shop: Shop, goods: str, words: str = "", *, person: str = "guest") -> tuple[Any, Any]:
    """A cart that lacks nothing and its payment."""
    cart = payable(shop, person, goods=goods)
    return cart, start(shop, cart, words, person=person)["payment"]


def refused(payload: Any) -> list[tuple[str, Any]]:
    assert payload["order"] is None
    assert payload["guestToken"] is None
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


def as_before(shop: Shop, cart: Any, payment: Any) -> bool:
    """Whether nothing has become of a cart and its payment."""
    kept = shop.handlers["cart"].store.get(CartId(cart["id"]))
    paid = shop.handlers["payments"].store.get(PaymentId(payment["id"]))
    return (kept.cart.order_id, kept.cart.version, paid.payment.order_id) == (None, cart["version"], None)


def test_a_guest_buys_and_finds_the_order_again(shop: Shop, goods: str) -> None:
    cart, payment = promised(shop, goods)
    payload = complete(shop, cart, payment)
    assert payload["userErrors"] == []
    order = payload["order"]
    assert (order["totals"], order["email"]) == (cart["totals"], "ada@example.org")
    assert (order["status"], order["paymentStatus"], order["version"]) == ("PLACED", "AUTHORIZED", 1)
    seen = {"number": order["number"], "email": "ADA@example.org", "token": payload["guestToken"]}
    assert shop.ask(GUEST, seen)["guestOrder"] == {"id": order["id"], "version": 1}
    assert shop.ask(GUEST, seen | {"token": seen["token"][:-1] + "?"})["guestOrder"] is None
    stored = shop.handlers["orders"].store.get(order["id"]).order
    assert [(one.due, one.payment_id, one.amount) for one in stored.owed] == [
        (Due.CAPTURE, payment["id"], stored.totals.total)
    ]
    paid = shop.handlers["payments"].store.get(payment["id"]).payment
    assert (paid.order_id, paid.version) == (order["id"], stored.payments[0].version + 1)


def test_a_customers_order_is_theirs_and_has_no_token(shop: Shop, goods: str) -> None:
    cart, payment = promised(shop, goods, person="shopper")
    strangers = [complete(shop, cart, payment, person=person) for person in ("guest", "other", "staff")]
    nobodys = complete(shop, cart | {"id": "cart_" + "0" * 26}, payment)
    assert strangers == [nobodys] * 3
    assert refused(nobodys) == [("NOT_FOUND", ["cartId"])]
    assert as_before(shop, cart, payment)
    payload = complete(shop, cart, payment, person="shopper")
    assert (payload["userErrors"], payload["guestToken"]) == ([], None)
    assert shop.handlers["orders"].store.get(payload["order"]["id"]).order.customer_id == SUBS["shopper"]


@pytest.mark.parametrize("keys", ["one key", "a key each"])
def test_twenty_completions_at_once_are_one_order_and_equal_answers(shop: Shop, goods: str, keys: str) -> None:
    cart, payment = promised(shop, goods)
    key = name("key") if keys == "one key" else ""
    told = at_once(20, lambda _: complete(shop, cart, payment, key=key))
    assert told[0]["userErrors"] == []
    assert told == [told[0]] * 20
    assert told[0]["order"]["version"] == 1


def test_another_total_is_refused_with_both_and_nothing_is_charged(shop: Shop, goods: str) -> None:
    cart, payment = promised(shop, goods)
    total = cart["totals"]["total"]
    payload = complete(shop, cart, payment, {"amount": "24.89", "currency": "USD"})
    (error,) = payload["userErrors"]
    assert (error["code"], error["field"]) == ("PRICE_CHANGED", ["expectedTotal"])
    assert (error["was"], error["now"]) == ({"amount": "24.89", "currency": "USD"}, total)
    assert as_before(shop, cart, payment)
    assert complete(shop, cart, payment)["userErrors"] == [], "the same payment is good for the right total"


@pytest.mark.parametrize(
    ("total", "field"),
    [
        ({"amount": "-24.90", "currency": "USD"}, "PRICE_CHANGED"),
        ({"amount": "24.90", "currency": "EUR"}, "PRICE_CHANGED"),
        ({"amount": "24.901", "currency": "USD"}, "INVALID"),
        ({"amount": "a lot", "currency": "USD"}, "INVALID"),
    ],
)
def test_a_total_that_cannot_be_is_refused(shop: Shop, goods: str, total: Any, field: str) -> None:
    cart, payment = promised(shop, goods)
    assert [code for code, _ in refused(complete(shop, cart, payment, total))] == [field]
    assert as_before(shop, cart, payment)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("action", "PAYMENT_ACTION_REQUIRED"),
        ("later", "PAYMENT_ACTION_REQUIRED"),
        ("card_declined", "PAYMENT_DECLINED"),
    ],
)
def test_what_is_not_promised_buys_nothing(shop: Shop, goods: str, words: str, code: str) -> None:
    cart, payment = promised(shop, goods, words)
    payload = complete(shop, cart, payment)
    assert refused(payload) == [(code, ["paymentId"])]
    assert payload["userErrors"][0]["declineCode"] == (words if code == "PAYMENT_DECLINED" else None)
    assert as_before(shop, cart, payment)


def test_payments_that_are_not_for_this_buy_nothing(shop: Shop, goods: str) -> None:
    cart, payment = promised(shop, goods)
    another, others = promised(shop, goods, person="other")
    unknown = {"id": "pay_" + "0" * 26}
    for wrong in (others, unknown, {"id": "no id"}):
        assert refused(complete(shop, cart, wrong)) == [("NOT_FOUND", ["paymentId"])]
    assert refused(complete(shop, cart, None)) == [("REQUIRED", ["paymentId"])]
    assert as_before(shop, cart, payment)
    assert as_before(shop, another, others)


def test_released_and_half_taken_money_buys_nothing(shop: Shop, goods: str) -> None:
    cart, payment = promised(shop, goods)
    assert void(shop, payment)["userErrors"] == []
    assert refused(complete(shop, cart, payment)) == [("ILLEGAL_TRANSITION", ["paymentId"])]
    again = start(shop, cart)["payment"]
    assert again["id"] != payment["id"]
    assert capture(shop, again, {"amount": "1.00", "currency": "USD"})["userErrors"] == []
    assert refused(complete(shop, cart, again)) == [("ILLEGAL_TRANSITION", ["paymentId"])]


def test_what_was_captured_by_hand_buys_and_is_not_owed_again(shop: Shop, goods: str) -> None:
    cart, payment = promised(shop, goods)
    capture(shop, payment)
    order = complete(shop, cart, payment)["order"]
    assert (order["paymentStatus"], shop.handlers["orders"].store.get(order["id"]).order.owed) == ("CAPTURED", ())


def test_a_cart_is_bought_once(shop: Shop, goods: str) -> None:
    cart, payment = promised(shop, goods)
    other = start(shop, cart, "approve")["payment"]
    order = complete(shop, cart, payment, key="a key of mine")["order"]
    assert complete(shop, cart, payment)["order"]["id"] == order["id"], "by the same payment"
    assert refused(complete(shop, cart, payment, {"amount": "1.00", "currency": "USD"}, key="a key of mine")) == [
        ("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])
    ]
    if other["id"] != payment["id"]:
        assert refused(complete(shop, cart, other)) == [("CART_COMPLETED", ["cartId"])]
    assert refused(complete(shop, cart, {"id": "pay_" + "0" * 26})) == [("CART_COMPLETED", ["cartId"])]


def test_what_the_cart_lacks_is_told_first(shop: Shop, goods: str) -> None:
    cart, payment = promised(shop, goods)
    bare = begun(shop, (goods, 1))
    found = refused(complete(shop, bare, payment))
    assert ("REQUIRED", ["cartId", "email"]) in found
    assert "NOT_FOUND" not in [code for code, _ in found]
    say(shop, cart, email="eve@example.org")
    assert complete(shop, cart, payment)["order"]["email"] == "eve@example.org"


def test_what_costs_nothing_is_bought_without_a_payment(shop: Shop) -> None:
    gift = on_sale(shop, "0.00 USD", units=5, kind="DIGITAL")
    forget(shop)
    cart = begun(shop, (gift, 1))
    say(shop, cart, email="ada@example.org", billingAddress=ADDRESS)
    held = reserve(shop, cart)
    assert held["userErrors"] == []
    payload = complete(shop, held["cart"], None)
    assert payload["userErrors"] == []
    assert (payload["order"]["paymentStatus"], payload["order"]["totals"]["total"]["amount"]) == ("CAPTURED", "0.00")


@pytest.mark.parametrize("key", ["short", "k" * 129])
def test_a_key_that_is_none_is_refused(shop: Shop, goods: str, key: str) -> None:
    cart, payment = promised(shop, goods)
    assert refused(complete(shop, cart, payment, key=key)) == [("INVALID", ["idempotencyKey"])]
    assert as_before(shop, cart, payment)
