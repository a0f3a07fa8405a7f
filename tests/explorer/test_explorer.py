"""The explorer in Chromium, against whole systems: what people do there works, and they are told what does not."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Browser, expect

from local.running import Running, running
from tests.explorer.visit import Visit, chromium, visiting

TEMPLATES: Final = Path(__file__).parents[1] / "local" / "fixtures" / "templates"
PHONE: Final = {"width": 390, "height": 844}
WIDE: Final = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The shop with its sample catalogue."""
    with running(data=tmp_path_factory.mktemp("shop")) as found:
        yield found


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A small API that keeps its schema to itself, and has subscriptions: see tests/local/fixtures."""
    templates = tmp_path_factory.mktemp("templates")
    for file in TEMPLATES.glob("*.json"):
        template = json.loads(file.read_text())
        if "Graph" in template["Resources"]:
            template["Resources"]["Graph"]["Properties"]["IntrospectionConfig"] = "DISABLED"
        (templates / file.name).write_text(json.dumps(template))
    with running("--no-sample", "--templates", str(templates), data=tmp_path_factory.mktemp("silent")) as found:
        yield found


@pytest.fixture
def visit(browser: Browser, shop: Running) -> Iterator[Visit]:
    with visiting(browser, shop.url, viewport=WIDE) as found:
        found.open()
        yield found


@pytest.fixture
def blind(browser: Browser, silent: Running) -> Iterator[Visit]:
    with visiting(browser, silent.url, viewport=WIDE) as found:
        found.open()
        yield found


def user(system: Running, *groups: str) -> Mapping[str, Any]:
    users: list[Mapping[str, Any]] = system.outputs["custom"]["demo_users"]
    return next(one for one in users if one["groups"] == list(groups))


def test_it_loads_and_runs_under_a_strict_policy(visit: Visit) -> None:
    strict = httpx.get(visit.url, trust_env=False).headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "worker-src 'self'", "frame-ancestors 'none'"} <= set(strict)
    assert f"connect-src 'self' {visit.url.replace('http', 'ws')}" in strict
    visit.run()
    expect(visit.result).to_contain_text('"totalCount":')
    expect(visit.status).to_have_text(re.compile(r"200 in \d+ ms"))
    expect(visit.editor).to_contain_text("priceRange")


def test_every_example_runs_as_it_is(visit: Visit) -> None:
    titles = visit.page.get_by_role("region", name="Examples").locator("strong").all_inner_texts()
    assert {"Browse", "Search", "One product", "Create a product"} <= set(titles)
    for title in titles:
        if title.startswith("Watch "):
            continue  # it is answered when something changes
        visit.empty()
        visit.example(title)
        expect(visit.editor.locator(".view-line").nth(1)).to_be_visible()
        visit.run()
        expect(visit.result).to_contain_text('"data": {')
        expect(visit.status).to_have_text(re.compile(r"200 in \d+ ms$"))
        expect(visit.result).not_to_contain_text('"product": null')
        expect(visit.result).not_to_contain_text('"message":')


def test_an_example_for_staff_makes_one_staff_and_a_guest_is_told_why_it_is_refused(
    visit: Visit, shop: Running
) -> None:
    expect(visit.person).to_have_accessible_name("You are Guest not signed in")
    visit.example("Create a product")
    expect(visit.person).to_contain_text(user(shop, "staff")["username"])
    visit.run()
    expect(visit.result).to_contain_text('"status": "DRAFT"')
    visit.be("Guest")
    visit.run()
    expect(visit.status).to_contain_text("Not Authorized to access productCreate on type Mutation")
    expect(visit.result).to_contain_text('"errorType": "Unauthorized"')


def test_one_signs_in_with_a_password_and_is_told_when_it_is_wrong(visit: Visit, shop: Running) -> None:
    shopper = user(shop)
    visit.person.click()
    visit.page.get_by_role("menuitem", name="Somebody else").click()
    dialog = visit.page.get_by_role("dialog", name="Sign in")
    dialog.get_by_label("E-mail").fill(shopper["username"])
    dialog.get_by_label("Password").fill("wrong")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_role("alert")).to_have_text("Incorrect username or password.")
    dialog.get_by_label("Password").fill(shopper["password"])
    dialog.get_by_label("Password").press("Enter")
    expect(dialog).to_be_hidden()
    expect(visit.person).to_have_accessible_name(f"You are {shopper['username']} shopper")


@pytest.mark.parametrize("stale", [{"expires": 0}, {"token": "not.a.token"}], ids=["expired", "refused"])
def test_a_token_that_no_longer_holds_is_renewed(visit: Visit, shop: Running, stale: dict[str, Any]) -> None:
    visit.be(user(shop, "staff")["username"])
    person = visit.kept("sessionStorage", "souk.person")
    person["state"]["session"] |= stale
    visit.keep("sessionStorage", "souk.person", person)
    visit.page.reload()
    visit.ready()
    visit.run()
    expect(visit.result).to_contain_text('"totalCount":')
    renewed = visit.kept("sessionStorage", "souk.person")["state"]["session"]
    assert renewed["expires"] > person["state"]["session"]["expires"] or stale.keys() == {"token"}
    assert renewed["token"] != person["state"]["session"]["token"]
    assert renewed["groups"] == ["staff"]


def test_who_cannot_be_renewed_is_a_guest_and_is_told(visit: Visit, shop: Running) -> None:
    visit.be(user(shop, "staff")["username"])
    person = visit.kept("sessionStorage", "souk.person")
    person["state"]["session"] |= {"username": "gone@example.com", "expires": 0, "refreshToken": "void"}
    visit.keep("sessionStorage", "souk.person", person)
    visit.page.reload()
    visit.ready()
    expect(visit.status).to_have_text(
        "gone@example.com's sign-in has run out. You are a guest now: sign in again to go on."
    )
    expect(visit.person).to_contain_text("Guest")


def test_operations_and_their_history_survive_a_reload(visit: Visit) -> None:
    visit.write("query Mine { collections(first: 1) { edges { node { name } } } }")
    expect(visit.page.get_by_role("tab", name="Mine")).to_be_visible()
    visit.run()
    expect(visit.result).to_contain_text('"collections"')
    visit.until(lambda: "query Mine" in json.dumps(visit.kept("localStorage", "graphiql:tabState")))
    visit.page.reload()
    visit.ready()
    expect(visit.editor).to_contain_text("query Mine")
    visit.page.get_by_role("button", name="Show History").click()
    expect(visit.page.get_by_role("region", name="History").get_by_text("Mine")).to_be_visible()


def test_the_docs_show_the_descriptions_of_the_schema(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Show Documentation Explorer").click()
    docs = visit.page.get_by_role("region", name="Documentation Explorer")
    docs.get_by_role("link", name="Mutation").click()
    expect(docs).to_contain_text("Put a product on sale, back to draft, or archive it.")
    docs.get_by_role("link", name="ProductPayload").first.click()
    expect(docs).to_contain_text("The product after the change; null when there are user errors.")


def test_an_operation_is_laid_out(visit: Visit) -> None:
    visit.write("query Flat { categories { name } }")
    visit.page.get_by_role("button", name="Prettify query").click()
    expect(visit.editor.locator(".view-line")).to_have_text(
        ["query Flat {", "  categories {", "    name", "  }", "}", ""], use_inner_text=True
    )


def test_it_says_when_nothing_answers_and_goes_on_afterwards(visit: Visit) -> None:
    visit.page.route("**/graphql", lambda asked: asked.abort("connectionrefused"))
    visit.run()
    sentence = f"{httpx.URL(visit.url).netloc.decode()} does not answer. Is the system (make run) still running?"
    expect(visit.status).to_have_text(sentence)
    expect(visit.result).to_contain_text("does not answer")
    visit.page.unroute("**/graphql")
    visit.run()
    expect(visit.result).to_contain_text('"totalCount":')


def test_it_is_worked_with_the_keyboard(visit: Visit, shop: Running) -> None:
    visit.person.focus()
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_role("menuitem", name="Guest")).to_be_focused()
    visit.page.keyboard.press("ArrowDown")
    expect(visit.page.get_by_role("menuitem", name=user(shop)["username"])).to_be_focused()
    visit.page.keyboard.press("Enter")
    expect(visit.person).to_contain_text(user(shop)["username"])
    visit.page.get_by_role("button", name="Search").focus()
    visit.page.keyboard.press("Enter")
    expect(visit.variables).to_contain_text('"linen"')
    visit.editor.locator(".view-line").first.click()
    visit.page.keyboard.press("ControlOrMeta+Enter")
    expect(visit.result).to_contain_text('"Linen Apron"')


def test_every_control_has_a_name(visit: Visit) -> None:
    nameless = """controls => controls.filter(one => !(one.ariaLabel || one.innerText.trim() || one.labels?.length
        || one.placeholder)).map(one => one.outerHTML.slice(0, 200))"""
    for panel in ("Documentation Explorer", "History", "Examples"):
        visit.page.get_by_role("button", name=f"Show {panel}").click()
        found = visit.page.locator("button:visible, a:visible, input:visible, select:visible, textarea")
        assert found.evaluate_all(nameless) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_usable_on_a_phone(browser: Browser, shop: Running, scheme: str) -> None:
    with visiting(browser, shop.url, viewport=PHONE, is_mobile=True, has_touch=True, color_scheme=scheme) as visit:
        visit.open()
        visit.example("Search")
        for part in (visit.person, visit.run_button, visit.editor, visit.result, visit.status):
            expect(part).to_be_in_viewport(ratio=0.99)
        assert visit.page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
        visit.run_button.tap()
        expect(visit.result).to_contain_text('"Linen Apron"')
        visit.person.tap()
        visit.page.get_by_role("menuitem", name=user(shop, "admin")["username"]).tap()
        expect(visit.person).to_contain_text(user(shop, "admin")["username"])


def test_a_change_of_a_product_in_another_window_is_shown_live(visit: Visit) -> None:
    visit.example("Watch a product")
    expect(visit.variables).to_contain_text('"productId": "prod_')
    visit.run()
    expect(visit.status).to_have_text("Live · no change yet")
    other = visit.another_window()
    other.open()
    for count, status in enumerate(("DRAFT", "ACTIVE"), 1):
        other.example("Put it on sale, or back to draft")
        expect(other.variables).to_contain_text(f'"status": "{status}"')
        other.run()
        expect(other.result).to_contain_text(f'"status": "{status}"')
        expect(visit.status).to_contain_text(f"Live · {count} change")
    expect(visit.result).to_contain_text('"changed": [ "status" ], "product": {')
    visit.page.get_by_role("button", name="Stop", exact=True).click()
    expect(visit.status).to_contain_text("Ended · 2 changes")


def test_goods_that_come_in_are_shown_live_in_another_window(visit: Visit) -> None:
    visit.example("Watch stock")
    expect(visit.variables).to_contain_text('"variantId": "var_')
    visit.run()
    expect(visit.status).to_have_text("Live · no change yet")
    other = visit.another_window()
    other.open()
    other.example("Receive goods")
    expect(other.variables).to_contain_text('"delta": 10')
    other.run()
    expect(other.result).to_contain_text('"onHand":')
    expect(visit.status).to_contain_text("Live · 1 change")
    expect(visit.result).to_contain_text('"purchasable": true')


def test_a_cart_that_is_held_in_another_window_says_so_live(visit: Visit) -> None:
    visit.example("Watch a cart")
    expect(visit.variables).to_contain_text('"cartId": "cart_')
    visit.run()
    expect(visit.status).to_have_text("Live · no change yet")
    other = visit.another_window()
    other.open()
    first_order = '"title": "10 % off your first order"'
    for title, known, answer in (("Pay less", "WELCOME10", first_order), ("Hold it", "explorer-", '"status": "HELD"')):
        other.example(title)
        expect(other.variables).to_contain_text(known)
        other.run()
        expect(other.result).to_contain_text(answer)
    expect(visit.status).to_contain_text("Live · 3 changes")
    expect(visit.result).to_contain_text('"reason": "RESERVED"')


def test_a_guest_buys_finds_the_order_again_and_hears_of_what_the_shop_does_in_another_window(visit: Visit) -> None:
    for title, known, answer in (
        ("Pay for it", '"cartId": "cart_', '"status": "AUTHORIZED"'),
        ("Buy it", '"paymentId": "pay_', '"status": "PLACED"'),
        ("Find it again", '"token": "', '"status": "PLACED"'),
    ):
        visit.example(title)
        expect(visit.variables).to_contain_text(known)
        visit.run()
        expect(visit.result).to_contain_text(answer)
    visit.example("Watch an order")
    expect(visit.variables).to_contain_text('"orderId": "order_')
    visit.run()
    expect(visit.status).to_have_text(re.compile(r"Live · (no|\d+) change"))
    other = visit.another_window()
    other.open()
    other.example("Confirm an order")
    expect(other.variables).to_contain_text('"key": "explorer-')
    other.run()
    expect(other.result).to_contain_text('"status": "CONFIRMED"')
    expect(visit.result).to_contain_text('"status": "CONFIRMED"')


def test_where_the_schema_is_kept_secret_it_says_so_and_runs_operations(blind: Visit) -> None:
    expect(blind.page.get_by_role("note")).to_contain_text("introspection is switched off")
    blind.write('query { note(id: "none") }')
    blind.run()
    expect(blind.result).to_contain_text('"note": null')


def announce(system: Running, token: str, text: str) -> None:
    query = 'mutation ($text: String!) { announce(id: "tea", text: $text) { id text } }'
    body = {"query": query, "variables": {"text": text}}
    headers = {"authorization": token}
    answer = httpx.post(f"{system.url}/graphql", json=body, headers=headers, trust_env=False).json()
    assert answer == {"data": {"announce": {"id": "tea", "text": text}}}


def test_changes_are_shown_as_they_come_until_they_are_stopped(blind: Visit, silent: Running) -> None:
    blind.be(user(silent, "staff")["username"])
    token = blind.kept("sessionStorage", "souk.person")["state"]["session"]["token"]
    blind.write('subscription { watched(id: "tea") { id text } }')
    blind.run()
    expect(blind.status).to_have_text("Live · no change yet")
    announce(silent, token, "first")
    expect(blind.status).to_have_text(re.compile(r"Live · 1 change, the last at \d\d:\d\d:\d\d"))
    expect(blind.result).to_contain_text('"text": "first"')
    announce(silent, token, "second")
    expect(blind.status).to_contain_text("Live · 2 changes")
    expect(blind.result).to_contain_text('"text": "second"')
    blind.page.get_by_role("list", name="Changes").get_by_role("button", name=re.compile("^1 ")).click()
    expect(blind.result).to_contain_text('"text": "first"')
    blind.page.get_by_role("button", name="Stop", exact=True).click()
    expect(blind.status).to_contain_text("Ended · 2 changes")
    announce(silent, token, "third")
    expect(blind.run_button).to_be_visible()
    expect(blind.status).to_contain_text("Ended · 2 changes")


def test_a_subscription_that_is_refused_says_why(blind: Visit) -> None:
    blind.write('subscription { watched(id: "tea") { id text } }')
    blind.run()
    expect(blind.status).to_contain_text("Not Authorized to access watched on type Subscription")
    expect(blind.result).to_contain_text('"errorType": "Unauthorized"')
    blind.write("subscription { nothing }")
    blind.run()
    expect(blind.status).to_contain_text("FieldUndefined")
