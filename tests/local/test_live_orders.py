"""Every change of an order is told to its customer and to the shop, on a whole running system, and nothing twice."""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final

import httpx
import jwt
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from datasources.dynamo.carts import CartTable
from datasources.dynamo.checkout import Checkout
from datasources.dynamo.inventory import InventoryTable
from datasources.dynamo.orders import OrderTable
from datasources.dynamo.sold import SoldGoods
from datasources.dynamo.terms import TermsTable
from domain.cart.carts import Cart
from domain.cart.offers import Offer, Offers
from domain.ids import CartId, VariantId, product_of_variant, variant_id
from domain.money import CurrencyCode, Money
from domain.orders.storing import StoredOrder
from local.aws import ACCESS_KEY, REGION, SECRET_KEY
from local.running import Running, running
from resolvers._kit.ids import new_id
from tests.local.appsync.realtime.live import Client, starting, subprotocols
from tests.local.test_live_cart import Wish, done, headers, heard, resource, shopper
from tests.local.test_media import came
from tests.local.test_run import ask, sign_in, until
from tests.resolvers.cart.making import ADDRESS, CREATE, DETAILS, RESERVE, wanted
from tests.resolvers.catalog.making import CREATE as PRODUCT
from tests.resolvers.catalog.making import name, product_input
from tests.resolvers.inventory.making import ADJUST, WAREHOUSE, line
from tests.resolvers.media.making import picture
from tests.resolvers.orders.making import CANCEL, CONFIRM, DELIVER, EMAIL, FULFILL, RETURN, paid, units
from tests.resolvers.orders.test_life import NOBODY
from tests.resolvers.reviews.making import CHANGES as MISSED
from tests.resolvers.reviews.making import MODERATE, RATING, SUBMIT, WITHDRAW

CHANGE: Final = """
seq orderId customerId type message status paymentStatus fulfillmentStatus at
order { id version status email lines { name fulfilled } fulfillments { status trackingNumber } allowedActions }
"""
LISTEN: Final = f"subscription Listen($id: ID!) {{ orderChanged(orderId: $id) {{ {CHANGE} }} }}"
MINE: Final = f"subscription Mine($id: ID!) {{ myOrdersChanged(customerId: $id) {{ {CHANGE} }} }}"
ALL: Final = f"subscription All {{ ordersChanged {{ {CHANGE} }} }}"
CHANGES: Final = """
query Changes($id: ID!, $after: Int!) { orderChanges(orderId: $id, afterSeq: $after) { seq type order { version } } }"""
REVIEWS: Final = """
subscription Reviews($id: ID!) { reviewChanged(productId: $id) {
  seq productId reviewId rating { average count } review { title reply media { url } } at
} }"""
SECONDS: Final = 20
"""A letter is written within a second; the rest is for a busy machine."""
type Ordered = Callable[..., Any]


@pytest.fixture(scope="module")
def shop() -> Iterator[Running]:
    """An empty shop of this module's own."""
    with running("--no-sample") as found:
        yield found


@pytest.fixture(scope="module")
def staff(shop: Running) -> str:
    return sign_in(shop, "staff")


@pytest.fixture(scope="module")
def place(shop: Running) -> str:
    """The one warehouse."""
    new = {"code": "MAIN", "name": "Main", "priority": 1}
    return str(done(shop, WAREHOUSE, sign_in(shop, "admin"), input=new)["warehouse"]["id"])


@pytest.fixture(scope="module")
def variant(shop: Running, staff: str, place: str) -> str:
    """A download for 10 dollars."""
    made = done(shop, PRODUCT, staff, input=product_input(kind="DIGITAL"), key=name("key"))["product"]
    one: str = variant_id(made["id"], 1)
    done(shop, ADJUST, staff, changes=[line(one, place, 1000)], key=name("key"))
    return one


