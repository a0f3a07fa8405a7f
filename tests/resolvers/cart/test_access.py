"""Whose a cart is: another customer's answers exactly as an unknown id does, and a guest's is whoever's has its id."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.resolvers.cart.making import (
    ADD,
    CART,
    CODES,
    CREATE,
    DETAILS,
    MERGE,
    MINE,
    READ,
    RESERVE,
    UPDATE,
    add,
    begun,
    creating,
    mine,
    read,
    told,
    variant,
    wanted,
)
from tests.resolvers.cart.passing import complete, expire, set_status
from tests.resolvers.catalog.making import name
from tests.shop import GROUPS, PEOPLE, SUBS, Context, Shop

NOWHERE = "cart_" + "0" * 26
STRANGERS = ("guest", *(one for one in PEOPLE if one != "shopper"))
CHANGES = f"query($id: ID!) {{ cartChanges(cartId: $id, afterSeq: 0) {{ seq reason cart {{ {CART} }} }} }}"
ASKED: Mapping[str, tuple[str, dict[str, Any]]] = {
    "Query.cart": (READ, {}),
    "Query.cartChanges": (CHANGES, {}),
    "Mutation.cartLinesAdd": (ADD, {"lines": []}),
    "Mutation.cartLinesAdd, another version": (ADD, {"lines": [], "expected": 7}),
    "Mutation.cartLinesUpdate": (UPDATE, {"lines": [{"lineId": "line_x", "quantity": 1}]}),
    "Mutation.cartDetailsSet": (DETAILS, {"input": {"email": "x@example.com", "currency": "KWD"}}),
    "Mutation.cartDiscountCodesSet": (CODES, {"codes": ["x"] * 11}),
    "Mutation.cartReserve": (RESERVE, {}),
    "Mutation.cartMerge": (MERGE, {"strategy": "SUM"}),
}


def listening(shop: Shop, cart: str, person: str) -> Any:
    """What the cart's function says to somebody who wants to listen to a cart."""
    return asked_to_listen(shop, "cart", "cartChanged", person, cartId=cart)


def asked_to_listen(shop: Shop, domain: str, field: str, person: str, **arguments: str) -> Any:
    """What a domain's function says to somebody who wants to listen."""
    identity: Any = {"sub": SUBS[person], "groups": GROUPS.get(person), "claims": {}} if person in SUBS else None
    info = {"parentTypeName": "Subscription", "fieldName": field, "selectionSetList": [], "variables": {}}
    event = {
        "info": info, "arguments": arguments, "identity": identity, "source": None, "request": {"headers": {}},
    }  # fmt: skip
    try:
        return shop.handlers[domain].answer(event, Context())
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what the caller is told
        return f"{type(error).__name__}: {error}"


def asked(shop: Shop, field: str, cart: str, person: str, key: str) -> str:
    """The whole answer of a field about a cart, as text, but for the id that was asked for."""
    document, variables = ASKED[field]
    answer = str(shop.send(document, {"id": cart, "key": key} | variables, person=person))
    return answer.replace(f"'{cart}'", "ID")


@pytest.mark.parametrize("person", STRANGERS)
@pytest.mark.parametrize("field", ASKED)
def test_another_customers_cart_answers_exactly_as_an_unknown_id_does(shop: Shop, field: str, person: str) -> None:
    cart = begun(shop, person="shopper")
    before = mine(shop)
    told_of_theirs = asked(shop, field, cart["id"], person, name("key"))
    assert told_of_theirs == asked(shop, field, NOWHERE, person, name("key"))
    assert "errors" not in told_of_theirs or (field, person) == ("Mutation.cartMerge", "guest")
    assert mine(shop) == before


@pytest.mark.parametrize("person", STRANGERS)
def test_nobody_listens_to_another_customers_cart_nor_to_an_unknown_one(shop: Shop, person: str) -> None:
    cart = begun(shop, person="shopper")
    refusal = listening(shop, cart["id"], person)
    assert refusal == listening(shop, NOWHERE, person) == "BadRequest: there is no such cart, or not any more"
    assert listening(shop, cart["id"], "shopper") is None


@pytest.mark.parametrize("field", ASKED)
@pytest.mark.parametrize("id_", ["", "x", "prod_" + "0" * 26, NOWHERE + "0", "CART_" + "0" * 26])
def test_what_is_no_id_of_a_cart_answers_as_an_unknown_id_does(shop: Shop, field: str, id_: str) -> None:
    assert asked(shop, field, id_, "other", name("key")) == asked(shop, field, NOWHERE, "other", name("key"))


