"""Every mutation with a key that says something: once for the key, whoever hurries, and nothing for a stranger."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import boto3
import pytest

from infra.domains import discover
from schema.api import graph, object_types, root_access, routes
from tests.contract.test_access import PEOPLE, may
from tests.datasources.dynamo.test_races import at_once
from tests.resolvers.cart.making import variant as on_sale
from tests.resolvers.cart.passing import forget
from tests.resolvers.catalog.making import name
from tests.resolvers.media.making import media_input
from tests.resolvers.media.test_downloads import Bought
from tests.resolvers.orders import making as orders
from tests.resolvers.orders.test_checkout import CHECKOUT
from tests.resolvers.payments import making as payments
from tests.resolvers.payments.making import capture, paid, payable, sending, start, usd
from tests.resolvers.reviews import making as reviews
from tests.shop import GROUPS, REGION, Shop, environment, load_handler

DOMAINS: Final = {"media", "orders", "payments", "reviews"}
KEY: Final = "idempotencyKey"
GIVE: Final = """
mutation($order: ID!, $line: ID!, $media: ID!, $key: String!) {
  mediaDownload(orderId: $order, lineId: $line, mediaId: $media, idempotencyKey: $key) {
    left userErrors { code field message }
  }
}
"""
UPLOAD: Final = """
mutation($input: MediaInput!, $key: String!) {
  mediaUploadStart(input: $input, idempotencyKey: $key) {
    media { id status } upload { url expiresAt } userErrors { code field message }
  }
}
"""
HURRIED: Final = 20
MUTATIONS: Final = object_types(graph())["Mutation"].fields
FIELDS: Final = {
    f"Mutation.{name}": root_access(field).value
    for name, field in MUTATIONS.items()
    if KEY in field.args and routes()[f"Mutation.{name}"].domain in DOMAINS
}

type Variables = dict[str, Any]


class Stall(NamedTuple):
    """A shop that has plenty of a thing that is not sent, and of one that is."""

    shop: Shop
    thing: str
    parcel: str


class Case(NamedTuple):
    """How a mutation is asked, all but its key.

    ``ready`` makes what it is about and gives variables by which it succeeds once; ``other`` gives what to change of
    them so that they say something else. ``about`` is the variable with the id, None when it makes what is about
    nothing that there is; ``staff`` is whether those who work here may do it with what is a customer's, and ``missing``
    what is told of what there is not.
    """

    document: str
    ready: Callable[[Stall], Variables]
    other: Callable[[Stall], Variables]
    about: str | None = "id"
    person: str = "staff"
    staff: bool = True
    missing: str = "NOT_FOUND"


def bought(stall: Stall) -> Any:
    return orders.ordered(stall.shop, (stall.thing, 5), person="shopper")


def an_order(stall: Stall) -> Variables:
    return {"id": bought(stall)["id"]}


def a_confirmed_one(stall: Stall) -> Variables:
    order = orders.done(stall.shop, orders.CONFIRM, bought(stall)["id"])
    return {"id": order["id"], "lines": orders.units(order, 1), "place": orders.place_of(stall.shop, stall.thing)}


def sent(stall: Stall, count: int) -> Any:
    confirmed = a_confirmed_one(stall)
    lines = [{**line, "quantity": count} for line in confirmed["lines"]]
    return orders.done(stall.shop, orders.FULFILL, confirmed["id"], lines=lines, place=confirmed["place"])


def a_parcel(stall: Stall) -> Variables:
    return {"id": sent(stall, 1)["fulfillments"][0]["id"]}


def a_delivered_one(stall: Stall) -> Variables:
    order = sent(stall, 5)
    return {"id": orders.done(stall.shop, orders.DELIVER, order["fulfillments"][0]["id"])["id"]}


def a_sent_one(stall: Stall) -> Variables:
    order = sent(stall, 2)
    return {"id": order["id"], "lines": orders.units(order, 1), "reason": "too small"}


def a_return(stall: Stall) -> Variables:
    there = a_sent_one(stall)
    asked = orders.done(stall.shop, orders.RETURN, there["id"], lines=there["lines"], reason=there["reason"])
    return {"id": asked["returns"][0]["id"], "approve": True, "restock": True, "refund": usd("5.00")}


def a_cart(stall: Stall) -> Variables:
    return {"cart": payable(stall.shop, "shopper", goods=stall.parcel)["id"], "provider": "simulator", "url": None}


def a_paid_cart(stall: Stall) -> Variables:
    cart = payable(stall.shop, "shopper", goods=stall.parcel)
    payment = start(stall.shop, cart, person="shopper")["payment"]
    return {"cart": cart["id"], "payment": payment["id"], "total": cart["totals"]["total"]}


def a_promise(stall: Stall) -> Variables:
    return {"id": paid(stall.shop, goods=stall.parcel)["id"]}


def a_taken_one(stall: Stall) -> Variables:
    payload = capture(stall.shop, a_promise(stall))
    assert payload["userErrors"] == []
    return {"id": payload["payment"]["id"], "amount": usd("3.00"), "reason": "scratched"}


def a_bought_thing(stall: Stall) -> Variables:
    return {"product": reviews.sold(stall.shop, "shopper"), "rating": 5, "body": "It does what it should."}


def a_file(_: Stall) -> Variables:
    return {"input": media_input(b"a file")}


def a_bought_book(stall: Stall) -> Variables:
    forget(stall.shop)
    book = Bought(stall.shop)
    return {"order": book.order["id"], "line": book.line, "media": book.media}


def saying(**changed: Any) -> Callable[[Stall], Variables]:
    return lambda _: changed


CASES: Final = {
    "Mutation.mediaDownload": Case(GIVE, a_bought_book, a_bought_book, about="order", person="shopper", staff=False),
    "Mutation.mediaUploadStart": Case(
        UPLOAD, a_file, saying(input=media_input(b"another file")), about=None, person="shopper"
    ),
    "Mutation.checkoutComplete": Case(
        CHECKOUT, a_paid_cart, saying(total=usd("1.00")), about="cart", person="shopper", staff=False
    ),
    "Mutation.orderConfirm": Case(orders.CONFIRM, an_order, an_order),
    "Mutation.orderCancel": Case(
        orders.CANCEL, lambda stall: {**an_order(stall), "reason": "no"}, saying(reason="yes"), person="shopper"
    ),
    "Mutation.orderFulfill": Case(orders.FULFILL, a_confirmed_one, saying(lines=[])),
    "Mutation.orderDeliver": Case(orders.DELIVER, a_parcel, a_parcel),
    "Mutation.orderComplete": Case(orders.COMPLETE, a_delivered_one, a_delivered_one),
    "Mutation.returnRequest": Case(orders.RETURN, a_sent_one, saying(reason="too large"), person="shopper"),
    "Mutation.returnResolve": Case(orders.RESOLVE, a_return, saying(restock=False)),
    "Mutation.paymentStart": Case(
        payments.START, a_cart, saying(url="https://shop.example/"), about="cart", person="shopper", staff=False
    ),
    "Mutation.paymentCapture": Case(payments.CAPTURE, a_promise, saying(amount=usd("1.00"))),
    "Mutation.paymentRefund": Case(payments.GIVE_BACK, a_taken_one, saying(reason="broken"), person="finance"),
    "Mutation.paymentVoid": Case(payments.VOID, a_promise, a_promise),
    "Mutation.reviewSubmit": Case(
        reviews.SUBMIT,
        a_bought_thing,
        saying(body="It does not."),
        about="product",
        person="shopper",
        staff=False,
        missing="NOT_PURCHASED",
    ),
}


def strangers(field: str) -> list[str]:
    """Who may ask for it, but not of what is the shopper's."""
    case = CASES[field]
    shops = set(GROUPS) if case.staff else set()
    return [one for one in PEOPLE if may(one, FIELDS[field]) and one not in {"shopper", *shops}]