@pytest.fixture
def ordered(shop: Running, variant: str, monkeypatch: pytest.MonkeyPatch) -> Ordered:
    """Buys so many units, the cart by way of the graph and the order past it."""
    endpoint = shop.outputs["custom"]["aws_endpoint_url"]
    for variable, value in {
        "AWS_ENDPOINT_URL": endpoint, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }.items():  # fmt: skip
        monkeypatch.setenv(variable, value)
    carts = CartTable(resource(shop, "CartTable"))
    goods = SoldGoods(InventoryTable(resource(shop, "InventoryTable")), new_id=new_id)
    orders, terms = OrderTable(resource(shop, "OrdersTable")), TermsTable(carts.table)

    def offers(cart: Cart) -> Offers:
        return {one.variant_id: _offer(one) for one in cart.lines}

    till = Checkout(carts, orders, goods, terms, offers=offers, new_id=new_id)

    def order(quantity: int = 1, token: str | None = None) -> Any:
        cart = done(shop, CREATE, token, lines=wanted((variant, quantity)), key=name("key"))["cart"]["id"]
        done(shop, DETAILS, token, id=cart, input={"email": EMAIL, "billingAddress": ADDRESS})
        done(shop, RESERVE, token, id=cart, key=name("key"))
        found = paid(till, CartId(cart))
        assert isinstance(found, StoredOrder), found
        return found.order

    return order


def _offer(one: Any) -> Offer:
    product = product_of_variant(one.variant_id)
    assert product
    price = Money(1000, CurrencyCode.USD)
    return Offer(variant_id=one.variant_id, product_id=product, name=one.name, prices=(price,), ships=False)


def own_id(shop: Running, token: str) -> str:
    """The ``sub`` of a token, as its owner finds it."""
    return str(jwt.decode(token, options={"verify_signature": False})["sub"])


def told(changes: list[Any]) -> list[tuple[int, str]]:
    return [(change["seq"], change["type"]) for change in changes]


def caught_up(shop: Running, order: str, after: int = 0, token: str | None = None) -> list[Any]:
    found: list[Any] = ask(shop, CHANGES, token, id=order, after=after)["data"]["orderChanges"]
    return found


def acting(shop: Running, staff: str) -> Callable[..., Any]:
    """Has something done with an order, by staff unless said otherwise."""

    def act(document: str, id_: str, token: str = staff, **given: Any) -> Any:
        return done(shop, document, token, id=id_, key=name("key"), **given)["order"]

    return act


def test_customer_and_staff_hear_every_change_of_an_order_from_when_it_is_bought(
    shop: Running, staff: str, place: str, ordered: Ordered
) -> None:
    act, token = acting(shop, staff), shopper(shop, 0)
    mine = own_id(shop, token)
    made: list[str] = []

    def write() -> None:
        made.append(ordered(2, token).id)
        order = act(CONFIRM, made[0])
        for one in units(order, 1), units(order, 1):
            order = act(FULFILL, order["id"], lines=one, place=place)
        for parcel in order["fulfillments"]:
            act(DELIVER, parcel["id"])
        act(RETURN, order["id"], token, lines=units(order, 1), reason="too small")
        made.append(ordered(1, token).id)
        act(CANCEL, made[1], token, reason="changed my mind")

    customers, shops = heard(
        shop, write, Wish(mine, 9, token=token, document=MINE), Wish("", 9, token=staff, document=ALL)
    )
    life = ["PLACED", "CONFIRMED", "FULFILLED", "FULFILLED", "DELIVERED", "DELIVERED", "RETURN_REQUESTED"]
    first, second = made
    for changes in (customers, shops):
        of = {order: [change for change in changes if change["orderId"] == order] for order in made}
        assert told(of[first]) == list(enumerate(life, 1))
        assert told(of[second]) == [(1, "PLACED"), (2, "CANCELLED")]
        assert all(change["order"]["version"] == change["seq"] for change in changes)
        assert {(change["customerId"], change["order"]["email"]) for change in changes} == {(mine, EMAIL)}
        goods = [change["fulfillmentStatus"] for change in of[first]]
        assert goods == [*["UNFULFILLED"] * 2, "PARTIALLY_FULFILLED", *["FULFILLED"] * 2, *["DELIVERED"] * 2]
        assert [(change["status"], change["message"]) for change in of[second]][1] == ("CANCELLED", "changed my mind")
        assert of[second][1]["order"]["allowedActions"] == []
        assert sorted(map(str, changes)) == sorted(map(str, customers))
    for order, changes in ((first, life), (second, ["PLACED", "CANCELLED"])):
        assert told(caught_up(shop, order, token=token)) == list(enumerate(changes, 1))
        assert [one["order"] for one in caught_up(shop, order, 1, token)][-1] == {"version": len(changes)}


