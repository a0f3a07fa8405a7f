"""The page of the payment simulator on a whole running system: what a buyer says there is heard by the shop."""

import asyncio
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final, override

import httpx
import orjson
import pytest
from playwright.sync_api import expect
from starlette.applications import Starlette

from local.appsync.invocation import Invocation, Invoke
from local.functions.host import UnknownFunction
from local.running import Running, running
from local.simulator import routes
from tests.explorer.visit import chromium
from tests.local.test_live_cart import done
from tests.local.test_paying import goods, payable, status
from tests.local.test_run import ask, until
from tests.resolvers.catalog.making import name
from tests.resolvers.payments.making import READ, START, simulating

BACK: Final = simulating("action")


@pytest.fixture(scope="module")
def shop() -> Iterator[Running]:
    """An empty shop of this module's own."""
    with running("--no-sample") as found:
        yield found


@pytest.fixture(scope="module")
def variant(shop: Running) -> str:
    return goods(shop)


@pytest.fixture
def payment(shop: Running, variant: str) -> Any:
    """A payment whose buyer is to confirm it."""
    return begun(shop, variant, BACK)


def begun(shop: Running, variant: str, url: str) -> Any:
    cart = payable(shop, variant)
    made = done(shop, START, cart=cart["id"], provider="simulator", url=url, key=name("key"))["payment"]
    assert made["status"] == "ACTION_REQUIRED"
    return made


def got(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False)


def said(shop: Running, payment: Any, decision: str, /, **changes: str) -> httpx.Response:
    """The answer to the form of the page that the buyer was sent to."""
    fields = dict(httpx.URL(payment["nextActionUrl"]).params) | {"decision": decision} | changes
    return httpx.post(f"{shop.url}/simulator", data=fields, trust_env=False)


def test_the_page_says_who_asks_for_how_much_and_that_no_money_moves(shop: Running, payment: Any) -> None:
    assert payment["nextActionUrl"].startswith(f"{shop.url}/simulator?")
    page = got(payment["nextActionUrl"])
    assert page.status_code == 200
    assert f"shop.example asks for <strong>{payment['amount']['amount']} USD</strong>" in page.text
    assert "Payment simulator</h1>" in page.text
    assert re.findall('name="decision" value="([a-z]+)"', page.text) == ["approve", "decline"]
    assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'unsafe-inline'; form-")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert status(shop, payment) == "ACTION_REQUIRED", "who looks decides nothing"


def test_who_approves_goes_back_and_the_shop_hears_that_the_amount_is_promised(shop: Running, payment: Any) -> None:
    answer = said(shop, payment, "approve")
    assert (answer.status_code, answer.headers["location"]) == (303, BACK)
    assert answer.headers["referrer-policy"] == "no-referrer", "the secret is in this page's address"
    until(lambda: status(shop, payment) == "AUTHORIZED")


def test_who_declines_goes_back_and_the_shop_hears_why_there_is_no_money(shop: Running, payment: Any) -> None:
    answer = said(shop, payment, "decline")
    assert (answer.status_code, answer.headers["location"]) == (303, BACK)
    until(lambda: status(shop, payment) == "FAILED")
    assert ask(shop, READ, id=payment["id"])["data"]["payment"]["declineCode"] == "authentication_failed"


def test_who_presses_often_decides_once_and_it_is_too_late_to_say_otherwise(shop: Running, payment: Any) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(partial(said, shop, payment), ["approve"] * 8)]
    assert {(answer.status_code, answer.headers["location"]) for answer in answers} == {(303, BACK)}
    until(lambda: status(shop, payment) == "AUTHORIZED")
    late = said(shop, payment, "decline")
    again = got(payment["nextActionUrl"])
    for answer in (late, again):
        assert (answer.status_code, "<form" in answer.text) == (409, False)
        assert f'<a href="{BACK}">' in answer.text
    assert status(shop, payment) == "AUTHORIZED"


def test_of_two_who_disagree_in_the_same_moment_one_is_told_that_it_is_too_late(shop: Running, payment: Any) -> None:
    with ThreadPoolExecutor(2) as pool:
        approved, declined = pool.map(partial(said, shop, payment), ["approve", "decline"])
    assert sorted((approved.status_code, declined.status_code)) == [303, 409]
    expected = "AUTHORIZED" if approved.status_code == 303 else "FAILED"
    until(lambda: status(shop, payment) == expected)


def test_who_has_nowhere_to_go_on_to_is_told_how_the_payment_stands(shop: Running, variant: str) -> None:
    cart = payable(shop, variant)
    made = done(shop, START, cart=cart["id"], provider="simulator", key=name("key"))["payment"]
    secret = made["clientSecret"]
    buyer = {"payment": secret.partition("_secret_")[0], "secret": secret}
    page = {"nextActionUrl": f"{shop.url}/simulator?{httpx.QueryParams(buyer)}"}
    answer = said(shop, page, "approve")
    assert (answer.status_code, "The payment is approved." in answer.text, "<a" in answer.text) == (200, True, False)
    assert said(shop, page, "decline").status_code == 409
    assert status(shop, made) == "AUTHORIZED"