@pytest.fixture(scope="module")
def stall(emulator: str, valkey_url: str) -> Stall:
    """Where as many requests are taken as there are: what is counted here are effects."""
    environ = environment(emulator, valkey_url)
    environ |= {one: "100000 in 1 s" for one in environ if one.endswith("_RATE")}
    shop = Shop(environ, {domain.name: load_handler(environ, domain.name) for domain in discover()})
    sending(shop)
    found = Stall(shop, orders.variant(shop, 9_999), on_sale(shop, "10.00 USD", units=9_999))
    forget(shop)
    return found


def asked(shop: Shop, field: str, variables: Variables, person: str = "") -> Any:
    """The payload, whose errors each lie below an argument that there is."""
    case = CASES[field]
    payload = shop.ask(case.document, variables, person=person or case.person)[field.split(".")[1]]
    arguments = MUTATIONS[field.split(".")[1]].args
    for error in payload["userErrors"]:
        assert error["field"] is None or error["field"][0] in arguments, (field, error)
    return payload


def codes(payload: Any) -> list[tuple[str, Any]]:
    assert all(part is None for name_, part in payload.items() if name_ != "userErrors"), payload
    return [(error["code"], error["field"]) for error in payload["userErrors"]]


def versions(shop: Shop) -> int:
    """How often anything of these domains was stored."""
    client = boto3.client("dynamodb", endpoint_url=shop.environ["AWS_ENDPOINT_URL"], region_name=REGION)
    pages = client.get_paginator("scan")
    tables = [shop.environ[f"{domain.upper()}_TABLE"] for domain in DOMAINS]
    items = (one for table in tables for page in pages.paginate(TableName=table) for one in page["Items"])
    return sum(int(one["version"]["N"]) for one in items if "document" in one)