def test_who_knows_a_guests_order_hears_of_it_and_of_no_other(shop: Running, staff: str, ordered: Ordered) -> None:
    act, token = acting(shop, staff), shopper(shop, 0)
    guests, customers = ordered().id, ordered(1, token).id

    def write() -> None:
        act(CONFIRM, customers)
        act(CONFIRM, guests)
        act(CANCEL, guests, reason="sold out")

    mine, theirs = heard(shop, write, Wish(guests, 2, 1, document=LISTEN), Wish(customers, 1, 1, token, LISTEN))
    assert told(mine) == [(2, "CONFIRMED"), (3, "CANCELLED")]
    assert {(change["orderId"], change["customerId"]) for change in mine} == {(guests, None)}
    assert [(change["orderId"], change["type"]) for change in theirs] == [(customers, "CONFIRMED")]


def test_who_was_cut_off_learns_what_was_missed_and_then_hears_the_rest(
    shop: Running, staff: str, place: str, ordered: Ordered
) -> None:
    act, order = acting(shop, staff), ordered(3)

    def cut() -> None:
        act(CONFIRM, order.id)
        shop.process.send_signal(signal.SIGUSR1)

    def send() -> None:
        units_ = [{"lineId": order.lines[0].id, "quantity": 1}]
        act(FULFILL, order.id, lines=units_, place=place)

    before = [1, *(seq for seq in asyncio.run(_until_cut(shop, order.id, cut)) if seq > 1)]
    send()
    send()
    missed: list[int] = []

    def catch_up() -> None:
        missed.extend(change["seq"] for change in caught_up(shop, order.id, before[-1]))
        send()

    [after] = heard(shop, catch_up, Wish(order.id, 1, after=4, document=LISTEN))
    assert [*before, *missed] == [1, 2, 3, 4]
    assert told(after) == [(5, "FULFILLED")]


async def _until_cut(shop: Running, order: str, cut: Callable[[], None]) -> list[int]:
    """What is heard of an order until the connection is lost, which is while it changes."""
    url, known = shop.outputs["custom"]["realtime_url"], headers(shop, None)
    async with connect(url, subprotocols=subprotocols(known), open_timeout=30) as socket:
        client = Client(socket, known)
        await client.init()
        await client.say(starting(LISTEN, "1", known, {"id": order}))
        found: list[int] = []
        with suppress(ConnectionClosed):
            while True:
                message = await client.hear()
                if message["type"] == "start_ack":
                    await asyncio.to_thread(cut)
                elif message["type"] == "data":
                    found.append(message["payload"]["data"]["orderChanged"]["seq"])
        return found


def refusal(shop: Running, document: str, id_: str, token: str | None = None) -> Any:
    """Why somebody may not listen; None if they may."""

    async def asked() -> Any:
        url, known = shop.outputs["custom"]["realtime_url"], headers(shop, token)
        async with connect(url, subprotocols=subprotocols(known), open_timeout=30) as socket:
            client = Client(socket, known)
            assert (await client.init())["type"] == "connection_ack"
            return await client.start(document, id=id_)

    answer = asyncio.run(asked())
    assert answer["type"] in {"start_ack", "error"}
    return None if answer["type"] == "start_ack" else answer["payload"]


def letters(shop: Running, number: str) -> list[str]:
    """The subjects of the letters about an order, the newest first."""
    found = httpx.get(f"{shop.url}/mail.json", timeout=10, trust_env=False).json()["letters"]
    assert {to for one in found for to in one["to"]} <= {EMAIL}
    return [one["subject"] for one in found if number in one["subject"]]


