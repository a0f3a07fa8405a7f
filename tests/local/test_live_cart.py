"""Every stored change of a cart is told to those who may read it, on a whole running system, whoever made it."""

import asyncio
import json
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import boto3
import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from clients.csv.importing import import_file
from clients.sign_in import Credentials, Session
from datasources.dynamo.carts import CartTable
from datasources.dynamo.goods import Goods
from datasources.dynamo.inventory import InventoryTable
from datasources.valkey.freshness import NEAR_SECONDS
from domain.cart.carts import Cart
from domain.cart.reserving import reserved
from domain.cart.storing import CartChangeReason, Decision, HeldGoods, StoredCart
from domain.ids import CartId, ProductId, variant_id
from domain.inventory.holding import HOLD_LIFE
from local.aws import ACCESS_KEY, REGION, SECRET_KEY
from local.running import Running, running
from tests.clients.files import HEADER, written
from tests.local.appsync.realtime.live import Client, starting, subprotocols
from tests.local.test_live import OF_SLUG
from tests.local.test_live_stock import LISTEN as LISTEN_TO_STOCK
from tests.local.test_run import ask, overloaded, sign_in, until
from tests.resolvers.cart.making import ADD, ADDRESS, CODES, CREATE, DETAILS, MERGE, READ, RESERVE, UPDATE, wanted
from tests.resolvers.catalog.making import CREATE as PRODUCT
from tests.resolvers.catalog.making import UPDATE as PRODUCT_UPDATE
from tests.resolvers.catalog.making import name, product_input
from tests.resolvers.inventory.making import ADJUST, WAREHOUSE, line

LISTEN: Final = """
subscription Listen($id: ID!) {
  cartChanged(cartId: $id) {
    seq cartId reason at
    cart {
      id version email reservedUntil discountCodes
      lines { variantId quantity reservation { quantity status } variant { id } }
      totals { total { amount } } requirements { code field }
      warnings { code field ... on PriceChangedError { was { amount } } ... on InsufficientStockError { available } }
    }
  }
}"""
CHANGES: Final = """
query Changes($id: ID!, $after: Int!) {
  cartChanges(cartId: $id, afterSeq: $after) { seq reason cart { version lines { quantity } } }
}"""
FRESH_SECONDS: Final = 5.0
"""No older than this is what a shopper sees of the catalogue (datasources/valkey/freshness.py)."""


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


def shopper(shop: Running, number: int) -> str:
    """A token of one of the demo users who are in no group."""
    user = [one for one in shop.outputs["custom"]["demo_users"] if not one["groups"]][number]
    with httpx.Client(trust_env=False) as http:
        return Session(shop.outputs, Credentials(username=user["username"], password=user["password"]), http).token()


def done(shop: Running, document: str, token: str | None = None, **variables: Any) -> Any:
    """The payload of a mutation that nothing stands against."""
    answer = ask(shop, document, token, **variables)
    assert "errors" not in answer, answer
    [payload] = answer["data"].values()
    assert payload["userErrors"] == [], payload
    return payload


@pytest.fixture
def variant(shop: Running, staff: str, place: str) -> str:
    return stocked(shop, staff, place, 10)[1]


def stocked(shop: Running, staff: str, place: str, units: int) -> tuple[dict[str, Any], str]:
    """A product on sale for 10 dollars, and its variant, of which there are so many."""
    made = done(shop, PRODUCT, staff, input=product_input(), key=name("key"))["product"]
    one = variant_id(ProductId(made["id"]), 1)
    done(shop, ADJUST, staff, changes=[line(one, place, units)], key=name("key"))
    return made, one


def begun(shop: Running, *lines: tuple[str, int], token: str | None = None) -> Any:
    return done(shop, CREATE, token, lines=wanted(*lines), key=name("key"))["cart"]


class Wish(NamedTuple):
    """Who listens to what, and after which change how many more are to be heard."""

    id: str
    most: int
    after: int = 0
    token: str | None = None
    document: str = LISTEN


def headers(shop: Running, token: str | None) -> dict[str, str]:
    key = {"x-api-key": shop.outputs["custom"]["api_key"]}
    return {"host": "localhost"} | ({"authorization": token} if token else key)


def heard(shop: Running, write: Callable[[], object], *wishes: Wish) -> list[list[Any]]:
    """What is heard for each wish, in the order it comes, from when all listen until each has heard what it wants."""
    return asyncio.run(_heard(shop, write, wishes))


