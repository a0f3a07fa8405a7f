"""Customers and what they say of themselves: theirs and the staff's to see, and once whatever is repeated."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from domain.customers.signing import Told, signed_up
from domain.ids import CustomerId
from tests.resolvers.cart.making import begun, variant
from tests.resolvers.catalog.making import name
from tests.resolvers.customers.making import (
    BERLIN,
    FIND,
    READ,
    delete,
    me,
    save,
    somebody,
    told,
    update,
    wish,
)
from tests.resolvers.orders.making import ordered
from tests.resolvers.orders.making import variant as download
from tests.shop import EMAILS, SUBS, Shop


def stored(shop: Shop, **attributes: str) -> str:
    """A customer; gives their id."""
    id_, at = CustomerId(str(uuid4())), datetime.now(UTC)
    email = attributes.pop("email", f"{name('c')}@example.org")
    shop.handlers["customers"].store.make(signed_up(id_, Told(email=email, verified=True, at=at), attributes, at))
    return id_


def test_who_asks_first_is_a_customer_from_then_on_however_often_at_once(shop: Shop) -> None:
    person = somebody()
    with ThreadPoolExecutor(8) as threads:
        seen = list(threads.map(lambda _: me(shop, person), range(8)))
    assert seen == [seen[0]] * 8
    assert {"id": SUBS[person], "email": EMAILS[person], "emailVerified": True}.items() <= seen[0].items()
    assert (seen[0]["addresses"], seen[0]["defaultAddressId"], seen[0]["marketingConsent"]) == ([], None, False)


def test_a_change_is_of_what_is_said_and_null_takes_away(shop: Shop) -> None:
    person = somebody()
    payload = update(shop, person, name=" Ada  Lovelace ", phone="+49 (0)30 1234567", locale="de_AT")
    assert payload["userErrors"] == []
    said = {"name": "Ada  Lovelace", "phone": "+49301234567", "locale": "de-AT"}
    assert said.items() <= payload["customer"].items()
    assert update(shop, person, phone=None)["customer"] == me(shop, person)
    assert {**said, "phone": None}.items() <= me(shop, person).items()
    assert update(shop, person) == {"customer": me(shop, person), "userErrors": []}, "nothing said, nothing changed"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "x" * 256}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "x" * 1_000_000}, "name"),
        ({"locale": "not a language"}, "locale"),
        ({"locale": "x" * 100_000}, "locale"),
        ({"defaultAddressId": "addr_x"}, "defaultAddressId"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field_and_changes_nothing(
    shop: Shop, given: dict[str, Any], field: str
) -> None:
    before = me(shop)
    (code, at) = told(update(shop, **({"name": "Not Ada"} | given)))[0]
    assert (code, at) == ("NOT_FOUND" if field == "defaultAddressId" else "INVALID", ["input", field])
    assert me(shop) == before


@pytest.mark.parametrize("phone", ["12", "abc", "+" + "9" * 10_000, "+49 30 \u0661\u0662", ""])
def test_what_is_no_telephone_number_is_refused_before_or_by_the_rules(shop: Shop, phone: str) -> None:
    before = me(shop)
    document = "mutation($input: CustomerInput!) { customerUpdate(input: $input) { userErrors { code } } }"
    answer = shop.send(document, {"input": {"phone": phone}}, person="shopper")
    assert "errors" in answer or answer["data"]["customerUpdate"]["userErrors"] or phone == ""
    assert me(shop) == before


def test_each_change_of_mind_about_letters_is_logged_with_the_words_that_were_read(shop: Shop) -> None:
    person = somebody()
    for granted in (True, True, False, False, True):
        assert update(shop, person, marketingConsent=granted)["customer"]["marketingConsent"] is granted
    seen = shop.ask(READ, {"id": SUBS[person]}, person="staff")["customer"]
    wording = me(shop, person)["marketingWording"]
    assert [(one["seq"], one["granted"]) for one in seen["consents"]] == [(1, True), (2, False), (3, True)]
    assert {(one["wording"], one["where"]) for one in seen["consents"]} == {(wording, "customerUpdate")}
    own = shop.ask("{ me { consents { seq granted wording where at } } }", person=person)["me"]
    assert own["consents"] == seen["consents"]


def test_addresses_are_kept_changed_and_deleted_with_one_first(shop: Shop) -> None:
    person = somebody()
    first = save(shop, BERLIN, person=person)["customer"]
    (kept,) = first["addresses"]
    assert kept["country"] == "DE"
    assert first["defaultAddressId"] == kept["id"]
    assert save(shop, BERLIN, person=person)["customer"] == first, "what is kept already is not added again"
    second = save(shop, BERLIN | {"city": "Potsdam"}, person=person)["customer"]
    newest = second["addresses"][1]["id"]
    assert update(shop, person, defaultAddressId=newest)["customer"]["defaultAddressId"] == newest
    moved = save(shop, BERLIN | {"line1": "Weg 2"}, kept["id"], person)["customer"]
    assert [one["id"] for one in moved["addresses"]] == [kept["id"], newest]
    assert delete(shop, newest, person) == {"deletedId": newest, "userErrors": []}
    assert me(shop, person)["defaultAddressId"] == kept["id"]
    assert told(delete(shop, newest, person)) == [("NOT_FOUND", ["id"])]


def test_another_customers_address_is_as_unknown_as_one_that_is_not_there(shop: Shop) -> None:
    theirs = save(shop, BERLIN | {"city": "Ulm"}, person="other")["customer"]["addresses"][-1]["id"]
    before = me(shop, "other")
    for id_ in (theirs, "addr_" + "0" * 26, "", "x" * 100_000, "\U0001f511"):
        assert told(save(shop, BERLIN, id_)) == [("NOT_FOUND", ["id"])]
        assert told(delete(shop, id_)) == [("NOT_FOUND", ["id"])]
        assert told(update(shop, defaultAddressId=id_)) == [("NOT_FOUND", ["input", "defaultAddressId"])]
    assert me(shop, "other") == before


def test_an_address_that_no_parcel_reaches_is_refused_part_by_part(shop: Shop) -> None:
    before = me(shop)
    bad = {"name": " ", "line1": "x" * 1_000_000, "city": "a\nb", "country": "Germany"}
    parts = {tuple(field) for _, field in told(save(shop, bad))}
    assert parts == {("input", part) for part in bad}
    assert me(shop) == before


def test_wishes_are_of_what_is_on_sale_newest_first_and_shown_as_the_catalogue_shows_them(shop: Shop) -> None:
    one, two = variant(shop, "10.00 USD", "9.00 EUR"), variant(shop, "20.00 USD")
    person = somebody()
    payloads = [wish(shop, wished, person=person) for wished in (one, two, one)]
    assert [payload["userErrors"] for payload in payloads] == [[]] * 3
    edges = payloads[-1]["customer"]["wishlist"]["edges"]
    assert [(edge["variantId"], edge["node"]["price"]["amount"]) for edge in edges] == [(two, "20.00"), (one, "10.00")]
    document = """query($after: String, $context: BuyerContext) {
      me { wishlist(first: 1, after: $after, context: $context) {
        totalCount pageInfo { hasNextPage endCursor } edges { node { id price { currency } } } } } }"""
    pages, after = [], None
    for _ in range(2):
        page = shop.ask(document, {"after": after, "context": {"currency": "EUR"}}, person=person)["me"]["wishlist"]
        pages.append((page["edges"][0]["node"], page["pageInfo"]["hasNextPage"], page["totalCount"]))
        after = page["pageInfo"]["endCursor"]
    assert pages == [
        ({"id": two, "price": {"currency": "USD"}}, True, 2),
        ({"id": one, "price": {"currency": "EUR"}}, False, 2),
    ]
    assert wish(shop, two, wished=False, person=person)["customer"]["wishlist"]["totalCount"] == 1
    assert wish(shop, two, wished=False, person=person)["customer"]["wishlist"]["totalCount"] == 1


def test_what_is_not_on_sale_cannot_be_wished_for_and_stays_as_nothing_where_it_was(shop: Shop) -> None:
    person = somebody()
    draft, sold = variant(shop, status="DRAFT"), variant(shop)
    nowhere = "var_" + "0" * 26 + "-1"
    for id_ in (draft, nowhere, sold + "9", "x", "", "x" * 100_000):
        assert told(wish(shop, id_, person=person)) == [("NOT_FOUND", ["variantId"])]
    wish(shop, sold, person=person)
    archive = "mutation($id: ID!) { productSetStatus(id: $id, status: ARCHIVED) { userErrors { code } } }"
    product = shop.ask("query($id: ID!) { node(id: $id) { ... on ProductVariant { product { id } } } }", {"id": sold})
    shop.ask(archive, {"id": product["node"]["product"]["id"]}, person="staff")
    shop.settle()
    seen = shop.ask("{ me { wishlist { edges { variantId } } } }", person=person)["me"]["wishlist"]
    assert seen == {"edges": [{"variantId": sold}]}
    assert wish(shop, sold, wished=False, person=person)["userErrors"] == []


def test_orders_and_the_cart_are_below_the_customer_and_the_customer_below_them(shop: Shop) -> None:
    person = somebody()
    order = ordered(shop, (download(shop), 1), person=person)
    cart = begun(shop, (variant(shop), 1), person=person)
    document = """{ me { orders { edges { node { id customer { id } } } } cart { id customer { id email } } } }"""
    seen = shop.ask(document, person=person)["me"]
    assert seen["orders"]["edges"] == [{"node": {"id": order["id"], "customer": {"id": SUBS[person]}}}]
    assert seen["cart"] == {"id": cart["id"], "customer": {"id": SUBS[person], "email": EMAILS[person]}}
    of = "query($id: ID!) { customer(id: $id) { orders { edges { node { id } } } cart { id } } }"
    by_staff = shop.ask(of, {"id": SUBS[person]}, person="staff")["customer"]
    assert by_staff == {"orders": {"edges": [{"node": {"id": order["id"]}}]}, "cart": {"id": cart["id"]}}


def test_whose_a_guests_order_or_cart_is_is_told_nobody_and_a_guest_nothing_of_anybody(shop: Shop) -> None:
    guests = ordered(shop, (download(shop), 1))
    cart = begun(shop, (variant(shop), 1))
    of_order, of_cart = (
        f"query($id: ID!) {{ {one}(id: $id) {{ id customer {{ id }} }} }}" for one in ("order", "cart")
    )
    for document, id_ in ((of_order, guests["id"]), (of_cart, cart["id"])):
        for person in ("shopper", "staff"):
            (seen,) = shop.ask(document, {"id": id_}, person=person).values()
            assert seen == {"id": id_, "customer": None}
        answer = shop.send(document, {"id": id_})
        assert [error["errorType"] for error in answer["errors"]] == ["Unauthorized"]
        assert next(iter(answer["data"].values()))["customer"] is None
    theirs = ordered(shop, (download(shop), 1), person="shopper")
    assert shop.ask(of_order, {"id": theirs["id"]}, person="other")["order"] is None
    assert shop.ask(of_order, {"id": theirs["id"]}, person="finance")["order"] is None
    assert shop.ask(of_order, {"id": theirs["id"]}, person="admin")["order"]["customer"] == {"id": SUBS["shopper"]}


def test_staff_find_customers_by_what_they_have_at_hand(shop: Shop) -> None:
    surname = name("q").replace("-", "")
    id_ = stored(shop, name=f"Zoë {surname.title()}", phone_number="+49301234599", email=f"{surname}@example.org")
    for search in (surname[:5].upper(), f"zoe {surname[:3]}", f"{surname}@EX", "+49 30 12345 99", "030 1234599"):
        found = shop.ask(FIND, {"search": search}, person="staff")["customers"]
        assert id_ in [edge["node"]["id"] for edge in found["edges"]], search
        assert found["complete"] is True
    for nothing in ("", " ", "@", "x" * 1_000_000, "\u0000", f"{surname}x"):
        assert shop.ask(FIND, {"search": nothing}, person="staff")["customers"]["edges"] == []


def test_all_customers_are_listed_newest_first_on_pages_that_refuse_cursors_of_other_lists(shop: Shop) -> None:
    ids = [stored(shop, name="Page Turner") for _ in range(3)][::-1]
    first = shop.ask(FIND, {"first": 2}, person="staff")["customers"]
    assert [edge["node"]["id"] for edge in first["edges"]] == ids[:2]
    after = first["pageInfo"]["endCursor"]
    rest = shop.ask(FIND, {"first": 1, "after": after}, person="staff")["customers"]
    assert [edge["node"]["id"] for edge in rest["edges"]] == ids[2:]
    answer = shop.send(FIND, {"search": "page", "after": after}, person="staff")
    assert "cursor is not one of this list" in answer["errors"][0]["message"]
    for absent in ("", "x" * 100_000, str(uuid4())):
        assert shop.ask(READ, {"id": absent}, person="staff")["customer"] is None


def test_what_no_store_gives_of_many_at_once_is_told_of_ten_customers_at_most(shop: Shop) -> None:
    for _ in range(11):
        stored(shop)
    for part in ("consents { seq }", "orders { edges { cursor } }", "cart { id }"):
        document = f"query($first: Int) {{ customers(first: $first) {{ edges {{ node {{ id {part} }} }} }} }}"
        assert len(shop.ask(document, {"first": 10}, person="staff")["customers"]["edges"]) == 10
        answer = shop.send(document, {"first": 11}, person="staff")
        assert {error["message"] for error in answer["errors"]} == {
            "this is told of at most 10 customers at once: ask for a smaller page"
        }