def test_the_buyer_has_a_letter_of_the_order_and_one_of_each_parcel(
    shop: Running, staff: str, place: str, ordered: Ordered
) -> None:
    act, found = acting(shop, staff), ordered(2)
    order = act(CONFIRM, found.id)
    for one in units(order, 1), units(order, 1):
        act(FULFILL, found.id, lines=one, place=place)
    first, parcel = f"Your order {found.number}", f"Your order {found.number} is on its way"
    deadline = time.monotonic() + SECONDS
    while len(letters(shop, found.number)) < 3:
        assert time.monotonic() < deadline, letters(shop, found.number)
        time.sleep(0.05)
    time.sleep(1)  # what comes twice would have come by now
    assert sorted(letters(shop, found.number)) == [first, parcel, parcel]


def test_what_a_buyer_says_is_heard_and_counts_when_the_shop_has_read_it(
    shop: Running, staff: str, variant: str, ordered: Ordered
) -> None:
    product, buyer = product_of_variant(VariantId(variant)), shopper(shop, 1)
    assert product
    said: dict[str, Any] = {"product": product, "rating": 5, "title": "Warm"}
    nobody: Any = ask(shop, SUBMIT, buyer, **said, key=name("key"))["data"]["reviewSubmit"]
    assert [error["code"] for error in nobody["userErrors"]] == ["NOT_PURCHASED"]
    ordered(1, buyer)
    photo, _ = came(shop, buyer, picture())
    said |= {"media": [photo["id"]]}
    review = done(shop, SUBMIT, buyer, **said, key=name("key"))["review"]

    def write() -> None:
        done(shop, MODERATE, staff, id=review["id"], status="PUBLISHED", version=1)
        done(shop, MODERATE, staff, id=review["id"], status="PUBLISHED", reply="Thanks", version=2)
        done(shop, WITHDRAW, buyer, id=review["id"])

    [changes] = heard(shop, write, Wish(product, 3, document=REVIEWS))
    texts = [change["review"] and (change["review"]["title"], change["review"]["reply"]) for change in changes]
    assert texts == [("Warm", None), ("Warm", "Thanks"), None]
    assert [change["review"]["media"] for change in changes[:2]] == [[{"url": photo["url"]}]] * 2
    assert httpx.get(photo["url"]).headers["content-type"] == "image/jpeg"
    assert [change["rating"]["average"] for change in changes] == ["5.00", "5.00", None]
    missed = ask(shop, MISSED, id=product, after=0)["data"]["reviewChanges"]
    assert [one["seq"] for one in missed] == [change["seq"] for change in changes] == [1, 2, 3]
    until(lambda: ask(shop, RATING, id=product)["data"]["product"]["rating"]["count"] == 0)


def test_who_may_not_see_orders_may_not_listen_and_learns_nothing_by_trying(
    shop: Running, staff: str, ordered: Ordered
) -> None:
    owner, other = shopper(shop, 0), shopper(shop, 1)
    customers, guests = ordered(1, owner).id, ordered().id
    unknown = refusal(shop, LISTEN, NOBODY)
    assert unknown == {"errors": [{"errorType": "BadRequest", "message": "there is no such order"}]}
    assert [refusal(shop, LISTEN, customers, who) for who in (None, other)] == [unknown] * 2
    assert [refusal(shop, LISTEN, customers, who) for who in (owner, staff)] == [None] * 2
    assert [refusal(shop, LISTEN, guests, who) for who in (None, other)] == [None] * 2
    nobody = refusal(shop, MINE, "nobody", other)
    assert nobody == {"errors": [{"errorType": "BadRequest", "message": "there is no such customer"}]}
    assert [refusal(shop, MINE, own_id(shop, owner), who) for who in (other, staff)] == [nobody] * 2
    assert refusal(shop, MINE, own_id(shop, owner), owner) is None
    for document, who in ((MINE, None), (ALL, None), (ALL, owner)):
        [error] = refusal(shop, document, "", who)["errors"]
        assert error["errorType"] == "Unauthorized"