async def _heard(shop: Running, write: Callable[[], object], wishes: tuple[Wish, ...]) -> list[list[Any]]:
    found: list[list[Any]] = [[] for _ in wishes]
    url, known = shop.outputs["custom"]["realtime_url"], headers(shop, None)
    async with connect(url, subprotocols=subprotocols(known), open_timeout=30) as socket:
        client = Client(socket, known)
        assert (await client.init())["type"] == "connection_ack"
        for number, wish in enumerate(wishes):
            await client.say(starting(wish.document, str(number), headers(shop, wish.token), {"id": wish.id}))
        writing: asyncio.Task[object] | None = None
        acknowledged = 0
        while any(len(some) < wish.most for some, wish in zip(found, wishes, strict=True)):
            message = await client.hear()
            if message["type"] == "data":
                assert "errors" not in message["payload"], message
                [change] = message["payload"]["data"].values()
                found[int(message["id"])] += [change] if change["seq"] > wishes[int(message["id"])].after else []
                continue
            assert message["type"] == "start_ack", message
            acknowledged += 1
            if acknowledged == len(wishes):
                writing = asyncio.create_task(asyncio.to_thread(write))
        assert writing
        await writing
    return found


def told(changes: list[Any]) -> list[tuple[int, str]]:
    return [(change["seq"], change["reason"]) for change in changes]


def caught_up(shop: Running, cart: Any, after: int = 0, token: str | None = None) -> list[Any]:
    found: list[Any] = ask(shop, CHANGES, token, id=cart["id"], after=after)["data"]["cartChanges"]
    return found


def test_a_guest_hears_every_change_of_the_cart_in_order_whoever_makes_it(shop: Running, variant: str) -> None:
    cart = begun(shop, (variant, 1))
    its, [first] = {"id": cart["id"]}, cart["lines"]

    def write() -> None:
        done(shop, ADD, **its, lines=wanted((variant, 1)), key=name("key"))
        # somebody who is signed in and was given the cart's id
        done(shop, UPDATE, sign_in(shop), **its, lines=[{"lineId": first["id"], "quantity": 4}])
        done(shop, DETAILS, **its, input={"email": "ada@example.org", "shippingAddress": ADDRESS})
        done(shop, CODES, **its, codes=["SPRING"])
        done(shop, RESERVE, **its, key=name("key"))

    [changes] = heard(shop, write, Wish(cart["id"], 5, after=1))
    rest = [(2, "LINES"), (3, "LINES"), (4, "DETAILS"), (5, "CODES"), (6, "RESERVED")]
    assert told(changes) == rest
    assert [change["cart"]["version"] for change in changes] == [2, 3, 4, 5, 6]
    assert [change["cart"]["lines"][0]["quantity"] for change in changes] == [2, 4, 4, 4, 4]
    assert [change["cart"]["totals"]["total"]["amount"] for change in changes] == ["20.00", *["40.00"] * 4]
    last = changes[-1]["cart"]
    assert (last["email"], last["discountCodes"]) == ("ada@example.org", ["SPRING"])
    assert last["lines"] == [
        {"variantId": variant, "quantity": 4, "reservation": {"quantity": 4, "status": "HELD"}, "variant": None}
    ]
    assert last["reservedUntil"] == ask(shop, READ, **its)["data"]["cart"]["reservedUntil"] is not None
    assert told(caught_up(shop, cart)) == [(1, "CREATED"), *rest]
    assert told(caught_up(shop, cart, after=4)) == rest[3:]
    assert {change["cart"]["version"] for change in caught_up(shop, cart, after=4)} == {6}


def test_who_was_cut_off_learns_what_was_missed_and_then_hears_the_rest(shop: Running, variant: str) -> None:
    cart = begun(shop, (variant, 1))

    def add() -> None:
        done(shop, ADD, id=cart["id"], lines=wanted((variant, 1)), key=name("key"))

    def cut() -> None:
        add()
        shop.process.send_signal(signal.SIGUSR1)

    async def until_cut() -> list[int]:
        url, known = shop.outputs["custom"]["realtime_url"], headers(shop, None)
        async with connect(url, subprotocols=subprotocols(known), open_timeout=30) as socket:
            client = Client(socket, known)
            await client.init()
            await client.say(starting(LISTEN, "1", known, {"id": cart["id"]}))
            found: list[int] = []
            with suppress(ConnectionClosed):
                while True:
                    message = await client.hear()
                    if message["type"] == "start_ack":
                        await asyncio.to_thread(cut)
                    elif message["type"] == "data":
                        found.append(message["payload"]["data"]["cartChanged"]["seq"])
            return found

    before = [1, *(seq for seq in asyncio.run(until_cut()) if seq > 1)]
    add()
    add()
    missed: list[int] = []

    def catch_up() -> None:
        missed.extend(change["seq"] for change in caught_up(shop, cart, after=before[-1]))
        add()

    [after] = heard(shop, catch_up, Wish(cart["id"], 1, after=4))
    assert [*before, *missed] == [1, 2, 3, 4]
    assert told(after) == [(5, "LINES")]