def test_an_expired_cart_is_nobodys_not_even_its_owners(shop: Shop) -> None:
    cart = begun(shop, person="shopper")
    expire(shop, cart)
    for field in ASKED:
        assert asked(shop, field, cart["id"], "shopper", name("key")) == asked(
            shop, field, NOWHERE, "shopper", name("key")
        )
    assert listening(shop, cart["id"], "shopper") == listening(shop, NOWHERE, "shopper")
    assert mine(shop) is None


def test_a_customers_cart_is_its_owners_in_every_field(shop: Shop) -> None:
    mug = variant(shop)
    cart = begun(shop, (mug, 1), person="shopper")
    assert read(shop, cart, "shopper") == mine(shop) == cart
    changes = shop.ask(CHANGES, {"id": cart["id"]}, person="shopper")["cartChanges"]
    assert [(change["seq"], change["reason"], change["cart"]) for change in changes] == [(1, "CREATED", cart)]
    assert add(shop, cart, (mug, 1), person="shopper")["cart"]["version"] == 2
    assert listening(shop, cart["id"], "shopper") is None


@pytest.mark.parametrize("person", ["guest", *PEOPLE])
def test_a_guests_cart_is_whoevers_has_its_id(shop: Shop, person: str) -> None:
    mug = variant(shop)
    cart = begun(shop, (mug, 1))
    assert read(shop, cart, person) == cart
    assert [change["seq"] for change in shop.ask(CHANGES, {"id": cart["id"]}, person=person)["cartChanges"]] == [1]
    assert add(shop, cart, (mug, 1), person=person)["cart"]["version"] == 2
    assert listening(shop, cart["id"], person) is None


def test_a_guests_cart_is_nobodys_own(shop: Shop) -> None:
    complete(shop, begun(shop, person="finance"))
    cart = begun(shop)
    add(shop, cart, (variant(shop), 1), person="finance")
    assert mine(shop, "finance") is None
    assert [error["errorType"] for error in shop.send(MINE)["errors"]] == ["Unauthorized"]


@pytest.mark.parametrize("person", STRANGERS)
def test_a_key_that_made_a_cart_gives_it_to_nobody_else(shop: Shop, person: str) -> None:
    mug, key = variant(shop), name("key")
    cart = creating(shop, (mug, 1), person="shopper", key=key)["cart"]
    others = creating(shop, (mug, 1), person=person, key=key)["cart"]
    assert others["id"] != cart["id"]
    assert mine(shop) == cart


@pytest.mark.parametrize("person", STRANGERS)
def test_a_key_that_changed_a_cart_shows_it_to_nobody_else(shop: Shop, person: str) -> None:
    cart, key = begun(shop, person="shopper"), name("key")
    variables = {"id": cart["id"], "lines": wanted((variant(shop), 1)), "key": key}
    assert shop.ask(ADD, variables, person="shopper")["cartLinesAdd"]["userErrors"] == []
    assert told(shop.ask(ADD, variables, person=person)["cartLinesAdd"]) == [("NOT_FOUND", ["cartId"])]


def test_a_guests_key_gives_the_cart_that_it_made_and_none_of_a_guest_elsewhere(shop: Shop) -> None:
    key = name("key")
    cart = creating(shop, key=key)["cart"]
    assert creating(shop, key=key)["cart"] == cart
    event = {
        "info": {"parentTypeName": "Mutation", "fieldName": "cartCreate", "selectionSetList": [], "variables": {}},
        "arguments": {"idempotencyKey": key}, "identity": None, "source": None,
        "request": {"headers": {"x-forwarded-for": "203.0.113.9, 10.0.0.1"}},
    }  # fmt: skip
    assert shop.handlers["cart"].answer(event, Context())["cart"]["id"] != cart["id"]


def test_a_repeated_request_for_a_cart_is_answered_though_its_goods_have_gone_since(shop: Shop) -> None:
    mug, key = variant(shop), name("key")
    made = creating(shop, (mug, 1), key=key)["cart"]
    set_status(shop, mug, "ARCHIVED")
    assert creating(shop, (mug, 1), key=key)["cart"]["id"] == made["id"]
    assert told(creating(shop, (mug, 1))) == [("NOT_FOUND", ["lines", "0", "variantId"])]
    assert told(creating(shop, (mug, 0), key=key)) == [("IDEMPOTENCY_KEY_REUSED", ["idempotencyKey"])]
    expire(shop, made)
    assert told(creating(shop, (mug, 1), key=key)) == [("NOT_FOUND", ["cartId"])]


def test_creating_again_without_a_key_of_ones_own_is_refused(shop: Shop) -> None:
    assert told(shop.ask(CREATE, {"key": "1234567"})["cartCreate"]) == [("INVALID", ["idempotencyKey"])]
