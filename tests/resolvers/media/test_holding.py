"""Products hold what they show: in one transaction, by a copy, for as long as they show it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from datasources.dynamo import media_items
from datasources.dynamo.transactions import Transaction
from domain.ids import MediaId
from tests.datasources.dynamo.test_races import at_once
from tests.resolvers.catalog.making import CREATE, UPDATE, made, name, product_input
from tests.resolvers.media.making import (
    DELETE,
    MEDIA,
    announced,
    look,
    objects,
    picture,
    publications,
    ready,
    sweep,
    uploaded,
)
from tests.shop import Shop

SHOWN = f"media {{ {MEDIA} }}"
PRODUCT = f"""
query($id: ID!) {{ product(id: $id) {{ {SHOWN} variants {{ edges {{ node {{ sku {SHOWN} }} }} }} }} }}
"""
LIST = f"{{ products(first: 100) {{ edges {{ node {{ id {SHOWN} }} }} }} }}"
NODE = f"query($id: ID!) {{ node(id: $id) {{ __typename id ... on Media {{ {MEDIA} }} }} }}"


def holders(shop: Shop, media_id: str) -> list[str]:
    kept = shop.handlers["media"].store.get(MediaId(media_id))
    return [one.id for one in kept.media.holders]


def changed(shop: Shop, product: Any, *media: Any, **given: Any) -> Any:
    """The payload of the product with other media."""
    sent = product_input(slug=product["slug"], media=list(media)) | given
    return shop.ask(UPDATE, {"id": product["id"], "input": sent}, person="staff")["productUpdate"]


def removed(shop: Shop, media_id: str) -> Any:
    return shop.ask(DELETE, {"id": media_id}, person="staff")["mediaDelete"]


def test_guests_see_a_products_pictures_in_all_sizes_by_itself_by_its_variants_and_in_lists(shop: Shop) -> None:
    one, other = ready(shop, seed=1), ready(shop, seed=2)
    variants = [
        {"sku": sku, "prices": [{"amount": "1", "currency": "USD"}], "options": [{"name": "Colour", "value": sku}]}
        | {"mediaIds": ids}
        for sku, ids in (("a", [other["id"]]), ("b", []))
    ]
    media = [{"mediaId": one["id"]}, {"mediaId": other["id"], "alt": "Red"}, {"url": "https://x.example/1.jpg"}]
    product = made(shop, media=media, variants=variants)
    seen = shop.ask(PRODUCT, {"id": product["id"]})["product"]
    assert seen["media"][0] == one
    assert seen["media"][1] == other | {"alt": "Red"}
    elsewhere = seen["media"][2]
    assert (elsewhere["url"], elsewhere["status"], elsewhere["renditions"]) == ("https://x.example/1.jpg", "READY", [])
    assert [edge["node"]["media"] for edge in seen["variants"]["edges"]] == [[other | {"alt": "Red"}], []]
    shop.settle()
    before = len(shop.invoked)
    listed = shop.ask(LIST)["products"]["edges"]
    assert [edge["node"]["media"] for edge in listed if edge["node"]["id"] == product["id"]] == [seen["media"]]
    assert shop.invoked[before:] == ["Query.products"], "a list with all renditions is one invocation"


def test_what_is_held_is_not_removed_and_what_is_let_go_of_is_swept_after_a_week(shop: Shop) -> None:
    media = ready(shop)
    products = [made(shop, media=[{"mediaId": media["id"]}]) for _ in range(2)]
    assert holders(shop, media["id"]) == [one["id"] for one in products]
    [error] = removed(shop, media["id"])["userErrors"]
    assert error["code"] == "CONFLICT"
    assert products[0]["id"] in error["message"]
    sweep(shop, timedelta(days=400))
    assert look(shop, media["id"]) is not None
    for product in products:
        assert changed(shop, product)["userErrors"] == []
    assert holders(shop, media["id"]) == []
    sweep(shop, timedelta(days=6))
    assert look(shop, media["id"])["status"] == "READY"
    sweep(shop, timedelta(days=8))
    assert look(shop, media["id"]) is None
    assert objects(shop, media["id"]) == []


def test_only_the_shops_own_that_is_ready_can_be_shown(shop: Shop) -> None:
    theirs = ready(shop, person="shopper")
    waiting = announced(shop, picture())["media"]
    rejected = uploaded(shop, b"MZ" * 50)
    goods = uploaded(shop, b"%PDF-1.7", kind="DIGITAL_GOOD", filename="a.pdf", contentType="application/pdf")
    assert goods["status"] == "READY"
    wrong = {
        theirs["id"]: "NOT_FOUND", waiting["id"]: "INVALID", rejected["id"]: "MEDIA_REJECTED", goods["id"]: "INVALID",
        "media_" + "v" * 26: "NOT_FOUND", "x": "NOT_FOUND", "": "NOT_FOUND", "x" * 10_000: "NOT_FOUND",
    }  # fmt: skip
    sent = product_input(media=[{"mediaId": id_} for id_ in wrong])
    payload = shop.ask(CREATE, {"input": sent, "key": name("key")}, person="staff")["productCreate"]
    assert payload["product"] is None
    told = [(error["code"], error["field"]) for error in payload["userErrors"]]
    assert told == [(code, ["input", "media", str(n), "mediaId"]) for n, code in enumerate(wrong.values())]
    assert [holders(shop, one["id"]) for one in (theirs, rejected, goods)] == [[], [], []]


@pytest.mark.parametrize("seed", range(6))
def test_either_a_media_is_removed_or_a_product_shows_it_whoever_is_first(shop: Shop, seed: int) -> None:
    media = ready(shop, seed=seed)
    sent = {"input": product_input(media=[{"mediaId": media["id"]}]), "key": name("key")}
    acts = (lambda: removed(shop, media["id"]), lambda: shop.ask(CREATE, sent, person="staff")["productCreate"])
    removal, product = at_once(2, lambda number: acts[number]()["userErrors"])
    assert sorted(map(len, (removal, product))) == [0, 1]
    assert (look(shop, media["id"]) is not None) is (product == [])


def test_products_that_take_up_one_media_at_once_all_hold_it(shop: Shop) -> None:
    media = ready(shop)
    products = at_once(8, lambda _: made(shop, media=[{"mediaId": media["id"]}]))
    assert sorted(holders(shop, media["id"])) == sorted(one["id"] for one in products)
    publications(shop)


def test_at_most_fifty_media_are_moved_at_once_which_one_transaction_holds(shop: Shop) -> None:
    """Many media by a copy of one: a hundred uploads would take a minute."""
    first = ready(shop)
    store = shop.handlers["media"].store
    kept = store.get(MediaId(first["id"]))
    ids = [MediaId(f"media_{number:026}") for number in range(60)]
    for start in range(0, 60, 30):
        write = Transaction(store.table)
        for id_ in ids[start : start + 30]:
            made_ = replace(kept, media=replace(kept.media, id=id_, holders=()))
            write.put(media_items.media_key(id_), media_items.media_item(made_))
        assert not write.commit()
    wanted = [{"mediaId": id_} for id_ in ids]
    product = made(shop, media=wanted[:50])
    [error] = changed(shop, product, *wanted[41:])["userErrors"]
    assert (error["code"], error["field"]) == ("INVALID", ["input", "media"])
    assert changed(shop, product, *wanted[40:])["userErrors"] == []
    assert [holders(shop, id_) for id_ in ids] == [[]] * 40 + [[product["id"]]] * 20


def test_a_media_is_found_again_by_its_id_by_who_may_see_it(shop: Shop) -> None:
    media = ready(shop, person="shopper")
    for person, there in (("shopper", True), ("staff", True), ("other", False), ("guest", False)):
        found = shop.ask(NODE, {"id": media["id"]}, person=person)["node"]
        assert found == ({"__typename": "Media"} | media if there else None)


def test_who_sends_back_the_address_of_a_picture_names_the_picture(shop: Shop) -> None:
    """As an export and an import of a CSV do, which knows addresses alone."""
    media = ready(shop)
    variant = {"sku": "only", "prices": [{"amount": "10.00", "currency": "USD"}]}
    product = made(shop, media=[{"mediaId": media["id"]}], variants=[variant | {"mediaIds": [media["id"]]}])
    again = changed(
        shop, product, {"url": media["url"]}, name=product["name"], variants=[variant | {"mediaUrls": [media["url"]]}]
    )
    assert again["userErrors"] == []
    assert again["product"]["version"] == product["version"]
    gone = media["url"].replace(media["id"], "media_" + "u" * 26)
    [error] = changed(shop, product, {"url": gone}, name=product["name"])["userErrors"]
    assert (error["code"], error["field"]) == ("NOT_FOUND", ["input", "media", "0", "mediaId"])