def resource(shop: Running, kind: str) -> str:
    with closing(cloud(shop, "dynamodb")) as client:
        return str(next(one for one in client.list_tables()["TableNames"] if kind in one))


def cloud(shop: Running, service: Any) -> Any:
    """A client of the running shop's own AWS."""
    return boto3.client(
        service, endpoint_url=shop.outputs["custom"]["aws_endpoint_url"], region_name=REGION,
        aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY,
    )  # fmt: skip


@pytest.fixture
def quarter_of_an_hour_ago(shop: Running, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    """Holds what is in a cart, past the graph, as it would have been then: so that it has just run out."""
    endpoint = shop.outputs["custom"]["aws_endpoint_url"]
    for variable, value in {
        "AWS_ENDPOINT_URL": endpoint, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
    }.items():  # fmt: skip
        monkeypatch.setenv(variable, value)
    stock = InventoryTable(resource(shop, "InventoryTable"))
    goods = Goods(stock, clock=lambda: time.time() - HOLD_LIFE.total_seconds())

    def decide(cart: Cart) -> Decision:
        held = goods.hold(cart)
        assert isinstance(held, HeldGoods)
        assert held.until
        new = reserved(cart, held.until, datetime.now(UTC))
        return Decision(cart=new, reason=CartChangeReason.RESERVED, also=held.also)

    def hold(cart: Any) -> None:
        stored = CartTable(resource(shop, "CartTable")).change(CartId(cart["id"]), decide)
        assert isinstance(stored, StoredCart)

    return hold


def sweep(shop: Running) -> None:
    """Invoke what the minutely rule invokes, as it does."""
    with closing(cloud(shop, "events")) as events, closing(cloud(shop, "lambda")) as functions:
        [target] = events.list_targets_by_rule(Rule="souk-cart-sweep")["Targets"]
        event = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
        answer = functions.invoke(FunctionName=target["Arn"], Payload=json.dumps(event))
        assert "FunctionError" not in answer, answer


def test_goods_that_were_held_long_enough_are_given_back_and_both_cart_and_stock_say_so(
    shop: Running, variant: str, quarter_of_an_hour_ago: Callable[[Any], None]
) -> None:
    cart = begun(shop, (variant, 4))

    def write() -> None:
        quarter_of_an_hour_ago(cart)
        sweep(shop)

    changes, stock = heard(
        shop, write, Wish(cart["id"], 2, after=1), Wish(variant, 2, after=1, document=LISTEN_TO_STOCK)
    )
    assert told(changes) == [(2, "RESERVED"), (3, "RELEASED")]
    assert [change["cart"]["reservedUntil"] for change in changes] == [None, None]
    reservations = [change["cart"]["lines"][0]["reservation"] for change in changes]
    assert reservations == [{"quantity": 4, "status": "EXPIRED"}, None]
    assert ["reservedUntil"] in [one["field"] for one in changes[0]["cart"]["requirements"]]
    assert [(change["seq"], change["availability"]["quantity"]) for change in stock] == [(2, 6), (3, 10)]
    sweep(shop)
    assert told(caught_up(shop, cart, after=2)) == [(3, "RELEASED")]


def test_at_sign_in_the_guests_cart_tells_that_it_is_empty_and_the_customers_what_it_has(
    shop: Running, variant: str
) -> None:
    token = shopper(shop, 0)
    guests, customers = begun(shop, (variant, 2)), begun(shop, (variant, 1), token=token)

    def write() -> None:
        done(shop, MERGE, token, id=guests["id"], strategy="SUM", key=name("key"))

    empty, full = heard(shop, write, Wish(guests["id"], 1, after=1), Wish(customers["id"], 1, after=1, token=token))
    assert told(empty) == told(full) == [(2, "MERGED")]
    assert (empty[0]["cart"]["id"], empty[0]["cart"]["lines"]) == (guests["id"], [])
    assert (full[0]["cart"]["id"], full[0]["cart"]["lines"][0]["quantity"]) == (customers["id"], 3)
    assert told(caught_up(shop, guests, after=1)) == [(2, "MERGED")]
    assert told(caught_up(shop, customers, after=1, token=token)) == [(2, "MERGED")]
    assert caught_up(shop, customers, after=1) == []


def test_who_knew_a_guests_cart_hears_nothing_of_the_cart_that_its_owner_has_after_signing_in(
    shop: Running, variant: str
) -> None:
    token = shopper(shop, 1)
    guests = begun(shop, (variant, 2))
    mine: list[Any] = []

    def write() -> None:
        mine.append(done(shop, MERGE, token, id=guests["id"], strategy="SUM", key=name("key"))["cart"])
        done(shop, ADD, token, id=mine[0]["id"], lines=wanted((variant, 1)), key=name("key"))
        done(shop, ADD, id=guests["id"], lines=wanted((variant, 1)), key=name("key"))

    [changes] = heard(shop, write, Wish(guests["id"], 2, after=1))
    assert told(changes) == [(2, "MERGED"), (3, "LINES")]
    assert {change["cartId"] for change in changes} == {guests["id"]} != {mine[0]["id"]}
    assert refusal(shop, mine[0]["id"]) is not None
    assert refusal(shop, mine[0]["id"], token) is None


def test_what_changes_in_the_shop_shows_in_the_cart_within_five_seconds_and_is_told_with_its_next_change(
    shop: Running, staff: str, place: str, tmp_path: Path
) -> None:
    (dearer, one), (gone, other), (_, short) = (stocked(shop, staff, place, 10) for _ in range(3))
    imported = name("live")

    def imports(price: int) -> None:
        assert not import_file(
            written(tmp_path, f"{HEADER}\n{imported},Live,,,,,true,,,,{price}\n"), shop.outputs
        ).failed

    imports(12)
    known = variant_id(ProductId(ask(shop, OF_SLUG, slug=imported)["data"]["product"]["id"]), 1)
    done(shop, ADJUST, staff, changes=[line(known, place, 10)], key=name("key"))
    cart = begun(shop, (one, 1), (other, 2), (short, 3), (known, 4))
    assert cart["warnings"] == []
    done(shop, PRODUCT_UPDATE, staff, id=dearer["id"], input=product_input(slug=dearer["slug"], price="11.50"))
    archived = product_input(slug=gone["slug"], status="ARCHIVED")
    done(shop, PRODUCT_UPDATE, staff, id=gone["id"], input=archived)
    done(shop, ADJUST, staff, changes=[line(short, place, -8)], key=name("key"))
    imports(13)
    began = time.monotonic()
    until(lambda: len(warned(ask(shop, READ, id=cart["id"])["data"]["cart"])) == 4)
    assert time.monotonic() - began < FRESH_SECONDS or overloaded()
    time.sleep(NEAR_SECONDS)  # until every process has forgotten what it had read before

    [[change]] = heard(
        shop,
        lambda: done(shop, DETAILS, id=cart["id"], input={"email": "ada@example.org"}),
        Wish(cart["id"], 1, after=1),
    )
    assert warned(change["cart"]) == {
        "lines.0.unitPrice": {"code": "PRICE_CHANGED", "was": {"amount": "10.00"}},
        "lines.1": {"code": "NOT_FOUND"},
        "lines.2.quantity": {"code": "INSUFFICIENT_STOCK", "available": 2},
        "lines.3.unitPrice": {"code": "PRICE_CHANGED", "was": {"amount": "12.00"}},
    }
    needed = {(one["code"], ".".join(one["field"])) for one in change["cart"]["requirements"]}
    assert needed >= {("NOT_FOUND", "lines.1"), ("INSUFFICIENT_STOCK", "lines.2.quantity")}
    assert change["cart"]["totals"]["total"]["amount"] == "93.50"


def warned(cart: Any) -> dict[str, Mapping[str, Any]]:
    """The warnings by where they lie."""
    return {".".join(one.pop("field")): one for one in cart["warnings"]}


def refusal(shop: Running, id_: str, token: str | None = None) -> Any:
    """Why somebody may not listen to a cart; None if they may."""

    async def asked() -> Any:
        url, known = shop.outputs["custom"]["realtime_url"], headers(shop, token)
        async with connect(url, subprotocols=subprotocols(known), open_timeout=30) as socket:
            client = Client(socket, known)
            assert (await client.init())["type"] == "connection_ack"
            return await client.start(LISTEN, id=id_)

    answer = asyncio.run(asked())
    assert answer["type"] in {"start_ack", "error"}
    return None if answer["type"] == "start_ack" else answer["payload"]


def test_who_may_not_read_a_cart_may_not_listen_and_learns_nothing_by_trying(shop: Running, staff: str) -> None:
    owner, other = shopper(shop, 0), shopper(shop, 1)
    customers, guests = begun(shop, token=owner)["id"], begun(shop)["id"]
    unknown = refusal(shop, f"cart_{'0' * 26}")
    assert unknown == {"errors": [{"errorType": "BadRequest", "message": "there is no such cart, or not any more"}]}
    assert [refusal(shop, customers, who) for who in (None, other, staff)] == [unknown] * 3
    assert [refusal(shop, id_, owner) for id_ in ("cart", "", customers.upper())] == [unknown] * 3
    assert refusal(shop, customers, owner) is None
    assert [refusal(shop, guests, who) for who in (None, other)] == [None, None]