def test_who_does_not_know_the_secret_sees_and_changes_nothing(shop: Running, payment: Any) -> None:
    reference = httpx.URL(payment["nextActionUrl"]).params["payment"]
    guesses = [
        said(shop, payment, "approve", secret="a guess"),
        said(shop, payment, "approve", secret=""),
        said(shop, payment, "approve", payment="sim_of_nobody"),
        got(f"{shop.url}/simulator?payment={reference}&secret=a+guess"),
        got(f"{shop.url}/simulator?payment=%ff%00&secret=%f0"),
    ]
    assert {answer.status_code for answer in guesses} == {404}
    assert not any("shop.example" in answer.text or "<form" in answer.text for answer in guesses)
    assert status(shop, payment) == "ACTION_REQUIRED"


def test_what_the_form_cannot_say_is_refused_and_changes_nothing(shop: Running, payment: Any) -> None:
    assert said(shop, payment, "perhaps").status_code == 400
    assert said(shop, payment, "approve", more="x" * 5000).status_code == 400
    assert status(shop, payment) == "ACTION_REQUIRED"


def test_who_comes_without_a_payment_is_told_what_the_page_is_for(shop: Running) -> None:
    page = got(f"{shop.url}/simulator")
    assert (page.status_code, "<form" in page.text) == (200, False)
    assert "Buyers come here from a shop" in page.text


def answering(invoke: Invoke, path: str) -> httpx.Response:
    """What the page says when functions answer like this."""

    async def ask_it() -> httpx.Response:
        app = httpx.ASGITransport(Starlette(routes=routes(invoke)))
        async with httpx.AsyncClient(transport=app, base_url="http://127.0.0.1") as client:
            return await client.get(path)

    return asyncio.run(ask_it())


@pytest.mark.parametrize("undecided", [True, False])
def test_what_an_address_says_stays_text(undecided: bool) -> None:
    async def invoke(_: str, __: bytes) -> Invocation:
        told = {"amount": "<b>", "undecided": undecided, "approved": False, "return_url": 'https://"><b>.example/"><b>'}
        return Invocation(orjson.dumps({"payment": told}))

    page = answering(invoke, '/simulator?payment="><b>&secret="><b>').text
    assert "&quot;&gt;&lt;b&gt;.example" in page
    assert "<b>" not in page


def test_a_function_that_fails_or_is_not_deployed_is_no_payment_to_decide() -> None:
    async def failing(_: str, __: bytes) -> Invocation:
        return Invocation(b"{}", "Unhandled")

    async def missing(name: str, _: bytes) -> Invocation:
        raise UnknownFunction(name)

    assert answering(failing, "/simulator?payment=sim_1&secret=x").status_code == 503
    assert answering(missing, "/simulator?payment=sim_1&secret=x").status_code == 404


@contextmanager
def selling() -> Iterator[str]:
    """The address of a shop that sends those who come back on, to an address of another name."""

    class Seller(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            onward = self.path.startswith("/done")
            self.send_response(302 if onward else 200)
            if onward:
                self.send_header("location", f"http://localhost:{self.server.server_port}/thanks")  # type: ignore[attr-defined]  # a TCP server has it
            self.send_header("content-type", "text/plain")
            self.end_headers()
            self.wfile.write(f"thanks, not told where from: {self.headers.get('referer')}".encode())

        @override
        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Seller) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(("button", "expected"), [("Approve", "AUTHORIZED"), ("Decline", "FAILED")])
def test_a_browser_brings_the_buyer_back_to_wherever_the_shop_leads(
    shop: Running, variant: str, button: str, expected: str
) -> None:
    with selling() as seller, chromium() as browser:
        payment = begun(shop, variant, f"{seller}/done?simulate=action")
        page = browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(payment["nextActionUrl"])
        page.get_by_role("button", name=button).click()
        page.wait_for_url("http://localhost:*/thanks")
        expect(page.get_by_text("thanks, not told where from: None")).to_be_visible()
        assert complaints == []
    until(lambda: status(shop, payment) == expected)


def test_every_process_that_serves_the_graph_serves_the_page(tmp_path: Path) -> None:
    with running("--no-sample", "--planes", "2", data=tmp_path) as shop:
        payment = begun(shop, goods(shop), BACK)
        answers = [got(payment["nextActionUrl"]) for _ in range(24)]  # each by a connection of its own
        assert {answer.status_code for answer in answers} == {200}
        assert {said(shop, payment, "approve").status_code for _ in range(24)} == {303}
        until(lambda: status(shop, payment) == "AUTHORIZED")