def test_every_mutation_with_a_key_has_its_case() -> None:
    assert FIELDS.keys() == CASES.keys()


@pytest.mark.parametrize("field", FIELDS)
def test_twenty_calls_at_once_with_one_key_have_one_effect_and_equal_answers(stall: Stall, field: str) -> None:
    once, many, key = CASES[field].ready(stall), CASES[field].ready(stall), name("key")
    before = versions(stall.shop)
    assert asked(stall.shop, field, {**once, "key": key})["userErrors"] == []
    after, key = versions(stall.shop), name("key")
    told = at_once(HURRIED, lambda _: asked(stall.shop, field, {**many, "key": key}))
    assert told[0]["userErrors"] == []
    assert told == [told[0]] * HURRIED
    assert versions(stall.shop) - after == after - before > 0


@pytest.mark.parametrize("field", FIELDS)
def test_a_key_stands_for_one_request_and_has_bounds(stall: Stall, field: str) -> None:
    case, shop, key = CASES[field], stall.shop, name("key").ljust(128, "\U0001f511")
    variables, other = {**case.ready(stall), "key": key}, case.other(stall)
    before = versions(shop)
    for none in ("", "7 signs", "k" * 129, "k" * 100_000):
        assert codes(asked(shop, field, {**variables, "key": none})) == [("INVALID", [KEY])]
    assert versions(shop) == before
    told = asked(shop, field, variables)
    assert told["userErrors"] == []
    before = versions(shop)
    assert codes(asked(shop, field, variables | other)) == [("IDEMPOTENCY_KEY_REUSED", [KEY])]
    assert asked(shop, field, variables) == told
    assert versions(shop) == before


@pytest.mark.parametrize("field", [field for field, case in CASES.items() if case.about])
def test_what_is_another_customers_answers_as_what_there_is_not(stall: Stall, field: str) -> None:
    case, shop, key = CASES[field], stall.shop, name("key")
    there = case.ready(stall)
    assert case.about
    id_: str = there[case.about]
    nowhere = f"{id_.partition('_')[0]}_{'0' * 26}"
    before = versions(shop)

    def answer(id_: str, key: str, person: str = case.person) -> str:
        payload = asked(shop, field, {**there, case.about or "": id_, "key": key}, person)
        assert [code for code, _ in codes(payload)] == [case.missing]
        return str(payload)

    told = {answer(one, key) for one in (nowhere, "", "x", nowhere + "0", nowhere.upper(), "\U0001f511", "x" * 9999)}
    told |= {answer(one, key, person) for person in strangers(field) for one in (id_, nowhere)}
    assert len(told) == 1
    assert versions(shop) == before
    assert asked(shop, field, {**there, "key": key})["userErrors"] == [], "their key is still their own"
    assert {answer(id_, key, person) for person in strangers(field)} <= told


@pytest.mark.parametrize("field", ["Mutation.orderDeliver", "Mutation.returnResolve"])
def test_a_part_that_its_order_does_not_have_is_not_there_either(stall: Stall, field: str) -> None:
    there = CASES[field].ready(stall)
    before = versions(stall.shop)
    payload = asked(stall.shop, field, {**there, "id": there["id"] + "9", "key": name("key")})
    assert codes(payload) == [("NOT_FOUND", ["id"])]
    assert versions(stall.shop) == before
